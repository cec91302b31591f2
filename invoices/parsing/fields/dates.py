"""Reads dates as they are written on paper: in many languages and orders, and says where the order cannot be told."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeAlias

from invoices.parsing.fields.labels import fold, has_digit

EARLIEST, LATEST = date(1990, 1, 1), date(2079, 12, 31)
_USUAL_TERMS = frozenset((7, 8, 10, 14, 15, 20, 21, 28, 29, 30, 31, 45, 60, 61, 62, 90))  # days to pay
_OLD_YEAR, _LAST_MONTH = 2010, 12
_NEAR = timedelta(days=3)  # a day from the mail's
_SAME_YEAR = timedelta(days=400)  # between the days of one document
_REIWA = 2018  # the year before Reiwa 1


class DayOrder(StrEnum):
    """Whether 3/4/2024 is the third of April or the fourth of March, and 26-04-14 a day of 2014 or of 2026."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    YEAR_FIRST = "year_first"


_SEPARATED = re.compile(r"\d\s?[-/.]\s?\d")
_OF_YEAR = re.compile("[年년]")
_WORD_AFTER = re.compile(r"\d[\W_]*[^\W\d_]")
_WORD_BEFORE = re.compile(r"[^\W\d_]\.?\s*\d")


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text. `other` is the second reading (in `other_order`) of an ambiguous one, whose `value` is day first."""

    value: date
    start: int
    end: int
    other: date | None = None
    order: DayOrder | None = None
    without_year: bool = False
    other_order: DayOrder = DayOrder.MONTH_FIRST

    def under(self, order: DayOrder) -> date:
        """The date it is when the document writes days, months and years in `order`."""
        return self.other if self.other and order is self.other_order else self.value


_Build: TypeAlias = Callable[[re.Match[str]], DateMention | None]


@cache
def months() -> dict[str, int]:
    """Month number by folded name, in all languages; a name that means two months is left out."""
    with (Path(__file__).parent / "months.toml").open("rb") as file:
        table: dict[str, list[str]] = tomllib.load(file)
    found: dict[str, int] = {}
    clashes: set[str] = set()
    for names in table.values():
        for number, name in ((number, name) for number, row in enumerate(names, 1) for name in fold(row).split()):
            if found.setdefault(name, number) != number:
                clashes.add(name)
    return {name: number for name, number in found.items() if name not in clashes}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], re.Pattern[str], _Build], ...]:
    """Each way of writing, after what must be there for it and is looked for faster, and how its match is read."""
    name = "(" + "|".join(sorted(map(re.escape, months()), key=len, reverse=True)) + r")(?![^\W\d_])\.?"
    ordinal = r"(?:st|nd|rd|th|er|\.|o|a)?"
    of = r"(?:\s*(?:de|of|del|d'|,|\.)\s*|\s*[-/ ]\s*|\s*)"
    year = r"('?\d{2}(?!\d)|(?:19|20)\d{2})(?!\d)"
    edge = r"(?<![\d/-])(?<!\d[.,:])"
    return (
        (
            _SEPARATED,
            re.compile(edge + r"((?:19|20)\d{2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?![\d]|[.,/]\d)"),
            lambda m: _ymd(m, 1, 3, 4),
        ),
        (
            _OF_YEAR,
            re.compile(edge + r"((?:19|20)\d{2})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]"),
            lambda m: _ymd(m, 1, 2, 3),
        ),
        (_OF_YEAR, re.compile(r"令和\s*(\d{1,2}|元)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"), _reiwa),
        (
            _WORD_AFTER,
            re.compile(edge + r"(\d{1,2})" + ordinal + of + name + of + year),
            lambda m: _named(m, m[1], m[2], m[3]),
        ),
        (
            _WORD_BEFORE,
            re.compile(
                r"\b" + name + r"\s*(\d{1,2})(?!\d)" + ordinal + r"\s*,?\s*(?:\d{1,2}:\d{2}(?::\d{2})?\s+)?" + year
            ),
            lambda m: _named(m, m[2], m[1], m[3]),
        ),
        (
            _WORD_AFTER,
            re.compile(edge + r"((?:19|20)\d{2})[.,]?\s*" + name + r"\s*(\d{1,2})(?!\d)"),
            lambda m: _named(m, m[3], m[2], m[1]),
        ),
        (
            _SEPARATED,
            re.compile(edge + r"(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?((?:19|20)\d{2}|\d{2})(?![\d]|[.,/-]\d|%)"),
            _numeric,
        ),
    )


@lru_cache(maxsize=1024)  # several facts look at the same cells
def find_dates(text: str) -> tuple[DateMention, ...]:
    """The dates in `text`, left to right, none overlapping another."""
    if not has_digit(text):
        return ()
    folded = fold(text[:2000])
    found: list[DateMention] = []
    for sign, pattern, build in _patterns():
        if not sign.search(folded):
            continue
        for match in pattern.finditer(folded):
            mention = build(match)
            if mention and not any(mention.start < other.end and other.start < mention.end for other in found):
                found.append(mention)
    return tuple(sorted(found, key=lambda mention: mention.start))


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        value = date(year, month, day)
    except ValueError:
        return None
    return value if EARLIEST <= value <= LATEST else None


def _year(text: str) -> int:
    number = int(text.lstrip("'"))
    return number if number > 99 else 2000 + number if number < 80 else 1900 + number


def _ymd(match: re.Match[str], year: int, month: int, day: int) -> DateMention | None:
    value = _valid(int(match[year]), int(match[month]), int(match[day]))
    return DateMention(value, match.start(), match.end()) if value else None


def _reiwa(match: re.Match[str]) -> DateMention | None:
    year = 1 if match[1] == "元" else int(match[1])
    value = _valid(_REIWA + year, int(match[2]), int(match[3]))
    return DateMention(value, match.start(), match.end()) if value else None


def _named(match: re.Match[str], day: str, month: str, year: str) -> DateMention | None:
    value = _valid(_year(year), months()[month.rstrip(".")], int(day))
    return DateMention(value, match.start(), match.end()) if value else None


def _year_first(match: re.Match[str]) -> date | None:
    """A short date with dashes as year, month and day (26-03-05), where its first number can be no month."""
    if match[2] != "-" or len(match[4]) > 2 or int(match[1]) <= _LAST_MONTH:
        return None
    return _valid(_year(match[1]), int(match[3]), int(match[4]))


def _numeric(match: re.Match[str]) -> DateMention | None:
    first, second, year = int(match[1]), int(match[3]), _year(match[4])
    day_first, month_first = _valid(year, second, first), _valid(year, first, second)
    year_first = _year_first(match)
    if year_first and (not day_first or year < _OLD_YEAR):  # older than what is mailed
        return DateMention(year_first, match.start(), match.end(), order=DayOrder.YEAR_FIRST)
    if year_first and day_first and day_first != year_first:
        order = DayOrder.YEAR_FIRST
        return DateMention(day_first, match.start(), match.end(), other=year_first, other_order=order)
    if day_first and month_first and day_first != month_first and match[2] != ".":
        return DateMention(day_first, match.start(), match.end(), other=month_first)
    if match[2] == ".":
        return DateMention(day_first, match.start(), match.end(), order=DayOrder.DAY_FIRST) if day_first else None
    if day_first:
        return DateMention(
            day_first, match.start(), match.end(), order=None if day_first == month_first else DayOrder.DAY_FIRST
        )
    return DateMention(month_first, match.start(), match.end(), order=DayOrder.MONTH_FIRST) if month_first else None


def day_order(
    mentions: Iterable[DateMention],
    *,
    month_first_hint: bool,
    near: date | None = None,
    terms: Sequence[tuple[DateMention, DateMention]] = (),
) -> tuple[DayOrder, bool]:
    """The document's order of day and month, and whether it is certain.

    Certain when another date of the document shows it, when only one order stays near the mail's date (years: near all
    others), or when only one makes a usual term of payment between an issue and a due date (`terms`); else the
    country's custom (`month_first_hint`) decides, and of two years the later one.
    """
    mentions = tuple(mentions)
    ambiguous = [mention for mention in mentions if mention.other]
    years = any(mention.other_order is DayOrder.YEAR_FIRST for mention in ambiguous)
    shown = {mention.order for mention in mentions if mention.order and (mention.order is DayOrder.YEAR_FIRST) == years}
    if len(shown) == 1:
        return shown.pop(), True
    orders = (DayOrder.DAY_FIRST, DayOrder.YEAR_FIRST if years else DayOrder.MONTH_FIRST)
    told = _told_by_days(orders, mentions, near) or _only(
        orders,
        lambda order: any((due.under(order) - issued.under(order)).days in _USUAL_TERMS for issued, due in terms),
    )
    if told and ambiguous:
        return told, True
    if years:
        return max(orders, key=ambiguous[0].under), False
    return (DayOrder.MONTH_FIRST if month_first_hint else DayOrder.DAY_FIRST), not ambiguous or month_first_hint


def _told_by_days(orders: Sequence[DayOrder], mentions: Sequence[DateMention], near: date | None) -> DayOrder | None:
    """The one order under which a day is near the mail's; of years, the one that puts all days near one another."""
    if DayOrder.YEAR_FIRST in orders:
        mailed = [near] if near else []
        return _only(orders, lambda order: _same_year([*mailed, *(each.under(order) for each in mentions)]))
    ambiguous = [mention for mention in mentions if mention.other and near]
    return _only(orders, lambda order: any(_is_near(mention.under(order), near) for mention in ambiguous))


