"""Gmail, read politely: Google's own client library, a quota budget, jittered back-off, and one renewal of the token.

Units and limits: Gmail API usage limits for projects since May 2026 (6,000 units a minute a user; messages.get 20,
messages.list 5, history.list 2, getProfile 1).
"""

from __future__ import annotations

import json
import math
import random
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

import urllib3
from googleapiclient.errors import HttpError
from urllib3.exceptions import HTTPError

from invoices.receiving import CHUNK, Mail, received, spooled
from paypulse.core.clock import now
from paypulse.core.config import config
from paypulse.core.errors import PayPulseError

if TYPE_CHECKING:  # loaded, as the client is, by who really asks; pages only know of Gmail's refusals
    import httplib2

UNITS_A_MINUTE: Final = 6000
GET_UNITS: Final = 20
LIST_UNITS: Final = 5
HISTORY_UNITS: Final = 2
PROFILE_UNITS: Final = 1
PAGE: Final = 500
# What Gmail says of an account that has given up its mail.
NO_MAIL: Final = "Mail service not enabled"
_TRIES: Final = 6
_LONGEST_WAIT_S: Final = 32.0
_WINDOW_S: Final = 60.0
# A little is left over, because Google's minute and ours do not begin together.
_USABLE: Final = UNITS_A_MINUTE - 2 * GET_UNITS
_RATE_REASONS: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"})
# What only the mailbox's owner, or who administers it, can mend; any other refusal is for us to look at.
_OWNERS_REASONS: Final = frozenset({"insufficientPermissions", "domainPolicy", "delegationDenied", "forbidden"})
_TIMEOUT_S: Final = 30.0
_RETRY_AFTER: Final = re.compile(r"retry after (\d{4}-\d\d-\d\dT[\d:.]+Z)", re.IGNORECASE)


class GmailUnavailableError(PayPulseError):
    """Gmail kept failing or refusing for its own reasons; trying again later can help."""

    retryable = True


class OutOfTimeError(PayPulseError):
    """Going on takes longer than there is time for; `wait_s` says how long to wait before somebody does."""

    retryable = True

    def __init__(self, wait_s: float = 0.0) -> None:
        super().__init__("there is no time left for it", wait_s=wait_s)
        self.wait_s = wait_s


