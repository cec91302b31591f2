"""What is fuzzed: each target takes any bytes and must end with a reading or a PayPulseError, in bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from invoices.parsing import open_document, read
from invoices.parsing.document.model import Document, Embedded, Part, PartKind
from invoices.parsing.fields.amounts import find_amounts
from invoices.parsing.fields.dates import find_dates
from invoices.parsing.hints import HintError, candidates
from invoices.parsing.result import Reading
from invoices.parsing.structured import candidates as embedded_candidates
from paypulse.core.categories import Category
from paypulse.core.errors import PayPulseError
from paypulse.sandbox.documents.inbox import demo_messages
from paypulse.sandbox.documents.mail import Envelope, forwarded, nested
from paypulse.sandbox.documents.pages import Sheet
from paypulse.sandbox.documents.receipts import ReceiptFacts, receipt_html, receipt_pdf
from paypulse.sandbox.documents.rent import RentFacts, rent_notice
from vendors.vendor import FieldHint, Vendor

# The reader's own limit is 20 seconds; a single step may end a little after it.
MAX_SECONDS = 25.0
MAX_BYTES = 200_000


class Target(StrEnum):
    """One door into the reader; `folder` is whole files of any kind, mutated."""

    MAIL = "mail"
    HTML = "html"
    PDF = "pdf"
    PDF_TEXT = "pdf-text"
    FIELDS = "fields"
    EMBEDDED = "embedded"
    HINTS = "hints"
    FOLDER = "folder"

    def run(self, data: bytes) -> None:
        """One input; raises AssertionError when it took too long, and whatever the reader should not have raised."""
        began = time.perf_counter()
        _RUNS[self](data)
        took = time.perf_counter() - began
        assert took < MAX_SECONDS, f"{self} took {took:.1f} s"

    def seeds(self, folder: Path | None) -> list[bytes]:
        """Good inputs to start from."""
        if self is Target.FOLDER:
            return [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()] if folder else []
        return list(_SEEDS[self]())


def _whole(data: bytes) -> None:
    try:
        reading = read(open_document(data))
    except PayPulseError:
        return
    _check(reading)


def _check(reading: Reading) -> None:
    for name, field in reading.facts():
        assert field.value is not None, name
        assert not isinstance(field.value, Decimal) or field.value.is_finite(), name
        assert 0 <= field.confidence <= 1, name


def _pdf_text(data: bytes) -> None:
    """A page with the input's lines on it, each at a place that its first bytes choose."""
    sheet = Sheet("fuzz")
    for line in data.split(b"\n")[:60]:
        place = (float(line[:1][0] * 2), float(line[1:2][0] * 3)) if len(line) > 2 else (50.0, 50.0)
        sheet.write(line[2:].decode("cp1252", "replace").replace("\ufffd", "?")[:200], place)
    _whole(sheet.finished())


def _fields(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert all(found.value.is_finite() and found.start < found.end for found in find_amounts(text))
    assert all(found.start < found.end for found in find_dates(text))


def _embedded(data: bytes) -> None:
    parts = tuple(
        Part(PartKind.HTML, 0, (), embedded=(Embedded(kind, data),)) for kind in ("xml", "json-ld", "microdata")
    )
    embedded_candidates(Document(parts=parts))


_PAGE = open_document(("<p>" + "Order 12 total 1 249,00 kr aaaaaaaaaaaaaaaaaaaaaaaaaaa! " * 200 + "</p>").encode())


def _hints(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for hint in (FieldHint(label=text), FieldHint(selector=text), FieldHint(expression=text)):
        row = Vendor(
            vendor_id="x",
            vendor_name="X",
            invoice_category=Category.RETAIL,
            invoice_sub_type=None,
            email_patterns=(),
            field_hints={"total_amount": hint},
        )
        try:
            candidates(_PAGE, row)
        except HintError:
            continue


_RUNS: dict[Target, Callable[[bytes], None]] = {
    Target.MAIL: lambda data: _whole(b"From: a@example.com\r\nSubject: kvitto\r\n" + data),
    Target.HTML: lambda data: _whole(b"<html><body>" + data),
    Target.PDF: lambda data: _whole(b"%PDF-1.4\n" + data),
    Target.PDF_TEXT: _pdf_text,
    Target.FIELDS: _fields,
    Target.EMBEDDED: _embedded,
    Target.HINTS: _hints,
    Target.FOLDER: _whole,
}


def _facts() -> Iterator[ReceiptFacts | RentFacts]:
    yield from (message.facts for message in demo_messages(date(2026, 6, 15)) if message.facts)


def _mails() -> Iterator[bytes]:
    messages = [message.raw for message in demo_messages(date(2026, 6, 15))][::6]
    envelope = Envelope(sender="a@example.com", subject="Fwd: kvitto", sent=datetime(2026, 6, 1, tzinfo=UTC))
    yield from (
        message.split(b"\r\n", 1)[1] for message in (*messages, forwarded(envelope, messages[0]), nested(envelope, 30))
    )


def _pages() -> Iterator[bytes]:
    yield from (receipt_html(facts).encode() for facts in _facts() if isinstance(facts, ReceiptFacts))


def _pdfs() -> Iterator[bytes]:
    for facts in list(_facts())[::4]:
        yield rent_notice(facts) if isinstance(facts, RentFacts) else receipt_pdf(facts)


_SEEDS: dict[Target, Callable[[], Iterator[bytes]]] = {
    Target.MAIL: _mails,
    Target.HTML: _pages,
    Target.PDF: _pdfs,
    Target.PDF_TEXT: lambda: iter(
        [b"\x20\x20Hyresavi december 2026\n\x20\x40Hyra\n\xa0\x408 450,00\n\x20\x60Att betala\n\xa0\x608 450,00 kr"]
    ),
    Target.FIELDS: lambda: iter(
        ["1 234,50 kr (12.05.2026) - 3 mars 2026 $1,234.50- 令和6年1月2日 １２３円 05/06/07".encode()]
    ),
    Target.EMBEDDED: lambda: iter(
        [b'{"@type":"Order","price":"1.5"}', b"<Invoice><ID>1</ID></Invoice>", b"<p itemscope><b itemprop=a>1</b></p>"]
    ),
    Target.HINTS: lambda: iter([b"Order", b"p > b:nth-child(2)", rb"total ([\d ,]+)", b"(a+)+$"]),
}
