"""Notifications that were decided on, one row each: the row's key makes a second one for the same thing impossible.

Access patterns (Notices[user_id, notice_id])
- decide: one transaction of a put for each channel, on the condition that there is none
- take it to send: an update on the condition that it still waits; whoever wins sends
- one of them by one channel, to be told again; what a channel did not take, for the site: one query
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

from pynamodb.exceptions import DoesNotExist, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from invoices import tables
from paypulse.core.clock import now

MOST_TRIES: Final = 6
_REFUSED: Final = "ConditionalCheckFailed"


class NoticeState(StrEnum):
    """How far a notification is.

    waiting: decided, not sent · sending: handed over, and nobody else may · sent · failed: given up · muted: the person
    wants none of this kind by this channel.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    MUTED = "muted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to tell a person once: its kind, the key that it is told once by, and what is told (as text and ids)."""

    user_id: str
    kind: str
    key: str
    data: Mapping[str, Any]
    invoice_id: str | None = None
    state: NoticeState = NoticeState.WAITING
    created_at: datetime | None = None

    @property
    def notice_id(self) -> str:
        return f"{self.kind}#{self.key}"


def decide(notice: Notice, *, channels: Sequence[str]) -> None:
    """Write down by which channels the person is to be told, unless that was decided before: then these are none but those."""
    try:
        with _transaction() as write:
            for channel in channels:
                write.save(_waiting(notice, channel), condition=tables.Notice.notice_id.does_not_exist())
    except TransactWriteError as error:
        if not any(reason and reason.code == _REFUSED for reason in error.cancellation_reasons):
            raise


def _transaction() -> TransactWrite:
    return TransactWrite(connection=tables.Notice._get_connection().connection, client_request_token=str(uuid4()))


def _waiting(notice: Notice, channel: str) -> tables.Notice:
    return tables.Notice(
        notice.user_id,
        _id(notice, channel),
        kind=notice.kind,
        invoice_id=notice.invoice_id,
        state=str(NoticeState.WAITING),
        data=dict(notice.data),
        created_at=now(),
    )


def take(notice: Notice, *, channel: str) -> bool:
    """Whether it is ours to send now: of all that ask, one is told yes."""
    actions = [tables.Notice.state.set(str(NoticeState.SENDING)), tables.Notice.tries.add(1)]
    return _updated(notice, channel, actions, condition=tables.Notice.state == str(NoticeState.WAITING))


def mark(notice: Notice, *, channel: str, state: NoticeState) -> None:
    """Say what became of a notification that was taken."""
    actions: list[Action] = [tables.Notice.state.set(str(state))]
    if state is NoticeState.SENT:
        actions.append(tables.Notice.sent_at.set(now()))
    _updated(notice, channel, actions, condition=tables.Notice.state == str(NoticeState.SENDING))


def give_back(notice: Notice, *, channel: str) -> int | None:
    """Let a notification whose sending was refused wait again; gives its tries so far, None when they are used up: it has failed."""
    row = tables.Notice(notice.user_id, _id(notice, channel))
    try:
        row.update([tables.Notice.state.set(str(NoticeState.WAITING))], condition=tables.Notice.tries < MOST_TRIES)
    except UpdateError as error:
        _demand_refusal(error)
        mark(notice, channel=channel, state=NoticeState.FAILED)
        return None
    return int(row.tries)


def find(user_id: str, notice_id: str, *, channel: str) -> Notice | None:
    """One notification by one channel, if it was decided on."""
    try:
        return _notice(tables.Notice.get(user_id, f"{notice_id}#{channel}", consistent_read=True))
    except DoesNotExist:
        return None


def undelivered(user_id: str, *, channel: str) -> tuple[Notice, ...]:
    """What could not be told by a channel since it last took something, oldest first."""
    rows = [row for row in tables.Notice.query(user_id) if row.notice_id.endswith(f"#{channel}")]
    taken = max((row.created_at for row in rows if row.state == NoticeState.SENT), default=None)
    failed = (row for row in rows if row.state == NoticeState.FAILED and (taken is None or row.created_at > taken))
    return tuple(map(_notice, sorted(failed, key=lambda row: row.created_at)))


def latest(user_id: str, *, limit: int = 50) -> tuple[Notice, ...]:
    """What a person was told, one for each thing whatever the channels, newest first."""
    found = {row.notice_id.rpartition("#")[0]: row for row in tables.Notice.query(user_id)}
    rows = sorted(found.values(), key=lambda row: row.created_at, reverse=True)
    return tuple(_notice(row) for row in rows[:limit])


def waiting(user_id: str) -> tuple[Notice, ...]:
    """What a person is still to be told, one for each thing whatever the channels."""
    rows = tables.Notice.query(user_id, filter_condition=tables.Notice.state == str(NoticeState.WAITING))
    return tuple({each.notice_id: each for each in map(_notice, rows)}.values())


def _updated(notice: Notice, channel: str, actions: list[Any], *, condition: Condition) -> bool:
    try:
        tables.Notice(notice.user_id, _id(notice, channel)).update(actions, condition=condition)
    except UpdateError as error:
        _demand_refusal(error)
        return False
    return True


def _demand_refusal(error: UpdateError) -> None:
    if error.cause_response_code != f"{_REFUSED}Exception":
        raise error


def _id(notice: Notice, channel: str) -> str:
    return f"{notice.notice_id}#{channel}"


def _notice(row: tables.Notice) -> Notice:
    return Notice(
        user_id=row.user_id,
        kind=row.kind,
        key=row.notice_id.removeprefix(f"{row.kind}#").rpartition("#")[0],
        data=row.data,
        invoice_id=row.invoice_id,
        state=NoticeState(row.state),
        created_at=row.created_at,
    )
