"""Tells a PDF, an HTML page, a mail and plain text apart by their content, and opens them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from invoices.parsing.document import bounds
from invoices.parsing.document.errors import DocumentError, Refusal
from invoices.parsing.document.model import Document, Header, Part

_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|table|div|p|span|meta|center|style)\b", re.I)
_MAIL = re.compile(rb"(?:From |[A-Za-z][A-Za-z0-9-]{1,40}:[ \t\r])")
_MAIL_FIELD = re.compile(
    rb"^(?:from|subject|date|mime-version|received|content-type|to|message-id|delivered-to|return-path):", re.I | re.M
)


def open_document(
    content: bytes, *, filename: str | None = None, content_type: str | None = None, received: datetime | None = None
) -> Document:
    """The document's readable parts; `received` is the mail's date for a part stored without its mail.

    Raises DocumentError when it is empty, encrypted, over a bound, unreadable, or has no text.
    """
    if len(content) > bounds.MAX_BYTES:
        raise DocumentError(Refusal.TOO_LARGE, bytes=len(content))
    if not content.strip():
        raise DocumentError(Refusal.EMPTY)
    document = _opened(content, filename, content_type or "")
    if not any(part.lines for part in document.parts):
        raise DocumentError(Refusal.NO_TEXT, parts=len(document.parts))
    if received and not (document.header and document.header.sent):
        document = replace(document, header=replace(document.header or Header(), sent=received))
    return document


def _opened(content: bytes, filename: str | None, content_type: str) -> Document:
    deadline = bounds.Deadline()
    if b"%PDF-" in content[:1024]:
        from invoices.parsing.document.pdf import read_pdf

        return _alone(read_pdf(content, name=filename, deadline=deadline))
    if _is_mail(content, filename or "", content_type):
        from invoices.parsing.document.mime import read_mail

        return read_mail(content, deadline=deadline)
    stated = re.search(r"charset\s*=\s*[\"']?([\w-]{2,30})", content_type, re.I)
    charset = stated[1] if stated else None
    if "html" in content_type or _HTML.search(content[:65536]):
        from invoices.parsing.document.html import read_html

        return _alone(read_html(content, charset=charset, name=filename, deadline=deadline))
    return _alone(_plain(content, filename, charset))


def _alone(part: Part) -> Document:
    return Document(parts=(part,))


def _is_mail(content: bytes, filename: str, content_type: str) -> bool:
    if content_type == "message/rfc822" or filename.lower().endswith(".eml"):
        return True
    head = content[:8192].lstrip()
    return bool(_MAIL.match(head)) and len(set(map(bytes.lower, _MAIL_FIELD.findall(head)))) >= 2


def _plain(content: bytes, filename: str | None, charset: str | None) -> Part:
    from invoices.parsing.document.mime import read_text

    sample = content[:4096]
    controls = sum(1 for byte in sample if byte < 9 or 13 < byte < 32)
    if controls > len(sample) // 50:
        raise DocumentError(Refusal.UNREADABLE)
    return read_text(content, charset=charset, name=filename)
