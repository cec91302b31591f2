"""How the pages write amounts, days, categories and icons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent
from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from invoices.charts import Column
from invoices.filters import Filter, category_of
from invoices.invoice import Invoice
from invoices.rows import AMOUNTS
from invoices.showing import Shown
from invoices.views.wording import (
    CATEGORIES,
    COMPONENTS,
    FAILURES,
    FIELDS,
    JOBS,
    KINDS,
    LEDGER,
    PERIODS,
    REASONS,
    RHYTHMS,
    SORTS,
    STATES,
    how,
)
from paypulse.core.clock import today as this_day
from paypulse.core.money import minor_units

register = template.Library()

MISSING: Final = "–"
ORDER: Final = (
    "rental",
    "utility",
    "grocery",
    "food-delivery",
    "subscriptions",
    "clothing",
    "technology",
    "miscellaneous",
    "travel",
)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_CODE_BESIDE_DIGIT: Final = re.compile(r"([A-Z]{3})(?=\d)")
_NAMES: Final = {
    "category": CATEGORIES,
    "component": COMPONENTS,
    "failure": FAILURES,
    "field": FIELDS,
    "job": JOBS,
    "kind": KINDS,
    "ledger": LEDGER,
    "period": PERIODS,
    "reason": REASONS,
    "rhythm": RHYTHMS,
    "sort": SORTS,
    "state": STATES,
}


def locale() -> str:
    """The Babel locale of the page: Swedish, or English with the day before the month."""
    return "sv_SE" if (get_language() or "").startswith("sv") else "en_GB"


@register.filter
def money(amount: Decimal | None, currency: str | None) -> str:
    """The amount with its currency as the language writes it; a dash where there is none."""
    if amount is None:
        return MISSING
    if not currency:
        return str(format_decimal(amount, locale=locale()))
    return _CODE_BESIDE_DIGIT.sub("\\1\u00a0", format_currency(amount, currency, locale=locale()))


@register.filter
def plain(amount: Decimal | None, currency: str | None) -> str:
    """The amount without its currency, grouped, in the currency's decimals."""
    if amount is None:
        return MISSING
    digits = minor_units(currency or "SEK")
    return format_decimal(amount, f"#,##0.{'0' * digits}" if digits else "#,##0", locale=locale())


@register.filter
def signed(amount: Decimal | None, currency: str | None) -> str:
    """A difference without its currency, with its sign; nothing where there is none."""
    return "" if not amount else f"{'+' if amount > 0 else ''}{plain(amount, currency)}"


@register.filter
def percent(share: Decimal | None) -> str:
    """A share as a signed whole percentage; nothing where that would be zero."""
    return (
        ""
        if share is None or abs(share) < Decimal("0.005")
        else format_percent(share, "+#,##0 %;-#,##0 %", locale=locale())
    )


@register.filter
def day(value: date | None) -> str:
    """A day with a short month; the year only when it is not this one."""
    if value is None:
        return MISSING
    pattern = "d MMM" if value.year == this_day().year else "d MMM y"
    return format_date(value, pattern, locale=locale())


@register.filter
def full_day(value: date | None) -> str:
    """A day with month and year."""
    return MISSING if value is None else format_date(value, "d MMMM y", locale=locale())


@register.filter
def month(value: str | date) -> str:
    """A month with its year, from a day or from text such as 2026-11."""
    return format_date(_first(value), "MMMM y", locale=locale()).capitalize()


@register.filter
def short_month(value: str | date) -> str:
    """Three letters of a month, with the year where a year begins."""
    first = _first(value)
    return format_date(first, "MMM yy" if first.month == 1 else "MMM", locale=locale()).replace(".", "")


@register.filter
def letter_month(value: str | date) -> str:
    """One letter for a month, where there is no room."""
    return format_date(_first(value), "MMMMM", locale=locale())


@register.filter
def moment(value: datetime | None, zone: str = "Europe/Stockholm") -> str:
    """A point in time in the person's own zone."""
    return (
        MISSING
        if value is None
        else str(format_datetime(value, "d MMM y HH:mm", tzinfo=ZoneInfo(zone or "UTC"), locale=locale()))
    )


@register.filter
def quantity(value: Decimal | None) -> str:
    """A count or measure without needless zeros."""
    return "" if value is None else str(format_decimal(value.normalize(), locale=locale()))


