"""Whole documents in, facts out: many layouts and languages, all invented."""

from __future__ import annotations

from decimal import Decimal

import pytest

from invoices.parsing import Document, DocumentError, Refusal, open_document, read
from invoices.parsing.evaluate import same_name
from invoices.parsing.result import Kind, Status
from paypulse.core.categories import Category
from tests.unit.parsing import stranger_papers
from tests.unit.parsing.papers import PAPERS, Paper, table
from vendors.vendor import FieldHint, Vendor

INVOICES = [pytest.param(paper, id=paper.name) for paper in PAPERS if paper.truth]
OTHERS = [pytest.param(paper, id=paper.name) for paper in PAPERS if not paper.truth]


@pytest.mark.parametrize("paper", INVOICES)
def test_it_reads_the_total_and_its_currency(paper: Paper) -> None:
    reading = read(paper.content)
    assert reading.total_amount is not None and reading.currency is not None
    assert reading.total_amount.value == Decimal(paper.truth["total_amount"])
    assert reading.currency.value == paper.truth["currency"]
    assert reading.kind is not Kind.NOT_AN_INVOICE


@pytest.mark.parametrize("paper", [pytest.param(paper, id=paper.name) for paper in stranger_papers.MADE])
def test_it_is_sure_of_the_total_in_a_layout_it_was_not_made_for(paper: Paper) -> None:
    total = read(paper.content).total_amount
    assert total is not None and total.status is not Status.UNSURE


@pytest.mark.parametrize("paper", INVOICES)
def test_it_reads_the_days_numbers_and_the_seller(paper: Paper) -> None:
    reading = read(paper.content)
    for name in {"invoice_date", "due_date"} & set(paper.truth):
        assert getattr(reading, name).value.isoformat() == paper.truth[name]
    if "invoice_number" in paper.truth:
        number = reading.invoice_number or reading.order_number
        assert number is not None and number.value == paper.truth["invoice_number"]
    assert reading.vendor_name is not None
    assert same_name(reading.vendor_name.value, [paper.truth["vendor_name"], *paper.truth.get("vendor_alt", ())])


@pytest.mark.parametrize("paper", [each for each in INVOICES if "items" in each.values[0].truth])
def test_it_reads_the_lines(paper: Paper) -> None:
    totals = sorted(item.total_price or Decimal(0) for item in read(paper.content).line_items)
    assert totals == sorted(map(Decimal, paper.truth["items"]))


@pytest.mark.parametrize(
    ("counted", "unit"), [(("2", "9.00"), None), (("0.85 kg", "9.00"), "kg"), (("2", "hrs", "9.00"), "hrs")]
)
def test_a_line_says_what_it_counts(counted: tuple[str, ...], unit: str | None) -> None:
    head = ("Item", "Qty", *(("Unit",) if len(counted) > 2 else ()), "Amount")
    body = table(head, ("Cheese", *counted), ("Bread", *counted), ("Total", *[""] * (len(counted) - 1), "18.00"))
    reading = read(_page(f"<h1>Invoice</h1>{body}"))
    assert [item.unit for item in reading.line_items] == [unit, unit]


def test_a_name_found_in_the_title_too_is_shown_on_the_page() -> None:
    content = (
        "<html><head><title>Receipt for your payment to Quill Ltd</title></head><body><p>Quill Ltd</p></body></html>"
    )
    reading = read(content.replace("</body>", "<p>Total: $9.00</p></body>").encode())
    assert reading.vendor_name is not None and reading.vendor_name.value == "Quill Ltd"
    assert reading.vendor_name.evidence[0].path is not None


@pytest.mark.parametrize("paper", OTHERS)
def test_it_does_not_take_other_mail_for_an_invoice(paper: Paper) -> None:
    assert read(paper.content).kind is Kind.NOT_AN_INVOICE


def _page(body: str) -> bytes:
    return f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()


def test_a_total_that_adds_up_is_proved() -> None:
    reading = read(_page("<h1>Invoice</h1>" + table(("Subtotal", "$80.00"), ("Tax", "$20.00"), ("Total", "$100.00"))))
    assert reading.total_amount is not None
    assert (reading.total_amount.value, reading.total_amount.status) == (Decimal("100.00"), Status.PROVED)


