"""The one clock: everything that asks for the time asks here, so that a test can stop it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """The calendar day it is now in the IANA time zone `zone`."""
    return now().astimezone(ZoneInfo(zone)).date()


def epoch() -> int:
    """Whole seconds since 1970-01-01 UTC, as DynamoDB's TTL and Gmail's `after:` count them."""
    return int(now().timestamp())


def pause(seconds: float) -> None:
    """Wait so long; under a stopped clock nobody waits, because nothing would become of it."""
    if _frozen.get() is None:
        time.sleep(seconds)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop the clock at the aware moment `at` for the calls inside the block."""
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)
