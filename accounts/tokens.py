"""What proves a caller of the API: short-lived JWTs after signing in, and personal tokens for scripts.

Access patterns
- a JWT: the person's row by id, for the session version (one read)
- a personal token: ApiTokens[hash] and the person it names, in one read; the tokens of a person: UserID-index
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_hex, token_urlsafe
from typing import Any, Final, cast

import jwt
from pynamodb.attributes import ListAttribute
from pynamodb.exceptions import PutError, UpdateError

from accounts import audit, store, tables
from accounts.user import User
from paypulse.core.clock import now
from paypulse.core.config import config
from paypulse.core.errors import NotFoundError, PayPulseError
from paypulse.core.tables import Table, read_together

_ALGORITHM: Final = "HS256"
_AUDIENCE: Final = "paypulse-api"
_LIFETIME: Final = timedelta(hours=1)
_PREFIX: Final = "pp_"
_PERSON: Final = "user_"
_CLAIMS: Final = ("iss", "aud", "sub", "iat", "exp", "jti", "sv")
_NOTED_EVERY: Final = timedelta(hours=1)


class InvalidTokenError(PayPulseError):
    """The token proves nothing (any more)."""


class ExpiredTokenError(InvalidTokenError):
    """The token was good until it ran out."""


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "invoices:read"
    WRITE = "invoices:write"
    INGEST = "invoices:ingest"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Claims:
    """Who is calling, and what for."""

    user_id: str
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A JWT and when it runs out."""

    token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"AccessToken(expires_at={self.expires_at.isoformat()})"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalToken:
    """A personal token as its owner sees it in the list; the token itself is shown once, when made."""

    token_id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    last_used_at: datetime | None


def issue(user: User) -> AccessToken:
    """A JWT for an hour, signed with the newest key. A new session version (password change, erasure) ends it before."""
    at, key = now(), config().jwt_keys[0]
    claims = {
        "iss": config().site_url,
        "aud": _AUDIENCE,
        "sub": user.user_id,
        "iat": at,
        "exp": at + _LIFETIME,
        "jti": token_hex(8),
        "sv": user.session_version,
    }
    return AccessToken(jwt.encode(claims, key, algorithm=_ALGORITHM, headers={"kid": _key_id(key)}), at + _LIFETIME)


def verify(token: str) -> Claims:
    """Who the bearer of `token` is. Raises ExpiredTokenError or InvalidTokenError."""
    return _personal(token) if token.startswith(_PREFIX) else _signed(token)


def make(user_id: str, *, name: str, scopes: tuple[Scope, ...]) -> str:
    """A new personal token, which nobody can read again; only its hash is kept."""
    # It names its owner, so that both rows are read at once; what proves it is the rest.
    token = f"{_PREFIX}{user_id.removeprefix(_PERSON)}_{token_urlsafe(32)}"
    row = tables.ApiToken(
        token_hash=_hash(token), user_id=user_id, name=name, scopes=[str(each) for each in scopes], created_at=now()
    )
    try:
        row.save(tables.ApiToken.token_hash.does_not_exist())
    except PutError as error:
        raise InvalidTokenError("the token exists already") from error
    audit.record(user_id, audit.Action.API_TOKEN_MADE, name=name)
    return token


def personal_tokens(user_id: str) -> tuple[PersonalToken, ...]:
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


def _signed(token: str) -> Claims:
    claims = _decoded(token)
    try:
        user = store.user(str(claims["sub"]))
    except NotFoundError as error:
        raise InvalidTokenError("the person is gone") from error
    if not user.is_active or claims["sv"] != user.session_version:
        raise InvalidTokenError("the session was ended", user_id=user.user_id)
    return Claims(user.user_id, frozenset(Scope))


def _decoded(token: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(token),
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            issuer=config().site_url,
            # Our own clock decides below, so that every part of the code agrees on what time it is.
            options={"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False},
        )
    except jwt.PyJWTError:
        raise InvalidTokenError("the token is not one of ours") from None
    if not isinstance(claims["exp"], int) or claims["exp"] <= now().timestamp():
        raise ExpiredTokenError("the token has run out")
    return claims


def _key(token: str) -> str:
    named = jwt.get_unverified_header(token).get("kid")
    for key in config().jwt_keys:
        if _key_id(key) == named:
            return key
    raise jwt.InvalidKeyError("no key of that name")


def _key_id(key: str) -> str:
    return hashlib.sha256(b"kid|" + key.encode()).hexdigest()[:12]


def _personal(token: str) -> Claims:
    user_id = _PERSON + token.removeprefix(_PREFIX).partition("_")[0]
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
