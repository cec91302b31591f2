"""Rhythm, the next one expected, and what changed: from the invoices themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from invoices.insights import Rhythm, line_changes, recurring, rhythm
from invoices.invoice import InvoiceState, Line
from paypulse.core.categories import SubType
from tests.feature.invoices.making import rental, retail


@pytest.mark.parametrize(
    ("gap", "expected"),
    [(7, Rhythm.WEEKLY), (30, Rhythm.MONTHLY), (91, Rhythm.QUARTERLY), (365, Rhythm.YEARLY), (17, None)],
)
def test_a_rhythm_is_recognised(gap: int, expected: Rhythm | None):
    assert rhythm([date(2024, 1, 10) + timedelta(days=gap * number) for number in range(4)]) is expected


def test_one_that_was_left_out_does_not_break_a_rhythm_but_chance_is_none():
    assert rhythm([date(2026, 1, 5), date(2026, 2, 5), date(2026, 4, 5), date(2026, 5, 5)]) is Rhythm.MONTHLY
    assert rhythm([date(2026, 1, 1), date(2026, 1, 30), date(2026, 2, 3), date(2026, 4, 29)]) is None
    assert rhythm([date(2026, 1, 5), date(2026, 2, 5)]) is None


def test_the_next_is_expected_on_the_last_of_a_shorter_month():
    ends = [date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 31)]

    [found] = recurring([rental(str(number), due_date=day) for number, day in enumerate(ends)])

    assert (found.rhythm, found.next_expected) == (Rhythm.MONTHLY, date(2026, 2, 28))


def test_the_last_price_change_names_the_line_that_changed():
    amounts = ["9000.00", "9000.00", "9250.00", "9250.00"]
    rents = [
        rental(
            str(month),
            due_date=date(2026, month, 27),
            total_amount=Decimal(amount),
            line_items=(Line(description="Hyra", total_price=Decimal(amount) - 100, component="base_rent"), _PARKING),
        )
        for month, amount in enumerate(amounts, 1)
    ]

    [found] = recurring(rents)

    assert found.change
    assert (found.change.on, found.change.was, found.change.now) == (
        date(2026, 3, 27),
        Decimal("9000.00"),
        Decimal("9250.00"),
    )
    assert [(each.name, each.was, each.now) for each in found.change.lines] == [
        ("base_rent", Decimal("8900.00"), Decimal("9150.00"))
    ]


_PARKING = Line(description="Parkering", total_price=Decimal("100.00"), component="parking")


def test_what_costs_something_else_each_time_has_no_price_that_could_change():
    months = range(1, 5)
    power = [retail(str(m), invoice_date=date(2026, m, 5), total_amount=Decimal(300 + 17 * m)) for m in months]

    [found] = recurring([replace(each, sub_type=SubType.UTILITY) for each in power])

    assert (found.rhythm, found.change) == (Rhythm.MONTHLY, None)


def test_what_is_bought_when_it_is_needed_keeps_no_rhythm():
    shopped = [retail(str(m), invoice_date=date(2026, m, 5), total_amount=Decimal("99.00")) for m in range(1, 5)]

    assert recurring([replace(each, sub_type=SubType.GROCERY) for each in shopped]) == ()


def test_duplicates_unsure_and_credited_invoices_make_no_rhythm():
    days = [date(2026, month, 5) for month in (1, 2, 3)]
    made = [retail(str(day), invoice_date=day) for day in days]

    assert recurring([replace(each, state=InvoiceState.DUPLICATE) for each in made]) == ()
    assert recurring([replace(each, state=InvoiceState.NEEDS_LOOK) for each in made]) == ()
    assert recurring([replace(each, kind="credit_note") for each in made]) == ()


def test_lines_of_another_currency_are_not_compared():
    assert line_changes(rental(currency="EUR"), rental()) == ()
    assert line_changes(rental(), None) == ()
