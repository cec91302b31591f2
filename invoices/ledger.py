"""The message ledger: what became of every mail part that might be an invoice, so that nothing is lost unseen.

Access patterns (MessageLedger[user_id, mailbox#message#part])
- which of these mails are known, and how they stand: one batch read a hundred of them, consistent
- a mail's parts: one query by prefix
- a person's whole ledger, latest mail first on a page; its counts; the counts of its latest thousand lines, one query
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from invoices.tables import LedgerEntry
from paypulse.core.clock import now

_COUNTED_AT_ONCE: Final = 1000


class EntryState(StrEnum):
    """How a mail part stands.

    waiting: listed, not fetched · stored: in S3, being read · recorded: an invoice row · duplicate: of another, by a key ·
    ignored: no invoice, with the reason · failed: tried again at `retry_at` · given_up: needs a person.
    """

    WAITING = "waiting"
    STORED = "stored"
    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    FAILED = "failed"
    GIVEN_UP = "given_up"

    @property
    def is_settled(self) -> bool:
        """Whether fetching has nothing more to do for it, so that a mark may pass it."""
        return self not in (EntryState.WAITING, EntryState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger. `part` counts a mail's documents from 0; `tries` counts failures so far.

    `parts`, on line 0, is how many documents the mail holds, once all of them are kept: a mail that was read in part only
    is not settled.
    """

    user_id: str
    mailbox_id: str
    message_id: str
    part: int
    state: EntryState
    reason: str | None = None
    vendor_id: str | None = None
    s3_path: str | None = None
    invoice_id: str | None = None
    duplicate_of: str | None = None
    tries: int = 0
    retry_at: datetime | None = None
    sent_at: datetime | None = None
    job_id: str | None = None
    parts: int | None = None
    updated_at: datetime | None = None

    @property
    def entry_id(self) -> str:
        return f"{self.mailbox_id}#{self.message_id}#{self.part}"


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some lines of a longer ledger; `cursor` continues it, None at its end."""

    items: tuple[Entry, ...]
    cursor: str | None


def known(user_id: str, mailbox_id: str, message_ids: Iterable[str]) -> dict[str, Entry]:
    """The first entry of each of these mails that the ledger knows, by message id, in the order they were asked for."""
    wanted = list(dict.fromkeys(message_ids))
    keys = [(user_id, f"{mailbox_id}#{message_id}#0") for message_id in wanted]
    rows = {row.message_id: row for row in LedgerEntry.batch_get(keys, consistent_read=True)} if keys else {}
    return {each: _entry(rows[each]) for each in wanted if each in rows}


def expect(user_id: str, mailbox_id: str, message_ids: Iterable[str], *, vendor_id: str, job_id: str | None) -> None:
    """Write down mails that were listed and are not in the ledger yet, as waiting; a line that is there stays as it is."""
    for message_id in message_ids:
        waiting = Entry(
            user_id=user_id,
            mailbox_id=mailbox_id,
            message_id=message_id,
            part=0,
            state=EntryState.WAITING,
            vendor_id=vendor_id,
            job_id=job_id,
        )
        try:
            _row(waiting).save(condition=LedgerEntry.entry_id.does_not_exist())
        except PutError as error:
            if not _is_refusal(error):
                raise


def put(entry: Entry) -> None:
    """Write a line as it now stands; where reading has already gone further, only what it could not know."""
    further = LedgerEntry.state.is_in(*map(str, (EntryState.RECORDED, EntryState.DUPLICATE, EntryState.IGNORED)))
    try:
        _row(entry).save(condition=LedgerEntry.state.does_not_exist() | ~further)
    except PutError as error:
        if not _is_refusal(error):
            raise
        _complete(entry)


def _complete(entry: Entry) -> None:
    """Add what only fetching knows to a line that reading has written."""
    known: tuple[tuple[Any, Any], ...] = (
        (LedgerEntry.parts, entry.parts),
        (LedgerEntry.s3_path, entry.s3_path),
        (LedgerEntry.vendor_id, entry.vendor_id),
        (LedgerEntry.sent_at, entry.sent_at),
    )
    actions: list[Action] = [attribute.set(value) for attribute, value in known if value is not None]
    if actions:
        LedgerEntry(entry.user_id, entry.entry_id).update(actions)


def outcome(
    entry_id: str,
    *,
    state: EntryState,
    reason: str | None = None,
    invoice_id: str | None = None,
    duplicate_of: str | None = None,
) -> list[Action]:
    """What reading writes into a line: an update that also makes the line where it is missing."""
    mailbox_id, message_id, _ = entry_id.split("#")
    actions: list[Action] = [
        LedgerEntry.mailbox_id.set(mailbox_id),
        LedgerEntry.message_id.set(message_id),
        LedgerEntry.state.set(str(state)),
        LedgerEntry.updated_at.set(now()),
    ]
    for attribute, value in (
        (LedgerEntry.reason, reason),
        (LedgerEntry.invoice_id, invoice_id),
        (LedgerEntry.duplicate_of, duplicate_of),
    ):
        actions.append(attribute.remove() if value is None else attribute.set(value))
    return actions


def settle(
    user_id: str,
    entry_id: str,
    *,
    state: EntryState,
    reason: str | None = None,
    invoice_id: str | None = None,
    duplicate_of: str | None = None,
) -> None:
    """Say what reading made of a line; a line that says so already is left alone, so that a redelivery writes nothing."""
    actions = outcome(entry_id, state=state, reason=reason, invoice_id=invoice_id, duplicate_of=duplicate_of)
    differs = LedgerEntry.state.does_not_exist() | (LedgerEntry.state != str(state))
    try:
        LedgerEntry(user_id, entry_id).update(actions, condition=differs)
    except UpdateError as error:
        if not _is_refusal(error):
            raise


def reopen(entry: Entry) -> None:
    """Let a mail that was given up, or whose document is missing, be fetched as if for the first time."""
    waiting: list[Action] = [
        LedgerEntry.state.set(str(EntryState.WAITING)),
        LedgerEntry.tries.set(0),
        LedgerEntry.updated_at.set(now()),
    ]
    try:
        LedgerEntry(entry.user_id, entry.entry_id).update(waiting, condition=LedgerEntry.state == str(entry.state))
    except UpdateError as error:
        if not _is_refusal(error):
            raise


def of_mail(user_id: str, mailbox_id: str, message_id: str) -> tuple[Entry, ...]:
    """Every part of one mail, in order."""
    prefix = f"{mailbox_id}#{message_id}#"
    rows = LedgerEntry.query(user_id, LedgerEntry.entry_id.startswith(prefix), consistent_read=True)
    return tuple(sorted((_entry(row) for row in rows), key=lambda each: each.part))


def each(user_id: str, *, mailbox_id: str | None = None, after: str | None = None) -> Iterator[Entry]:
    """A person's whole ledger, or one mailbox's, or what comes after a line's id, in the order of the mails' ids."""
    within: Condition | None = LedgerEntry.entry_id.startswith(f"{mailbox_id}#") if mailbox_id else None
    for row in LedgerEntry.query(user_id, LedgerEntry.entry_id > after if after else within):
        yield _entry(row)


def entries(user_id: str, *, state: EntryState | None = None, limit: int = 50, cursor: str | None = None) -> EntryPage:
    """Some lines of a person's ledger, latest mail of each mailbox first, perhaps only those in one state."""
    wanted = LedgerEntry.state == str(state) if state else None
    start = {"UserID": {"S": user_id}, "EntryID": {"S": cursor}} if cursor else None
    found = LedgerEntry.query(
        user_id,
        filter_condition=wanted,
        limit=limit,
        last_evaluated_key=start,
        scan_index_forward=False,
        page_size=_COUNTED_AT_ONCE if state else limit,
    )
    items = tuple(_entry(row) for row in found)
    last = found.last_evaluated_key
    return EntryPage(items, last["EntryID"]["S"] if last else None)


