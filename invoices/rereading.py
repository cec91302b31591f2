"""Having a person's documents read again by the functions that read them first, in as many steps as it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from invoices import documents, jobs, ledger
from invoices.jobs import Job, JobState
from invoices.ledger import Entry, EntryState
from invoices.requests import send_all
from paypulse.core.errors import NotFoundError

READ_AGAIN: Final = "read-again"
_MARGIN_S: Final = 20.0
_READ: Final = frozenset({EntryState.STORED, EntryState.RECORDED, EntryState.DUPLICATE, EntryState.IGNORED})


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
