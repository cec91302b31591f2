"""An invoice as plain data, rental or retail: what pages, functions and exports handle instead of table rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from paypulse.core.categories import Category, SubType


class InvoiceState(StrEnum):
    """What a row stands for. Only `ok` counts in totals; `needs_look` asks the person; the other two are kept, not counted."""

    OK = "ok"
    NEEDS_LOOK = "needs_look"
    DUPLICATE = "duplicate"
    NOT_AN_INVOICE = "not_an_invoice"


class Source(StrEnum):
    """How an invoice came to us."""

    GMAIL = "gmail"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value as it was read (money and dates as text), how sure it is (proved, read, unsure), by what method, and where.

    `evidence` holds places: {snippet, part, page, box, path}, see invoices.parsing.result.Evidence.
    """

    value: str
    confidence: float
    status: str
    method: str
    evidence: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an invoice, or of a rent notice's breakdown, where `component` names what it is for."""

    description: str
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    total_price: Decimal | None = None
    unit: str | None = None
    component: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What the person put in place of a value, when, and what stood there before (None: nothing)."""

    value: str | None
    at: datetime
    was: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One invoice with the values in force: the person's where they corrected it, otherwise as read. None is "not there".

    `sub_type` is None for rent. `details` holds what only the category has (money as Decimal) and is empty in lists.
    `kind` is a value of invoices.parsing.result.Kind, or "unread" for a document that could not be opened. `history` has
    one entry for each change by the person, oldest first ({at, field, old, new}). `duplicate_key` says by what the duplicate
    was recognised (mail, content, number); `entry_id` is its line in the ledger; `words` are the original's, as
    invoices.words packs them.
    """

    user_id: str
    invoice_id: str
    category: Category
    sub_type: SubType | None
    kind: str
    state: InvoiceState
    vendor_id: str | None
    vendor_name: str | None
    total_amount: Decimal | None
    currency: str | None
    tax: Decimal | None
    invoice_date: date | None
    due_date: date | None
    period_start: date | None
    period_end: date | None
    invoice_number: str | None
    order_number: str | None
    ocr_number: str | None
    bankgiro: str | None
    plusgiro: str | None
    iban: str | None
    line_items: tuple[Line, ...]
    reasons: tuple[str, ...]
    facts: Mapping[str, Fact]
    corrections: Mapping[str, Correction]
    history: tuple[Mapping[str, Any], ...]
    duplicate_of: str | None
    duplicate_key: str | None
    linked_to: str | None
    paid_on: date | None
    s3_path: str
    entry_id: str | None
    source: Source
    content_hash: str
    reader_version: int
    vendor_version: int | None
    received_at: datetime
    created_at: datetime
    updated_at: datetime
    version: int
    details: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""

    @property
    def day(self) -> date:
        """The day it belongs to: rent by its due date, retail by its invoice date, otherwise the day it was received."""
        first, second = (self.due_date, self.invoice_date) if self.is_rental else (self.invoice_date, self.due_date)
        return first or second or self.received_at.date()

    @property
    def title(self) -> str:
        """Who it is from, for a heading; its number or id where no name was read."""
        return self.vendor_name or self.invoice_number or self.invoice_id

    @property
    def is_rental(self) -> bool:
        return self.category is Category.RENTAL

    @property
    def is_counted(self) -> bool:
        """Whether its amount belongs in totals: read, sure enough, no duplicate."""
        return self.state is InvoiceState.OK and self.total_amount is not None and self.currency is not None

    @property
    def is_payable(self) -> bool:
        """Whether it waits to be paid: it counts, is due some day, and is neither paid nor a receipt or refund."""
        waits = self.paid_on is None and self.due_date is not None and self.kind not in ("receipt", "credit_note")
        return waits and self.is_counted and self.total_amount is not None and self.total_amount > 0

    @property
    def signed_amount(self) -> Decimal | None:
        """The amount as it changes what was spent: a credit note's is negative, however it was printed."""
        if self.total_amount is None or self.kind != "credit_note":
            return self.total_amount
        return -abs(self.total_amount)

    def is_unsure(self, name: str) -> bool:
        """Whether the fact `name` was read but not trusted, and the person has not said what is right."""
        fact = self.facts.get(name)
        return fact is not None and fact.status == "unsure" and name not in self.corrections


@dataclass(frozen=True, slots=True)
class Waiting:
    """Some invoices that ask for a look; `left` is how many there are in all."""

    items: tuple[Invoice, ...]
    left: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some invoices of a longer list; `cursor` continues it, None at its end."""

    items: tuple[Invoice, ...]
    cursor: str | None
