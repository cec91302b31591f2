"""The documents inside a mail: attached PDFs first, then the body, each once, whatever they call themselves."""

from __future__ import annotations

import email.policy
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesFeedParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final, TypeGuard

from paypulse.core.errors import PayPulseError

_CHUNK: Final = 65536
_MAX_DEPTH: Final = 12
_MAX_PARTS: Final = 200
_MAX_PIECES: Final = 12


class MailError(PayPulseError):
    """The mail cannot be taken apart; trying again does not help."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A document in a mail. `suffix` is pdf or html (a text body is kept as html by name, as text by type)."""

    content: bytes
    suffix: str
    content_type: str

    @property
    def content_hash(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail taken apart: who sent it when (None: it does not say), what it is about, and its documents in a fixed order."""

    sender: str
    subject: str
    sent: datetime | None
    pieces: tuple[Piece, ...]


def opened(content: bytes) -> Opened:
    """The mail's documents: the same bytes give the same ones in the same order. Raises MailError."""
    try:
        message = _parsed(content)
        leaves = list(_leaves(message, 0))[:_MAX_PARTS]
        return Opened(_sender(message), _subject(message), _sent(message), _pieces(leaves))
    except (ValueError, LookupError, AssertionError, RecursionError, TypeError, AttributeError) as error:
        raise MailError("the mail cannot be taken apart", cause=type(error).__name__) from error


def _parsed(content: bytes) -> Message:
    """The mail, fed piece by piece: the parser's own way of taking all at once holds six times its size."""
    parser = BytesFeedParser(policy=email.policy.compat32)
    for start in range(0, len(content), _CHUNK):
        parser.feed(content[start : start + _CHUNK])
    return parser.close()


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    payload = message.get_payload()
    if not isinstance(payload, list):
        yield message
        return
    if depth < _MAX_DEPTH:
        for part in filter(_is_message, payload):
            yield from _leaves(part, depth + 1)


def _is_message(part: object) -> TypeGuard[Message]:
    return isinstance(part, Message)


def _pieces(leaves: list[Message]) -> tuple[Piece, ...]:
    found = [piece for leaf in leaves if (piece := _piece(leaf))]
    pdfs = [each for each in found if each.suffix == "pdf"]
    pages = [each for each in found if each.content_type.startswith("text/html")]
    texts = [each for each in found if each.content_type.startswith("text/plain")]
    unique = {each.content_hash: each for each in (*pdfs, *(pages or (texts[:1] if not pdfs else ())))}
    return tuple(unique.values())[:_MAX_PIECES]


def _piece(leaf: Message) -> Piece | None:
    kind, name = leaf.get_content_type(), _name(leaf)
    readable = kind in ("text/html", "text/plain") or name.endswith((".htm", ".html"))
    if not readable and not _may_be_pdf(kind, name):
        return None
    content = _content(leaf)
    if b"%PDF-" in content[:1024]:
        return Piece(content, "pdf", "application/pdf")
    if not readable or not content.strip() or (kind == "text/plain" and name):
        return None
    html = kind == "text/html" or name.endswith((".htm", ".html"))
    return Piece(content, "html", f"{'text/html' if html else 'text/plain'}; charset={_charset(leaf)}")


def _may_be_pdf(kind: str, name: str) -> bool:
    return kind in ("application/pdf", "application/octet-stream", "application/x-pdf") or name.endswith(".pdf")


def _content(leaf: Message) -> bytes:
    payload = leaf.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _charset(leaf: Message) -> str:
    found = leaf.get_param("charset")
    name = found if isinstance(found, str) else ""
    return name if name.isascii() and name.replace("-", "").replace("_", "").isalnum() and len(name) < 40 else "utf-8"


def _name(leaf: Message) -> str:
    try:
        return str(leaf.get_filename() or "").lower()
    except (ValueError, LookupError, TypeError):
        return ""


def _sender(message: Message) -> str:
    addresses = getaddresses([str(value) for value in message.get_all("From", [])])
    return next((address.lower() for _, address in addresses if "@" in address), "")


def _subject(message: Message) -> str:
    subject = str(message.get("Subject") or "")
    try:
        return str(make_header(decode_header(subject)))
    except (ValueError, LookupError, HeaderParseError):
        return subject


def _sent(message: Message) -> datetime | None:
    try:
        sent = parsedate_to_datetime(str(message["Date"]))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)
