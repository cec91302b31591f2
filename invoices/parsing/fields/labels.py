"""Finds the words that name facts ("Att betala", "Invoice no") in a text, by role, in the languages of labels.toml.

Roles of amounts: total_strong, total, due (after payments), paid, amount (says only that it is one), net, tax, shipping,
discount, tip, fee, rounding, noise (looks like a total and is none), exclusive and inclusive (of tax), within (a part of
another). Roles of dates: invoice_date, date, due_date, other_date. Of numbers: invoice_number, order_number,
transaction_id, other_number. Of table columns: column_*. Of parties: seller, buyer. Of the document: kind_*,
not_an_invoice, delivery_notice, undone (cancelled or failed).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile("[0-9]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PLAIN = {
    "ß": "s",
    "æ": "a",
    "ø": "o",
    "ł": "l",
    "ı": "i",
    "đ": "d",
    "œ": "o",
    "þ": "t",
    "ς": "σ",
    "’": "'",
    "º": "o",
    "°": "o",
}
_MAX_SCANNED = 600
_HEADS = ("rechnung", "faktura", "factuur", "kvitto")
_NO_COMPOUNDS = frozenset(("berechnung", "verrechnung", "anrechnung", "hochrechnung", "umrechnung"))


_left_out: set[str] = set()


class _Folding(dict[int, str]):
    """One character to its plain lower-case form, so that folding never changes a text's length."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        lowered = character.lower()[:1]
        plain = _PLAIN.get(lowered) or next(
            (c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)), lowered
        )
        self[code] = _PLAIN.get(plain, plain)
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Lower case without accents, full-width forms as plain ones, of the same length as `text`."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def has_digit(text: str) -> bool:
    """Whether a digit of any script stands in `text`."""
    if text.isascii():
        return _DIGIT.search(text) is not None
    return any(map(str.isdigit, text))


@dataclass(frozen=True, slots=True)
class Label:
    """A label found in a text: its roles, its place, and how many words it has."""

    roles: frozenset[str]
    start: int
    end: int
    phrase: str
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Entry:
    roles: frozenset[str]
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Book:
    """Every label: by its first word for spaced scripts, whole for Japanese and its like."""

    spaced: dict[str, dict[tuple[str, ...], _Entry]]
    longest: dict[str, int]
    joined: tuple[tuple[str, _Entry], ...]


@cache
def _book() -> _Book:
    spaced: dict[str, dict[tuple[str, ...], _Entry]] = {}
    joined: dict[str, _Entry] = {}
    for role, language, phrase in _phrases():
        if " ".join(_WORD.findall(phrase)) in _left_out or phrase in _left_out:
            continue
        if _CJK.search(phrase):
            joined[phrase] = _merged(joined.get(phrase), role, language)
            continue
        words = tuple(_WORD.findall(phrase))
        if words:
            known = spaced.setdefault(words[0], {})
            known[words] = _merged(known.get(words), role, language)
    longest = {first: max(map(len, phrases)) for first, phrases in spaced.items()}
    return _Book(spaced, longest, tuple(sorted(joined.items(), key=lambda item: -len(item[0]))))


@contextmanager
def without(phrases: Collection[str]) -> Iterator[None]:
    """Inside, these labels (by `Label.phrase`) are not known, so that it can be measured what they are worth."""
    _left_out.update(phrases)
    _forget()
    try:
        yield
    finally:
        _left_out.difference_update(phrases)
        _forget()


def _forget() -> None:
    _book.cache_clear()
    find_labels.cache_clear()


@cache
def small_words() -> frozenset[str]:
    """Words that stand beside labels and change nothing ("the", "your"), folded."""
    with (Path(__file__).parent / "small_words.toml").open("rb") as file:
        table: dict[str, str] = tomllib.load(file)
    return frozenset(word for words in table.values() for word in fold(words).split())


@cache
def inclusive_words() -> frozenset[str]:
    """The single words that say, in a longer label too, that tax is in an amount ("total incl vat"), folded."""
    return frozenset(phrase for role, _, phrase in _phrases() if role == "inclusive" and " " not in phrase)


def _phrases() -> Iterator[tuple[str, str, str]]:
    with (Path(__file__).parent / "labels.toml").open("rb") as file:
        table: dict[str, dict[str, list[str]]] = tomllib.load(file)
    for role, languages in table.items():
        for language, phrases in languages.items():
            for phrase in phrases:
                yield role, language, fold(phrase)


def _merged(entry: _Entry | None, role: str, language: str) -> _Entry:
    if entry is None:
        return _Entry(frozenset((role,)), frozenset((language,)))
    return _Entry(entry.roles | {role}, entry.languages | {language})


@lru_cache(maxsize=4096)
def find_labels(text: str) -> tuple[Label, ...]:
    """The labels in `text`, left to right, the longest at each place; only the first 600 characters are looked at."""
    folded = fold(text[:_MAX_SCANNED])
    found = list(_spaced(folded))
    if _CJK.search(folded):
        found.extend(_joined(folded))
        found.sort(key=lambda label: label.start)
    return tuple(found)


def _spaced(folded: str) -> Iterator[Label]:
    book = _book()
    words = [(match[0], match.start(), match.end()) for match in _WORD.finditer(folded)]
    position = 0
    while position < len(words):
        if words[position][0] not in book.spaced and not words[position][0].endswith(_HEADS):
            position += 1  # most words begin no label
            continue
        length, entry = _longest_at(book, words, position)
        if entry and not _begins_code(folded, words[position + length - 1][2]):
            phrase = " ".join(word for word, _, _ in words[position : position + length])
            yield Label(entry.roles, words[position][1], words[position + length - 1][2], phrase, entry.languages)
        position += max(length, 1)


def _head(word: str) -> str:
    """The last part of a compound that names an invoice (Schlussrechnung, samlingsfaktura), else nothing."""
    if not word.endswith(_HEADS) or word in _NO_COMPOUNDS:
        return ""
    return next((head for head in _HEADS if word.endswith(head) and len(word) > len(head) + 2), "")


def _begins_code(folded: str, end: int) -> bool:
    """Whether the word is only the start of a code such as INV-0042."""
    return folded[end : end + 1] in ("-", "/", "_") and folded[end + 1 : end + 2].isdigit()


def _longest_at(book: _Book, words: list[tuple[str, int, int]], position: int) -> tuple[int, _Entry | None]:
    known = book.spaced.get(words[position][0]) or book.spaced.get(_head(words[position][0]))
    if known:
        first = next(iter(known))[0]
        for length in range(min(book.longest[first], len(words) - position), 0, -1):
            following = tuple(word for word, _, _ in words[position + 1 : position + length])
            entry = known.get((first, *following))
            if entry:
                return length, entry
    return 0, None


def _joined(folded: str) -> Iterator[Label]:
    taken: list[tuple[int, int]] = []
    for phrase, entry in _book().joined:
        start = folded.find(phrase)
        if start >= 0 and not any(start < end and begin < start + len(phrase) for begin, end in taken):
            taken.append((start, start + len(phrase)))
            yield Label(entry.roles, start, start + len(phrase), phrase, entry.languages)
