"""One part of a document with everything seen in it: labels, amounts and dates by cell, and which label names which value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from invoices.parsing.document.bounds import Deadline
from invoices.parsing.document.model import Cell, Line, Part, PartKind
from invoices.parsing.fields.amounts import AmountMention, Point, currency_of, decimal_point, find_amounts
from invoices.parsing.fields.dates import DateMention, find_dates
from invoices.parsing.fields.labels import Label, find_labels, has_digit

_COLUMN_ROLES = frozenset(
    (
        "column_description",
        "column_quantity",
        "column_unit_price",
        "column_total",
        "amount",
        "total",
        "total_strong",
        "net",
        "tax",
        "discount",
    )
)
_MEASURES = frozenset(("noise", "column_quantity", "column_unit_price", "other_number", "amount"))
_CODE = 3  # letters of a currency, which a label may end with and an amount begin with ("Total: EUR 9.00")
_MOST_MEASURED = 3  # a count, a price and a share
_BRACKETS = re.compile(r"\([^()]*\)")
_TAX_WORDS = frozenset(("inclusive", "exclusive"))  # and the tax after them
_MAX_HEADER_DISTANCE = 80
_PROSE = 400


@dataclass(frozen=True, slots=True)
class Seen:
    """A cell with the labels, amounts and dates in its text."""

    cell: Cell
    labels: tuple[Label, ...]
    amounts: tuple[AmountMention, ...]
    dates: tuple[DateMention, ...]

    @property
    def has_words(self) -> bool:
        return sum(map(str.isalpha, self.cell.text)) >= 2

    @property
    def is_value(self) -> bool:
        """Whether the cell holds nothing but a value (an amount, a date, a number, a code)."""
        if " " not in self.cell.text and not self.labels and has_digit(self.cell.text):
            return True
        covered = sum(amount.end - amount.start for amount in self.amounts) + sum(
            day.end - day.start for day in self.dates
        )
        filled = bool(self.amounts or self.dates) and covered >= 0.6 * len(self.cell.text)
        return filled or not any(map(str.isalpha, self.cell.text))


@dataclass(frozen=True, slots=True)
class Naming:
    """A label that names a value: where it stands towards it, how far away (0 in the same cell), and the words around it."""

    label: Label
    source: str
    distance: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of seen cells; `header` when its cells are the headings of a table's columns."""

    number: int
    cells: tuple[Seen, ...]
    table: int | None
    header: bool
    text: str

    @property
    def has_amounts(self) -> bool:
        return any(seen.amounts for seen in self.cells)


