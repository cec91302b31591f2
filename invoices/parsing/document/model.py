"""One shape for every document, whatever it came as: parts of lines, lines of cells, each cell with its place.

A PDF's page and an HTML table both become lines (what stands at one height, or in one row) of cells (what stands apart
from its neighbours), so that the field readers look right and down of a label without knowing the format.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from invoices.parsing.result import Evidence


class PartKind(StrEnum):
    HTML = "html"
    PDF = "pdf"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """A run of text that stands together. `row` is the line's index in its part, `column` the cell's index in its line.

    For a PDF `page` (from 0) and `box` (points, origin top left) are set, for HTML `path` gives
    its CSS path (made when asked for: few cells become evidence). `emphasis` is relative size or
    weight: 1.0 is the part's body text.
    """

    text: str
    row: int
    column: int
    part: int = 0
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    path: Callable[[], str] | None = field(default=None, compare=False)
    emphasis: float = 1.0

    def evidence(self) -> Evidence:
        path = self.path() if self.path else None
        return Evidence(snippet=self.text[:200], part=self.part, page=self.page, box=self.box, path=path)


@dataclass(frozen=True, slots=True)
class Line:
    """The cells that stand beside each other, left to right."""

    cells: tuple[Cell, ...]
    table: int | None = None

    @property
    def text(self) -> str:
        return "  ".join([cell.text for cell in self.cells])


@dataclass(frozen=True, slots=True)
class Embedded:
    """Structured data carried inside a part: JSON-LD, microdata or an e-invoice XML, as it stood there."""

    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """One readable part. `images` are the alternative texts of its pictures, `page_sizes` a PDF's pages in points, `source`
    an HTML part's markup as it was received.
    """

    kind: PartKind
    index: int
    lines: tuple[Line, ...]
    embedded: tuple[Embedded, ...] = ()
    name: str | None = None
    title: str | None = None
    images: tuple[Cell, ...] = ()
    page_sizes: tuple[tuple[float, float], ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What the (innermost forwarded) mail's header says; `sent` is aware, in the sender's own zone.

    `sent_text` is a forwarded mail's date as it was quoted, still to be read.
    """

    sender_name: str | None = None
    sender_address: str | None = None
    subject: str | None = None
    sent: datetime | None = None
    sent_text: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """Readable parts in order of trust for facts (an attached PDF invoice before its covering mail)."""

    parts: tuple[Part, ...]
    header: Header | None = None
    attachments: tuple[str, ...] = field(default=())
