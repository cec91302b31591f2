"""PDF pages as lines of cells: pdfium's characters, gathered by where they stand on the page."""

from __future__ import annotations

import ctypes
import struct
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import degrees
from operator import attrgetter
from statistics import median
from typing import TYPE_CHECKING, Any

from invoices.parsing.document import bounds
from invoices.parsing.document.errors import DocumentError, Refusal
from invoices.parsing.document.model import Cell, Embedded, Line, Part, PartKind

if TYPE_CHECKING:
    import pypdfium2

_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD in fpdfview.h
_WORD_GAP = 0.28  # of the character height; narrower is kerning
_CELL_GAP = 1.0  # of the character height; wider is another column
_LEFT = attrgetter("x0")
_HYPHENS = {0x02: "-", 0xFFFE: "-", 0xAD: "-"}
_MAX_XML = 5 * 1024 * 1024
_FEW_CHARACTERS = 10
_MAX_TILT = 20.0  # degrees
_NOWHERE = (0.0, 0.0, 0.0, 0.0)
_BOX = struct.Struct("4f")  # FS_RECTF in fpdfview.h: left, top, right, bottom


@dataclass(slots=True)
class _Word:
    """Characters that touch; coordinates from the page's top left, in points."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    index: int

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(slots=True)
class _Row:
    """Words at one height."""

    top: float
    bottom: float
    words: list[_Word] = field(default_factory=list)

    def holds(self, word: _Word) -> bool:
        lower = self.bottom if self.bottom < word.bottom else word.bottom
        upper = self.top if self.top > word.top else word.top
        own, other = self.bottom - self.top, word.bottom - word.top
        return lower - upper >= 0.5 * (own if own < other else other)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A cell before the size of the body text is known."""

    text: str
    page: int
    box: tuple[float, float, float, float]
    height: float


def read_pdf(
    content: bytes, *, index: int = 0, name: str | None = None, deadline: bounds.Deadline | None = None
) -> Part:
    """The PDF as one part with its pages' lines and embedded XML; raises DocumentError when it cannot be opened."""
    deadline = deadline or bounds.Deadline()
    document = _open(content)
    try:
        return _part(document, index, name, deadline)
    finally:
        document.close()


def _open(content: bytes) -> pypdfium2.PdfDocument:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        encrypted = "password" in str(error).lower() or getattr(error, "err_code", None) == _PASSWORD_ERROR
        raise DocumentError(Refusal.ENCRYPTED if encrypted else Refusal.UNREADABLE) from error
    if not 0 < pages <= bounds.MAX_PAGES_REFUSED:
        document.close()
        raise DocumentError(Refusal.TOO_MANY_PAGES if pages else Refusal.EMPTY, pages=pages)
    return document


def _title(document: pypdfium2.PdfDocument) -> str | None:
    try:
        return document.get_metadata_value("Title").strip()[:200] or None
    except UnicodeDecodeError:  # half of a UTF-16 pair
        return None


def _part(document: pypdfium2.PdfDocument, index: int, name: str | None, deadline: bounds.Deadline) -> Part:
    sizes: list[tuple[float, float]] = []
    lines: list[list[_Draft]] = []
    for number in _read_pages(len(document)):
        deadline.check()
        size, rows = _page(document, number)
        sizes.append(size)
        lines.extend(_lines(rows, page=number))
    return Part(
        kind=PartKind.PDF,
        index=index,
        lines=tuple(_finished(lines[: bounds.MAX_LINES], index)),
        embedded=tuple(_attached_xml(document)),
        name=name,
        title=_title(document),
        page_sizes=tuple(sizes),
    )


def _read_pages(count: int) -> list[int]:
    """The pages that are read: all of them, or the first and the last ones, where an invoice says what it comes to."""
    head = bounds.MAX_PAGES * 2 // 3
    if count <= bounds.MAX_PAGES:
        return list(range(count))
    return [*range(head), *range(count - bounds.MAX_PAGES + head, count)]


def _page(document: pypdfium2.PdfDocument, number: int) -> tuple[tuple[float, float], list[_Row]]:
    import pypdfium2

    try:
        page = document[number]
        try:
            return page.get_size(), _rows(_words(page))
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return (0.0, 0.0), []  # one broken page does not lose the others


