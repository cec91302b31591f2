"""Corrections become configuration: where people corrected the same field of a vendor, a hint that reads it right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from invoices.parsing import DocumentError, open_document
from invoices.parsing.document.model import Document
from invoices.parsing.vocabulary import FIELDS, value_of
from paypulse.core.text import fold_space
from vendors.forms import hint_fault
from vendors.vendor import FieldHint, Vendor
from vendors.views.trial import Sample, agrees, originals, try_on

_ENOUGH: Final = 2
_LABELS_TRIED: Final = 5
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A hint for one field, the row with it, and in how many of the documents it reads what people confirmed."""

    field: str
    hint: FieldHint
    vendor: Vendor
    documents: int
    right_before: int
    right_after: int


def proposals(vendor: Vendor) -> tuple[Proposal, ...]:
    """For each field that was corrected in two or more shared documents: the label beside the value, if that reads it better."""
    samples = [sample for sample in originals(vendor.vendor_id) if sample.confirmed]
    counted = Counter(name for sample in samples for name in sample.confirmed if name in FIELDS)
    often = [name for name, number in counted.most_common() if number >= _ENOUGH]
    return tuple(found for name in often if (found := _proposal(vendor, name, samples)))


def _proposal(vendor: Vendor, field: str, samples: Sequence[Sample]) -> Proposal | None:
    concerned = [sample for sample in samples if field in sample.confirmed]
    before = _right(vendor, field, concerned)
    tried = [_tried(vendor, field, label, concerned, before) for label in _common_labels(field, concerned)]
    better = [each for each in tried if each.right_after > before]
    return max(better, key=lambda each: each.right_after, default=None)


def _tried(vendor: Vendor, field: str, label: str, samples: Sequence[Sample], before: int) -> Proposal:
    hint = FieldHint(label=label)
    changed = replace(vendor, field_hints={**vendor.field_hints, field: hint})
    right = _right(changed, field, samples)
    return Proposal(
        field=field, hint=hint, vendor=changed, documents=len(samples), right_before=before, right_after=right
    )


def _right(vendor: Vendor, field: str, samples: Sequence[Sample]) -> int:
    values = (value for sample in samples for value in try_on(sample, vendor, old=None).values if value.name == field)
    return sum(value.new is not None and agrees(value.new.value, value.confirmed) for value in values)


def _common_labels(field: str, samples: Sequence[Sample]) -> list[str]:
    """The words beside the confirmed value that most of the documents share."""
    counted = Counter(label for sample in samples for label in set(_labels(field, sample)))
    return [label for label, number in counted.most_common(_LABELS_TRIED) if number >= _ENOUGH]


def _labels(field: str, sample: Sample) -> Iterator[str]:
    try:
        document = open_document(sample.content, filename=sample.filename)
    except DocumentError:
        return
    for label in _beside(document, field, sample.confirmed[field]):
        plain = fold_space(label).casefold().rstrip(" :.-")
        usable = 0 < len(plain) <= _LONGEST and not any(map(str.isdigit, plain))
        if usable and hint_fault(field, FieldHint(label=plain)) is None:
            yield plain


def _beside(document: Document, field: str, confirmed: str) -> Iterator[str]:
    lines = [line for part in document.parts for line in part.lines]
    for line in lines:
        for left, cell in zip([None, *line.cells], line.cells, strict=False):
            if agrees(value_of(field, cell.text), confirmed):
                yield left.text if left else cell.text.partition(":")[0]
