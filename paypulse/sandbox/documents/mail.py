"""Whole RFC 822 messages around invented documents, plain and in the odd shapes that mailboxes really hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who wrote what when; `sent` is aware and goes into the Date header as it is."""

    sender: str
    subject: str
    sent: datetime
    to: str = "Alice Andersson <alice@example.com>"

    @property
    def message_id(self) -> str:
        """The same id for the same envelope."""
        return f"<{sha256(f'{self.sender}|{self.subject}|{self.sent.isoformat()}'.encode()).hexdigest()[:24]}@mail.invalid>"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail; some senders call every PDF an octet-stream, or show it inline."""

    name: str
    content: bytes
    mime_type: str = "application/pdf"
    disposition: str = "attachment"


def mail(
    envelope: Envelope,
    *,
    html: str | None = None,
    text: str | None = None,
    attachments: Sequence[Attachment] = (),
    charset: str = "utf-8",
) -> bytes:
    """The message, multipart where it has more than one part; always the same bytes."""
    message = _headed(envelope)
    message.set_content(text if text is not None else envelope.subject, charset=charset)
    if html is not None and text is None:
        message.set_content(html, subtype="html", charset=charset)
    elif html is not None:
        message.add_alternative(html, subtype="html", charset=charset)
    for attachment in attachments:
        _attach(message, attachment)
    return _bytes(message)


def mislabelled(envelope: Envelope, html: str, *, said: str, really: str) -> bytes:
    """An 8-bit HTML mail whose header says another charset than its bytes are written in."""
    message = _headed(envelope)
    head = _bytes(message).rstrip() + f'\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset="{said}"\r\n'.encode()
    return head + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + html.encode(really)


def forwarded(envelope: Envelope, original: bytes) -> bytes:
    """`original` sent on as an attached message."""
    message = _headed(envelope)
    message.set_content("FYI")
    message.add_attachment(message_from_bytes(original, policy=SMTP))
    return _bytes(message)


def forwarded_inline(envelope: Envelope, original: Envelope, html: str, *, language: str = "en") -> bytes:
    """`html` quoted beneath the lines in which mail programs name the original sender, day and subject."""
    begin, sender, sent, subject = _FORWARD[language]
    lines = [
        begin,
        f"{sender}: {_html_address(original.sender)}",
        f"{sent}: {original.sent:%Y-%m-%d %H:%M}",
        f"{subject}: {original.subject}",
    ]
    return mail(envelope, html=f"<html><body><div>FYI</div><div>{'<br>'.join(lines)}</div><br>{html}</body></html>")


def nested(envelope: Envelope, depth: int) -> bytes:
    """A multipart in a multipart, `depth` levels down, with one word at the bottom."""
    opened = "".join(
        f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n' for level in range(depth)
    )
    closed = "".join(f"\r\n--b{level}--\r\n" for level in reversed(range(depth)))
    head = _bytes(_headed(envelope)).rstrip() + b"\r\nMIME-Version: 1.0\r\n"
    return head + f"{opened}Content-Type: text/plain\r\n\r\nbottom{closed}".encode()


def _headed(envelope: Envelope) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = envelope.sender
    message["To"] = envelope.to
    message["Subject"] = envelope.subject
    message["Date"] = format_datetime(envelope.sent)
    message["Message-ID"] = envelope.message_id
    return message


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    maintype, _, subtype = attachment.mime_type.partition("/")
    message.add_attachment(
        attachment.content,
        maintype=maintype,
        subtype=subtype,
        filename=attachment.name,
        disposition=attachment.disposition,
    )


def _bytes(message: EmailMessage) -> bytes:
    """The message with boundaries that depend on nothing but its id and their depth."""
    seed = sha256(str(message["Message-ID"]).encode()).hexdigest()[:16]
    for count, part in enumerate(
        part for part in message.walk() if part.is_multipart() and part.get_content_maintype() == "multipart"
    ):
        part.set_boundary(f"=_{seed}_{count}")
    return message.as_bytes()


def _html_address(address: str) -> str:
    return address.replace("<", "&lt;").replace(">", "&gt;")


_FORWARD = {
    "en": ("---------- Forwarded message ---------", "From", "Date", "Subject"),
    "sv": ("---------- Vidarebefordrat meddelande ---------", "Från", "Datum", "Ämne"),
    "de": ("---------- Weitergeleitete Nachricht ---------", "Von", "Datum", "Betreff"),
}
