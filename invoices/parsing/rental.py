"""Rent notices: the breakdown that adds up to the total, and payment references whose check digits agree.

Everything is found by position: a label's value stands within its cell, to its right or beneath it, and the breakdown is
the run of lines whose amounts make the total.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import accumulate
from typing import TypeVar

from invoices.parsing.document.model import Cell, Document, Line
from invoices.parsing.fields import references
from invoices.parsing.fields.amounts import find_amounts
from invoices.parsing.fields.dates import DayOrder, day_order, find_dates
from invoices.parsing.fields.periods import Span, find_months, find_span
from invoices.parsing.layout import Places, Side, all_labelled, begins, beside, labelled
from invoices.parsing.rental_words import LABELS, RentPart, rent_part, titled_in_swedish, titled_rent
from invoices.parsing.result import Evidence, Field, LineItem, Status

__all__ = ["RentPart", "RentReading", "read", "rent_part"]

T = TypeVar("T")

_MAX_ROWS = 80
_MAX_TOTALS = 12
_MAX_LINES = 400
_OCR = re.compile(r"(?<![\d-])\d[\d ]{0,33}\d(?![\d-])")
_GIRO = re.compile(r"(?<![\d-])\d{1,4}[ -]?(?:\d{2}[ -]?){0,3}\d{1,4}(?![\d-])")
_NUMBER = re.compile(r"[A-Z]{0,4}[-/]?\d[\w/-]{1,24}", re.I)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[0-9A-Z]{1,4}){3,9}(?!\w)")
_CREDITOR = re.compile(r"(?<!\w)RF\d{2}(?: ?[0-9A-Z]{1,4}){1,6}(?!\w)")
# The line a machine reads at the foot of a Swedish giro slip: #OCR# kronor öre digit > account #type# (Bankgirot).
_MACHINE = re.compile(r"#\s*(\d{2,25})\s*#\s*(?:(\d[\d ]{0,11}?)\s+(\d{2})(?:\s+\d)?\s*)?>\s*(\d{2,8})\s*#\d{2}#")

_GIROS = (("bankgiro", references.bankgiro), ("plusgiro", references.plusgiro))
_FOREIGN = re.compile(r"[€$£]|(?<![^\W\d_])(?:EUR|NOK|DKK|USD|GBP)(?![^\W\d_])")
_NET = ("netto", "net", "delsumma", "subtotal", "zwischensumme", "sous-total")
_SUM_LABELS = (
    *_NET,
    *(label for field in ("total_amount", "tax", "due_date", "ocr_number", "bankgiro") for label in LABELS[field]),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RentReading:
    """The facts of a rent notice, named as in `Reading`; `line_items` is the breakdown."""

    total_amount: Field[Decimal] | None = None
    tax: Field[Decimal] | None = None
    currency: Field[str] | None = None
    invoice_date: Field[date] | None = None
    due_date: Field[date] | None = None
    invoice_number: Field[str] | None = None
    ocr_number: Field[str] | None = None
    bankgiro: Field[str] | None = None
    plusgiro: Field[str] | None = None
    iban: Field[str] | None = None
    creditor_reference: Field[str] | None = None
    period_start: Field[date] | None = None
    period_end: Field[date] | None = None
    line_items: tuple[LineItem, ...] = ()
    lines_total: Field[Decimal] | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of text with its amounts, the last first."""

    description: str
    values: tuple[Decimal, ...]
    cell: Cell

    def value(self, back: int) -> Decimal:
        """The amount `back` columns from the right, or the leftmost where the row has fewer."""
        return self.values[min(back, len(self.values) - 1)]


@dataclass(frozen=True, slots=True)
class _Sum:
    """A total with the lines that make it (none where it does not add up)."""

    total: Field[Decimal]
    items: tuple[LineItem, ...] = ()


def is_rent_notice(document: Document) -> bool:
    """Whether the subject or the first lines name a rent notice."""
    return titled_rent(_titles(document))


def _titles(document: Document) -> list[str]:
    subject = document.header.subject if document.header and document.header.subject else ""
    heads = [line.text for part in document.parts for line in part.lines[:60]]
    return [subject, *heads, *(part.title or "" for part in document.parts)]


