"""Amounts as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypulse.core.money import AmountError, as_typed


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 234,50", "1234.50"),
        ("1\u00a0234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234", "1234"),
        ("1.234", "1234"),
        ("1,234,567", "1234567"),
        ("12,5", "12.5"),
        ("0,125", "0.125"),
        ("12.3450", "12.3450"),
        (".5", ".5"),
        ("-899,10", "-899.10"),
        ("\u2212899,10", "-899.10"),
    ],
)
def test_an_amount_is_what_its_writer_means(text: str, amount: str) -> None:
    assert as_typed(text) == Decimal(amount)


def test_three_decimals_are_decimals_where_the_currency_has_them() -> None:
    assert as_typed("1.234", decimals=3) == Decimal("1.234")
    assert as_typed("1,234,567", decimals=3) == Decimal(1234567)


@pytest.mark.parametrize(
    "text", ["", "-", ",", "about ten", "1e400", "NaN", "1..2", "1,2,3", "1.2.3,4", "9" * 16, "1" * 5000]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(AmountError):
        as_typed(text)


@given(st.decimals(-(10**9), 10**9, places=2))
def test_an_amount_written_with_its_cents_comes_back(amount: Decimal) -> None:
    assert (
        as_typed(f"{amount:.2f}") == amount == as_typed(f"{amount:,.2f}") == as_typed(f"{amount:.2f}".replace(".", ","))
    )
