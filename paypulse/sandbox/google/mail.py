"""A mailbox of the local Gmail: its mails, their labels, and the history that incremental readers follow."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

_FIRST_HISTORY_ID = 1000
_FIRST_MESSAGE_ID = 0x18C0000000000000
_TAG = re.compile(r"<[^>]+>")


@dataclass
class Mail:
    """One mail. `sent` is its internal date in epoch seconds; `history` the number of its latest change."""

    message_id: str
    raw: bytes
    labels: set[str]
    sent: float
    history: int

    @cached_property
    def message(self) -> Message:
        return message_from_bytes(self.raw)

    @cached_property
    def thread_id(self) -> str:
        earlier = (self.header("references") or self.header("in-reply-to")).split()
        return hashlib.sha256(earlier[0].encode()).hexdigest()[:16] if earlier else self.message_id

    def header(self, name: str) -> str:
        """The header as a person reads it; empty where the mail has none."""
        return readable(self.message.get(name, ""))

    @cached_property
    def leaves(self) -> tuple[Message, ...]:
        return tuple(part for part in self.message.walk() if not part.is_multipart())

    @cached_property
    def filenames(self) -> tuple[str, ...]:
        return tuple(name.lower() for part in self.leaves if (name := filename(part)))

    @cached_property
    def text(self) -> str:
        bodies = (part for part in self.leaves if part.get_content_maintype() == "text" and not part.get_filename())
        return " ".join(_TAG.sub(" ", decoded(part)) for part in bodies)

    @cached_property
    def searchable(self) -> str:
        return " ".join([*(self.header(name) for name in ("subject", "from", "to")), self.text, *self.filenames])

    def reference(self) -> dict[str, Any]:
        return {"id": self.message_id, "threadId": self.thread_id}


def readable(value: object) -> str:
    """A header with its encoded words decoded; as it stands where they cannot be."""
    try:
        return str(make_header(decode_header(str(value))))
    except (LookupError, UnicodeError, ValueError):
        return str(value)


def filename(part: Message) -> str:
    """A part's file name; empty where it has none."""
    return readable(part.get_filename() or "")


def decoded(part: Message) -> str:
    """A text part's content, with replacement characters where its charset lies."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the history: `kind` is messagesAdded, messagesDeleted, labelsAdded or labelsRemoved."""

    number: int
    kind: str
    message: dict[str, Any]
    labels: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        change = {"message": self.message} | ({"labelIds": list(self.labels)} if self.labels else {})
        return {"id": str(self.number), "messages": [_bare(self.message)], self.kind: [change]}


def _bare(message: dict[str, Any]) -> dict[str, Any]:
    return {name: message[name] for name in ("id", "threadId")}


@dataclass
class Mailbox:
    """A Google account and its mail. Message ids count up within one mailbox, so two mailboxes share ids, as in Gmail."""

    email: str
    name: str = ""
    mails: dict[str, Mail] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    counter: int = _FIRST_HISTORY_ID
    oldest_history: int = 0
    attachments: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def google_id(self) -> str:
        """The account's stable number, OpenID's `sub`."""
        return str(int(hashlib.sha256(self.email.encode()).hexdigest()[:16], 16))

    def deliver(self, raw: bytes, *, sent: float | None, labels: Iterable[str]) -> Mail:
        """A new mail. Without `sent` its internal date is its Date header's, or now."""
        message_id = f"{_FIRST_MESSAGE_ID + self._count():016x}"
        mail = Mail(message_id, raw, set(labels), sent or _dated(raw), 0)
        self.mails[message_id] = mail
        self._record("messagesAdded", mail)
        return mail

    def remove(self, message_id: str) -> None:
        """The person deletes a mail for good."""
        self._record("messagesDeleted", self.mails.pop(message_id))

    def relabel(self, mail: Mail, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Labels come and go, each kind of change an entry of the history."""
        added, removed = tuple(add), tuple(remove)
        mail.labels = (mail.labels | set(added)) - set(removed)
        if added:
            self._record("labelsAdded", mail, labels=added)
        if removed:
            self._record("labelsRemoved", mail, labels=removed)

    def forget_history(self) -> None:
        """Every history id handed out so far becomes too old to start from."""
        self.oldest_history = self._count()

    def _record(self, kind: str, mail: Mail, *, labels: tuple[str, ...] = ()) -> None:
        mail.history = self._count()
        message = {**mail.reference(), "labelIds": sorted(mail.labels)}
        self.changes.append(Change(mail.history, kind, message, labels))

    def _count(self) -> int:
        self.counter += 1
        return self.counter


def _dated(raw: bytes) -> float:
    try:
        return parsedate_to_datetime(str(message_from_bytes(raw)["date"])).timestamp()
    except ValueError:
        return time.time()
