"""The site as a Django app: its checks, templates and static files."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core import checks


class PayPulseConfig(AppConfig):
    name = "paypulse"
    verbose_name = "PayPulse"

    def ready(self) -> None:
        from paypulse.dynamodb.checks import facades_match_their_tables

        checks.register(facades_match_their_tables, checks.Tags.models)


class StaffConfig(AdminConfig):
    """django.contrib.admin with our own site, and without groups."""

    default_site = "paypulse.site.StaffSite"

    def ready(self) -> None:
        super().ready()
        from django.contrib.admin import site
        from django.contrib.auth.models import Group

        site.unregister(Group)  # there are no groups; a person's permissions are a list on the row