@dataclass(slots=True)
class Scan:
    """A part, seen. `point` is its decimal separator where that is certain."""

    part: Part
    rows: tuple[Row, ...]
    text: str
    point: Point | None = None
    _headers: dict[int, Row | None] = field(default_factory=dict)
    item_rows: dict[int, bool] = field(default_factory=dict)  # found once for each row that is asked for

    def languages(self) -> Counter[str]:
        """How many different labels of the part belong to one language only, by language."""
        labels = {label.phrase: label for row in self.rows for seen in row.cells for label in seen.labels}
        return Counter(next(iter(label.languages)) for label in labels.values() if len(label.languages) == 1)

    def header_above(self, number: int) -> Row | None:
        """The nearest row of column headings above row `number` in the same page or table, or None."""
        if number not in self._headers:
            self._headers[number] = self._find_header(number)
        return self._headers[number]

    def _find_header(self, number: int) -> Row | None:
        here = self.rows[number]
        for above in reversed(self.rows[max(0, number - _MAX_HEADER_DISTANCE) : number]):
            if above.header and self._belongs(above, here):
                return above
        return None

    def _belongs(self, header: Row, row: Row) -> bool:
        if self.part.kind is PartKind.HTML:
            return header.table is not None and row.table is not None and abs(row.table - header.table) <= 3
        return header.cells[0].cell.page == row.cells[0].cell.page

    def heading(self, row: Row, seen: Seen) -> Seen | None:
        """The column heading that stands above a cell of a table, or None."""
        header = self.header_above(row.number)
        return in_column(header, row, seen) if header else None

    def namings(self, row: Row, seen: Seen, start: int, after: int = 0) -> Iterator[Naming]:
        """The labels that name the value at `start` in a cell, nearest first; `after` is where the value before it ended."""
        inline = [label for label in seen.labels if after <= label.start < start and label.end <= start + _CODE]
        yield from (Naming(label, "inline", 0, seen.cell.text[after:start]) for label in reversed(inline))
        if inline:
            return
        before = seen.cell.text[after:start]
        words_before = 0 if currency_of(before.strip(" :")) else sum(map(str.isalpha, before))
        spoken = sum(map(str.isalpha, seen.cell.text[:after])) > 2  # "Lamp 2: 9.00"
        if words_before <= 2 and not spoken:
            yield from self._beside(row, seen)

    def _beside(self, row: Row, seen: Seen) -> Iterator[Naming]:
        left = _left_words(row, seen)
        if left:
            yield from (Naming(label, "left", 1, left.cell.text) for label in reversed(_said_of(left)))
            return
        above = self._above(row, seen)
        if above and above.labels:
            yield from (Naming(label, "above", 2, above.cell.text) for label in reversed(above.labels))
            return
        below = self._below(row, seen)
        if below:
            yield from (Naming(label, "below", 3, below.cell.text) for label in reversed(below.labels))

    def _below(self, row: Row, seen: Seen) -> Seen | None:
        """The words under a value that stands alone, or under its like in a row of nothing but values."""
        following = self.rows[row.number + 1 : row.number + 3]
        if not following or following[0].has_amounts:
            return None
        if len(row.cells) > 1:
            return in_column(following[0], row, seen) if self._names_above(following[0]) else None
        if len(following[0].cells) != 1 or len(following[0].text) > 30:
            return None
        named_next = len(following) > 1 and following[1].cells[0].is_value
        return None if named_next else following[0].cells[0]

    def value_over(self, row: Row, seen: Seen) -> Seen | None:
        """The value right over words that stand in a row of nothing but words, each under a value of its own."""
        above = self.rows[row.number - 1] if row.number else None
        return in_column(above, row, seen) if above and len(row.cells) > 1 and self._names_above(row) else None

    def _names_above(self, row: Row) -> bool:
        """Whether every cell of a row is a label, every one of the row above a value, and not so in the row below."""
        values = self.rows[row.number - 1].cells if row.number else ()
        below = self.rows[row.number + 1].cells if row.number + 1 < len(self.rows) else ()
        named = all(seen.labels and seen.has_words and not seen.is_value for seen in row.cells)
        valued = len(values) == len(row.cells) and all(seen.is_value for seen in values)
        return named and valued and not all(seen.is_value for seen in below)

    def _above(self, row: Row, seen: Seen) -> Seen | None:
        """The words right above a value that has none beside it."""
        for previous in reversed(self.rows[max(0, row.number - 3) : row.number]):
            if previous.cells[0].cell.page != row.cells[0].cell.page:
                return None
            found = in_column(previous, row, seen)
            if found and found.has_words and not found.is_value:
                return found if _close(found.cell, seen.cell) else None
            if self.part.kind is not PartKind.PDF:
                return None
        return None


def _said_of(words: Seen) -> tuple[Label, ...]:
    """The labels that say what the amount beside them is: none in brackets around another ("Tax (€ 4.00 per night)")."""
    spans = [match.span() for match in _BRACKETS.finditer(words.cell.text)] if words.amounts else []
    aside = [span for span in spans if any(span[0] < amount.start < span[1] for amount in words.amounts)]
    return tuple(each for each in words.labels if not any(start < each.start < end for start, end in aside))


def _close(above: Cell, below: Cell) -> bool:
    if above.box is None or below.box is None:
        return True
    height = max(below.box[3] - below.box[1], above.box[3] - above.box[1], 1.0)
    return below.box[1] - above.box[3] < 2.2 * height


def _left_words(row: Row, seen: Seen) -> Seen | None:
    """The nearest words before a cell: what is measured ("310 kWh x 28.40 ct") only where none other stands there."""
    measured: list[Seen] = []
    for other in reversed(row.cells[: seen.cell.column]):
        if other.has_words and not other.is_value and currency_of(other.cell.text) is None:
            if not _is_measured(other):
                return other
            measured.append(other)
            if len(measured) == _MOST_MEASURED:
                break
    return measured[0] if measured else None


def _is_measured(seen: Seen) -> bool:
    """Whether a cell begins with a number that no label makes a tax, a fee or a sum."""
    return seen.cell.text[0].isdigit() and all(label.roles <= _MEASURES for label in seen.labels)