def _words(page: Any) -> list[_Word]:
    textpage = page.get_textpage()
    try:
        words = list(_gather(_characters(textpage.raw), _placer(page)))
        return _upright(words, textpage.raw, page.get_rotation())
    finally:
        textpage.close()


def _upright(words: list[_Word], raw: Any, rotation: int) -> list[_Word]:
    """The words that run across the page as it is shown; all of them when hardly any does (a page on its side)."""
    from pypdfium2 import raw as pdfium

    straight = [word for word in words if _turned(pdfium.FPDFText_GetCharAngle(raw, word.index), rotation) < _MAX_TILT]
    return straight if sum(len(word.text) for word in straight) >= _FEW_CHARACTERS else words


def _turned(angle: float, rotation: int) -> float:
    """How far a character leans from the page's shown direction, in degrees (0 to 180)."""
    return abs((degrees(angle) - rotation + 180) % 360 - 180) if angle >= 0 else 0.0


class _Shown(dict[int, str]):
    """What each code of pdfium shows; empty for white space and what cannot be printed."""

    def __missing__(self, code: int) -> str:
        character = _HYPHENS.get(code) or (chr(code) if code < 0x110000 else " ")
        self[code] = "" if character.isspace() or not character.isprintable() else character
        return self[code]


_SHOWN = _Shown()


def _characters(raw: Any) -> Iterator[tuple[str, tuple[float, float, float, float], int]]:
    """Each character (empty for a gap) with its box in PDF user space (left, top, right, bottom) and its index."""
    from pypdfium2 import raw as pdfium

    rect = pdfium.FS_RECTF()
    pointer = ctypes.byref(rect)
    box_at, box = pdfium.FPDFText_GetLooseCharBox, _BOX.unpack
    for index, code in enumerate(_codes(raw)):
        if not code:
            continue
        shown = _SHOWN[code]
        if not shown:
            yield "", _NOWHERE, index
        elif box_at(raw, index, pointer):
            yield shown, box(rect), index


def _codes(raw: Any) -> Sequence[int]:
    """Every character's code: in one call where the page's text has one unit for each, else one by one."""
    from pypdfium2 import raw as pdfium

    count = min(pdfium.FPDFText_CountChars(raw), bounds.MAX_CHARS_PER_PAGE)
    units = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(raw, 0, count, units)
    if written == count + 1 and len(bytes(units).decode("utf-16-le", "surrogatepass")) == written:
        return list(units)[:count]
    return [pdfium.FPDFText_GetUnicode(raw, index) for index in range(count)]


def _placer(page: Any) -> Any:
    """A function from a user-space box to (x0, top, x1, bottom) as the page is shown, rotation and crop box included."""
    left, bottom, right, top = page.get_cropbox()
    turns: dict[int, Any] = {
        0: lambda x0, y1, x1, y0: (x0 - left, top - y1, x1 - left, top - y0),
        90: lambda x0, y1, x1, y0: (y0 - bottom, x0 - left, y1 - bottom, x1 - left),
        180: lambda x0, y1, x1, y0: (right - x1, y0 - bottom, right - x0, y1 - bottom),
        270: lambda x0, y1, x1, y0: (top - y1, right - x1, top - y0, right - x0),
    }
    return turns.get(page.get_rotation(), turns[0])


def _gather(characters: Iterator[tuple[str, tuple[float, float, float, float], int]], place: Any) -> Iterator[_Word]:
    word: _Word | None = None
    for character, box, index in characters:
        if not character:
            if word:
                yield word
            word = None
            continue
        x0, top, x1, bottom = place(*box)
        if word and (_joins(word, x0, top, bottom) or _joins_leftward(word, character, x1, top, bottom)):
            _extend(word, character, x0, top, x1, bottom)
            continue
        if word:
            yield word
        word = _Word(character, x0, top, x1, bottom, index)
    if word:
        yield word


# Called for every character, so they compare and do not call min and max.


