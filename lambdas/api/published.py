"""Our invoices in the words the published clients read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

import msgspec

from invoices.invoice import Invoice, Line
from lambdas.api import contract
from lambdas.responses import number
from paypulse.core.categories import SubType

# What a line of a rent notice may pay for without anybody knowing what: next to one of these, nothing else is known to be 0.
_VAGUE: Final = (None, "other")


def rental_row(invoice: Invoice) -> contract.RentalRow:
    """A rent notice under its published names."""
    due = invoice.due_date
    return contract.RentalRow(
        invoice_id=invoice.invoice_id,
        user_id=invoice.user_id,
        due_date=f"{due.day:02}-{due.month:02}-{due.year:04}" if due else None,
        due_date_month=str(due.month) if due else None,
        due_date_year=f"{due.year:04}" if due else None,
        total_amount=number(invoice.total_amount),
        ocr=invoice.ocr_number,
        vat=number(invoice.tax),
        base_rent=_component(invoice, "base_rent"),
        electricity=_component(invoice, "electricity"),
        cold_water=_component(invoice, "cold_water"),
        warm_water=_component(invoice, "warm_water"),
        filename=invoice.s3_path.rpartition("/")[2],
        vendor_name=invoice.vendor_name,
        currency=invoice.currency,
        state=invoice.state,
        statuses=_statuses(invoice),
        paid_on=_day(invoice.paid_on),
        version=invoice.version,
    )


def rental_by_year(invoices: Iterable[Invoice]) -> dict[str, list[contract.RentalRow]]:
    """Rows by the year they are due in, newest first."""
    return {year: [rental_row(each) for each in rows] for year, rows in _by_year(invoices)}


def retail_row(invoice: Invoice) -> contract.RetailRow:
    return contract.RetailRow(**_row(invoice), sub_type=_sub_type(invoice))


def retail_by_sub_type(invoices: Iterable[Invoice]) -> dict[str, list[contract.RetailRow]]:
    """Rows by sub_type, newest first in each; a sub_type without rows is left out."""
    rows: dict[str, list[contract.RetailRow]] = {}
    for invoice in sorted(invoices, key=lambda each: each.day, reverse=True):
        rows.setdefault(_sub_type(invoice), []).append(retail_row(invoice))
    return rows


def retail_by_year(invoices: Iterable[Invoice]) -> dict[str, list[contract.RetailRow]]:
    """Rows by the year of the invoice, newest first."""
    return {year: [retail_row(each) for each in rows] for year, rows in _by_year(invoices)}


def _by_year(invoices: Iterable[Invoice]) -> Iterator[tuple[str, Iterator[Invoice]]]:
    newest = sorted(invoices, key=lambda each: each.day, reverse=True)
    return groupby(newest, lambda each: f"{each.day.year:04}")


def retail_details(invoice: Invoice) -> contract.InvoiceDetails:
    """Everything about one retail invoice: what every one has, and what only its category has, beside each other."""
    shared = msgspec.to_builtins(_shared(invoice), builtin_types=(Decimal,))
    own = {name: value for name, value in _plain(invoice.details).items() if shared.get(name) is None}
    whole = {**shared, **own, "sub_type": str(_sub_type(invoice))}
    return contract.InvoiceDetails(invoice_details=msgspec.convert(whole, contract.AnyRetail, strict=False))


def deleted(invoice: Invoice) -> contract.DeletedInvoice:
    """What DELETE says it removed."""
    return contract.DeletedInvoice(
        deleted_invoice=contract.Deleted(
            invoice_id=invoice.invoice_id,
            vendor_name=invoice.vendor_name,
            sub_type=_sub_type(invoice),
            invoice_date=invoice.day.isoformat(),
            total_amount=number(invoice.total_amount),
            currency=invoice.currency,
        )
    )


def line_item(line: Line) -> contract.LineItem:
    return contract.LineItem(
        description=line.description,
        quantity=number(line.quantity),
        unit_price=number(line.unit_price),
        total_price=number(line.total_price),
    )


def _row(invoice: Invoice) -> dict[str, Any]:
    return {
        "invoice_id": invoice.invoice_id,
        "invoice_date": invoice.day.isoformat(),
        "total_amount": number(invoice.total_amount),
        "currency": invoice.currency,
        "vendor_name": invoice.vendor_name,
        "state": invoice.state,
        "paid_on": _day(invoice.paid_on),
        "version": invoice.version,
    }


def _shared(invoice: Invoice) -> contract.RetailDetails:
    return contract.RetailDetails(
        **_row(invoice),
        kind=invoice.kind,
        due_date=_day(invoice.due_date),
        invoice_number=invoice.invoice_number,
        order_number=invoice.order_number,
        tax=number(invoice.tax),
        line_items=[line_item(line) for line in invoice.line_items],
        statuses=_statuses(invoice),
    )


def _plain(value: Any) -> Any:
    """A category's own values as JSON can hold them, amounts in plain digits."""
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _statuses(invoice: Invoice) -> dict[str, str]:
    return {name: fact.status for name, fact in invoice.facts.items()}


def _sub_type(invoice: Invoice) -> SubType:
    return invoice.sub_type or SubType.MISCELLANEOUS


def _component(invoice: Invoice, name: str) -> Decimal | None:
    amounts = [each.total_price for each in invoice.line_items if each.component == name]
    known = [each for each in amounts if each is not None]
    if amounts:
        return number(sum(known, Decimal(0))) if known else None
    return Decimal(0) if _lists_all(invoice) else None


def _lists_all(invoice: Invoice) -> bool:
    """Whether the lines make up the total and each is known: then nothing was charged for what they do not name."""
    if not invoice.line_items or any(each.component in _VAGUE for each in invoice.line_items):
        return False
    return sum((each.total_price or Decimal(0) for each in invoice.line_items), Decimal(0)) == invoice.total_amount


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None
