"""Receipts, credit notes and bookings of the eight retail categories, as HTML in three designs and as PDF."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from html import escape

from invoices.parsing.result import Kind
from paypulse.core.categories import SubType
from paypulse.sandbox.documents.pages import Sheet
from paypulse.sandbox.documents.wording import day, money, number

Pair = tuple[str, str]


class Design(StrEnum):
    """How an HTML receipt is laid out: rows of a table, each label above its value, or one sentence a fact."""

    TABLE = "table"
    STACKED = "stacked"
    INLINE = "inline"


class Markup(StrEnum):
    """The schema.org data a page carries for machines."""

    NONE = "none"
    JSON_LD = "json-ld"
    MICRODATA = "microdata"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One bought thing; `price` is for one, tax included as the receipt shows it."""

    name: str
    price: Decimal
    quantity: Decimal = Decimal(1)
    unit: str | None = None
    brand: str | None = None
    size: str | None = None

    @property
    def total(self) -> Decimal:
        return (self.price * self.quantity).quantize(Decimal("0.01"))

    @property
    def description(self) -> str:
        return ", ".join(part for part in (self.name, self.brand, self.size) if part)


@dataclass(frozen=True, slots=True)
class Leg:
    """One ride or flight, in local times."""

    departure: str
    arrival: str
    departs: datetime
    arrives: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFacts:
    """All that a receipt says. `details` are the category's own facts by their stored names, dates as dates.

    The total is items + shipping + tip - discount, and + tax only when `tax_on_top`; a credit note's amounts are shown
    with a minus sign.
    """

    vendor: str
    sub_type: SubType
    invoice_date: date
    items: tuple[Item, ...]
    language: str = "sv"
    currency: str = "SEK"
    kind: Kind = Kind.RECEIPT
    invoice_number: str | None = None
    order_number: str | None = None
    due_date: date | None = None
    tax: Decimal | None = None
    tax_on_top: bool = False
    shipping: Decimal | None = None
    discount: Decimal | None = None
    tip: Decimal | None = None
    details: Mapping[str, str | date] = field(default_factory=dict)
    legs: tuple[Leg, ...] = ()
    passengers: tuple[str, ...] = ()

    @property
    def sign(self) -> int:
        return -1 if self.kind is Kind.CREDIT_NOTE else 1

    @property
    def total(self) -> Decimal:
        on_top = self.tax if self.tax_on_top else None
        added = sum((part for part in (self.shipping, self.tip, on_top) if part), Decimal(0))
        return self.sign * (sum((item.total for item in self.items), Decimal(0)) + added - (self.discount or 0))


def receipt_html(facts: ReceiptFacts, design: Design = Design.TABLE, *, markup: Markup = Markup.NONE) -> str:
    """The receipt as a whole HTML page."""
    title = _word(f"title:{facts.kind}", facts)
    blocks = [
        _html_pairs(list(_head(facts)), design),
        _html_items(facts, design),
        _html_pairs(list(_sums(facts)), design),
    ]
    body = f"<h1>{escape(facts.vendor)}</h1><h2>{title}</h2>{_json_ld(facts) if markup is Markup.JSON_LD else ''}{''.join(blocks)}"
    if markup is Markup.MICRODATA:
        body += _microdata(facts)
    foot = f"<p><small>{escape(_word('foot', facts))}</small></p>"
    return f'<!doctype html><html lang="{facts.language}"><head><meta charset="utf-8"><title>{title}</title></head><body>{body}{foot}</body></html>'


def receipt_pdf(facts: ReceiptFacts) -> bytes:
    """The receipt as a one-page PDF."""
    sheet = Sheet(facts.vendor)
    sheet.write(facts.vendor, (50, 60), size=15, bold=True)
    sheet.write(_word(f"title:{facts.kind}", facts), (400, 60), size=15, bold=True)
    end = sheet.pairs(list(_head(facts)), (50, 95), across=150)
    for count, item in enumerate(facts.items):
        sheet.row([_quantity(item), item.description, _amount(facts.sign * item.total, facts)], end + 30 + 15 * count)
    end += 40 + 15 * len(facts.items)
    for count, (label, value) in enumerate(_sums(facts)):
        sheet.row(["", label, value], end + 15 * count)
    sheet.write(_word("foot", facts), (50, 800), size=7)
    return sheet.finished()


def delivery_notice_html(vendor: str, language: str, *, order_number: str) -> str:
    """A parcel is on its way: an order number and a day, and nothing to pay."""
    said = _NOTICES[language].format(vendor=escape(vendor), order=escape(order_number))
    return f"<html><body><h1>{escape(vendor)}</h1><p>{said}</p></body></html>"


