"""Reads the lines of an invoice: the rows under a table's headings, else the rows above the sum they make."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from typing import TypeAlias

from invoices.parsing.amount_roles import AmountSpot, is_item_row
from invoices.parsing.arithmetic import sums
from invoices.parsing.fields.amounts import parse_number
from invoices.parsing.fields.labels import has_digit
from invoices.parsing.result import Field, LineItem, Status
from invoices.parsing.scan import Row, Scan, Seen

_Line: TypeAlias = tuple[int, LineItem]  # with the number of its row

_SUMS = frozenset(("total", "total_strong", "net"))
_SUMMARY = _SUMS | {"tax", "due", "paid"}
_EXTRAS = frozenset(("shipping", "discount", "tip", "fee", "tax", "rounding"))
_MAX_ITEMS = 300
_OF_LINES = frozenset(("discount", "fee"))  # extras that are lines themselves where others follow
_MAX_SUMS, _MAX_ABOVE = 8, 60  # sums that lines are looked for above, and rows above one
_CONFIDENCE = {Status.PROVED: 0.95, Status.READ: 0.75, Status.UNSURE: 0.4}
_ROUNDED = Decimal("0.05")  # how far a quantity times a rounded price may be from the line's amount
_MAX_CHARGES = 7  # that are tried in every choice
_MAX_APART = 3  # rows between an amount and the words above it
_LEADING_QUANTITY = re.compile(r"^(\d{1,4}(?:[.,]\d{1,3})?)\s?(?:[x×*]|st\.?|pcs|stk\.?|kpl)\s+(?=\S)", re.I)

_MEASURED = re.compile(r"[-−]?[\d.,' ]*\d\s?([^\W\d_]{1,8}[²³]?\.?)?$")
_MAX_UNIT = 8
_BARE_QUANTITY = re.compile(r"^(\d{1,3})\s+(?=[^\W\d_])")


def read_lines(scan: Scan, spots: Sequence[AmountSpot], total: Decimal | None) -> tuple[LineItem, ...]:
    """The line items of a part, in their order; empty when the page has no lines that can be told."""
    tabled = tuple(_tabled(scan, spots))[:_MAX_ITEMS]
    add_up = _come_to_a_sum([item for _, item in tabled], _others({number for number, _ in tabled}, spots), total)
    found = tabled if add_up else _summed(scan, spots, total)[:_MAX_ITEMS] or tabled
    return tuple(item for _, item in found)


def lines_total(items: Sequence[LineItem], spots: Sequence[AmountSpot], total: Decimal | None) -> Field[Decimal] | None:
    """What the lines come to, or None without lines: proved where it is a sum of the page, or the total with its charges.

    It is only read where a quantity and a price of a piece do not make a line's amount, and unsure where nothing agrees.
    """
    if not items:
        return None
    places = {item.evidence[0] for item in items if item.evidence}
    others = _others({spot.row.number for spot in spots if spot.seen.cell.evidence() in places}, spots)
    status = Status.READ if any(map(_is_off, items)) else Status.PROVED
    uncounted = len(items) == 1 and items[0].quantity is None
    alone = uncounted and any(_is_like(spot, _come_to(items)) for spot in others)  # it may sum up the real ones
    status = status if not alone and _come_to_a_sum(items, others, total) else Status.UNSURE
    return Field(_come_to(items), _CONFIDENCE[status], status, "arithmetic" if status is not Status.UNSURE else "lines")


def _others(rows: Collection[int], spots: Iterable[AmountSpot]) -> Sequence[AmountSpot]:
    """The amounts of money outside of the lines' rows."""
    return [spot for spot in spots if spot.row.number not in rows and spot.mention.is_money]


def _is_like(spot: AmountSpot, line: Decimal) -> bool:
    """Whether an amount could be a part of a line: a lesser one with words of its own."""
    return spot.role in ("none", "line") and 0 < spot.value < line and spot.prose < 160


def _is_off(item: LineItem) -> bool:
    """Whether a line's quantity times its price is another amount, by more than a rounding."""
    if item.quantity is None or item.unit_price is None or item.total_price is None:
        return False
    return abs(abs(item.quantity * item.unit_price) - abs(item.total_price)) > _ROUNDED


def _come_to(items: Iterable[LineItem]) -> Decimal:
    return sum((item.total_price for item in items if item.total_price is not None), Decimal(0))


def _come_to_a_sum(items: Sequence[LineItem], others: Sequence[AmountSpot], total: Decimal | None) -> bool:
    """Whether the lines come to a sum of the page, or to the total with what the page adds or takes off."""
    come = _come_to(items)
    if not items or abs(come) in _stated(others):
        return bool(items)
    return total is not None and any(abs(come + more) == abs(total) for more in _charges(others))