class AccessRefusedError(PayPulseError):
    """Gmail refuses us: `status` 401 (the renewed token too) or 403 (`reason` says why)."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__("Gmail refuses access", status=status, reason=reason)
        self.status = status
        self.reason = reason


class GoneError(PayPulseError):
    """The mail, the page or the history asked for is not there any more."""


class Token(Protocol):
    """Gives an access token; a fresh one with `renew`."""

    def __call__(self, *, renew: bool) -> str: ...


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a search: mail ids, newest first, and the token of the next page."""

    ids: tuple[str, ...]
    next_page: str | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a mailbox is read: units a minute, mails at once, and what waiting is (a test does not wait)."""

    units: int = _USABLE
    at_once: int = 5
    sleep: Callable[[float], None] = time.sleep


def pace() -> Pace:
    """The pace in force."""
    return _pace.get()


_pace: ContextVar[Pace] = ContextVar("pace", default=Pace())  # noqa: B039 (it is frozen)


@contextmanager
def paced(pace: Pace) -> Iterator[None]:
    """Read at another pace in the block."""
    token = _pace.set(pace)
    try:
        yield
    finally:
        _pace.reset(token)


class Budget:
    """What may still be spent this minute: never more than the quota in any 60 seconds.

    `spent` is [(epoch second, units), ...]; `snapshot` gives it on to whoever continues for the same mailbox.
    """

    def __init__(
        self,
        *,
        spent: Sequence[tuple[float, int]] = (),
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self._spent = deque((float(at), int(cost)) for at, cost in spent)
        self._units = _pace.get().units
        self._clock = clock
        self._sleep = sleep or _pace.get().sleep
        self._lock = threading.Lock()

    def take(self, units: int, *, patience: Callable[[], float] = lambda: math.inf) -> None:
        """Spend `units`, waiting until the minute has room for them. Raises OutOfTimeError rather than wait past `patience`."""
        while (wait := self._try(units)) > 0:
            if wait > patience():
                raise OutOfTimeError(wait)
            self._sleep(wait)

    def _try(self, units: int) -> float:
        with self._lock:
            at = self._clock()
            while self._spent and self._spent[0][0] <= at - _WINDOW_S:
                self._spent.popleft()
            if sum(cost for _, cost in self._spent) + units <= self._units:
                self._add(at, units)
                return 0.0
            return max(self._spent[0][0] + _WINDOW_S - at, 0.01)

    def _add(self, at: float, units: int) -> None:
        # One entry a tenth of a second, stamped with its end, keeps the list short and errs on the safe side.
        slot = (int(at * 10) + 1) / 10
        if self._spent and self._spent[-1][0] == slot:
            units += self._spent.pop()[1]
        self._spent.append((slot, units))

    def snapshot(self) -> tuple[tuple[float, int], ...]:
        """What was spent in the last minute, a second an entry."""
        with self._lock:
            seconds: dict[int, int] = {}
            for at, cost in self._spent:
                seconds[int(at) + 1] = seconds.get(int(at) + 1, 0) + cost
        return tuple((float(at), cost) for at, cost in sorted(seconds.items()))


class Gmail:
    """One mailbox. Every method may raise GmailUnavailableError, AccessRefusedError and what `token` raises.

    `patience` says how many seconds may be waited now, for the quota or after a refusal; OutOfTimeError when that is too few.
    """

    def __init__(self, token: Token, *, budget: Budget, patience: Callable[[], float] = lambda: math.inf) -> None:
        self._token = token
        self._budget = budget
        self._patience = patience
        self._sleep = _pace.get().sleep
        self._current: str | None = None
        self._renewing = threading.Lock()
        self._large_one = threading.Lock()
        self.calls = 0

    def search(self, query: str, *, page: str | None = None) -> Listing:
        """One page of mail ids. Raises GoneError when `page` is not valid any more."""
        messages = _service().users().messages()
        answer = self._call(messages.list(userId="me", q=query, pageToken=page, maxResults=PAGE), units=LIST_UNITS)
        return Listing(tuple(each["id"] for each in answer.get("messages", ())), answer.get("nextPageToken"))

    @contextmanager
    def mail(self, message_id: str) -> Iterator[Mail]:
        """One mail for the block; of large ones one at a time. Raises GoneError when the person deleted it, and TooLargeError."""
        request = _service().users().messages().get(userId="me", id=message_id, format="raw")
        with spooled() as file:
            request.postproc = lambda _response, answer: received(message_id, answer.stream(CHUNK), into=file)
            mail = self._call(request, units=GET_UNITS, streamed=True)
            with self._large_one if mail.is_large else nullcontext():
                yield mail

    def has_new_mail(self, history_id: str) -> bool:
        """Whether mail came since `history_id`. Raises GoneError when Gmail has forgotten it (after about a week)."""
        request = (
            _service()
            .users()
            .history()
            .list(userId="me", startHistoryId=history_id, historyTypes=["messageAdded"], maxResults=1)
        )
        return bool(self._call(request, units=HISTORY_UNITS).get("history"))

    def history_id(self) -> str:
        """Where the mailbox's history stands now."""
        return str(self._call(_service().users().getProfile(userId="me"), units=PROFILE_UNITS)["historyId"])

    def _call(self, request: Any, *, units: int, streamed: bool = False) -> Any:
        renewed = False
        for attempt in range(_TRIES):
            self._budget.take(units, patience=self._patience)
            used = self._authorise(request)
            try:
                return self._sent(request, streamed=streamed)
            except HttpError as error:
                if error.status_code == 401 and not renewed:
                    renewed = self._renew(used)
                    continue
                wait = wait_after(error, attempt)
            except (OSError, HTTPError, ValueError):
                # A cut connection shows as any of these: no answer, half an answer, half of its JSON.
                wait = _backoff(attempt)
            self._pause(wait)
        raise GmailUnavailableError("Gmail kept failing", tries=_TRIES)

    def _pause(self, wait: float) -> None:
        if wait > self._patience():
            raise OutOfTimeError(wait)
        self._sleep(wait)

    def _sent(self, request: Any, *, streamed: bool) -> Any:
        self.calls += 1
        with closing(_Wire(streamed)) as wire:
            return request.execute(http=wire)

    def _authorise(self, request: Any) -> str:
        with self._renewing:
            if self._current is None:
                self._current = self._token(renew=False)
            request.headers["authorization"] = f"Bearer {self._current}"
            return self._current

    def _renew(self, used: str) -> bool:
        """Whether a fresh token was fetched here: not when another thread has done so since `used` was refused."""
        with self._renewing:
            if self._current != used:
                return False
            self._current = self._token(renew=True)
            return True