def read(document: Document) -> RentReading | None:
    """What the rent notice says, or None where the document is none; its total only where the notice proves it."""
    if not is_rent_notice(document):
        return None
    places = Places.of(document)
    order = _order(places)
    summed = _sum(places)
    start, end = _period(places, order)
    bankgiro, plusgiro = (_giro(places, name, check) for name, check in _GIROS)
    return RentReading(
        total_amount=summed.total if summed else None,
        line_items=summed.items if summed else (),
        lines_total=replace(summed.total, evidence=()) if summed and summed.items else None,
        tax=_tax(places, summed),
        invoice_date=_labelled(places, "invoice_date", partial(_first_day, order=order)),
        due_date=_labelled(places, "due_date", partial(_first_day, order=order)),
        invoice_number=_labelled(places, "invoice_number", _number),
        ocr_number=_ocr(places),
        bankgiro=bankgiro,
        plusgiro=plusgiro,
        currency=_currency(places, bankgiro or plusgiro),
        iban=_anywhere(places, _IBAN, references.iban),
        creditor_reference=_anywhere(places, _CREDITOR, references.creditor_reference),
        period_start=start,
        period_end=end,
    )


def _order(places: Places) -> DayOrder:
    """Whether the notice writes the month first, by its other days, its mail's day, or its dollars."""
    texts = [cell.text for cell in places.cells()]
    mentions = [found for text in texts[:_MAX_LINES] for found in find_dates(text)]
    header = places.document.header
    near = header.sent.date() if header and header.sent else None
    return day_order(mentions, month_first_hint=any("$" in text for text in texts), near=near)[0]


# -- labels ----------------------------------------------------------------------------------------------------------


def _labelled(places: Places, field: str, convert: Callable[[str], T | None]) -> Field[T] | None:
    """The value beside the first label that has one, in the order the labels are listed."""
    return next(labelled(places, LABELS[field], convert, why="rent label"), None)


def _first_day(text: str, *, order: DayOrder) -> date | None:
    return next((found.under(order) for found in find_dates(text)), None)


def _number(text: str) -> str | None:
    found = _NUMBER.match(text.strip())
    return found[0] if found and not find_dates(text) else None


def _amount(text: str) -> Decimal | None:
    return next((found.value for found in find_amounts(text)), None)


# -- the total and its lines -----------------------------------------------------------------------------------------


def _sum(places: Places) -> _Sum | None:
    """The labelled total that the breakdown makes, tax within or on top of it; else the one the giro slip repeats."""
    labelled_totals = list(_labelled_totals(places))
    machine = list(_machine_totals(places.document))
    rows = _rows(places.document)
    tried: list[Decimal] = []
    for total, place in _distinct((*labelled_totals, *machine)):
        if any(better > total.value for better in tried):
            break  # the sum of one month of several, or of this month without what is left of another
        tried.append(total.value)
        others = [[row for row in page if not _is_in(row, place)] for page in rows]
        items = _breakdown(others, total.value) or _with_tax(places, others, total.value)
        if items:
            return _Sum(_proved(total, "the lines add up"), items)
    slips = {total.value for total, _ in machine}
    agreed = next((total for total, _ in labelled_totals if total.value in slips), None)
    return _Sum(_proved(agreed, "the giro slip agrees")) if agreed else None


def _labelled_totals(places: Places) -> Iterator[tuple[Field[Decimal], Cell]]:
    """The amounts beside the labels of the total, each with its cell; of a row of sums ("Netto, Moms, Att betala") the last."""
    for label in LABELS["total_amount"]:
        beside_label = [(each, value) for each in beside(places, label) if (value := _amount(each.text)) is not None]
        last = {id(each.label): each.cell for each, _ in beside_label if each.side is Side.RIGHT}
        for each, value in beside_label:
            if each.side is not Side.RIGHT or last[id(each.label)] is each.cell:
                yield Field(value, 0.9, Status.READ, f"rent label {label}", (each.cell.evidence(),)), each.cell


def _is_in(row: _Row, cell: Cell) -> bool:
    """Whether a total stands in a row of the breakdown, so that the row cannot prove it."""
    return (row.cell.part, row.cell.page, row.cell.row) == (cell.part, cell.page, cell.row)


