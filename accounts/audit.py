"""The trail of an account: what happened to it, for its owner to see.

Access patterns
- the newest events of a person: AuditEvents[user_id], backwards by event id, which starts with the time
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_hex
from typing import Any, Final

from accounts import security_log, tables
from paypulse.core.clock import now

_KEPT: Final = timedelta(days=400)


class Action(StrEnum):
    """What can happen to an account."""

    SIGNED_UP = "signed-up"
    SIGNED_IN = "signed-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGNED_OUT = "signed-out"
    PASSWORD_CHANGED = "password-changed"
    PASSWORD_RESET = "password-reset"
    EMAIL_CHANGED = "email-changed"
    DEVICE_ENDED = "device-ended"
    MAILBOX_CONNECTED = "mailbox-connected"
    MAILBOX_LOST = "mailbox-lost"
    MAILBOX_DISCONNECTED = "mailbox-disconnected"
    API_TOKEN_MADE = "api-token-made"
    API_TOKEN_ENDED = "api-token-ended"
    SECOND_FACTOR_ON = "second-factor-on"
    SECOND_FACTOR_OFF = "second-factor-off"
    PUSH_DEVICE_ADDED = "push-device-added"
    PUSH_DEVICE_REMOVED = "push-device-removed"
    RECOVERY_CODE_USED = "recovery-code-used"
    EXPORT_ASKED = "export-asked"
    ERASURE_ASKED = "erasure-asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. `data` names the device or the mailbox, never a secret."""

    event_id: str
    action: Action
    at: datetime
    data: Mapping[str, Any]


def record(user_id: str, action: Action, **data: Any) -> None:
    """Write down that `action` happened now: for the person, kept for 400 days, and without `data` in the log."""
    security_log.note(security_log.Event.ACCOUNT, user_id=user_id, action=str(action))
    at = now()
    tables.AuditEvent(
        user_id=user_id,
        event_id=f"{at.isoformat(timespec='milliseconds')}#{token_hex(4)}",
        action=str(action),
        at=at,
        data=data,
        expires_at=at + _KEPT,
    ).save(tables.AuditEvent.event_id.does_not_exist())


def events(user_id: str, *, limit: int = 100) -> tuple[Event, ...]:
    """The newest events of the person, newest first."""
    rows = tables.AuditEvent.query(user_id, scan_index_forward=False, limit=limit)
    return tuple(Event(event_id=row.event_id, action=Action(row.action), at=row.at, data=row.data) for row in rows)
