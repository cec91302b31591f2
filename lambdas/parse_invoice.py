"""A PDF came in: read it and record what it says."""

from __future__ import annotations

from typing import Any

from invoices.processing import process
from lambdas.events import object_keys
from lambdas.logs import log


def handler(event: dict[str, Any], context: Any) -> None:  # noqa: ARG001 (Lambda passes it)
    """Record every document of an S3 event. A failure rises, so that S3's retries and the alarm see it."""
    for key in object_keys(event):
        result = process(key)
        kept = result.invoice
        log.info(
            "read",
            outcome=str(result.outcome),
            invoice_id=kept.invoice_id if kept else None,
            state=str(kept.state) if kept else None,
        )
