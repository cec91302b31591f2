"""The texts of payment codes, against their standards' own rules."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from invoices import paying
from invoices.invoice import InvoiceState
from tests import household

INVOICE = replace(
    household.invoice(
        "user_1", "1", invoice_date=date(2026, 11, 1), total_amount=Decimal("1234.5"), vendor_name="Hyresbolaget AB"
    ),
    due_date=date(2026, 11, 30),
    ocr_number="7041726110",
)


def test_a_euro_invoice_with_an_iban_gets_the_sepa_text() -> None:
    text = paying.epc(replace(INVOICE, currency="EUR", iban="de89 3704 0044 0532 0130 00"))

    assert text is not None
    assert text.split("\n") == [
        "BCD", "002", "1", "SCT", "", "Hyresbolaget AB", "DE89370400440532013000", "EUR1234.50", "", "", "7041726110",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"currency": "SEK"},
        {"iban": None},
        {"vendor_name": None},
        {"total_amount": None},
        {"total_amount": Decimal(0)},
        {"total_amount": Decimal("-5")},
        {"total_amount": Decimal("1000000000")},
    ],
)
def test_there_is_no_sepa_text_where_the_standard_does_not_apply(change: dict[str, object]) -> None:
    sound = replace(INVOICE, currency="EUR", iban="DE89370400440532013000")

    assert paying.epc(replace(sound, **change)) is None


PAYABLE = replace(INVOICE, kind="invoice", currency="SEK", bankgiro="5050-1055")


def test_an_unpaid_invoice_has_a_code() -> None:
    assert paying.code(PAYABLE) == paying.usingqr(PAYABLE)
    assert paying.code(replace(PAYABLE, kind="rent_notice"))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "receipt"},
        {"kind": "credit_note"},
        {"paid_on": date(2026, 11, 2)},
        {"state": InvoiceState.DUPLICATE},
        {"state": InvoiceState.NOT_AN_INVOICE},
        {"state": InvoiceState.NEEDS_LOOK},
        {"facts": {"bankgiro": household.fact("5050-1055", status="unsure")}},
        {"facts": {"ocr_number": household.fact("7041726110", status="unsure")}},
    ],
)
def test_what_is_not_to_be_paid_or_not_sure_has_no_code(change: dict[str, object]) -> None:
    assert paying.code(replace(PAYABLE, **change)) is None


def test_a_line_break_in_a_payees_name_cannot_shift_the_fields() -> None:
    text = paying.epc(replace(INVOICE, currency="EUR", iban="DE89370400440532013000", vendor_name="Evil\nDE00"))

    assert text is not None and text.split("\n")[5:7] == ["Evil DE00", "DE89370400440532013000"]


def test_a_bankgiro_in_kronor_gets_the_swedish_text_with_an_exact_amount() -> None:
    text = paying.usingqr(replace(INVOICE, currency="SEK", bankgiro="5050-1055"))

    assert text is not None and '"due":1234.50' in text
    told = json.loads(text)
    assert told == {
        "uqr": 1, "tp": 1, "nme": "Hyresbolaget AB", "iref": "7041726110", "idt": "20261101", "ddt": "20261130",
        "pt": "BG", "acc": "5050-1055", "due": 1234.5,
    }  # fmt: skip


def test_there_is_no_swedish_text_without_a_giro_number_or_for_another_currency() -> None:
    assert paying.usingqr(replace(INVOICE, currency="SEK")) is None
    assert paying.usingqr(replace(INVOICE, currency="EUR", bankgiro="5050-1055")) is None


def test_the_code_is_drawn_without_any_style_or_script() -> None:
    drawn = paying.code_svg("x" * 300)

    assert drawn.startswith("<svg") and "style" not in drawn and "script" not in drawn
