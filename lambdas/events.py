"""What AWS sends to our functions, as plain values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from invoices import jobs
from invoices.invoice import Invoice
from invoices.jobs import JobState
from invoices.rows import to_invoice
from invoices.tables import RentalInvoice, RetailInvoice
from paypulse.core.config import config

_TABLES: dict[str, type[RentalInvoice] | type[RetailInvoice]] = {
    "RentalInvoices": RentalInvoice,
    "RetailInvoices": RetailInvoice,
}


def each_message(event: dict[str, Any], context: Any, handle: Callable[[str], None]) -> dict[str, Any]:
    """Handle every message of a queue; the answer names those that failed, so that only they come again."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def handle_record(record: SQSRecord) -> None:
        with telling_of_the_last_try(record.raw_event):
            handle(record.body)

    return dict(
        process_partial_response(event=event, record_handler=handle_record, processor=processor, context=context)
    )


@contextmanager
def telling_of_the_last_try(record: Mapping[str, Any]) -> Iterator[None]:
    """Let a failure rise, so that the queue sees it; when it was the last try, the job that asked says that it failed."""
    try:
        yield
    except Exception:
        asked = json.loads(record["body"])
        if _tries(record) >= config().max_receives and "job_id" in asked:
            jobs.advance(asked["user_id"], asked["job_id"], state=JobState.FAILED, error="kept_failing")
        raise


def _tries(record: Mapping[str, Any]) -> int:
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))


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
