"""Facts that a document carries for machines: schema.org as JSON-LD or microdata, and e-invoice XML inside a PDF.

Read are Factur-X/ZUGFeRD (UN/CEFACT CII, 1.0 and 2.x) and UBL 2 invoices and credit notes, with the element names of
EN 16931-3-2 and -3-3. What is found is a claim, not the truth: such data disagrees with its page now and then, so each
claim is looked up on the page too (`on_page`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from invoices.parsing.document.model import Document, Embedded, Part
from invoices.parsing.fields.dates import find_dates
from invoices.parsing.result import Candidate, Evidence, Kind, LineItem
from paypulse.core.money import AmountError, exact
from paypulse.core.text import fold_space

Item = Mapping[str, Any]
Claim = tuple[str, Any]

_MAX_NODES = 2_000
_MAX_DEPTH = 40
_MAX_LINES = 500
_CURRENCY = re.compile(r"[A-Z]{3}")
_ISO_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")


def candidates(document: Document) -> tuple[Candidate, ...]:
    """One candidate for each claim of the document's embedded data; its first reason is the kind of data.

    A claim that stands on the page too has that place as evidence and the higher score. Damaged data gives nothing.
    """
    claims = (
        (part, embedded.kind, claim)
        for part in document.parts
        for embedded in part.embedded
        for claim in _claims(embedded)
    )
    return tuple(_candidate(document, part, method=kind, claim=claim) for part, kind, claim in claims)


def on_page(document: Document, value: object) -> Evidence | None:
    """Where `value` (an amount, a day or a text) stands in the document as a person sees it, or None."""
    if isinstance(value, Decimal):
        return _first(document, _amount_pattern(value).search)
    if isinstance(value, date):
        return _first(document, lambda text: any(value in (found.value, found.other) for found in find_dates(text)))
    if isinstance(value, str) and value.strip():
        wanted = _letters(value)
        return _first(document, lambda text: wanted in _letters(text))
    return None


def _candidate(document: Document, part: Part, *, method: str, claim: Claim) -> Candidate:
    field, value = claim
    seen = on_page(document, value)
    evidence = seen or Evidence(snippet=f"{field}: {value}"[:200], part=part.index)
    return Candidate(
        field, value, 0.95 if seen else 0.6, (method, "also on the page" if seen else "not on the page"), (evidence,)
    )


def _first(document: Document, test: Any) -> Evidence | None:
    cells = (cell for part in document.parts for line in part.lines for cell in line.cells)
    return next((cell.evidence() for cell in cells if test(cell.text)), None)


@lru_cache(maxsize=1024)  # each cell is asked for every claim
def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _amount_pattern(value: Decimal) -> re.Pattern[str]:
    """The amount as any locale would group it, its decimals left out where they are zero."""
    whole, cents = f"{abs(value):,.2f}".split(".")
    grouped = whole.replace(",", r"[\s.,'’]?")
    decimals = rf"(?:[.,]{cents})" if cents != "00" else r"(?:[.,](?:00|-))?"
    return re.compile(rf"(?<![\d])(?<!\d[.,]){grouped}{decimals}(?![.,]?\d)")


def _claims(embedded: Embedded) -> Iterator[Claim]:
    if embedded.kind == "xml":
        yield from _xml_claims(embedded.content)
    elif embedded.kind == "json-ld":
        yield from _schema_claims(_json_items(embedded.content))
    elif embedded.kind == "microdata":
        yield from _schema_claims(_microdata_items(embedded.content))


# -- schema.org ------------------------------------------------------------------------------------------------------


def _json_items(content: bytes) -> Iterator[Item]:
    try:
        data = json.loads(content.decode("utf-8", "replace"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return
    yield from _items(data)


def _items(data: object, depth: int = 0) -> Iterator[Item]:
    """The items at the top and inside lists and graphs, not those that are another item's property."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(data, list):
        for each in data[:_MAX_NODES]:
            yield from _items(each, depth + 1)
    elif isinstance(data, dict):
        yield data
        yield from _items(data.get("@graph"), depth + 1)


