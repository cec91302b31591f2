"""The admin's own pages about a vendor row: its state, its versions, trying it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from paypulse.core.errors import ConflictError
from vendors import lifecycle, store
from vendors.forms import hint_fault
from vendors.rows import Change, differences
from vendors.store import Version
from vendors.validation import problems
from vendors.vendor import State, Vendor
from vendors.views import trial

_MOST_VERSIONS: Final = 100


def badge(state: str) -> str:
    """The state as a coloured word."""
    return format_html('<span class="badge badge-{}">{}</span>', state, state)


@dataclass(frozen=True, slots=True)
class Shown:
    """A version as the history shows it: with what it changed from the one before."""

    version: Version
    who: str
    changes: tuple[Change, ...]
    before: int | None


def history(vendor_id: str) -> list[Shown]:
    """The row's last hundred versions, newest first, each with who made it and its changes."""
    found = store.versions(vendor_id, limit=_MOST_VERSIONS)
    known = User.objects.names(each.changed_by for each in found)
    older = [*found[1:], None]
    return [
        _shown(version, before, who=known.get(version.changed_by, version.changed_by))
        for version, before in zip(found, older, strict=True)
    ]


def _shown(version: Version, before: Version | None, *, who: str) -> Shown:
    comparable = before is not None and before.vendor is not None and version.vendor is not None
    changes = differences(before.vendor, version.vendor) if comparable else ()  # type: ignore[union-attr, arg-type]
    return Shown(version, who, changes, before.number if comparable and before else None)


def move(request: HttpRequest, vendor: Vendor, to: State, *, others: Iterable[Vendor] | None = None) -> Vendor:
    """Put the row in another state for the person who asks. Raises MoveRefusedError or ConflictError."""
    old = published(vendor) if to is State.ACTIVE else None
    reasons = refusals(replace(vendor, state=to), old=old, others=others)
    return lifecycle.move(vendor, to, by=str(request.user.pk), objections=reasons)


def refusals(would_be: Vendor, *, old: Vendor | None, others: Iterable[Vendor] | None = None) -> list[str]:
    """Why the row must not be as it would: a fetched one its faults, one that publishes also what it would read wrong.

    `old` is the row that publishes now: what people confirmed is read with both. `others` are all rows, which are read
    unless they are given.
    """
    if would_be.state not in (State.SHADOW, State.ACTIVE):
        return []
    known = [row.vendor for row in store.rows()] if others is None else others
    faults = [f"{each.field}: {each.message}" for each in problems(would_be, others=known, hint_fault=hint_fault)]
    if faults or would_be.state is State.SHADOW:
        return faults
    return trial.objections(would_be, old=old)


def published(saved: Vendor) -> Vendor | None:
    """The row as it last published: itself while active, else its last active version, or None."""
    if saved.state is State.ACTIVE:
        return saved
    versions = store.versions(saved.vendor_id)
    return next((each.vendor for each in versions if each.vendor and each.vendor.state is State.ACTIVE), None)


def _shown_version(request: HttpRequest) -> int:
    """The version of the row that the page showed; one that no row has where the form does not say."""
    shown = request.POST.get("expected_version", "")
    return int(shown) if shown.isdecimal() else 0


