"""Which of the eight retail categories, or rental, a document belongs to."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from invoices.parsing.document.model import Document
from invoices.parsing.rental import is_rent_notice
from invoices.parsing.result import Evidence, Field, Status
from paypulse.core.categories import Category, SubType
from vendors.vendor import Vendor

_STRONG = 3
_ENOUGH = 2  # two weak words
_STEM = 4  # letters that compounds are looked up by
_SURE_MARGIN = 6
_MAX_TEXT = 20_000
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A known word or phrase, for what it speaks, and how loudly; one word with a star stands for the compounds with it."""

    words: tuple[str, ...]
    sub_type: SubType
    weight: int


@dataclass(frozen=True, slots=True)
class _Book:
    """Every entry by its first word, and those of compounds by the letters they begin or end with."""

    whole: Mapping[str, tuple[_Entry, ...]]
    begun: Mapping[str, tuple[tuple[str, _Entry], ...]]
    ended: Mapping[str, tuple[tuple[str, _Entry], ...]]

    def compounds(self, word: str) -> Iterator[_Entry]:
        """The entries whose starred word `word` is made with."""
        yield from (entry for stem, entry in self.begun.get(word[:_STEM], ()) if word.startswith(stem))
        yield from (entry for stem, entry in self.ended.get(word[-_STEM:], ()) if word.endswith(stem))


def classify(document: Document, vendor: Vendor | None = None) -> tuple[Category, Field[SubType] | None]:
    """The category, and for retail the sub-type: the vendor row's, else the one whose words the document uses most.

    A sub-type is unsure where another has nearly as many words, and miscellaneous (unsure) where hardly a word stands.
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
    if most < _ENOUGH or (most < _STRONG and second):
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
        for entry in book.whole.get(word, ()):
            if entry not in found and tuple(words[position : position + len(entry.words)]) == entry.words:
                found[entry] = None
        if len(word) >= _STEM:
            found.update(dict.fromkeys(book.compounds(word)))
    return list(found)


def _text(document: Document) -> str:
    header = document.header
    said = (header.subject, header.sender_name) if header else ()
    lines = (line.text for part in document.parts for line in part.lines)
    return "\n".join([*(each or "" for each in said), *lines])[:_MAX_TEXT].casefold()


@lru_cache(maxsize=1)
def _book() -> _Book:
    whole: dict[str, tuple[_Entry, ...]] = {}
    begun: dict[str, tuple[tuple[str, _Entry], ...]] = {}
    ended: dict[str, tuple[tuple[str, _Entry], ...]] = {}
    for phrase, sub_type, weight in _rows():
        entry = _Entry(tuple(_WORD.findall(phrase)), sub_type, weight)
        stem = phrase.strip("*")
        if phrase.endswith("*"):
            begun[stem[:_STEM]] = (*begun.get(stem[:_STEM], ()), (stem, entry))
        elif phrase.startswith("*"):
            ended[stem[-_STEM:]] = (*ended.get(stem[-_STEM:], ()), (stem, entry))
        else:
            whole[entry.words[0]] = (*whole.get(entry.words[0], ()), entry)
    return _Book(whole, begun, ended)


def _rows() -> Iterator[tuple[str, SubType, int]]:
    rows = tomllib.loads(Path(__file__).with_name("category_words.toml").read_text("utf-8"))
    for name, row in rows.items():
        for weight, phrases in ((_STRONG, row["strong"]), (1, row["weak"])):
            yield from ((phrase.casefold(), SubType(name), weight) for phrase in phrases)