def newsletter_html(vendor: str, language: str, *, offers: Mapping[str, str]) -> str:
    """An advertisement: things with their prices, and nothing bought."""
    rows = "".join(f"<tr><td>{escape(name)}</td><td>{escape(price)}</td></tr>" for name, price in offers.items())
    return f"<html><body><h1>{escape(vendor)}</h1><p>{_ADVERTS[language]}</p><table>{rows}</table></body></html>"


def unclear_html(facts: ReceiptFacts, *, other_total: Decimal) -> str:
    """A receipt that names two totals, of which nothing on the page says which is right."""
    label = _word("total", facts)
    sums = "".join(f"<tr><td>{label}</td><td>{_money(total, facts)}</td></tr>" for total in (facts.total, other_total))
    head = _html_pairs(list(_head(facts)), Design.TABLE)
    return f"<html><body><h1>{escape(facts.vendor)}</h1>{head}<table>{sums}</table></body></html>"


def _head(facts: ReceiptFacts) -> Iterator[Pair]:
    """Numbers, dates and the category's own facts, with their labels."""
    shown: dict[str, object] = {
        "invoice_number": facts.invoice_number,
        "order_number": facts.order_number,
        "invoice_date": facts.invoice_date,
        "due_date": facts.due_date,
        **facts.details,
    }
    yield from ((_word(name, facts), _shown(value, facts)) for name, value in shown.items() if value is not None)
    for leg in facts.legs:
        yield _word("departure", facts), f"{leg.departure}, {_moment(leg.departs, facts)}"
        yield _word("arrival", facts), f"{leg.arrival}, {_moment(leg.arrives, facts)}"
    yield from ((_word("passenger", facts), name) for name in facts.passengers)


def _sums(facts: ReceiptFacts) -> Iterator[Pair]:
    """What stands beneath the items, the total last but for an included tax."""
    parts = [
        ("discount", -facts.discount if facts.discount else None),
        ("shipping", facts.shipping),
        ("tip", facts.tip),
    ]
    if facts.tax_on_top:
        parts.append(("tax", facts.tax))
    for name, value in parts:
        if value is not None:
            yield _word(name, facts), _amount(facts.sign * value, facts)
    yield _word("total", facts), _money(facts.total, facts)
    if facts.tax is not None and not facts.tax_on_top:
        yield _word("included_tax", facts), _amount(facts.sign * facts.tax, facts)


def _html_pairs(pairs: list[Pair], design: Design) -> str:
    safe = [(escape(label), escape(value)) for label, value in pairs]
    if design is Design.TABLE:
        return "<table>" + "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in safe) + "</table>"
    if design is Design.STACKED:
        return "".join(
            f'<div class="fact"><div><small>{label}</small></div><div><b>{value}</b></div></div>'
            for label, value in safe
        )
    return "".join(f"<p>{label}: {value}</p>" for label, value in safe)


def _html_items(facts: ReceiptFacts, design: Design) -> str:
    if design is Design.INLINE:
        return "".join(
            f"<p>{_quantity(item)} {escape(item.description)} {_amount(facts.sign * item.total, facts)}</p>"
            for item in facts.items
        )
    head = "".join(f"<th>{_word(name, facts)}</th>" for name in ("item", "quantity", "price", "sum"))
    rows = "".join(_html_row(item, facts) for item in facts.items)
    return f"<table><tr>{head}</tr>{rows}</table>"


