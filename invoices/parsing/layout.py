"""What stands beside a label: in its own cell, to its right, or beneath it, by position on a page and by column in a table.

Hundreds of labels are looked for in every document, so the cells are indexed once by the word they begin with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias, TypeVar

from invoices.parsing.document.model import Cell, Document, Line, Part
from invoices.parsing.result import Field, Status

T = TypeVar("T")

# A text's value, or None where it has none.
Convert: TypeAlias = Callable[[str], T | None]

# The rest of a text after a label that it begins with, or None where it does not begin with one.
Match = Callable[[str], str | None]

_FIRST_WORD = re.compile(r"[^\W\d_]+")
_CELLS_ACROSS = 60  # of a line are looked at; a wider one is no page for people
_LINES_BELOW = 4
_HEIGHTS_BELOW = 3.5


class Side(StrEnum):
    """Where the value stands as seen from its label, the surest first."""

    WITHIN = "within"
    RIGHT = "right"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A text beside a label; `cell` holds it, `label` the label."""

    text: str
    side: Side
    cell: Cell
    label: Cell


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell's line and its position there."""

    part: Part
    number: int
    position: int


@dataclass(frozen=True, slots=True)
class Places:
    """A document with its cells by their first word, in the order they stand."""

    document: Document
    starts: Mapping[str, tuple[_Place, ...]]

    @classmethod
    def of(cls, document: Document) -> Places:
        starts: dict[str, list[_Place]] = {}
        for part in document.parts:
            for number, line in enumerate(part.lines):
                for position, cell in enumerate(line.cells[:_CELLS_ACROSS]):
                    starts.setdefault(_first_word(cell.text), []).append(_Place(part, number, position))
        return cls(document, {word: tuple(places) for word, places in starts.items()})

    def cells(self) -> Iterator[Cell]:
        """Every cell, part by part, top down, left to right."""
        return (cell for part in self.document.parts for line in part.lines for cell in line.cells)


def labelled(places: Places, labels: Iterable[str], convert: Convert[T], *, why: str = "label") -> Iterator[Field[T]]:
    """The first value beside each label, in the labels' order."""
    done: set[Cell] = set()
    for label, field in _beside_labels(places, labels, convert, why=why):
        if label not in done:
            done.add(label)
            yield field


def all_labelled(
    places: Places, labels: Iterable[str], convert: Convert[T], *, why: str = "label"
) -> Iterator[Field[T]]:
    """Every value beside the labels, in the labels' order, the surest side of each first."""
    return (field for _, field in _beside_labels(places, labels, convert, why=why))


def _beside_labels(
    places: Places, labels: Iterable[str], convert: Convert[T], *, why: str
) -> Iterator[tuple[Cell, Field[T]]]:
    for label in labels:
        for neighbour in beside(places, label):
            value = convert(neighbour.text)
            if value is not None:
                yield neighbour.label, Field(value, 0.9, Status.READ, f"{why} {label}", (neighbour.cell.evidence(),))


def beside(places: Places, label: str) -> Iterator[Neighbour]:
    """The texts beside the label wherever it stands, part by part, top down, the surest side of each first."""
    match = begins(label)
    for place in places.starts.get(_first_word(label), ()):
        rest = match(place.part.lines[place.number].cells[place.position].text)
        if rest is not None:
            yield from _around(place, rest=rest)


def _first_word(text: str) -> str:
    """The letters that the text begins with, in lower case; empty where it begins with none."""
    found = _FIRST_WORD.match(text)
    return found[0].lower() if found else ""


@lru_cache(maxsize=4096)
def begins(label: str) -> Match:
    """A match for texts that begin with the label as a whole word, in any case, with or without a colon after it."""
    pattern = re.compile(rf"{re.escape(label)}(?![^\W\d_])[\s:.#()]*", re.I)

    def match(text: str) -> str | None:
        found = pattern.match(text)
        return text[found.end() :] if found else None

    return match


def _around(place: _Place, *, rest: str) -> Iterator[Neighbour]:
    line = place.part.lines[place.number]
    label = line.cells[place.position]
    if rest:
        yield Neighbour(rest, Side.WITHIN, label, label)
    for cell in line.cells[place.position + 1 : _CELLS_ACROSS]:
        yield Neighbour(cell.text, Side.RIGHT, cell, label)
    for lower in place.part.lines[place.number + 1 : place.number + 1 + _LINES_BELOW]:
        for cell in _beneath(label, line, lower):
            yield Neighbour(cell.text, Side.BELOW, cell, label)


def _beneath(label: Cell, line: Line, lower: Line) -> Iterator[Cell]:
    for cell in lower.cells[:_CELLS_ACROSS]:
        if label.box and cell.box:
            if _under(label, cell):
                yield cell
        elif cell.row - label.row <= 1 and _same_column(label, line, cell, lower):
            yield cell


def _under(label: Cell, cell: Cell) -> bool:
    """Whether the boxes share a vertical strip, the lower one near."""
    assert label.box and cell.box
    near = cell.page == label.page and cell.box[1] - label.box[3] < _HEIGHTS_BELOW * (label.box[3] - label.box[1])
    return near and min(label.box[2], cell.box[2]) - max(label.box[0], cell.box[0]) > 0


def _same_column(label: Cell, line: Line, cell: Cell, lower: Line) -> bool:
    """Whether a value row continues its head row, or a lone value stands under its lone label."""
    if len(line.cells) == 1:
        return cell.column == 0
    return len(line.cells) == len(lower.cells) and cell.column == label.column