class Pages:
    """The pages, bound to the model admin that says who may see and change what."""

    def __init__(self, model_admin: ModelAdmin[Any]) -> None:
        self.admin = model_admin
        self.state = require_POST(self._state)
        self.restore = require_POST(self._restore)
        self.looked = require_POST(self._looked)

    def _state(self, request: HttpRequest, vendor_id: str) -> HttpResponse:
        vendor = self._changeable(request, vendor_id)
        try:
            expected = replace(vendor, version=_shown_version(request))
            moved = move(request, expected, State(request.POST.get("to", "")))
        except ValueError:
            messages.error(request, _("There is no such state."))
        except (lifecycle.MoveRefusedError, ConflictError) as error:
            messages.error(request, " ".join([str(error), *getattr(error, "reasons", ())]))
        else:
            self._log(request, moved, f"{vendor.state} → {moved.state}")
            messages.success(
                request, _("%(name)s is now %(state)s.") % {"name": moved.vendor_name, "state": moved.state}
            )
        return redirect("admin:vendors_vendorconfig_change", vendor_id)

    def _looked(self, request: HttpRequest, vendor_id: str) -> HttpResponse:
        """Say that the change of the vendor's documents has been looked at."""
        vendor = self._changeable(request, vendor_id)
        store.acknowledge_drift(vendor_id, by=str(request.user.pk))
        self._log(request, vendor, "looked at what changed")
        return redirect("admin:vendors_vendorconfig_change", vendor_id)

    def chosen(self, request: HttpRequest, vendor_id: str) -> HttpResponse:
        """The comparison of the two versions that were chosen in the history."""
        try:
            old, new = sorted(int(request.GET.get(name, "")) for name in ("old", "new"))
        except ValueError:
            return redirect("admin:vendors_vendorconfig_history", vendor_id)
        return redirect("admin:vendors_compare", vendor_id, old, new)

    def compare(self, request: HttpRequest, vendor_id: str, old: int, new: int) -> HttpResponse:
        """Two versions side by side."""
        if not self.admin.has_view_permission(request):
            raise PermissionDenied
        left, right = self._version(vendor_id, old), self._version(vendor_id, new)
        shown = {
            "title": _("%(name)s: version %(old)d and %(new)d") % {"name": left.vendor_name, "old": old, "new": new},
            "changes": differences(left, right),
            "old": old,
            "new": new,
            "vendor_id": vendor_id,
            "current": store.vendor(vendor_id) if self.admin.has_change_permission(request) else None,
        }
        return self._page(request, "admin/vendors/vendorconfig/compare.html", shown)

    def _restore(self, request: HttpRequest, vendor_id: str, number: int) -> HttpResponse:
        """Make an earlier version's content the newest version; the state stays as it is."""
        current = self._changeable(request, vendor_id)
        earlier = replace(self._version(vendor_id, number), state=current.state)
        note = f"back to version {number}"
        if self._keeps(request, earlier, current, note=note):
            messages.success(request, _("The row is as it was in version %(number)d.") % {"number": number})
        return redirect("admin:vendors_vendorconfig_history", vendor_id)

    def _keeps(self, request: HttpRequest, wanted: Vendor, current: Vendor, *, note: str) -> bool:
        """Whether the row could be saved as wanted, over the version that the page showed; if not, the person is told why."""
        try:
            if reasons := refusals(wanted, old=published(current)):
                raise lifecycle.MoveRefusedError(_("Nothing was saved."), reasons)
            saved = store.save(wanted, by=str(request.user.pk), expected_version=_shown_version(request), note=note)
        except (lifecycle.MoveRefusedError, ConflictError) as error:
            messages.error(request, " ".join([str(error), *getattr(error, "reasons", ())]))
            return False
        self._log(request, saved, f"{note}: {', '.join(each.field for each in differences(current, saved))}")
        return True

    def _changeable(self, request: HttpRequest, vendor_id: str) -> Vendor:
        if not self.admin.has_change_permission(request):
            raise PermissionDenied
        return self._vendor(vendor_id)

    def _vendor(self, vendor_id: str) -> Vendor:
        found = store.vendor(vendor_id)
        if found is None:
            raise Http404
        return found

    def _version(self, vendor_id: str, number: int) -> Vendor:
        found = store.version(vendor_id, number)
        if found is None or found.vendor is None:
            raise Http404
        return found.vendor

    def _page(self, request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
        context = {**self.admin.admin_site.each_context(request), "opts": self.admin.opts, **shown}
        return TemplateResponse(request, template, context)

    def _log(self, request: HttpRequest, vendor: Vendor, what: str) -> None:
        row = self.admin.model(pk=vendor.vendor_id, vendor_name=vendor.vendor_name)
        self.admin.log_change(request, row, [{"changed": {"fields": [what]}}])