def _html_row(item: Item, facts: ReceiptFacts) -> str:
    cells = [
        escape(item.description),
        _quantity(item),
        _amount(item.price, facts),
        _amount(facts.sign * item.total, facts),
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _json_ld(facts: ReceiptFacts) -> str:
    due = {"@type": "PriceSpecification", "price": str(facts.total), "priceCurrency": facts.currency}
    data = {
        **{
            "@context": "https://schema.org",
            "@type": "Invoice",
            "provider": {"@type": "Organization", "name": facts.vendor},
        },
        **{"identifier": facts.invoice_number, "confirmationNumber": facts.order_number, "totalPaymentDue": due},
        **({"paymentDueDate": facts.due_date.isoformat()} if facts.due_date else {}),
    }
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'


def _microdata(facts: ReceiptFacts) -> str:
    inner = (
        f'<div itemprop="merchant" itemscope itemtype="http://schema.org/Organization"><meta itemprop="name" content="{escape(facts.vendor)}"></div>'
        f'<meta itemprop="orderNumber" content="{escape(facts.order_number or facts.invoice_number or "")}">'
        f'<meta itemprop="price" content="{facts.total}"><meta itemprop="priceCurrency" content="{facts.currency}">'
        f'<meta itemprop="orderDate" content="{facts.invoice_date.isoformat()}">'
    )
    return f'<div itemscope itemtype="http://schema.org/Order">{inner}</div>'


def _quantity(item: Item) -> str:
    return f"{item.quantity.normalize():f}" + (f" {item.unit}" if item.unit else "")


def _amount(value: Decimal, facts: ReceiptFacts) -> str:
    return number(value, facts.language)


def _money(value: Decimal, facts: ReceiptFacts) -> str:
    return money(value, currency=facts.currency, language=facts.language)


def _moment(at: datetime, facts: ReceiptFacts) -> str:
    return f"{day(at.date(), facts.language)} {at:%H:%M}"


def _shown(value: object, facts: ReceiptFacts) -> str:
    return day(value, facts.language) if isinstance(value, date) else str(value)


def _word(name: str, facts: ReceiptFacts) -> str:
    return _WORDS[name][_LANGUAGES.index(facts.language)]


_LANGUAGES = ("sv", "en", "de")
_WORDS = {
    "title:invoice": ("Faktura", "Invoice", "Rechnung"),
    "title:receipt": ("Kvitto", "Receipt", "Quittung"),
    "title:credit_note": ("Kreditnota", "Credit note", "Gutschrift"),
    "title:booking": ("Bokningsbekräftelse", "Booking confirmation", "Buchungsbestätigung"),
    "invoice_number": ("Fakturanummer", "Invoice number", "Rechnungsnummer"),
    "receipt_number": ("Kvittonummer", "Receipt number", "Belegnummer"),
    "order_number": ("Ordernummer", "Order number", "Bestellnummer"),
    "invoice_date": ("Datum", "Date", "Datum"),
    "due_date": ("Förfallodatum", "Due date", "Fällig am"),
    "restaurant": ("Restaurang", "Restaurant", "Restaurant"),
    "promo_code": ("Kampanjkod", "Promo code", "Gutscheincode"),
    "payment_method": ("Betalsätt", "Payment method", "Zahlungsart"),
    "plan": ("Abonnemang", "Plan", "Tarif"),
    "billing_period_start": ("Period från", "Period start", "Zeitraum von"),
    "billing_period_end": ("Period till", "Period end", "Zeitraum bis"),
    "duration": ("Längd", "Duration", "Laufzeit"),
    "store_name": ("Butik", "Store", "Filiale"),
    "store_location": ("Adress", "Address", "Adresse"),
    "utility_type": ("Tjänst", "Service", "Leistung"),
    "provider": ("Leverantör", "Provider", "Anbieter"),
    "period_start": ("Förbrukning från", "Usage from", "Verbrauch von"),
    "period_end": ("Förbrukning till", "Usage to", "Verbrauch bis"),
    "usage_details": ("Förbrukning", "Usage", "Verbrauch"),
    "category": ("Kategori", "Category", "Kategorie"),
    "description": ("Beskrivning", "Description", "Beschreibung"),
    "notes": ("Anmärkning", "Note", "Hinweis"),
    "transport_type": ("Färdsätt", "Transport", "Verkehrsmittel"),
    "transport_company": ("Bolag", "Operated by", "Durchgeführt von"),
    "booking_reference": ("Bokningsnummer", "Booking reference", "Buchungsnummer"),
    "departure": ("Avgång", "Departure", "Abfahrt"),
    "arrival": ("Ankomst", "Arrival", "Ankunft"),
    "passenger": ("Resenär", "Passenger", "Reisender"),
    "item": ("Artikel", "Item", "Artikel"),
    "quantity": ("Antal", "Quantity", "Menge"),
    "price": ("Pris", "Price", "Preis"),
    "sum": ("Summa", "Amount", "Betrag"),
    "discount": ("Rabatt", "Discount", "Rabatt"),
    "shipping": ("Leverans", "Delivery", "Versand"),
    "tip": ("Dricks", "Tip", "Trinkgeld"),
    "tax": ("Moms", "Tax", "MwSt."),
    "included_tax": ("varav moms", "VAT included", "enthaltene MwSt."),
    "total": ("Totalt", "Total", "Gesamtbetrag"),
    "foot": ("Tack för ditt köp!", "Thank you for your purchase.", "Vielen Dank für Ihren Einkauf!"),
}
_NOTICES = {
    "sv": "Goda nyheter! {vendor} har skickat paketet {order}. Det kommer i morgon mellan 17 och 22. Du behöver inte göra något.",
    "en": "Good news! {vendor} has sent your parcel {order}. It arrives tomorrow between 5 and 10 pm. There is nothing you need to do.",
    "de": "Gute Nachrichten! {vendor} hat dein Paket {order} verschickt. Es kommt morgen zwischen 17 und 22 Uhr. Du musst nichts tun.",
}
_ADVERTS = {
    "sv": "Veckans erbjudanden, bara till söndag. Avsluta prenumerationen när du vill.",
    "en": "This week's offers, until Sunday only. Unsubscribe whenever you like.",
    "de": "Die Angebote der Woche, nur bis Sonntag. Der Newsletter lässt sich jederzeit abbestellen.",
}
