"""How our invented senders write amounts, dates and months in each language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

NBSP = "\u00a0"

MONTHS = {
    "sv": "januari februari mars april maj juni juli augusti september oktober november december".split(),
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
}
# Thousands separator and decimal mark.
_MARKS = {"sv": (NBSP, ","), "en": (",", "."), "de": (".", ","), "fr": (NBSP, ",")}
_SIGNS = {"SEK": "kr", "EUR": "€", "GBP": "£", "USD": "$"}
_DATES = {"sv": "%Y-%m-%d", "de": "%d.%m.%Y", "fr": "%d/%m/%Y"}


def number(value: Decimal, language: str) -> str:
    """`value` with two decimals as `language` groups and marks them, without a currency."""
    thousands, mark = _MARKS[language]
    return f"{value:,.2f}".translate(str.maketrans(",.", thousands + mark))


def money(value: Decimal, *, currency: str, language: str) -> str:
    """`value` with its currency's sign where the language puts it (before the number in English)."""
    sign = _SIGNS.get(currency, currency)
    if language == "en" and len(sign) == 1:
        return f"{'-' if value < 0 else ''}{sign}{number(abs(value), language)}"
    return f"{number(value, language)}{NBSP}{sign}"


def day(value: date, language: str) -> str:
    """`value` in the form that is usual on the language's invoices; English spells the month, so that it has one reading."""
    if language == "en":
        return long_day(value, language)
    return value.strftime(_DATES[language])


def long_day(value: date, language: str) -> str:
    """`value` with the month's name."""
    dot = "." if language == "de" else ""
    return f"{value.day}{dot} {MONTHS[language][value.month - 1]} {value.year}"


def month(value: date, language: str) -> str:
    """The month's name and the year."""
    return f"{MONTHS[language][value.month - 1]} {value.year}"