def _microdata_items(content: bytes) -> Iterator[Item]:
    from invoices.parsing.document.html import parse

    root = parse(content.decode("utf-8", "replace"))
    tops = [] if root is None else root.xpath("//*[@itemscope and not(@itemprop)]")[:_MAX_LINES]
    return (_scope(top, 0) for top in tops)


def _scope(element: Any, depth: int) -> Item:
    """A microdata item in the shape of JSON-LD."""
    item: dict[str, Any] = {"@type": (element.get("itemtype") or "").rsplit("/", 1)[-1]}
    for child in _properties(element):
        nested = child.get("itemscope") is not None and depth < _MAX_DEPTH
        value = _scope(child, depth + 1) if nested else _property_value(child)
        name = child.get("itemprop")
        item[name] = [*_listed(item[name]), value] if name in item else value
    return item


def _properties(element: Any) -> Iterator[Any]:
    """The elements with an itemprop that belong to this item and not to one inside it (found without recursion)."""
    pending = list(reversed(element))
    while pending:
        child = pending.pop()
        if not isinstance(child.tag, str):
            continue
        if child.get("itemprop"):
            yield child
        if child.get("itemscope") is None:
            pending.extend(reversed(child))


def _property_value(element: Any) -> str:
    for attribute in ("content", "datetime", "href", "src"):
        if element.get(attribute):
            return str(element.get(attribute))
    return fold_space("".join(element.itertext()))


def _schema_claims(items: Iterable[Item]) -> Iterator[Claim]:
    for item in items:
        kind = _type(item)
        if kind == "Invoice":
            yield from _present(_invoice_claims(item))
        elif kind == "Order":
            yield from _present(_order_claims(item))
        elif kind.endswith("Reservation"):
            yield from _present(_reservation_claims(item, kind))


def _invoice_claims(item: Item) -> Iterator[Claim]:
    due = _one(item.get("totalPaymentDue"))
    due = due if isinstance(due, Mapping) else {"price": due}
    yield "total_amount", _amount(due.get("price") or due.get("value"))
    yield "currency", _currency(due.get("priceCurrency") or due.get("currency") or item.get("priceCurrency"))
    yield "vendor_name", _name(item.get("provider") or item.get("broker"))
    yield "invoice_number", _text(item.get("identifier"))
    yield "order_number", _text(item.get("confirmationNumber"))
    yield "due_date", _day(item.get("paymentDueDate") or item.get("paymentDue"))
    yield "payment_method", _text(item.get("paymentMethod"))


def _order_claims(item: Item) -> Iterator[Claim]:
    price = _one(item.get("priceSpecification"))
    price = price if isinstance(price, Mapping) else {}
    yield "total_amount", _amount(item.get("price") or item.get("totalPrice") or price.get("price"))
    yield "currency", _currency(item.get("priceCurrency") or price.get("priceCurrency"))
    yield "vendor_name", _name(item.get("merchant") or item.get("seller"))
    yield "order_number", _text(item.get("orderNumber") or item.get("confirmationNumber"))
    yield "invoice_date", _day(item.get("orderDate"))
    yield "discount", _amount(item.get("discount"))
    yield "line_items", tuple(_offers(item.get("acceptedOffer"))) or None


def _offers(offers: object) -> Iterator[LineItem]:
    for offer in _listed(offers)[:_MAX_LINES]:
        if isinstance(offer, Mapping) and (name := _name(offer.get("itemOffered"))):
            quantity = _one(offer.get("eligibleQuantity"))
            count = _amount(quantity.get("value") if isinstance(quantity, Mapping) else quantity)
            price = _amount(offer.get("price"))
            yield (
                LineItem(name, count, total_price=price)
                if count in (None, 1)
                else LineItem(name, count, unit_price=price)
            )


