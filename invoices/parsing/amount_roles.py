"""What each amount on a page is: the total, the net, the tax, a line of a table, or one of the things that only look like it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from invoices.parsing.document.bounds import Deadline
from invoices.parsing.fields.amounts import AmountMention, currency_of
from invoices.parsing.fields.dates import find_dates
from invoices.parsing.fields.labels import Label, find_labels, fold, inclusive_words, small_words
from invoices.parsing.scan import Naming, Row, Scan, Seen, in_column, labels_above

TOTALS = frozenset(("total_strong", "total", "due", "paid", "amount"))
_ITEM_COLUMNS = frozenset(("column_description", "column_quantity", "column_unit_price"))
_SUMMARY = frozenset(("total", "total_strong", "net", "tax", "due", "paid"))
_NAMED = frozenset(("total", "total_strong"))
_MAY_BE_LINES = frozenset(("noise", "amount", "fee", "paid"))
_PLUS = frozenset(("zzgl",))  # before a tax: the tax itself, that comes on top
_EXTRAS = ("discount", "shipping", "tip", "rounding", "fee")
_WORD = re.compile(r"(?<![\w/-])[^\W\d_]{2,}(?!\w|[-/]\d)")  # and no part of a number such as FF-2026
_CENT = Decimal("0.01")
_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?%")


@dataclass(frozen=True, slots=True)
class AmountSpot:
    """An amount in its place: its role, where the label stood, and the label itself.

    `qualifiers` are the words beside the label that no list knows: they may make another thing of it ("total this year").
    `within` is whether the label says that it is a part of another amount ("of which VAT"). `above` are the words over an
    amount that stands alone in its row.
    """

    mention: AmountMention
    seen: Seen
    row: Row
    role: str
    source: str
    phrase: str
    in_items: bool
    qualifiers: tuple[str, ...] = ()
    within: bool = False
    above: str = ""

    @property
    def value(self) -> Decimal:
        return self.mention.value

    @property
    def prose(self) -> int:
        """How many characters stand around the amount in its cell."""
        return len(self.seen.cell.text) - (self.mention.end - self.mention.start)

    def rate(self) -> Decimal | None:
        """The percentage written in the same row, else over the amount; None when there is none or more than one."""
        return _rate(self.row.text) or _rate(self.above)


@lru_cache(maxsize=256)  # every candidate for the total asks for the same rows
def _rate(text: str) -> Decimal | None:
    rates = {match[1].replace(",", ".") for match in _RATE.finditer(text)}
    return Decimal(rates.pop()) if len(rates) == 1 else None


def amount_spots(scan: Scan, deadline: Deadline) -> tuple[AmountSpot, ...]:
    """Every amount of a part with its role, in reading order; raises DocumentError when the deadline passes first."""
    found: list[AmountSpot] = []
    stated: set[Decimal] = set()
    for row in scan.rows:
        deadline.check()
        for seen in row.cells:
            found.extend(_cell_spots(scan, row, seen, stated))
        stated.update(spot.value for spot in found[-len(row.cells) :] if spot.role in _NAMED and not spot.in_items)
    for place, (spot, following) in enumerate(pairwise(found)):
        if spot.role == "tax" and _is_base(spot, following):
            found[place] = replace(spot, role="net")
            found[place + 1] = replace(following, role="tax", source=spot.source, phrase=spot.phrase)
    return tuple(found)


def _is_base(spot: AmountSpot, following: AmountSpot) -> bool:
    """Whether an amount beside a tax rate is what the tax after it was reckoned on ("VAT 25 % on 80.00: 20.00")."""
    rate = spot.rate()
    near = following.row.number - spot.row.number <= 1 and following.mention.is_money and spot.mention.is_money
    return near and rate is not None and abs(spot.value * rate / 100 - following.value) <= _CENT


def _cell_spots(scan: Scan, row: Row, seen: Seen, stated: Collection[Decimal]) -> Iterator[AmountSpot]:
    after = 0
    for mention in seen.amounts:
        yield _spot(scan, row, seen, mention, after, stated)
        after = mention.end


def _spot(
    scan: Scan, row: Row, seen: Seen, mention: AmountMention, after: int, stated: Collection[Decimal]
) -> AmountSpot:
    """An amount with its role; `stated` are the totals above it, which a payment below a table repeats."""
    namings = tuple(scan.namings(row, seen, mention.start, after)) or _following(seen, mention)
    own, source, phrase = _own_role(namings)
    header = scan.header_above(row.number)
    heading = in_column(header, row, seen) if header else None
    items = _is_item_header(header)
    column = _column_role(labels_above(heading, seen) if heading else (), items)
    pays = own == "paid" and mention.value in stated
    if items and column != "none" and not pays and (is_item_row(scan, row) or own in _MAY_BE_LINES):
        return AmountSpot(mention, seen, row, column, "heading", phrase, in_items=True)
    if source == "above" and heading and namings[0].label in heading.labels:
        source = "none"  # the words above are the column's heading, which says it better
    if own in TOTALS and source == "left" and heading:
        column = _sum_column(heading, seen, row, own, column)
    if own == "none" and not items and _is_worded(seen.cell.text[after : mention.start]):
        column = "none"  # words of its own say what it is, though no list knows them
    role, source = _combined(own, source, column)
    in_items = (items and role not in _SUMMARY) or column in ("unit", "quantity")
    return AmountSpot(
        mention,
        seen,
        row,
        role,
        source,
        fold(heading.cell.text) if heading and source == "heading" else phrase,
        in_items,
        _beside_label(namings, heading) if role in TOTALS or source != "heading" else (),
        any(_is_inclusive(naming.label) for naming in namings),
        namings[0].text if namings and source == "above" else "",
    )


def _beside_label(namings: tuple[Naming, ...], heading: Seen | None) -> tuple[str, ...]:
    """The loose words beside an amount's own label, else those of its heading."""
    if namings:
        return _qualifiers(namings[0].text)
    return _qualifiers(heading.cell.text) if heading else ()


