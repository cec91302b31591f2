"""Data for machines is read whatever its syntax, looked up on the page, and never trusted to expand itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.parsing import Document, open_document, read
from invoices.parsing.document.model import Embedded, Part, PartKind
from invoices.parsing.result import Kind, Reading, Status
from invoices.parsing.structured import candidates, on_page
from paypulse.core.categories import SubType
from paypulse.sandbox.documents.einvoices import Syntax, invoice_xml, with_xml
from paypulse.sandbox.documents.receipts import Item, Markup, ReceiptFacts, receipt_html, receipt_pdf

FACTS = ReceiptFacts(
    vendor="Nordhamn & Söner AB",
    sub_type=SubType.MISCELLANEOUS,
    kind=Kind.INVOICE,
    language="de",
    currency="EUR",
    invoice_number="R-2026-118",
    order_number="90817",
    invoice_date=date(2026, 3, 5),
    due_date=date(2026, 4, 4),
    items=(
        Item(name="Regal", price=Decimal("1149.00")),
        Item(name="Dübel", price=Decimal("4.25"), quantity=Decimal(3)),
    ),
    tax=Decimal("185.49"),
)
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    b"<Invoice><ID>&b;&f;</ID></Invoice>"
)


def claims_of(document: Document) -> dict[str, Any]:
    return {candidate.field: candidate.value for candidate in candidates(document)}


def carrying(kind: str, content: bytes) -> Document:
    return Document(parts=(Part(kind=PartKind.PDF, index=0, lines=(), embedded=(Embedded(kind, content),)),))


@pytest.mark.parametrize("syntax", Syntax)
def test_an_e_invoice_says_the_invoices_facts(syntax):
    claims = claims_of(open_document(with_xml(receipt_pdf(FACTS), invoice_xml(FACTS, syntax), name=syntax)))
    for name in ("invoice_number", "invoice_date", "due_date", "currency", "tax"):
        assert claims[name] == getattr(FACTS, name)
    assert (claims["total_amount"], claims["vendor_name"], claims["kind"]) == (FACTS.total, FACTS.vendor, Kind.INVOICE)
    assert [(line.description, line.quantity, line.total_price) for line in claims["line_items"]] == [
        (item.description, item.quantity, item.total) for item in FACTS.items
    ]


@pytest.mark.parametrize("syntax", Syntax)
def test_a_credit_note_says_that_it_is_one(syntax):
    credit = replace(FACTS, kind=Kind.CREDIT_NOTE)
    assert claims_of(carrying("xml", invoice_xml(credit, syntax)))["kind"] is Kind.CREDIT_NOTE


def test_a_claim_that_the_page_shows_scores_above_one_it_does_not():
    other = replace(FACTS, items=(Item(name="Regal", price=Decimal("999.00")),))
    found = candidates(open_document(with_xml(receipt_pdf(FACTS), invoice_xml(other))))
    score = {candidate.field: candidate.score for candidate in found}
    assert score["total_amount"] < score["invoice_number"]


@pytest.mark.parametrize("markup", [Markup.JSON_LD, Markup.MICRODATA])
def test_a_pages_markup_says_total_currency_and_vendor(markup):
    claims = claims_of(open_document(receipt_html(FACTS, markup=markup).encode()))
    assert (claims["total_amount"], claims["currency"], claims["vendor_name"]) == (FACTS.total, "EUR", FACTS.vendor)
    assert claims["order_number"] == FACTS.order_number


def test_an_unmarked_page_claims_nothing():
    assert candidates(open_document(receipt_html(FACTS).encode())) == ()


def test_an_entity_is_neither_expanded_nor_fetched():
    assert candidates(carrying("xml", BOMB)) == ()
    assert candidates(carrying("xml", BOMB.decode().replace("1.0", "1.0").encode("utf-16"))) == ()


def test_an_offer_in_an_advertisement_is_no_claim():
    advert = b'{"@type": "Product", "offers": {"@type": "Offer", "price": "199.00", "priceCurrency": "SEK"}}'
    assert candidates(carrying("json-ld", advert)) == ()


def test_a_reservation_gives_its_reference_and_travellers():
    booking = (
        '[{"@graph": [{"@type": "http://schema.org/FlightReservation", "reservationNumber": "K7Q2LM", "totalPrice": 64.9, "priceCurrency": "EUR",'
        '"underName": {"@type": "Person", "name": "Alice Andersson"}, "reservationFor": {"airline": {"name": "Nordflyg"}}}]}]'
    )
    claims = claims_of(carrying("json-ld", booking.encode()))
    assert (claims["booking_reference"], claims["passengers"]) == ("K7Q2LM", ("Alice Andersson",))
    assert (claims["total_amount"], claims["transport_type"], claims["kind"]) == (
        Decimal("64.9"),
        "flight",
        Kind.BOOKING,
    )


@pytest.mark.parametrize("value", ["1e9", "12.345,00", "NaN", "free", "9" * 40, ""])
def test_an_amount_in_another_form_than_the_machines_is_left_to_the_page(value):
    order = f'{{"@type": "Order", "price": "{value}", "orderNumber": "1"}}'
    assert "total_amount" not in claims_of(carrying("json-ld", order.encode()))


@pytest.mark.parametrize(
    "shown", ["1 234,50", "1.234,50", "1,234.50", "1'234.50", "1234.50", "1\u202f234,50 €", "-1.234,50"]
)
def test_an_amount_is_found_on_the_page_in_any_locale(shown):
    assert on_page(open_document(f"<p>Total {shown}</p>".encode()), Decimal("1234.50"))


@pytest.mark.parametrize("shown", ["11.234,50", "1.234,501", "1234,5", "1.234,50.7"])
def test_a_longer_number_is_another_amount(shown):
    assert not on_page(open_document(f"<p>Total {shown}</p>".encode()), Decimal("1234.50"))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["xml", "json-ld", "microdata"]), st.binary(max_size=300) | st.text(max_size=300).map(str.encode)
)
def test_any_content_gives_claims_or_none(kind, content):
    assert isinstance(candidates(carrying(kind, content)), tuple)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "@type @graph price name totalPaymentDue acceptedOffer itemOffered reservationFor underName merchant orderDate".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(JSON, st.sampled_from(["Invoice", "Order", "FlightReservation"]))
def test_any_shape_of_an_item_gives_claims_or_none(data, kind):
    import json

    item = {**(data if isinstance(data, dict) else {"price": data}), "@type": kind}
    assert isinstance(candidates(carrying("json-ld", json.dumps(item).encode())), tuple)


def test_deep_nesting_is_cut():
    assert candidates(carrying("json-ld", b"[" * 100_000)) == ()
    assert candidates(carrying("json-ld", b"[" * 900 + b"]" * 900)) == ()
    deep = b'<div itemscope itemtype="http://schema.org/Order">' + b'<div itemprop="merchant" itemscope>' * 3000
    assert isinstance(candidates(carrying("microdata", deep)), tuple)


def _ordered(price: str, rows: str) -> Reading:
    data = '{"@type":"Order","merchant":{"name":"Vaserie"},"priceCurrency":"USD","price":"%s"}'
    head = f'<script type="application/ld+json">{data % price}</script>'
    return read(f"<html><head>{head}</head><body><h1>Order confirmation</h1>{rows}</body></html>".encode())


def test_a_claimed_total_that_is_the_price_of_a_thing_on_the_page_is_not_sure() -> None:
    rows = "<table><tr><td>Vase</td><td>$60.00</td></tr><tr><td>Total</td><td>$85.00</td></tr></table>"
    reading = _ordered("60.00", rows)
    assert reading.total_amount is not None and reading.total_amount.value == Decimal("85.00")
    assert reading.total_amount.status is Status.UNSURE and "xml_disagrees_with_page" in reading.warnings


def test_a_claimed_seller_counts_where_the_page_names_none_surely() -> None:
    reading = _ordered("85.00", "<p>Order 99-A</p><table><tr><td>Total</td><td>$85.00</td></tr></table>")
    assert reading.vendor_name is not None and reading.vendor_name.value == "Vaserie"