def _reservation_claims(item: Item, kind: str) -> Iterator[Claim]:
    trip = _one(item.get("reservationFor"))
    trip = trip if isinstance(trip, Mapping) else {}
    yield "kind", Kind.BOOKING
    yield "total_amount", _amount(item.get("totalPrice") or item.get("price"))
    yield "currency", _currency(item.get("priceCurrency"))
    yield "booking_reference", _text(item.get("reservationNumber") or item.get("reservationId"))
    yield "invoice_date", _day(item.get("bookingTime"))
    yield "transport_type", _TRANSPORT.get(kind)
    yield (
        "transport_company",
        _name(trip.get("airline") or trip.get("busCompany") or trip.get("provider") or item.get("provider")),
    )
    yield "passengers", tuple(filter(None, (_name(who) for who in _listed(item.get("underName"))))) or None


_TRANSPORT = {
    "FlightReservation": "flight",
    "BusReservation": "bus",
    "TrainReservation": "train",
    "BoatReservation": "ferry",
}


def _present(claims: Iterable[Claim]) -> Iterator[Claim]:
    return ((field, value) for field, value in claims if value is not None)


def _type(item: Item) -> str:
    return str(_one(item.get("@type")) or "").rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _one(value: object) -> Any:
    return next(iter(_listed(value)), None)


def _name(value: object) -> str | None:
    first = _one(value)
    return _text(first.get("name") if isinstance(first, Mapping) else first)


def _text(value: object) -> str | None:
    first = _one(value)
    first = first.get("value") if isinstance(first, Mapping) else first
    return fold_space(first)[:200] or None if isinstance(first, str) else None


def _currency(value: object) -> str | None:
    text = (_text(value) or "").upper()
    return text if _CURRENCY.fullmatch(text) else None


def _amount(value: object) -> Decimal | None:
    """Machine form with at most 18 digits; a locale's form is left to the page."""
    text = _text(value) or ""
    try:
        return exact(text) if 0 < len(text) <= 19 and re.fullmatch(r"[+-]?\d+(?:\.\d+)?", text, re.ASCII) else None
    except AmountError:
        return None


def _day(value: object) -> date | None:
    found = _ISO_DAY.match(_text(value) or "")
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


# -- e-invoice XML ---------------------------------------------------------------------------------------------------


def _xml_claims(content: bytes) -> Iterator[Claim]:
    root = _xml_root(content)
    if root is None:
        return
    name = _local(root)
    if name in ("CrossIndustryInvoice", "CrossIndustryDocument"):
        yield from _present(_cii_claims(root))
    elif name in ("Invoice", "CreditNote"):
        yield from _present(_ubl_claims(root, name))


