"""The lines of an invoice: found where they come to a sum, and as sure as what they come to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from invoices.parsing import read
from invoices.parsing.result import Reading, Status
from tests.unit.parsing.papers import table


def _read(*rows: tuple[str, ...], title: str = "Invoice") -> Reading:
    return read(f'<meta charset="utf-8"><h1>{title}</h1>{table(*rows)}'.encode())


def _lines(reading: Reading) -> list[str]:
    return [f"{item.description} {item.total_price}" for item in reading.line_items]


HEAD = ("Item", "Qty", "Price", "Amount")
BOOTS, LACES = ("Boots", "1", "€90.00", "€90.00"), ("Laces", "2", "€5.00", "€10.00")


@pytest.mark.parametrize(
    "sums",
    [
        (("Total", "€100.00"),),
        (("Subtotal", "€100.00"), ("VAT 25%", "€25.00"), ("Total", "€125.00")),
        (("VAT 25%", "€25.00"), ("Shipping", "€7.00"), ("Discount", "€2.00"), ("Total", "€130.00")),
        (("Rounding", "€0.40"), ("Total", "€100.40")),
        (("Covered by your plan", "-€60.00"), ("Total", "€40.00")),
    ],
)
def test_lines_that_come_to_a_sum_by_what_the_page_tells_are_proved(sums: tuple[tuple[str, str], ...]) -> None:
    reading = _read(HEAD, BOOTS, LACES, *sums)
    assert reading.lines_total is not None
    assert (reading.lines_total.value, reading.lines_total.status) == (Decimal("100.00"), Status.PROVED)


@pytest.mark.parametrize("sums", [(("Total", "€112.00"),), (("Subtotal", "€112.00"), ("Total", "€112.00")), ()])
def test_lines_that_come_to_no_sum_are_unsure(sums: tuple[tuple[str, str], ...]) -> None:
    reading = _read(HEAD, BOOTS, LACES, *sums)
    assert len(reading.line_items) == 2
    assert reading.lines_total is not None and reading.lines_total.status is Status.UNSURE


def test_lines_whose_prices_do_not_make_their_amounts_are_only_read() -> None:
    head = ("Item", "Qty", "Unit price", "Amount")
    reading = _read(head, ("Boots", "3", "€45.00", "€90.00"), LACES, ("Total", "€100.00"))
    assert reading.lines_total is not None and reading.lines_total.status is Status.READ


def test_a_price_that_the_quantity_multiplies_to_the_amount_is_the_price_of_a_piece() -> None:
    reading = _read(HEAD, BOOTS, LACES, ("Total", "€100.00"))
    assert [item.unit_price for item in reading.line_items] == [Decimal("90.00"), Decimal("5.00")]


def test_a_document_without_lines_says_nothing_of_them() -> None:
    reading = _read(("Total", "€100.00"))
    assert reading.line_items == () and reading.lines_total is None


def test_one_amount_that_may_sum_up_the_lines_is_no_proved_line() -> None:
    reading = _read(("Oak", "€90.00"), ("Ash", "€10.00"), ("Care", "€3.00"), ("Xyzzy", "€100.00"), ("Total", "€100.00"))
    assert reading.lines_total is not None
    assert len(reading.line_items) > 1 or reading.lines_total.status is Status.UNSURE


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        pytest.param(
            (
                ("Calls", "87,50"),
                ("Data", "40,00"),
                ("Net", "102,00"),
                ("VAT 25%", "25,50"),
                ("Rounding", "0,50"),
                ("Total", "128,00 €"),
            ),
            ["Calls 87.50", "Data 40.00"],
            id="with their tax, above a net and a rounding",
        ),
        pytest.param(
            (("Heat", "310 kWh x 20.00 ct", "62.00"), ("Meter", "31 days", "8.00"), ("Total", "€70.00")),
            ["Heat 62.00", "Meter 8.00"],
            id="beside what is measured",
        ),
        pytest.param(
            (("Tulips", "6.00"), ("Roses", "9.00"), ("Untaxed", "15.00"), ("To pay", "€15.00")),
            ["Tulips 6.00", "Roses 9.00"],
            id="above an amount that restates them",
        ),
        pytest.param(
            (
                ("Ink", "23.00"),
                ("Pen", "14.00"),
                ("Wares", "37.00"),
                ("Postage", "3.95"),
                ("AUTUMN", "-3.70"),
                ("Total", "€37.25"),
            ),
            ["Ink 23.00", "Pen 14.00"],
            id="above an amount that restates them and the charges",
        ),
        pytest.param(
            (("Gas", "98.40"), ("Transport and metering", "41.10"), ("Levies", "4.20"), ("Total", "€143.70")),
            ["Gas 98.40", "Transport and metering 41.10", "Levies 4.20"],
            id="with a charge of its own words among them",
        ),
        pytest.param(
            (("Soap", "4", "8.00"), ("each at", "2.00"), ("Comb", "1", "3.00"), ("Total", "€11.00")),
            ["Soap 8.00", "Comb 3.00"],
            id="without the price of a piece",
        ),
        pytest.param(
            (("Pears", "5.00"), ("Discount", "-1.00"), ("Figs", "2.00"), ("Postage", "3.00"), ("Total", "€9.00")),
            ["Pears 5.00", "Discount -1.00", "Figs 2.00"],
            id="with what is taken off among them",
        ),
        pytest.param(
            (
                ("Mug", "£4.00"),
                ("Shop total", "£4.00"),
                ("Pan", "£8.00"),
                ("Lid", "£2.00"),
                ("Shop total", "£10.00"),
                ("Order total", "£14.00"),
            ),
            ["Mug 4.00", "Pan 8.00", "Lid 2.00"],
            id="of several sellers",
        ),
        pytest.param(
            (("Total", "€50.00"), ("Sanding", "30.00"), ("Oil", "10.00"), ("VAT 25%", "10.00")),
            ["Sanding 30.00", "Oil 10.00"],
            id="below their total",
        ),
        pytest.param(
            (("Base charge", "$9.00"), ("Water", "$20.00"), ("Total", "$29.00")),
            ["Base charge 9.00", "Water 20.00"],
            id="a base charge",
        ),
    ],
)
def test_rows_without_headings_are_lines_where_they_come_to_a_sum(
    rows: tuple[tuple[str, ...], ...], lines: list[str]
) -> None:
    reading = _read(*rows)
    assert _lines(reading) == lines
    assert reading.lines_total is not None and reading.lines_total.status is Status.PROVED


def test_an_amount_below_its_words_and_its_quantity_is_a_line() -> None:
    said = ("Wool hat", "Qty: 2", "€30.00", "Scarf", "€12.00", "Subtotal", "€42.00", "Total", "€42.00")
    reading = read(f"<h1>Receipt</h1>{''.join(f'<div>{each}</div>' for each in said)}".encode())
    assert [(item.description, item.quantity) for item in reading.line_items] == [
        ("Wool hat", Decimal(2)),
        ("Scarf", None),
    ]


def test_lines_after_a_discount_in_a_table_are_lines_too() -> None:
    reading = _read(
        HEAD, BOOTS, ("Discount", "", "", "-€9.00"), LACES, ("Shipping", "", "", "€5.00"), ("Total", "€96.00")
    )
    assert _lines(reading) == ["Boots 90.00", "Discount -9.00", "Laces 10.00"]
