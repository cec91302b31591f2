"""Who is calling: what the gateway's authorizer hands to the functions, and how they read it.

`lambdas.authorize_api` alone looks at tokens. It never has the gateway refuse by itself, because a gateway's own refusal cannot carry
the published error envelope: it hands on the claims, or why there are none, and the function answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from accounts.claims import Claims, Scope
from lambdas.responses import ApiError, Code, fault, unavailable

_CHALLENGE: Final = {"www-authenticate": "Bearer"}


class Refusal(StrEnum):
    """Why nobody is known to be calling."""

    MISSING = "missing"
    INVALID = "invalid"
    EXPIRED = "expired"
    UNAVAILABLE = "unavailable"
    FAULT = "fault"


def handed(claims: Claims) -> dict[str, str]:
    """The claims as the authorizer's context, whose values are plain text."""
    return {"user_id": claims.user_id, "scopes": " ".join(sorted(claims.scopes))}


def refused(why: Refusal) -> dict[str, str]:
    """The authorizer's context where there are no claims."""
    return {"refused": str(why)}


def who(event: Mapping[str, Any]) -> dict[str, Any]:
    """Whose request it is, for the log: the gateway's number of it, by which its access log is found, and the person where there is one."""
    about = event["requestContext"]
    known = (about.get("authorizer") or {}).get("lambda") or {}
    return {"request": str(about.get("requestId", "")), "user_id": str(known.get("user_id", ""))}


def caller(event: Mapping[str, Any], *, scope: Scope) -> Claims:
    """Who calls, as the authorizer has it. ApiError 401 without claims (an event that passed no authorizer has none), 403 where they lack `scope`."""
    context = (event["requestContext"].get("authorizer") or {}).get("lambda") or {}
    user_id = context.get("user_id")
    if "refused" in context or not user_id:
        raise _error(context.get("refused", Refusal.INVALID))
    words = context.get("scopes", "").split()
    claims = Claims(user_id, frozenset(each for each in Scope if each in words))
    if scope not in claims.scopes:
        raise ApiError(403, Code.INVALID_TOKEN, f"The token may not do this; it needs the scope {scope}.")
    return claims


def _error(why: str) -> ApiError:
    match why:
        case Refusal.MISSING:
            return ApiError(401, Code.INVALID_TOKEN, "Send a bearer token.", headers=_CHALLENGE)
        case Refusal.EXPIRED:
            return ApiError(401, Code.TOKEN_EXPIRED, "The token has expired; sign in again.", headers=_CHALLENGE)
        case Refusal.UNAVAILABLE:
            return unavailable()
        case Refusal.FAULT:
            return fault()
    return ApiError(401, Code.INVALID_TOKEN, "The token is not valid.", headers=_CHALLENGE)
