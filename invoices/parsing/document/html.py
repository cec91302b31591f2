"""HTML as lines of cells: what a reader would see side by side, each with a CSS path into the HTML as received."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from invoices.parsing.document import bounds
from invoices.parsing.document.errors import DocumentError, Refusal
from invoices.parsing.document.model import Cell, Embedded, Line, Part, PartKind
from paypulse.core.text import fold_space

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img input ins kbd label mark nobr q s samp small "
    "span strike strong sub sup time tt u var wbr".split()
)
_SKIPPED = frozenset(
    "script style noscript template head title meta link object embed iframe svg math select textarea audio video canvas".split()
)
_BOLD = frozenset(("b", "strong", "th"))
_HEADINGS = {"h1": 2.0, "h2": 1.6, "h3": 1.3, "h4": 1.15}
_HIDDEN = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?:px)?\s*(?:;|!|$))",
    re.I,
)
_SIZE = re.compile(r"font-size\s*:\s*(\d{1,3})(?:\.\d+)?\s*(px|pt)", re.I)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|table|flex)|float\s*:\s*(?:left|right)", re.I)
_COLUMN_GAP = re.compile(r"(?:[ \t]*\u00a0){4,}[ \t]*")
_DIRECTION = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad\u034f")
)
_PLAIN_TAG = re.compile(r"[a-z][a-z0-9]*")
_MAX_ZIPPED_ROWS = 12
# What a browser puts between a table's element and its parent where the source left it out (HTML standard, "in table").
_INSERTED = {
    ("table", "tr"): ">tbody", ("table", "td"): ">tbody>tr", ("table", "th"): ">tbody>tr",
    ("tbody", "td"): ">tr", ("tbody", "th"): ">tr", ("thead", "td"): ">tr", ("thead", "th"): ">tr",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Style:
    """What a style attribute does to its element; `emphasis` is its own size, None where it sets none."""

    hidden: bool
    breaks: bool
    emphasis: float | None


@dataclass(slots=True)
class _Run:
    """Text that stands together, with the elements it came from."""

    pieces: list[str] = field(default_factory=list)
    elements: list[Any] = field(default_factory=list)
    emphasis: float = 1.0

    def add(self, text: str, element: Any, emphasis: float) -> None:
        self.pieces.append(text)
        if text.strip():
            self.elements.append(element)
            self.emphasis = max(self.emphasis, emphasis)

    @property
    def text(self) -> str:
        return fold_space("".join(self.pieces))[: bounds.MAX_CELL_CHARS]


_Row = list[_Run]


@dataclass(slots=True)
class _Flow:
    """The rows gathered so far and the run that is being written."""

    deadline: bounds.Deadline
    rows: list[_Row] = field(default_factory=list)
    tables: list[int | None] = field(default_factory=list)
    open: _Run = field(default_factory=_Run)
    images: list[tuple[str, Any]] = field(default_factory=list)
    table_count: list[int] = field(default_factory=lambda: [0])

    def nested(self) -> _Flow:
        return _Flow(self.deadline, images=self.images, table_count=self.table_count)

    def end_line(self) -> None:
        if self.open.elements:
            self.rows.append([self.open])
            self.tables.append(None)
        if self.open.pieces:
            self.open = _Run()

    def add_row(self, row: _Row, table: int | None) -> None:
        if row:
            self.rows.append(row)
            self.tables.append(table)


def read_html(
    content: bytes,
    *,
    charset: str | None = None,
    index: int = 0,
    name: str | None = None,
    deadline: bounds.Deadline | None = None,
) -> Part:
    """The HTML as one part; an empty page gives a part without lines. Raises DocumentError when it is too large."""
    if len(content) > bounds.MAX_HTML_BYTES:
        raise DocumentError(Refusal.TOO_LARGE, bytes=len(content))
    source = decode(content, charset)
    root = parse(source)
    flow = _Flow(deadline or bounds.Deadline())
    if root is None:
        return Part(kind=PartKind.HTML, index=index, lines=(), name=name)
    _walk(root, flow, 1.0, 0)
    flow.end_line()
    paths = _Paths()
    return Part(
        kind=PartKind.HTML,
        index=index,
        lines=tuple(_lines(flow, paths, index)),
        embedded=tuple(_embedded(root)),
        name=name,
        title=fold_space(root.findtext(".//title") or "")[:200] or None,
        images=tuple(_images(flow.images, paths, index)),
        source=source,
    )


def decode(content: bytes, charset: str | None = None) -> str:
    """The text, by its byte order mark, as UTF-8 where it is valid, else as declared, else as Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    declared = charset or _meta_charset(content)
    candidates = ("utf-8-sig", declared, "cp1252") if not _stateful(declared) else (declared, "utf-8-sig", "cp1252")
    for candidate in candidates:
        try:
            return content.decode(candidate or "utf-8")
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return content.decode("latin-1")


