"""What a row would do to documents before it does it: every field old and new, where it was found, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from accounts.models import User
from invoices import corrections, documents
from invoices.parsing import DocumentError, open_document, read
from invoices.parsing.document.model import Cell, Document, Line
from invoices.parsing.hints import HintError
from invoices.parsing.result import Candidate, Evidence, Field, Reading
from paypulse.core.errors import NotFoundError
from paypulse.core.money import AmountError, exact
from paypulse.core.text import fold_space
from vendors import readings
from vendors.query import about, lacking, sent_by
from vendors.vendor import Vendor

_MOST_LINES: Final = 400
_MOST_CANDIDATES: Final = 3
_MOST_ORIGINALS: Final = 20
_PLACES: Final = 0.6  # PDF points within which two boxes are one place


@dataclass(frozen=True, slots=True)
class Value:
    """One field as the old row and the new row read it; `confirmed` is what a person said it is."""

    name: str
    old: Field[Any] | None
    new: Field[Any] | None
    confirmed: str | None = None
    trace: tuple[Candidate, ...] = ()

    @property
    def changed(self) -> bool:
        return self._text(self.old) != self._text(self.new)

    @property
    def loses(self) -> bool:
        """Whether the new row gives another value than the person confirmed, and the old row is no excuse for it."""
        wrong = self.confirmed is not None and not agrees(self.new.value if self.new else None, self.confirmed)
        return wrong and (self.old is None or self.changed)

    @property
    def stands(self) -> str:
        """Where the new value was found as seen from its label, in words; empty where no label led to it."""
        same = (each.stands for each in self.trace if self.new and each.value == self.new.value)
        return next(same, "")

    @staticmethod
    def _text(found: Field[Any] | None) -> str | None:
        return None if found is None else str(found.value)


def agrees(value: Any, confirmed: str | None) -> bool:
    """Whether a value that was read is what the person confirmed; 100 is 100.00."""
    if value is None or confirmed is None:
        return value is None and confirmed is None
    if isinstance(value, Decimal):
        try:
            return value == exact(confirmed)
        except AmountError:
            return False
    return fold_space(str(value)).casefold() == fold_space(confirmed).casefold()


@dataclass(frozen=True, slots=True)
class MarkedCell:
    """A piece of the document's text, and the fields that were found there."""

    text: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One document read with a row. `fault` says why it could not be read; `advice` what the row would have to change."""

    title: str
    kind: str | None = None
    values: tuple[Value, ...] = ()
    lines: tuple[tuple[MarkedCell, ...], ...] = ()
    warnings: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    fault: str | None = None
    more_lines: int = 0

    @property
    def lost(self) -> tuple[Value, ...]:
        return tuple(value for value in self.values if value.loses)


@dataclass(frozen=True, slots=True)
class Sample:
    """A document to try a row on, and what a person confirmed about it."""

    title: str
    content: bytes
    filename: str | None = None
    confirmed: Mapping[str, str] = field(default_factory=dict)


def try_on(sample: Sample, new: Vendor, *, old: Vendor | None) -> Trial:
    """The sample read with the new row beside the old one. A document that cannot be read is a Trial with a fault."""
    try:
        document = open_document(sample.content, filename=sample.filename)
        reading = read(document, new, explain=True)
        before = read(document, old) if old else None
    except DocumentError as error:
        return Trial(title=sample.title, fault=f"This cannot be read: {str(error.refusal).replace('_', ' ')}.")
    except HintError as error:
        return Trial(title=sample.title, fault=str(error))
    lines = tuple(_marked(document, dict(reading.facts())))
    return Trial(
        title=sample.title,
        kind=reading.kind,
        values=tuple(_values(before, reading, sample.confirmed)),
        lines=lines[:_MOST_LINES],
        more_lines=max(0, len(lines) - _MOST_LINES),
        warnings=reading.warnings,
        advice=tuple(_advice(document, new)),
    )


def originals(vendor_id: str) -> Iterator[Sample]:
    """The vendor's stored documents of people who share samples, at most twenty, with what they confirmed.

    Those that a person confirmed something about come first, so that none of them is crowded out; then the newest.
    """
    once = {reading.s3_path: reading for reading in reversed(readings.latest(vendor_id))}
    sharing = _sharing({reading.user_id for reading in once.values()})
    shared = [reading for reading in reversed(once.values()) if reading.user_id in sharing]
    confirmed = {
        invoice_id: {name: each.value for name, each in known.items() if each.value is not None}
        for invoice_id, known in corrections.said(shared).items()
    }
    shared.sort(key=lambda reading: not confirmed.get(reading.invoice_id or ""))
    for number, reading in enumerate(shared[:_MOST_ORIGINALS], start=1):
        if sample := _original(reading, number, confirmed.get(reading.invoice_id or "", {})):
            yield sample


def objections(new: Vendor, *, old: Vendor | None) -> list[str]:
    """Each value that a person confirmed and the new row would lose or change, in words; empty when there is none."""
    trials = [try_on(sample, new, old=old) for sample in originals(new.vendor_id) if sample.confirmed]
    return [
        f"{trial.title}: {value.name} would be {value.new.value if value.new else 'lost'}, confirmed as {value.confirmed}"
        for trial in trials
        for value in trial.lost
    ]


def _sharing(user_ids: Collection[str]) -> frozenset[str]:
    """Those of them who chose to share their originals."""
    return frozenset(person.pk for person in User.objects.filter(pk__in=sorted(user_ids)) if person.shares_samples)


def _original(reading: readings.Reading, number: int, confirmed: Mapping[str, str]) -> Sample | None:
    try:
        content = documents.handed_out(reading.user_id, reading.s3_path).content
    except NotFoundError:
        return None
    read_on = f"{reading.at:%Y-%m-%d}" if reading.at else ""
    return Sample(f"Shared document {number}, read {read_on}", content, reading.s3_path.rpartition("/")[2], confirmed)


def _values(before: Reading | None, after: Reading, confirmed: Mapping[str, str]) -> Iterator[Value]:
    old, new = dict(before.facts()) if before else {}, dict(after.facts())
    for name in dict.fromkeys([*new, *old, *confirmed]):
        trace = tuple(each for each in after.candidates if each.field == name)[:_MOST_CANDIDATES]
        yield Value(name, old.get(name), new.get(name), confirmed.get(name), trace)


def _marked(document: Document, facts: Mapping[str, Field[Any]]) -> Iterator[tuple[MarkedCell, ...]]:
    for part in document.parts:
        for line in part.lines:
            yield tuple(_mark(cell, facts) for cell in _cells(line))


def _cells(line: Line) -> Sequence[Cell]:
    return [cell for cell in line.cells if cell.text.strip()]


def _mark(cell: Cell, facts: Mapping[str, Field[Any]]) -> MarkedCell:
    names = [name for name, fact in facts.items() if any(_is_at(cell, each) for each in fact.evidence)]
    return MarkedCell(cell.text, tuple(names))


def _is_at(cell: Cell, place: Evidence) -> bool:
    """Whether the evidence is this cell: by its element or box where both say one, otherwise by the text."""
    if place.part != cell.part:
        return False
    if place.box and cell.box:
        near = all(abs(a - b) <= _PLACES for a, b in zip(place.box[:2], cell.box[:2], strict=True))
        return place.page == cell.page and near
    if place.path and place.path.startswith(("body", "html")):
        return cell.path is not None and place.path == cell.path()  # a hint's own selector names no single element
    return bool(place.snippet) and fold_space(place.snippet) == fold_space(cell.text)[:200]


def _advice(document: Document, vendor: Vendor) -> Iterator[str]:
    header = document.header
    if header and header.sender_address:
        yield from mail_advice(vendor, sender=header.sender_address, subject=header.subject or "")


def mail_advice(vendor: Vendor, *, sender: str, subject: str) -> Iterator[str]:
    """What the row would have to change to claim a mail; nothing when it claims it."""
    if not sent_by(vendor, sender):
        yield f"The row does not take mails from this sender: add {sender.rpartition('@')[2]} or the whole address."
    if not about(vendor, subject):
        lacks = " + ".join(lacking(vendor, subject))
        change = f"it lacks {lacks}, or" if lacks else "add"
        yield f"The row does not take this subject: {change} a word of it as a keyword."
