"""What no honest sender sends: bombs, endless nesting, damaged files. The reader refuses or cuts, in bounded time and memory."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.parsing import DocumentError, Refusal, open_document, read
from invoices.parsing.result import Reading
from paypulse.core.errors import PayPulseError
from paypulse.sandbox.documents.inbox import demo_messages
from paypulse.sandbox.documents.mail import Attachment, Envelope, mail, nested
from paypulse.sandbox.documents.receipts import ReceiptFacts, receipt_html, receipt_pdf
from tests.fuzz.parsing import mutated

ENVELOPE = Envelope(sender="Shop <a@shop.example>", subject="Kvitto", sent=datetime(2026, 3, 5, 9, tzinfo=UTC))
FACTS = next(message.facts for message in demo_messages(date(2026, 6, 15)) if isinstance(message.facts, ReceiptFacts))
SEEDS = [
    receipt_pdf(FACTS),
    receipt_html(FACTS).encode(),
    *(message.raw for message in list(demo_messages(date(2026, 6, 15)))[::9]),
]
MEGABYTE = 1024 * 1024


@contextmanager
def within(*, seconds: float) -> Iterator[None]:
    """Fails when the block takes more than that much of the processor."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


def outcome(content: bytes) -> Reading | PayPulseError:
    """What the reader made of the content; any other exception fails the test."""
    try:
        return read(open_document(content))
    except PayPulseError as error:
        return error


def pdf_of(stream: bytes, *, pages: int = 1) -> bytes:
    """A PDF whose pages all show the one compressed stream."""
    packed = zlib.compress(stream, 9)
    kids = " ".join(f"{5 + page} 0 R" for page in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<</Font<</F 4 0 R>>>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {pages}>>".encode(),
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(packed) + packed + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *[page] * pages,
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (count, each) for count, each in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (len(objects) + 1)


def test_a_pdf_whose_stream_swells_a_thousandfold_is_cut():
    bomb = pdf_of(b"BT /F 9 Tf 20 20 Td " + b"(Total 1,00 kr) Tj 0 9 Td " * 400_000 + b"ET")
    with within(seconds=25):
        outcome(bomb)


def test_a_pdf_whose_title_is_half_a_character_is_read():
    page = pdf_of(b"BT /F 9 Tf 20 20 Td (Total 1,00 kr) Tj ET")
    broken = page.replace(b"endobj\ntrailer<<", b"endobj\n9 0 obj<</Title<FEFFD800>>> endobj\ntrailer<</Info 9 0 R")
    assert broken != page and isinstance(outcome(broken), Reading)


def test_a_pdf_with_endless_pages_is_refused():
    refused = outcome(pdf_of(b"BT /F 9 Tf (Total 1,00) Tj ET", pages=2_000))
    assert isinstance(refused, DocumentError) and refused.refusal is Refusal.TOO_MANY_PAGES


def test_html_nested_a_hundred_thousand_deep_is_cut():
    with within(seconds=20):
        outcome(b"<table><tr><td>" * 30_000 + b"Total 1,00 kr")
        outcome(b"<div>" * 100_000 + b"Total 1,00 kr")


def test_a_page_of_a_million_cells_ends_in_time():
    with within(seconds=25):
        outcome(b"<table>" + b"<tr><td>Total</td><td>1,00 kr</td><td>2,00 kr</td></tr>" * 60_000 + b"</table>")


def test_a_row_of_totals_without_end_and_dates_without_end_end_in_time():
    with within(seconds=20):
        outcome(
            b"<h1>Invoice</h1><table><tr>" + b"<td>Total 1,10 kr</td><td>VAT 2,10 kr</td>" * 4_500 + b"</tr></table>"
        )
        outcome(b"<h1>Invoice</h1>" + b"<p>Invoice date 03/05/2026 due 04/05/2026 total 7,00</p>" * 5_000)


@pytest.mark.parametrize("shape", ["<tr>{}</tr>", "{}"])
def test_a_rent_notice_of_totals_without_end_ends_in_time(shape):
    cells = "".join(
        f"<tr><td>Hyra {n}</td><td>{n},10</td><td>Att betala</td><td>Att betala {n},00</td></tr>" for n in range(4_000)
    )
    with within(seconds=20):
        outcome(
            f"<h1>Hyresavi</h1><table>{shape.format(cells if shape == '{}' else cells.replace('<tr>', '').replace('</tr>', ''))}</table>".encode()
        )


def test_html_over_the_bound_is_refused():
    refused = outcome(b"<html>" + b"<p>x</p>" * 600_000)
    assert isinstance(refused, DocumentError) and refused.refusal is Refusal.TOO_LARGE


def test_mime_nested_a_thousand_deep_is_cut():
    with within(seconds=10):
        outcome(nested(ENVELOPE, 1_000))


def test_a_mail_of_a_thousand_parts_ends_in_time():
    with within(seconds=25):
        outcome(
            mail(
                ENVELOPE,
                text="x",
                attachments=[
                    Attachment(f"{count}.html", b"<p>Total 1,00 kr</p>", "text/html") for count in range(1_000)
                ],
            )
        )


def test_a_mail_of_25_megabytes_with_its_receipt_is_read():
    junk = Attachment("film.bin", bytes(18 * MEGABYTE), "application/octet-stream")
    reading = outcome(mail(ENVELOPE, html=receipt_html(FACTS), attachments=[junk]))
    assert isinstance(reading, Reading) and reading.total_amount and reading.total_amount.value == FACTS.total


def test_an_octet_stream_and_an_inline_pdf_are_read_as_pdfs():
    for kind in (
        Attachment("a.bin", receipt_pdf(FACTS), "application/octet-stream"),
        Attachment("a.pdf", receipt_pdf(FACTS), disposition="inline"),
    ):
        reading = outcome(mail(ENVELOPE, text="Kvitto bifogat", attachments=[kind]))
        assert isinstance(reading, Reading) and reading.total_amount and reading.total_amount.value == FACTS.total


def test_an_empty_attachment_does_not_lose_the_mail():
    reading = outcome(mail(ENVELOPE, html=receipt_html(FACTS), attachments=[Attachment("kvitto.pdf", b"")]))
    assert isinstance(reading, Reading) and reading.total_amount and reading.total_amount.value == FACTS.total


@pytest.mark.parametrize(
    "content",
    [b"", b"   \n", b"%PDF-1.4", b"%PDF-1.4\n%%EOF", b"\x00" * 5_000, b"PK\x03\x04" + bytes(900)],
)
def test_nothing_to_read_is_refused_with_its_reason(content):
    assert isinstance(outcome(content), DocumentError)


@pytest.mark.parametrize(
    "line",
    [
        "9" * 50_000,
        "1." * 30_000,
        "- " * 30_000,
        "1,1" * 20_000,
        "januari " * 9_000,
        "Total " * 9_000,
        "(" * 40_000,
        "1/" * 30_000,
        "€" * 50_000,
        "\u202e" * 50_000,
    ],
)
def test_a_line_that_feeds_on_backtracking_ends_at_once(line):
    with within(seconds=8):
        outcome(f"<p>Total {line}</p><p>{line} kr</p>".encode())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_any_damage_to_a_good_document_is_read_or_refused(seed):
    random = Random(seed)
    outcome(mutated(random.choice(SEEDS), random, other=random.choice(SEEDS)))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text):
    with suppress(UnicodeEncodeError):
        outcome(text.encode())
        outcome(f"<p>Total {text}</p>".encode())