def _xml_root(content: bytes) -> Any:
    """The root element, or None where the XML is damaged or declares a document type (no e-invoice has one)."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root is None or root.getroottree().docinfo.internalDTD is not None else root


def _cii_claims(root: Any) -> Iterator[Claim]:
    head = _down(root, "ExchangedDocument HeaderExchangedDocument")
    deal = _down(root, "SupplyChainTradeTransaction SpecifiedSupplyChainTradeTransaction")
    agreed = _down(deal, "ApplicableHeaderTradeAgreement ApplicableSupplyChainTradeAgreement")
    paid = _down(deal, "ApplicableHeaderTradeSettlement ApplicableSupplyChainTradeSettlement")
    sums = _down(paid, "SpecifiedTradeSettlementHeaderMonetarySummation SpecifiedTradeSettlementMonetarySummation")
    yield "kind", _kind(_value(head, "TypeCode"))
    yield "invoice_number", _text(_value(head, "ID"))
    yield "invoice_date", _day(_value(head, "IssueDateTime", "DateTimeString"))
    yield "vendor_name", _text(_value(agreed, "SellerTradeParty", "Name"))
    yield "order_number", _text(_value(agreed, "BuyerOrderReferencedDocument", "IssuerAssignedID ID"))
    yield "currency", _currency(_value(paid, "InvoiceCurrencyCode"))
    yield "due_date", _day(_value(paid, "SpecifiedTradePaymentTerms", "DueDateDateTime", "DateTimeString"))
    yield (
        "iban",
        _text(_value(paid, "SpecifiedTradeSettlementPaymentMeans", "PayeePartyCreditorFinancialAccount", "IBANID")),
    )
    yield "period_start", _day(_value(paid, "BillingSpecifiedPeriod", "StartDateTime", "DateTimeString"))
    yield "period_end", _day(_value(paid, "BillingSpecifiedPeriod", "EndDateTime", "DateTimeString"))
    yield "total_amount", _amount(_value(sums, "GrandTotalAmount"))
    yield "subtotal", _amount(_value(sums, "TaxBasisTotalAmount"))
    yield "tax", _amount(_value(sums, "TaxTotalAmount"))
    yield "line_items", tuple(_cii_lines(deal)) or None


def _cii_lines(deal: Any) -> Iterator[LineItem]:
    for line in _children(deal, "IncludedSupplyChainTradeLineItem")[:_MAX_LINES]:
        settled = _down(line, "SpecifiedLineTradeSettlement SpecifiedSupplyChainTradeSettlement")
        agreed = _down(line, "SpecifiedLineTradeAgreement SpecifiedSupplyChainTradeAgreement")
        delivered = _down(line, "SpecifiedLineTradeDelivery SpecifiedSupplyChainTradeDelivery")
        sums = _down(settled, "SpecifiedTradeSettlementLineMonetarySummation SpecifiedTradeSettlementMonetarySummation")
        yield from _line(
            _value(line, "SpecifiedTradeProduct", "Name"),
            quantity=_value(delivered, "BilledQuantity"),
            price=_value(agreed, "NetPriceProductTradePrice", "ChargeAmount"),
            total=_value(sums, "LineTotalAmount"),
        )


def _ubl_claims(root: Any, name: str) -> Iterator[Claim]:
    sums = _down(root, "LegalMonetaryTotal")
    yield "kind", Kind.CREDIT_NOTE if name == "CreditNote" else _kind(_value(root, "InvoiceTypeCode"))
    yield "invoice_number", _text(_value(root, "ID"))
    yield "invoice_date", _day(_value(root, "IssueDate"))
    yield "due_date", _day(_value(root, "DueDate"))
    yield "vendor_name", _ubl_seller(_down(_down(root, "AccountingSupplierParty"), "Party"))
    yield "order_number", _text(_value(root, "OrderReference", "ID"))
    yield "currency", _currency(_value(root, "DocumentCurrencyCode"))
    yield "iban", _text(_value(root, "PaymentMeans", "PayeeFinancialAccount", "ID"))
    yield "total_amount", _amount(_value(sums, "TaxInclusiveAmount") or _value(sums, "PayableAmount"))
    yield "subtotal", _amount(_value(sums, "TaxExclusiveAmount"))
    yield "tax", _amount(_value(root, "TaxTotal", "TaxAmount"))
    yield "line_items", tuple(_ubl_lines(root)) or None


def _ubl_seller(party: Any) -> str | None:
    return _text(_value(party, "PartyName", "Name") or _value(party, "PartyLegalEntity", "RegistrationName"))


def _ubl_lines(root: Any) -> Iterator[LineItem]:
    for line in _children(root, "InvoiceLine CreditNoteLine")[:_MAX_LINES]:
        yield from _line(
            _value(line, "Item", "Name"),
            quantity=_value(line, "InvoicedQuantity CreditedQuantity"),
            price=_value(line, "Price", "PriceAmount"),
            total=_value(line, "LineExtensionAmount"),
        )


def _line(name: str | None, *, quantity: str | None, price: str | None, total: str | None) -> Iterator[LineItem]:
    description = _text(name)
    if description:
        yield LineItem(description, _amount(quantity), _amount(price), _amount(total))


def _kind(type_code: str | None) -> Kind | None:
    """UNTDID 1001: 381 and its kin are credit notes; any other code that is there is an invoice."""
    if type_code is None:
        return None
    return Kind.CREDIT_NOTE if type_code.strip() in ("81", "83", "381", "396", "532") else Kind.INVOICE


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: Any, names: str) -> list[Any]:
    wanted = names.split()
    return [] if element is None else [child for child in element if _local(child) in wanted]


def _down(element: Any, names: str) -> Any:
    """The first child with one of the names (blank-separated), or None."""
    return next(iter(_children(element, names)), None)


def _value(element: Any, *steps: str) -> str | None:
    for step in steps:
        element = _down(element, step)
    return fold_space(element.text) or None if element is not None and element.text else None