def test_two_totals_of_one_wording_that_prove_nothing_are_asked_about() -> None:
    reading = read(_page("<h1>Invoice</h1><p>Total: $40.00</p><p>Total: $75.00</p>"))
    assert reading.total_amount is not None
    assert (reading.total_amount.value, reading.total_amount.status) == (Decimal("75.00"), Status.UNSURE)


def test_a_paid_invoice_keeps_its_total_though_nothing_is_due() -> None:
    body = table(("Total", "£60.00"), ("Amount paid", "£60.00"), ("Balance due", "£0.00"))
    reading = read(_page("<h1>Invoice</h1>" + body))
    assert reading.total_amount is not None and reading.total_amount.value == Decimal("60.00")


def test_points_savings_and_share_capital_are_no_totals() -> None:
    body = "<h1>Kvitto</h1>" + table(("Summa", "120,00 kr")) + "<p>Bonus 900,00 kr</p><p>Aktiekapital 500 000,00 kr</p>"
    reading = read(_page(body))
    assert reading.total_amount is not None and reading.total_amount.value == Decimal("120.00")


def test_evidence_in_html_is_a_path_to_the_element() -> None:
    from bs4 import BeautifulSoup

    content = _page("<h1>Invoice</h1><table><tr><td>Total</td><td><b>$12.00</b></td></tr></table>")
    reading = read(content)
    assert reading.total_amount is not None
    path = reading.total_amount.evidence[0].path
    element = BeautifulSoup(content, "html.parser").select_one(path or "")
    assert element is not None and element.get_text() == "$12.00"


def test_evidence_in_a_pdf_is_a_box_on_its_page() -> None:
    paper = next(each for each in PAPERS if each.name == "us1.pdf")
    reading = read(paper.content)
    assert reading.total_amount is not None
    place = reading.total_amount.evidence[0]
    assert place.page == 0 and place.box is not None
    assert place.box[2] == pytest.approx(540, abs=1) and 200 < place.box[1] < 400


def test_the_vendor_row_names_the_seller_and_settles_the_currency() -> None:
    vendor = Vendor(
        vendor_id="cafe",
        vendor_name="Café Fika",
        invoice_category=Category.RETAIL,
        invoice_sub_type="miscellaneous",
        email_patterns=("cafe.example",),
        currency="NOK",
    )
    reading = read(_page("<h1>Kvittering</h1><p>Total: 45,00 kr</p>"), vendor)
    assert reading.vendor_name is not None and reading.vendor_name.value == "Café Fika"
    assert reading.currency is not None and reading.currency.value == "NOK"


def test_a_hint_decides_where_the_page_offers_several() -> None:
    vendor = Vendor(
        vendor_id="x",
        vendor_name="X",
        invoice_category=Category.RETAIL,
        invoice_sub_type="miscellaneous",
        email_patterns=("x.example",),
        field_hints={"total_amount": FieldHint(label="Sum of all")},
    )
    reading = read(_page("<h1>Invoice</h1><p>Total: $40.00</p><p>Sum of all: $75.00</p>"), vendor)
    assert reading.total_amount is not None and reading.total_amount.value == Decimal("75.00")


def test_explaining_gives_the_candidates_with_their_reasons() -> None:
    reading = read(_page("<h1>Invoice</h1><p>Total: $40.00</p><p>Shipping: $5.00</p>"), explain=True)
    totals = [each for each in reading.candidates if each.field == "total_amount"]
    assert [each.value for each in totals] == [Decimal("40.00"), Decimal("5.00")]
    assert any(reason.startswith("label:total") for reason in totals[0].reasons)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", Refusal.EMPTY),
        (b"   \n", Refusal.EMPTY),
        (b"\x00\x01\x02\x03" * 100, Refusal.UNREADABLE),
        (b"%PDF-1.4 broken", Refusal.UNREADABLE),
        (b"<html><body></body></html>", Refusal.NO_TEXT),
    ],
)
def test_what_cannot_be_opened_says_why(content: bytes, refusal: Refusal) -> None:
    with pytest.raises(DocumentError) as caught:
        open_document(content)
    assert caught.value.refusal is refusal


def test_several_totals_that_make_up_the_one_paid_prove_it() -> None:
    body = "<h1>Receipt</h1><p>You sent a total of £9.23 GBP.</p>"
    body += "".join(table(("Mug", amount), ("Total", amount)) for amount in ("£1.99", "£3.75", "£3.49"))
    reading = read(_page(body))
    assert reading.total_amount is not None
    assert (reading.total_amount.value, reading.total_amount.status) == (Decimal("9.23"), Status.PROVED)


