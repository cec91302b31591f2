"""A mail as readable parts and one header: attachments before the body, the forwarded mail's header before the forwarder's."""

from __future__ import annotations

import email.errors
import email.policy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from invoices.parsing.document import bounds
from invoices.parsing.document.errors import DocumentError, Refusal
from invoices.parsing.document.html import decode, read_html
from invoices.parsing.document.model import Cell, Document, Header, Line, Part, PartKind
from invoices.parsing.document.pdf import read_pdf
from paypulse.core.text import fold_space

# The words mail programs put before a forwarded mail's own header, in the languages they speak.
_FORWARDED = {
    "from": "from von från de da di od fra lähettäjä van mittente nadawca odesílatel remitente από 差出人 송신자",
    "date": "date sent gesendet datum skickat envoyé fecha enviado enviada data inviato verzonden wysłano wysłane sendt dato lähetetty päivämäärä päiväys odesláno 送信日時 日付 ημερομηνία",
    "subject": "subject betreff ämne objet asunto oggetto onderwerp temat předmět emne aihe assunto θέμα 件名",
}
_FORWARD_WORD = {word: role for role, words in _FORWARDED.items() for word in words.split()}
_FORWARD_LINE = re.compile(r"^[>*\s]{0,6}([^\W\d_]{2,14})\*?\s?[:：]\*?\s*(.{2,300})$")
_DAMAGED = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
_LITTLE_TEXT = 150  # characters; a page of pictures says less than the mail's plain text
_MAX_HEADER = 4_000
_ADDRESS = re.compile(r"[\w.+%&'=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")


