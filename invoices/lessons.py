"""What a person taught us of a vendor: how it is called and what it is for, said once and used for every later document.

Access patterns (Lessons[user_id, vendor_key])
- the lesson of one vendor: before a document of it is recorded, and on the vendor's page
- a lesson is put or taken back on the condition that it is still as it was read
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pynamodb.exceptions import DeleteError, DoesNotExist, PutError
from pynamodb.expressions.condition import Condition

from invoices import store, tables
from invoices.invoice import Invoice
from paypulse.core.categories import SubType
from paypulse.core.clock import now
from paypulse.core.errors import ConflictError, NotFoundError
from paypulse.core.text import slug

_LOOKED_THROUGH: Final = 200
_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Lesson:
    """How the person calls a vendor, and the category of its receipts; None where they said nothing of it."""

    vendor_name: str | None = None
    sub_type: SubType | None = None


def key(invoice: Invoice) -> str:
    """The vendor of an invoice as it was read: the row's id, else the name on the document. Empty when nobody is named."""
    read = invoice.facts.get("vendor_name")
    return invoice.vendor_id or slug(read.value if read else invoice.vendor_name or "")


def lesson(user_id: str, vendor_key: str) -> Lesson | None:
    """What the person taught of this vendor, None when nothing."""
    row = _row(user_id, vendor_key) if vendor_key else None
    return Lesson(row.vendor_name, SubType(row.sub_type) if row.sub_type else None) if row else None


def teach(user_id: str, vendor_key: str, taught: Lesson) -> None:
    """Keep what the person says of a vendor; what they say nothing of stays as it was. Raises ConflictError."""
    row = _row(user_id, vendor_key)
    fresh = tables.Lesson(user_id, vendor_key, updated_at=now(), version=int(row.version) + 1 if row else 1)
    fresh.vendor_name = taught.vendor_name or (row.vendor_name if row else None)
    fresh.sub_type = str(taught.sub_type) if taught.sub_type else row.sub_type if row else None
    try:
        fresh.save(condition=_unchanged(row))
    except PutError as error:
        raise _conflict(error) from error


def forget(user_id: str, vendor_key: str) -> None:
    """Take back what was taught of a vendor; documents that were read so stay as they are. Raises ConflictError."""
    row = _row(user_id, vendor_key)
    if row is None:
        return
    try:
        row.delete(condition=_unchanged(row))
    except DeleteError as error:
        raise _conflict(error) from error


def reapply(user_id: str, vendor_key: str) -> int:
    """Say the same of the vendor's latest documents that are there already; gives how many were changed, at most 50.

    It looks through the latest 200 receipts and the rent, so that it is done while the person waits.
    """
    taught = lesson(user_id, vendor_key)
    if taught is None:
        return 0
    found = (*store.list_retail(user_id, limit=_LOOKED_THROUGH).items, *store.list_rental(user_id))
    wrong = [(each, changes) for each in found if key(each) == vendor_key and (changes := _changes(each, taught))]
    return sum(_is_changed(each, changes) for each, changes in wrong[:_AT_ONCE])


def _changes(invoice: Invoice, taught: Lesson) -> dict[str, str]:
    wanted = {"vendor_name": taught.vendor_name, "sub_type": None if invoice.is_rental else taught.sub_type}
    return {name: str(value) for name, value in wanted.items() if value and value != getattr(invoice, name)}


def _is_changed(invoice: Invoice, changes: dict[str, str]) -> bool:
    try:
        store.correct(invoice.user_id, invoice.invoice_id, expected_version=invoice.version, changes=changes)
    except (ConflictError, NotFoundError):
        # Somebody changed it in the meantime; it says so itself on its page.
        return False
    return True


def _row(user_id: str, vendor_key: str) -> tables.Lesson | None:
    try:
        return tables.Lesson.get(user_id, vendor_key, consistent_read=True)
    except DoesNotExist:
        return None


def _unchanged(row: tables.Lesson | None) -> Condition:
    return tables.Lesson.version == row.version if row else tables.Lesson.vendor_key.does_not_exist()


def _conflict(error: PutError | DeleteError) -> Exception:
    if error.cause_response_code != "ConditionalCheckFailedException":
        return error
    return ConflictError("the lesson was changed in the meantime")
