"""The admin's own pages about a vendor row: its state, its versions, trying it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from paypulse.core.errors import ConflictError
from vendors import lifecycle, store
from vendors.forms import hint_fault
from vendors.rows import Change, differences
from vendors.store import Version
from vendors.validation import problems
from vendors.vendor import State, Vendor
from vendors.views import trial


def badge(state: str) -> str:
    """The state as a coloured word."""
    return format_html('<span class="badge badge-{}">{}</span>', state, state)


@dataclass(frozen=True, slots=True)
class Shown:
    """A version as the history shows it: with what it changed from the one before."""

    version: Version
    changes: tuple[Change, ...]
    before: int | None


def history(vendor_id: str) -> list[Shown]:
    """The row's versions, newest first, each with its changes."""
    found = store.versions(vendor_id)
    older = [*found[1:], None]
    return [_shown(version, before) for version, before in zip(found, older, strict=True)]


def _shown(version: Version, before: Version | None) -> Shown:
    comparable = before is not None and before.vendor is not None and version.vendor is not None
    changes = differences(before.vendor, version.vendor) if comparable else ()  # type: ignore[union-attr, arg-type]
    return Shown(version, changes, before.number if comparable and before else None)


def move(request: HttpRequest, vendor: Vendor, to: State) -> Vendor:
    """Put the row in another state for the person who asks. Raises MoveRefusedError or ConflictError."""
    return lifecycle.move(
        vendor, to, by=str(request.user.pk), objections=objections(vendor) if to is State.ACTIVE else ()
    )


def objections(vendor: Vendor) -> list[str]:
    """Why the row should not publish: its faults, and what people confirmed that it would read otherwise."""
    others = (row.vendor for row in store.rows())
    faults = [f"{each.field}: {each.message}" for each in problems(vendor, others=others, hint_fault=hint_fault)]
    return faults or trial.objections(vendor, old=published(vendor))


def published(saved: Vendor) -> Vendor | None:
    """The row as it last published: itself while active, else its last active version, or None."""
    if saved.state is State.ACTIVE:
        return saved
    versions = store.versions(saved.vendor_id)
    return next((each.vendor for each in versions if each.vendor and each.vendor.state is State.ACTIVE), None)


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
            expected = int(request.POST.get("expected_version", ""))
            moved = move(request, replace(vendor, version=expected), State(request.POST.get("to", "")))
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
            "may_change": self.admin.has_change_permission(request),
        }
        return self._page(request, "admin/vendors/vendorconfig/compare.html", shown)

    def _restore(self, request: HttpRequest, vendor_id: str, number: int) -> HttpResponse:
        """Make an earlier version's content the newest version; the state stays as it is."""
        current = self._changeable(request, vendor_id)
        earlier = replace(self._version(vendor_id, number), state=current.state)
        try:
            saved = store.save(
                earlier, by=str(request.user.pk), expected_version=current.version, note=f"back to version {number}"
            )
        except ConflictError as error:
            messages.error(request, str(error))
        else:
            self._log(request, saved, f"back to version {number}")
            messages.success(request, _("The row is as it was in version %(number)d.") % {"number": number})
        return redirect("admin:vendors_vendorconfig_change", vendor_id)

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
