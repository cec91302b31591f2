"""The site as a Django app: its checks, templates and static files."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks


class PayPulseConfig(AppConfig):
    name = "paypulse"
    verbose_name = "PayPulse"

    def ready(self) -> None:
        from paypulse.dynamodb.checks import facades_match_their_tables

        checks.register(facades_match_their_tables, checks.Tags.models)
