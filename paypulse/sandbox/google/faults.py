"""What goes wrong on demand: refused and slow calls, and the quota that Gmail counts in units."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from paypulse.sandbox.google.answers import ApiError, OAuthError

# Units of one call (the Gmail API's usage limits since May 2026).
UNITS = {
    "messages.get": 20,
    "messages.list": 5,
    "attachments.get": 20,
    "history.list": 2,
    "messages.modify": 5,
    "profile": 1,
    "labels.list": 1,
}
_MINUTE = 60.0


@dataclass
class Fault:
    """The next `times` calls whose method and address match `pattern`, after letting `after` of them pass, go wrong.

    With `status` they are refused with it, with `oauth_error` (invalid_grant, ...) as the token endpoint refuses, with `cut`
    the connection ends in the middle of the answer, and with none of these they are only late by `delay` seconds.
    """

    pattern: str
    status: int | None = None
    reason: str | None = None
    message: str | None = None
    times: int = 1
    after: int = 0
    delay: float = 0.0
    retry_after: int | None = None
    cut: bool = False
    oauth_error: str | None = None
    description: str = "Bad Request"
    subtype: str | None = None

    def strikes(self, call: str) -> bool:
        """Whether this call goes wrong; counts it."""
        if not self.times or not re.search(self.pattern, call):
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        return True

    def refusal(self) -> ApiError | OAuthError | None:
        """The error that the call is answered with, if any."""
        if self.oauth_error:
            return OAuthError(self.oauth_error, self.description, code=self.status or 400, subtype=self.subtype)
        if not self.status:
            return None
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        reason = self.reason or _reason(self.status)
        return ApiError(self.status, reason=reason, message=self.message or f"{reason}, as asked", headers=headers)


def _reason(status: int) -> str:
    if status == 401:
        return "authError"
    return "rateLimitExceeded" if status in (403, 429) else "backendError"


@dataclass
class Quota:
    """At most `per_minute` units a person in any minute; over that a call is refused with `status` (403 or 429)."""

    per_minute: int = 6000
    status: int = 429
    clock: Callable[[], float] = time.time
    spent: dict[str, deque[tuple[float, int]]] = field(default_factory=dict)

    def charge(self, email: str, call: str) -> None:
        """Count `call` against the person. Raises ApiError when the minute's units are used up."""
        now, units = self.clock(), UNITS.get(call, 1)
        recent = self.spent.setdefault(email, deque())
        while recent and recent[0][0] <= now - _MINUTE:
            recent.popleft()
        if sum(each for _, each in recent) + units > self.per_minute:
            raise ApiError(
                self.status, reason="rateLimitExceeded", message="Quota exceeded for quota metric 'Queries'."
            )
        recent.append((now, units))
