"""Tells an invoice from a receipt, a credit note, a booking, and what is none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from invoices.parsing.document.model import Document, PartKind
from invoices.parsing.fields.labels import Label, find_labels, fold, small_words
from invoices.parsing.result import Field, Kind
from invoices.parsing.scan import Scan, Seen
from invoices.parsing.totals import TotalCandidate

_TOP_ROWS = 25
_TITLE = 60
_SHORT_TITLE = 25  # such as a name and a month
_SENTENCE = 25  # characters around an amount
_CHARGES = frozenset(("kind_invoice", "kind_receipt", "kind_credit"))
_NAMED = ("kind_invoice", "kind_credit", "kind_receipt", "kind_booking")
_DENIALS = frozenset(
    label for label in ("not a payment receipt", "not a receipt", "this is not a payment receipt", "is not a bill")
)


def classify_kind(
    document: Document,
    scans: Sequence[Scan],
    total: Field[Decimal] | None,
    top: TotalCandidate | None,
    *,
    currency: str | None,
) -> Kind:
    """What the document is, by its subject, its title lines and whether it has a total."""
    labels = tuple(_title_labels(document, scans))
    named: set[str] = set().union(*(label.roles for label in labels))
    named |= {"titled"} if _is_titled(document) else set()
    if (
        _is_undone(document)
        or (total is None and _is_bare_mail(document, scans))
        or _denied(scans)
        or _titled_otherwise(document, scans)
        or not _is_charge(named, total, top)
    ):
        return Kind.NOT_AN_INVOICE
    marked = bool(top and top.spot.mention.mark) and bool(named & _CHARGES)  # crowns, of whatever country
    if currency is None and "kind_invoice" not in named and not marked:
        return Kind.NOT_AN_INVOICE
    first = next((role for label in labels for role in _NAMED if role in label.roles), None)
    return _kind(named, first, total)


def _is_charge(named: set[str], total: Field[Decimal] | None, top: TotalCandidate | None) -> bool:
    """Whether an amount is said to be charged, by its label or its sum, and by what the document calls itself."""
    if total is None or top is None:
        return bool(named & ({"kind_invoice", "kind_credit"} if total is None else _CHARGES))
    stated = top.spot.role in ("total_strong", "total", "due", "paid") or top.proved
    if named & {"not_an_invoice", "delivery_notice"}:
        return stated and bool(total.value)
    if named & _CHARGES:
        return (
            stated
            or top.spot.role in ("amount", "line", "net")
            or total.method == "arithmetic"
            or ("kind_credit" in named and bool(top.spot.mention.mark))
            or ("titled" in named and bool(top.spot.mention.mark))
        )
    in_a_sentence = top.spot.prose > _SENTENCE and not top.proved
    return stated and (top.spot.role != "due" or top.proved) and not in_a_sentence


def _kind(named: set[str], first: str | None, total: Field[Decimal] | None) -> Kind:
    if "kind_credit" in named or (total and total.value < 0):
        return Kind.CREDIT_NOTE
    if first == "kind_booking" and "kind_invoice" not in named:
        return Kind.BOOKING
    return Kind.INVOICE if "kind_invoice" in named else Kind.RECEIPT


def _title_labels(document: Document, scans: Sequence[Scan]) -> Iterator[Label]:
    if document.header and document.header.subject:
        yield from find_labels(document.header.subject)
    for scan in scans:
        yield from find_labels(_joined(scan.part.title or ""))
        for row in scan.rows[:_TOP_ROWS]:
            for seen in row.cells:
                if len(seen.cell.text) <= _TITLE:
                    yield from find_labels(_joined(seen.cell.text)) if _is_spaced(seen.cell.text) else seen.labels


def _is_spaced(text: str) -> bool:
    words = text.split()
    return len(words) >= 5 and sum(len(word) == 1 for word in words) >= 0.8 * len(words)


def _joined(text: str) -> str:
    """A title set with a blank between its letters, without them."""
    return text.replace(" ", "") if _is_spaced(text) else text


def _is_titled(document: Document) -> bool:
    """Whether the mail's subject is hardly more than the name of a charge ("Receipt")."""
    subject = (document.header.subject if document.header else None) or ""
    return any(label.roles & _CHARGES and len(label.phrase) > 0.75 * len(subject) for label in find_labels(subject))


def _is_undone(document: Document) -> bool:
    """Whether the mail's subject says that the order was cancelled or the payment failed."""
    subject = (document.header.subject if document.header else None) or ""
    return any("undone" in label.roles for label in find_labels(subject))


def _is_bare_mail(document: Document, scans: Sequence[Scan]) -> bool:
    """Whether a mail with nothing attached states no amount at all: it only speaks of an invoice that is elsewhere."""
    amounts = (amount for scan in scans for row in scan.rows for seen in row.cells for amount in seen.amounts)
    attached = bool(document.attachments) or any(scan.part.kind is PartKind.PDF for scan in scans)
    return document.header is not None and not attached and not any(amount.is_money for amount in amounts)


def _titled_otherwise(document: Document, scans: Sequence[Scan]) -> bool:
    """Whether the title or the subject names a quotation or the like, and no invoice."""
    subject = find_labels((document.header.subject if document.header else None) or "")
    titles = [seen.labels for scan in scans for row in scan.rows[:12] for seen in row.cells if _is_title(seen)]
    if not any("not_an_invoice" in label.roles for label in (*subject, *(labels[0] for labels in titles))):
        return False
    named: set[str] = set().union(*(label.roles for labels in (subject, *titles) for label in labels))
    return not named & {"kind_invoice", "kind_receipt"}


def _is_title(seen: Seen) -> bool:
    """Whether a cell is hardly more than labels, and begins with one or with a small word ("your")."""
    before = fold(seen.cell.text[: seen.labels[0].start]) if seen.labels else ""
    if not seen.labels or not small_words().issuperset(re.findall(r"\w+", before)):
        return False
    covered = sum(label.end - label.start for label in seen.labels)
    text = seen.cell.text.strip()
    return covered >= (0.4 if len(text) <= _SHORT_TITLE else 0.6) * len(text)


def _denied(scans: Sequence[Scan]) -> bool:
    return any(
        label.phrase in _DENIALS for scan in scans for row in scan.rows for seen in row.cells for label in seen.labels
    )