def _is_inclusive(label: Label) -> bool:
    """Whether a label says that an amount is a part of another, or that tax is in it."""
    return bool(label.roles & {"within", "inclusive"}) or not inclusive_words().isdisjoint(label.phrase.split())


def _qualifiers(text: str) -> tuple[str, ...]:
    """The words of the last sentence of `text` that are in no label, no date and no currency, and are not small ones."""
    said = re.split(r"[.!?;|]\s", text.strip())[-1]
    spans = [
        *((label.start, label.end) for label in find_labels(said)),
        *((day.start, day.end) for day in find_dates(said)),
    ]
    words = ((match[0], match.start()) for match in _WORD.finditer(said))
    loose = (word for word, at in words if not any(start <= at < end for start, end in spans))
    return tuple(word for each in loose if (word := fold(each)) not in small_words() and currency_of(each) is None)


def is_item_row(scan: Scan, row: Row) -> bool:
    """Whether a row has a value under the quantity or unit price heading and another one: a line of the table."""
    if row.number not in scan.item_rows:
        scan.item_rows[row.number] = _is_item_row(scan, row)
    return scan.item_rows[row.number]


def _is_item_row(scan: Scan, row: Row) -> bool:
    header = scan.header_above(row.number)
    if header is None or len(row.cells) < 3:
        return False
    if any(_is_sum_label(seen) for seen in row.cells):
        return False
    counted = [
        seen
        for seen in row.cells
        if any(map(str.isdigit, seen.cell.text)) and _is_counted(in_column(header, row, seen), seen)
    ]
    return bool(counted) and sum(bool(seen.amounts) for seen in row.cells) >= 2


def _is_sum_label(seen: Seen) -> bool:
    """Whether a cell says no more than "Total" or the like."""
    return any(
        label.roles & {"total", "total_strong", "net"} and len(seen.cell.text) <= len(label.phrase) + 2
        for label in seen.labels
    )


