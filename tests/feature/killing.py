"""Ending work in the middle, as a killed process ends."""

from __future__ import annotations

from collections.abc import Callable
from threading import get_ident
from typing import Any, Final

from accounts.tables import User
from paypulse.core.aws import client

# Between two calls that only read, being killed makes no difference.
_READS: Final = ("Get", "BatchGet", "Query", "Scan", "List", "Head", "Decrypt", "Receive")


class Killed(BaseException):
    """The process ends here."""


def is_killed(number: int, work: Callable[[], Any]) -> bool:
    """Do `work`, but end it just before its `number`-th call that changes something at AWS; whether it came that far.

    Other threads go on.
    """
    left, thread = [number], get_ident()

    def count(model: Any, **_: Any) -> None:
        if get_ident() == thread and not model.name.startswith(_READS):
            left[0] -= 1
            if left[0] == 0:
                raise Killed

    # All tables share one connection.
    sources = [
        User._get_connection().connection.client,
        *(client(name) for name in ("s3", "sqs", "sesv2", "kms", "sns")),
    ]
    for source in sources:
        source.meta.events.register("before-call", count)
    try:
        work()
    except Killed:
        return True
    finally:
        for source in sources:
            source.meta.events.unregister("before-call", count)
    return False
