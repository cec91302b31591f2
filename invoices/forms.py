"""What a person may type into the pages, checked before anything is written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from babel.core import Locale
from django import forms
from django.utils.translation import gettext_lazy as _

from invoices.invoice import Invoice
from invoices.rows import AMOUNTS, in_force
from invoices.views.wording import CATEGORIES, FIELDS
from paypulse.core.categories import SubType
from paypulse.core.errors import PayPulseError
from paypulse.core.money import as_typed, minor_units

_CURRENCIES = frozenset(Locale("en").currencies)


class AmountField(forms.CharField):
    """An exact amount written as people write it: 1 234,50 or 1,234.50 or 1234.5."""

    default_error_messages = {"amount": _("Write an amount, such as 1 234,50.")}

    def __init__(self, *, currency: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._decimals = minor_units(currency or "SEK")

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            amount = as_typed(text, decimals=self._decimals)
        except PayPulseError as error:
            raise forms.ValidationError(self.error_messages["amount"], code="amount") from error
        if abs(amount) >= Decimal(10) ** 12:
            raise forms.ValidationError(self.error_messages["amount"], code="amount")
        return amount


class CurrencyField(forms.CharField):
    """An ISO 4217 code."""

    default_error_messages = {"currency": _("Write the currency's three letters, such as SEK.")}

    def to_python(self, value: Any) -> Any:
        code = str(value or "").strip().upper()
        if code and code not in _CURRENCIES:
            raise forms.ValidationError(self.error_messages["currency"], code="currency")
        return code or None


def field_for(name: str, *, currency: str | None) -> forms.Field:
    """The form field that checks what is typed for the invoice field `name`; `currency` is the invoice's."""
    if name in AMOUNTS:
        return AmountField(currency=currency, required=False)
    if name == "currency":
        return CurrencyField(required=False)
    if name.endswith(("_date", "_start", "_end")):
        return forms.DateField(
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d"],
        )
    if name == "sub_type":
        return forms.ChoiceField(choices=[(str(each), CATEGORIES[str(each)]) for each in SubType])
    return forms.CharField(required=False, max_length=200)


def typed(asked: Invoice, name: str) -> Any:
    """What the form holds before it is changed: an amount in its currency's decimals, anything else as it is."""
    value = in_force(asked, name)
    if not isinstance(value, Decimal):
        return value
    usual = minor_units(asked.currency or "SEK")
    digits = max(usual, -int(value.normalize().as_tuple().exponent))
    # Three decimals where two are usual would be read as thousands.
    return f"{value:.{4 if digits == 3 != usual else digits}f}"


_TAUGHT = ("vendor_name", "sub_type")


class LessonForm(forms.Form):
    """What a vendor is called and what it is for, said once and for all."""

    vendor_name = forms.CharField(required=False, max_length=200)
    sub_type = forms.ChoiceField(
        required=False, choices=[("", ""), *((str(each), CATEGORIES[str(each)]) for each in SubType)]
    )


class FieldForm(forms.Form):
    """One field of an invoice, as it is being edited."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, asked: Invoice, name: str, data: Any = None) -> None:
        super().__init__(data, initial={"value": typed(asked, name), "version": asked.version})
        self.name = name
        self.fields["value"] = field_for(name, currency=asked.currency)
        self.fields["value"].widget.attrs.update({"id": f"edit-{name}", "autocomplete": "off", "autofocus": True})
        if name in _TAUGHT:
            self.fields["always"] = forms.BooleanField(required=False)

    def clean_value(self) -> str | Decimal | date | None:
        """What the store takes: a value, or None where the person says that there is none."""
        value: str | Decimal | date | None = self.cleaned_data["value"]
        return value if value != "" else None


class PaidForm(forms.Form):
    """When an invoice was paid; empty says that it was not."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    paid_on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


class UploadForm(forms.Form):
    """Documents to read."""

    documents = forms.FileField()


_REVIEWED = ("vendor_name", "total_amount", "currency", "invoice_date", "due_date")


class ReviewForm(forms.Form):
    """What a person must say before an unsure document counts: the amount and the currency, and whatever was asked."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, asked: Invoice, data: Any = None) -> None:
        initial = {name: typed(asked, name) for name in _REVIEWED}
        super().__init__(data, initial={**initial, "version": asked.version})
        self.asked = asked
        for name in _REVIEWED:
            self.fields[name] = field_for(name, currency=asked.currency)
            self.fields[name].label = FIELDS[name]
            self.fields[name].required = name in ("total_amount", "currency")
            self.fields[name].widget.attrs["autocomplete"] = "off"
        first = next((name for name in _REVIEWED if name in asked.reasons), _REVIEWED[0])
        self.fields[first].widget.attrs["data-edit"] = True

    def changes(self) -> dict[str, Any]:
        """What the person's word is: what differs from what was read, and what was asked even where it is confirmed."""
        said = {
            name: self.cleaned_data[name] or None if name != "total_amount" else self.cleaned_data[name]
            for name in _REVIEWED
        }
        asked = {name for name in _REVIEWED if name in self.asked.reasons or self.asked.is_unsure(name)}
        return {
            name: value
            for name, value in said.items()
            if value != getattr(self.asked, name) or (name in asked and value is not None)
        }
