"""What the two parsers share: reading each document that S3 tells of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from invoices.invoice import InvoiceState
from invoices.processing import process
from lambdas.logs import log
from lambdas.measures import Measure, count


def read_each(event: Mapping[str, Any]) -> None:
    """Record every document of an S3 event. A failure rises, so that S3's retries and the alarm see it."""
    for key in _keys(event):
        result = process(key)
        kept = result.invoice
        log.info(
            "read",
            outcome=str(result.outcome),
            user_id=kept.user_id if kept else None,
            invoice_id=kept.invoice_id if kept else None,
            state=str(kept.state) if kept else None,
        )
        count(Measure.DOCUMENTS_READ)
        if kept and kept.state is InvoiceState.NEEDS_LOOK:
            count(Measure.DOCUMENTS_ASKING)


def _keys(event: Mapping[str, Any]) -> Iterator[str]:
    """The keys of the objects; S3 quotes them as in a form (a blank is +)."""
    for record in event.get("Records", ()):
        yield unquote_plus(record["s3"]["object"]["key"])