def test_what_the_tax_was_reckoned_on_is_not_surely_the_total() -> None:
    reading = read(_page("<h1>Rechnung</h1>" + table(("Summe", "50,00 €"), ("MwSt. 19 %", "9,50 €"))))
    assert reading.total_amount is None or reading.total_amount.status is Status.UNSURE


def test_nothing_left_to_pay_is_no_total() -> None:
    reading = read(_page("<h1>Invoice</h1><p>Balance due: $0.00</p>"))
    assert reading.total_amount is None or reading.total_amount.status is Status.UNSURE


def test_card_digits_are_no_amount() -> None:
    reading = read(_page("<h1>Receipt</h1><p>Total: $4.99/month</p><p>Payment: Visa-1234</p>"))
    assert reading.total_amount is not None and reading.total_amount.value == Decimal("4.99")


def test_a_tax_printed_with_its_rate_proves_the_total_it_is_part_of() -> None:
    reading = read(_page("<h1>Kvitto</h1>" + table(("Totalt", "125,00 kr"), ("Varav moms 25 %", "25,00 kr"))))
    assert reading.total_amount is not None
    assert (reading.total_amount.value, reading.total_amount.status) == (Decimal("125.00"), Status.PROVED)


def test_a_document_without_readable_parts_is_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        read(Document(parts=()))
    assert caught.value.refusal is Refusal.NO_TEXT


def test_two_totals_of_one_wording_that_each_add_up_are_asked_about() -> None:
    there = table(("Adult", "£36.00"), ("Car", "£58.00"), ("Total", "£94.00"))
    back = table(("Adult", "£36.00"), ("Car", "£49.00"), ("Total", "£85.00"))
    apart = read(_page(f"<h1>Receipt</h1>{there}{back}")).total_amount
    assert apart is not None and apart.status is Status.UNSURE
    together = read(_page(f"<h1>Receipt</h1>{there}{back}{table(('Amount paid', '£179.00'))}")).total_amount
    assert together is not None and (together.value, together.status) == (Decimal("179.00"), Status.PROVED)


def test_words_that_no_list_knows_are_named_by_what_they_come_to() -> None:
    lines = (("Alpha", "60.00"), ("Beta", "40.00"))
    sums = (("Xyzzy", "100.00"), ("Plugh 24%", "24.00"), ("Quux", "124.00"))
    reading = read(_page(f"<h1>Invoice</h1><p>EUR</p>{table(*lines, *sums)}"))
    assert reading.total_amount is not None and reading.tax is not None and reading.subtotal is not None
    assert (reading.total_amount.value, reading.total_amount.status) == (Decimal("124.00"), Status.PROVED)
    assert (reading.subtotal.value, reading.tax.value) == (Decimal("100.00"), Decimal("24.00"))
    assert [item.total_price for item in reading.line_items] == [Decimal("60.00"), Decimal("40.00")]


@pytest.mark.parametrize("after", [("Frob", "150.00"), ("Total", "150.00")])
def test_what_more_follows_on_is_not_named_by_its_sum(after: tuple[str, str]) -> None:
    sums = (("Alpha", "60.00"), ("Beta", "40.00"), ("Xyzzy", "100.00"), ("Plugh 24%", "24.00"), ("Quux", "124.00"))
    total = read(_page(f"<h1>Invoice</h1><p>EUR</p>{table(*sums, after)}")).total_amount
    assert total is None or total.value == Decimal("150.00") or total.status is Status.UNSURE


def test_a_day_to_pay_by_for_a_discount_is_not_the_due_day() -> None:
    said = "<p>Pay by 13 June 2026 for 2% discount.</p><p>Pay by 3 July 2026.</p>"
    reading = read(_page(f"<h1>Invoice</h1><p>Date: 3 June 2026</p>{table(('Total', '€100.00'))}{said}"))
    assert reading.due_date is not None and reading.due_date.value.isoformat() == "2026-07-03"


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("<h2>Amount due: €90.00</h2><p>by 3 July 2026</p>", "2026-07-03"),
        ("<p>Total: €90.00</p><p>Your fee will be debited on 3 July 2026.</p>", "2026-07-03"),
        ("<p>Summa: 90,00 kr</p><p>Avgiften dras den 3 juli 2026.</p>", "2026-07-03"),
    ],
)
def test_a_day_that_ends_the_time_to_pay_or_on_which_it_is_taken_is_the_due_day(said: str, due: str) -> None:
    reading = read(_page(f"<h1>Invoice</h1><p>Date: 3 June 2026</p>{said}"))
    assert reading.due_date is not None and reading.due_date.value.isoformat() == due
    assert reading.invoice_date is not None and reading.invoice_date.value.isoformat() == "2026-06-03"


