"""What the rent consists of month by month, and what changed since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from invoices.invoice import Invoice, InvoiceState

COMPONENTS = (
    "base_rent",
    "heating",
    "cold_water",
    "warm_water",
    "electricity",
    "parking",
    "vat",
    "adjustment",
    "rounding",
    "other",
)


@dataclass(frozen=True, slots=True)
class Month:
    """One rent notice with its parts, and how it differs from the one before (None for the first, or another currency)."""

    invoice: Invoice
    parts: Mapping[str, Decimal]
    change: Decimal | None

    @property
    def label(self) -> str:
        return f"{self.invoice.day:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Change:
    """A part of the rent that became another amount, and with which notice."""

    component: str
    was: Decimal
    now: Decimal
    since: date

    @property
    def difference(self) -> Decimal:
        return self.now - self.was


def months(notices: Sequence[Invoice]) -> tuple[Month, ...]:
    """The counted notices, newest first, each compared with the one before it."""
    kept = sorted(
        (each for each in notices if each.state in (InvoiceState.OK, InvoiceState.NEEDS_LOOK)),
        key=lambda each: each.day,
    )
    before = [None, *kept]
    return tuple(Month(now, parts(now), _difference(then, now)) for then, now in zip(before, kept, strict=False))[::-1]


def _difference(then: Invoice | None, now: Invoice) -> Decimal | None:
    if then is None or then.currency != now.currency or then.total_amount is None or now.total_amount is None:
        return None
    return now.total_amount - then.total_amount


def parts(invoice: Invoice) -> dict[str, Decimal]:
    """The amounts of its breakdown by component; what no line explains is "other", so that the parts always make the total."""
    found: dict[str, Decimal] = {}
    for line in invoice.line_items:
        if line.total_price is not None:
            name = line.component if line.component in COMPONENTS else "other"
            found[name] = found.get(name, Decimal(0)) + line.total_price
    rest = (invoice.total_amount or Decimal(0)) - sum(found.values(), Decimal(0))
    if rest:
        found["other"] = found.get("other", Decimal(0)) + rest
    return {name: amount for name, amount in found.items() if amount}


def changes(history: Sequence[Month]) -> tuple[Change, ...]:
    """The latest change of each lasting part, newest first. What differs every month (water, adjustments) is no news."""
    oldest_first = history[::-1]
    found = [change for name in ("base_rent", "parking", "heating") for change in _steps(name, oldest_first)]
    return tuple(sorted(found, key=lambda each: each.since, reverse=True))


def _steps(name: str, oldest_first: Sequence[Month]) -> list[Change]:
    amounts = [(month.invoice.day, month.parts[name]) for month in oldest_first if name in month.parts]
    pairs = pairwise(amounts)
    return [Change(name, was, now, day) for (_, was), (day, now) in pairs if was != now]


def next_due(notices: Sequence[Invoice], *, today: date) -> Invoice | None:
    """The unpaid notice that is due first from `today` on; None when nothing is."""
    due = [each for each in notices if each.is_payable and each.due_date is not None and each.due_date >= today]
    return min(due, key=lambda each: each.day, default=None)


def overdue(notices: Sequence[Invoice], *, today: date) -> tuple[Invoice, ...]:
    """Unpaid notices whose day has passed, at most 31 days ago: older ones were surely paid without a mark."""
    return tuple(each for each in notices if each.is_payable and 0 < (today - each.day).days <= 31)
