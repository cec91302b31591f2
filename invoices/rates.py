"""Exchange rates as the European Central Bank publishes them: stored by whoever runs PayPulse, used at an amount's own day.

Access patterns (ExchangeRates[Day])
- the days of a month and the week before them: one batch read
- a day's rates are put whole, and again when they are published again
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from invoices.tables import ExchangeRate
from paypulse.core.errors import PayPulseError
from paypulse.core.money import Money, exact

_BASE: Final = "EUR"
# Nothing is published on weekends and holidays: the last rate before them stands, for so many days.
_STANDS_DAYS: Final = 6
_AT_ONCE: Final = 100


class RatesError(PayPulseError):
    """The file is not one of published rates."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How many units of each currency a euro was worth, by day."""

    by_day: Mapping[date, Mapping[str, Decimal]]

    def convert(self, amount: Money, currency: str, *, day: date) -> Money | None:
        """The amount in another currency at the rate of `day`, in whole minor units; None when no rate is stored for it."""
        known = next((self.by_day[each] for each in _standing(day) if each in self.by_day), None)
        if amount.currency == currency:
            return amount
        if known is None or amount.currency not in known or currency not in known:
            return None
        return Money(amount.amount / known[amount.currency] * known[currency], currency).rounded()


def parse(text: str) -> dict[date, dict[str, Decimal]]:
    """The rates of the bank's CSV file: a head of currencies, a day a line, N/A where there is none. Raises RatesError."""
    found = {}
    try:
        for line in csv.DictReader(io.StringIO(text)):
            units = {name.strip(): (value or "").strip() for name, value in line.items() if name and name.strip()}
            day = date.fromisoformat(units.pop("Date"))
            found[day] = {name: exact(value) for name, value in units.items() if value not in ("", "N/A")}
    except (KeyError, ValueError, PayPulseError) as error:
        raise RatesError("this is not a file of published rates") from error
    return found


def keep(published: Mapping[date, Mapping[str, Decimal]]) -> int:
    """Store these days' rates; gives how many days. A rate of nothing or less is refused with RatesError."""
    if any(units <= 0 for rates in published.values() for units in rates.values()):
        raise RatesError("a rate must be more than nothing")
    with ExchangeRate.batch_write() as batch:
        for day, rates in published.items():
            batch.save(ExchangeRate(day.isoformat(), rates={name: format(units, "f") for name, units in rates.items()}))
    return len(published)


def around(days: Iterable[date]) -> Rates:
    """The rates that are stored for these days. One read for every hundred days and the weeks before them."""
    wanted = sorted({each.isoformat() for day in days for each in _standing(day)})
    found: dict[date, Mapping[str, Decimal]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        for row in ExchangeRate.batch_get(wanted[start : start + _AT_ONCE]):
            units = {name: Decimal(value) for name, value in row.rates.items()}
            found[date.fromisoformat(row.day)] = {**units, _BASE: Decimal(1)}
    return Rates(found)


def _standing(day: date) -> list[date]:
    return [day - timedelta(days=back) for back in range(_STANDS_DAYS + 1)]
