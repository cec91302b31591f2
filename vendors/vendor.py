"""A vendor row as plain data: what fetching and reading need to know, free of tables and Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from paypulse.core.categories import Category


class State(StrEnum):
    """A row's life. Draft is only tried; shadow reads without publishing; active publishes; retired is kept for history."""

    DRAFT = "draft"
    SHADOW = "shadow"
    ACTIVE = "active"
    RETIRED = "retired"


class ParserType(StrEnum):
    """Which evidence is trusted first: the generic ranking, the page's structured data, or the row's hints."""

    GENERIC = "generic"
    STRUCTURED = "structured"
    HINTS = "hints"


@dataclass(frozen=True, slots=True)
class FieldHint:
    """Where to find one field: beside a label, at a CSS selector, or by a linear-time regular expression (group 1, or all)."""

    label: str | None = None
    selector: str | None = None
    expression: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One VendorConfig row.

    `email_patterns` are whole addresses or domains; `subject_keywords` are groups of words, one group enough, all of its
    words needed; `invoice_sub_type` is a SubType value for retail rows and None for rental ones.
    """

    vendor_id: str
    vendor_name: str
    invoice_category: Category
    invoice_sub_type: str | None
    email_patterns: tuple[str, ...]
    subject_keywords: tuple[tuple[str, ...], ...] = ()
    parser_type: ParserType = ParserType.GENERIC
    field_hints: Mapping[str, FieldHint] = field(default_factory=dict)
    supports_pdf: bool = True
    supports_html: bool = True
    currency: str | None = None
    locale: str | None = None
    logo_url: str | None = None
    notes: str = ""
    state: State = State.DRAFT
    version: int = 1
