"""A vendor row as plain data: what fetching and reading need to know, free of tables and Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any, Final

from paypulse.core.categories import Category
from paypulse.core.errors import PayPulseError

_TOGETHER: Final = " + "


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

    @property
    def active(self) -> bool:
        """Whether this row's mails are fetched and published."""
        return self.state is State.ACTIVE


class InvalidRowError(PayPulseError):
    """A stored or shipped row is not of the shape of a Vendor; the message names the row and the fault."""


def words(group: str) -> tuple[str, ...]:
    """The words of a keyword group as people write it: "order + confirmation" is two words that must both occur."""
    return tuple(word for each in group.split(_TOGETHER.strip()) if (word := " ".join(each.split())))


def group(together: Sequence[str]) -> str:
    """The opposite of `words`."""
    return _TOGETHER.join(together)


def content(vendor: Vendor) -> dict[str, Any]:
    """The row as JSON values, without its version: what is kept, compared and exported."""
    row = asdict(vendor)
    del row["version"]
    row["email_patterns"] = [*vendor.email_patterns]
    row["subject_keywords"] = [group(each) for each in vendor.subject_keywords]
    row["field_hints"] = {name: hint_content(hint) for name, hint in vendor.field_hints.items()}
    return row


def hint_content(hint: FieldHint) -> dict[str, str]:
    """The ways of a hint that are set."""
    return {way: text for way, text in asdict(hint).items() if text is not None}


def from_content(row: Mapping[str, Any], *, version: float = 1) -> Vendor:
    """The Vendor that `content` described. Raises InvalidRowError for another shape."""
    known = {each.name for each in fields(Vendor)} - {"version"}
    if unknown := sorted(row.keys() - known):
        raise InvalidRowError(f"{row.get('vendor_id')}: unknown fields {', '.join(unknown)}")
    try:
        return Vendor(**{**row, **_typed(row)}, version=int(version))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidRowError(f"{row.get('vendor_id')}: {error}") from error


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "invoice_category": Category(row["invoice_category"]),
        "email_patterns": tuple(row["email_patterns"]),
        "subject_keywords": tuple(words(each) for each in row.get("subject_keywords", ())),
        "parser_type": ParserType(row.get("parser_type", ParserType.GENERIC)),
        "field_hints": {name: FieldHint(**hint) for name, hint in row.get("field_hints", {}).items()},
        "state": State(row.get("state", State.DRAFT)),
    }
