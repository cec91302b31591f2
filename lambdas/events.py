"""What AWS sends to our functions, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from invoices.invoice import Invoice
from invoices.rows import to_invoice
from invoices.tables import RentalInvoice, RetailInvoice

_TABLES: dict[str, type[RentalInvoice] | type[RetailInvoice]] = {
    "RentalInvoices": RentalInvoice,
    "RetailInvoices": RetailInvoice,
}


def each_message(event: dict[str, Any], context: Any, handle: Callable[[str], None]) -> dict[str, Any]:
    """Handle every message of a queue; the answer names those that failed, so that only they come again."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(
        process_partial_response(
            event=event, record_handler=lambda record: handle(record.body), processor=processor, context=context
        )
    )


def each_change(event: dict[str, Any], context: Any, handle: Callable[[Change], None]) -> dict[str, Any]:
    """Handle every row change of a stream; the answer names the first that failed, from which the stream goes on."""
    processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    return dict(
        process_partial_response(
            event=event,
            record_handler=lambda record: handle(_change(record.raw_event)),
            processor=processor,
            context=context,
        )
    )


Change = tuple[Invoice | None, Invoice | None]


def changes(event: Mapping[str, Any]) -> list[Change]:
    """Every invoice row that a stream event tells of, before and after (None: not there)."""
    return [_change(record) for record in event.get("Records", ())]


def _change(record: Mapping[str, Any]) -> Change:
    table = _TABLES[record["eventSourceARN"].split(":table/")[1].split("/")[0]]
    images = record["dynamodb"]
    old, new = images.get("OldImage"), images.get("NewImage")
    return _invoice(table, old), _invoice(table, new)


def _invoice(table: type[RentalInvoice | RetailInvoice], image: dict[str, Any] | None) -> Invoice | None:
    return to_invoice(table.from_raw_data(image)) if image else None
