"""Taking invoices along: any filtered list as CSV or XLSX, and its originals as a ZIP."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from invoices import documents
from invoices.filters import category_of
from invoices.invoice import Invoice
from paypulse.core.errors import NotFoundError

FORMS: Final = ("csv", "xlsx", "zip")
COLUMNS: Final = (
    "date",
    "vendor",
    "category",
    "kind",
    "total",
    "currency",
    "vat",
    "due_date",
    "paid_on",
    "invoice_number",
    "order_number",
    "ocr_number",
    "state",
    "invoice_id",
)
Cell = str | Decimal | date | None


def row(invoice: Invoice) -> tuple[Cell, ...]:
    """The invoice as the cells of COLUMNS; a credit note's total is negative, what is missing is None."""
    return (
        invoice.day,
        invoice.vendor_name,
        category_of(invoice),
        invoice.kind,
        invoice.signed_amount,
        invoice.currency,
        invoice.tax,
        invoice.due_date,
        invoice.paid_on,
        invoice.invoice_number,
        invoice.order_number,
        invoice.ocr_number,
        str(invoice.state),
        invoice.invoice_id,
    )


def as_csv(invoices: Iterable[Invoice]) -> bytes:
    """UTF-8 with a byte order mark (spreadsheets ask for it), amounts with a point, days as in ISO 8601."""
    return rows_as_csv(map(row, invoices))


def rows_as_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The same of rows that `row` gave."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([_text(cell) for cell in each] for each in rows)
    return out.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return (
        _inert(cell) if isinstance(cell, str) else format(cell, "f") if isinstance(cell, Decimal) else cell.isoformat()
    )


def _inert(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def as_xlsx(invoices: Iterable[Invoice]) -> bytes:
    """A workbook of one sheet: amounts are numbers, days are days, the head stays in view."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Invoices")
    sheet.freeze_panes = "A2"
    head = [WriteOnlyCell(sheet, value=name) for name in COLUMNS]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for each in map(row, invoices):
        sheet.append([_inert(cell) if isinstance(cell, str) else cell for cell in each])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_zip(user_id: str, invoices: Sequence[Invoice]) -> bytes:
    """The originals under readable names, and a list of them as CSV; one that is gone is missing from the folder alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("invoices.csv", as_csv(invoices))
        for each in invoices:
            try:
                kept = documents.handed_out(user_id, each.s3_path)
            except NotFoundError:
                continue
            pack.writestr(f"originals/{kept.filename}", kept.content)
    return out.getvalue()


def made(user_id: str, form: str, invoices: Sequence[Invoice]) -> bytes:
    """The file of one of FORMS."""
    if form == "zip":
        return as_zip(user_id, invoices)
    return as_csv(invoices) if form == "csv" else as_xlsx(invoices)
