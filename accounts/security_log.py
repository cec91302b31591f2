"""What is written down for whoever runs this of signing in and of what happens to accounts: constant words, ids and keyed names.

A record says what (its message), who (`user_id`, or `account`, the keyed name of an address that may be nobody's), where from
(`source`, the keyed name of a network) and by what (`factor`, `action`; `limit` and `whose`, the keyed name it counts). The runtime adds when, in UTC, and in which
request. Nothing that somebody typed is ever in it.
"""

from __future__ import annotations

import hmac
import logging
from enum import StrEnum
from typing import Final

from paypulse.core.config import config

_log = logging.getLogger(__name__)
_LETTERS: Final = 16


class Event(StrEnum):
    """What can be told."""

    PASSWORD_ACCEPTED = "password accepted"
    PASSWORD_REFUSED = "password refused"
    CODE_ACCEPTED = "code accepted"
    CODE_REFUSED = "code refused"
    TOO_MANY = "too many attempts"
    ACCOUNT = "account"


def note(event: Event, **about: str) -> None:
    """Write `event` down with `about`: ids, names of our own, and what `named` gives."""
    _log.info(str(event), extra=about)


def named(text: str) -> str:
    """The same short name for the same text, by which its records are found together; without our key nobody can tell the text."""
    return hmac.digest(config().secret_key.encode(), f"log|{text}".encode(), "sha256").hex()[:_LETTERS]
