"""What is asked of a sync, as a queue message: whose mailbox, which vendors and days, and where an earlier part stopped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from paypulse.core.aws import client
from paypulse.core.categories import Category
from paypulse.core.config import config
from paypulse.core.errors import PayPulseError

# What a day brings each person, and what is told again to a server that did not take it.
REMINDERS: Final = "remind-due"
_MOST_DELAY_S: Final = 900
_BATCH: Final = 10
# A million mailboxes are a hundred thousand calls: one after another they outlast the function that makes them.
_CALLS_AT_ONCE: Final = 10


class RequestError(PayPulseError):
    """The message is none of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where the rest of a sync begins: the vendors left (the first one at `page`), and what was counted so far.

    `history_id` is the mailbox's history when the sync began; `unsettled_from` when the earliest mail came that must be
    tried again; `spent` the quota of the last minute; `rounds` how often the window was gone through, `waits` how often
    another sync was waited for.
    """

    todo: tuple[str, ...] | None = None
    page: str | None = None
    started_at: datetime | None = None
    history_id: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    vendors: Mapping[str, int] = field(default_factory=dict)
    unsettled_from: datetime | None = None
    expected: int | None = None
    spent: tuple[tuple[float, int], ...] = ()
    rounds: int = 0
    waits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRequest:
    """One sync: of one category or both (None), of a custom range of days when `since` or `until` is given."""

    user_id: str
    mailbox_id: str
    job_id: str
    category: Category | None = None
    since: datetime | None = None
    until: datetime | None = None
    vendor_ids: tuple[str, ...] | None = None
    cursor: Cursor = Cursor()

    @property
    def is_custom(self) -> bool:
        """Whether it covers only what was asked for, so that it must not move the mailbox's marks."""
        return self.since is not None or self.until is not None or self.vendor_ids is not None

    @property
    def categories(self) -> tuple[Category, ...]:
        return (self.category,) if self.category else tuple(Category)

    @property
    def queue(self) -> str:
        """The queue whose function does it: rent alone goes to fetch_invoices, the rest to fetch_retail_invoices."""
        if self.category is Category.RENTAL:
            return config().fetch_invoices_queue
        return config().fetch_retail_invoices_queue

    def message(self) -> dict[str, Any]:
        cursor = self.cursor
        return {
            "user_id": self.user_id,
            "mailbox_id": self.mailbox_id,
            "job_id": self.job_id,
            "category": str(self.category) if self.category else None,
            "since": _text(self.since),
            "until": _text(self.until),
            "vendor_ids": list(self.vendor_ids) if self.vendor_ids is not None else None,
            "cursor": {
                "todo": list(cursor.todo) if cursor.todo is not None else None,
                "page": cursor.page,
                "started_at": _text(cursor.started_at),
                "history_id": cursor.history_id,
                "counts": dict(cursor.counts),
                "vendors": dict(cursor.vendors),
                "unsettled_from": _text(cursor.unsettled_from),
                "expected": cursor.expected,
                "spent": [list(each) for each in cursor.spent],
                "rounds": cursor.rounds,
                "waits": cursor.waits,
            },
        }

    @classmethod
    def parse(cls, message: Mapping[str, Any]) -> SyncRequest:
        """The request in a queue message. Raises RequestError."""
        try:
            vendor_ids = message.get("vendor_ids")
            return cls(
                user_id=str(message["user_id"]),
                mailbox_id=str(message["mailbox_id"]),
                job_id=str(message["job_id"]),
                category=Category(message["category"]) if message.get("category") else None,
                since=_moment(message.get("since")),
                until=_moment(message.get("until")),
                vendor_ids=tuple(map(str, vendor_ids)) if vendor_ids is not None else None,
                cursor=_cursor(message.get("cursor") or {}),
            )
        except (KeyError, ValueError, TypeError) as error:
            raise RequestError("this is not a sync request") from error

    def at(self, cursor: Cursor) -> SyncRequest:
        return replace(self, cursor=cursor)


def _cursor(stored: Mapping[str, Any]) -> Cursor:
    todo = stored.get("todo")
    return Cursor(
        todo=tuple(map(str, todo)) if todo is not None else None,
        page=stored.get("page"),
        started_at=_moment(stored.get("started_at")),
        history_id=stored.get("history_id"),
        counts={str(name): int(count) for name, count in stored.get("counts", {}).items()},
        vendors={str(name): int(count) for name, count in stored.get("vendors", {}).items()},
        unsettled_from=_moment(stored.get("unsettled_from")),
        expected=stored.get("expected"),
        spent=tuple((float(at), int(cost)) for at, cost in stored.get("spent", ())),
        rounds=int(stored.get("rounds", 0)),
        waits=int(stored.get("waits", 0)),
    )


def send(request: SyncRequest, *, delay_s: int = 0) -> None:
    """Put a sync on its queue, to start in `delay_s` seconds at the earliest."""
    put(request.message(), queue=request.queue, delay_s=delay_s)


def put(message: Mapping[str, Any], *, queue: str, delay_s: int) -> None:
    """Put a message on a queue, to be handed out in `delay_s` seconds, or in a quarter of an hour where that is sooner."""
    client("sqs").send_message(
        QueueUrl=queue_url(queue), MessageBody=json.dumps(message), DelaySeconds=min(delay_s, _MOST_DELAY_S)
    )


def send_all(messages: Iterable[Mapping[str, Any]], *, queue: str) -> int:
    """Put messages on a queue, ten a call; gives how many. Raises RequestError when the queue did not take them all."""
    sqs, url = client("sqs"), queue_url(queue)

    def send_ten(batch: Sequence[Mapping[str, Any]]) -> int:
        entries = [{"Id": str(number), "MessageBody": json.dumps(each)} for number, each in enumerate(batch)]
        if sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed"):
            raise RequestError("the queue did not take every message", queue=queue)
        return len(batch)

    sent, rest = 0, iter(messages)
    with ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
        while batches := list(islice(iter(lambda: list(islice(rest, _BATCH)), []), _CALLS_AT_ONCE)):
            contexts = [copy_context() for _ in batches]
            sent += sum(pool.map(lambda context, batch: context.run(send_ten, batch), contexts, batches))
    return sent


def queue_url(name: str) -> str:
    """The address of one of our queues; a whole address is taken as it is."""
    return name if name.startswith("http") else str(client("sqs").get_queue_url(QueueName=name)["QueueUrl"])


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
