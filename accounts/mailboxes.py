"""Connected Gmail accounts: their state, how far their mail is settled, and a token when one is needed.

Access patterns
- a person's mailboxes: Mailboxes[user_id]; one of them: Mailboxes[user_id, mailbox_id], consistent
- every connected mailbox, for the schedules: ConnectedShard-index, ten partitions, page by page
- every change: an update on the condition that the row exists and is in the state that was read
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_hex
from typing import Any, Final, cast

from pynamodb.attributes import ListAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from accounts import audit, grants, letters, store, tables, vault
from accounts.google import GMAIL_READONLY, Cause, GoogleTokens, GrantEndedError, Revocation, ScopeError, revoke
from paypulse.core.categories import Category
from paypulse.core.clock import now
from paypulse.core.errors import ConflictError, NotFoundError, PayPulseError

_SHARDS: Final = 10
_CONDITION_FAILED: Final = "ConditionalCheckFailedException"
# A consent given while the consent screen is in testing ends after seven days. The nightly round writes from the fourth day
# on, and so before five have passed.
_WARNING: Final = timedelta(days=3)


class MailboxState(StrEnum):
    """Whether mail can be fetched."""

    CONNECTED = "connected"
    NEEDS_RECONNECTING = "needs-reconnecting"


class ReconnectNeededError(PayPulseError):
    """Only the person can give access back; `cause` says why it ended."""

    def __init__(self, cause: Cause, *, mailbox_id: str) -> None:
        super().__init__("the mailbox needs reconnecting", cause=str(cause), mailbox_id=mailbox_id)
        self.cause = cause


class SyncRunningError(PayPulseError):
    """Another sync of the mailbox is running."""

    retryable = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A connected Gmail account. The settled marks are None until a first fetch came to its end.

    `lookback_days` are counted from `connected_at`; None is all the mail there is.
    """

    user_id: str
    mailbox_id: str
    email: str
    state: MailboxState
    cause: Cause | None
    scopes: tuple[str, ...]
    connected_at: datetime
    lookback_days: int | None
    lookback_set_at: datetime | None
    retail_history_id: str | None
    rental_history_id: str | None
    retail_settled_until: datetime | None
    rental_settled_until: datetime | None
    last_sync_at: datetime | None
    grant_expires_at: datetime | None
    version: int

    @property
    def is_connected(self) -> bool:
        """Whether mail can be fetched."""
        return self.state is MailboxState.CONNECTED

    def settled_until(self, category: Category) -> datetime | None:
        """Up to when all mail of a category is settled; None before the first fetch of it came to its end."""
        return self.retail_settled_until if category is Category.RETAIL else self.rental_settled_until

    def history_id(self, category: Category) -> str | None:
        """The mailbox's history at the moment of that mark; None where Gmail was not asked for it."""
        return self.retail_history_id if category is Category.RETAIL else self.rental_history_id

    def reaches_back(self, *, days: int | None) -> datetime | None:
        """The moment `days` before the connection; None for None, which is the beginning."""
        return None if days is None else self.connected_at - timedelta(days=days)

    @property
    def ends_soon(self) -> bool:
        """Whether Google said that the grant ends within three days (or that it has ended)."""
        return self.is_connected and self.grant_expires_at is not None and now() >= self.grant_expires_at - _WARNING


def mailbox_id_of(google_id: str) -> str:
    """The id our tables use for a Google account."""
    return hashlib.sha256(google_id.encode()).hexdigest()[:16]


def connect(user_id: str, *, google_id: str, email: str, tokens: GoogleTokens, scopes: Sequence[str]) -> Mailbox:
    """The mailbox, connected; a known one keeps its marks, so that fetching goes on from where it stopped.

    Raises ScopeError without the right to read mail, NotFoundError when the person is gone, ConflictError when
    another consent came between.
    """
    if GMAIL_READONLY not in scopes:
        raise ScopeError("the consent does not cover reading mail")
    mailbox_id = mailbox_id_of(google_id)
    token_row = grants.row_for(user_id, mailbox_id, tokens=tokens)
    changes = _connected(mailbox_id, email=email, scopes=scopes, ends=tokens.grant_expires_at)
    unchanged = tables.MailboxToken.version == token_row.version - 1
    try:
        with store.transaction() as write:
            # No mailbox without its person: an erasure that runs meanwhile wins.
            write.condition_check(tables.User, user_id, condition=tables.User.is_active == True)  # noqa: E712
            write.save(token_row, condition=tables.MailboxToken.version.does_not_exist() | unchanged)
            write.update(tables.Mailbox(user_id, mailbox_id), actions=changes)
    except TransactWriteError as error:
        raise _refusal(error, user_id=user_id) from error
    audit.record(user_id, audit.Action.MAILBOX_CONNECTED, mailbox=email)
    return mailbox(user_id, mailbox_id)


def mailboxes(user_id: str) -> tuple[Mailbox, ...]:
    """The person's mailboxes, the one connected first at the head."""
    rows = tables.Mailbox.query(user_id, consistent_read=True)
    return tuple(sorted((_mailbox(row) for row in rows), key=lambda each: each.connected_at))


