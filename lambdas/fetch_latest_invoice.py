"""This month's rent notice of every connected mailbox: a schedule fans out through the queue."""

from __future__ import annotations

from typing import Any

from lambdas.api.ingest import latest as api
from lambdas.fetching import fan_out, sync_queue
from paypulse.core.categories import Category
from paypulse.core.config import config


def handler(event: dict[str, Any], context: Any) -> Any:
    """Answer a request, do a queue's syncs, or (with neither) ask for one of every mailbox."""
    if "routeKey" in event:
        return api(event, context)
    if "Records" in event:
        return sync_queue(event, context)
    return fan_out(Category.RENTAL, queue=config().fetch_latest_invoice_queue)
