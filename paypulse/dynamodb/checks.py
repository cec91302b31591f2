"""The system check that keeps Django's facades in step with the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.db import connection
from django.db.models import Model

from paypulse.dynamodb.tables import Rows


def facades_match_their_tables(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[checks.CheckMessage]:
    """An error for each facade's field that its table does not have, and for a primary key that is not the table's."""
    tables: dict[str, Rows] = connection.tables  # type: ignore[attr-defined]
    models = [model for model in apps.get_models() if model._meta.label_lower in tables]
    return [fault for model in models for fault in _faults(model, tables[model._meta.label_lower])]


def _faults(model: type[Model], table: Rows) -> Iterator[checks.CheckMessage]:
    known = set(table.attributes)
    for field in model._meta.concrete_fields:
        if field.attname not in known:
            yield checks.Error(f"The table has no attribute {field.attname!r}.", obj=field, id="paypulse.E001")
    if model._meta.pk.attname != table.key:
        yield checks.Error(f"The table's key is {table.key!r}.", obj=model, id="paypulse.E002")
