"""Which of the eight retail categories, or rental, a document belongs to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from invoices.parsing.document.model import Document
from invoices.parsing.rental import is_rent_notice
from invoices.parsing.result import Evidence, Field, Status
from paypulse.core.categories import Category, SubType
from vendors.vendor import Vendor

_STRONG = 3
_SURE_MARGIN = 6
_MAX_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class _Words:
    strong: re.Pattern[str]
    weak: re.Pattern[str]

    def score(self, text: str) -> int:
        """Each different word counts once, however often it stands there."""
        return _STRONG * len(set(self.strong.findall(text))) + len(set(self.weak.findall(text)))

    def first(self, text: str) -> str:
        found = self.strong.search(text) or self.weak.search(text)
        return found[0] if found else ""


def classify(document: Document, vendor: Vendor | None = None) -> tuple[Category, Field[SubType] | None]:
    """The category, and for retail the sub-type: the vendor row's, else the one whose words the document uses most.

    A sub-type is unsure where another has nearly as many words, and miscellaneous (unsure) where no word is known.
    """
    if vendor is not None:
        return vendor.invoice_category, _of_row(vendor)
    if is_rent_notice(document):
        return Category.RENTAL, None
    return Category.RETAIL, _by_words(_text(document))


def _of_row(vendor: Vendor) -> Field[SubType] | None:
    if vendor.invoice_sub_type is None:
        return None
    return Field(SubType(vendor.invoice_sub_type), 1.0, Status.PROVED, "vendor row")


def _by_words(text: str) -> Field[SubType]:
    scores = {sub_type: words.score(text) for sub_type, words in _words().items()}
    best, second = sorted(scores, key=lambda sub_type: scores[sub_type], reverse=True)[:2]
    if not scores[best]:
        return Field(SubType.MISCELLANEOUS, 0.2, Status.UNSURE, "no word of any category")
    margin = scores[best] - scores[second]
    status = Status.READ if margin >= _SURE_MARGIN else Status.UNSURE
    confidence = min(0.95, 0.5 + 0.05 * margin)
    return Field(best, round(confidence, 2), status, "words", (Evidence(_words()[best].first(text)),))


def _text(document: Document) -> str:
    subject = document.header.subject if document.header else None
    lines = (line.text for part in document.parts for line in part.lines)
    return "\n".join([subject or "", *lines])[:_MAX_TEXT].casefold()


@lru_cache(maxsize=1)
def _words() -> Mapping[SubType, _Words]:
    rows = tomllib.loads(Path(__file__).with_name("category_words.toml").read_text("utf-8"))
    return {SubType(name): _Words(_pattern(row["strong"]), _pattern(row["weak"])) for name, row in rows.items()}


def _pattern(words: list[str]) -> re.Pattern[str]:
    longest_first = sorted(map(str.casefold, words), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