def mailbox(user_id: str, mailbox_id: str) -> Mailbox:
    """One mailbox. Raises NotFoundError, also when it is another person's."""
    return _mailbox(_row(user_id, mailbox_id))


def each_connected() -> Iterator[tuple[str, str]]:
    """The user id and mailbox id of every connected mailbox, read page by page."""
    for shard in range(_SHARDS):
        for row in tables.Mailbox.connected_index.query(str(shard), page_size=500):
            yield row.user_id, row.mailbox_id


def access_token(user_id: str, mailbox_id: str, *, renew: bool = False) -> str:
    """A token Gmail takes now; `renew` after Gmail refused the last one.

    Raises ReconnectNeededError after setting the mailbox's state and writing to the person; GoogleUnavailableError and
    RenewalBusyError are worth another try.
    """
    found = mailbox(user_id, mailbox_id)
    if found.cause is not None:
        _tell(found)
        raise ReconnectNeededError(found.cause, mailbox_id=mailbox_id)
    try:
        return grants.access_token(user_id, mailbox_id, renew=renew)
    except GrantEndedError as error:
        cause = _sharpened(error.cause, found)
    needs_reconnecting(user_id, mailbox_id, cause=cause)
    raise ReconnectNeededError(cause, mailbox_id=mailbox_id)


def needs_reconnecting(user_id: str, mailbox_id: str, *, cause: Cause) -> None:
    """Stop fetching this mailbox until the person connects it again, and write to them once."""
    row = tables.Mailbox
    changes = [
        row.state.set(str(MailboxState.NEEDS_RECONNECTING)),
        row.cause.set(str(cause)),
        row.connected_shard.remove(),
        row.told_at.remove(),
        row.version.add(1),
    ]
    if _updated(user_id, mailbox_id, changes, condition=row.state == str(MailboxState.CONNECTED)):
        audit.record(user_id, audit.Action.MAILBOX_LOST, mailbox=mailbox(user_id, mailbox_id).email, cause=str(cause))
    _tell(mailbox(user_id, mailbox_id))


def look_back(user_id: str, mailbox_id: str, *, days: int | None) -> Mailbox:
    """Have mail of so many days before the connection fetched, or (None) all of it, by the next sync; gives the mailbox.

    Raises NotFoundError, and ConflictError when the mailbox cannot be read.
    """
    row = tables.Mailbox
    chosen = row.lookback_days.remove() if days is None else row.lookback_days.set(days)
    changes = [chosen, row.lookback_set_at.set(now()), row.version.add(1)]
    if not _updated(user_id, mailbox_id, changes, condition=row.state == str(MailboxState.CONNECTED)):
        _row(user_id, mailbox_id)
        raise ConflictError("the mailbox needs reconnecting first", user_id=user_id, mailbox_id=mailbox_id)
    return mailbox(user_id, mailbox_id)


def warn_before_it_ends(user_id: str, mailbox_id: str) -> None:
    """Write to the person, once a consent, when Google has said that the grant is about to end."""
    found, row = mailbox(user_id, mailbox_id), tables.Mailbox
    if not found.ends_soon:
        return
    with _once(found, row.warned_at) as first:
        if first:
            letters.send(store.user(user_id), letters.Letter.GRANT_ENDS_SOON, mailbox=found.email)


def settle(
    user_id: str, mailbox_id: str, *, category: Category, until: datetime, history_id: str | None = None
) -> None:
    """Move the category's mark forward to `until`; a mark that is further already stays, and its history id with it."""
    row, is_retail = tables.Mailbox, category is Category.RETAIL
    mark = row.retail_settled_until if is_retail else row.rental_settled_until
    changes = [mark.set(until), row.last_sync_at.set(now())]
    if history_id is not None:
        changes.append((row.retail_history_id if is_retail else row.rental_history_id).set(history_id))
    _updated(user_id, mailbox_id, changes, condition=mark.does_not_exist() | (mark < until))
    if category is Category.RETAIL:
        marks = [each.retail_settled_until for each in mailboxes(user_id)]
        reached = [each for each in marks if each is not None]
        store.note_retail_fetch(user_id, until=min(reached) if reached and len(reached) == len(marks) else None)


@contextmanager
def sync_lock(user_id: str, mailbox_id: str, *, seconds: int) -> Iterator[None]:
    """Hold the mailbox for one sync, at most `seconds`. Raises SyncRunningError when another holds it."""
    row, nonce = tables.Mailbox, token_hex(8)
    free = row.sync_lock.does_not_exist() | (row.sync_lock_until < now())
    taken = [row.sync_lock.set(nonce), row.sync_lock_until.set(now() + timedelta(seconds=seconds))]
    if not _updated(user_id, mailbox_id, taken, condition=free):
        _row(user_id, mailbox_id)
        raise SyncRunningError("another sync is running", user_id=user_id, mailbox_id=mailbox_id)
    try:
        yield
    finally:
        given_back = [row.sync_lock.remove(), row.sync_lock_until.remove()]
        _updated(user_id, mailbox_id, given_back, condition=row.sync_lock == nonce)


