"""What proves a caller of the API: short-lived JWTs after signing in (their person's row is read, for the session version), or a personal token."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Final

import jwt

from accounts import personal_tokens, store
from accounts.claims import Claims, ExpiredTokenError, InvalidTokenError, Scope
from accounts.user import User
from paypulse.core.clock import now
from paypulse.core.config import config
from paypulse.core.errors import NotFoundError

_ALGORITHM: Final = "HS256"
_AUDIENCE: Final = "paypulse-api"
_LIFETIME: Final = timedelta(hours=1)
_CLAIMS: Final = ("iss", "aud", "sub", "iat", "exp", "jti", "sv")


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A JWT and when it runs out."""

    token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"AccessToken(expires_at={self.expires_at.isoformat()})"


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
    return personal_tokens.verify(token) if token.startswith(personal_tokens.PREFIX) else _signed(token)


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
