"""Who is calling: the one authorizer of every /v1 route.

It runs inside the functions and not in front of them, because API Gateway's own refusals cannot carry the published error
envelope; and a token must be checked against the person's session version anyway, which costs one read.
"""

from __future__ import annotations

from collections.abc import Mapping

from accounts.tokens import Claims, ExpiredTokenError, InvalidTokenError, Scope, verify
from lambdas.responses import ApiError, Code

_CHALLENGE = {"www-authenticate": "Bearer"}


def caller(headers: Mapping[str, str], *, scope: Scope) -> Claims:
    """The claims of the bearer token in `headers`; ApiError 401 without a valid one, 403 where it lacks `scope`."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise ApiError(401, Code.INVALID_TOKEN, "Send a bearer token.", headers=_CHALLENGE)
    try:
        claims = verify(token.strip())
    except ExpiredTokenError as error:
        raise ApiError(401, Code.TOKEN_EXPIRED, "The token has expired; sign in again.", headers=_CHALLENGE) from error
    except InvalidTokenError as error:
        raise ApiError(401, Code.INVALID_TOKEN, "The token is not valid.", headers=_CHALLENGE) from error
    if scope not in claims.scopes:
        raise ApiError(403, Code.INVALID_TOKEN, f"The token may not do this; it needs the scope {scope}.")
    return claims
