"""Amounts as every locale writes them, and what stands beside numbers without being money."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.parsing.fields.amounts import (
    Point,
    currency_of,
    decimal_point,
    find_amounts,
    parse_number,
    resolve_currency,
)

AMOUNTS = st.decimals(min_value=0, max_value=99_999_999, places=2, allow_nan=False, allow_infinity=False)
SPACES = {"nbsp": "\u00a0", "thin": "\u2009", "narrow": "\u202f", "blank": " "}


def _written(amount: Decimal, group: str, point: str) -> str:
    return f"{amount:,.2f}".replace(",", "\x00").replace(".", point).replace("\x00", group)


@given(
    amount=AMOUNTS,
    style=st.sampled_from(
        [(" ", ","), (".", ","), (",", "."), ("'", "."), ("’", "."), ("\u00a0", ","), ("\u202f", ",")]
    ),
)
def test_every_grouping_gives_the_amount_back(amount: Decimal, style: tuple[str, str]) -> None:
    (found,) = find_amounts(_written(amount, *style) + " EUR")
    assert (found.value, found.mark) == (amount, "EUR")


@given(amount=AMOUNTS)
def test_full_width_digits_are_digits(amount: Decimal) -> None:
    wide = f"{amount:.2f}".translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    (found,) = find_amounts(f"￥{wide}")
    assert found.value == amount


@given(text=st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    for found in find_amounts(text):
        assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    ("text", "value", "mark"),
    [
        ("1 234,50 kr", "1234.50", "kr"),
        ("kr 1.299,00", "1299.00", "kr"),
        ("99:- kr", "99", "kr"),
        ("500,-", "500", None),
        ("12:50 kr", "12.50", "kr"),
        ("45.00-", "-45.00", None),
        ("(35,13 €)", "-35.13", "€"),
        ("-EUR 0,65", "-0.65", "EUR"),
        ("−$8.32", "-8.32", "$"),
        ("€ -9,32", "-9.32", "€"),
        ("$212.82 CAD", "212.82", "CAD"),
        ("US$253.56", "253.56", "us$"),
        ("1,18,000.00 INR", "118000.00", "INR"),
        ("Rs 1939", "1939", "rs"),
        ("0,8403 €", "0.8403", "€"),
        ("Total:12.00", "12.00", None),
        ("Total......12.00", "12.00", None),
    ],
)
def test_amounts_as_they_are_written(text: str, value: str, mark: str | None) -> None:
    (found,) = find_amounts(text)
    assert (found.value, found.mark) == (Decimal(value), mark)


@pytest.mark.parametrize(
    "text", ["19%", "25 %", "20:15", "192.168.1.12", "12.05.2024", "A-1234", "4km", "INV/2024/001"]
)
def test_what_is_no_amount(text: str) -> None:
    assert not [found for found in find_amounts(text) if found.is_money]


def test_small_words_are_no_currencies() -> None:
    assert [found.mark for found in find_amounts("try 12.00 all 5.00")] == [None, None]


def test_a_lone_separator_before_three_digits_follows_the_documents_custom() -> None:
    assert parse_number("1.234", point=Point.COMMA) == Decimal(1234)
    assert parse_number("1.234", point=Point.DOT) == Decimal("1.234")
    assert parse_number("1,234") == Decimal(1234)


def test_the_documents_decimal_point_is_that_of_its_clear_numbers() -> None:
    assert decimal_point(["12,50", "1.299,00", "3.75"]) is Point.COMMA
    assert decimal_point(["no numbers", "25 %"]) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Att betala, bankgiro 5050-1055, moms 25 %", "SEK"),
        ("Å betale, herav mva, Norge", "NOK"),
        ("Heraf moms, CVR 12345678, Danmark", "DKK"),
    ],
)
def test_the_document_says_which_crown_it_means(text: str, code: str) -> None:
    assert resolve_currency("kr", text) == (code, True)


def test_a_dollar_is_american_only_as_a_guess() -> None:
    assert resolve_currency("$", "nothing else") == ("USD", False)
    assert resolve_currency("$", "GST/HST, Toronto, Canada") == ("CAD", True)


def test_a_crown_without_a_country_is_not_guessed() -> None:
    assert resolve_currency("kr", "nothing else") == (None, False)


def test_marks_that_mean_one_currency() -> None:
    assert [currency_of(mark) for mark in ("€", "zł", "R$", "円", "kr", None)] == [
        "EUR",
        "PLN",
        "BRL",
        "JPY",
        None,
        None,
    ]


def test_the_last_digits_of_a_card_after_a_star_are_no_amount() -> None:
    assert find_amounts("Payment Visa *4412") == ()
    assert [str(amount.value) for amount in find_amounts("*15.80€* and *4412 kr*")] == ["15.80", "4412"]
