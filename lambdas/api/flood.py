"""One person's flood: what a token may ask of one running function in a minute, counted in its memory.

It costs no call, and each running function counts for itself: it bounds a flood, it does not share out anything. What is dear
(signing in, fetching, uploading) is counted exactly, in the table of throttles.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from accounts.throttles import ThrottledError
from paypulse.core.clock import epoch

PER_MINUTE: Final = 1200
_counted: Counter[tuple[int, str]] = Counter()


def check(user_id: str) -> None:
    """Count one request; raises ThrottledError when it is one too many in this minute."""
    minute, second = divmod(epoch(), 60)
    if (minute, "") not in _counted:
        _counted.clear()
        _counted[minute, ""] = 1
    _counted[minute, user_id] += 1
    if _counted[minute, user_id] > PER_MINUTE:
        raise ThrottledError(60 - second)