def disconnect(user_id: str, mailbox_id: str) -> Revocation:
    """Give the grant back to Google, forget the mailbox, and say what Google answered. Raises NotFoundError."""
    found = mailbox(user_id, mailbox_id)
    answer = _revoked(user_id, mailbox_id)
    for row in (tables.MailboxToken(user_id, mailbox_id), tables.Mailbox(user_id, mailbox_id)):
        try:
            row.delete(type(row).user_id.exists())
        except DeleteError as error:
            if error.cause_response_code != _CONDITION_FAILED:
                raise
    audit.record(user_id, audit.Action.MAILBOX_DISCONNECTED, mailbox=found.email, google=str(answer))
    return answer


def _revoked(user_id: str, mailbox_id: str) -> Revocation:
    try:
        stored = grants.grant(user_id, mailbox_id)
    except (NotFoundError, vault.SealError):
        return Revocation.ALREADY_GONE
    return revoke(stored.refresh_token or stored.access_token)


def _connected(mailbox_id: str, *, email: str, scopes: Sequence[str], ends: datetime | None) -> list[Action]:
    row = tables.Mailbox
    return [
        row.email.set(email.casefold()),
        row.state.set(str(MailboxState.CONNECTED)),
        row.cause.remove(),
        _scopes(scopes),
        row.connected_at.set(row.connected_at | now()),
        row.connected_shard.set(str(int(mailbox_id, 16) % _SHARDS)),
        row.grant_expires_at.set(ends) if ends else row.grant_expires_at.remove(),
        row.warned_at.remove(),
        row.told_at.remove(),
        row.version.add(1),
    ]


def _scopes(scopes: Sequence[str]) -> Action:
    # PynamoDB types the elements of a list as attributes; strings are what it takes.
    return cast("ListAttribute[Any]", tables.Mailbox.scopes).set(sorted(scopes))


def _sharpened(cause: Cause, found: Mailbox) -> Cause:
    # Google says the same of a revoked grant and of one that ran out its seven days of testing.
    ran_out = found.grant_expires_at is not None and now() >= found.grant_expires_at - timedelta(hours=1)
    return Cause.TEST_MODE if cause is Cause.REVOKED and ran_out else cause


def _tell(found: Mailbox) -> None:
    if found.cause is None:
        return
    with _once(found, tables.Mailbox.told_at) as first:
        if first:
            recipient = store.user(found.user_id)
            letters.send(recipient, letters.Letter.RECONNECT, mailbox=found.email, cause=str(found.cause))


@contextmanager
def _once(found: Mailbox, mark: UTCDateTimeAttribute) -> Iterator[bool]:
    """Whether nobody did this before; the claim is given back when the block fails."""
    mine = _updated(found.user_id, found.mailbox_id, [mark.set(now())], condition=mark.does_not_exist())
    try:
        yield mine
    except BaseException:
        if mine:
            _updated(found.user_id, found.mailbox_id, [mark.remove()], condition=mark.exists())
        raise


def _updated(user_id: str, mailbox_id: str, changes: Sequence[Action], *, condition: Condition) -> bool:
    row = tables.Mailbox
    try:
        row(user_id, mailbox_id).update(list(changes), condition=row.user_id.exists() & condition)
    except UpdateError as error:
        if error.cause_response_code != _CONDITION_FAILED:
            raise
        return False
    return True


def _refusal(error: TransactWriteError, *, user_id: str) -> Exception:
    reasons = [reason.code if reason else None for reason in error.cancellation_reasons]
    if not reasons:
        return error
    if reasons[0] == "ConditionalCheckFailed":
        return NotFoundError("there is no such person", user_id=user_id)
    return ConflictError("another consent came between", user_id=user_id)


def _row(user_id: str, mailbox_id: str) -> tables.Mailbox:
    try:
        return tables.Mailbox.get(user_id, mailbox_id, consistent_read=True)
    except DoesNotExist as error:
        raise NotFoundError("there is no such mailbox", user_id=user_id, mailbox_id=mailbox_id) from error


def _mailbox(row: tables.Mailbox) -> Mailbox:
    return Mailbox(
        user_id=row.user_id,
        mailbox_id=row.mailbox_id,
        email=row.email,
        state=MailboxState(row.state),
        cause=Cause(row.cause) if row.cause else None,
        scopes=tuple(map(str, row.scopes)),
        connected_at=row.connected_at,
        lookback_days=int(row.lookback_days) if row.lookback_days is not None else None,
        lookback_set_at=row.lookback_set_at,
        retail_history_id=row.retail_history_id,
        rental_history_id=row.rental_history_id,
        retail_settled_until=row.retail_settled_until,
        rental_settled_until=row.rental_settled_until,
        last_sync_at=row.last_sync_at,
        grant_expires_at=row.grant_expires_at,
        version=int(row.version),
    )
