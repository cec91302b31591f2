"""Our invoices in the words the published clients read."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import Any

from invoices.invoice import Invoice, Line
from lambdas.api import contract
from lambdas.responses import number
from paypulse.core.categories import SubType


def rental_row(invoice: Invoice) -> contract.RentalRow:
    """A rent notice under its published names. A component that the notice does not list is null."""
    due = invoice.due_date
    return contract.RentalRow(
        invoice_id=invoice.invoice_id,
        user_id=invoice.user_id,
        due_date=due.strftime("%d-%m-%Y") if due else None,
        due_date_month=str(due.month) if due else None,
        due_date_year=str(due.year) if due else None,
        total_amount=number(invoice.total_amount),
        ocr=invoice.ocr_number,
        vat=number(invoice.tax),
        base_rent=_component(invoice, "base_rent"),
        electricity=_component(invoice, "electricity"),
        cold_water=_component(invoice, "cold_water"),
        warm_water=_component(invoice, "warm_water"),
        filename=invoice.s3_path.rpartition("/")[2],
        currency=invoice.currency,
        state=invoice.state,
        paid_on=_day(invoice.paid_on),
    )


def rental_by_year(invoices: Iterable[Invoice]) -> dict[str, list[contract.RentalRow]]:
    """Rows by the year they are due in, newest first."""
    newest = sorted(invoices, key=lambda each: each.day, reverse=True)
    return {
        str(year): [rental_row(each) for each in rows] for year, rows in groupby(newest, lambda each: each.day.year)
    }


def retail_row(invoice: Invoice) -> contract.RetailRow:
    return contract.RetailRow(**_row(invoice))


def retail_by_sub_type(invoices: Iterable[Invoice]) -> dict[str, list[contract.RetailRow]]:
    """Rows by sub_type, newest first in each; a sub_type without rows is left out."""
    rows: dict[str, list[contract.RetailRow]] = {}
    for invoice in sorted(invoices, key=lambda each: each.day, reverse=True):
        rows.setdefault(invoice.sub_type or SubType.MISCELLANEOUS, []).append(retail_row(invoice))
    return rows


def retail_by_year(invoices: Iterable[Invoice]) -> dict[str, list[contract.RetailRow]]:
    """Rows by the year of the invoice, newest first."""
    newest = sorted(invoices, key=lambda each: each.day, reverse=True)
    return {
        str(year): [retail_row(each) for each in rows] for year, rows in groupby(newest, lambda each: each.day.year)
    }


def retail_details(invoice: Invoice) -> contract.RetailDetails:
    """Everything about one retail invoice, with how far each value may be trusted."""
    return contract.RetailDetails(
        **_row(invoice),
        sub_type=invoice.sub_type or SubType.MISCELLANEOUS,
        kind=invoice.kind,
        due_date=_day(invoice.due_date),
        invoice_number=invoice.invoice_number,
        order_number=invoice.order_number,
        tax=number(invoice.tax),
        line_items=[line_item(line) for line in invoice.line_items],
        details={
            name: number(value) if isinstance(value, Decimal) else value for name, value in invoice.details.items()
        },
        statuses={name: fact.status for name, fact in invoice.facts.items()},
        paid_on=_day(invoice.paid_on),
        version=invoice.version,
    )


def deleted(invoice: Invoice) -> contract.DeletedInvoice:
    """What DELETE says it removed."""
    return contract.DeletedInvoice(
        deleted_invoice=contract.Deleted(
            invoice_id=invoice.invoice_id,
            vendor_name=invoice.vendor_name,
            sub_type=invoice.sub_type or SubType.MISCELLANEOUS,
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
    }


def _component(invoice: Invoice, name: str) -> Decimal | None:
    amounts = [
        line.total_price for line in invoice.line_items if line.component == name and line.total_price is not None
    ]
    return number(sum(amounts, Decimal(0))) if amounts else None


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None
