"""Golden documents: one folder a vendor under tests/data/parsing, with the document and, beside it, what is read from it.

`python -m tests.golden` writes the expected readings anew; `--documents` makes the documents anew too. Look at the diff.
A folder of one's own (a document, and `vendor.json` with {"vendor_id": …} to read it by that row) joins in by being there.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from invoices.parsing import open_document, read
from invoices.parsing.fields.references import bankgiro, iban_with_check, ocr_with_check, reference_with_check
from invoices.parsing.rental import RentPart
from invoices.parsing.result import Kind, Reading
from paypulse.core.categories import SubType
from paypulse.sandbox.documents import shops
from paypulse.sandbox.documents.einvoices import Syntax, invoice_xml, with_xml
from paypulse.sandbox.documents.mail import Attachment, Envelope, forwarded, forwarded_inline, mail, mislabelled
from paypulse.sandbox.documents.receipts import Design, Item, ReceiptFacts, receipt_html, receipt_pdf
from paypulse.sandbox.documents.rent import Layout, RentFacts, RentLine, rent_notice
from vendors.shipped import shipped

FOLDER = Path(__file__).parent / "data" / "parsing"
NOT_DOCUMENTS = {"expected.json", "vendor.json"}

SHELF = ReceiptFacts(
    vendor="Nordhamn Möbel AB",
    sub_type=SubType.MISCELLANEOUS,
    kind=Kind.INVOICE,
    invoice_number="R-2026-118",
    order_number="90817",
    invoice_date=date(2026, 3, 5),
    due_date=date(2026, 4, 4),
    items=(
        Item(name="Hylla", price=Decimal("1149.00")),
        Item(name="Plugg", price=Decimal("4.25"), quantity=Decimal(3)),
    ),
    tax=Decimal("232.35"),
)
FLAT = RentFacts(
    landlord="Björkhaga Bostäder AB",
    tenant="Alice Andersson",
    invoice_number="4410027",
    invoice_date=date(2026, 11, 8),
    due_date=date(2026, 11, 30),
    period_start=date(2026, 12, 1),
    period_end=date(2026, 12, 31),
    ocr_number=ocr_with_check("990012345"),
    bankgiro=bankgiro("5050109"),
    vat=Decimal("87.50"),
    lines=(
        RentLine(RentPart.BASE_RENT, "Hyra bostad", Decimal("8450.00")),
        RentLine(RentPart.WARM_WATER, "Varmvatten", Decimal("203.10")),
        RentLine(RentPart.PARKING, "Bilplats 17", Decimal("437.50")),
        RentLine(RentPart.ADJUSTMENT, "Retroaktiv hyra avser november", Decimal("-200.00")),
        RentLine(RentPart.ROUNDING, "Öresavrundning", Decimal("0.40")),
    ),
)
WOHNUNG = replace(
    FLAT,
    landlord="Lindenhof Wohnen GmbH",
    currency="EUR",
    ocr_number=None,
    bankgiro=None,
    vat=None,
    iban=iban_with_check("DE", "370400440532013000"),
    creditor_reference=reference_with_check("4410027"),
    lines=(
        RentLine(RentPart.BASE_RENT, "Kaltmiete", Decimal("712.00")),
        RentLine(RentPart.COLD_WATER, "Kaltwasser", Decimal("31.50")),
    ),
)
SENT = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
SHOP = Envelope(sender="Nordhamn Möbel <order@nordhamn.example>", subject="Din faktura R-2026-118", sent=SENT)
ALICE = Envelope(
    sender="Alice Andersson <alice@example.com>", subject="Vb: Din faktura", sent=datetime(2026, 3, 9, tzinfo=UTC)
)


def _of(vendor_id: str, on: date) -> ReceiptFacts:
    return next(shop for shop in shops.KNOWN if shop.vendor_id == vendor_id).facts(on, Random(7))


def _disagreeing() -> bytes:
    """A page and its XML that name two totals."""
    return with_xml(receipt_pdf(SHELF), invoice_xml(replace(SHELF, items=SHELF.items[:1])))


DOCUMENTS: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "bjorkhaga-columns": ("notice.pdf", lambda: rent_notice(FLAT, Layout.COLUMNS)),
    "bjorkhaga-giro": ("notice.pdf", lambda: rent_notice(FLAT, Layout.GIRO)),
    "bjorkhaga-table": ("notice.pdf", lambda: rent_notice(FLAT, Layout.TABLE)),
    "lindenhof": ("notice.pdf", lambda: rent_notice(WOHNUNG, Layout.GERMAN)),
    "nordhamn-attached": ("mail.eml", lambda: mail(SHOP, text="Fakturan är bifogad.", attachments=[Attachment("faktura.pdf", receipt_pdf(SHELF))])),
    "nordhamn-forwarded": ("mail.eml", lambda: forwarded(ALICE, mail(SHOP, html=receipt_html(SHELF)))),
    "nordhamn-quoted": ("mail.eml", lambda: forwarded_inline(ALICE, SHOP, receipt_html(SHELF, Design.STACKED), language="sv")),
    "nordhamn-mislabelled": ("mail.eml", lambda: mislabelled(SHOP, receipt_html(SHELF), said="us-ascii", really="cp1252")),
    "nordhamn-factur-x": ("invoice.pdf", lambda: with_xml(receipt_pdf(SHELF), invoice_xml(SHELF))),
    "nordhamn-zugferd-1": ("invoice.pdf", lambda: with_xml(receipt_pdf(SHELF), invoice_xml(SHELF, Syntax.ZUGFERD_1), name=Syntax.ZUGFERD_1)),
    "nordhamn-xml-disagrees": ("invoice.pdf", _disagreeing),
    "nordhamn-credit": ("credit.html", lambda: receipt_html(replace(SHELF, kind=Kind.CREDIT_NOTE)).encode()),
    "vattenfall": ("invoice.pdf", lambda: receipt_pdf(_of("vattenfall", date(2026, 5, 12)))),
    "foodora": ("receipt.html", lambda: receipt_html(_of("foodora", date(2026, 5, 12))).encode()),
    "flixbus": ("booking.html", lambda: receipt_html(_of("flixbus", date(2026, 5, 12))).encode()),
}  # fmt: skip


def folders() -> list[Path]:
    return sorted(path for path in FOLDER.iterdir() if path.is_dir())


def reading_of(folder: Path) -> dict[str, Any]:
    """What is read from the folder's one document, as plain JSON."""
    document = next(path for path in sorted(folder.iterdir()) if path.name not in NOT_DOCUMENTS)
    row = folder / "vendor.json"
    wanted = json.loads(row.read_text("utf-8"))["vendor_id"] if row.exists() else None
    vendor = next((vendor for vendor in shipped() if vendor.vendor_id == wanted), None)
    return dict(_plain(read(open_document(document.read_bytes(), filename=document.name), vendor)))


def _plain(reading: Reading) -> Iterator[tuple[str, Any]]:
    yield "kind", reading.kind.value
    yield "category", reading.category.value if reading.category else None
    for name, field in reading.facts():
        yield name, {"value": _value(field.value), "status": field.status.value}
    yield (
        "line_items",
        [_line(line.description, line.quantity, line.total_price, line.component) for line in reading.line_items],
    )
    yield "warnings", list(reading.warnings)


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [{name: _value(getattr(each, name)) for name in each.__slots__} for each in value]
    return None if value is None else str(value)


def _line(*parts: object) -> list[str | None]:
    return [None if part is None else str(part) for part in parts]


def main() -> None:
    if "--documents" in sys.argv:
        for name, (file, build) in DOCUMENTS.items():
            (FOLDER / name).mkdir(parents=True, exist_ok=True)
            (FOLDER / name / file).write_bytes(build())
    for folder in folders():
        text = json.dumps(reading_of(folder), ensure_ascii=False, indent=2)
        (folder / "expected.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
