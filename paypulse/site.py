"""The admin site: Django's own, entered through the one sign-in page, which counts attempts."""

from __future__ import annotations

from functools import update_wrapper
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from vendors.models import VendorConfig


class StaffSite(AdminSite):
    """What staff see is English, whatever language they read their own invoices in: half of it in another would confuse."""

    site_title = gettext_lazy("PayPulse staff")
    site_header = gettext_lazy("PayPulse staff")
    index_title = gettext_lazy("What staff look after")
    enable_nav_sidebar = False  # two kinds of rows need none, and the lists need the room

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """The view, answering in English."""
        inner = super().admin_view(view, cacheable)

        def in_english(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            with override("en"):
                response = inner(request, *args, **kwargs)
                return response.render() if hasattr(response, "render") else response

        return update_wrapper(in_english, view)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The first page, with the vendors whose documents changed and that nobody has looked at."""
        user: Any = request.user
        rows = VendorConfig.objects.filter(drift__isnull=False) if user.has_perm("vendors.view_vendorconfig") else ()
        tasks = [row for row in rows if row.needs_look]
        return super().index(request, {"tasks": tasks, **(extra_context or {})})

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Send strangers to the sign-in page and back. Raises PermissionDenied for people who are signed in but no staff."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        wanted = request.GET.get("next") or reverse("admin:index")
        return HttpResponseRedirect(f"{reverse('accounts:sign-in')}?{urlencode({'next': wanted})}")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Staff change their password where everybody does."""
        return redirect("accounts:password")
