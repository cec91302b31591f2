"""A mailbox's Google tokens at rest: sealed with KMS, renewed by one caller at a time.

Access patterns
- the tokens of one mailbox: MailboxTokens[user_id, mailbox_id], consistent
- every change is conditional on the version that was read, so that a renewal never undoes a new consent
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.update import Action

from accounts import google, tables, vault
from accounts.google import Cause, GoogleTokens, GrantEndedError
from paypulse.core.clock import now, pause
from paypulse.core.errors import NotFoundError, PayPulseError

# A token that ends within this time is renewed first, so that it does not end in the middle of a call.
_MARGIN: Final = timedelta(seconds=90)
_JUST_NOW: Final = timedelta(seconds=5)
_LOCK: Final = timedelta(seconds=30)
_WAIT_S: Final = 0.25
_WAITS: Final = 80
_CONDITION_FAILED: Final = "ConditionalCheckFailedException"


class RenewalBusyError(PayPulseError):
    """Another caller has been renewing the token for longer than it is worth waiting."""

    retryable = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The tokens of a mailbox as they are stored now."""

    access_token: str
    refresh_token: str | None
    expires_at: datetime
    refreshed_at: datetime | None
    version: int

    def __repr__(self) -> str:
        return f"Grant(version={self.version})"


def grant(user_id: str, mailbox_id: str) -> Grant:
    """The tokens of the mailbox. Raises NotFoundError, or vault.SealError when they no longer open."""
    row = _row(user_id, mailbox_id)
    if row is None:
        raise NotFoundError("the mailbox has no tokens", user_id=user_id, mailbox_id=mailbox_id)
    secrets = json.loads(vault.opened(user_id, row.ciphertext))
    return Grant(
        access_token=secrets["access_token"],
        refresh_token=secrets["refresh_token"],
        expires_at=row.access_expires_at,
        refreshed_at=row.refreshed_at,
        version=int(row.version),
    )


def row_for(user_id: str, mailbox_id: str, *, tokens: GoogleTokens) -> tables.MailboxToken:
    """The row, not yet written, that keeps these tokens; a missing refresh token leaves the stored one in place."""
    before = _row(user_id, mailbox_id)
    kept = tokens.refresh_token or (_refresh_token_in(before) if before else None)
    return tables.MailboxToken(
        user_id=user_id,
        mailbox_id=mailbox_id,
        ciphertext=_sealed(user_id, tokens.access_token, kept),
        access_expires_at=tokens.expires_at,
        granted_at=now(),
        version=(int(before.version) if before else 0) + 1,
    )


def _row(user_id: str, mailbox_id: str) -> tables.MailboxToken | None:
    try:
        return tables.MailboxToken.get(user_id, mailbox_id, consistent_read=True)
    except DoesNotExist:
        return None


def _refresh_token_in(row: tables.MailboxToken) -> str | None:
    """The stored refresh token. What no longer opens is of no use, and must not keep the person from connecting anew."""
    try:
        token: str | None = json.loads(vault.opened(row.user_id, row.ciphertext))["refresh_token"]
    except vault.SealError:
        return None
    return token


def access_token(user_id: str, mailbox_id: str, *, renew: bool = False) -> str:
    """A token Gmail takes now; `renew` after Gmail refused the one before.

    Of any number of callers at once one asks Google and the others wait for what it gets. Raises GrantEndedError,
    GoogleUnavailableError, RenewalBusyError, or NotFoundError.
    """
    seen = grant(user_id, mailbox_id)
    current = seen
    for _ in range(_WAITS):
        if _usable(current, renew=renew, seen=seen):
            return current.access_token
        with _lock(user_id, mailbox_id, version=current.version) as mine:
            if mine:
                return _renewed(user_id, mailbox_id, current=current)
        pause(_WAIT_S)
        current = grant(user_id, mailbox_id)
    raise RenewalBusyError("the token is still being renewed", user_id=user_id, mailbox_id=mailbox_id)


def _usable(current: Grant, *, renew: bool, seen: Grant) -> bool:
    if current.expires_at < now() + _MARGIN:
        return False
    just_renewed = current.refreshed_at is not None and current.refreshed_at > now() - _JUST_NOW
    return not renew or current.version != seen.version or just_renewed


def _renewed(user_id: str, mailbox_id: str, *, current: Grant) -> str:
    if current.refresh_token is None:
        raise GrantEndedError(Cause.NO_REFRESH_TOKEN)
    try:
        tokens = google.renewed(current.refresh_token)
    except GrantEndedError:
        # The person may have connected anew while Google was refusing the former grant.
        newest = grant(user_id, mailbox_id)
        if newest.version == current.version:
            raise
        return newest.access_token
    kept = tokens.refresh_token or current.refresh_token
    row = tables.MailboxToken
    changes = [
        row.ciphertext.set(_sealed(user_id, tokens.access_token, kept)),
        row.access_expires_at.set(tokens.expires_at),
        row.refreshed_at.set(now()),
        row.version.add(1),
    ]
    if _changed(user_id, mailbox_id, changes, version=current.version):
        return tokens.access_token
    return grant(user_id, mailbox_id).access_token


@contextmanager
def _lock(user_id: str, mailbox_id: str, *, version: int) -> Iterator[bool]:
    """Whether the renewal is ours; a lock older than its time is one whose holder died."""
    row, nonce = tables.MailboxToken, token_hex(8)
    free = row.refresh_lock.does_not_exist() | (row.refresh_lock_until < now())
    taken: list[Action] = [row.refresh_lock.set(nonce), row.refresh_lock_until.set(now() + _LOCK)]
    try:
        row(user_id, mailbox_id).update(list(taken), condition=(row.version == version) & free)
    except UpdateError as error:
        if error.cause_response_code != _CONDITION_FAILED:
            raise
        yield False
        return
    try:
        yield True
    finally:
        _release(user_id, mailbox_id, nonce=nonce)


def _release(user_id: str, mailbox_id: str, *, nonce: str) -> None:
    row = tables.MailboxToken
    try:
        row(user_id, mailbox_id).update(
            [row.refresh_lock.remove(), row.refresh_lock_until.remove()], condition=row.refresh_lock == nonce
        )
    except UpdateError as error:
        if error.cause_response_code != _CONDITION_FAILED:
            raise


def _changed(user_id: str, mailbox_id: str, changes: Sequence[Action], *, version: int) -> bool:
    row = tables.MailboxToken
    try:
        row(user_id, mailbox_id).update(list(changes), condition=row.version == version)
    except UpdateError as error:
        if error.cause_response_code != _CONDITION_FAILED:
            raise
        return False
    return True


def _sealed(user_id: str, access_token: str, refresh_token: str | None) -> bytes:
    return vault.seal(user_id, json.dumps({"access_token": access_token, "refresh_token": refresh_token}))