def _meta_charset(content: bytes) -> str | None:
    found = re.search(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{2,30})", content[:4096])
    return found[1].decode("ascii") if found else None


def _stateful(charset: str | None) -> bool:
    """Whether text in `charset` is ASCII bytes (so that valid UTF-8 says nothing)."""
    return bool(charset) and str(charset).lower().startswith(("iso-2022", "utf-7", "hz", "utf-16"))


def parse(text: str) -> Any:
    """The root of the HTML's tree, or None where nothing can be parsed."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    prepared = _without_declaration(text).encode("utf-8", "replace")
    if not prepared.strip():
        return None
    try:
        return etree.fromstring(prepared, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _without_declaration(text: str) -> str:
    return re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", text.replace("\x00", ""))


def _walk(element: Any, flow: _Flow, emphasis: float, depth: int) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIPPED:
        return
    style = _style(element.get("style") or "")
    if _is_hidden(element, style):
        return
    emphasis = _emphasis(style, tag, emphasis)
    if depth > bounds.MAX_HTML_DEPTH:
        flow.open.add(" ".join(element.itertext())[: bounds.MAX_CELL_CHARS], element, emphasis)
        return
    if tag == "table":
        _table(element, flow, emphasis, depth)
    elif tag == "br":
        flow.end_line()
    elif tag == "img":
        _image(element, flow)
    else:
        _flowing(element, flow, emphasis, depth, breaks=style.breaks or tag not in _INLINE)


def _flowing(element: Any, flow: _Flow, emphasis: float, depth: int, *, breaks: bool) -> None:
    if breaks:
        flow.end_line()
    _text(element.text, element, flow, emphasis)
    for child in element:
        _walk(child, flow, emphasis, depth + 1)
        _text(child.tail, element, flow, emphasis)
    if breaks:
        flow.end_line()


@lru_cache(maxsize=2048)
def _style(style: str) -> _Style:
    """What a style attribute says; a document writes few of them, each many times."""
    return _Style(bool(_HIDDEN.search(style)), bool(_BLOCK_STYLE.search(style)), _size(style))


def _size(style: str) -> float | None:
    size = _SIZE.search(style) if "font-size" in style else None
    return min(4.0, int(size[1]) * (1.33 if size[2].lower() == "pt" else 1.0) / 14) if size else None


def _text(text: str | None, element: Any, flow: _Flow, emphasis: float) -> None:
    if not text:
        return
    if text.isspace() and text.isascii():
        flow.open.pieces.append(text)
        return
    if "\u00a0" in text and _COLUMN_GAP.search(text):
        text = _COLUMN_GAP.sub(" \u2003 ", text)
    if text.isspace():
        flow.open.pieces.append(text)
    else:
        _join(flow.open, text if text.isascii() else text.translate(_DIRECTION), element, emphasis)


def _join(run: _Run, text: str, element: Any, emphasis: float) -> None:
    """Add `text`, apart from what it would otherwise run into: a word into a number, whole units into cents."""
    before = run.pieces[-1][-1:] if run.pieces else ""
    after = text[:1]
    if before.isdigit() and _is_cents(text, element):
        text = "." + text
    elif before and after and _collide(before, after):
        text = " " + text
    run.add(text, element, emphasis)


def _is_cents(text: str, element: Any) -> bool:
    """Whether the element holds only the two digits of a price's minor unit, as in 12<sup>99</sup>."""
    return len(text) == 2 and text.isdigit() and element.tag in ("sup", "small", "span") and element.text == text


