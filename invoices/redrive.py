"""Doing again: mails that were given up, messages in the dead-letter queues, documents that were read before.

Reading a document again keeps what people corrected; fetching a mail again changes nothing that is settled.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from invoices import documents, ingestion, ledger, store
from invoices.ledger import EntryState
from invoices.processing import Result, process
from invoices.requests import queue_url
from invoices.rereading import stored
from paypulse.core.aws import client
from paypulse.core.errors import NotFoundError

_FROM_THE_BEGINNING: Final = datetime(1970, 1, 2, tzinfo=UTC)


def give_another_try(user_id: str) -> int:
    """Fetch again every mail of a person that was given up; gives how many there are."""
    given_up = [entry for entry in ledger.each(user_id) if entry.state is EntryState.GIVEN_UP]
    for entry in given_up:
        ledger.reopen(entry)
    for mailbox_id in sorted({entry.mailbox_id for entry in given_up}):
        since = min(entry.sent_at or _FROM_THE_BEGINNING for entry in given_up if entry.mailbox_id == mailbox_id)
        try:
            ingestion.request_sync(user_id, mailbox_id, since=since - timedelta(days=1))
        except NotFoundError:
            continue
    return len(given_up)


def reread(user_id: str, *, vendor_id: str | None = None, older_than: int | None = None) -> Iterator[Result]:
    """Read a person's stored originals anew, with the reader and rows of today; each result as it comes.

    Only those of one vendor, or those that a reader before version `older_than` read.
    """
    for entry in stored(user_id, vendor_id=vendor_id):
        kept = store.find(user_id, entry.invoice_id) if older_than and entry.invoice_id else None
        if kept and older_than and kept.reader_version >= older_than:
            continue
        try:
            documents.original(user_id, entry.s3_path or "")
        except NotFoundError:
            continue
        yield process(entry.s3_path or "")


def empty_dead_letters(queue: str) -> int:
    """Put a queue's dead letters back on it; gives how many there were."""
    sqs = client("sqs")
    source, target = queue_url(f"{queue}-dlq"), queue_url(queue)
    moved = 0
    while messages := _received(source):
        for message in messages:
            sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
    return moved


def _received(url: str) -> list[dict[str, Any]]:
    answer: dict[str, Any] = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return list(answer.get("Messages", ()))
