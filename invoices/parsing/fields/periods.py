"""Reads spans of days: two dates with a dash, or a month that is named with its year."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import cache

from invoices.parsing.fields.dates import EARLIEST, LATEST, find_dates, months
from invoices.parsing.fields.labels import fold

Span = tuple[date, date]


def find_span(text: str) -> Span | None:
    """The first and last day of the period in `text`, both included, or None."""
    return _two_days(text) or find_month(text)


def find_month(text: str) -> Span | None:
    """The first and last day of the month that `text` names with its year ("december 2026", "12/2026"), or None.

    A month inside a whole date is none.
    """
    folded = fold(text[:600])
    taken = [(found.start, found.end) for found in find_dates(text)]
    for start, year, month in _months(folded):
        if not any(begin <= start < end for begin, end in taken) and EARLIEST.year <= year <= LATEST.year:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return None


def _two_days(text: str) -> Span | None:
    days = [found.value for found in find_dates(text)]
    return (days[0], days[1]) if len(days) == 2 and days[0] < days[1] else None


def _months(folded: str) -> Iterator[tuple[int, int, int]]:
    for match in _named().finditer(folded):
        yield match.start(), int(match[2]), months()[match[1]]
    for match in _NUMBERED.finditer(folded):
        yield match.start(), int(match[2]), int(match[1])


_NUMBERED = re.compile(r"(?<![\d/.,-])(0?[1-9]|1[0-2])\s?/\s?(20\d{2})(?![\d/.-])")


@cache
def _named() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, months()), key=len, reverse=True))
    return re.compile(rf"(?<![^\W\d_])({names})\.?,?\s(?:de\s)?(20\d{{2}})(?!\d)")
