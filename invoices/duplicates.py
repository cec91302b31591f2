"""Which of the invoices that share a content or a number are the same one. Pure: the same set gives the same verdicts in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from invoices.invoice import Invoice, Source
from paypulse.core.categories import Category
from paypulse.core.text import slug

# A confirmation and its receipt are days apart; the next bill of a subscription that reuses its number is four weeks away.
_SAME_DAYS: Final = 20
# A correction or credit note comes within the time a claim usually takes; a number seen again much later is another series.
_LINKED_DAYS: Final = 180


class DuplicateKey(StrEnum):
    """By what a duplicate was recognised."""

    MAIL = "mail"
    CONTENT = "content"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """What is compared of an invoice. `at` is when and as which part it was received; `distinct` that the person said it is no duplicate;
    `day` that of the paper, or of its mail where the paper names none.
    """

    id: str
    category: str
    at: str
    day: str
    total: str | None
    currency: str | None
    credit: bool
    distinct: bool
    uploaded: bool = False

    @classmethod
    def of(cls, invoice: Invoice) -> Holder:
        """The holder that `invoice` is, by what was read rather than corrected, so that a correction moves nothing else."""
        total = invoice.signed_amount
        return cls(
            id=invoice.invoice_id,
            category=str(invoice.category),
            at=f"{invoice.received_at.isoformat()}#{_part(invoice):03d}",
            day=invoice.day.isoformat(),
            total=None if total is None else format(total.normalize(), "f"),
            currency=invoice.currency,
            credit=invoice.kind == "credit_note",
            distinct="state" in invoice.corrections,
            uploaded=invoice.source is Source.UPLOAD,
        )

    @classmethod
    def parse(cls, stored: dict[str, Any]) -> Holder:
        return cls(**stored)

    def stored(self) -> dict[str, Any]:
        return asdict(self)


def _part(invoice: Invoice) -> int:
    """Which document of its mail it was: attached PDFs come before the body, and so are the originals of the two."""
    return int((invoice.entry_id or "#0").rpartition("#")[2])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the others make of an invoice: a duplicate of one of them by a key, linked to one, or neither."""

    duplicate_of: str | None = None
    key: DuplicateKey | None = None
    linked_to: str | None = None


def fingerprints(invoice: Invoice) -> tuple[str, ...]:
    """The keys under which `invoice` meets its doubles: its content, and each number its vendor gave it."""
    vendor = slug(invoice.vendor_name or invoice.vendor_id or "")
    numbers = {slug(number) for number in (invoice.invoice_number, invoice.order_number) if number}
    named = (f"{DuplicateKey.NUMBER}#{vendor}#{number}" for number in sorted(numbers) if vendor and number)
    return (f"{DuplicateKey.CONTENT}#{invoice.content_hash}", *named)


def verdict(invoice_id: str, groups: Iterable[tuple[str, Sequence[Holder]]]) -> Verdict:
    """What becomes of `invoice_id` among the holders of its fingerprints: (fingerprint, holders) for each of them."""
    linked: str | None = None
    for fingerprint, holders in groups:
        key = DuplicateKey(fingerprint.partition("#")[0])
        found = _among(invoice_id, holders, key)
        if found.duplicate_of:
            return found
        linked = linked or found.linked_to
    return Verdict(linked_to=linked)


def _among(invoice_id: str, holders: Sequence[Holder], key: DuplicateKey) -> Verdict:
    originals: list[Holder] = []
    for holder in sorted(holders, key=lambda each: (each.at, each.id)):
        found = _against(holder, originals, key)
        if holder.id == invoice_id:
            return found
        if found.duplicate_of is None:
            originals.append(holder)
    return Verdict()


def _against(holder: Holder, originals: Sequence[Holder], key: DuplicateKey) -> Verdict:
    if key is DuplicateKey.CONTENT:
        same = [each for each in originals if not holder.distinct and _is_copy(holder, each)]
        return Verdict(duplicate_of=same[0].id, key=key) if same else Verdict()
    if not holder.distinct and (twin := next((each for each in originals if _is_same(holder, each)), None)):
        return Verdict(duplicate_of=twin.id, key=key)
    partner = next((each for each in originals if _is_linked(holder, each)), None)
    return Verdict(linked_to=partner.id if partner else None)


def _is_copy(one: Holder, other: Holder) -> bool:
    """Whether the same content is the same paper: one without a date of its own that comes every month is another each time."""
    return one.uploaded or other.uploaded or _apart(one, other) <= _SAME_DAYS


def _is_same(one: Holder, other: Holder) -> bool:
    near = one.day == other.day if one.category == Category.RENTAL else _apart(one, other) <= _SAME_DAYS
    return near and _amount(one) == _amount(other) is not None and one.credit == other.credit


def _is_linked(one: Holder, other: Holder) -> bool:
    differs = _amount(one) != _amount(other) or one.credit != other.credit
    return differs and _apart(one, other) <= _LINKED_DAYS


def _amount(holder: Holder) -> tuple[Decimal, str | None] | None:
    return None if holder.total is None else (Decimal(holder.total), holder.currency)


def _apart(one: Holder, other: Holder) -> int:
    return abs((date.fromisoformat(one.day) - date.fromisoformat(other.day)).days)
