"""Chooses a document's currency: what stands beside the total, else what the document says and where it comes from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from invoices.parsing.amount_roles import AmountSpot
from invoices.parsing.fields.amounts import CODES, currency_of, likely_currency, resolve_currency
from invoices.parsing.result import Evidence, Field, Status

_CODE = re.compile(r"(?<![A-Za-z])(" + "|".join(sorted(CODES - {"TRY", "COP", "ALL"})) + r")(?![A-Za-z])")
_SIGN = re.compile(r"[€£₹₪₺₩฿₫₱₴]")  # wherever they stand, as in "Total (€)"
# The currency of the country whose IBAN or VAT number the seller prints.
_EURO = "AT BE CY DE EE ES FI FR GR EL HR IE IT LT LU LV MT NL PT SI SK".split()
_BY_COUNTRY = {
    **dict.fromkeys(_EURO, "EUR"),
    "SE": "SEK",
    "NO": "NOK",
    "DK": "DKK",
    "GB": "GBP",
    "PL": "PLN",
    "CZ": "CZK",
    "CH": "CHF",
    "HU": "HUF",
    "RO": "RON",
}
_BY_LANGUAGE = {
    **{"sv": "SEK", "no": "NOK", "da": "DKK", "pl": "PLN", "cs": "CZK", "ja": "JPY"},
    **dict.fromkeys(("de", "fr", "nl", "it", "fi", "el"), "EUR"),
}
_NAMES = {
    **{"euro": "EUR", "euros": "EUR", "pounds sterling": "GBP", "us dollars": "USD", "canadian dollars": "CAD"},
    **{"australian dollars": "AUD", "swiss francs": "CHF", "rupees": "INR", "svenska kronor": "SEK", "zloty": "PLN"},
}
_NAME = re.compile(r"\b(?:" + "|".join(_NAMES) + r")\b")
_COUNTRY = re.compile(r"\b([A-Z]{2})\d{2}(?: ?[0-9A-Z]{4}){3,7}|\b([A-Z]{2})\s?\d{8,12}\b")


def choose_currency(
    total: AmountSpot | None,
    spots: Sequence[AmountSpot],
    text: str,
    *,
    default: str | None = None,
    languages: Mapping[str, int] | None = None,
) -> Field[str] | None:
    """The ISO 4217 code of the total, or None when nothing tells it; `default` is the vendor row's."""
    mark, evidence = _mark(total, spots)
    if mark and (code := currency_of(mark)):
        return Field(code, 0.98, Status.PROVED, "beside_total", evidence)
    nearby = _nearby(total)
    if mark:
        return _shared(mark, text, default or nearby, languages or {}, evidence)
    if nearby:
        return Field(nearby, 0.9, Status.READ, "beside_label", evidence)
    return _from_text(text, default, languages or {})


def _mark(total: AmountSpot | None, spots: Sequence[AmountSpot]) -> tuple[str | None, tuple[Evidence, ...]]:
    """The currency sign written with the total, else with the same value elsewhere, else the usual one of the page."""
    if total is None:
        return None, ()
    same = [spot for spot in spots if spot.value == total.value and spot.mention.mark]
    codes = [spot for spot in same if currency_of(spot.mention.mark)]
    chosen = (
        total
        if currency_of(total.mention.mark)
        else next(iter([*codes, *([total] if total.mention.mark else []), *same]), None)
    )
    if chosen:
        return chosen.mention.mark, (chosen.seen.cell.evidence(),)
    common = Counter(spot.mention.mark for spot in spots if spot.mention.mark).most_common(1)
    if not common:
        return None, ()
    first = next(spot for spot in spots if spot.mention.mark == common[0][0])
    return common[0][0], (first.seen.cell.evidence(),)


def _nearby(total: AmountSpot | None) -> str | None:
    """A code in the row of the total or in its column's heading ("Total EUR")."""
    if total is None:
        return None
    found = _CODE.search(total.row.text) or _CODE.search(total.phrase.upper())
    if found:
        return found[1]
    sign = _SIGN.search(total.row.text) or _SIGN.search(total.phrase)
    return currency_of(sign[0]) if sign else None


def _shared(
    mark: str, text: str, default: str | None, languages: Mapping[str, int], evidence: tuple[Evidence, ...]
) -> Field[str] | None:
    code, told = resolve_currency(mark, text, default=default, languages=languages)
    if code is None:
        return None
    status = Status.READ if told or mark in ("$", "¥") else Status.UNSURE
    return Field(code, 0.9 if told else 0.6, status, "shared_sign", evidence)


def _from_text(text: str, default: str | None, languages: Mapping[str, int]) -> Field[str] | None:
    codes = Counter(match[1] for match in _CODE.finditer(text[:60_000]))
    signs = Counter(code for match in _SIGN.finditer(text[:60_000]) if (code := currency_of(match[0])))
    named = codes or signs or Counter(_NAMES[match[0]] for match in _NAME.finditer(text[:60_000].lower()))
    if named:
        return Field(named.most_common(1)[0][0], 0.85, Status.READ, "in_text")
    if default:
        return Field(default, 0.8, Status.READ, "vendor_row")
    countries = Counter(
        code for match in _COUNTRY.finditer(text[:60_000]) if (code := _BY_COUNTRY.get(match[1] or match[2]))
    )
    country = countries.most_common(1)[0][0] if countries else likely_currency(text)
    spoken = _BY_LANGUAGE.get(max(languages, key=lambda each: languages[each], default=""))
    if country and country == spoken:
        return Field(country, 0.75, Status.READ, "country+language")  # who is paid in another says so
    if country:
        return Field(country, 0.5, Status.UNSURE, "country")
    return Field(spoken, 0.4, Status.UNSURE, "language") if spoken else None