@dataclass(slots=True)
class _Leaves:
    """What was found in the tree: contents by trust, names of all attachments, and the innermost mail's header."""

    pdfs: list[tuple[bytes, str | None]] = field(default_factory=list)
    htmls: list[tuple[bytes, str | None, str | None]] = field(default_factory=list)
    texts: list[tuple[bytes, str | None]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    header: Header | None = None
    parts: int = 0


def read_mail(content: bytes, *, deadline: bounds.Deadline | None = None) -> Document:
    """The mail's readable parts, best first; raises DocumentError when nothing in it can be read."""
    deadline = deadline or bounds.Deadline()
    leaves = _Leaves()
    _collect(_parsed(content), leaves, 0)
    parts, refused = _read_parts(leaves, deadline)
    if not parts and refused:
        raise refused
    forwarded = next((found for part in parts if (found := forwarded_header(part.lines))), None)
    return Document(parts=parts, header=_prefer(forwarded, leaves.header), attachments=tuple(leaves.names))


def _parsed(content: bytes) -> Message:
    """The mail's tree; the standard library raises many things for damaged mail, all of them mean unreadable."""
    try:
        return BytesParser(policy=email.policy.compat32).parsebytes(content)
    except (email.errors.MessageError, *_DAMAGED) as error:
        raise DocumentError(Refusal.UNREADABLE) from error


def _prefer(inner: Header | None, outer: Header | None) -> Header | None:
    if inner is None or outer is None:
        return inner or outer
    return Header(
        sender_name=inner.sender_name if inner.sender_address or inner.sender_name else outer.sender_name,
        sender_address=inner.sender_address if inner.sender_address or inner.sender_name else outer.sender_address,
        subject=inner.subject or outer.subject,
        sent=inner.sent or outer.sent,
        sent_text=inner.sent_text,
    )


def _collect(message: Message, leaves: _Leaves, depth: int) -> None:
    leaves.parts += 1
    if depth > bounds.MAX_MIME_DEPTH or leaves.parts > bounds.MAX_MIME_PARTS:
        return
    if message.get("From") or message.get("Subject"):
        leaves.header = _prefer(_header(message), leaves.header)
    if not message.is_multipart():
        _leaf(message, leaves)
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            _collect(part, leaves, depth + 1)


def _leaf(message: Message, leaves: _Leaves) -> None:
    content, kind, name = _content(message), message.get_content_type(), _file_name(message)
    if name:
        leaves.names.append(name)
    if not content:
        return
    if b"%PDF-" in content[:1024]:
        leaves.pdfs.append((content, name))
    elif kind == "text/html" or (name or "").lower().endswith((".html", ".htm")):
        leaves.htmls.append((content, _charset(message), name))
    elif kind == "text/plain" and not name:
        leaves.texts.append((content, _charset(message)))


def _content(message: Message) -> bytes:
    try:
        payload = message.get_payload(decode=True)
    except _DAMAGED:
        return b""
    return payload if isinstance(payload, bytes) else b""


def _charset(message: Message) -> str | None:
    try:
        found = message.get_param("charset")
    except _DAMAGED:
        return None
    return found if isinstance(found, str) else None


def _file_name(message: Message) -> str | None:
    try:
        name = message.get_filename()
    except _DAMAGED:
        return None
    return fold_space(decoded(name))[:200] if name else None


def _read_parts(leaves: _Leaves, deadline: bounds.Deadline) -> tuple[tuple[Part, ...], DocumentError | None]:
    parts: list[Part] = []
    refused: DocumentError | None = None
    for content, name in leaves.pdfs[: bounds.MAX_READABLE_PARTS]:
        try:
            parts.append(read_pdf(content, index=len(parts), name=name, deadline=deadline))
        except DocumentError as error:
            refused = error
    for content, charset, name in leaves.htmls[: bounds.MAX_READABLE_PARTS]:
        try:
            parts.append(read_html(content, charset=charset, index=len(parts), name=name, deadline=deadline))
        except DocumentError as error:
            refused = error
    written = sum(len(line.text) for part in parts if part.kind is PartKind.HTML for line in part.lines)
    if written < _LITTLE_TEXT:
        parts.extend(_texts(leaves.texts, len(parts)))
    return tuple(parts), refused


def _texts(texts: Sequence[tuple[bytes, str | None]], start: int) -> Iterator[Part]:
    for position, (content, charset) in enumerate(texts[: bounds.MAX_READABLE_PARTS]):
        yield read_text(content, charset=charset, index=start + position)


def read_text(content: bytes, *, charset: str | None = None, index: int = 0, name: str | None = None) -> Part:
    """Plain text as one part: a cell ends where two or more blanks or a tab stand."""
    text = decode(content[: bounds.MAX_HTML_BYTES], charset).replace("\x00", "")
    return Part(kind=PartKind.TEXT, index=index, lines=tuple(_text_lines(text, index)), name=name)


def _text_lines(text: str, part: int) -> Iterator[Line]:
    number = 0
    for line in text.splitlines():
        pieces = [
            fold_space(piece)[: bounds.MAX_CELL_CHARS] for piece in re.split(r"\s{2,}|\t|\|", line.lstrip("> ").strip())
        ]
        cells = tuple(Cell(piece, number, column, part) for column, piece in enumerate(filter(None, pieces)))
        if cells:
            yield Line(cells)
            number += 1
        if number >= bounds.MAX_LINES:
            return


def _header(message: Message) -> Header:
    name, address = _mailbox(decoded(str(message.get("From") or "")[:_MAX_HEADER]))
    return Header(
        sender_name=fold_space(name)[:200] or None,
        sender_address=address.lower()[:254] or None,
        subject=fold_space(decoded(str(message.get("Subject") or "")[:_MAX_HEADER]))[:500] or None,
        sent=_sent(message.get("Date")),
    )


def _mailbox(value: str) -> tuple[str, str]:
    """The display name and the address of a From line, however it is written."""
    found = _ADDRESS.search(value)
    name = value[: found.start()] if found else value
    return name.strip(" <>\"'()\t\r\n"), found[0] if found else ""


def _sent(value: object) -> datetime | None:
    try:
        sent = parsedate_to_datetime(str(value)[:100]) if value else None
    except (*_DAMAGED, OverflowError):
        return None
    return sent.replace(tzinfo=UTC) if sent and sent.tzinfo is None else sent


def decoded(value: str) -> str:
    """A header's value with its RFC 2047 words decoded, whatever is wrong with them left as it stood."""
    try:
        return "".join(
            piece if isinstance(piece, str) else _decode_word(piece, charset) for piece, charset in decode_header(value)
        )
    except (*_DAMAGED, email.errors.HeaderParseError):
        return value


def _decode_word(piece: bytes, charset: str | None) -> str:
    try:
        return piece.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError, ValueError):
        return decode(piece)


def forwarded_header(lines: Sequence[Line]) -> Header | None:
    """The header of the last mail quoted in the text (three of its lines close together), or None."""
    block: dict[str, str] = {}
    found: Header | None = None
    since = 0
    for line in lines[:400]:
        match = _FORWARD_LINE.match(line.text)
        role = _FORWARD_WORD.get(match[1].lower()) if match else None
        if match and role:
            block, since = (dict(block) if since < 4 else {}), 0
            block.setdefault(role, match[2].strip())
        else:
            since += 1
        if len(block) == 3:
            found, block = _quoted(block), {}
    return found


def _quoted(block: dict[str, str]) -> Header:
    sender = block["from"]
    address = _ADDRESS.search(sender)
    name = sender[: address.start()] if address else sender
    return Header(
        sender_name=fold_space(name.replace("[mailto:", "")).strip(" <>\"'()[]*")[:200] or None,
        sender_address=address[0].lower() if address else None,
        subject=block["subject"][:500],
        sent_text=block["date"][:100],
    )


__all__ = ["DocumentError", "Refusal", "decoded", "forwarded_header", "read_mail", "read_text"]
