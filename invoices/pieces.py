"""The documents inside a mail: attached PDFs first, then the body, each once, whatever they call themselves."""

from __future__ import annotations

import email.policy
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesFeedParser
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial
from io import BytesIO
from typing import IO, Final, TypeGuard

from invoices.outline import Outline
from invoices.receiving import spooled
from paypulse.core.errors import PayPulseError

_MAX_DEPTH: Final = 12
MOST_PIECES: Final = 100
_HEAD: Final = 1024


class MailError(PayPulseError):
    """The mail cannot be taken apart; trying again does not help."""


class OverfullError(MailError):
    """The mail holds more documents, or mails more deeply in mails, than are taken out of one; none of them is."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A document in a mail. `suffix` is pdf or html (a text body is kept as html by name, as text by type).

    `chunks` gives its bytes from the first on, each time it is called, for as long as the mail's file is open.
    """

    chunks: Callable[[], Iterator[bytes]]
    suffix: str
    content_type: str
    content_hash: str

    @classmethod
    def of(cls, chunks: Callable[[], Iterator[bytes]], suffix: str, content_type: str) -> Piece:
        """The piece of these bytes."""
        digest = hashlib.sha256()
        for chunk in chunks():
            digest.update(chunk)
        return cls(chunks, suffix, content_type, digest.hexdigest())

    @contextmanager
    def file(self) -> Iterator[IO[bytes]]:
        """The document as a file for the block."""
        with spooled() as file:
            for chunk in self.chunks():  # writelines would have all of them in memory first
                file.write(chunk)
            file.seek(0)
            yield file


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail taken apart: who sent it when (None: it does not say), what it is about, and its documents in a fixed order."""

    sender: str
    subject: str
    sent: datetime | None
    pieces: tuple[Piece, ...]


def opened(mail: bytes | IO[bytes]) -> Opened:
    """The mail's documents: the same bytes give the same ones in the same order. Raises MailError, of which OverfullError is one."""
    outline = Outline(BytesIO(mail) if isinstance(mail, bytes) else mail)
    try:
        message = _parsed(outline)
        return Opened(_sender(message), _subject(message), _sent(message), _pieces(_leaves(message, 0), outline))
    except (ValueError, LookupError, AssertionError, RecursionError, TypeError, AttributeError) as error:
        raise MailError("the mail cannot be taken apart", cause=type(error).__name__) from error


def _parsed(outline: Outline) -> Message:
    """The mail's tree, fed piece by piece: the parser's own way of taking all at once holds six times its size."""
    parser = BytesFeedParser(policy=email.policy.compat32)
    for piece in outline:
        parser.feed(piece)
    return parser.close()


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    payload = message.get_payload()
    if not isinstance(payload, list):
        yield message
        return
    if depth == _MAX_DEPTH:
        raise OverfullError("mails are too deep in mails")
    for part in filter(_is_message, payload):
        yield from _leaves(part, depth + 1)


def _is_message(part: object) -> TypeGuard[Message]:
    return isinstance(part, Message)


def _pieces(leaves: Iterable[Message], outline: Outline) -> tuple[Piece, ...]:
    found = [piece for leaf in leaves if (piece := _piece(leaf, outline))]
    pdfs = [each for each in found if each.suffix == "pdf"]
    pages = [each for each in found if each.content_type.startswith("text/html")]
    texts = [each for each in found if each.content_type.startswith("text/plain")]
    unique = {each.content_hash: each for each in (*pdfs, *(pages or (texts[:1] if not pdfs else ())))}
    if len(unique) > MOST_PIECES:
        raise OverfullError("the mail holds too many documents", documents=len(unique))
    return tuple(unique.values())


def _piece(leaf: Message, outline: Outline) -> Piece | None:
    kind, name = leaf.get_content_type(), _name(leaf)
    readable = kind in ("text/html", "text/plain") or name.endswith((".htm", ".html"))
    if not readable and not _may_be_pdf(kind, name):
        return None
    chunks = partial(outline.content, leaf)
    if b"%PDF-" in _head(chunks()):
        return Piece.of(chunks, "pdf", "application/pdf")
    if not readable or (kind == "text/plain" and name) or not any(chunk.strip() for chunk in chunks()):
        return None
    html = kind == "text/html" or name.endswith((".htm", ".html"))
    return Piece.of(chunks, "html", f"{'text/html' if html else 'text/plain'}; charset={_charset(leaf)}")


def _head(chunks: Iterator[bytes]) -> bytes:
    found = b""
    for chunk in chunks:
        found += chunk
        if len(found) >= _HEAD:
            break
    return found[:_HEAD]


def _may_be_pdf(kind: str, name: str) -> bool:
    return kind in ("application/pdf", "application/octet-stream", "application/x-pdf") or name.endswith(".pdf")


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
