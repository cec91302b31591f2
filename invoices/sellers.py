"""What each vendor costs over time, and in what rhythm: read off the monthly summaries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from invoices.insights import Rhythm, following, rhythm
from invoices.summaries import Month, VendorTotal


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """One vendor in one currency: each month's amount (oldest first), how many invoices that were, and the last day of each
    month in which it came."""

    key: str
    name: str
    category: str
    currency: str
    amounts: tuple[Decimal, ...]
    count: int
    days: tuple[date, ...]

    @property
    def last_date(self) -> date:
        return self.days[-1]

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
    def rhythm(self) -> Rhythm | None:
        """How often it comes. What is bought whenever it is needed has none, even where chance spaced it well."""
        if self.category == "grocery" or self.count > len(self.days) + 1:
            return None
        return rhythm(self.days)


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
    days = (max(each.last_date for each in found) for found in by_month if found)
    return Seller(
        key=key,
        name=latest.vendor_name or key,
        category=latest.category,
        currency=currency,
        amounts=tuple(_sum(found) for found in by_month),
        count=sum(each.count for each in every),
        days=tuple(days),
    )


def _sum(totals: Iterable[VendorTotal]) -> Decimal:
    return sum((each.amount for each in totals), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A vendor that keeps a rhythm: its latest amount, how much that differs from the one before, when it is next due."""

    key: str
    name: str
    category: str
    currency: str
    rhythm: Rhythm
    amount: Decimal
    price_change: Decimal | None
    next_date: date | None


def recurring(months: Sequence[Month], *, today: date) -> tuple[Recurring, ...]:
    """What comes again and again, the dearest first. One that stayed away twice has ended."""
    found = (_recurring(each, each.rhythm, today) for each in sellers(months) if each.rhythm)
    return tuple(sorted((each for each in found if each), key=lambda each: (-each.amount, each.name)))


def _recurring(seller: Seller, kept: Rhythm, today: date) -> Recurring | None:
    if seller.last_date + timedelta(days=2 * kept.days + kept.slack) < today:
        return None
    paid = [amount for amount in seller.amounts if amount > 0]
    change = paid[-1] - paid[-2] if len(paid) > 1 and seller.is_steady else None
    expected = following(seller.last_date, kept)
    return Recurring(
        key=seller.key,
        name=seller.name,
        category=seller.category,
        currency=seller.currency,
        rhythm=kept,
        amount=paid[-1] if paid else Decimal(0),
        price_change=change or None,
        next_date=expected if expected >= today else None,
    )