@pytest.mark.parametrize(
    ("said", "number"),
    [("Receipt: 0088-417", "0088-417"), ("Your receipt no 770512", "770512"), ("Tack för din order nr 5512", "5512")],
)
def test_a_number_after_the_documents_name_is_its_own(said: str, number: str) -> None:
    reading = read(_page(f"<p>{said}</p><p>Total: $9.00</p>"))
    found = reading.invoice_number or reading.order_number
    assert found is not None and found.value == number


def test_what_a_sentence_says_was_taken_from_a_card_is_an_amount_of_the_receipt() -> None:
    reading = read(_page("<h1>Kvitto</h1><p>Vi har dragit 79 kr från ditt kort. Moms ingår.</p>"))
    assert reading.total_amount is not None
    assert (reading.total_amount.value, reading.total_amount.status) == (Decimal(79), Status.UNSURE)


def test_a_receipt_whose_crowns_are_of_no_country_is_a_receipt() -> None:
    reading = read(_page("<h1>Receipt</h1>" + table(("Lamp", "60 kr"), ("Shade", "20 kr"), ("Total", "80 kr"))))
    assert reading.kind is Kind.RECEIPT and reading.currency is None


def test_a_mail_that_only_speaks_of_an_invoice_is_none() -> None:
    mail = "From: Quill <billing@quill.example>\r\nSubject: Reminder: invoice Q-31 is overdue\r\nContent-Type: text/html\r\n\r\n"
    said = f"{mail}<p>Invoice Q-31 was due on 21 May. Please sign in to see it.</p>"
    assert read(said.encode()).kind is Kind.NOT_AN_INVOICE
    assert read(f"{said}<p>Total: $9.00</p>".encode()).kind is not Kind.NOT_AN_INVOICE


def test_the_owner_named_below_a_shop_is_not_the_seller() -> None:
    reading = read(_page("<p>Lindenhof Café</p><p>Inh. Uwe Muster e.K.</p><h1>Quittung</h1><p>Summe: 9,00 €</p>"))
    assert reading.vendor_name is not None and reading.vendor_name.value == "Lindenhof Café"


def test_what_a_tax_was_reckoned_on_is_not_the_tax() -> None:
    rows = table(("Base fee 25% on 4 000,00", "x"), ("Moms 25% på 4 000,00", "1 000,00"), ("Att betala", "5 000,00 kr"))
    reading = read(_page("<h1>Faktura</h1>" + rows))
    assert reading.tax is not None and reading.tax.value == Decimal("1000.00")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("<h1>Kostnadsförslag</h1>", Kind.NOT_AN_INVOICE),
        ("<h1>Din månadssammanfattning</h1>", Kind.NOT_AN_INVOICE),
        ("<h1>Kvitto</h1>", Kind.RECEIPT),
    ],
)
def test_an_estimate_or_a_summary_of_a_month_is_no_receipt(said: str, kind: Kind) -> None:
    assert read(_page(said + table(("Mat", "40 kr"), ("Resor", "20 kr"), ("Totalt", "60 kr")))).kind is kind


def test_a_gift_that_a_sentence_thanks_for_is_a_receipt() -> None:
    reading = read(_page("<h1>Merci</h1><p>Nous avons bien reçu votre don de 45,00 € le 3 mars 2026.</p>"))
    assert reading.kind is Kind.RECEIPT
    assert reading.total_amount is not None and reading.total_amount.value == Decimal("45.00")


def test_a_heading_that_says_whose_invoice_it_is_names_the_seller() -> None:
    reading = read(_page("<h2>Invoice from Alderney</h2><p>Total: $9.00</p>"))
    assert reading.vendor_name is not None and reading.vendor_name.value == "Alderney"


