"""The facts that only one category has: restaurant, plan, store, usage, booking and the like, by their stored names."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from invoices.parsing.document.model import Document
from invoices.parsing.fields.dates import find_dates
from invoices.parsing.fields.periods import Span, find_span
from invoices.parsing.layout import Places, labelled
from invoices.parsing.result import Field, LineItem, Reading, Status
from invoices.parsing.vocabulary import number_of
from paypulse.core.categories import SubType
from paypulse.core.text import fold_space

T = TypeVar("T")
Found = tuple[str, Field[Any] | None]

_MAX_TEXT = 160
_BOOKING_LENGTH = 12
_YEAR_DAYS = range(360, 371)
_MONTH_DAYS = range(27, 33)


@dataclass(frozen=True, slots=True)
class TravelLeg:
    """One flight, ride or stay, as far as the document says; dates are local days."""

    departure_location: str
    arrival_location: str
    departure_date: date | None = None
    arrival_date: date | None = None


@dataclass(frozen=True, slots=True)
class Passenger:
    """A person who travels."""

    name: str


def details(document: Document, sub_type: SubType, *, reading: Reading) -> Mapping[str, Field[Any]]:
    """The category's own facts that the document has, by stored name; what is not there is left out."""
    found = _READERS[sub_type](Places.of(document), reading)
    return {name: field for name, field in found if field is not None}


def _food_delivery(places: Places, reading: Reading) -> Iterator[Found]:
    yield "delivery_fee", reading.shipping
    yield "discount", reading.discount
    yield "tip", reading.tip
    yield "promo_code", _first(places, "promo_code", _code)
    yield "restaurant", _first(places, "restaurant", _restaurant)


def _clothing(places: Places, reading: Reading) -> Iterator[Found]:
    yield "tax", reading.tax
    yield "delivery_fee", reading.shipping
    yield "payment_method", _payment_method(places)


def _technology(places: Places, reading: Reading) -> Iterator[Found]:
    yield from _clothing(places, reading)
    yield "description", _description(places, reading)
    yield "notes", _first(places, "notes", _prose)


def _subscriptions(places: Places, reading: Reading) -> Iterator[Found]:
    start, end = _span(places, "billing_period")
    yield "receipt_number", _first(places, "receipt_number", number_of)
    yield "invoice_number", reading.invoice_number
    yield "payment_method", _payment_method(places)
    yield "plan", _first(places, "plan", _plan) or _only_item(reading)
    yield "billing_period_start", start
    yield "billing_period_end", end
    yield "duration", _first(places, "duration", _length) or _duration(start, end)


def _grocery(places: Places, reading: Reading) -> Iterator[Found]:
    yield "store_name", _first(places, "store_name", _name) or reading.vendor_name
    yield "store_location", _first(places, "store_location", _address)


def _utility(places: Places, reading: Reading) -> Iterator[Found]:
    start, end = _span(places, "billing_period")
    yield "utility_type", _first(places, "utility_type", _utility_of) or _anywhere(places, _utility_of)
    yield "provider", _first(places, "provider", _name) or reading.vendor_name
    yield "period_start", start
    yield "period_end", end
    yield "usage_details", _first(places, "usage_details", _usage) or _anywhere(places, _usage)


def _miscellaneous(places: Places, reading: Reading) -> Iterator[Found]:
    yield "category", _first(places, "category", _name)
    yield "description", _description(places, reading)
    yield "tax", reading.tax
    yield "delivery_fee", reading.shipping
    yield "notes", _first(places, "notes", _prose)


def _travel(places: Places, reading: Reading) -> Iterator[Found]:
    legs = _legs(places)
    yield "transport_type", _most_spoken(places, _transport)
    yield "transport_company", _first(places, "transport_company", _name) or reading.vendor_name
    yield "booking_reference", _first(places, "booking_reference", _booking) or _as_booking(reading.order_number)
    yield "travel_details", legs
    yield "passengers", _passengers(places)


_READERS: dict[SubType, Callable[[Places, Reading], Iterator[Found]]] = {
    SubType.FOOD_DELIVERY: _food_delivery,
    SubType.CLOTHING: _clothing,
    SubType.TECHNOLOGY: _technology,
    SubType.SUBSCRIPTIONS: _subscriptions,
    SubType.GROCERY: _grocery,
    SubType.UTILITY: _utility,
    SubType.MISCELLANEOUS: _miscellaneous,
    SubType.TRAVEL: _travel,
}


