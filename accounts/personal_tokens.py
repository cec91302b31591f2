"""Personal tokens for scripts: made, listed, ended, and looked up for whoever bears one.

Access patterns
- one by its text: ApiTokens[hash] and the person it names, in one read
- the tokens of a person: UserID-index
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Final, cast

from pynamodb.attributes import ListAttribute
from pynamodb.exceptions import PutError, UpdateError

from accounts import audit, tables
from accounts.claims import Claims, InvalidTokenError, Scope
from paypulse.core.clock import now
from paypulse.core.errors import NotFoundError
from paypulse.core.tables import Table, read_together

PREFIX: Final = "pp_"
# That a person may have at once.
MOST: Final = 50
_PERSON: Final = "user_"
_NOTED_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalToken:
    """A personal token as its owner sees it in the list; the token itself is shown once, when made."""

    token_id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    last_used_at: datetime | None


def make(user_id: str, *, name: str, scopes: tuple[Scope, ...]) -> str:
    """A new personal token, which nobody can read again; only its hash is kept."""
    # It names its owner, so that both rows are read at once; what proves it is the rest.
    token = f"{PREFIX}{user_id.removeprefix(_PERSON)}_{token_urlsafe(32)}"
    row = tables.ApiToken(
        token_hash=_hash(token), user_id=user_id, name=name, scopes=[str(each) for each in scopes], created_at=now()
    )
    try:
        row.save(tables.ApiToken.token_hash.does_not_exist())
    except PutError as error:
        raise InvalidTokenError("the token exists already") from error
    audit.record(user_id, audit.Action.API_TOKEN_MADE, name=name)
    return token


def is_full(user_id: str) -> bool:
    """Whether the person has as many tokens as they may."""
    return len(of(user_id)) >= MOST


def of(user_id: str) -> tuple[PersonalToken, ...]:
    """The person's tokens, newest first."""
    rows = sorted(tables.ApiToken.user_index.query(user_id), key=lambda row: row.created_at, reverse=True)
    return tuple(
        PersonalToken(
            token_id=row.token_hash[:16],
            name=row.name,
            scopes=_scopes(row),
            created_at=row.created_at,
            last_used_at=row.last_used_at,
        )
        for row in rows
    )


def end(user_id: str, token_id: str) -> None:
    """Make one of the person's tokens worthless. Raises NotFoundError."""
    for row in tables.ApiToken.user_index.query(user_id):
        if row.token_hash.startswith(token_id) and len(token_id) == 16:
            row.delete(tables.ApiToken.user_id == user_id)
            audit.record(user_id, audit.Action.API_TOKEN_ENDED, name=row.name)
            return
    raise NotFoundError("there is no such token", user_id=user_id)


def end_all(user_id: str) -> None:
    """Make every one of the person's tokens worthless."""
    for row in list(tables.ApiToken.user_index.query(user_id)):
        row.delete()


def verify(token: str) -> Claims:
    """Who the bearer of `token` is; its use is noted once an hour. Raises InvalidTokenError."""
    user_id = _PERSON + token.removeprefix(PREFIX).partition("_")[0]
    keys: dict[type[Table], list[dict[str, Any]]] = {
        tables.ApiToken: [{"TokenHash": {"S": _hash(token)}}],
        tables.User: [{"UserID": {"S": user_id}}],
    }
    found = {type(each): each for each in read_together(keys)}
    row, user = found.get(tables.ApiToken), found.get(tables.User)
    if not isinstance(row, tables.ApiToken) or row.user_id != user_id:
        raise InvalidTokenError("there is no such token")
    if not isinstance(user, tables.User) or not user.is_active:
        raise InvalidTokenError("the account is closed", user_id=user_id)
    if row.last_used_at is None or row.last_used_at < now() - _NOTED_EVERY:
        _note_use(row)
    return Claims(row.user_id, frozenset(_scopes(row)))


def _note_use(row: tables.ApiToken) -> None:
    try:
        row.update([tables.ApiToken.last_used_at.set(now())], condition=tables.ApiToken.token_hash.exists())
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        raise InvalidTokenError("the token was ended just now") from error


def _scopes(row: tables.ApiToken) -> tuple[Scope, ...]:
    return tuple(Scope(str(each)) for each in cast("ListAttribute[Any]", row.scopes))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
