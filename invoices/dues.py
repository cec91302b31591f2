"""What waits to be paid, rent and bills alike: read off the monthly summaries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from invoices.summaries import Due, Month

# What is older was surely paid without a mark.
_LATE_DAYS: Final = 31


def coming(months: Iterable[Month], *, today: date) -> tuple[Due, ...]:
    """What is due from `today` on, the first one first."""
    return tuple(each for each in _by_day(months) if each.due_date >= today)


def overdue(months: Iterable[Month], *, today: date) -> tuple[Due, ...]:
    """What should have been paid in the last 31 days, the oldest first."""
    return tuple(each for each in _by_day(months) if 0 < (today - each.due_date).days <= _LATE_DAYS)


def _by_day(months: Iterable[Month]) -> list[Due]:
    return sorted((due for month in months for due in month.dues), key=lambda each: (each.due_date, each.invoice_id))
