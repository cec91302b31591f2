"""What each vendor costs over time, and in what rhythm: read off the monthly summaries."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from invoices.summaries import Month, VendorTotal


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """One vendor in one currency: each month's amount (oldest first), what it came to, and how many invoices that were."""

    key: str
    name: str
    category: str
    currency: str
    amounts: tuple[Decimal, ...]
    count: int
    active_months: int
    last_date: date | None

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, Decimal(0))

    @property
    def average(self) -> Decimal:
        """What one invoice comes to, in the currency's hundredths."""
        return (self.total / self.count).quantize(Decimal("0.01")) if self.count else Decimal(0)

    @property
    def is_steady(self) -> bool:
        """Whether most months cost the same, so that another amount is a price change and no other use."""
        paid = [amount for amount in self.amounts if amount > 0]
        return any(paid.count(amount) >= 2 for amount in paid)

    @property
    def is_regular(self) -> bool:
        """Whether it came about once in each of the last three months (the present one may still be waited for)."""
        if self.category == "grocery" or self.count > self.active_months + 1:
            return False
        return all(self.amounts[-3:]) or all(self.amounts[-4:-1])


def sellers(months: Sequence[Month]) -> tuple[Seller, ...]:
    """Every vendor of these months, the one that cost most in the busiest currency first."""
    keys = {(key_of(each), each.currency) for month in months for each in month.vendors}
    found = [_seller(key, currency, months) for key, currency in keys]
    return tuple(sorted(found, key=lambda each: (-each.total, each.name)))


def key_of(total: VendorTotal) -> str:
    """What a vendor is called in an address: its id, or its name where no row knows it."""
    return total.vendor_id or total.vendor_name or "-"


def _seller(key: str, currency: str, months: Sequence[Month]) -> Seller:
    by_month = [
        [each for each in month.vendors if key_of(each) == key and each.currency == currency] for month in months
    ]
    every = [each for found in by_month for each in found]
    latest = max(every, key=lambda each: each.last_date)
    return Seller(
        key=key,
        name=latest.vendor_name or key,
        category=latest.category,
        currency=currency,
        amounts=tuple(_sum(found) for found in by_month),
        count=sum(each.count for each in every),
        active_months=sum(1 for found in by_month if found),
        last_date=latest.last_date,
    )


def _sum(totals: Iterable[VendorTotal]) -> Decimal:
    return sum((each.amount for each in totals), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A vendor that comes every month: its latest amount, how much that differs from the usual one before, when it is next due."""

    key: str
    name: str
    category: str
    currency: str
    amount: Decimal
    price_change: Decimal | None
    next_date: date | None


def recurring(months: Sequence[Month], *, today: date) -> tuple[Recurring, ...]:
    """What comes again and again, the dearest first. One that is silent for two months has ended."""
    regular = (each for each in sellers(months) if each.is_regular)
    return tuple(sorted((_recurring(each, today) for each in regular), key=lambda each: (-each.amount, each.name)))


def _recurring(seller: Seller, today: date) -> Recurring:
    paid = [amount for amount in seller.amounts if amount > 0]
    change = paid[-1] - paid[-2] if len(paid) > 1 and seller.is_steady else None
    following = _month_later(seller.last_date) if seller.last_date else None
    return Recurring(
        key=seller.key,
        name=seller.name,
        category=seller.category,
        currency=seller.currency,
        amount=paid[-1] if paid else Decimal(0),
        price_change=change or None,
        next_date=following if following and following >= today else None,
    )


def _month_later(day: date) -> date:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following.replace(day=min(day.day, monthrange(following.year, following.month)[1]))