def _stated(spots: Iterable[AmountSpot]) -> set[Decimal]:
    """The sums that stand under words of their own, or that all others under the same words come to."""
    wordings: dict[str, set[Decimal]] = {}
    for spot in spots:
        if spot.role in _SUMS:
            wordings.setdefault(f"{spot.role} {spot.phrase}", set()).add(abs(spot.value))
    return {
        most for values in wordings.values() if (most := max(values)) and (len(values) == 1 or 2 * most == sum(values))
    }


def _charges(spots: Iterable[AmountSpot]) -> list[Decimal]:
    """What taxes, charges and what is taken off come to, in every choice among a few of them; none is a choice too."""
    found = {
        -abs(spot.value) if spot.role == "discount" else spot.value
        for spot in spots
        if spot.value and spot.mention.is_money and (spot.role in _EXTRAS or spot.value < 0)
    }
    return [Decimal(0), *sums(sorted(found, key=abs)[-_MAX_CHARGES:])]


def _tabled(scan: Scan, spots: Sequence[AmountSpot]) -> Iterator[_Line]:
    every: list[Decimal] = []
    closed: set[int] = set()
    counted: set[int] = set()
    running: dict[int, list[Decimal]] = {}
    held: dict[int, list[_Line]] = {}
    for number, row_spots in _by_row(spots).items():
        header = scan.header_above(number)
        if header is None or header.number in closed:
            continue
        row = row_spots[0].row
        counts = is_item_row(scan, row)
        if _ends(row_spots, counts):
            closed.add(header.number)
        elif row_spots[-1].in_items and not _is_included(row) and (line := _line_spot(row_spots)):
            above = running.setdefault(header.number, [])
            if not counts and len(above) > 1 and line.value == sum(above):
                closed.add(header.number)
                continue
            if not counts and not above and len(every) > 1 and line.value == sum(every):
                continue  # carried over from the page before
            waiting = held.setdefault(header.number, [])
            waiting.append((number, _item(scan, header, row, row_spots, line)))
            if not counts and header.number in counted and (len(waiting) > 1 or _is_extra(row_spots[-1])):
                continue  # a charge on the lines above it, unless other lines follow
            above.append(line.value)
            every.append(line.value)
            counted |= {header.number} if counts else set()
            yield from waiting
            waiting.clear()


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
    quantity = _quantity(scan, row)
    return LineItem(
        description=_description(scan, header, row, line),
        quantity=quantity,
        unit=_unit(scan, row),
        unit_price=_unit_price([spot for spot in spots if spot is not line], quantity, line.value),
        total_price=line.value,
        evidence=(line.seen.cell.evidence(),),
    )


def _unit_price(spots: Sequence[AmountSpot], quantity: Decimal | None, whole: Decimal) -> Decimal | None:
    """The price of a piece by its heading, else the amount that the quantity multiplies to the whole."""
    headed = (spot.value for spot in spots if spot.role == "unit")
    told = (spot.value for spot in spots if spot.role == "line" and quantity and spot.value * quantity == whole)
    return next(chain(headed, told), None)


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


def _summed(scan: Scan, spots: Sequence[AmountSpot], total: Decimal | None) -> Sequence[_Line]:
    """Rows of words and one amount that come to a sum right below them, to the total, or to a total above them."""
    short = [spot for spot in spots if spot.mention.is_money and spot.prose < 110]
    named = [spot for spot in short if spot.role in _SUMS] or [spot for spot in short if spot.value == total]
    ends = named[:_MAX_SUMS]
    rows = _by_row(spots)
    whole = [] if total is None else [total - more for more in _charges(spots)]
    for lines in _choices(scan, rows):
        for place, below in enumerate(ends):
            found = _listed(lines, below, whole)
            if found:
                others = (each for each in ends[place + 1 :] if each.phrase == below.phrase)
                own = _own([*found, *_of_others(lines, below, others)], rows)
                return (len(own) == 1 and _own(_restated(lines, own[0]), rows)) or own
        found = _below(lines, ends[0]) if ends else ()
        if found:
            return _own(found, rows)
    return ()


def _below(lines: Sequence[_Line], total: AmountSpot) -> Sequence[_Line]:
    """The rows below a total that stands over its lines, as a heading does."""
    after = [line for line in lines if total.row.number < line[0] <= total.row.number + _MAX_ABOVE]
    found = _suffix(after[::-1], total.value)
    return found[::-1] if len(found) > 1 else ()


def _choices(scan: Scan, rows: Mapping[int, Sequence[AmountSpot]]) -> Iterator[Sequence[_Line]]:
    """The rows that can be lines: plain ones, those without the prices of a piece, those of doubtful words too."""
    every = [(number, item) for number, row in rows.items() if (item := _plain_item(scan, row))]
    plain = [line for line in every if rows[line[0]][-1].role != "noise" or rows[line[0]][-1].value < 0]
    yield plain
    prices = {number for number, _ in every if _is_price(rows, number)}
    yield [line for line in plain if line[0] not in prices]
    yield [line for line in every if line[0] not in prices]


