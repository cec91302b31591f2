"""From an original in S3 to an invoice row: read, judge what is sure enough, and record it in one transaction.

Doing it twice changes nothing; a newer reader or vendor row changes what was read and keeps what the person said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from accounts import store as people
from invoices import documents, ledger, lessons, store
from invoices.documents import UPLOADS, Key, Original
from invoices.drafts import unread
from invoices.invoice import Fact, Invoice, Line, Source
from invoices.lessons import Lesson
from invoices.parsing import READER_VERSION, DocumentError, open_document, read
from invoices.parsing.result import Field, Kind, LineItem, Reading, Status
from invoices.rows import detail_names
from invoices.words import packed
from paypulse.core.categories import Category, SubType
from paypulse.core.errors import NotFoundError
from paypulse.core.text import slug
from vendors import readings
from vendors import store as vendors
from vendors.vendor import State, Vendor

_SNIPPET: Final = 80
_SHARED: Final = (
    "total_amount currency tax invoice_date due_date period_start period_end invoice_number order_number ocr_number bankgiro "
    "plusgiro iban"
).split()


class Outcome(StrEnum):
    """What became of an original."""

    RECORDED = "recorded"
    NOT_AN_INVOICE = "not_an_invoice"
    SAME_MAIL = "same_mail"
    SHADOW = "shadow"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of an original, and the invoice where there is one."""

    outcome: Outcome
    invoice: Invoice | None = None


def process(s3_path: str) -> Result:
    """Read the original at `s3_path` and record what it says.

    An original that cannot be read is recorded as one that needs a look. Raises KeyFormatError for an object that is none
    of ours, and what a later try can mend (BusyError, a failing AWS).
    """
    key = Key.parse(s3_path)
    try:
        if not people.user(key.user_id).is_active:
            return Result(outcome=Outcome.GONE)
        original = documents.original(key.user_id, s3_path)
    except NotFoundError:
        # The person was forgotten or deleted the document while its event was on the way.
        return Result(outcome=Outcome.GONE)
    vendor = vendors.vendor(original.origin.vendor_id) if original.origin.vendor_id else None
    if vendor and vendor.state is State.SHADOW:
        _note_reading(vendor, key, _read(original, vendor))
        return _set_aside(key, original, Outcome.SHADOW)
    return _published(key, original, vendor)


def _published(key: Key, original: Original, vendor: Vendor | None) -> Result:
    seen = _read(original, vendor)
    if vendor is None and seen.reading and (vendor := _named(seen.reading)):
        seen = _read(original, vendor)
    fresh = _drafted(key, original, vendor, seen)
    pdf = _same_mail(original, fresh)
    if pdf:
        return _set_aside(key, original, Outcome.SAME_MAIL, duplicate_of=pdf)
    if seen.reading and _is_none(seen.reading) and fresh.source is not Source.UPLOAD:
        return _set_aside(key, original, Outcome.NOT_AN_INVOICE)
    kept = store.record(fresh)
    if vendor and kept.updated_at == fresh.updated_at:
        # A redelivery changed nothing, and is no second reading.
        _note_reading(vendor, key, seen)
    return Result(outcome=Outcome.RECORDED, invoice=kept)


