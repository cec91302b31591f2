"""Doing again: mails that were given up, messages in the dead-letter queues, documents that were read before.

Reading a document again keeps what people corrected; fetching a mail again changes nothing that is settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from invoices import documents, ingestion, jobs, ledger, store
from invoices.jobs import Job, JobState
from invoices.ledger import Entry, EntryState
from invoices.processing import Result, process
from invoices.requests import queue_url, send_all
from paypulse.core.aws import client
from paypulse.core.errors import NotFoundError

READ_AGAIN: Final = "read-again"
_MARGIN_S: Final = 20.0
_FROM_THE_BEGINNING: Final = datetime(1970, 1, 2, tzinfo=UTC)
_READ: Final = frozenset({EntryState.STORED, EntryState.RECORDED, EntryState.DUPLICATE, EntryState.IGNORED})


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """One person's documents (of one vendor) being read again: told of so far, up to the ledger's line `after`."""

    user_id: str
    job_id: str
    vendor_id: str | None = None
    after: str | None = None
    told: int = 0

    @classmethod
    def parse(cls, message: Mapping[str, Any]) -> Rereading:
        """The rereading in a queue message. Raises TypeError for a message that is none."""
        return cls(**message)


def request_reread(user_id: str, *, vendor_id: str | None = None) -> Job:
    """A job that has the person's documents (of one vendor) read again by the functions that read them first."""
    job = jobs.begin(user_id, kind="reread", request={"vendor_id": vendor_id})
    send_all([asdict(Rereading(user_id=user_id, job_id=job.job_id, vendor_id=vendor_id))], queue=READ_AGAIN)
    return job


def tell_again(asked: Rereading, *, seconds_left: Callable[[], float]) -> Rereading:
    """Make S3 tell of each document once more; what time does not allow goes back on the queue. Gives how far it came."""
    for entry in stored(asked.user_id, vendor_id=asked.vendor_id, after=asked.after):
        if seconds_left() < _MARGIN_S:
            _note(asked, JobState.RUNNING)
            send_all([asdict(asked)], queue=READ_AGAIN)
            return asked
        try:
            documents.tell_again(asked.user_id, entry.s3_path or "")
        except NotFoundError:
            continue
        asked = replace(asked, after=entry.entry_id, told=asked.told + 1)
    _note(asked, JobState.DONE)
    return asked


def _note(asked: Rereading, state: JobState) -> None:
    jobs.advance(asked.user_id, asked.job_id, state=state, counts={"found": asked.told, "stored": asked.told})


def stored(user_id: str, *, vendor_id: str | None = None, after: str | None = None) -> Iterator[Entry]:
    """The ledger lines of a person's documents that lie in S3 (of one vendor, beyond the line `after`)."""
    for entry in ledger.each(user_id, after=after):
        if entry.s3_path and entry.state in _READ and vendor_id in (None, entry.vendor_id):
            yield entry


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
