"""The form of a vendor row: lists edited as lists, hints as a checked table, and two editors who do not undo each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from invoices.parsing.hints import HintError, check
from invoices.parsing.vocabulary import FIELDS
from paypulse.core.text import slug
from vendors import store
from vendors.models import VendorConfig
from vendors.rows import Change, differences
from vendors.validation import problems
from vendors.vendor import FieldHint, InvalidRowError, State, Vendor, content, from_content
from vendors.views import trial

if TYPE_CHECKING:
    RowForm = forms.ModelForm[VendorConfig]
else:
    RowForm = forms.ModelForm  # the stubs' type parameters do not exist at run time

HINTABLE: Final = tuple(sorted(FIELDS))
WAYS: Final = (("label", "Label"), ("selector", "CSS selector"), ("expression", "Expression"))
COLUMNS: Final = ("field", "way", "text")
_SPARE_ROWS: Final = 3


class LinesField(forms.CharField):
    """A list of texts, edited one a line."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 60, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list | tuple) else (value or "").splitlines()
        return [line for each in lines if (line := " ".join(each.split()))]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(list(initial or []) != self.to_python(data))


class HintsWidget(forms.Widget):
    """A table of hints: which field, by what, and the text; a few empty lines at its end."""

    template_name = "vendors/widgets/hints.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        rows = [*_hint_rows(value), *[("", "", "")] * _SPARE_ROWS]
        context = super().get_context(name, value, attrs)
        return {**context, "rows": rows, "fields": HINTABLE, "ways": WAYS}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str, str]]:
        columns = (self._column(data, f"{name}-{column}") for column in COLUMNS)
        return [row for row in zip(*columns, strict=False) if any(cell.strip() for cell in (row[0], row[2]))]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-field" not in data

    def _column(self, data: Any, name: str) -> list[str]:
        return list(data.getlist(name) if hasattr(data, "getlist") else data.get(name, []))


class HintsField(forms.Field):
    """Hints as {field: {way: text}}; every fault is named with the field it is for."""

    widget = HintsWidget

    def to_python(self, value: Any) -> dict[str, dict[str, str]]:
        faults = [fault for row in value or () if (fault := _hint_fault(row, value))]
        if faults:
            raise forms.ValidationError(faults)
        return {field: {way: text.strip()} for field, way, text in value or ()}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(_hint_rows(initial)) != [tuple(row) for row in data or ()]


def _hint_rows(value: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, Mapping):
        yield from ((field, way, text) for field, hint in value.items() for way, text in hint.items())
    else:
        yield from value or ()


def _hint_fault(row: tuple[str, str, str], rows: Sequence[tuple[str, str, str]]) -> str | None:
    field, way, text = row
    if not field or not text.strip():
        return _("%(field)s: a hint needs a field and a text.") % {"field": field or "?"}
    if [each[0] for each in rows].count(field) > 1:
        return _("%(field)s: one hint a field is enough.") % {"field": field}
    if way not in dict(WAYS):
        return _("%(field)s: choose what the text is.") % {"field": field}
    fault = hint_fault(field, FieldHint(**{way: text.strip()}))
    return f"{field}: {fault}" if fault else None


def hint_fault(field: str, hint: FieldHint) -> str | None:
    """What the reader has against a hint, or None."""
    try:
        check(field, hint)
    except HintError as error:
        return error.fault
    return None


