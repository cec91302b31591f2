"""Vendors as the monthly summaries tell of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from invoices import insights
from invoices.insights import Rhythm
from invoices.sellers import recurring, sellers
from invoices.summaries import Month, VendorTotal
from paypulse.core.categories import SubType
from tests.feature.invoices.making import retail

TODAY = date(2026, 11, 24)


def _months(*days: str, price: str = "129.00") -> list[Month]:
    """Thirteen months with one purchase on each of these days."""
    names = [f"{2025 + (10 + n) // 12}-{(10 + n) % 12 + 1:02}" for n in range(13)]
    return [Month(name, vendors=tuple(_one(day, price) for day in days if day.startswith(name))) for name in names]


def _one(day: str, price: str) -> VendorTotal:
    amount, on = Decimal(price), date.fromisoformat(day)
    return VendorTotal("shop", "Shop", "subscriptions", "SEK", amount, 1, on, amount)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("2026-09-05", "2026-10-05", "2026-11-05"), Rhythm.MONTHLY),
        (("2026-02-01", "2026-05-02", "2026-08-01", "2026-11-01"), Rhythm.QUARTERLY),
        (("2026-10-24", "2026-11-03"), None),
        (("2026-09-01", "2026-10-29", "2026-11-02"), None),
    ],
)
def test_a_vendor_is_regular_only_after_three_in_rhythm(days: tuple[str, ...], expected: Rhythm | None):
    [found] = sellers(_months(*days))

    assert (found.recurring.rhythm if found.recurring else None) is expected
    assert bool(recurring(_months(*days), today=TODAY)) is (expected is not None)


def test_the_next_one_is_expected_by_its_rhythm():
    [found] = recurring(_months("2026-02-01", "2026-05-02", "2026-08-01", "2026-11-01"), today=TODAY)

    assert (found.amount, found.next_expected) == (Decimal("129.00"), date(2027, 2, 1))


def test_one_that_stayed_away_twice_has_ended():
    assert recurring(_months("2026-05-05", "2026-06-05", "2026-07-05", "2026-08-05"), today=TODAY) == ()


def test_the_months_and_the_invoices_themselves_give_one_answer():
    prices = [("2026-06-05", "99.00"), ("2026-07-05", "99.00"), ("2026-08-05", "119.00"), ("2026-09-05", "119.00")]
    months = [Month(day[:7], vendors=(_one(day, price),)) for day, price in prices]
    made = retail(vendor_id="shop", sub_type=SubType.SUBSCRIPTIONS)
    invoices = [
        replace(made, invoice_id=day, invoice_date=date.fromisoformat(day), total_amount=Decimal(price))
        for day, price in prices
    ]

    [by_months] = recurring(months, today=date(2026, 9, 20))
    [by_invoices] = insights.recurring(invoices)

    assert (by_months.change.on, by_months.change.was, by_months.change.now) == (
        date(2026, 8, 5),
        Decimal("99.00"),
        Decimal("119.00"),
    )
    for one in ("key", "rhythm", "amount", "last", "next_expected"):
        assert getattr(by_months, one) == getattr(by_invoices, one)
    assert (by_invoices.change.on, by_invoices.change.was) == (by_months.change.on, by_months.change.was)
