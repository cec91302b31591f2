"""Rows changed: recompute the months they are and were in."""

from __future__ import annotations

from typing import Any

from invoices import summaries
from invoices.invoice import Invoice
from lambdas.events import Change, changes


def handler(event: dict[str, Any], context: Any) -> None:  # noqa: ARG001 (Lambda passes it)
    """Recompute each month once, whatever number of its rows changed. A failure rises, and the stream sends all again."""
    found = changes(event)
    for user_id, month in sorted({(each.user_id, summaries.month_of(each)) for each in _told(found)}):
        summaries.recompute(user_id, month, touched=[each for each in _told(found) if each.user_id == user_id])


def _told(found: list[Change]) -> list[Invoice]:
    return [each for change in found for each in change if each is not None]