def _collide(before: str, after: str) -> bool:
    return (
        (before.isalpha() and (after.isdigit() or after in "$€£¥"))
        or (before.isdigit() and after.isalpha())
        or (before.islower() and after.isupper())
        or (before in ":.," and after.isalnum() and not before.isdigit() and after.isalpha())
    )


def _is_hidden(element: Any, style: _Style) -> bool:
    return style.hidden or element.get("hidden") is not None or element.tag == "input"


def _emphasis(style: _Style, tag: str, inherited: float) -> float:
    size = style.emphasis
    if size is not None:
        inherited = size
    if tag in _HEADINGS and size is None:
        return max(inherited, _HEADINGS[tag])
    return inherited * 1.1 if tag in _BOLD else inherited


def _image(element: Any, flow: _Flow) -> None:
    alt = element.get("alt")
    if alt and alt.strip() and len(flow.images) < 60:
        flow.images.append((fold_space(alt)[:120], element))


def _table(table: Any, flow: _Flow, emphasis: float, depth: int) -> None:
    flow.end_line()
    flow.deadline.check()
    flow.table_count[0] += 1
    number = flow.table_count[0]
    for child in _table_children(table):
        if child.tag == "tr":
            for row, inner in _table_row(child, flow, emphasis, depth + 2):
                flow.add_row(row, inner or number)
        else:
            _walk(child, flow, emphasis, depth + 1)
    flow.end_line()