def _with_tax(places: Places, rows: Sequence[Sequence[_Row]], total: Decimal) -> tuple[LineItem, ...]:
    """The lines that make the total with the labelled tax on top, the tax as the last; empty where none do."""
    taxes = {tax.value: tax for tax in all_labelled(places, LABELS["tax"], _amount)}
    for tax in list(taxes.values())[:_MAX_TOTALS]:
        items = _breakdown(rows, total - tax.value) if tax.value > 0 else ()
        if items:
            label = tax.method.removeprefix("label ").capitalize()
            return (*items, LineItem(label, total_price=tax.value, component=str(RentPart.VAT), evidence=tax.evidence))
    return ()


def _distinct(totals: Sequence[tuple[Field[Decimal], Cell]]) -> list[tuple[Field[Decimal], Cell]]:
    """The first place of each value, of a dozen values at most."""
    first: dict[Decimal, tuple[Field[Decimal], Cell]] = {}
    for total, cell in totals:
        first.setdefault(total.value, (total, cell))
    return list(first.values())[:_MAX_TOTALS]


def _proved(field: Field[T], why: str) -> Field[T]:
    return Field(field.value, 0.99, Status.PROVED, f"{field.method}; {why}", field.evidence)


def _rows(document: Document) -> list[list[_Row]]:
    """Every page's or table's lines that have a description and an amount, in order."""
    pages: dict[tuple[int, int | None], list[_Row]] = {}
    for part in document.parts:
        for line in part.lines[:_MAX_LINES]:
            row = _row(line)
            if row:
                pages.setdefault((part.index, line.cells[0].page), []).append(row)
    return [rows[:_MAX_ROWS] for rows in pages.values()]


def _row(line: Line) -> _Row | None:
    texts = [cell for cell in line.cells if any(character.isalpha() for character in cell.text)]
    cells = [cell for cell in line.cells if not texts or cell.column > texts[0].column]
    values = [value for cell in reversed(cells) if (value := _sole_amount(cell.text)) is not None]
    if texts and not values:
        return _packed_row(texts[0])
    return _Row(texts[0].text, tuple(values), texts[0]) if texts and values else None


def _packed_row(cell: Cell) -> _Row | None:
    """A line that is one cell: text, then its amount at the end."""
    found = find_amounts(cell.text)
    if not found or found[-1].end < len(cell.text.rstrip()) or not cell.text[: found[-1].start].strip():
        return None
    return _Row(cell.text[: found[-1].start].strip(" :"), (found[-1].value,), cell)


def _sole_amount(text: str) -> Decimal | None:
    """The amount where a cell holds nothing but one (and its currency)."""
    found = find_amounts(text)
    alone = len(found) == 1 and sum(character.isalpha() for character in text) <= 3
    return found[0].value if alone else None


def _breakdown(pages: Sequence[Sequence[_Row]], total: Decimal) -> tuple[LineItem, ...]:
    """The run of rows that makes `total`, the one with most named rent parts; empty where none does."""
    best: tuple[int, Sequence[_Row], int] = (0, (), 0)
    for rows in pages:
        lines = [row for row in rows if not _is_sum(row)]
        for back in range(max((len(row.values) for row in lines), default=0)):
            best = max([best, *_runs(lines, total, back)], key=lambda each: each[0])
    return tuple(_item(row, best[2]) for row in best[1])


def _runs(rows: Sequence[_Row], total: Decimal, back: int) -> Iterator[tuple[int, Sequence[_Row], int]]:
    sums = [Decimal(0), *accumulate(row.value(back) for row in rows)]
    for start in range(len(rows)):
        for end in range(start + 1, len(rows) + 1):
            if sums[end] - sums[start] == total:
                run = rows[start:end]
                named = sum(rent_part(row.description) is not RentPart.OTHER for row in run)
                if named:
                    yield 2 * named - len(run) + 100, run, back


def _is_sum(row: _Row) -> bool:
    """Whether the row is a total, tax or reference line and not one of the breakdown."""
    return any(begins(label)(row.description) is not None for label in _SUM_LABELS)


def _item(row: _Row, back: int) -> LineItem:
    component = str(rent_part(row.description))
    return LineItem(row.description, total_price=row.value(back), component=component, evidence=(row.cell.evidence(),))