def in_column(header: Row, row: Row, seen: Seen) -> Seen | None:
    """The cell of `header` in the column of `seen`: by position on a page, by count (from the right when it differs) in HTML."""
    if seen.cell.box is not None:
        return _overlapping(header.cells, seen.cell.box)
    if len(header.cells) == len(row.cells):
        return header.cells[seen.cell.column]
    from_right = len(row.cells) - seen.cell.column
    if len(row.cells) == 1 or len(header.cells) == 1:
        return header.cells[0] if len(header.cells) == len(row.cells) else None
    return header.cells[-from_right] if from_right <= len(header.cells) else None


def labels_above(heading: Seen, seen: Seen) -> tuple[Label, ...]:
    """The labels of a heading that stand over a cell: all of them, or the nearest where two headings touch on a page."""
    box, below = heading.cell.box, seen.cell.box
    if box is None or below is None or len(heading.labels) < 2 or box[2] - box[0] < 1.3 * (below[2] - below[0]):
        return heading.labels
    scale = (box[2] - box[0]) / max(len(heading.cell.text), 1)
    placed = [(box[0] + group[0].start * scale, box[0] + group[-1].end * scale, group) for group in _joined(heading)]
    over = tuple(
        label for left, right, group in placed if min(right, below[2]) - max(left, below[0]) > 0 for label in group
    )
    return over or min(placed, key=lambda each: abs(each[0] + each[1] - below[0] - below[2]))[2]


def _joined(heading: Seen) -> list[tuple[Label, ...]]:
    """The labels of a heading, those together that say whether tax is in an amount ("Amount (inc GST)")."""
    groups: list[tuple[Label, ...]] = []
    for label in heading.labels:
        before = groups[-1][-1] if groups else None
        near = before and label.start - before.end <= 3 and (label.roles | before.roles) & _TAX_WORDS
        if near:
            groups[-1] = (*groups[-1], label)
        else:
            groups.append((label,))
    return groups


def _overlapping(cells: Sequence[Seen], box: tuple[float, float, float, float]) -> Seen | None:
    best, most = None, 0.0
    for other in cells:
        if other.cell.box is None:
            continue
        left, _, right, _ = other.cell.box
        overlap = (right if right < box[2] else box[2]) - (left if left > box[0] else box[0])
        if overlap > most:
            best, most = other, overlap
    return best or _nearest(cells, box)


def _nearest(cells: Sequence[Seen], box: tuple[float, float, float, float]) -> Seen | None:
    """A heading set to the other side of its narrow column, when it is clearly the nearest one."""
    reach = 2.5 * (box[3] - box[1])
    near = [
        (gap, other)
        for other in cells
        if other.cell.box and (gap := max(other.cell.box[0] - box[2], box[0] - other.cell.box[2])) < reach
    ]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def scan(part: Part, deadline: Deadline) -> Scan:
    """Everything seen in a part; raises DocumentError when the deadline passes first."""
    point = decimal_point(cell.text for line in part.lines for cell in line.cells)
    rows = []
    for number, line in enumerate(part.lines):
        deadline.check()
        rows.append(_row(number, line, point))
    return Scan(part, tuple(rows), "\n".join(row.text for row in rows), point)


def _row(number: int, line: Line, point: Point | None) -> Row:
    cells = tuple(_see(cell, point) for cell in line.cells)
    return Row(number, cells, line.table, _is_header(cells), line.text)


def _see(cell: Cell, point: Point | None) -> Seen:
    text = cell.text
    digits = has_digit(text)
    labels = find_labels(text) if digits or len(text) <= _PROSE else ()
    if not digits:
        return Seen(cell, labels, (), ())
    dates = find_dates(text)
    amounts = tuple(
        amount
        for amount in find_amounts(text, point=point)
        if not any(amount.start < day.end and day.start < amount.end for day in dates)
    )
    return Seen(cell, labels, amounts, dates)


def _is_header(cells: Sequence[Seen]) -> bool:
    if any(seen.amounts or seen.dates for seen in cells) or sum(len(seen.cell.text) for seen in cells) > 250:
        return False
    roles = [frozenset().union(*(label.roles for label in seen.labels)) & _COLUMN_ROLES for seen in cells]
    named = [role for role in roles if role]
    if len(named) >= 2:
        return True
    return (
        len(cells) <= 2
        and sum(1 for seen in cells for label in seen.labels if label.roles & _COLUMN_ROLES) >= 3
        and len(named) == len(cells)
    )
