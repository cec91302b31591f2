"""Between table rows and invoices: the one place that knows how a row spells a date, a line or a fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from pynamodb.attributes import JSONAttribute

from invoices.invoice import Correction, Fact, Invoice, InvoiceState, Line, Source
from invoices.tables import DETAIL_TABLES, RentalInvoice, RetailInvoice
from paypulse.core.categories import Category, SubType
from paypulse.core.tables import MoneyAttribute, Table

Row = RentalInvoice | RetailInvoice

_PLAIN = (
    "user_id invoice_id vendor_id kind total_amount currency invoice_number order_number ocr_number bankgiro plusgiro iban "
    "duplicate_of duplicate_key linked_to entry_id s3_path content_hash reader_version vendor_version received_at created_at updated_at version"
).split()
_MONEY_IN_LISTS = frozenset({"price", "quantity", "total_price", "unit_price"})
_OWN = frozenset({"invoice_id", "user_id"})
_FIELDS = frozenset(each.name for each in fields(Invoice))


def table_of(category: Category) -> type[Row]:
    return RentalInvoice if category is Category.RENTAL else RetailInvoice


def to_invoice(row: Row, details: Mapping[str, Any] | None = None) -> Invoice:
    """The invoice that a base row holds, with the details given."""
    rental = isinstance(row, RentalInvoice)
    return Invoice(
        **{name: getattr(row, name) for name in _PLAIN},
        category=Category.RENTAL if rental else Category.RETAIL,
        sub_type=None if isinstance(row, RentalInvoice) else SubType(row.sub_type),
        state=InvoiceState(row.state),
        vendor_name=row.vendor if isinstance(row, RentalInvoice) else row.vendor_name,
        tax=row.vat if isinstance(row, RentalInvoice) else row.tax,
        invoice_date=_day(row.invoice_date),
        due_date=_day(row.due_date),
        period_start=_day(getattr(row, "period_start", None)),
        period_end=_day(getattr(row, "period_end", None)),
        paid_on=_day(row.paid_on),
        line_items=tuple(_line(each) for each in row.line_items),
        reasons=tuple(map(str, row.reasons)),
        facts={name: Fact(**{**each, "evidence": tuple(each.get("evidence", ()))}) for name, each in row.facts.items()},
        corrections={name: _correction(each) for name, each in row.corrections.items()},
        history=tuple(row.history),
        source=Source(row.source),
        details=details or {},
        words=row.words or "",
    )


def to_row(invoice: Invoice) -> Row:
    """The base row that holds `invoice`."""
    shared = {
        **{name: getattr(invoice, name) for name in _PLAIN},
        "state": str(invoice.state),
        "source": str(invoice.source),
        "reasons": list(invoice.reasons),
        "line_items": [_stored_line(each) for each in invoice.line_items],
        "facts": {name: _stored(asdict(fact)) for name, fact in invoice.facts.items()},
        "corrections": {
            name: {**asdict(each), "at": each.at.isoformat()} for name, each in invoice.corrections.items()
        },
        "history": list(invoice.history),
        "paid_on": _text(invoice.paid_on),
        "due_date": _text(invoice.due_date),
        "words": invoice.words or None,
    }
    return (
        RentalInvoice(**shared, **_rental(invoice))
        if invoice.is_rental
        else RetailInvoice(**shared, **_retail(invoice))
    )


def _rental(invoice: Invoice) -> dict[str, Any]:
    due = invoice.due_date
    return {
        "vendor": invoice.vendor_name,
        "vat": invoice.tax,
        "invoice_date": _text(invoice.invoice_date),
        "due_date_year": f"{due.year:04}" if due else None,
        "due_date_month": f"{due.month:02}" if due else None,
        "period_start": _text(invoice.period_start),
        "period_end": _text(invoice.period_end),
    }


def _retail(invoice: Invoice) -> dict[str, Any]:
    sub_type = invoice.sub_type or SubType.MISCELLANEOUS
    return {
        "vendor_name": invoice.vendor_name,
        "tax": invoice.tax,
        "sub_type": str(sub_type),
        "user_id_sub_type": f"{invoice.user_id}_{sub_type}",
        "invoice_date": (invoice.invoice_date or invoice.received_at.date()).isoformat(),
    }


def to_detail_row(invoice: Invoice) -> Table | None:
    """The detail row of a retail invoice; None for rent, whose breakdown stands in its base row."""
    if invoice.sub_type is None:
        return None
    table = DETAIL_TABLES[invoice.sub_type]
    known = {
        name: _detail_value(value) for name, value in invoice.details.items() if name in detail_names(invoice.sub_type)
    }
    return table(invoice.invoice_id, user_id=invoice.user_id, **known)


def detail_names(sub_type: SubType) -> frozenset[str]:
    """The names of what only this category has, as its detail table stores them."""
    return frozenset(DETAIL_TABLES[sub_type].get_attributes()) - _OWN


def money_details(sub_type: SubType) -> frozenset[str]:
    """The details of this category that are amounts."""
    attributes = DETAIL_TABLES[sub_type].get_attributes().items()
    return frozenset(name for name, attribute in attributes if isinstance(attribute, MoneyAttribute))


def plain_details(sub_type: SubType) -> frozenset[str]:
    """The details of this category that hold one value each: amounts and texts, no lists."""
    attributes = DETAIL_TABLES[sub_type].get_attributes().items()
    return frozenset(name for name, attribute in attributes if not isinstance(attribute, JSONAttribute)) - _OWN


AMOUNTS: Final = frozenset({"total_amount", "tax"}).union(*map(money_details, SubType))


def in_force(invoice: Invoice, name: str) -> Any:
    """The value of the field or detail `name`, None where there is none."""
    return getattr(invoice, name) if name in _FIELDS else invoice.details.get(name)


def with_value(invoice: Invoice, name: str, value: Any) -> Invoice:
    """The invoice with another value in the field or detail `name`; None takes it out."""
    if name in _FIELDS:
        return replace(invoice, **{name: value})
    others = {other: kept for other, kept in invoice.details.items() if other != name}
    return replace(invoice, details=others if value is None else {**others, name: value})


def to_details(row: Table) -> dict[str, Any]:
    """A detail row's values by name, those that are there; money as Decimal, lists as tuples of mappings."""
    found = {name: getattr(row, name) for name in row.get_attributes() if name not in _OWN}
    return {name: _restored(value) for name, value in found.items() if value not in (None, [])}


def _restored(value: Any) -> Any:
    return tuple(_restored_entry(each) for each in value) if isinstance(value, list) else value


def _restored_entry(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {
        name: Decimal(value) if name in _MONEY_IN_LISTS and value is not None else value
        for name, value in entry.items()
    }


def _detail_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value
    return _stored(value)


def _stored(value: Any) -> Any:
    """The value as JSON can hold it: amounts and dates as text, a missing entry left out."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return _stored(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): _stored(each) for name, each in value.items() if each is not None and each != ()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_stored(each) for each in value]
    return value


def _stored_line(line: Line) -> dict[str, Any]:
    return {each.name: _stored(value) for each in fields(line) if (value := getattr(line, each.name)) is not None}


def _line(stored: Mapping[str, Any]) -> Line:
    amounts = {name: Decimal(stored[name]) for name in ("quantity", "unit_price", "total_price") if name in stored}
    return Line(
        description=stored["description"], unit=stored.get("unit"), component=stored.get("component"), **amounts
    )


def _correction(stored: Mapping[str, Any]) -> Correction:
    return Correction(value=stored["value"], at=datetime.fromisoformat(stored["at"]), was=stored["was"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