# -- by label, or anywhere -------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _labels() -> Mapping[str, tuple[str, ...]]:
    rows = tomllib.loads(Path(__file__).with_name("details.toml").read_text("utf-8"))
    return {name: tuple(labels) for name, labels in rows.items()}


def _first(places: Places, name: str, convert: Callable[[str], T | None]) -> Field[T] | None:
    return next(labelled(places, _labels()[name], convert), None)


def _anywhere(places: Places, convert: Callable[[str], T | None]) -> Field[T] | None:
    """What a cell says without a label; a guess, so with less confidence."""
    for cell in places.cells():
        value = convert(cell.text)
        if value is not None:
            return Field(value, 0.7, Status.READ, "word", (cell.evidence(),))
    return None


def _most_spoken(places: Places, convert: Callable[[str], T | None]) -> Field[T] | None:
    """What most cells say without a label, the first of them as evidence."""
    said = [(value, cell) for cell in places.cells() if (value := convert(cell.text)) is not None]
    if not said:
        return None
    most = Counter(value for value, _ in said).most_common(1)[0][0]
    return Field(most, 0.7, Status.READ, "word", (next(cell for value, cell in said if value == most).evidence(),))


# -- texts -----------------------------------------------------------------------------------------------------------


def _name(text: str) -> str | None:
    """A short text with letters, not a sentence, a number, an address of mail or another label."""
    plain = fold_space(text).strip(" :*")
    short = len(plain) <= 80 and len(plain.split()) <= 8
    speaks = plain.endswith(("?", "!", ":")) or "@" in plain
    return plain if short and not speaks and sum(map(str.isalpha, plain)) >= 2 else None


def _restaurant(text: str) -> str | None:
    """A name that does not say where the food goes, as the line beneath "From …" does."""
    name = _name(text)
    return name if name and name.split()[0].lower() not in _labels()["arrival"] else None


def _plan(text: str) -> str | None:
    return _name(text) if not find_span(text) else None


def _prose(text: str) -> str | None:
    plain = fold_space(text).strip(" :*")
    begins = plain[:1].isupper() or plain[:1].isdigit()
    return plain[:_MAX_TEXT] if len(plain) > 3 and begins and any(map(str.isalpha, plain)) else None


def _address(text: str) -> str | None:
    """A text that has a number beside words, as streets and postcodes do, and is no mail address."""
    plain = fold_space(text)
    has_both = re.search(r"[^\W\d_]{3,}", plain) and re.search(r"\d", plain)
    return plain[:_MAX_TEXT] if has_both and "@" not in plain and not find_dates(plain) else None


def _code(text: str) -> str | None:
    found = re.match(r"[^\W_](?:[\w-]{1,28})[^\W_]", text.strip())
    return found[0] if found and found[0].upper() == found[0] else None


def _booking(text: str) -> str | None:
    """Five to twelve capitals and digits, as booking systems give them out."""
    found = re.match(r"[#\s]*([A-Z0-9](?:[A-Z0-9-]{3,16})[A-Z0-9])(?![\w-])", text)
    return found[1] if found else None


def _as_booking(number: Field[str] | None) -> Field[str] | None:
    return (
        number if number and _booking(number.value) == number.value and len(number.value) <= _BOOKING_LENGTH else None
    )


def _length(text: str) -> str | None:
    found = re.search(r"\d{1,3}\s*(?:x\s*)?[^\W\d_]{1,10}", text)
    return fold_space(found[0]) if found and not find_dates(text) else None


def _usage(text: str) -> str | None:
    found = re.search(r"(?<![\w.,])\d[\d .,'’\u00a0]{0,12}\s?(?:kWh|MWh|m3|m³|GB|Sm3|Nm3|therms?)(?!\w)", text)
    return fold_space(found[0]) if found else None


