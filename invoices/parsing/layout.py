"""What stands beside a label: in its own cell, to its right, or beneath it, by position on a page and by column in a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
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


def labelled(
    document: Document, labels: Iterable[str], convert: Convert[T], *, why: str = "label"
) -> Iterator[Field[T]]:
    """The first value beside each label, in the labels' order."""
    done: set[Cell] = set()
    for label, field in _beside_labels(document, labels, convert, why=why):
        if label not in done:
            done.add(label)
            yield field


def all_labelled(
    document: Document, labels: Iterable[str], convert: Convert[T], *, why: str = "label"
) -> Iterator[Field[T]]:
    """Every value beside the labels, in the labels' order, the surest side of each first."""
    return (field for _, field in _beside_labels(document, labels, convert, why=why))


def _beside_labels(
    document: Document, labels: Iterable[str], convert: Convert[T], *, why: str
) -> Iterator[tuple[Cell, Field[T]]]:
    for label in labels:
        for neighbour in beside(document, begins(label)):
            value = convert(neighbour.text)
            if value is not None:
                yield neighbour.label, Field(value, 0.9, Status.READ, f"{why} {label}", (neighbour.cell.evidence(),))


@lru_cache(maxsize=4096)
def begins(label: str) -> Match:
    """A match for texts that begin with the label as a whole word, in any case, with or without a colon after it."""
    pattern = re.compile(rf"{re.escape(label)}(?![^\W\d_])[\s:.#()]*", re.I)

    def match(text: str) -> str | None:
        found = pattern.match(text)
        return text[found.end() :] if found else None

    return match


def beside(document: Document, match: Match) -> Iterator[Neighbour]:
    """The texts beside every label that matches, part by part, top down, the surest side of each label first."""
    for part in document.parts:
        yield from beside_in(part, match)


def beside_in(part: Part, match: Match) -> Iterator[Neighbour]:
    """The texts beside every label of `part` that matches."""
    for number, line in enumerate(part.lines):
        for position, cell in enumerate(line.cells):
            rest = match(cell.text)
            if rest is not None:
                yield from _around(part, number, position, rest=rest)


def _around(part: Part, number: int, position: int, *, rest: str) -> Iterator[Neighbour]:
    line = part.lines[number]
    label = line.cells[position]
    if rest:
        yield Neighbour(rest, Side.WITHIN, label, label)
    for cell in line.cells[position + 1 :]:
        yield Neighbour(cell.text, Side.RIGHT, cell, label)
    for lower in part.lines[number + 1 : number + 1 + _LINES_BELOW]:
        for cell in _beneath(label, line, lower):
            yield Neighbour(cell.text, Side.BELOW, cell, label)


def _beneath(label: Cell, line: Line, lower: Line) -> Iterator[Cell]:
    for cell in lower.cells:
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
