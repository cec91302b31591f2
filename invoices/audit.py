"""Whether anything was lost: Gmail's own list against the ledger, and what AWS should have delivered and did not.

What is missing is fetched, what lies unread is read again, months are worked out anew, and a notification that was never
decided is; each of these changes nothing where nothing was lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from accounts import mailboxes
from accounts.mailboxes import ReconnectNeededError
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
# Longer than any sync that still runs takes to come back to a mail.
_SETTLED_WITHIN: Final = timedelta(hours=6)
# AWS itself has tried three times to have it read before the first of these nights.
_NIGHTS: Final = 3
_RECENT: Final = timedelta(days=45)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """What an audit found: mails Gmail lists and the ledger does not know, those nobody came back to, and documents not read."""

    listed: int
    missing: int
    stuck: int
    unread: int


def audit(user_id: str, mailbox_id: str) -> Gaps:
    """Compare and mend one mailbox; gives what was found. A difference is a job that the person sees.

    Raises NotFoundError, ReconnectNeededError (which the person was told of), GmailUnavailableError.
    """
    try:
        return _audited(user_id, mailbox_id)
    except ReconnectNeededError:
        notifications.tell_access_ended(user_id, mailbox_id)
        raise


def _audited(user_id: str, mailbox_id: str) -> Gaps:
    mailboxes.warn_before_it_ends(user_id, mailbox_id)
    since = now() - WINDOW
    listed = _listed(user_id, mailbox_id, since)
    known = ledger.known(user_id, mailbox_id, listed)
    missing = [each for each in listed if each not in known]
    if missing:
        ingestion.request_sync(user_id, mailbox_id, since=since)
    ingestion.catch_up(user_id, mailbox_id)
    lines = tuple(ledger.each(user_id))
    stuck = [each for each in lines if each.mailbox_id == mailbox_id and _is_stuck(each)]
    _come_back_to(user_id, mailbox_id, stuck)
    unread = [each for each in lines if _is_unread(each)]
    for each in unread:
        _read_again(each)
    found = Gaps(listed=len(listed), missing=len(missing), stuck=len(stuck), unread=len(unread))
    if found.missing or found.stuck or found.unread:
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


def _is_stuck(line: Entry) -> bool:
    """Whether a mail waits though no sync can be on its way to it any more: the message that asked for it was lost."""
    waits = line.state in (EntryState.WAITING, EntryState.FAILED)
    return waits and line.updated_at is not None and line.updated_at < now() - _SETTLED_WITHIN


def _come_back_to(user_id: str, mailbox_id: str, stuck: Sequence[Entry]) -> None:
    """Have the vendors' mail gone through once more; a line whose vendor is not fetched any more is settled so."""
    fetched = {row.vendor.vendor_id for row in vendors.fetched()}
    wanted = sorted({each.vendor_id for each in stuck if each.vendor_id in fetched})
    if wanted:
        ingestion.request_sync(user_id, mailbox_id, vendor_ids=wanted)
    for each in stuck:
        if each.vendor_id not in fetched:
            ledger.put(replace(each, state=EntryState.IGNORED, reason="vendor_not_fetched", retry_at=None))


def _is_unread(line: Entry) -> bool:
    """Whether it has lain in S3 for an hour without having been read."""
    return line.state is EntryState.STORED and line.updated_at is not None and line.updated_at < now() - _READ_WITHIN


def _read_again(line: Entry) -> None:
    """Tell of the document once more, or set it aside for a person when that was in vain."""
    if line.tries >= _NIGHTS:
        ledger.put(replace(line, state=EntryState.GIVEN_UP, reason="unreadable"))
        return
    try:
        documents.tell_again(line.user_id, line.s3_path or "")
    except NotFoundError:
        # The document never reached S3, or is gone: the next sync fetches the mail again.
        ledger.reopen(line)
    else:
        ledger.put(replace(line, tries=line.tries + 1))


def _listed(user_id: str, mailbox_id: str, since: datetime) -> list[str]:
    gmail = Gmail(ingestion.token_of(user_id, mailbox_id), budget=Budget())
    queries = (gmail_query(vendor, after=since) for vendor in vendors.active())
    return list(dict.fromkeys(each for query in queries for each in ingestion.ids(gmail, query)))


def _report(user_id: str, mailbox_id: str, found: Gaps) -> None:
    job = jobs.begin(user_id, kind="audit", request={"mailbox_id": mailbox_id})
    result = {"missing": found.missing, "stuck": found.stuck, "unread": found.unread}
    jobs.advance(user_id, job.job_id, state=JobState.DONE, counts={"found": found.listed}, result=result)
