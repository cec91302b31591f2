"""One invoice as a page shows it: each fact with its value, how sure it is and why, and where it stands in the original."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from invoices.invoice import Correction, Fact, Invoice
from invoices.original import Sheet
from invoices.rows import in_force, plain_details

EDITABLE: Final = (
    "total_amount",
    "currency",
    "tax",
    "vendor_name",
    "sub_type",
    "invoice_date",
    "due_date",
    "invoice_number",
    "order_number",
    "ocr_number",
    "bankgiro",
    "plusgiro",
    "iban",
    "period_start",
    "period_end",
)
_RETAIL_ONLY: Final = ("sub_type",)
_ALWAYS: Final = ("total_amount", "currency", "vendor_name", "invoice_date", "due_date")
COPIED: Final = frozenset(
    {
        "ocr_number",
        "bankgiro",
        "plusgiro",
        "iban",
        "invoice_number",
        "order_number",
        "booking_reference",
        "total_amount",
    }
)
_MARGIN: Final = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A fact on the page. `status` is proved, read, unsure, corrected, or empty where nothing was read."""

    name: str
    value: Any
    status: str
    confidence: int | None
    method: str | None
    snippets: tuple[str, ...]
    correction: Correction | None
    editable: bool
    copied: bool
    place: str | None


@dataclass(frozen=True, slots=True)
class Box:
    """Where a fact stands on a PDF page, in points from its top left corner."""

    name: str
    x: float
    y: float
    width: float
    height: float


def editable(invoice: Invoice) -> tuple[str, ...]:
    """What the person may correct: the fields, and the details of its category that hold one value."""
    if invoice.sub_type is None:
        return tuple(name for name in EDITABLE if name not in _RETAIL_ONLY)
    return (*EDITABLE, *sorted(plain_details(invoice.sub_type) - {*EDITABLE}))


def shown(invoice: Invoice) -> tuple[Shown, ...]:
    """Every fact of `invoice` that is there or ought to be, the most wanted first."""
    own = {name: in_force(invoice, name) for name in editable(invoice)}
    details = {name: value for name, value in invoice.details.items() if name not in own and _is_plain(value)}
    return tuple(
        _one(invoice, name, value)
        for name, value in {**own, **details}.items()
        if value not in (None, "") or name in _ALWAYS
    )


def missing(invoice: Invoice) -> tuple[str, ...]:
    """The fields that hold nothing and can be filled in by hand."""
    return tuple(
        name for name in editable(invoice) if in_force(invoice, name) is None and name not in (*_ALWAYS, *_RETAIL_ONLY)
    )


def _is_plain(value: Any) -> bool:
    return value not in (None, "") and not isinstance(value, (list, tuple, Mapping))


def _one(invoice: Invoice, name: str, value: Any) -> Shown:
    fact = invoice.facts.get(name) or (invoice.facts.get("vat") if name == "tax" else None)
    correction = invoice.corrections.get(name)
    return Shown(
        name=name,
        value=value,
        status="corrected" if correction else fact.status if fact else "",
        confidence=round(fact.confidence * 100) if fact else None,
        method=fact.method if fact else None,
        snippets=tuple(dict.fromkeys(str(place["snippet"]) for place in fact.evidence if place.get("snippet")))
        if fact
        else (),
        correction=correction,
        editable=name in editable(invoice),
        copied=name in COPIED,
        place=_place(name, fact),
    )


def _place(name: str, fact: Fact | None) -> str | None:
    """The fragment of the original at which the fact stands, None where no place is known."""
    for place in fact.evidence if fact else ():
        if place.get("path"):
            return f"at-{name}"
        if place.get("page") is not None:
            return f"page-{int(place['page']) + 1}"
    return None


def marks(invoice: Invoice) -> dict[str, list[str]]:
    """The CSS paths of each fact in an HTML original."""
    found = {
        name: [str(place["path"]) for place in fact.evidence if place.get("path")]
        for name, fact in invoice.facts.items()
    }
    return {name: paths for name, paths in found.items() if paths}


def boxes(invoice: Invoice, sheet: Sheet) -> tuple[Box, ...]:
    """Where facts stand on `sheet` of a PDF original."""
    return tuple(_boxes(invoice, sheet.number - 1))


def _boxes(invoice: Invoice, page: int) -> Iterator[Box]:
    for name, fact in invoice.facts.items():
        for place in fact.evidence:
            if place.get("box") and place.get("page") == page:
                left, top, right, bottom = (float(side) for side in place["box"])
                yield Box(name, left - _MARGIN, top - _MARGIN, right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN)