class VendorForm(RowForm):
    """Makes a checked Vendor of what was typed. `changed_meanwhile` holds what somebody else saved since the page was opened."""

    email_patterns = LinesField(
        label=gettext_lazy("Senders"),
        help_text=gettext_lazy(
            "One a line: a whole address (billing@shop.se) or a domain (shop.se, which includes mail.shop.se)."
        ),
    )
    subject_keywords = LinesField(
        label=gettext_lazy("Subjects"),
        required=False,
        help_text=gettext_lazy(
            "One a line; one is enough. Words joined by + must all occur: order + confirmation. Whole words match. "
            "Empty: every mail of the senders."
        ),
    )
    field_hints = HintsField(
        label=gettext_lazy("Hints"),
        required=False,
        help_text=gettext_lazy(
            "Where a value stands. Label: the words beside or above it (Summa att betala). CSS selector: its element in the "
            "HTML (td.total). Expression: RE2, group 1 is the value (Total:\\s*([\\d,.]+))."
        ),
    )
    expected_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=gettext_lazy("Why"), required=False, max_length=200, help_text=gettext_lazy("Kept with the version.")
    )

    class Meta:
        model = VendorConfig
        fields = (
            "vendor_name",
            "vendor_id",
            "invoice_category",
            "invoice_sub_type",
            "email_patterns",
            "subject_keywords",
            "parser_type",
            "field_hints",
            "supports_pdf",
            "supports_html",
            "currency",
            "locale",
            "logo_url",
            "notes",
        )
        help_texts: ClassVar = {
            "vendor_name": gettext_lazy("As people know it: Acme."),
            "vendor_id": gettext_lazy(
                "Stays for ever and is part of each original's name: small letters, digits and hyphens (acme-outlet). "
                "Left empty, it is made of the name."
            ),
            "invoice_category": gettext_lazy("Rental: rent notices of a landlord. Retail: everything else."),
            "invoice_sub_type": gettext_lazy("What is bought there (grocery); a landlord has none."),
            "parser_type": gettext_lazy(
                "What is trusted first. Generic: labels and arithmetic, right for nearly all. Structured: the machine-readable "
                "data in the page (JSON-LD). Hints: what is said below."
            ),
            "supports_pdf": gettext_lazy("Keep and read attached PDFs."),
            "supports_html": gettext_lazy("Keep and read the mail's own text."),
            "currency": gettext_lazy("For documents that name none, by ISO 4217: SEK."),
            "locale": gettext_lazy("How its numbers and dates are written where they leave a doubt: sv-SE."),
            "logo_url": gettext_lazy(
                "One of our own static files (vendors/logos/acme.svg); its initials stand here where there is none. Nothing is "
                "loaded from elsewhere."
            ),
            "notes": gettext_lazy("For colleagues: what is odd about its mails."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changed_meanwhile: tuple[Change, ...] = ()
        self.result: Vendor | None = None
        self.initial.setdefault("expected_version", self.instance.version if self.instance.created_at else None)
        if "vendor_id" in self.fields:
            self.fields["vendor_id"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("vendor_id") and not self._stored():
            cleaned["vendor_id"] = slug(cleaned.get("vendor_name") or "")[:60]
        self._refuse_lost_updates(cleaned)
        if not self.errors:
            self._check(cleaned)
        return cleaned

    def clean_logo_url(self) -> str | None:
        """The named file, which must be there; where it may lie is checked with the rest of the row."""
        named: str | None = self.cleaned_data["logo_url"] or None
        if named and named.startswith("vendors/logos/") and not finders.find(named):
            raise forms.ValidationError(_("There is no such file. Put it among the static files first."))
        return named

    def _stored(self) -> bool:
        return self.instance.created_at is not None

    def _vendor(self, cleaned: Mapping[str, Any]) -> Vendor:
        base = content(self.instance.vendor())
        typed = {name: cleaned[name] for name in base if name in cleaned}
        made = from_content({**base, **typed, "notes": cleaned.get("notes") or ""}, version=self.instance.version)
        rental = made.invoice_category == "rental"
        return replace(made, invoice_sub_type=None if rental else made.invoice_sub_type)

    def _check(self, cleaned: Mapping[str, Any]) -> None:
        try:
            self.result = self._vendor(cleaned)
        except InvalidRowError as error:
            self.add_error(None, str(error))
            return
        others = [row.vendor for row in store.rows()]
        if not self._stored() and self.result.vendor_id in {other.vendor_id for other in others}:
            self.add_error("vendor_id", _("There is a vendor with this slug already."))
        for problem in problems(self.result, others=others, hint_fault=hint_fault):
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)
        for objection in () if self.errors else self._objections(self.result):
            self.add_error(None, objection)

    def _objections(self, made: Vendor) -> Sequence[str]:
        """What people confirmed that the row would no longer read, where it publishes."""
        return trial.objections(made, old=self.instance.vendor()) if made.state is State.ACTIVE else ()

    def _refuse_lost_updates(self, cleaned: Mapping[str, Any]) -> None:
        """If somebody saved meanwhile: say what, take over theirs where this editor changed nothing, and ask to save again."""
        read, current = cleaned.get("expected_version"), self.instance
        if not self._stored() or read == current.version:
            return
        was = store.version(current.vendor_id, read or 0)
        before, theirs = (was.vendor if was else None) or current.vendor(), current.vendor()
        self.changed_meanwhile = differences(before, theirs)
        self.data = self._merged(before, theirs)
        who = User.objects.names([current.updated_by]).get(current.updated_by, current.updated_by)
        self.add_error(None, _meanwhile(who, self.changed_meanwhile))

    def _merged(self, before: Vendor, theirs: Vendor) -> Any:
        """What was typed, with the other editor's value in each field that this editor left as it had been."""
        merged: Any = QueryDict(mutable=True)
        merged.update(self.data)
        opened, newer = content(before), posted(theirs)
        for name, field in self.fields.items():
            typed = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if name in opened and not field.has_changed(opened[name], typed):
                for each in (name, *(f"{name}-{column}" for column in COLUMNS)):
                    merged.setlist(each, newer.get(each, []))
        merged["expected_version"] = str(theirs.version)
        return merged


class TriedForm(VendorForm):
    """The same for changes that are only tried: what they would lose is shown there, so it does not stop them here."""

    def _objections(self, made: Vendor) -> Sequence[str]:
        return ()


def _meanwhile(who: str, changes: Sequence[Change]) -> str:
    listed = "; ".join(f"{change.field}: {change.old!r} → {change.new!r}" for change in changes)
    said = _(
        "%(who)s saved this row after you opened it (%(changes)s). Look at it, then save again to apply yours on top."
    )
    return said % {"who": who, "changes": listed}


def posted(vendor: Vendor) -> dict[str, list[str]]:
    """What a browser would post for this row, by field name."""
    row = content(vendor)
    hints = list(_hint_rows(row.pop("field_hints")))
    texts = {name: [_typed(value)] for name, value in row.items() if value is not False and name != "state"}
    columns = {
        f"field_hints-{column}": [hint[at] for hint in hints] for at, column in enumerate(("field", "way", "text"))
    }
    return {**texts, **columns}


def _typed(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(value)
    return "on" if value is True else str(value) if value is not None else ""
