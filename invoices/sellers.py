"""What each vendor costs over time, and in what rhythm: read off the monthly summaries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from invoices.insights import Payment, Recurring, kept
from invoices.summaries import Month, VendorTotal


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """One vendor in one currency: each month's amount (oldest first), how many invoices that were, and the last payment of
    each month in which it came."""

    key: str
    name: str
    category: str
    currency: str
    amounts: tuple[Decimal, ...]
    count: int
    payments: tuple[Payment, ...]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(each.day for each in self.payments)

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, Decimal(0))

    @property
    def average(self) -> Decimal:
        """What one invoice comes to, in the currency's hundredths."""
        return (self.total / self.count).quantize(Decimal("0.01")) if self.count else Decimal(0)

    @property
    def recurring(self) -> Recurring | None:
        """What comes again and again of it; nothing where several came in most months."""
        if self.count > len(self.days) + 1:
            return None
        return kept(self.payments, key=self.key, name=self.name, category=self.category, currency=self.currency)


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
    last = (max(found, key=lambda each: each.last_date) for found in by_month if found)
    return Seller(
        key=key,
        name=latest.vendor_name or key,
        category=latest.category,
        currency=currency,
        amounts=tuple(_sum(found) for found in by_month),
        count=sum(each.count for each in every),
        payments=tuple(Payment(each.last_date, each.last_amount) for each in last),
    )


def _sum(totals: Iterable[VendorTotal]) -> Decimal:
    return sum((each.amount for each in totals), Decimal(0))


def recurring(months: Sequence[Month], *, today: date) -> tuple[Recurring, ...]:
    """What comes again and again and has not ended, the dearest first."""
    found = (each.recurring for each in sellers(months))
    going = (each for each in found if each and not each.has_ended(today))
    return tuple(sorted(going, key=lambda each: (-each.amount, each.name)))