def counts(user_id: str, *, mailbox_id: str | None = None) -> Mapping[EntryState, int]:
    """How many lines stand in each state, every state named; together they are all the lines there are."""
    found = Counter(entry.state for entry in each(user_id, mailbox_id=mailbox_id))
    return {state: found[state] for state in EntryState}


def recent_counts(user_id: str) -> tuple[Mapping[EntryState, int], bool]:
    """The counts of the latest thousand lines in one query, and whether those are all there are."""
    query = LedgerEntry.query(
        user_id,
        limit=_COUNTED_AT_ONCE,
        scan_index_forward=False,
        attributes_to_get=["state"],
        page_size=_COUNTED_AT_ONCE,
    )
    found = Counter(EntryState(row.state) for row in query)
    return {state: found[state] for state in EntryState}, query.last_evaluated_key is None


def _row(entry: Entry) -> LedgerEntry:
    return LedgerEntry(
        entry.user_id,
        entry.entry_id,
        mailbox_id=entry.mailbox_id,
        message_id=entry.message_id,
        state=str(entry.state),
        reason=entry.reason,
        vendor_id=entry.vendor_id,
        s3_path=entry.s3_path,
        invoice_id=entry.invoice_id,
        duplicate_of=entry.duplicate_of,
        tries=entry.tries,
        retry_at=entry.retry_at,
        sent_at=entry.sent_at,
        job_id=entry.job_id,
        parts=entry.parts,
        updated_at=now(),
    )


def _entry(row: LedgerEntry) -> Entry:
    return Entry(
        user_id=row.user_id,
        mailbox_id=row.mailbox_id,
        message_id=row.message_id,
        part=int(row.entry_id.rpartition("#")[2]),
        state=EntryState(row.state),
        reason=row.reason,
        vendor_id=row.vendor_id,
        s3_path=row.s3_path,
        invoice_id=row.invoice_id,
        duplicate_of=row.duplicate_of,
        tries=int(row.tries or 0),
        retry_at=row.retry_at,
        sent_at=row.sent_at,
        job_id=row.job_id,
        parts=int(row.parts) if row.parts is not None else None,
        updated_at=row.updated_at,
    )


def _is_refusal(error: Any) -> bool:
    return getattr(error, "cause_response_code", None) == "ConditionalCheckFailedException"
