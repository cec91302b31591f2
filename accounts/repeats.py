"""Requests that say "do this once": the answer to an Idempotency-Key is kept for a day and given again.

Access patterns
- begin: put RequestAnswers[user_id, key] on the condition that nobody has; otherwise read what is there
- finish, forget: one write each, of the same key
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from pynamodb.exceptions import PutError

from accounts.tables import RequestAnswer
from paypulse.core.clock import now
from paypulse.core.errors import ConflictError, PayPulseError

_KEPT: Final = timedelta(days=1)
# A function that dies on its way leaves the key held; after this time somebody else may try.
_HELD: Final = timedelta(minutes=2)


class OtherRequestError(PayPulseError):
    """The key was used for another request."""


class StillRunningError(ConflictError):
    """The first request with this key has not been answered yet."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request under a key; `content` is everything that makes it this request."""

    user_id: str
    key: str
    content: bytes

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def begin(request: Request) -> dict[str, Any] | None:
    """The answer kept for this key, or None when the caller is the first and must now finish or forget it.

    Raises OtherRequestError when the key stands for another request, StillRunningError while the first one runs.
    """
    row = _row(request)
    free = RequestAnswer.request_key.does_not_exist() | (
        RequestAnswer.answer.does_not_exist() & (RequestAnswer.begun_at < now() - _HELD)
    )
    try:
        row.save(free)
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return _kept(request)
    return None


def finish(request: Request, answer: dict[str, Any]) -> None:
    """Keep the answer."""
    _row(request, answer=answer).save(RequestAnswer.request_key.exists())


def forget(request: Request) -> None:
    """Let the key go after a failure, so that the same request may be tried again."""
    RequestAnswer(request.user_id, request.key).delete(RequestAnswer.answer.does_not_exist())


def _row(request: Request, **values: Any) -> RequestAnswer:
    at = now()
    return RequestAnswer(
        request.user_id, request.key, fingerprint=request.fingerprint, begun_at=at, expires_at=at + _KEPT, **values
    )


def _kept(request: Request) -> dict[str, Any]:
    row = RequestAnswer.get(request.user_id, request.key, consistent_read=True)
    if row.fingerprint != request.fingerprint:
        raise OtherRequestError("This Idempotency-Key was used for another request.")
    if row.answer is None:
        raise StillRunningError("The first request with this Idempotency-Key is still running.")
    answer: dict[str, Any] = row.answer
    return answer
