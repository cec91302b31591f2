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


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """The last time a recurring amount became another: with which invoice, from what to what, and by which lines."""

    invoice_id: str
    on: date
    was: Decimal
    now: Decimal
    lines: tuple[LineChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A payment that recurs. `next_expected` is when the next one should come by its own rhythm."""

    vendor_name: str
    vendor_id: str | None
    currency: str
    amount: Decimal
    rhythm: Rhythm
    last: date
    next_expected: date
    change: PriceChange | None


def recurring(invoices: Sequence[Invoice]) -> tuple[Recurring, ...]:
    """Every payment in `invoices` that has kept a rhythm at least three times, by vendor and currency, by name."""
    groups: dict[tuple[str, str], list[Invoice]] = {}
    for each in invoices:
        if each.is_counted and each.vendor_name and each.kind != "credit_note":
            groups.setdefault((slug(each.vendor_name), str(each.currency)), []).append(each)
    found = (_recurring(sorted(group, key=lambda each: each.day)) for group in groups.values())
    return tuple(sorted((each for each in found if each), key=lambda each: each.vendor_name.casefold()))


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


def _recurring(group: Sequence[Invoice]) -> Recurring | None:
    found = rhythm([each.day for each in group])
    last = group[-1]
    if found is None or last.total_amount is None or last.currency is None or last.vendor_name is None:
        return None
    return Recurring(
        vendor_name=last.vendor_name,
        vendor_id=last.vendor_id,
        currency=last.currency,
        amount=last.total_amount,
        rhythm=found,
        last=last.day,
        next_expected=following(last.day, found),
        change=price_change(group),
    )


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


def price_change(group: Sequence[Invoice]) -> PriceChange | None:
    """The last change of amount in one vendor's invoices (oldest first), or None when it was always the same."""
    for before, after in reversed(list(pairwise(group))):
        if (
            before.total_amount is not None
            and after.total_amount is not None
            and before.total_amount != after.total_amount
        ):
            return PriceChange(
                invoice_id=after.invoice_id,
                on=after.day,
                was=before.total_amount,
                now=after.total_amount,
                lines=line_changes(after, before),
            )
    return None


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
