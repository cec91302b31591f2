"""Which of the eight retail categories, or rental, a document belongs to."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
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
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A known word or phrase, for what it speaks, and how loudly."""

    words: tuple[str, ...]
    sub_type: SubType
    weight: int


def classify(document: Document, vendor: Vendor | None = None) -> tuple[Category, Field[SubType] | None]:
    """The category, and for retail the sub-type: the vendor row's, else the one whose words the document uses most.

    A sub-type is unsure where another has nearly as many words, and miscellaneous (unsure) where no strong word stands.
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
    found = _known_in(_WORD.findall(text))
    scores = Counter(dict.fromkeys(SubType, 0))
    for entry in found:
        scores[entry.sub_type] += entry.weight
    (best, most), (_, second) = scores.most_common(2)
    if most < _STRONG:
        return Field(SubType.MISCELLANEOUS, 0.2, Status.UNSURE, "no word of any category")
    margin = most - second
    status = Status.READ if margin >= _SURE_MARGIN else Status.UNSURE
    word = next(" ".join(entry.words) for entry in found if entry.sub_type is best)
    return Field(best, round(min(0.95, 0.5 + 0.05 * margin), 2), status, "words", (Evidence(word),))


def _known_in(words: Sequence[str]) -> list[_Entry]:
    """The known words and phrases among `words`, each once, in the order they first stand."""
    book = _book()
    found: dict[_Entry, None] = {}
    for position, word in enumerate(words):
        for entry in book.get(word, ()):
            if entry not in found and tuple(words[position : position + len(entry.words)]) == entry.words:
                found[entry] = None
    return list(found)


def _text(document: Document) -> str:
    subject = document.header.subject if document.header else None
    lines = (line.text for part in document.parts for line in part.lines)
    return "\n".join([subject or "", *lines])[:_MAX_TEXT].casefold()


@lru_cache(maxsize=1)
def _book() -> Mapping[str, tuple[_Entry, ...]]:
    """Every entry by its first word."""
    rows = tomllib.loads(Path(__file__).with_name("category_words.toml").read_text("utf-8"))
    book: dict[str, tuple[_Entry, ...]] = {}
    for name, row in rows.items():
        for weight, phrases in ((_STRONG, row["strong"]), (1, row["weak"])):
            for phrase in phrases:
                entry = _Entry(tuple(_WORD.findall(phrase.casefold())), SubType(name), weight)
                book[entry.words[0]] = (*book.get(entry.words[0], ()), entry)
    return book
