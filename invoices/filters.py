"""What part of the invoices a person asks for: read from an address, written back into one, and applied to a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from invoices.invoice import Invoice, InvoiceState
from invoices.words import unpacked
from paypulse.core.categories import Category, SubType
from paypulse.core.errors import PayPulseError
from paypulse.core.money import as_typed

_SHOWN = (InvoiceState.OK, InvoiceState.NEEDS_LOOK)
CATEGORIES = (str(Category.RENTAL), *map(str, SubType))


class Sort(StrEnum):
    """The order of a list."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LARGEST = "largest"
    SMALLEST = "smallest"

    @property
    def is_by_amount(self) -> bool:
        """Whether no index has this order, so that only what was looked through can be put in it."""
        return self in (Sort.LARGEST, Sort.SMALLEST)


class Standing(StrEnum):
    """What a list may be narrowed to beside its facts."""

    PAID = "paid"
    UNPAID = "unpaid"
    NEEDS_LOOK = "needs_look"
    OK = "ok"
    DUPLICATE = "duplicate"
    NOT_AN_INVOICE = "not_an_invoice"

    def holds(self, invoice: Invoice) -> bool:
        """Whether `invoice` stands so; only what is due some day can be unpaid."""
        if self is Standing.PAID:
            return invoice.paid_on is not None
        if self is Standing.UNPAID:
            return invoice.is_payable
        return str(invoice.state) == str(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A choice of invoices. `category` is "rental" or a retail sub type; days are inclusive; None does not narrow."""

    category: str | None = None
    vendor: str | None = None
    since: date | None = None
    until: date | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    state: Standing | None = None
    text: str = ""
    sort: Sort = Sort.NEWEST
    cursor: str | None = None

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> Filter:
        """The filter that an address's query says; a part that cannot be understood does not narrow."""
        since, until = _months(_text(query, "month")) or (_day(_text(query, "since")), _day(_text(query, "until")))
        category = _text(query, "category")
        return cls(
            category=category if category in CATEGORIES else None,
            vendor=_text(query, "vendor")[:100] or None,
            since=since,
            until=until,
            least=_amount(_text(query, "least")),
            most=_amount(_text(query, "most")),
            state=_member(Standing, _text(query, "state")),
            text=_text(query, "q")[:100],
            sort=_member(Sort, _text(query, "sort")) or Sort.NEWEST,
            cursor=_text(query, "cursor")[:2000] or None,
        )

    def query(self) -> str:
        """The filter as the query of an address, without its place in the list."""
        pairs = {
            "q": self.text,
            "category": self.category,
            "vendor": self.vendor,
            "since": self.since,
            "until": self.until,
            "least": self.least,
            "most": self.most,
            "state": self.state,
            "sort": None if self.sort is Sort.NEWEST else self.sort,
        }
        return urlencode({name: str(value) for name, value in pairs.items() if value not in (None, "")})

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for anything that no index answers, so that rows must be looked through."""
        return bool(self.text or self.vendor or self.state or self.least is not None or self.most is not None)

    @property
    def is_empty(self) -> bool:
        return not self.query()

    def accepts(self, invoice: Invoice) -> bool:
        """Whether `invoice` is asked for."""
        return (
            (self.category is None or self.category == category_of(invoice))
            and (self.since is None or invoice.day >= self.since)
            and (self.until is None or invoice.day <= self.until)
            and (self.vendor is None or same_vendor(invoice, self.vendor))
            and (self.state.holds(invoice) if self.state else invoice.state in _SHOWN)
            and self._amount_fits(invoice.total_amount)
            and self._text_fits(invoice)
        )

    def _text_fits(self, invoice: Invoice) -> bool:
        wanted = self.text.casefold().split()
        if not wanted:
            return True
        known = searched(invoice)
        left = [word for word in wanted if word not in known]
        if not left:
            return True
        words = unpacked(invoice.words)
        return all(word in words for word in left)

    def _amount_fits(self, amount: Decimal | None) -> bool:
        if self.least is None and self.most is None:
            return True
        return (
            amount is not None
            and (self.least is None or amount >= self.least)
            and (self.most is None or amount <= self.most)
        )


def category_of(invoice: Invoice) -> str:
    """The one word for what it was spent on: "rental", or its retail sub type."""
    return str(invoice.sub_type or Category.RENTAL)


def same_vendor(invoice: Invoice, vendor: str) -> bool:
    """Whether it is from `vendor`, named by id, by name or by the name's first words, in capitals or not."""
    wanted, name = vendor.casefold(), (invoice.vendor_name or "").casefold()
    return invoice.vendor_id == wanted or name == wanted or name.startswith(f"{wanted} ")


def searched(invoice: Invoice) -> str:
    """What a search looks at before the original's own words: vendor, numbers, amount and what was bought, in lower case."""
    numbers = (invoice.invoice_number, invoice.order_number, invoice.ocr_number, invoice.bankgiro, invoice.iban)
    lines = (line.description for line in invoice.line_items)
    parts = (invoice.vendor_name, *numbers, str(invoice.total_amount or ""), *lines)
    return "\n".join(part for part in parts if part).casefold()


def _text(query: Mapping[str, Any], name: str) -> str:
    return str(query.get(name) or "").strip()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _months(text: str) -> tuple[date, date] | None:
    first = _day(f"{text}-01")
    if first is None or first.year in (1, 9999):
        return None
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)


def _amount(text: str) -> Decimal | None:
    try:
        return as_typed(text) if text else None
    except PayPulseError:
        return None


def _member(kind: Any, text: str) -> Any:
    return kind(text) if text in {str(each) for each in kind} else None
