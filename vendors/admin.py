"""Vendor rows in Django's admin: a list with its problems, a checked form, and every change kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin, messages
from django.contrib.staticfiles import finders
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from invoices.templatetags.invoices import initials
from paypulse.core.errors import ConflictError
from paypulse.dynamodb.tables import remembered
from vendors import drift, rows, store
from vendors.forms import VendorForm, hint_fault
from vendors.lifecycle import NEXT, MoveRefusedError
from vendors.models import VendorConfig
from vendors.query import NoSenderError, gmail_query
from vendors.validation import Problem, neighbours, problems
from vendors.vendor import InvalidRowError, State, Vendor
from vendors.views import pages
from vendors.views.trying import Trying

if TYPE_CHECKING:
    RowAdmin = admin.ModelAdmin[VendorConfig]
else:
    RowAdmin = admin.ModelAdmin  # the stubs' type parameters do not exist at run time

_SENDERS_SHOWN: Final = 3
Checker = Callable[[VendorConfig], Sequence[Problem]]


class ProblemsFilter(admin.SimpleListFilter):
    """Rows that a check finds fault with, or none with."""

    title = gettext_lazy("problems")
    parameter_name = "problems"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("Has problems")), ("no", _("Has none"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[VendorConfig]) -> QuerySet[VendorConfig]:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(self._condition(str(self.value())))

    def get_facet_counts(self, pk_attname: str, filtered_qs: Any) -> dict[str, Count]:
        counted = enumerate(value for value, _title in self.lookup_choices)
        return {f"{at}__c": Count(pk_attname, filter=self._condition(value)) for at, value in counted}

    def _condition(self, value: str) -> Q:
        return Q(pk__in=self._faulty) if value == "yes" else ~Q(pk__in=self._faulty)

    @cached_property
    def _faulty(self) -> list[str]:
        check = checker()
        return [row.pk for row in VendorConfig.objects.all() if check(row)]


class DriftFilter(admin.SimpleListFilter):
    """Rows whose documents come or read otherwise than they did."""

    title = gettext_lazy("what changed")
    parameter_name = "drift"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("new", _("Needs a look")), ("any", _("Anything"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[VendorConfig]) -> QuerySet[VendorConfig]:
        return queryset.filter(self._condition(str(self.value()))) if self.value() in ("new", "any") else queryset

    def get_facet_counts(self, pk_attname: str, filtered_qs: Any) -> dict[str, Count]:
        counted = enumerate(value for value, _title in self.lookup_choices)
        return {f"{at}__c": Count(pk_attname, filter=self._condition(value)) for at, value in counted}

    def _condition(self, value: str) -> Q:
        rows = VendorConfig.objects.all()
        return Q(pk__in=[row.pk for row in rows if (row.needs_look if value == "new" else row.drift)])


def checker() -> Checker:
    """A test of one row for its problems, the other rows read once."""
    known = VendorConfig.objects.values_list("vendor_id", "email_patterns")
    near = neighbours((vendor_id, patterns or ()) for vendor_id, patterns in known)

    @cache
    def other(vendor_id: str) -> Vendor | None:
        return _readable(everyone()[vendor_id])

    @cache
    def everyone() -> dict[str, VendorConfig]:
        return {row.pk: row for row in VendorConfig.objects.all()}

    def check(row: VendorConfig) -> Sequence[Problem]:
        vendor = _readable(row)
        if vendor is None:
            return (Problem("vendor_id", _("The row cannot be read.")),)
        others = [found for each in sorted(near(vendor)) if (found := other(each))]
        return problems(vendor, others=others, hint_fault=hint_fault)

    return check


def _readable(row: VendorConfig) -> Vendor | None:
    try:
        return row.vendor()
    except InvalidRowError:
        return None


@admin.register(VendorConfig)
class VendorAdmin(RowAdmin):
    """The rows. All writes go through vendors.store, which keeps versions and refuses lost updates."""

    form = VendorForm
    list_display = ("vendor_name", "badge", "invoice_category", "invoice_sub_type", "senders", "changed")
    list_filter = (
        "state",
        "active",
        "invoice_category",
        "invoice_sub_type",
        "parser_type",
        ProblemsFilter,
        DriftFilter,
    )
    search_fields = ("vendor_name", "vendor_id", "email_patterns", "subject_keywords", "notes")
    ordering = ("vendor_name",)
    list_per_page = 50
    list_max_show_all = 500
    show_full_result_count = False
    actions = ("activate", "retire", "duplicate", "export")
    object_history_template = "admin/vendors/vendorconfig/history.html"
    readonly_fields = ("badge", "mark", "query", "updated_at", "changed_by")
    fieldsets = (
        (None, {"fields": ("vendor_name", "vendor_id", "badge", "invoice_category", "invoice_sub_type")}),
        (gettext_lazy("Which mails"), {"fields": ("email_patterns", "subject_keywords", "query")}),
        (
            gettext_lazy("How they are read"),
            {"fields": ("parser_type", "field_hints", "supports_pdf", "supports_html", "currency", "locale")},
        ),
        (
            gettext_lazy("About the row"),
            {"fields": ("mark", "logo_url", "notes", "updated_at", "changed_by", "note", "expected_version")},
        ),
    )

    class Media:
        css = {"all": ("vendors/admin.css",)}

    # What is shown

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def badge(self, row: VendorConfig) -> str:
        return pages.badge(row.state)

    @admin.display(description=gettext_lazy("shown as"))
    def mark(self, row: VendorConfig) -> str:
        if row.logo_url and finders.find(row.logo_url):
            return format_html('<img class="logo" src="{}" alt="">', static(row.logo_url))
        return format_html('<span class="logo">{}</span>', initials(row.vendor_name))

    @admin.display(description=gettext_lazy("senders"))
    def senders(self, row: VendorConfig) -> str:
        patterns = row.email_patterns or ()
        more = ["…"] if len(patterns) > _SENDERS_SHOWN else []
        shown = [*patterns[:_SENDERS_SHOWN], *more]
        return format_html_join(" ", '<span class="sender">{}</span>', ([each] for each in shown))

    @admin.display(description=gettext_lazy("changed"), ordering="updated_at")
    def changed(self, row: VendorConfig) -> str:
        return f"{localtime(row.updated_at):%Y-%m-%d}"

    @admin.display(description=gettext_lazy("changed by"))
    def changed_by(self, row: VendorConfig) -> str:
        return User.objects.names([row.updated_by]).get(row.updated_by, row.updated_by)

    @admin.display(description=gettext_lazy("Gmail query"))
    def query(self, row: VendorConfig) -> str:
        try:
            return gmail_query(row.vendor())
        except (InvalidRowError, NoSenderError) as error:
            return str(error)

    def get_list_display(self, request: HttpRequest) -> list[str | Callable[[VendorConfig], str | bool]]:
        check = checker()

        @admin.display(description=gettext_lazy("problems"), empty_value="")
        def faults(row: VendorConfig) -> str:
            changed = [_("Its documents changed.")] if row.needs_look else []
            return "; ".join(dict.fromkeys([*changed, *(each.message for each in check(row))]))

        return [*self.list_display[:-1], faults, self.list_display[-1]]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        named = (ProblemsFilter.parameter_name, DriftFilter.parameter_name)
        # What the filters use; nothing else need be answered.
        return lookup in named or lookup.endswith(("__exact", "__isnull"))

    def get_sortable_by(self, request: HttpRequest) -> tuple[str, ...]:
        return self.list_display

    def get_fieldsets(self, request: HttpRequest, obj: VendorConfig | None = None) -> Any:
        hidden = {"updated_at", "changed_by", "badge", "mark", "query"} if obj is None else set()
        if obj is not None and not self.has_change_permission(request, obj):
            hidden |= {"note", "expected_version"}
        return [(title, {"fields": [f for f in each["fields"] if f not in hidden]}) for title, each in self.fieldsets]

    def get_readonly_fields(self, request: HttpRequest, obj: VendorConfig | None = None) -> tuple[str, ...]:
        return (*self.readonly_fields, "vendor_id") if obj else self.readonly_fields

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if request.method != "GET":
            return self._unless_changed(request, super().changelist_view, request, extra_context)
        with remembered():  # the page asks for the rows several times; they are read once
            response = super().changelist_view(request, extra_context)
            return response.render() if hasattr(response, "render") else response

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        return self._unless_changed(request, super().changeform_view, request, object_id, form_url, extra_context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        return self._unless_changed(request, super().delete_view, request, object_id, extra_context)

    def _unless_changed(self, request: HttpRequest, view: Callable[..., Any], *arguments: Any) -> Any:
        """What the view answers; a row that somebody else changed in that very moment is told of instead."""
        try:
            return view(*arguments)
        except ConflictError as error:
            messages.error(request, f"{error} {_('Nothing was saved; look at the row as it is now.')}")
            return redirect(request.path)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        row = context.get("original")
        moves = NEXT[State(row.state)] if row and row.state in [*State] else ()
        health = drift.of(row.pk) if row else None
        signs = (row.drift or {}).get("signs") or (health.signs if health else ()) if row else ()
        known = {"moves": moves, "health": health, "signs": signs}
        return super().render_change_form(request, {**context, **known}, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        shown = {"versions": pages.history(object_id)}
        return super().history_view(request, object_id, {**shown, **(extra_context or {})})

    # What is written

    def save_model(self, request: HttpRequest, obj: VendorConfig, form: Any, change: bool) -> None:
        made: Vendor = form.result
        expected = form.cleaned_data["expected_version"] if change else None
        saved = store.save(
            made, by=str(request.user.pk), expected_version=expected, note=form.cleaned_data["note"] or None
        )
        obj.pk, obj.version = saved.vendor_id, saved.version

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        if add:
            return [{"added": {}}]
        before = store.version(form.instance.pk, form.cleaned_data["expected_version"])
        changes = rows.differences(before.vendor, form.result) if before and before.vendor else ()
        return [{"changed": {"fields": [f"{each.field}: {each.old!r} → {each.new!r}" for each in changes]}}]

    def delete_model(self, request: HttpRequest, obj: VendorConfig) -> None:
        store.delete(obj.pk, by=str(request.user.pk), expected_version=obj.version)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[VendorConfig]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    # What is done to many

    @admin.action(description=gettext_lazy("Activate"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[VendorConfig]) -> None:
        self._move(request, queryset, State.ACTIVE)

    @admin.action(description=gettext_lazy("Retire"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[VendorConfig]) -> None:
        self._move(request, queryset, State.RETIRED)

    @admin.action(description=gettext_lazy("Duplicate as drafts"), permissions=["add"])
    def duplicate(self, request: HttpRequest, queryset: QuerySet[VendorConfig]) -> None:
        taken = {row.pk for row in VendorConfig.objects.all()}
        for row in queryset:
            number = next(n for n in range(2, len(taken) + 3) if f"{row.pk}-{n}" not in taken)
            taken.add(f"{row.pk}-{number}")
            copy = replace(
                row.vendor(), vendor_id=f"{row.pk}-{number}", vendor_name=f"{row} {number}", state=State.DRAFT
            )
            store.save(copy, by=str(request.user.pk), expected_version=None, note=f"copied from {row.pk}")
            made = VendorConfig(pk=copy.vendor_id, vendor_name=copy.vendor_name)
            self.log_addition(request, made, [{"added": {"name": _("vendor"), "object": f"{row} {number}"}}])
        messages.success(request, _("The copies are drafts; give them senders of their own."))

    @admin.action(description=gettext_lazy("Export as a catalogue file"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[VendorConfig]) -> HttpResponse:
        text = rows.as_file([row.vendor() for row in queryset])
        headers = {"Content-Disposition": 'attachment; filename="vendors.json"'}
        return HttpResponse(text, content_type="application/json", headers=headers)

    def _move(self, request: HttpRequest, queryset: Iterable[VendorConfig], to: State) -> None:
        moved, others = 0, [row.vendor for row in store.rows()] if to is State.ACTIVE else []
        for row in queryset:
            try:
                pages.move(request, row.vendor(), to, others=others)
                self.log_change(request, row, [{"changed": {"fields": [f"{row.state} → {to}"]}}])
                moved += 1
            except (MoveRefusedError, ConflictError, InvalidRowError) as error:
                messages.error(request, f"{row}: {error} {' '.join(getattr(error, 'reasons', ()))}".strip())
        if moved:
            said = ngettext("%(n)d vendor is now %(state)s.", "%(n)d vendors are now %(state)s.", moved)
            messages.success(request, said % {"n": moved, "state": to})

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        trying = Trying(self)
        own = [
            path("<slug:vendor_id>/looked/", wrap(trying.looked), name="vendors_looked"),
            path("<slug:vendor_id>/try/", wrap(trying.show), name="vendors_try"),
            path("<slug:vendor_id>/try/keep/", wrap(trying.keep), name="vendors_keep"),
            path("<slug:vendor_id>/try/propose/", wrap(trying.propose), name="vendors_propose"),
            path("<slug:vendor_id>/versions/", wrap(pages.Pages(self).chosen), name="vendors_chosen"),
            path("<slug:vendor_id>/state/", wrap(pages.Pages(self).state), name="vendors_state"),
            path(
                "<slug:vendor_id>/versions/<int:old>/<int:new>/",
                wrap(pages.Pages(self).compare),
                name="vendors_compare",
            ),
            path(
                "<slug:vendor_id>/versions/<int:number>/restore/",
                wrap(pages.Pages(self).restore),
                name="vendors_restore",
            ),
        ]
        return [*own, *super().get_urls()]
