"""Reads the lines of an invoice: the rows under a table's headings, else the rows above the sum they make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from invoices.parsing.amount_roles import AmountSpot, is_item_row
from invoices.parsing.fields.amounts import parse_number
from invoices.parsing.fields.labels import has_digit
from invoices.parsing.result import LineItem
from invoices.parsing.scan import Row, Scan, Seen

_SUMMARY = frozenset(("total", "total_strong", "net", "tax", "due", "paid"))
_EXTRAS = frozenset(("shipping", "discount", "tip", "fee", "tax", "rounding"))
_MAX_ITEMS = 300
_MAX_SUMS, _MAX_ABOVE = 8, 60  # sums that lines are looked for above, and rows above one
_LEADING_QUANTITY = re.compile(r"^(\d{1,4}(?:[.,]\d{1,3})?)\s?(?:[x×*]|st\.?|pcs|stk\.?|kpl)\s+(?=\S)", re.I)

_MEASURED = re.compile(r"[-−]?[\d.,' ]*\d\s?([^\W\d_]{1,8}[²³]?\.?)?$")
_MAX_UNIT = 8
_BARE_QUANTITY = re.compile(r"^(\d{1,3})\s+(?=[^\W\d_])")


def read_lines(scan: Scan, spots: Sequence[AmountSpot], total: Decimal | None) -> tuple[LineItem, ...]:
    """The line items of a part, in their order; empty when the page has no lines that can be told."""
    tabled = tuple(_tabled(scan, spots))
    if tabled:
        return tabled[:_MAX_ITEMS]
    return tuple(_summed(spots, total))[:_MAX_ITEMS]


def _tabled(scan: Scan, spots: Sequence[AmountSpot]) -> Iterator[LineItem]:
    every: list[Decimal] = []
    closed: set[int] = set()
    counted: set[int] = set()
    running: dict[int, list[Decimal]] = {}
    for number, row_spots in _by_row(spots).items():
        header = scan.header_above(number)
        if header is None or header.number in closed:
            continue
        row = row_spots[0].row
        counts = is_item_row(scan, row)
        if _ends(row_spots, counts) or (header.number in counted and not counts and _is_extra(row_spots[-1])):
            closed.add(header.number)
        elif row_spots[-1].in_items and not _is_included(row) and (line := _line_spot(row_spots)):
            above = running.setdefault(header.number, [])
            if not counts and len(above) > 1 and line.value == sum(above):
                closed.add(header.number)
                continue
            if not counts and not above and len(every) > 1 and line.value == sum(every):
                continue  # carried over from the page before
            above.append(line.value)
            every.append(line.value)
            counted |= {header.number} if counts else set()
            yield _item(scan, header, row, row_spots, line)


def _is_included(row: Row) -> bool:
    """Whether a row begins by saying that it is a part of the one above it ("Incl. …", "of which …")."""
    first = next((seen.labels[0] for seen in row.cells if seen.labels), None)
    return first is not None and first.start == 0 and bool(first.roles & {"inclusive", "within"})


def _is_extra(spot: AmountSpot) -> bool:
    """Whether a row without a quantity is a charge or a discount on the lines above it."""
    return spot.role in _EXTRAS or spot.value < 0


def _ends(spots: Sequence[AmountSpot], counts: bool) -> bool:
    """Whether a row is the first of the sums below a table."""
    return not counts and any(spot.role in _SUMMARY and spot.source in ("left", "inline", "sum") for spot in spots)


def _by_row(spots: Iterable[AmountSpot]) -> dict[int, list[AmountSpot]]:
    rows: dict[int, list[AmountSpot]] = {}
    for spot in spots:
        rows.setdefault(spot.row.number, []).append(spot)
    return rows


def _line_spot(spots: Sequence[AmountSpot]) -> AmountSpot | None:
    """The row's own total: the last amount of money in it that is no unit price."""
    money = [
        spot
        for spot in spots
        if spot.mention.is_money or (spot.role == "line" and len({other.seen.cell.column for other in spots}) > 1)
    ]
    lines = [spot for spot in money if spot.role == "line"] or [
        spot for spot in money if spot.role not in ("unit", "quantity", "noise", "tax")
    ]
    return (_product(spots, money) or lines[-1]) if lines else None


def _product(spots: Sequence[AmountSpot], money: Sequence[AmountSpot]) -> AmountSpot | None:
    """The last amount of a row whose headings are unknown, where it is a number before it times the price before it."""
    last = money[-1]
    counts = {spot.value for spot in spots[:-2] if not spot.mention.mark and spot.value > 1}
    told = last.role == "none" and len(money) > 1 and any(count * money[-2].value == last.value for count in counts)
    return last if told else None


def _item(scan: Scan, header: Row, row: Row, spots: Sequence[AmountSpot], line: AmountSpot) -> LineItem:
    unit = next((spot.value for spot in spots if spot.role == "unit" and spot is not line), None)
    return LineItem(
        description=_description(scan, header, row, line),
        quantity=_quantity(scan, row),
        unit=_unit(scan, row),
        unit_price=unit,
        total_price=line.value,
        evidence=(line.seen.cell.evidence(),),
    )


