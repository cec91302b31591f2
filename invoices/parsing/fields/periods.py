"""Reads spans of days: two dates with a dash, or a month that is named with its year."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import cache

from invoices.parsing.fields.dates import DayOrder, find_dates, months
from invoices.parsing.fields.labels import fold

Span = tuple[date, date]


def find_span(text: str, *, order: DayOrder = DayOrder.DAY_FIRST) -> Span | None:
    """The first and last day of the period in `text`, both included, or None; `order` reads days such as 3/4/2026."""
    days = [found.under(order) for found in find_dates(text)]
    return (days[0], days[1]) if len(days) == 2 and days[0] < days[1] else find_months(text)


def find_months(text: str) -> Span | None:
    """The span of the month, the two months or the quarter that `text` names with the year, or None.

    So "december 2026", "12/2026", "dec 2026 - feb 2027" and "kvartal 1 2027"; a month inside a whole date is none.
    """
    folded = fold(text[:600])
    taken = [(found.start, found.end) for found in find_dates(text)]
    named = [span for at, span in _months(folded) if not any(begin <= at < end for begin, end in taken)]
    if len(named) > 1 and named[0] < named[1]:
        return named[0][0], named[1][1]
    return named[0] if named else None


def _months(folded: str) -> Iterator[tuple[int, Span]]:
    """Each named month or quarter with its place, in the order of the text for each way of naming."""
    for match in _named().finditer(folded):
        yield match.start(), _span(int(match[2]), months()[match[1]])
    for match in _NUMBERED.finditer(folded):
        yield match.start(), _span(int(match[2]), int(match[1]))
    for match in _QUARTER.finditer(folded):
        first = 3 * int(match[1]) - 2
        yield match.start(), (_span(int(match[2]), first)[0], _span(int(match[2]), first + 2)[1])


def _span(year: int, month: int) -> Span:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


_QUARTER = re.compile(
    r"(?<![^\W\d_])(?:kvartal|quarter|quartal|trimestre|kwartaal|q)\s?([1-4])[\s,/]{1,3}(20[0-7]\d)(?!\d)"
)
_NUMBERED = re.compile(r"(?<![\d/.,-])(0?[1-9]|1[0-2])\s?/\s?(20[0-7]\d)(?![\d/.-])")


@cache
def _named() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, months()), key=len, reverse=True))
    return re.compile(rf"(?<![^\W\d_])({names})\.?,?\s(?:de\s)?(20[0-7]\d)(?!\d)")
