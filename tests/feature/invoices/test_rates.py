"""Amounts in a home currency: at the stored rate of each amount's own day, or left out and counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts import store as people
from accounts.user import User
from invoices import rates, store, summaries
from invoices.invoice import Invoice
from paypulse.core.money import Money
from tests.feature.invoices.making import retail

FILE = """Date, USD, SEK, XYZ,
2026-03-06, 1.10, 11.00, N/A,
2026-03-05, 1.00, 12.00, 0.5,
"""

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def alice() -> User:
    person = people.create_user(email="alice@example.com", name="Alice", password="a long and quiet phrase")
    return people.change_profile(
        person.user_id, name="Alice", language="en", time_zone="Europe/Stockholm", home_currency="SEK"
    )


def bought(user: User, message: str, amount: str, currency: str, day: date) -> Invoice:
    return store.record(
        retail(message, user_id=user.user_id, total_amount=Decimal(amount), currency=currency, invoice_date=day)
    )


def test_each_amount_is_converted_at_the_rate_of_its_own_day() -> None:
    rates.keep(rates.parse(FILE))
    known = rates.around([date(2026, 3, 5), date(2026, 3, 8)])

    def sek(amount: str, currency: str, day: date) -> Money | None:
        return known.convert(Money(Decimal(amount), currency), "SEK", day=day)

    assert sek("10.00", "USD", date(2026, 3, 5)) == Money(Decimal("120.00"), "SEK")
    assert sek("10.00", "EUR", date(2026, 3, 6)) == Money(Decimal("110.00"), "SEK")
    assert sek("1.00", "USD", date(2026, 3, 8)) == Money(Decimal("10.00"), "SEK"), "Friday's rate stands on Sunday"
    assert sek("10.00", "XYZ", date(2026, 3, 6)) is None
    assert sek("10.00", "USD", date(2026, 3, 20)) is None
    assert sek("10.00", "SEK", date(2020, 1, 1)) == Money(Decimal("10.00"), "SEK")


@pytest.mark.parametrize("text", ["Day,USD\n2026-03-05,1", "Date,USD\n5 March,1", "Date,USD\n2026-03-05,one"])
def test_another_file_is_refused_whole(text: str, tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text(text)

    with pytest.raises(CommandError):
        call_command("rates", str(file))
    assert rates.around([date(2026, 3, 5)]).by_day == {}


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(rates.RatesError):
        rates.keep({date(2026, 3, 5): {"SEK": Decimal(0)}})


def test_a_month_adds_up_in_the_home_currency_and_counts_what_it_left_out(alice: User) -> None:
    rates.keep(rates.parse(FILE))
    bought(alice, "a", "100.00", "SEK", date(2026, 3, 5))
    bought(alice, "b", "10.00", "USD", date(2026, 3, 5))
    bought(alice, "c", "10.00", "NOK", date(2026, 3, 5))

    month = summaries.recompute(alice.user_id, "2026-03")

    assert month.home == summaries.Home("SEK", {"grocery": Decimal("220.00")}, 2, 1)
    assert {(each.currency, each.amount) for each in month.totals} == {
        ("SEK", Decimal(100)),
        ("USD", Decimal(10)),
        ("NOK", Decimal(10)),
    }


def test_nothing_is_added_for_a_person_without_a_home_currency() -> None:
    person = people.create_user(email="bob@example.com", name="Bob", password="a long and quiet phrase")
    rates.keep(rates.parse(FILE))
    bought(person, "a", "10.00", "USD", date(2026, 3, 5))

    assert summaries.recompute(person.user_id, "2026-03").home is None
