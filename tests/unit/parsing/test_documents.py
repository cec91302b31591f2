"""PDFs, HTML pages and mails become lines of cells, with their places, within bounds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.message import EmailMessage
from io import BytesIO

import pytest
from reportlab.pdfgen import canvas

from invoices.parsing import DocumentError, Refusal, open_document, read
from invoices.parsing.document import bounds
from invoices.parsing.document.html import decode, read_html
from invoices.parsing.document.mime import decoded, read_text
from invoices.parsing.document.model import Part, PartKind
from invoices.parsing.document.pdf import read_pdf


def _texts(part: Part) -> list[list[str]]:
    return [[cell.text for cell in line.cells] for line in part.lines]


def _pdf(draw: object = None, *, pages: int = 1, password: str | None = None, rotation: int = 0) -> bytes:
    written = BytesIO()
    page = canvas.Canvas(written, pagesize=(595, 842), invariant=True, encrypt=password)
    for number in range(pages):
        page.setPageRotation(rotation)
        page.drawString(60, 800, f"Invoice {number}")
        page.drawRightString(540, 800, "12.00")
        page.saveState()
        page.translate(30, 200)
        page.rotate(90)
        page.drawString(0, 0, "printed by a machine in the margin")
        page.restoreState()
        page.showPage()
    page.save()
    return written.getvalue()


def test_what_stands_at_one_height_is_one_line_and_turned_text_is_left_out() -> None:
    part = read_pdf(_pdf())
    assert _texts(part) == [["Invoice 0", "12.00"]]
    amount = part.lines[0].cells[1]
    assert amount.page == 0 and amount.box is not None
    assert amount.box[2] == pytest.approx(540, abs=1) and 30 < amount.box[1] < 45


def test_pages_follow_each_other() -> None:
    part = read_pdf(_pdf(pages=3))
    assert [line.cells[0].page for line in part.lines] == [0, 1, 2]
    assert part.page_sizes == ((595.0, 842.0),) * 3


def test_a_turned_page_is_read_as_it_is_shown() -> None:
    part = read_pdf(_pdf(rotation=180))
    box = part.lines[0].cells[0].box
    assert box is not None and part.page_sizes[0] == (595.0, 842.0)


def test_an_encrypted_pdf_is_refused_by_name() -> None:
    with pytest.raises(DocumentError) as caught:
        open_document(_pdf(password="secret"))
    assert caught.value.refusal is Refusal.ENCRYPTED


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        open_document(_pdf(pages=bounds.MAX_PAGES_REFUSED + 1))
    assert caught.value.refusal is Refusal.TOO_MANY_PAGES


def test_table_cells_stand_side_by_side_and_blocks_below_each_other() -> None:
    part = read_html(b"<div>Shop</div><table><tr><td>Total</td><td><b>5</b></td></tr></table><p>Bye<br>now</p>")
    assert _texts(part) == [["Shop"], ["Total", "5"], ["Bye"], ["now"]]


def test_labels_and_values_in_two_columns_are_paired() -> None:
    part = read_html(b"<table><tr><td>Net<br>Tax<br>Total</td><td>8.00<br>2.00<br>10.00</td></tr></table>")
    assert _texts(part) == [["Net", "8.00"], ["Tax", "2.00"], ["Total", "10.00"]]


def test_hidden_text_is_not_read_and_spaced_style_words_do_not_hide() -> None:
    part = read_html(b'<p style="display:none">x</p><p style="backface-visibility: hidden">y</p><p hidden>z</p>')
    assert _texts(part) == [["y"]]


def test_cents_in_their_own_element_are_cents() -> None:
    part = read_html(b"<p>$<span>12</span><sup>99</sup></p>")
    assert _texts(part) == [["$12.99"]]


def test_zero_width_padding_is_dropped() -> None:
    part = read_html("<p>\u200eTotal\u200b: \u202a5,00\u00a0kr\u202c</p>".encode())
    assert _texts(part) == [["Total: 5,00 kr"]]


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-16", "iso-2022-jp"])
def test_charsets_are_read_as_declared(charset: str) -> None:
    text = "合計" if charset == "iso-2022-jp" else "Förfallodatum"
    assert decode(text.encode(charset), charset).lstrip("\ufeff") == text


def test_a_mislabelled_charset_does_not_spoil_utf8() -> None:
    assert decode("Kött".encode(), "iso-8859-1") == "Kött"
    assert decode("Kött".encode("cp1252"), "utf-8") == "Kött"


def test_deep_nesting_is_read_to_its_bound() -> None:
    part = read_html(b"<div>" * 5000 + b"Total 5" + b"</div>" * 5000)
    assert part.kind is PartKind.HTML


def test_plain_text_ends_a_cell_at_wide_gaps() -> None:
    part = read_text(b"Total     12.00\n> quoted\n")
    assert _texts(part) == [["Total", "12.00"], ["quoted"]]


def _mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


def test_the_attached_pdf_comes_before_the_covering_mail() -> None:
    message = _mail(From="Shop <billing@shop.example>", Subject="Your invoice", Date="Tue, 10 Mar 2026 23:30:00 +0100")
    message.set_content("Please find your invoice attached.")
    message.add_attachment(_pdf(), maintype="application", subtype="octet-stream", filename="Räkning 1.pdf")
    document = open_document(message.as_bytes())
    assert [part.kind for part in document.parts] == [PartKind.PDF, PartKind.TEXT]
    assert document.attachments == ("Räkning 1.pdf",)
    assert document.header is not None and document.header.sender_name == "Shop"


def test_the_forwarded_mails_header_wins() -> None:
    message = _mail(From="Bob <bob@gmail.com>", Subject="Fwd: Receipt", Date="Wed, 11 Mar 2026 08:00:00 +0000")
    quoted = "---------- Forwarded message ---------\nFrom: Cafe <hi@cafe.example>\nDate: Tue, Mar 10, 2026\nSubject: Receipt\n"
    message.set_content(quoted + "\nTotal: $5.00\n")
    document = open_document(message.as_bytes())
    assert document.header is not None
    assert (document.header.sender_name, document.header.sender_address) == ("Cafe", "hi@cafe.example")
    reading = read(document)
    assert reading.invoice_date is not None and reading.invoice_date.value == date(2026, 3, 10)


def test_a_mail_attached_to_a_mail_is_opened() -> None:
    inner = _mail(From="Cafe <hi@cafe.example>", Subject="Receipt", Date="Tue, 10 Mar 2026 08:00:00 +0000")
    inner.set_content("<p>Total: $5.00</p>", subtype="html")
    outer = _mail(From="Bob <bob@gmail.com>", Subject="Fwd", Date="Wed, 11 Mar 2026 08:00:00 +0000")
    outer.set_content("see attached")
    outer.add_attachment(inner)
    document = open_document(outer.as_bytes())
    assert document.header is not None and document.header.sender_name == "Cafe"


def test_the_day_a_part_was_received_stands_in_for_the_mails() -> None:
    received = datetime(2026, 3, 9, 12, tzinfo=UTC)
    reading = read(open_document(b"<html><body><h1>Receipt</h1><p>Total: $5.00</p></body></html>", received=received))
    assert reading.invoice_date is not None
    assert (reading.invoice_date.value, reading.invoice_date.method) == (date(2026, 3, 9), "mail_header")


def test_nested_multiparts_are_bounded() -> None:
    head = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(300))
    content = f"From: a@b.example\nSubject: x\n{head}Content-Type: text/plain\n\nhello".encode()
    with pytest.raises(DocumentError) as caught:
        open_document(content)
    assert caught.value.refusal is Refusal.NO_TEXT


@pytest.mark.parametrize(
    "value", ["=?utf-8?q?R=C3=A4kning?=", "=?iso-8859-1?b?UuRrbmluZw==?=", "=?no-such-charset?q?R=C3=A4kning?="]
)
def test_encoded_words_are_decoded(value: str) -> None:
    assert decoded(value) == "Räkning"


def test_damaged_encoded_words_are_left_as_they_stand() -> None:
    assert decoded("=?utf-8?b?####?= x").endswith("x")


def test_a_file_over_the_bound_is_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        open_document(b"a" * (bounds.MAX_BYTES + 1))
    assert caught.value.refusal is Refusal.TOO_LARGE


def test_the_declared_charset_of_a_lone_part_is_honoured() -> None:
    content = "<p>Förfallodatum</p>".encode("iso-8859-1")
    document = open_document(content, content_type="text/html; charset=iso-8859-1")
    assert document.parts[0].lines[0].text == "Förfallodatum"


def test_a_very_long_page_is_read_from_both_ends_in_bounded_time() -> None:
    rows = "".join(f"<tr><td>Item {number}</td><td>$1.00</td></tr>" for number in range(20_000))
    reading = read(
        f"<html><body><h1>Receipt</h1><table>{rows}<tr><td>Total</td><td>$20000.00</td></tr></table></body></html>".encode()
    )
    assert reading.total_amount is not None and reading.total_amount.value == 20_000


def test_a_very_long_pdf_is_read_from_both_ends() -> None:
    part = read_pdf(_pdf(pages=bounds.MAX_PAGES + 20))
    assert part.lines[0].text == "Invoice 0  12.00"
    assert part.lines[-1].text == f"Invoice {bounds.MAX_PAGES + 19}  12.00"
    assert part.lines[-1].cells[0].page == bounds.MAX_PAGES + 19