@cache
def _payment() -> re.Pattern[str]:
    return re.compile(
        r"(?<!\w)(?:visa|master ?card|maestro|american express|amex|diners(?: club)?|discover|paypal|klarna|swish|vipps|mobilepay|apple pay|google pay|"
        r"i?deal|bancontact|sofort|giropay|sepa(?:[ -]lastschrift)?|lastschrift|direct debit|bank transfer|autogiro|trustly|twint|blik|przelewy24|"
        r"dankort|carte bleue|bizum|multibanco|mb way|gift card|presentkort|kreditkarte|credit card|debit card|kreditkort|bankkort|betaalkaart)(?!\w)"
        r"(?:[^\w\n]{0,12}(?:ending (?:in|with)|som slutar på|endet auf|x{2,12}|[•*.·]{2,16}|card)?[^\w\n]{0,8}\d{4}(?!\d))?",
        re.I,
    )


def _payment_method(places: Places) -> Field[str] | None:
    """The labelled way to pay, else the first card or wallet that is named with its last digits, else the first named."""
    found = _first(places, "payment_method", _name)
    if found:
        return found
    named = [
        (cell, match) for cell in places.cells() if len(cell.text) < 200 and (match := _payment().search(cell.text))
    ]
    for cell, match in sorted(named, key=lambda each: not each[1][0][-1].isdigit())[:1]:
        return Field(fold_space(match[0]), 0.7, Status.READ, "word", (cell.evidence(),))
    return None


def _only_item(reading: Reading) -> Field[str] | None:
    if len(reading.line_items) != 1:
        return None
    item = reading.line_items[0]
    return Field(item.description, 0.6, Status.READ, "the only line", item.evidence)


def _description(places: Places, reading: Reading) -> Field[str] | None:
    """What was bought, in one line: the lines' descriptions."""
    items: Sequence[LineItem] = reading.line_items
    if not items:
        return _first(places, "description", _prose)
    text = ", ".join(item.description for item in items)[:_MAX_TEXT]
    return Field(text, 0.8, Status.READ, "the lines", items[0].evidence)


# -- kinds of utility and transport ----------------------------------------------------------------------------------


def _one_of(kinds: Mapping[str, str]) -> Callable[[str], str | None]:
    """The name of the kind whose word stands first in a text; the patterns are made when first needed."""

    @cache
    def patterns() -> Mapping[str, re.Pattern[str]]:
        return {name: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.I) for name, words in kinds.items()}

    def convert(text: str) -> str | None:
        found = ((match.start(), name) for name, pattern in patterns().items() if (match := pattern.search(text)))
        return min(found, default=(0, None))[1]

    return convert


_utility_of = _one_of(
    {
        "electricity": r"el|elhandel|elnät|elförbrukning|elfaktura|elavtal|electricity|strom|stromverbrauch|ökostrom|électricité|elektriciteit|electricidad|energia elettrica|sähkö|strøm",
        "heating": r"fjärrvärme|värme|district heating|heating|fernwärme|heizung|chauffage|stadsverwarming|fjernvarme|kaukolämpö",
        "gas": r"gas|naturgas|natural gas|erdgas|gaz|gaz naturel|aardgas",
        "water": r"vatten|water|wasser|trinkwasser|eau|acqua|agua|vann|vand|vesi",
        "broadband": r"bredband|broadband|internet|internetzugang|fiber|fibre|dsl|glasfaser|wifi",
        "mobile": r"mobil|mobile|mobilabonnemang|mobilfunk|mobiltelefoni|handyvertrag|sim",
        "telephone": r"telefoni|telephone|telefon|festnetz|landline",
        "waste": r"renhållning|avfall|sophämtning|waste|abfall|müll|ordures",
    }
)
_transport = _one_of(
    {
        "flight": r"flights?|flyg|flygresa|flug|flüge|vols?|vuelos?|volo|vlucht|lot|boarding pass|airport|flygplats|flughafen|e-?ticket",
        "bus": r"bus|buss|busresa|fernbus|autobus|coach|autocar",
        "train": r"train|tåg|tågresa|zug|bahn|trein|treno|tren|pociąg|vlak|tog|juna",
        "ferry": r"ferry|färja|fähre|veerboot|traghetto|ferge|færge",
        "taxi": r"taxi|ride|your trip|cab",
        "car": r"car rental|rental car|hyrbil|mietwagen|location de voiture|huurauto",
        "hotel": r"hotel|hotell|hôtel|nights?|nätter|nächte|nuits|check-?in",
    }
)


# -- periods ---------------------------------------------------------------------------------------------------------


