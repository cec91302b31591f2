"""The browsers a person is signed in with, and ending them.

Access patterns
- the devices of a person: Sessions' UserID-index (what was just ended may show for a moment more)
- ending one, or all but this one: Sessions[hash of the session key], on the condition that it is the person's
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pynamodb.exceptions import DeleteError

from accounts import audit, tables
from paypulse.core.clock import now
from paypulse.core.errors import NotFoundError

# The first that is found names the browser: each later one claims to be the earlier ones too.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A browser that is signed in. `device_id` is the hash of its session key, which nobody can sign in with."""

    device_id: str
    name: str
    created_at: datetime | None
    last_seen_at: datetime | None


def stored_key(session_key: str) -> str:
    """The key a session is stored under: a hash, so that whoever reads the table cannot use it as a cookie."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def devices(user_id: str) -> tuple[Device, ...]:
    """The person's devices, the one used last at the head."""
    rows = (row for row in tables.Session.user_index.query(user_id) if row.expire_date > now())
    found = (
        Device(
            device_id=row.session_key,
            name=name_of(row.user_agent or ""),
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda each: str(each.last_seen_at or ""), reverse=True))


def end(user_id: str, device_id: str) -> None:
    """Sign one device out. Raises NotFoundError when it is not the person's."""
    try:
        tables.Session(device_id).delete(tables.Session.user_id == user_id)
    except DeleteError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        raise NotFoundError("there is no such device", user_id=user_id) from error
    audit.record(user_id, audit.Action.DEVICE_ENDED)


def end_all(user_id: str, *, but: str | None = None) -> int:
    """Sign every device out but the one whose session key is `but`; how many were ended."""
    kept = stored_key(but) if but else None
    ended = [row for row in tables.Session.user_index.query(user_id) if row.session_key != kept]
    for row in ended:
        row.delete()
    return len(ended)


def name_of(user_agent: str) -> str:
    """ "Firefox, Linux" and the like; empty for a browser that says nothing we know."""
    found = (next((name for mark, name in marks if mark in user_agent), "") for marks in (_BROWSERS, _SYSTEMS))
    return ", ".join(word for word in found if word)
