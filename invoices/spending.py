"""What was spent, by month, category and currency, compared with last month and with a year ago."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from invoices.filters import CATEGORIES
from invoices.summaries import Month

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Compared:
    """An amount this month, last month and in the same month a year ago; None where there was no invoice."""

    name: str
    now: Decimal | None
    before: Decimal | None
    year_ago: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """What it became more, None where there is nothing to compare."""
        return None if self.now is None or self.before is None else self.now - self.before


@dataclass(frozen=True, slots=True)
class Spending:
    """One currency's figures: the whole, each category, and twelve months of amounts by category, oldest first.

    `left_out` is how many invoices of all these months have no stored rate, where currencies were added.
    """

    currency: str
    whole: Compared
    categories: tuple[Compared, ...]
    months: tuple[tuple[str, Mapping[str, Decimal]], ...]
    count: int
    year_ago: str
    left_out: int = 0


def spending(months: Sequence[Month]) -> tuple[Spending, ...]:
    """Each currency's figures from 13 months, oldest first and the last one being this month; the busiest currency first."""
    found = [_one(currency, months) for currency in sorted(_currencies(months))]
    return tuple(sorted(found, key=lambda each: (-each.count, each.currency)))


def at_home(months: Sequence[Month], currency: str | None) -> Spending | None:
    """All currencies in the home currency, from the same 13 months; None without one, and where nothing had to be converted.

    What has no rate of its day is left out, and `left_out` says how much of this month that is.
    """
    told = [month.home if month.home and month.home.currency == currency else None for month in months]
    if not any(total.currency != currency for month in months for total in month.totals) or not any(told):
        return None
    amounts = [dict(each.amounts) if each else {} for each in told]
    left_out = sum(each.left_out for each in told if each)
    count = sum(each.count for each in told if each)
    return replace(_compared(str(currency), months, amounts, count), left_out=left_out)


def _currencies(months: Iterable[Month]) -> set[str]:
    return {total.currency for month in months for total in month.totals}


def _one(currency: str, months: Sequence[Month]) -> Spending:
    count = sum(total.count for month in months for total in month.totals if total.currency == currency)
    return _compared(currency, months, [_amounts(month, currency) for month in months], count)


def _compared(currency: str, months: Sequence[Month], amounts: Sequence[dict[str, Decimal]], count: int) -> Spending:
    now, before, year_ago = amounts[-1], amounts[-2], amounts[0]
    compared = [
        Compared(name, now.get(name), before.get(name), year_ago.get(name))
        for name in CATEGORIES
        if name in now or name in before or name in year_ago
    ]
    return Spending(
        currency,
        Compared("", _sum(now), _sum(before), _sum(year_ago)),
        tuple(sorted(compared, key=lambda each: -(each.now or 0))),
        tuple((month.month, each) for month, each in zip(months[1:], amounts[1:], strict=True)),
        count,
        months[0].month,
    )


def _amounts(month: Month, currency: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for total in month.totals:
        if total.currency == currency:
            found[total.category] = found.get(total.category, _NOTHING) + total.amount
    return found


def _sum(amounts: Mapping[str, Decimal]) -> Decimal | None:
    return sum(amounts.values(), _NOTHING) if amounts else None