def _span(places: Places, name: str) -> tuple[Field[date] | None, Field[date] | None]:
    """First and last day: each by a label of its own, else both beside one label."""
    start, end = (_first(places, each, _day) for each in ("period_start", "period_end"))
    if start and end and start.value <= end.value:
        return start, end
    both = _first(places, name, find_span)
    return (_part(both, 0), _part(both, 1)) if both else (None, None)


def _part(span: Field[Span], index: int) -> Field[date]:
    return Field(span.value[index], span.confidence, span.status, span.method, span.evidence)


def _day(text: str) -> date | None:
    days = find_dates(text)
    return days[0].value if len(days) == 1 else None


def _duration(start: Field[date] | None, end: Field[date] | None) -> Field[str] | None:
    """One month or one year, where the period is that long."""
    days = (end.value - start.value).days if start and end else 0
    text = "1 month" if days in _MONTH_DAYS else "1 year" if days in _YEAR_DAYS else None
    return Field(text, 0.8, Status.READ, "length of the period", end.evidence) if text and end else None


# -- journeys --------------------------------------------------------------------------------------------------------

_ARROW = re.compile(r"^\s*([^\W\d_][^→➜➔⇒>\n]{1,60}?)\s*(?:→|➜|➔|⇒|->|–>)\s*([^\W\d_][^→➜➔⇒>\n]{1,60}?)\s*$")
_AIRPORTS = re.compile(
    r"([^\W\d_][\w .'-]{1,40})\s*\(([A-Z]{3})\)\s*(?:-|–|—|to|till|nach|à|naar|→)\s*([^\W\d_][\w .'-]{1,40})\s*\(([A-Z]{3})\)"
)
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b.*$")


def _legs(places: Places) -> Field[tuple[TravelLeg, ...]] | None:
    """Departures paired with arrivals in their order, else places joined by an arrow."""
    starts = list(labelled(places, _labels()["departure"], _stop))
    ends = list(labelled(places, _labels()["arrival"], _stop))
    if starts and len(starts) == len(ends):
        legs = tuple(
            TravelLeg(a.value[0], b.value[0], a.value[1], b.value[1]) for a, b in zip(starts, ends, strict=True)
        )
        return Field(legs, 0.8, Status.READ, starts[0].method, (*starts[0].evidence, *ends[0].evidence))
    joined = [(cell, leg) for cell in places.cells() if (leg := _joined(cell.text))]
    unique = tuple(dict.fromkeys(leg for _, leg in joined))
    return Field(unique, 0.7, Status.READ, "arrow", (joined[0][0].evidence(),)) if unique else None


def _stop(text: str) -> tuple[str, date | None] | None:
    """A place, and the day where one stands after it."""
    days = find_dates(text)
    place = text[: days[0].start] if days else _CLOCK.sub("", text)
    name = _name(place.strip(" ,;-–:")) if place else None
    is_label = name is not None and name.lower() in (*_labels()["departure"], *_labels()["arrival"])
    return (name, days[0].value if days else None) if name and not is_label and len(name.split()) <= 5 else None


def _joined(text: str) -> TravelLeg | None:
    airports = _AIRPORTS.search(text) if text.count("(") > 1 and len(text) <= _MAX_TEXT else None
    if airports:
        return TravelLeg(f"{airports[1].strip()} ({airports[2]})", f"{airports[3].strip()} ({airports[4]})")
    arrow = _ARROW.match(text[:140])
    return TravelLeg(arrow[1].strip(), arrow[2].strip()) if arrow else None


def _passengers(places: Places) -> Field[tuple[Passenger, ...]] | None:
    found = list(labelled(places, _labels()["passenger"], _person))
    names = dict.fromkeys(field.value for field in found)
    people = tuple(Passenger(name) for name in names)
    return Field(people, 0.8, Status.READ, found[0].method, found[0].evidence) if found else None


_NO_NAME = frozenset(
    "fee fees tax taxes charge total details information number ticket tickets seat seats class fare price name names "
    "security service type status adult child avgift antal namn uppgifter pris gebühr anzahl preis angaben".split()
)


def _person(text: str) -> str | None:
    """Two to four capitalised words of letters, as names are, none of them a word of bookings."""
    plain = fold_space(text).strip(" ,:")
    words = plain.split()
    lettered = all(re.sub(r"[-'.]", "", word).isalpha() and word[:1].isupper() for word in words)
    return plain if 2 <= len(words) <= 4 and lettered and _NO_NAME.isdisjoint(plain.lower().split()) else None
