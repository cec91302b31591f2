"""An invoice of which only the document is known yet: what reading fills in, and what is asked about when it cannot."""

from __future__ import annotations

from typing import Any, Final

from invoices.documents import UPLOADS, Key, Origin
from invoices.invoice import Invoice, InvoiceState, Source
from paypulse.core.clock import now

UNREAD: Final = "unread"
_NOT_KNOWN: Final = (
    "vendor_name total_amount currency tax due_date period_start period_end invoice_number order_number ocr_number bankgiro "
    "plusgiro iban duplicate_of duplicate_key linked_to paid_on vendor_version"
).split()


def unread(key: Key, origin: Origin, *, content_hash: str, reason: str | None = None) -> Invoice:
    """The invoice at `key` before anything was read; `reason` says why nothing can be."""
    unknown: dict[str, Any] = dict.fromkeys(_NOT_KNOWN)
    return Invoice(
        user_id=key.user_id,
        invoice_id=key.invoice_id,
        category=key.category,
        sub_type=key.sub_type,
        kind=UNREAD,
        state=InvoiceState.NEEDS_LOOK,
        vendor_id=origin.vendor_id,
        invoice_date=None if key.sub_type is None else origin.received_at.date(),
        **unknown,
        line_items=(),
        reasons=(reason,) if reason else (),
        facts={},
        corrections={},
        history=(),
        s3_path=str(key),
        entry_id=origin.entry_id,
        source=Source.UPLOAD if origin.mailbox_id == UPLOADS else Source.GMAIL,
        content_hash=content_hash,
        reader_version=0,
        received_at=origin.received_at,
        created_at=now(),
        updated_at=now(),
        version=0,
    )
