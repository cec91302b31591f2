"""Counting attempts, so that guessing and flooding stop being worth it.

Access patterns
- one more attempt in this window: Throttles[key], a single ADD, which is exact under any concurrency
- rows forget themselves by TTL; keys are hashes, so that no address is kept here
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address, ip_network

from accounts import security_log, tables
from paypulse.core.clock import epoch
from paypulse.core.config import config
from paypulse.core.errors import PayPulseError


class ThrottledError(PayPulseError):
    """Too many attempts; `retry_after` seconds from now the next one counts afresh."""

    retryable = True

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many attempts. Please wait a little.", retry_after=retry_after)
        self.retry_after = retry_after


def check(key: str, *, limit: int, seconds: int) -> None:
    """Count one attempt under `key` ("what|whose"); raises ThrottledError when it is more than `limit` in this window of `seconds`."""
    window, row = epoch() // seconds, tables.Throttle
    ends = (window + 1) * seconds
    counted = row(_hidden(key, window))
    counted.update([row.attempts.add(1), row.expires_at.set(datetime.fromtimestamp(ends, UTC))])
    if counted.attempts > limit:
        if counted.attempts == limit + 1:  # told once a window, however long somebody goes on
            what, _, whose = key.partition("|")
            security_log.note(security_log.Event.TOO_MANY, limit=what, whose=security_log.named(whose))
        raise ThrottledError(max(1, ends - epoch()))


def check_source(what: str, source: str, *, limit: int, seconds: int) -> None:
    """Count one attempt at `what` from a network address, as `check` does.

    An IPv6 address counts as its /64, which is what one household or server has: changing the rest of it costs nothing.
    """
    check(f"{what}|{network(source)}", limit=limit, seconds=seconds)


def allows(key: str, *, limit: int, seconds: int) -> bool:
    """Count one attempt, and whether it is within the limit: for where saying no aloud would tell too much."""
    try:
        check(key, limit=limit, seconds=seconds)
    except ThrottledError:
        return False
    return True


def forgive(key: str, *, seconds: int) -> None:
    """Forget the attempts under `key` in this window, after one that succeeded."""
    tables.Throttle(_hidden(key, epoch() // seconds)).delete()


def network(source: str) -> str:
    """What counts as one source: an IPv4 address, or the /64 that an IPv6 address is of."""
    try:
        address = ip_address(source)
    except ValueError:
        return source
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def _hidden(key: str, window: int) -> str:
    return hmac.digest(config().secret_key.encode(), f"throttle|{key}|{window}".encode(), "sha256").hex()