def _description(scan: Scan, header: Row, row: Row, line: AmountSpot) -> str:
    named = next(
        (
            seen
            for seen in row.cells
            if _headed(scan, row, seen, "column_description") and seen.has_words and not seen.is_value
        ),
        None,
    )
    words = named or max(
        (seen for seen in row.cells if seen.has_words), key=lambda seen: len(seen.cell.text), default=None
    )
    if words is None:
        words = _worded_near(scan, row, header)
    text = words.cell.text if words else ""
    return text[: line.mention.start].strip() if words is line.seen else _LEADING_QUANTITY.sub("", text)


def _worded_near(scan: Scan, row: Row, header: Row) -> Seen | None:
    """The words of a line whose amounts stand in a row of their own: in the row below, else in the one above."""
    for number in (row.number + 1, row.number - 1):
        if header.number < number < len(scan.rows) and not scan.rows[number].has_amounts:
            return next((seen for seen in scan.rows[number].cells if seen.has_words), None)
    return None


def _headed(scan: Scan, row: Row, seen: Seen, role: str) -> bool:
    heading = scan.heading(row, seen)
    return heading is not None and any(role in label.roles for label in heading.labels)


def _quantity(scan: Scan, row: Row) -> Decimal | None:
    for seen in row.cells:
        found = re.match(r"^[-−]?[\d.,' ]*\d", seen.cell.text)
        if found and _headed(scan, row, seen, "column_quantity"):
            return parse_number(found[0].replace("−", "-"), point=scan.point)
    leading = next((match for seen in row.cells[:2] if (match := _LEADING_QUANTITY.match(seen.cell.text))), None)
    return parse_number(leading[1], point=scan.point) if leading else None


def _unit(scan: Scan, row: Row) -> str | None:
    """What is counted, where it stands after the quantity ("0,85 kg") or in a short cell right after it ("tim")."""
    for seen in row.cells:
        if _headed(scan, row, seen, "column_quantity") and (found := _MEASURED.match(seen.cell.text)):
            after = row.cells[seen.cell.column + 1 : seen.cell.column + 2]
            return found[1] or next((each.cell.text for each in after if _is_unit(scan, row, each)), None)
    return None


def _is_unit(scan: Scan, row: Row, seen: Seen) -> bool:
    short = len(seen.cell.text) <= _MAX_UNIT and not has_digit(seen.cell.text)
    return short and not _headed(scan, row, seen, "column_description")


def _summed(spots: Sequence[AmountSpot], total: Decimal | None) -> Iterator[LineItem]:
    """Rows of words and one amount, above the first summary row, that a receipt without headings lists."""
    sums = [
        spot
        for spot in spots
        if spot.role in ("total", "total_strong", "net") and spot.mention.is_money and spot.prose < 110
    ]
    if not sums:
        return
    rows = _by_row(spots)
    chosen = next((found for each in sums[:_MAX_SUMS] if (found := _listed(rows, each, total))), ())
    yield from _counted(_without_reductions([item for role, item in chosen if role not in _EXTRAS]))


def _listed(
    rows: Mapping[int, Sequence[AmountSpot]], below: AmountSpot, total: Decimal | None
) -> Sequence[tuple[str, LineItem]]:
    """The rows right above a sum that come to it, or to the total, with their roles."""
    last = below.row.number
    above = [row for number, row in rows.items() if last - _MAX_ABOVE <= number < last]
    items = [(row[-1].role, item) for row in above if (item := _plain_item(row))]
    return _suffix(items, below.value) or _suffix(items, total)


def _without_reductions(items: Sequence[LineItem]) -> Sequence[LineItem]:
    """The items without what is taken off after the last of them, whatever it is called."""
    kept = list(items)
    while len(kept) > 1 and (kept[-1].total_price or 0) < 0 < max(item.total_price or 0 for item in kept):
        kept.pop()
    return kept


def _counted(items: Sequence[LineItem]) -> Sequence[LineItem]:
    """The items; where every description begins with a number it is the quantity ("2 Pasta")."""
    matches = [_BARE_QUANTITY.match(item.description) for item in items]
    if not all(matches):
        return items
    return [
        replace(item, description=item.description[match.end() :], quantity=Decimal(match[1]))
        for item, match in zip(items, matches, strict=True)
        if match
    ]


def _plain_item(spots: Sequence[AmountSpot]) -> LineItem | None:
    spot = spots[-1]
    if (
        not spot.mention.is_money
        or spot.prose > 160
        or spot.role in ("paid", "due", "total", "total_strong", "net")
        or (spot.role == "noise" and spot.value >= 0)
    ):
        return None
    words = next((seen for seen in spot.row.cells if seen.has_words and not seen.is_value), None)
    if words is None:
        return None
    text = words.cell.text[: spot.mention.start].strip(" :-") if words is spot.seen else words.cell.text
    counted = next(
        (match for seen in spot.row.cells[:2] if (match := _LEADING_QUANTITY.match(seen.cell.text + " "))), None
    )
    quantity = parse_number(counted[1]) if counted else None
    return LineItem(_LEADING_QUANTITY.sub("", text), quantity, None, spot.value, evidence=(spot.seen.cell.evidence(),))


def _suffix(items: Sequence[tuple[str, LineItem]], wanted: Decimal | None) -> Sequence[tuple[str, LineItem]]:
    """The last items that add up to `wanted`, or none."""
    running = Decimal(0)
    for start in range(len(items) - 1, -1, -1):
        running += items[start][1].total_price or Decimal(0)
        if running == wanted:
            return items[start:]
    return ()