def _is_near(day: date, near: date | None) -> bool:
    return near is not None and abs(day - near) <= _NEAR


def _same_year(days: Sequence[date]) -> bool:
    """Whether two days at least are no further apart than those of one document are."""
    return len(days) > 1 and max(days) - min(days) <= _SAME_YEAR


def _only(orders: Iterable[DayOrder], test: Callable[[DayOrder], bool]) -> DayOrder | None:
    """The one order that passes, or None where both or none do."""
    passing = [order for order in orders if test(order)]
    return passing[0] if len(passing) == 1 else None


def partial_dates(text: str, *, around: date) -> Iterator[DateMention]:
    """Dates without a year ("Jan 10", "10. januar"), put in the year that brings them nearest to `around`."""
    folded = fold(text[:300])
    name = "|".join(sorted(map(re.escape, months()), key=len, reverse=True))
    for match in re.finditer(
        rf"(?<![\d.,])(\d{{1,2}})\.?\s(?:de\s)?({name})\b|\b({name})\.?\s(\d{{1,2}})\b(?![.,:]?\d)", folded
    ):
        day, month = (match[1], match[2]) if match[1] else (match[4], match[3])
        options = [
            value
            for year in (around.year - 1, around.year, around.year + 1)
            if (value := _valid(year, months()[month], int(day)))
        ]
        if options:
            yield DateMention(
                min(options, key=lambda value: abs(value - around)), match.start(), match.end(), without_year=True
            )