@register.filter
def named(value: str, kind: str) -> str:
    """What the word `value` of a kind (category, field, reason, ...) is called; the word itself where we have no name."""
    return str(_NAMES[kind].get(str(value), str(value).replace("_", " ").capitalize()))


@register.filter
def found_by(method: str) -> str:
    """How a fact was found, in words."""
    return how(method) or gettext("The best candidate")


@register.filter
def reasons(codes: str) -> str:
    """What a comma-separated list of reasons says."""
    return " ".join(named(code, "reason") for code in codes.split(","))


@register.filter
def tone(category: str | None) -> str:
    """The colour class of a category, the same everywhere."""
    return f"tone-{1 + ORDER.index(category)}" if category in ORDER else "tone-8"


@register.filter
def initials(name: str | None) -> str:
    """One or two letters that stand for a vendor."""
    words = [word for word in (name or "?").replace(".", " ").replace("&", " ").split() if word[0].isalnum()] or ["?"]
    return (words[0][0] + (words[1][0] if len(words) > 1 else "")).upper()


@register.filter
def item(mapping: Mapping[str, object], key: str) -> object:
    """What the mapping holds under `key`, or None."""
    return mapping.get(key)


@register.filter
def under(value: Decimal | None, other: Decimal | None) -> Decimal | None:
    """How much `value` differs from `other`, as a share of `other`; None where there is nothing to compare."""
    return (value - other) / other if value is not None and other and other > 0 and value >= 0 else None


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A drawing of the sprite, silent to screen readers."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', size, static("icons.svg"), name
    )


def _first(value: str | date) -> date:
    return date.fromisoformat(f"{value}-01") if isinstance(value, str) else value


@register.filter
def unlocalised(value: object) -> str:
    """The value in machine form: a number with a point and no grouping, anything else as it is."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


@register.filter
def short(amount: Decimal) -> str:
    """An amount for a chart's scale: thousands as k."""
    return (
        f"{format_decimal(amount / 1000, '#,##0.#', locale=locale())}k"
        if amount >= 10000
        else str(format_decimal(amount, "#,##0.##", locale=locale()))
    )


@register.filter
def piece_tone(name: str, kind: str) -> str:
    """The colour class of a chart's piece: a category's own, or a rent component's place in their order."""
    if kind == "category":
        return tone(name)
    return f"tone-{1 + list(COMPONENTS).index(name) % 9}" if name in COMPONENTS else "tone-8"


@register.filter
def piece(column: Column, name: str) -> Decimal | None:
    """What one piece of a chart's column comes to, None where it has none."""
    return next((bar.amount for bar in column.bars if bar.name == name), None)


@register.filter
def direction(change: Decimal) -> str:
    """The icon of a change."""
    return "up" if change > 0 else "down" if change < 0 else "flat"


@register.filter
def category(invoice: Invoice) -> str:
    """The one word for what an invoice was for."""
    return category_of(invoice)


@register.filter
def vendor_query(invoice: Invoice) -> str:
    """The query that lists the invoice's vendor."""
    return Filter(vendor=invoice.vendor_id or invoice.vendor_name).query()


@register.filter
def fact_value(fact: Shown, invoice: Invoice) -> str:
    """A fact as people write it: amounts with their currency, days with their month, categories by name."""
    value = fact.value
    if value in (None, ""):
        return MISSING
    if isinstance(value, Decimal):
        return money(value, invoice.currency)
    if isinstance(value, date):
        return full_day(value)
    return named(value, "category") if fact.name == "sub_type" else str(value)


@register.filter
def by_name(facts: Iterable[Shown], name: str) -> Shown | None:
    """The fact of that name, or None."""
    return next((fact for fact in facts if fact.name == name), None)


@register.filter
def iso_moment(text: str, zone: str = "Europe/Stockholm") -> str:
    """A point in time kept as ISO 8601 text."""
    return moment(datetime.fromisoformat(text), zone)


@register.simple_tag
def told(field: str, value: str | None, currency: str | None) -> str:
    """A value as the history keeps it (plain text), written as the field is elsewhere on the page."""
    if value is None:
        return MISSING
    if field in AMOUNTS:
        return money(Decimal(value), currency)
    if field in ("sub_type", "state"):
        return named(value, "category" if field == "sub_type" else "state")
    if field in ("linked_to", "duplicate_of"):
        return gettext("another invoice")
    return full_day(date.fromisoformat(value)) if _DAY.fullmatch(value) else value
