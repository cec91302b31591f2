"""Whether anything was lost: Gmail's own list against the ledger, and what AWS should have delivered and did not.

What is missing is fetched, what lies unread is read again, months are worked out anew, and a notification that was never
decided is; each of these changes nothing where nothing was lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from accounts import mailboxes
from invoices import documents, ingestion, jobs, ledger, notifications, store, summaries
from invoices.gmail import Budget, Gmail
from invoices.jobs import JobState
from invoices.ledger import Entry, EntryState
from paypulse.core.clock import now, today
from paypulse.core.errors import NotFoundError
from vendors import store as vendors
from vendors.query import gmail_query

WINDOW: Final = timedelta(days=31)
_READ_WITHIN: Final = timedelta(hours=1)
_RECENT: Final = timedelta(days=45)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """What an audit found: mails Gmail lists and the ledger does not know, and documents stored but not read."""

    listed: int
    missing: int
    unread: int


def audit(user_id: str, mailbox_id: str) -> Gaps:
    """Compare and mend one mailbox; gives what was found. A difference is a job that the person sees.

    Raises NotFoundError, ReconnectNeededError, GmailUnavailableError.
    """
    mailboxes.warn_before_it_ends(user_id, mailbox_id)
    since = now() - WINDOW
    listed = _listed(user_id, mailbox_id, since)
    known = ledger.known(user_id, mailbox_id, listed)
    missing = [each for each in listed if each not in known]
    if missing:
        ingestion.request_sync(user_id, mailbox_id, since=since)
    ingestion.catch_up(user_id, mailbox_id)
    found = Gaps(listed=len(listed), missing=len(missing), unread=_read_again(user_id))
    if found.missing or found.unread:
        _report(user_id, mailbox_id, found)
    mend(user_id)
    return found


def mend(user_id: str) -> None:
    """Work out the last year's months anew, with those in which rent is yet due, and decide again what is told of recent rent."""
    rents = store.list_rental(user_id)
    months = {month.month for month in summaries.months(user_id)} | {summaries.month_of(rent) for rent in rents}
    for month in sorted(months):
        summaries.recompute(user_id, month)
    for rent in rents:
        if rent.created_at > now() - _RECENT:
            notifications.tell(notifications.for_change(None, rent, today=today(), earlier=rents))


def unread(user_id: str) -> Iterator[Entry]:
    """What has lain in S3 for an hour without having been read."""
    for entry in ledger.each(user_id):
        if entry.state is EntryState.STORED and entry.updated_at and entry.updated_at < now() - _READ_WITHIN:
            yield entry


def _read_again(user_id: str) -> int:
    found = 0
    for entry in unread(user_id):
        found += 1
        try:
            documents.tell_again(user_id, entry.s3_path or "")
        except NotFoundError:
            # The document never reached S3, or is gone: the next sync fetches the mail again.
            ledger.reopen(entry)
    return found


def _listed(user_id: str, mailbox_id: str, since: datetime) -> list[str]:
    gmail = Gmail(ingestion.token_of(user_id, mailbox_id), budget=Budget())
    queries = (gmail_query(vendor, after=since) for vendor in vendors.active())
    return list(dict.fromkeys(each for query in queries for each in ingestion.ids(gmail, query)))


def _report(user_id: str, mailbox_id: str, found: Gaps) -> None:
    job = jobs.begin(user_id, kind="audit", request={"mailbox_id": mailbox_id})
    result = {"missing": found.missing, "unread": found.unread}
    jobs.advance(user_id, job.job_id, state=JobState.DONE, counts={"found": found.listed}, result=result)