def _table_children(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag in ("tbody", "thead", "tfoot"):
            yield from child
        else:
            yield child


def _table_row(tr: Any, flow: _Flow, emphasis: float, depth: int) -> Iterator[tuple[_Row, int | None]]:
    if _is_hidden(tr, _style(tr.get("style") or "")):
        return
    columns = [_column(cell, flow, emphasis, depth) for cell in tr if _is_shown(cell)]
    filled = [column for column in columns if column.rows]
    if _stand_side_by_side([column.rows for column in filled]):
        for position in range(max((len(column.rows) for column in filled), default=0)):
            yield [run for column in filled if position < len(column.rows) for run in column.rows[position]], None
        return
    for column in filled:
        yield from zip(column.rows, column.tables, strict=True)


def _is_shown(element: Any) -> bool:
    return isinstance(element.tag, str) and not _is_hidden(element, _style(element.get("style") or ""))


def _column(cell: Any, flow: _Flow, emphasis: float, depth: int) -> _Flow:
    inner = flow.nested()
    _walk(cell, inner, emphasis, depth)
    inner.end_line()
    if len(inner.rows) == 1 and len(inner.rows[0]) == 1:
        inner.rows[0][0].elements = [cell] if len(inner.rows[0][0].elements) > 1 else inner.rows[0][0].elements
    return inner


def _stand_side_by_side(columns: Sequence[Sequence[_Row]]) -> bool:
    """Whether the cells of a table row read across: short ones, or as many lines in each (labels beside values)."""
    heights = [len(rows) for rows in columns]
    if len(heights) < 2:
        return False
    if min(heights) == 1:
        return max(heights) <= 4 or all(height == 1 for height in heights[1:])
    return (
        len(set(heights)) == 1
        and heights[0] <= _MAX_ZIPPED_ROWS
        and all(len(row) == 1 for rows in columns for row in rows)
    )


def _standings(parent: Any) -> Iterator[tuple[Any, tuple[int, int]]]:
    """Each child's place among those of its kind and among all."""
    counts: dict[str, int] = {}
    elements = (child for child in parent if isinstance(child.tag, str))
    for place, child in enumerate(elements, 1):
        tag = child.tag
        counts[tag] = counts.get(tag, 0) + 1
        yield child, (counts[tag], place)


def _step(tag: str, standing: tuple[int, int]) -> str:
    """The step to a child: by its kind, or by its place alone where its name is none that CSS can write."""
    return f">{tag}:nth-of-type({standing[0]})" if _PLAIN_TAG.fullmatch(tag) else f">:nth-child({standing[1]})"


class _Paths:
    """CSS paths of elements, each parent's remembered."""

    def __init__(self) -> None:
        self._known: dict[Any, tuple[str, str]] = {}
        self._standings: dict[Any, dict[Any, tuple[int, int]]] = {}

    def of_all(self, elements: Sequence[Any]) -> str:
        """The path of what holds all of `elements`: in the source's own tree, and, where a browser would insert a tbody, in
        its tree too.
        """
        source, browser = self._pair(_common(elements))
        return source if source == browser else f"{source}, {browser}"

    def _pair(self, element: Any) -> tuple[str, str]:
        known = self._known.get(element)
        if known is None:
            known = self._known[element] = self._build(element)
        return known

    def _build(self, element: Any) -> tuple[str, str]:
        parent = element.getparent()
        if parent is None or element.tag == "body":
            return element.tag, element.tag
        source, browser = self._pair(parent)
        if parent not in self._standings:
            self._standings[parent] = dict(_standings(parent))
        step = _step(element.tag, self._standings[parent][element])
        inserted = _INSERTED.get((parent.tag, element.tag), "")
        return source + step, browser + inserted + step


def _lines(flow: _Flow, paths: _Paths, part: int) -> Iterator[Line]:
    """The rows as lines; of very many, the first and the last, where an invoice says what it comes to."""
    rows = list(zip(flow.rows, flow.tables, strict=True))
    half = bounds.MAX_LINES // 2
    kept = rows if len(rows) <= bounds.MAX_LINES else [*rows[:half], *rows[-half:]]
    number = 0
    for row, table in kept:
        cells = tuple(_row_cells(row, paths, number, part))
        if cells:
            yield Line(cells, table)
            number += 1


def _row_cells(row: _Row, paths: _Paths, number: int, part: int) -> Iterator[Cell]:
    column = 0
    for run in row:
        path = partial(paths.of_all, run.elements)
        for text in "".join(run.pieces).split("\u2003"):
            folded = fold_space(text)[: bounds.MAX_CELL_CHARS]
            if folded:
                yield Cell(folded, number, column, part, path=path, emphasis=round(run.emphasis, 2))
                column += 1


def _common(elements: Sequence[Any]) -> Any:
    """The nearest element that holds all of `elements`."""
    first, *others = elements
    if all(other is first for other in others):
        return first
    chain = [first, *first.iterancestors()]
    for other in others:
        above = {other, *other.iterancestors()}
        chain = [each for each in chain if each in above]
    return chain[0]


def _images(images: Iterable[tuple[str, Any]], paths: _Paths, part: int) -> Iterator[Cell]:
    for position, (alt, element) in enumerate(images):
        yield Cell(alt, position, 0, part, path=partial(paths.of_all, (element,)))


def _embedded(root: Any) -> Iterator[Embedded]:
    for script in root.iterfind(".//script[@type='application/ld+json']"):
        if script.text and len(script.text) < 500_000:
            yield Embedded(kind="json-ld", content=script.text.encode("utf-8", "replace"))
    if root.find(".//*[@itemscope]") is not None:
        from lxml import etree

        yield Embedded(kind="microdata", content=etree.tostring(root, encoding="utf-8", method="html"))