def _extend(word: _Word, character: str, x0: float, top: float, x1: float, bottom: float) -> None:
    word.text += character
    if x0 < word.x0:
        word.x0 = x0
    if top < word.top:
        word.top = top
    if x1 > word.x1:
        word.x1 = x1
    if bottom > word.bottom:
        word.bottom = bottom


def _joins(word: _Word, x0: float, top: float, bottom: float) -> bool:
    height = word.bottom - word.top
    height = height if height > 1.0 else 1.0
    if not -height < x0 - word.x1 < _WORD_GAP * height:
        return False
    own = bottom - top
    lower = word.bottom if word.bottom < bottom else bottom
    upper = word.top if word.top > top else top
    return lower - upper > 0.5 * (height if height < own else own)


def _runs_leftward(text: str) -> bool:
    """Whether the text is written from right to left (Hebrew, Arabic)."""
    if text.isascii():
        return False
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)


def _joins_leftward(word: _Word, character: str, x1: float, top: float, bottom: float) -> bool:
    """Whether a character of a right-to-left script goes on to the left of the word."""
    if not _runs_leftward(word.text[-1:] + character):
        return False
    same_height = min(word.bottom, bottom) - max(word.top, top) > 0.5 * min(word.height, bottom - top)
    return same_height and abs(word.x0 - x1) < _WORD_GAP * max(word.height, 1.0)


def _rows(words: Sequence[_Word]) -> list[_Row]:
    rows: list[_Row] = []
    for word in sorted(words, key=lambda each: (each.top + each.bottom, each.x0)):
        for row in rows[:-5:-1]:
            if row.holds(word):
                row.words.append(word)
                break
        else:
            rows.append(_Row(word.top, word.bottom, [word]))
    return sorted(rows, key=lambda row: row.top + row.bottom)


def _lines(rows: Sequence[_Row], *, page: int) -> Iterator[list[_Draft]]:
    for row in rows:
        groups = _cells(sorted(row.words, key=_LEFT))
        yield [_Draft(_text(group)[: bounds.MAX_CELL_CHARS], page, _box(group), _height(group)) for group in groups]


def _height(words: Sequence[_Word]) -> float:
    return median([word.bottom - word.top for word in words]) if len(words) > 1 else words[0].height


def _cells(words: Sequence[_Word]) -> list[list[_Word]]:
    groups: list[list[_Word]] = []
    for word in words:
        last = groups[-1][-1] if groups else None
        if last and word.x0 - last.x1 < _CELL_GAP * min(last.height, word.height):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _box(words: Sequence[_Word]) -> tuple[float, float, float, float]:
    return (
        round(words[0].x0, 2),  # they are sorted by it
        round(min([word.top for word in words]), 2),
        round(max([word.x1 for word in words]), 2),
        round(max([word.bottom for word in words]), 2),
    )


def _text(words: Sequence[_Word]) -> str:
    """The words in reading order; a title set with wide letter spacing is put together again."""
    texts = [word.text for word in words]
    joined = "".join(texts)
    if _runs_leftward(joined):
        texts.reverse()
    spaced = len(joined) == len(texts) >= 5 and joined.isalpha()
    return "".join(texts) if spaced else " ".join(texts)


def _finished(lines: Sequence[list[_Draft]], part: int) -> Iterator[Line]:
    """The lines with their numbers, each cell's emphasis its height beside that of the part's body text."""
    heights = [draft.height for line in lines for draft in line for _ in range(1 + len(draft.text) // 8)]
    body = (median(heights) if heights else 1.0) or 1.0
    for row, line in enumerate(lines):
        yield Line(
            tuple(
                Cell(draft.text, row, column, part, draft.page, draft.box, None, round(draft.height / body, 2))
                for column, draft in enumerate(line)
            )
        )


def _attached_xml(document: pypdfium2.PdfDocument) -> Iterator[Embedded]:
    import pypdfium2

    for number in range(min(document.count_attachments(), 10)):
        try:
            attachment = document.get_attachment(number)
            name = attachment.get_name()
            if name.lower().endswith(".xml"):
                content = bytes(attachment.get_data())
                if len(content) <= _MAX_XML:
                    yield Embedded(kind="xml", content=content)
        except (pypdfium2.PdfiumError, UnicodeDecodeError):
            continue  # a damaged attachment does not lose the pages
