"""An invoice of which only the document is known yet: what reading fills in, and what is asked about when it cannot."""

from __future__ import annotations

from typing import Final

from invoices.documents import UPLOADS, Key, Origin
from invoices.invoice import Invoice, InvoiceState, Source
from paypulse.core.clock import now

UNREAD: Final = "unread"


def unread(key: Key, origin: Origin, *, content_hash: str, reason: str | None = None) -> Invoice:
    """The invoice at `key` before anything was read; `reason` says why nothing can be."""
    return Invoice(
        user_id=key.user_id,
        invoice_id=key.invoice_id,
        category=key.category,
        sub_type=key.sub_type,
        kind=UNREAD,
        state=InvoiceState.NEEDS_LOOK,
        vendor_id=origin.vendor_id,
        vendor_name=None,
        total_amount=None,
        currency=None,
        tax=None,
        invoice_date=None if key.sub_type is None else origin.received_at.date(),
        due_date=None,
        period_start=None,
        period_end=None,
        invoice_number=None,
        order_number=None,
        ocr_number=None,
        bankgiro=None,
        plusgiro=None,
        iban=None,
        line_items=(),
        reasons=(reason,) if reason else (),
        facts={},
        corrections={},
        history=(),
        duplicate_of=None,
        duplicate_key=None,
        linked_to=None,
        paid_on=None,
        s3_path=str(key),
        entry_id=origin.entry_id,
        source=Source.UPLOAD if origin.mailbox_id == UPLOADS else Source.GMAIL,
        content_hash=content_hash,
        reader_version=0,
        vendor_version=None,
        received_at=origin.received_at,
        created_at=now(),
        updated_at=now(),
        version=0,
    )