class _Wire:
    """What Google's client sends a request by. Its own reads an answer whole; here one that is `streamed` is left to be read."""

    def __init__(self, streamed: bool) -> None:
        self._streamed = streamed
        self._answer: urllib3.BaseHTTPResponse | None = None

    def request(self, uri: str, method: str, body: Any, headers: dict[str, str]) -> tuple[httplib2.Response, Any]:
        """The answer's status and headers, and its body."""
        import httplib2

        self._answer = answer = _connections().request(method, uri, body=body, headers=headers, preload_content=False)
        response = httplib2.Response({**answer.headers, "status": answer.status})
        return response, answer if self._streamed and answer.status < 300 else answer.data

    def close(self) -> None:
        """End the connection, unless the answer was read to its end: then the next call has it."""
        if self._answer is not None:
            self._answer.close()


@cache
def _connections() -> urllib3.PoolManager:
    return urllib3.PoolManager(maxsize=10, timeout=_TIMEOUT_S, retries=False)


def _service() -> Any:
    return _client(config().google.gmail_endpoint)


@cache
def _client(endpoint: str) -> Any:
    """The client, from the description that the library ships; it makes requests, and a _Wire sends them."""
    import httplib2
    from googleapiclient.discovery import build

    return build(
        "gmail",
        "v1",
        http=httplib2.Http(),
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": endpoint},
    )


def wait_after(error: HttpError, attempt: int) -> float:
    """How many seconds to wait before the next try. Raises what the refusal means when another try cannot help."""
    status, reason = int(error.status_code), _reason(error)
    if status == 404 or (status == 400 and "page" in reason.lower()):
        raise GoneError("Gmail does not have it", status=status) from error
    if status >= 500 or status == 429 or (status == 403 and reason in _RATE_REASONS):
        return max(_backoff(attempt), _retry_after(error))
    if status == 401 or (status == 403 and reason in _OWNERS_REASONS):
        raise AccessRefusedError(status, reason) from error
    if status == 400 and reason == NO_MAIL:
        raise AccessRefusedError(status, reason) from error
    raise GmailUnavailableError("Gmail refused the request", status=status, reason=reason) from error


def _reason(error: HttpError) -> str:
    """The machine's reason of a refusal; for a bad request its message, which names what was bad."""
    try:
        answer = json.loads(error.content)["error"]
        found = answer["message"] if int(error.status_code) == 400 else answer["errors"][0]["reason"]
    except (ValueError, LookupError, TypeError):
        return "unknown"
    return str(found)


def _retry_after(error: HttpError) -> float:
    """Seconds until Google wants to be asked again: by the header (seconds or a date), or by the moment its message names."""
    value = str(error.resp.get("retry-after", ""))
    if value.isdecimal():
        return float(value)
    named = _RETRY_AFTER.search(error.content.decode("utf-8", "replace"))
    try:
        until = datetime.fromisoformat(named[1]) if named else parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    return max(until.timestamp() - now().timestamp(), 0.0)


def _backoff(attempt: int) -> float:
    """Seconds before try `attempt` + 1: anything up to 1, 2, 4, ... so that mailboxes do not return in step."""
    return random.uniform(0.1, min(2.0**attempt, _LONGEST_WAIT_S))  # noqa: S311 (jitter, not a secret)
