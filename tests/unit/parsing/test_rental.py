"""Rent notices of six landlord layouts are read to the öre, and a breakdown that does not add up proves nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.parsing import open_document
from invoices.parsing import read as read_any
from invoices.parsing.fields.references import bankgiro, iban_with_check, ocr_with_check, reference_with_check
from invoices.parsing.rental import RentPart, RentReading, read, rent_part
from invoices.parsing.result import Status
from paypulse.sandbox.documents.rent import Layout, RentFacts, RentLine, rent_notice
from tests.unit.parsing.papers import table

SWEDISH = RentFacts(
    landlord="Björkhaga Bostäder AB",
    tenant="Alice Andersson",
    invoice_number="4410027",
    invoice_date=date(2026, 11, 8),
    due_date=date(2026, 11, 30),
    period_start=date(2026, 12, 1),
    period_end=date(2026, 12, 31),
    ocr_number=ocr_with_check("990012345"),
    bankgiro=bankgiro("5050109"),
    vat=Decimal("87.50"),
    lines=(
        RentLine(RentPart.BASE_RENT, "Hyra bostad", Decimal("8450.00")),
        RentLine(RentPart.COLD_WATER, "Kallvatten", Decimal("121.37")),
        RentLine(RentPart.WARM_WATER, "Varmvatten", Decimal("203.10")),
        RentLine(RentPart.ELECTRICITY, "El", Decimal("318.05")),
        RentLine(RentPart.PARKING, "Bilplats 17", Decimal("437.50")),
        RentLine(RentPart.ADJUSTMENT, "Retroaktiv hyra avser november", Decimal("-200.00")),
        RentLine(RentPart.ROUNDING, "Öresavrundning", Decimal("-0.02")),
    ),
)
FOREIGN = replace(
    SWEDISH,
    currency="EUR",
    ocr_number=None,
    bankgiro=None,
    iban=iban_with_check("DE", "370400440532013000"),
    creditor_reference=reference_with_check("4410027"),
)
WORDS = {
    Layout.ENGLISH: (
        "Base rent",
        "Cold water",
        "Hot water",
        "Electricity",
        "Parking space 17",
        "Adjustment for November",
        "Rounding",
    ),
    Layout.GERMAN: (
        "Kaltmiete",
        "Kaltwasser",
        "Warmwasser",
        "Strom",
        "Stellplatz 17",
        "Gutschrift November",
        "Rundung",
    ),
    Layout.FRENCH: (
        "Loyer principal",
        "Eau froide",
        "Eau chaude",
        "Électricité",
        "Parking 17",
        "Régularisation novembre",
        "Arrondi",
    ),
}


def facts_for(layout: Layout) -> RentFacts:
    if layout not in WORDS:
        return SWEDISH
    lines = tuple(replace(line, description=word) for line, word in zip(FOREIGN.lines, WORDS[layout], strict=True))
    return replace(FOREIGN, lines=lines)


def reading_of(facts: RentFacts, layout: Layout) -> RentReading:
    reading = read(open_document(rent_notice(facts, layout)))
    assert reading is not None
    return reading


@pytest.mark.parametrize("layout", Layout)
def test_the_total_is_proved_by_its_breakdown(layout):
    facts = facts_for(layout)
    reading = reading_of(facts, layout)
    assert reading.total_amount and (reading.total_amount.value, reading.total_amount.status) == (
        facts.total,
        Status.PROVED,
    )
    assert [(item.description, item.total_price, item.component) for item in reading.line_items] == [
        (line.description, line.amount, line.part) for line in facts.lines
    ]


@pytest.mark.parametrize("name", ["invoice_number", "invoice_date", "due_date", "period_start", "period_end"])
@pytest.mark.parametrize("layout", Layout)
def test_numbers_and_days_are_read(layout, name):
    facts = facts_for(layout)
    assert getattr(reading_of(facts, layout), name).value == getattr(facts, name)


@pytest.mark.parametrize("layout", [Layout.GIRO, Layout.COLUMNS, Layout.TABLE])
def test_swedish_references_are_proved_by_their_check_digits(layout):
    reading = reading_of(SWEDISH, layout)
    assert reading.ocr_number and (reading.ocr_number.value, reading.ocr_number.status) == (
        SWEDISH.ocr_number,
        Status.PROVED,
    )
    assert reading.bankgiro and (reading.bankgiro.value, reading.bankgiro.status) == (SWEDISH.bankgiro, Status.PROVED)
    assert reading.tax and reading.tax.value == SWEDISH.vat


@pytest.mark.parametrize("layout", [Layout.ENGLISH, Layout.GERMAN, Layout.FRENCH])
def test_foreign_references_are_proved_by_their_check_digits(layout):
    reading = reading_of(facts_for(layout), layout)
    assert reading.iban and (reading.iban.value, reading.iban.status) == (FOREIGN.iban, Status.PROVED)
    assert reading.creditor_reference and reading.creditor_reference.value == FOREIGN.creditor_reference


def test_an_ocr_number_with_a_wrong_check_digit_is_unsure():
    wrong = str(SWEDISH.ocr_number)[:-1] + str((int(str(SWEDISH.ocr_number)[-1]) + 1) % 10)
    reading = reading_of(replace(SWEDISH, ocr_number=wrong), Layout.COLUMNS)
    assert reading.ocr_number and (reading.ocr_number.value, reading.ocr_number.status) == (wrong, Status.UNSURE)


@pytest.mark.parametrize("layout", [Layout.GIRO, Layout.COLUMNS, Layout.TABLE])
def test_a_swedish_giro_number_says_the_currency(layout):
    currency = reading_of(SWEDISH, layout).currency
    assert currency and (currency.value, currency.status) == ("SEK", Status.READ)


def test_a_euro_sign_is_not_overruled_by_a_giro_number():
    assert reading_of(replace(SWEDISH, currency="EUR"), Layout.GIRO).currency is None


def test_a_giro_slip_alone_confirms_a_total_without_a_breakdown():
    bare = replace(SWEDISH, lines=(RentLine(RentPart.OTHER, "Enligt avtal", Decimal("4711.00")),), vat=None)
    reading = reading_of(bare, Layout.GIRO)
    assert reading.total_amount and (reading.total_amount.value, reading.total_amount.status) == (
        Decimal("4711.00"),
        Status.PROVED,
    )


def page(title: str, *rows: tuple[str, ...]) -> RentReading:
    cells = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows)
    reading = read(open_document(f"<h1>{title}</h1><table>{cells}</table>".encode()))
    assert reading is not None
    return reading


def test_a_total_that_its_lines_do_not_make_is_left_to_the_generic_reading():
    reading = page("Hyresavi", ("Hyra", "8 000,00"), ("Vatten", "100,00"), ("Att betala", "8 200,00"))
    assert (reading.total_amount, reading.line_items) == (None, ())


def test_tax_on_top_of_the_lines_is_a_line_of_its_own():
    reading = page(
        "Hyresavi", ("Hyra lokal", "10 000,00"), ("Avgift", "500,00"), ("Moms", "2 625,00"), ("Att betala", "13 125,00")
    )
    assert reading.total_amount and reading.total_amount.status is Status.PROVED
    assert [(item.total_price, item.component) for item in reading.line_items][-1] == (Decimal("2625.00"), "vat")


def test_the_last_of_several_amount_columns_is_the_lines_amount():
    head = ("", "Netto", "Moms", "Brutto")
    reading = page(
        "Hyresavi",
        head,
        ("Hyra garage", "400,00", "100,00", "500,00"),
        ("Hyra", "7 000,00", "0,00", "7 000,00"),
        ("Att betala", "", "", "7 500,00"),
    )
    assert [item.total_price for item in reading.line_items] == [Decimal("500.00"), Decimal("7000.00")]


def test_an_american_statement_has_the_month_first():
    reading = page(
        "Rent Statement", ("Base Rent", "$1,850.00"), ("Total Amount Due", "$1,850.00"), ("Due Date", "12/01/2026")
    )
    assert reading.due_date and reading.due_date.value == date(2026, 12, 1)
    assert reading.currency is None


@pytest.mark.parametrize(
    ("title", "first", "last"),
    [
        ("Hyresavi december 2026", date(2026, 12, 1), date(2026, 12, 31)),
        ("Hyresavi dec 2026 - feb 2027", date(2026, 12, 1), date(2027, 2, 28)),
        ("Hyresavi kvartal 1 2028", date(2028, 1, 1), date(2028, 3, 31)),
        ("Hyresavi 02/2028", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_the_title_says_the_period(title, first, last):
    reading = page(title, ("Hyra", "1,00"))
    assert reading.period_start and reading.period_end
    assert (reading.period_start.value, reading.period_end.value) == (first, last)


def test_a_car_rental_is_no_rent_notice():
    assert read(open_document(b"<h1>Car rental: rent due at pick-up</h1><p>Total 120.00 EUR</p>")) is None


def test_a_receipt_is_no_rent_notice():
    assert read(open_document(b"<h1>Kvitto</h1><p>Totalt 120,00 kr</p>")) is None


@pytest.mark.parametrize(
    ("description", "part"),
    [
        ("Hyra P-plats 12", RentPart.PARKING),
        ("Retroaktiv hyra avser juli", RentPart.ADJUSTMENT),
        ("Grundhyra", RentPart.BASE_RENT),
        ("El", RentPart.ELECTRICITY),
        ("Varmvatten (VV)", RentPart.WARM_WATER),
        ("Nettokaltmiete", RentPart.BASE_RENT),
        ("Bredband", RentPart.OTHER),
    ],
)
def test_a_line_says_what_it_pays_for(description, part):
    assert rent_part(description) is part


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(-99_999, 999_999), min_size=1, max_size=6),
    st.integers(100_000, 2_000_000),
    st.sampled_from([Layout.GIRO, Layout.COLUMNS, Layout.TABLE]),
)
def test_any_amounts_add_up_again(others, rent, layout):
    extra = tuple(
        RentLine(RentPart.ADJUSTMENT, f"Justering {count}", Decimal(ore) / 100) for count, ore in enumerate(others)
    )
    facts = replace(SWEDISH, lines=(RentLine(RentPart.BASE_RENT, "Hyra", Decimal(rent) / 100), *extra), vat=None)
    if facts.total > 0:
        reading = reading_of(facts, layout)
        assert reading.total_amount and reading.total_amount.value == facts.total


def test_the_sum_of_one_month_is_not_the_total_of_a_notice_for_three() -> None:
    rows = table(
        ("", "Juli", "Augusti", "September"),
        ("Hyra", "4 120,00", "4 120,00", "4 120,00"),
        ("Bredband", "139,00", "139,00", "139,00"),
        ("Summa", "4 259,00", "4 259,00", "4 259,00"),
    )
    page = f'<meta charset="utf-8"><h1>Hyresavi</h1>{rows}<p>Att betala: 12 777,00 kr</p>'.encode()
    total = read_any(page).total_amount
    assert total is not None and total.value == Decimal("12777.00")