def _note_reading(vendor: Vendor, key: Key, seen: _Seen) -> None:
    """Tell the vendor's row how its document was read."""
    statuses = {name: str(field.status) for name, field in seen.reading.facts()} if seen.reading else {}
    readings.record(
        readings.Reading(
            vendor_id=vendor.vendor_id,
            user_id=key.user_id,
            s3_path=str(key),
            invoice_id=key.invoice_id,
            vendor_version=vendor.version,
            statuses=statuses,
            fingerprint=seen.layout,
            shadow=vendor.state is State.SHADOW,
        )
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A document as it was read: the reading and the layout's digest, or why it could not be read."""

    reading: Reading | None
    layout: str | None = None
    refusal: str | None = None


def _read(original: Original, vendor: Vendor | None) -> _Seen:
    received = original.origin.received_at if original.origin.mailbox_id != UPLOADS else None
    try:
        document = open_document(original.content, content_type=original.content_type, received=received)
        return _Seen(read(document, vendor), readings.layout(document))
    except DocumentError as error:
        return _Seen(None, refusal=str(error.refusal))


def _named(reading: Reading) -> Vendor | None:
    """The active row of the vendor that the document names, where nobody said which it is from."""
    name = slug(reading.vendor_name.value) if reading.vendor_name else ""
    return next((each for each in vendors.active() if name and slug(each.vendor_name) == name), None)


def _is_none(reading: Reading) -> bool:
    return reading.kind is Kind.NOT_AN_INVOICE or (reading.kind is Kind.BOOKING and reading.total_amount is None)


def _same_mail(original: Original, body: Invoice) -> str | None:
    """The invoice that came as a PDF in the same mail, when the body says nothing that the PDF does not say."""
    for path in original.origin.beside:
        key = Key.parse(path)
        try:
            pdf = documents.original(key.user_id, path)
        except NotFoundError:
            continue
        reading = _read(pdf, None).reading
        if reading and not _is_none(reading) and reading.total_amount:
            unclear = body.total_amount is None or body.is_unsure("total_amount")
            if unclear or body.total_amount == reading.total_amount.value:
                return key.invoice_id
    return None


def _set_aside(key: Key, original: Original, outcome: Outcome, *, duplicate_of: str | None = None) -> Result:
    """Write into the ledger what the document is instead of an invoice of its own."""
    kept = store.find(key.user_id, key.invoice_id)
    if kept is not None:
        # It was an invoice to an earlier reader, or is one to the person: that stays.
        return Result(outcome=Outcome.RECORDED, invoice=kept)
    state = ledger.EntryState.DUPLICATE if duplicate_of else ledger.EntryState.IGNORED
    ledger.settle(key.user_id, original.origin.entry_id, state=state, reason=str(outcome), duplicate_of=duplicate_of)
    return Result(outcome=outcome)


def _drafted(key: Key, original: Original, vendor: Vendor | None, seen: _Seen) -> Invoice:
    blank, reading = _blank(key, original, vendor), seen.reading
    if reading is None:
        return replace(blank, reasons=(seen.refusal or "unreadable",))
    category, sub_type = _kind_of_spending(key, vendor, reading)
    taught = _taught(key, vendor, reading)
    sub_type = taught.sub_type if sub_type and taught.sub_type else sub_type
    facts = {name: _fact(field) for name, field in reading.facts() if name != "sub_type"}
    if taught.vendor_name and "vendor_name" in facts:
        facts["vendor_name"] = replace(facts["vendor_name"], method="taught")
    read_values = {name: field.value for name in _SHARED if (field := getattr(reading, name)) is not None}
    drafted = replace(
        blank,
        kind=str(reading.kind),
        category=category,
        sub_type=sub_type,
        vendor_name=taught.vendor_name or _read_name(vendor, reading),
        line_items=tuple(_line(item) for item in reading.line_items),
        facts=facts,
        details=_details(reading, sub_type) if sub_type else {},
        **read_values,
    )
    return _dated(replace(drafted, reasons=_reasons(reading, category), words=packed(reading.text)))


def _read_name(vendor: Vendor | None, reading: Reading) -> str | None:
    return vendor.vendor_name if vendor else reading.vendor_name.value if reading.vendor_name else None


def _taught(key: Key, vendor: Vendor | None, reading: Reading) -> Lesson:
    """What the person said of this vendor once and for all."""
    name = vendor.vendor_id if vendor else slug(reading.vendor_name.value if reading.vendor_name else "")
    return lessons.lesson(key.user_id, name) or Lesson()


def _blank(key: Key, original: Original, vendor: Vendor | None) -> Invoice:
    made = unread(key, original.origin, content_hash=hashlib.sha256(original.content).hexdigest())
    if vendor is None:
        return replace(made, reader_version=READER_VERSION)
    return replace(
        made,
        reader_version=READER_VERSION,
        vendor_id=vendor.vendor_id,
        vendor_name=vendor.vendor_name,
        vendor_version=vendor.version,
    )


def _kind_of_spending(key: Key, vendor: Vendor | None, reading: Reading) -> tuple[Category, SubType | None]:
    """The vendor row's category; without one the document's own, then the folder it lies in."""
    if vendor:
        if vendor.invoice_category is Category.RENTAL:
            return Category.RENTAL, None
        return Category.RETAIL, SubType(vendor.invoice_sub_type or SubType.MISCELLANEOUS)
    if reading.category is Category.RENTAL or key.category is Category.RENTAL:
        return Category.RENTAL, None
    found = reading.sub_type.value if reading.sub_type else key.sub_type
    return Category.RETAIL, found or SubType.MISCELLANEOUS


def _reasons(reading: Reading, category: Category) -> tuple[str, ...]:
    """What has to be asked: the facts that an invoice cannot do without and that are missing or unsure."""
    if _is_none(reading):
        return (str(Outcome.NOT_AN_INVOICE),)
    needed = ("total_amount", "currency", *(("due_date",) if category is Category.RENTAL else ()))
    return tuple(name for name in needed if _is_open(getattr(reading, name)))


def _is_open(field: Field[Any] | None) -> bool:
    return field is None or field.status is Status.UNSURE


def _dated(invoice: Invoice) -> Invoice:
    """The invoice with a date: the lists sort by it, so that one without gets the day it was received, and says so."""
    if "invoice_date" in invoice.facts or invoice.is_rental:
        return invoice
    day = invoice.received_at.date()
    fact = Fact(value=day.isoformat(), confidence=0.2, status=str(Status.UNSURE), method="received")
    return replace(invoice, invoice_date=day, facts={**invoice.facts, "invoice_date": fact})


def _fact(field: Field[Any]) -> Fact:
    places = tuple(
        {
            name: value
            for name, value in (
                ("snippet", each.snippet[:_SNIPPET]),
                ("part", each.part),
                ("page", each.page),
                ("box", [round(edge, 1) for edge in each.box] if each.box else None),
                ("path", each.path),
            )
            if value is not None
        }
        for each in field.evidence[:2]
    )
    return Fact(
        value=_plain(field.value),
        confidence=round(field.confidence, 2),
        status=str(field.status),
        method=field.method,
        evidence=places,
    )


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if isinstance(value, (tuple, list)) else str(value)[:200]


def _line(item: LineItem) -> Line:
    return Line(
        description=item.description[:200],
        quantity=item.quantity,
        unit_price=item.unit_price,
        total_price=item.total_price,
        unit=item.unit,
        component=item.component,
    )


def _details(reading: Reading, sub_type: SubType) -> Mapping[str, Any]:
    """What only the category has, by stored name, its items among them."""
    names = detail_names(sub_type)
    found = {name: field.value for name, field in reading.details.items() if name in names}
    if "items" in names and reading.line_items:
        found["items"] = tuple(_item(item) for item in reading.line_items)
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()}


def _item(item: LineItem) -> Mapping[str, Any]:
    price = item.unit_price if item.unit_price is not None else item.total_price
    known = {"name": item.description[:200], "price": price, "quantity": item.quantity, "unit": item.unit}
    return {name: value for name, value in known.items() if value is not None}
