"""All rent notices of a mailbox, asked for over the API or the queue."""

from __future__ import annotations

from typing import Any

from lambdas.api.ingest import rental as api
from lambdas.fetching import fan_out, sync_queue
from paypulse.core.categories import Category
from paypulse.core.config import config


def handler(event: dict[str, Any], context: Any) -> Any:
    """Answer a request, do a queue's syncs, or (with neither) ask for one of every mailbox."""
    if "routeKey" in event:
        return api(event, context)
    if "Records" in event:
        return sync_queue(event, context)
    return fan_out(Category.RENTAL, queue=config().fetch_invoices_queue)
