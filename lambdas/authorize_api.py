"""The gateway's authorizer: who bears the token of a request, asked before every route that is not public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from accounts import tokens
from accounts.claims import ExpiredTokenError, InvalidTokenError
from lambdas.api.identity import Refusal, handed, refused, who
from lambdas.logs import log


def handler(event: Mapping[str, Any], _context: object = None) -> dict[str, Any]:
    """The simple response of payload format 2.0: always through, with the bearer's claims or the reason why there are none."""
    return {"isAuthorized": True, "context": _found(event)}


def _found(event: Mapping[str, Any]) -> dict[str, str]:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        return refused(Refusal.MISSING)
    try:
        return handed(tokens.verify(token.strip()))
    except ExpiredTokenError:
        return refused(Refusal.EXPIRED)
    except InvalidTokenError:
        return refused(Refusal.INVALID)
    except (ClientError, BotoCoreError, PynamoDBException):
        log.warning("a token could not be looked up", exc_info=True, **who(event))
        return refused(Refusal.UNAVAILABLE)
    except Exception:
        # The function behind answers it in the published envelope; if it rose here, the gateway would answer without one.
        log.exception("a token could not be judged", **who(event))
        return refused(Refusal.FAULT)
