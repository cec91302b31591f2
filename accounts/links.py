"""Links that work once and only for a while: sign-up, password reset, a new address, a switched Google account.

Access patterns
- a link: OneTimeTokens[hash of its token], used up by a conditional delete, so that two clicks at once are one
- the links of a person, for erasure: UserID-index
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from secrets import token_urlsafe
from typing import Any

from pynamodb.exceptions import DeleteError, DoesNotExist

from accounts import tables
from paypulse.core.clock import now
from paypulse.core.errors import PayPulseError


class Purpose(StrEnum):
    """What a link is good for."""

    SIGN_UP = "sign-up"
    RESET = "reset"
    NEW_ADDRESS = "new-address"
    SWITCH = "switch"


class LinkError(PayPulseError):
    """The link is unknown, used, or too old; which of these is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a link stands for. A sign-up has no `user_id` yet."""

    user_id: str | None
    data: Mapping[str, Any]


def make(purpose: Purpose, *, user_id: str | None, lasts: timedelta, data: Mapping[str, Any] | None = None) -> str:
    """The token of a new link; only its hash is kept."""
    token = token_urlsafe(32)
    tables.OneTimeToken(
        token_hash=_hash(token, purpose),
        user_id=user_id,
        purpose=str(purpose),
        data=dict(data or {}),
        expires_at=now() + lasts,
    ).save(tables.OneTimeToken.token_hash.does_not_exist())
    return token


def seen(token: str, purpose: Purpose) -> Link:
    """What the link stands for, leaving it usable. Raises LinkError."""
    return _link(_row(token, purpose))


def used(token: str, purpose: Purpose) -> Link:
    """What the link stands for, using it up. Raises LinkError."""
    row = _row(token, purpose)
    try:
        row.delete(tables.OneTimeToken.token_hash.exists())
    except DeleteError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        raise LinkError("This link does not work (any more).") from error
    return _link(row)


def _row(token: str, purpose: Purpose) -> tables.OneTimeToken:
    try:
        row = tables.OneTimeToken.get(_hash(token, purpose), consistent_read=True)
    except DoesNotExist:
        raise LinkError("This link does not work (any more).") from None
    # DynamoDB forgets expired rows when it gets to it.
    if row.expires_at <= now():
        raise LinkError("This link does not work (any more).")
    return row


def _link(row: tables.OneTimeToken) -> Link:
    return Link(user_id=row.user_id, data=row.data)


def _hash(token: str, purpose: Purpose) -> str:
    return hashlib.sha256(f"{purpose}|{token}".encode()).hexdigest()
