"""Rent came in: tell its owner, once."""

from __future__ import annotations

from typing import Any

from invoices import notifications, store
from lambdas.events import Change, each_change
from paypulse.core.clock import today


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Tell the owners of the rows of a stream event; names the first that failed."""
    return each_change(event, context, _tell)


def _tell(change: Change) -> None:
    old, new = change
    if new is not None:
        earlier = store.list_rental(new.user_id)
        notifications.tell(notifications.for_change(old, new, today=today(), earlier=earlier))