def _is_price(rows: Mapping[int, Sequence[AmountSpot]], number: int) -> bool:
    """Whether the row above or below has the row's amount times a number that stands in one of the two."""
    price = rows[number][-1].value
    near = [rows[other] for other in (number - 1, number + 1) if other in rows]
    return any(
        price and spot.value > 1 and spot.value * price == row[-1].value
        for row in near
        for spot in (*row[:-1], *rows[number][:-1])
    )


def _listed(lines: Sequence[_Line], below: AmountSpot, whole: Sequence[Decimal]) -> Sequence[_Line]:
    """The rows right above a sum that come to it, or to the total without some of its charges."""
    last = below.row.number
    above = [line for line in lines if last - _MAX_ABOVE <= line[0] < last]
    tried = (_suffix(above, each) for each in whole)
    return (
        _suffix(above, below.value)
        or next((each for each in tried if len(each) > 1), ())
        or (_suffix(above, whole[0]) if whole else ())
    )


def _restated(lines: Sequence[_Line], alone: _Line) -> Sequence[_Line]:
    """The rows right above a lone line that come to it, so that it is their sum by another name; else none."""
    above = [line for line in lines if line[0] < alone[0]][-_MAX_ABOVE:]
    found = _suffix(above, alone[1].total_price or Decimal(0))
    return found if len(found) > 1 else ()


def _of_others(lines: Sequence[_Line], first: AmountSpot, others: Iterable[AmountSpot]) -> Iterator[_Line]:
    """The rows that come to the further sums of the same wording, as in an order from several sellers."""
    start = first.row.number
    for each in others:
        yield from _suffix([line for line in lines if start < line[0] < each.row.number], each.value)
        start = each.row.number


def _own(found: Sequence[_Line], rows: Mapping[int, Sequence[AmountSpot]]) -> Sequence[_Line]:
    """The rows without the charges, and without what is taken off after the last line, whatever it is called."""
    roles = [rows[number][-1].role for number, _ in found]
    last = max((place for place, role in enumerate(roles) if role not in _EXTRAS), default=0)
    kept = [
        line
        for place, (line, role) in enumerate(zip(found, roles, strict=True))
        if role not in _EXTRAS or (place < last and (role in _OF_LINES or rows[line[0]][-1].qualifiers))
    ]
    prices = [item.total_price or Decimal(0) for _, item in kept]
    while len(prices) > 1 and prices[-1] < 0 < max(prices):
        prices.pop()
    return _counted(kept[: len(prices)])


def _counted(lines: Sequence[_Line]) -> Sequence[_Line]:
    """The lines; where every description begins with a number it is the quantity ("2 Pasta")."""
    matches = [_BARE_QUANTITY.match(item.description) for _, item in lines]
    if not all(matches):
        return lines
    return [
        (number, replace(item, description=item.description[match.end() :], quantity=Decimal(match[1])))
        for (number, item), match in zip(lines, matches, strict=True)
        if match
    ]


def _plain_item(scan: Scan, spots: Sequence[AmountSpot]) -> LineItem | None:
    spot = spots[-1]
    if not spot.mention.is_money or spot.prose > 160 or spot.role in _SUMMARY - {"tax"}:
        return None
    words = next((seen for seen in spot.row.cells if seen.has_words and not seen.is_value), None)
    if words is None:
        return _under_words(scan, spot)
    text = words.cell.text[: spot.mention.start].strip(" :-–—") if words is spot.seen else words.cell.text
    counted = next(
        (match for seen in spot.row.cells[:2] if (match := _LEADING_QUANTITY.match(seen.cell.text + " "))), None
    )
    quantity = parse_number(counted[1]) if counted else None
    return LineItem(_LEADING_QUANTITY.sub("", text), quantity, None, spot.value, evidence=(spot.seen.cell.evidence(),))


def _under_words(scan: Scan, spot: AmountSpot) -> LineItem | None:
    """The line of an amount that stands alone below its words and, perhaps, its quantity."""
    quantity = None
    above = scan.rows[max(0, spot.row.number - _MAX_APART) : spot.row.number]
    for row in reversed(above if spot.role == "none" and len(spot.row.cells) == 1 else ()):
        first = row.cells[0]
        counts = first.labels and "column_quantity" in first.labels[0].roles and first.labels[0].start == 0
        if counts and len(first.amounts) == 1:
            quantity = first.amounts[0].value
        elif any(amount.is_money for seen in row.cells for amount in seen.amounts) or not first.has_words:
            return None
        else:
            return LineItem(first.cell.text, quantity, None, spot.value, evidence=(spot.seen.cell.evidence(),))
    return None


def _suffix(lines: Sequence[_Line], wanted: Decimal) -> Sequence[_Line]:
    """The last lines that add up to `wanted`, or none."""
    running = Decimal(0)
    for start in range(len(lines) - 1, -1, -1):
        running += lines[start][1].total_price or Decimal(0)
        if running == wanted:
            return lines[start:]
    return ()
