"""Invoices for tests: a plain one with whatever differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from invoices import documents
from invoices.invoice import Fact, Invoice, InvoiceState, Line, Source
from paypulse.core.categories import Category, SubType

ALICE = "user_0a11ce00-0000-4000-8000-000000000001"
BOB = "user_0b0b0000-0000-4000-8000-000000000002"
MAILBOX = "mb1"


def retail(
    message: str = "m1", *, user_id: str = ALICE, sub_type: SubType = SubType.GROCERY, **changes: Any
) -> Invoice:
    """A read receipt of 120.50 SEK from Nordkorg of 2026-03-05, whose mail is `message`."""
    return replace(_made(message, user_id, Category.RETAIL, sub_type), **changes)


def rental(message: str = "r1", *, user_id: str = ALICE, **changes: Any) -> Invoice:
    """A read rent notice of 9876.00 SEK due 2026-03-31, whose mail is `message`."""
    made = _made(message, user_id, Category.RENTAL, None)
    rent = replace(
        made,
        kind="rent_notice",
        vendor_name="Hemgården",
        vendor_id="hemgarden",
        total_amount=Decimal("9876.00"),
        due_date=date(2026, 3, 31),
        line_items=(Line(description="Hyra", total_price=Decimal("9876.00"), component="base_rent"),),
    )
    return replace(rent, **changes)


def _made(message: str, user_id: str, category: Category, sub_type: SubType | None) -> Invoice:
    at = datetime(2026, 3, 5, 9, tzinfo=UTC)
    origin = documents.Origin(mailbox_id=MAILBOX, message_id=message, part=0, vendor_id="nordkorg", received_at=at)
    key = documents.key(user_id, origin, sub_type=sub_type, suffix="pdf" if sub_type is None else "html")
    return Invoice(
        user_id=user_id,
        invoice_id=key.invoice_id,
        category=category,
        sub_type=sub_type,
        kind="receipt",
        state=InvoiceState.OK,
        vendor_id="nordkorg",
        vendor_name="Nordkorg",
        total_amount=Decimal("120.50"),
        currency="SEK",
        tax=Decimal("12.91"),
        invoice_date=date(2026, 3, 5),
        due_date=None,
        period_start=None,
        period_end=None,
        invoice_number=None,
        order_number=None,
        ocr_number=None,
        bankgiro=None,
        plusgiro=None,
        iban=None,
        line_items=(Line(description="Bröd", quantity=Decimal("2"), total_price=Decimal("60.25")),),
        reasons=(),
        facts={"total_amount": Fact(value="120.50", confidence=0.9, status="read", method="label")},
        corrections={},
        history=(),
        duplicate_of=None,
        duplicate_key=None,
        linked_to=None,
        paid_on=None,
        s3_path=str(key),
        entry_id=origin.entry_id,
        source=Source.GMAIL,
        content_hash=f"hash-of-{message}",
        reader_version=1,
        vendor_version=1,
        received_at=at,
        created_at=at,
        updated_at=at,
        version=0,
        details={
            "store_name": "Nordkorg City",
            "items": ({"name": "Bröd", "price": Decimal("30.125"), "quantity": Decimal("2")},),
        }
        if sub_type is SubType.GROCERY
        else {},
    )
