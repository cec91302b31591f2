"""The site's addresses: the dashboard at the root, accounts, and the admin."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("language/", set_language, name="set_language"),
    path("", include("invoices.urls")),
]
