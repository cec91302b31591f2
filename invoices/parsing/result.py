"""What a reading gives back: facts, each with its confidence, its method and the place it was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from paypulse.core.categories import Category, SubType

T = TypeVar("T", covariant=True)


class Kind(StrEnum):
    """What a document is."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    CREDIT_NOTE = "credit_note"
    RENT_NOTICE = "rent_notice"
    BOOKING = "booking"
    NOT_AN_INVOICE = "not_an_invoice"


class Status(StrEnum):
    """How far a value may be trusted: proved (adds up, or two independent sources agree), read, unsure (ask the person)."""

    PROVED = "proved"
    READ = "read"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in the document: a snippet of its text, and a page with a box or an element path.

    `box` is (x0, top, x1, bottom) in PDF points from the page's top left corner; `path` is a CSS path such as
    `body>table:nth-of-type(2)>tr:nth-of-type(1)>td:nth-of-type(2)` in the HTML part as it was received; `part` counts
    the document's readable parts from 0 (a lone PDF or HTML file is part 0).
    """

    snippet: str
    part: int = 0
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """One fact: its value, confidence (0 to 1), status, the method that found it, and where."""

    value: T
    confidence: float
    status: Status
    method: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class LineItem:
    """One line of an invoice, or of a rent breakdown (where only description and total_price are given).

    `component` says what a rent line is: base_rent, cold_water, warm_water, heating, electricity, parking, adjustment,
    rounding, vat or other; None on other documents.
    """

    description: str
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    total_price: Decimal | None = None
    unit: str | None = None
    component: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value that was considered for a field, with its score and the reasons, best first (only with explain=True).

    `stands` says in words where it was found, as seen from its label; empty where no label led to it.
    """

    field: str
    value: Any
    score: float
    reasons: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    stands: str = ""


def standing(label: str, where: str) -> str:
    """The words for a value that stands at `where` from a label ("right of it"); empty where one of the two is unknown."""
    return f"label “{label}” found, value {where}" if label and where else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The facts of one document. A fact that is not there is None, never zero or an empty string.

    `lines_total` is what the lines come to, and how sure they are: proved where that is a sum of the document.
    `details` holds what only the category has (SPEC: restaurant, tip, plan, period_start, booking_reference, ...), keyed
    by the stored field name. `warnings` are codes of what did not fit, e.g. `xml_disagrees_with_page`.
    """

    kind: Kind
    category: Category | None = None
    sub_type: Field[SubType] | None = None
    vendor_name: Field[str] | None = None
    total_amount: Field[Decimal] | None = None
    currency: Field[str] | None = None
    invoice_date: Field[date] | None = None
    due_date: Field[date] | None = None
    invoice_number: Field[str] | None = None
    order_number: Field[str] | None = None
    tax: Field[Decimal] | None = None
    subtotal: Field[Decimal] | None = None
    shipping: Field[Decimal] | None = None
    discount: Field[Decimal] | None = None
    tip: Field[Decimal] | None = None
    ocr_number: Field[str] | None = None
    bankgiro: Field[str] | None = None
    plusgiro: Field[str] | None = None
    iban: Field[str] | None = None
    creditor_reference: Field[str] | None = None
    period_start: Field[date] | None = None
    period_end: Field[date] | None = None
    line_items: tuple[LineItem, ...] = ()
    lines_total: Field[Decimal] | None = None
    details: Mapping[str, Field[Any]] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()
    warnings: tuple[str, ...] = ()
    text: str = ""

    def facts(self) -> Iterator[tuple[str, Field[Any]]]:
        """Every fact that was found, by its stored name, the category's own details last."""
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, Field):
                yield each.name, value
        yield from self.details.items()
