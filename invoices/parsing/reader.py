"""The ladder: embedded data, then the vendor row's hints, then what the page itself says, checked by arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from invoices.parsing import category, details, hints, rental, structured
from invoices.parsing.amount_roles import TOTALS, AmountSpot, amount_spots
from invoices.parsing.arithmetic import MOST_TAX
from invoices.parsing.currency import choose_currency
from invoices.parsing.days import DateSpot, Days, choose_days, date_spots
from invoices.parsing.document.bounds import Deadline
from invoices.parsing.document.errors import DocumentError, Refusal
from invoices.parsing.document.model import Document
from invoices.parsing.document.opening import open_document
from invoices.parsing.fields.amounts import find_amounts
from invoices.parsing.fields.labels import find_labels
from invoices.parsing.fields.numbers import NumberCandidate, number_candidates, subject_candidates
from invoices.parsing.fields.vendors import VendorCandidate, vendor_candidates
from invoices.parsing.kinds import classify_kind
from invoices.parsing.lines import lines_total, read_lines
from invoices.parsing.merging import Ladder
from invoices.parsing.payment import references_on
from invoices.parsing.result import Candidate, Field, Kind, LineItem, Reading, Status, standing
from invoices.parsing.scan import Scan, scan
from invoices.parsing.totals import TotalCandidate, choose_total, rank_totals
from invoices.parsing.unnamed import named_by_sums, whole_units
from paypulse.core.categories import Category
from vendors.vendor import Vendor

_MAX_TEXT = 20_000
_STATED = 4.0  # a score that only an amount under a total's label reaches
# Where a value stands by where its label stands from it, and by where it was looked for from the label.
_FROM_LABEL = {
    "inline": "after it",
    "left": "right of it",
    "above": "below it",
    "below": "above it",
    "after": "before it",
    "heading": "in its column",
}
_BESIDE = {"inline": "after it", "right": "right of it", "below": "below it"}


@dataclass(frozen=True, slots=True)
class _Page:
    """What the main part says, with the other parts to fall back on."""

    document: Document
    scans: tuple[Scan, ...]
    main: Scan
    spots: tuple[AmountSpot, ...]
    totals: tuple[TotalCandidate, ...]
    other_totals: tuple[TotalCandidate, ...]
    dates: tuple[DateSpot, ...]

    @property
    def text(self) -> str:
        return "\n".join(each.text for each in self.scans)


def read(document: Document | bytes, vendor: Vendor | None = None, *, explain: bool = False) -> Reading:
    """The facts of a document; `explain` adds what was considered. Raises DocumentError for bytes that cannot be opened."""
    opened = open_document(document) if isinstance(document, bytes) else document
    page = _look(opened, Deadline())
    reading = _read_page(page, vendor, explain)
    reading = _overlay_rent(opened, reading, vendor)
    return _with_category(opened, reading, vendor)


def _look(document: Document, deadline: Deadline) -> _Page:
    """The parts, seen; the first that states a total is the main one, so that an attached invoice wins over its mail."""
    scans = tuple(scan(part, deadline) for part in document.parts if part.lines)
    if not scans:
        raise DocumentError(Refusal.NO_TEXT, parts=len(document.parts))
    spots = [named_by_sums(whole_units(amount_spots(each, deadline))) for each in scans]
    totals = [rank_totals(each, deadline) for each in spots]
    best = [each[0].score if each else -99.0 for each in totals]
    main = next((place for place, score in enumerate(best) if score >= _STATED), best.index(max(best)))
    dates = date_spots(scans[main]) or tuple(spot for each in scans for spot in date_spots(each))
    others = tuple(each[0] for place, each in enumerate(totals) if each and place != main)
    return _Page(document, scans, scans[main], spots[main], totals[main], others, dates)


def _read_page(page: _Page, vendor: Vendor | None, explain: bool) -> Reading:
    ladder = Ladder(page.document, structured.candidates(page.document), hints.candidates(page.document, vendor))
    total = ladder.total(choose_total(_with_other_parts(page)), page.totals)
    top = next((each for each in page.totals if total and each.value == total.value), None)
    currency = ladder.field("currency", _currency(page, top, vendor))
    kind = ladder.kind(
        classify_kind(page.document, page.scans, total, top, currency=currency.value if currency else None)
    )
    total = _all_paid(total, kind, top, page)
    days = choose_days(page.dates, header=page.document.header, month_first_hint=_month_first(currency))
    numbers = _numbers(page)
    names = vendor_candidates(page.document, (page.main, *(each for each in page.scans if each is not page.main)))
    items = ladder.lines(read_lines(page.main, page.spots, total.value if total else None))
    discount = ladder.field("discount", _component(page.spots, "discount", total))
    total = _against_lines(total, items, page.spots) if discount is None else total
    reading = Reading(
        kind=kind,
        vendor_name=_vendor(vendor) or ladder.field("vendor_name", _name(names)),
        total_amount=total,
        currency=currency,
        invoice_date=ladder.field("invoice_date", days.issued),
        due_date=ladder.field("due_date", days.due),
        invoice_number=ladder.field("invoice_number", _number(numbers, "invoice_number")),
        order_number=ladder.field(
            "order_number", _number(numbers, "order_number") or _number(numbers, "transaction_id")
        ),
        tax=ladder.field("tax", _component(page.spots, "tax", total)),
        subtotal=ladder.field("subtotal", _component(page.spots, "net", total)),
        shipping=ladder.field("shipping", _component(page.spots, "shipping", total)),
        discount=discount,
        tip=ladder.field("tip", _component(page.spots, "tip", total)),
        line_items=items,
        lines_total=lines_total(items, page.spots, total.value if total else None),
        warnings=ladder.warnings,
        text=page.text[:_MAX_TEXT],
        candidates=_considered(page, days, numbers, names, ladder) if explain else (),
    )
    return replace(reading, **references_on(page.main))


def _all_paid(
    total: Field[Decimal] | None, kind: Kind, top: TotalCandidate | None, page: _Page
) -> Field[Decimal] | None:
    """The total, read where a receipt states one amount only, as paid, and speaks of no balance that is left."""
    if total is None or top is None or kind is not Kind.RECEIPT or top.spot.role != "paid":
        return total
    others = any(spot.mention.is_money and abs(spot.value) not in (0, abs(total.value)) for spot in page.spots)
    left = any("due" in label.roles for row in page.main.rows for seen in row.cells for label in seen.labels)
    doubtful = others or left or top.spot.qualifiers or not top.spot.mention.mark or total.status is not Status.UNSURE
    return total if doubtful else replace(total, status=Status.READ, confidence=0.75)


def _against_lines(
    total: Field[Decimal] | None, items: Sequence[LineItem], spots: Sequence[AmountSpot]
) -> Field[Decimal] | None:
    """The total, unsure where nothing is taken off and yet its lines come to more, unless it adds up by itself."""
    if total is None or total.method == "arithmetic":
        return total
    lines = sum((item.total_price for item in items if item.total_price is not None), Decimal(0))
    taken = sum((spot.value for spot in spots if spot.value < 0 and spot.mention.is_money), Decimal(0))
    if abs(lines) <= abs(total.value) or lines + taken == total.value:
        return total
    return replace(total, status=Status.UNSURE, confidence=min(total.confidence, 0.5))


def _currency(page: _Page, top: TotalCandidate | None, vendor: Vendor | None) -> Field[str] | None:
    header = page.document.header
    text = f"{page.text}\n{header.sender_address or ''} {header.subject or ''}" if header else page.text
    default = vendor.currency if vendor else None
    return choose_currency(
        top.spot if top else None, page.spots, text, default=default, languages=page.main.languages()
    )


def _with_other_parts(page: _Page) -> tuple[TotalCandidate, ...]:
    """The main part's candidates; a value that another part of the mail states as its total is thereby proved."""
    stated = {each.value for each in page.other_totals if each.spot.role in TOTALS - {"amount"}}
    subject = _subject_amounts(page.document)
    return tuple(
        replace(each, proved=True, score=each.score + 0.8, reasons=(*each.reasons, "stated_elsewhere"))
        if each.value and each.spot.role in TOTALS and (each.value in stated or each.value in subject)
        else each
        for each in page.totals
    )


