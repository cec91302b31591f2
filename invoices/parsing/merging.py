"""Weighs what embedded data and hints claim against what the page says, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from invoices.parsing.amount_roles import TOTALS
from invoices.parsing.document.model import Document
from invoices.parsing.fields.labels import fold
from invoices.parsing.result import Candidate, Field, Kind, LineItem, Status
from invoices.parsing.totals import TotalCandidate

_ON_PAGE = 0.9
_LIKELY = 2.5  # the score of an amount that may be the total at all
DISAGREES = "xml_disagrees_with_page"


@dataclass(slots=True)
class Ladder:
    """The claims of embedded data and of the vendor row's hints; `warnings` fill as fields are decided."""

    document: Document
    embedded: Sequence[Candidate]
    hinted: Sequence[Candidate]
    _warned: list[str] = field(default_factory=list)

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._warned))

    @property
    def claims(self) -> tuple[Candidate, ...]:
        return (*self.embedded, *self.hinted)

    def field(self, name: str, page: Field[Any] | None) -> Field[Any] | None:
        """The field's value: a hint's first, then embedded data that stands on the page, then the page's own."""
        hint, claim = self._claim(self.hinted, name), self._claim(self.embedded, name)
        if hint is not None:
            return _confirmed(hint, page)
        if claim is None:
            return page
        if name == "vendor_name" and page is not None and _completes(claim.value, page.value):
            return Field(claim.value, 0.95, Status.PROVED, claim.reasons[0], page.evidence)
        if page is None or page.status is Status.UNSURE or page.value == claim.value or claim.score >= _ON_PAGE:
            return _confirmed(claim, page)
        return page

    def total(self, page: Field[Any] | None, ranked: Sequence[TotalCandidate]) -> Field[Any] | None:
        """The total; embedded data that the page contradicts does not win over a total that adds up."""
        hint, claim = self._claim(self.hinted, "total_amount"), self._claim(self.embedded, "total_amount")
        if hint is not None:
            return _confirmed(hint, page)
        if claim is None or (page and claim.value == page.value):
            return _confirmed(claim, page) if claim else page
        if claim.score >= _ON_PAGE and not _contradicted(claim, page, ranked):
            return Field(claim.value, 0.9, Status.READ, claim.reasons[0], claim.evidence)
        self._warned.append(DISAGREES)
        if page and page.status is Status.READ:
            return replace(page, status=Status.UNSURE, confidence=0.5)
        return page or Field(claim.value, 0.4, Status.UNSURE, claim.reasons[0], claim.evidence)

    def kind(self, page: Kind) -> Kind:
        """The kind, where embedded data names one that the page leaves open."""
        claim = self._claim(self.embedded, "kind")
        return claim.value if claim and page in (Kind.NOT_AN_INVOICE, Kind.RECEIPT, Kind.INVOICE) else page

    def lines(self, page: tuple[LineItem, ...]) -> tuple[LineItem, ...]:
        """The line items: those of embedded data, unless it disagreed with the page on the total."""
        claim = self._claim(self.embedded, "line_items")
        return claim.value if claim and DISAGREES not in self._warned else page

    def _claim(self, claims: Sequence[Candidate], name: str) -> Candidate | None:
        found = [claim for claim in claims if claim.field == name]
        return max(found, key=lambda claim: claim.score) if found else None


def _completes(claimed: str, seen: str) -> bool:
    """Whether a claimed name is the one seen on the page with words of its own before or after it."""
    return fold(seen) in fold(claimed) and not any(character.isdigit() for character in claimed)


def _contradicted(claim: Candidate, page: Field[Any] | None, ranked: Sequence[TotalCandidate]) -> bool:
    """Whether the page is surer of another total than of the claimed one, which may be the price of a thing."""
    if page is None or page.status is Status.UNSURE:
        return False
    claimed = next((each for each in ranked if each.value == claim.value), None)
    if claimed is None or claimed.score < _LIKELY:
        return True
    return page.status is Status.READ and claimed.spot.role not in TOTALS


def _confirmed(claim: Candidate, page: Field[Any] | None) -> Field[Any]:
    """The claim as a field: proved when the page's own reading agrees, unsure when the page does not show it at all."""
    method = claim.reasons[0]
    if page is not None and page.value == claim.value:
        return Field(claim.value, 0.99, Status.PROVED, method, page.evidence or claim.evidence)
    shown = claim.score >= _ON_PAGE
    return Field(claim.value, 0.9 if shown else 0.5, Status.READ if shown else Status.UNSURE, method, claim.evidence)