def _tax(places: Places, summed: _Sum | None) -> Field[Decimal] | None:
    """The labelled tax, unless it is more than the total it is a part of."""
    limit = abs(summed.total.value) if summed else None
    found = all_labelled(places, LABELS["tax"], _amount)
    return next((tax for tax in found if limit is None or abs(tax.value) < limit), None)


# -- references ------------------------------------------------------------------------------------------------------


def _ocr(places: Places) -> Field[str] | None:
    """The OCR number whose check digit agrees; a labelled one that fails it is given too, but unsure."""
    beside_label = list(all_labelled(places, LABELS["ocr_number"], _digits))
    machine = {match[1] for _, match in _machine(places.document)}
    for field in beside_label:
        if references.ocr(field.value):
            return _proved(field, "check digit")
    for cell, match in _machine(places.document):
        if references.ocr(match[1]):
            return Field(match[1], 0.97, Status.PROVED, "giro slip; check digit", (cell.evidence(),))
    first = next((field for field in beside_label if field.value in machine), next(iter(beside_label), None))
    return (
        Field(first.value, 0.4, Status.UNSURE, f"{first.method}; check digit fails", first.evidence) if first else None
    )


def _digits(text: str) -> str | None:
    if find_dates(text):
        return None
    found = _OCR.search(text)
    digits = references.digits_of(found[0]) if found else ""
    return digits if len(digits) >= 4 else None


def _giro(places: Places, field: str, verify: Callable[[str], str | None]) -> Field[str] | None:
    def convert(text: str) -> str | None:
        return next((number for match in _GIRO.finditer(text) if (number := verify(match[0]))), None)

    found = _labelled(places, field, convert)
    return _proved(found, "check digit") if found else None


def _currency(places: Places, giro: Field[str] | None) -> Field[str] | None:
    """Kronor for a Swedish giro account or a Swedish title, unless the page shows another currency (Bankgirot)."""
    if any(_FOREIGN.search(cell.text) for cell in places.cells()):
        return None
    if giro is not None:
        return Field("SEK", 0.95, Status.READ, "giro number", giro.evidence)
    return Field("SEK", 0.8, Status.READ, "Swedish title") if titled_in_swedish(_titles(places.document)) else None


def _anywhere(places: Places, pattern: re.Pattern[str], verify: Callable[[str], str | None]) -> Field[str] | None:
    """A reference that needs no label, because its check digits are strong."""
    for cell in places.cells():
        for match in pattern.finditer(cell.text):
            number = verify(match[0])
            if number:
                return Field(number, 0.98, Status.PROVED, "check digits", (cell.evidence(),))
    return None


def _machine(document: Document) -> Iterator[tuple[Cell, re.Match[str]]]:
    for part in document.parts:
        for line in part.lines:
            if "#" in line.text and (match := _MACHINE.search(line.text)):
                yield line.cells[0], match


def _machine_totals(document: Document) -> Iterator[tuple[Field[Decimal], Cell]]:
    for cell, match in _machine(document):
        if match[2]:
            value = Decimal(f"{match[2].replace(' ', '')}.{match[3]}")
            yield Field(value, 0.9, Status.READ, "giro slip", (cell.evidence(),)), cell


# -- the period ------------------------------------------------------------------------------------------------------


def _period(places: Places, order: DayOrder) -> tuple[Field[date] | None, Field[date] | None]:
    """The labelled pair of days, else the first month that is named."""
    pair = _labelled(places, "period", partial(find_span, order=order))
    if pair is None:
        pair = _named_month(places)
    if pair is None:
        return None, None
    return tuple(Field(day, pair.confidence, pair.status, pair.method, pair.evidence) for day in pair.value)  # type: ignore[return-value]


def _named_month(places: Places) -> Field[Span] | None:
    for cell in places.cells():
        found = find_months(cell.text)
        if found:
            return Field(found, 0.8, Status.READ, "named month", (cell.evidence(),))
    header = places.document.header
    subject = header.subject if header and header.subject else ""
    found = find_months(subject)
    return Field(found, 0.7, Status.READ, "named month in the subject", (Evidence(subject),)) if found else None