def test_the_day_of_an_invoice_that_is_taken_off_is_not_the_documents_own() -> None:
    rows = table(("Summe", "€900.00"), ("abzgl. Abschlagsrechnung vom 02.08.2026", "-€300.00"), ("Rest", "€600.00"))
    reading = read(_page(f"<h1>Schlussrechnung</h1><p>Datum: 07.09.2026</p>{rows}"))
    assert reading.invoice_date is not None and reading.invoice_date.value.isoformat() == "2026-09-07"


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("Visa 1881 · Receipt 551-0092", "551-0092"),
        ("Ihre Bestellung 302-771-1", "302-771-1"),
        ("Regningsnr. 2081", "2081"),
    ],
)
def test_a_number_right_after_the_documents_name_needs_no_sign(said: str, number: str) -> None:
    reading = read(_page(f"<p>{said}</p><p>Total: $9.00</p>"))
    found = reading.invoice_number or reading.order_number
    assert found is not None and found.value == number


def test_a_day_right_after_the_documents_name_is_no_number() -> None:
    reading = read(_page("<p>Receipt 2026-03-05</p><p>Total: $9.00</p>"))
    assert reading.invoice_number is None and reading.order_number is None


def test_whose_office_it_is_is_not_the_seller() -> None:
    rows = "<p>BRF Granbacken</p><p>c/o Fastighetskontoret Nord AB</p><h1>Faktura</h1><p>Summa: 90,00 kr</p>"
    reading = read(_page(rows))
    assert reading.vendor_name is not None and reading.vendor_name.value == "BRF Granbacken"


@pytest.mark.parametrize(
    ("subject", "number"),
    [("Recibimos tu pedido M-2026-889", "M-2026-889"), ("We confirm your order 88120", "88120")],
)
def test_a_code_that_ends_a_subject_after_the_order_is_its_number(subject: str, number: str) -> None:
    head = f"From: Quill <shop@quill.example>\r\nSubject: {subject}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    reading = read(f"{head}<p>Total: $9.00</p>".encode())
    assert reading.order_number is not None and reading.order_number.value == number


def test_a_compound_that_names_the_number_may_follow_the_date() -> None:
    reading = read(_page("<p>08.08.2026 13:44 Kvitteringsnr 10448</p><p>Sum: 90,00 kr</p>"))
    found = reading.invoice_number or reading.order_number
    assert found is not None and found.value == "10448"


def test_a_refund_that_a_sentence_states_is_a_credit_note() -> None:
    reading = read(_page("<h1>Ihre Erstattung</h1><p>Wir haben Ihnen 34,50 € auf Ihre Karte erstattet.</p>"))
    assert reading.kind is Kind.CREDIT_NOTE
    assert reading.total_amount is not None and reading.total_amount.status is Status.UNSURE


def test_a_place_with_a_time_is_not_the_seller() -> None:
    rows = "<p>Skyferry</p><p>Oslo 06:40</p><p>London 07:55</p><p>Total: $9.00</p>"
    reading = read(_page(rows))
    assert reading.vendor_name is not None and reading.vendor_name.value == "Skyferry"


@pytest.mark.parametrize(
    ("said", "currency", "status"),
    [
        ("<h1>Faktura</h1><p>Bankgiro 5050-1055, org.nr 556000-4615</p><p>Att betala: 90,00</p>", "SEK", Status.READ),
        ("<h1>Regning</h1><p>CVR 12345678, MobilePay 12345</p><p>I alt til betaling: 90,00</p>", "DKK", Status.READ),
        ("<h1>Rechnung</h1><p>CHE-123.456.789, Schweiz</p><p>Rechnungsbetrag: 90,00</p>", "CHF", Status.UNSURE),
        ("<h1>Invoice</h1><p>Bankgiro 5050-1055</p><p>Total due: 90,00</p>", "SEK", Status.UNSURE),
    ],
)
def test_a_currency_that_is_not_written_is_the_country_s_where_the_language_agrees(
    said: str, currency: str, status: Status
) -> None:
    found = read(_page(said)).currency
    assert found is not None and (found.value, found.status) == (currency, status)


@pytest.mark.parametrize("title", ["Butik AB", "Säljare AB", "Vendor Inc."])
def test_a_legal_form_alone_is_no_sellers_name(title: str) -> None:
    found = read(_page(f"<h1>{title}</h1><p>Kvitto</p><p>Totalt 40,00 kr</p>")).vendor_name
    assert found is None or found.value == title