def _subject_amounts(document: Document) -> set[Decimal]:
    """What the mail's subject states with its currency; one that asks states nothing."""
    subject = (document.header.subject if document.header else None) or ""
    return set() if "?" in subject else {mention.value for mention in find_amounts(subject) if mention.mark}


def _month_first(currency: Field[str] | None) -> bool:
    """Whether the writer's country puts the month first: of those we know, only the United States."""
    return bool(currency and currency.value == "USD")


def _numbers(page: _Page) -> tuple[NumberCandidate, ...]:
    subject = (page.document.header.subject if page.document.header else None) or ""
    found = number_candidates(page.main, subject=subject)
    if not found or found[0].score < 4:
        others = [
            each for other in page.scans if other is not page.main for each in number_candidates(other, subject=subject)
        ]
        found = (*found, *others)
    return tuple(sorted((*found, *subject_candidates(subject, find_labels(subject))), key=lambda each: -each.score))


def _number(candidates: Sequence[NumberCandidate], role: str) -> Field[str] | None:
    best = next((each for each in candidates if each.role == role), None)
    labelled = any("shape" not in each.reasons for each in candidates)
    if best is None or best.score < 1.4 or ("shape" in best.reasons and labelled and role != "invoice_number"):
        return None
    if "shape" in best.reasons and any(each.role == "order_number" and each.score > 3 for each in candidates):
        return None
    status = Status.UNSURE if best.score < 3 else Status.PROVED if best.score > 6.8 else Status.READ
    method = "shape" if "shape" in best.reasons else role
    return Field(best.value, round(min(0.97, 0.4 + 0.08 * best.score), 3), status, method, (best.evidence,))


