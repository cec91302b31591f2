"""What the invoices themselves tell of a payment that recurs: its rhythm, when the next is expected, and its last price change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import Final

from invoices.invoice import Invoice
from paypulse.core.categories import SubType
from paypulse.core.text import slug

_LEAST: Final = 3


class Rhythm(StrEnum):
    """How often a payment comes."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"

    @property
    def days(self) -> int:
        return _DAYS[self][0]

    @property
    def slack(self) -> int:
        """How many days one may be early or late and still be in rhythm."""
        return _DAYS[self][1]


_DAYS: Final = {Rhythm.WEEKLY: (7, 2), Rhythm.MONTHLY: (30, 6), Rhythm.QUARTERLY: (91, 12), Rhythm.YEARLY: (365, 20)}


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that differs from the time before; None where it was not there."""

    name: str
    was: Decimal | None
    now: Decimal | None


@dataclass(frozen=True, slots=True)
class Payment:
    """What was paid on a day, and the invoice of it where that is at hand."""

    day: date
    amount: Decimal
    invoice: Invoice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """The last time a recurring amount became another: from what to what, and, where the invoices are at hand, by which lines."""

    on: date
    was: Decimal
    now: Decimal
    invoice_id: str | None = None
    lines: tuple[LineChange, ...] = ()

    @property
    def difference(self) -> Decimal:
        return self.now - self.was


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A payment that recurs. `key` is what its vendor is called in an address, `next_expected` when it should come by its rhythm."""

    key: str
    name: str
    category: str
    currency: str
    amount: Decimal
    rhythm: Rhythm
    last: date
    next_expected: date
    change: PriceChange | None

    def has_ended(self, today: date) -> bool:
        """Whether it stayed away twice."""
        return self.last + timedelta(days=2 * self.rhythm.days + self.rhythm.slack) < today


def recurring(invoices: Sequence[Invoice]) -> tuple[Recurring, ...]:
    """Every payment in `invoices` that has kept a rhythm at least three times, by vendor, category and currency, by name."""
    groups: dict[tuple[str, str, str], list[Invoice]] = {}
    for each in invoices:
        if each.is_counted and each.vendor_name and each.kind != "credit_note":
            group = (slug(each.vendor_name), str(each.sub_type or each.category), str(each.currency))
            groups.setdefault(group, []).append(each)
    found = (_recurring(sorted(group, key=lambda each: each.day)) for group in groups.values())
    return tuple(sorted((each for each in found if each), key=lambda each: each.name.casefold()))


def _recurring(group: Sequence[Invoice]) -> Recurring | None:
    last = group[-1]
    name = str(last.vendor_name)
    return kept(
        [Payment(each.day, each.total_amount, each) for each in group if each.total_amount is not None],
        key=last.vendor_id or name,
        name=name,
        category=str(last.sub_type or last.category),
        currency=str(last.currency),
    )


def kept(payments: Sequence[Payment], *, key: str, name: str, category: str, currency: str) -> Recurring | None:
    """What recurs in one vendor's payments (oldest first); None when they keep no rhythm.

    What is bought whenever it is needed has none, even where chance spaced it well.
    """
    paid = [each for each in payments if each.amount > 0]
    found = rhythm([each.day for each in paid]) if category != SubType.GROCERY else None
    if found is None:
        return None
    return Recurring(
        key=key,
        name=name,
        category=category,
        currency=currency,
        amount=paid[-1].amount,
        rhythm=found,
        last=paid[-1].day,
        next_expected=following(paid[-1].day, found),
        change=price_change(paid),
    )


def rhythm(days: Sequence[date]) -> Rhythm | None:
    """The rhythm of these days (in order), or None when there are too few or they keep none."""
    gaps = [(after - before).days for before, after in pairwise(days)]
    if len(days) < _LEAST:
        return None
    usual = median(gaps)
    fits = (each for each in Rhythm if abs(usual - each.days) <= each.slack)
    found = next(fits, None)
    # One that was left out makes a gap of two; anything else is no rhythm.
    return found if found and all(_is_regular(gap, found) for gap in gaps) else None


def _is_regular(gap: int, found: Rhythm) -> bool:
    return any(abs(gap - times * found.days) <= found.slack for times in (1, 2))


def following(last: date, found: Rhythm) -> date:
    """The day on which the next one should come."""
    if found is Rhythm.WEEKLY:
        return last + timedelta(days=7)
    months = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3, Rhythm.YEARLY: 12}[found]
    year, month = divmod(last.year * 12 + last.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    length = ((first + timedelta(days=32)).replace(day=1) - first).days
    # The last of a month is followed by the last of the next.
    ends = (last + timedelta(days=1)).day == 1
    return first.replace(day=length if ends else min(last.day, length))


def price_change(paid: Sequence[Payment]) -> PriceChange | None:
    """The last change of amount (oldest first), None when it was always the same.

    Nor where no amount came twice: what costs something else each time has no price that could change.
    """
    amounts = [each.amount for each in paid]
    if len(set(amounts)) == len(amounts):
        return None
    return next((_changed(was, now) for was, now in reversed(list(pairwise(paid))) if was.amount != now.amount), None)


def _changed(was: Payment, now: Payment) -> PriceChange:
    return PriceChange(
        on=now.day,
        was=was.amount,
        now=now.amount,
        invoice_id=now.invoice.invoice_id if now.invoice else None,
        lines=line_changes(now.invoice, was.invoice) if now.invoice else (),
    )


def line_changes(new: Invoice, before: Invoice | None) -> tuple[LineChange, ...]:
    """The lines whose amount differs from those of `before`, in the new invoice's order, then those that are gone."""
    if before is None or before.currency != new.currency:
        return ()
    was, now = _lines(before), _lines(new)
    names = [*now, *(name for name in was if name not in now)]
    return tuple(LineChange(name, was.get(name), now.get(name)) for name in names if was.get(name) != now.get(name))


def _lines(invoice: Invoice) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in invoice.line_items:
        if line.total_price is not None:
            name = line.component or line.description
            found[name] = found.get(name, Decimal(0)) + line.total_price
    return found