def _is_counted(heading: Seen | None, seen: Seen) -> bool:
    return heading is not None and any(
        label.roles & {"column_quantity", "column_unit_price"} for label in labels_above(heading, seen)
    )


def _following(seen: Seen, mention: AmountMention) -> tuple[Naming, ...]:
    """A label right after the amount ("12.00 total"), when none stands before it."""
    return tuple(
        Naming(label, "after", 1, label.phrase)
        for label in seen.labels
        if 0 <= label.start - mention.end <= 2 and "noise" not in label.roles  # "9.00 from your card"
    )[:1]


def _own_role(namings: tuple[Naming, ...]) -> tuple[str, str, str]:
    if not namings:
        return "none", "none", ""
    role = resolve([naming.label for naming in namings])
    return role, namings[0].source, " ".join(sorted(naming.label.phrase for naming in namings))


def resolve(labels: Iterable[Label]) -> str:
    """The role that labels standing together give an amount; the nearest label comes first."""
    labels = list(labels)
    roles: set[str] = set().union(*(label.roles for label in labels))
    totals = roles & TOTALS
    if "inclusive" in roles and totals and "net" not in roles:
        return "total_strong" if totals - {"paid"} else "paid"
    if "exclusive" in roles and (totals or "net" in roles) and "inclusive" not in roles:
        return "net"
    if "noise" in roles and not (labels and labels[0].roles & {"total_strong", "net", "tax"}):
        return "noise"
    if "tax" in roles and "net" not in roles:
        return "tax"
    if "net" in roles:
        return "net"
    first = labels[-1] if labels else None
    if (
        "discount" in roles
        and first
        and first.roles & {"paid"}
        and (" " in first.phrase or labels[0].start - first.end > 1)
    ):
        return "paid"  # "Paid with a gift card"
    return next(
        (role for role in (*_EXTRAS, "total_strong", "total", "due", "paid", "amount") if role in roles), "none"
    )


def _is_worded(text: str) -> bool:
    return any(currency_of(word) is None for word in _WORD.findall(text))


def _sum_column(heading: Seen, seen: Seen, row: Row, own: str, column: str) -> str:
    """What the heading says of an amount in a row of sums: net or tax only where the row has others beside it."""
    if own == "total_strong" and sum(len(each.amounts) for each in row.cells) == 1:
        return "none"
    plain = _column_role(labels_above(heading, seen), items=False)
    several = sum(mention.is_money for each in row.cells for mention in each.amounts) > 1
    return plain if several and plain in ("net", "tax") else column


def _is_item_header(header: Row | None) -> bool:
    if header is None:
        return False
    roles: set[str] = set().union(*(label.roles for seen in header.cells for label in seen.labels))
    return len(roles & _ITEM_COLUMNS) >= 1


def _column_role(labels: Sequence[Label], items: bool) -> str:
    if not labels:
        return "none"
    roles: set[str] = set().union(*(label.roles for label in labels))
    if "column_unit_price" in roles:
        return "unit"
    if "column_quantity" in roles and not roles & {"column_total", "total"}:
        return "quantity"
    if items and roles & {"column_total", "amount", "total", "total_strong", "net"}:
        return "line"
    if (
        "tax" in roles
        and roles & {"inclusive", "exclusive"}
        and labels[0].phrase not in _PLUS
        and not roles & {"net", *TOTALS}
    ):
        return "line" if items else "total_strong" if "inclusive" in roles else "net"
    role = resolve(labels)
    return "line" if role == "amount" else role


def _combined(own: str, source: str, column: str) -> tuple[str, str]:
    if own == "none":
        return (column, "heading") if column != "none" else ("none", "none")
    if source == "left" and column in ("net", "tax", "discount", "shipping") and own in (*TOTALS, "tax"):
        return column, "heading"
    if source == "none" and column != "none":
        return column, "heading"
    return own, source