def _vendor(vendor: Vendor | None) -> Field[str] | None:
    return Field(vendor.vendor_name, 1.0, Status.PROVED, "vendor_row") if vendor else None


def _name(candidates: Sequence[VendorCandidate]) -> Field[str] | None:
    if not candidates or candidates[0].score < 1.5:
        return None
    best = candidates[0]
    margin = best.score - candidates[1].score if len(candidates) > 1 else best.score
    status = (
        Status.PROVED
        if len(best.reasons) > 2 and margin > 1
        else Status.READ
        if margin > 0.4 and best.score > 3
        else Status.UNSURE
    )
    return Field(
        best.value, round(min(0.97, 0.4 + 0.07 * best.score), 3), status, "+".join(best.reasons), best.evidence
    )


def _component(spots: Sequence[AmountSpot], role: str, total: Field[Decimal] | None) -> Field[Decimal] | None:
    """A part of the total by its label: the one nearest to the total, the largest where several stand."""
    found = [
        spot for spot in spots if spot.role == role and spot.mention.is_money and not spot.in_items and spot.prose < 160
    ]
    if total is not None:
        found = [spot for spot in found if abs(spot.value) <= abs(total.value) or role in ("net", "discount")]
        less = [spot for spot in found if abs(spot.value) < abs(total.value) * MOST_TAX]
        found = (less or found) if role == "tax" else found  # more is what the tax was reckoned on
    if not found:
        return None
    nets = {spot.value for spot in spots if spot.role == "net"}
    fitting = [spot for spot in found if total is not None and role == "tax" and total.value - spot.value in nets]
    best = max(fitting or found, key=lambda spot: (spot.source in ("left", "inline"), abs(spot.value)))
    fits = bool(fitting)
    status = Status.PROVED if fits else Status.READ
    value = (
        abs(best.value)
        if role in ("discount",) or (role == "tax" and total is not None and total.value > 0)
        else best.value
    )
    return Field(
        value, 0.95 if fits else 0.8, status, "arithmetic" if fits else "generic", (best.seen.cell.evidence(),)
    )


def _overlay_rent(document: Document, reading: Reading, vendor: Vendor | None) -> Reading:
    if vendor is not None and vendor.invoice_category is not Category.RENTAL:
        return reading
    rent = rental.read(document)
    if rent is None:
        return reading
    facts = {name: value for name in rent.__slots__ if (value := getattr(rent, name)) not in (None, ())}
    reading = replace(reading, kind=Kind.RENT_NOTICE, **facts)
    repeated = reading.ocr_number and reading.order_number and reading.order_number.value == reading.ocr_number.value
    return replace(reading, order_number=None) if repeated else reading


def _with_category(document: Document, reading: Reading, vendor: Vendor | None) -> Reading:
    if reading.kind is Kind.NOT_AN_INVOICE:
        return reading
    found, sub_type = category.classify(document, vendor)
    reading = replace(reading, category=found, sub_type=sub_type)
    if sub_type is None:
        return reading
    return replace(reading, details=details.details(document, sub_type.value, reading=reading))


def _number_stands(number: NumberCandidate) -> str:
    said = dict(reason.split(":", 1) for reason in number.reasons if ":" in reason)
    return standing(said.get("label", ""), _BESIDE.get(said.get("source", ""), ""))


def _considered(
    page: _Page, days: Days, numbers: Sequence[NumberCandidate], names: Sequence[VendorCandidate], ladder: Ladder
) -> tuple[Candidate, ...]:
    """Everything that was weighed, best first within each field."""
    totals = (
        Candidate(
            "total_amount",
            each.value,
            each.score,
            each.reasons,
            (each.spot.seen.cell.evidence(),),
            standing(each.spot.phrase, _FROM_LABEL.get(each.spot.source, "")),
        )
        for each in page.totals[:12]
    )
    dates = (Candidate("invoice_date", value, score, (f"label:{role}",)) for value, score, role in days.considered)
    ids = (
        Candidate(each.role, each.value, each.score, each.reasons, (each.evidence,), _number_stands(each))
        for each in numbers[:12]
    )
    vendors = (Candidate("vendor_name", each.value, each.score, each.reasons, each.evidence) for each in names[:8])
    return (*ladder.claims, *totals, *dates, *ids, *vendors)
