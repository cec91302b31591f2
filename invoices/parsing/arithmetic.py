"""Proofs that an amount is the total: the amounts above it add up to it, or net, tax and extras do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from invoices.parsing.amount_roles import TOTALS, AmountSpot

_CENT = Decimal("0.01")
_MAX_ROWS = 80
_MAX_GAP = 6
_ADDED = ("shipping", "tip", "fee", "rounding")


def proofs(candidate: AmountSpot, spots: Sequence[AmountSpot]) -> tuple[str, ...]:
    """Which sums prove `candidate`: "column_sum", "sum_of_totals", "net_plus_tax", "tax_rate"; empty when none does."""
    if candidate.value == 0:
        return ()
    found = []
    if _is_column_sum(candidate, spots):
        found.append("column_sum")
    if _is_sum_of_totals(candidate, spots):
        found.append("sum_of_totals")
    if _is_labelled_sum(candidate.value, spots):
        found.append("net_plus_tax")
    if _fits_tax_rate(candidate.value, spots):
        found.append("tax_rate")
    return tuple(found)


def _is_column_sum(candidate: AmountSpot, spots: Sequence[AmountSpot]) -> bool:
    """Whether two or more amounts right above the candidate, one a row, add up to it."""
    rows = tuple(_rows_above(candidate, spots))
    left_out: tuple[frozenset[str], ...] = (frozenset(), frozenset(("tax",)), frozenset(("net", "total")))
    return any(_adds_up(candidate.value, (spot for spot in rows if spot.role not in without)) for without in left_out)


def _is_sum_of_totals(candidate: AmountSpot, spots: Sequence[AmountSpot]) -> bool:
    """Whether several totals of one wording (the parts of one payment) add up to the candidate."""
    by_phrase: dict[str, dict[int, Decimal]] = {}
    for spot in spots:
        if spot.role == "total" and spot.value and spot.phrase and spot.row.number != candidate.row.number:
            by_phrase.setdefault(spot.phrase, {})[spot.row.number] = spot.value
    return candidate.role in TOTALS and any(
        len(rows) >= 2 and sum(rows.values()) == candidate.value for rows in by_phrase.values()
    )


def _rows_above(candidate: AmountSpot, spots: Sequence[AmountSpot]) -> Iterator[AmountSpot]:
    """The last amount of each row above the candidate, nearest first, until the rows without one become too many."""
    last = candidate.row.number
    best: dict[int, AmountSpot] = {}
    for spot in spots:
        if (
            last - _MAX_ROWS <= spot.row.number < last
            and spot.mention.is_money
            and spot.prose < 120
            and spot.role not in ("noise", "paid")
        ):
            best[spot.row.number] = _aligned(best.get(spot.row.number), spot, candidate)
    for number in sorted(best, reverse=True):
        if last - number > _MAX_GAP:
            return
        last = number
        yield best[number]


def _aligned(known: AmountSpot | None, spot: AmountSpot, candidate: AmountSpot) -> AmountSpot:
    """Of two amounts in a row, the one set in the candidate's column, else the last."""
    if known is None or spot.seen.cell.box is None or candidate.seen.cell.box is None or known.seen.cell.box is None:
        return spot
    right = candidate.seen.cell.box[2]
    return known if abs(known.seen.cell.box[2] - right) < abs(spot.seen.cell.box[2] - right) else spot


def _adds_up(value: Decimal, above: Iterable[AmountSpot]) -> bool:
    total, addends = Decimal(0), 0
    for spot in above:
        amount = -abs(spot.value) if spot.role == "discount" else spot.value
        total += amount
        addends += amount != 0
        if addends >= 2 and total == value:
            return True
    return False


def _is_labelled_sum(value: Decimal, spots: Sequence[AmountSpot]) -> bool:
    nets = {spot.value for spot in spots if spot.role == "net" and spot.value}
    if not nets:
        return False
    taxes = _distinct(spots, ("tax",))
    extras = _distinct(spots, _ADDED)
    discounts = [-abs(amount) for amount in _distinct(spots, ("discount",))]
    parts = [*_sums(taxes), Decimal(0)]
    others = [*_sums([*extras, *discounts]), Decimal(0)]
    return any(net + tax + other == value and (tax or other) for net in nets for tax in parts for other in others)


def _distinct(spots: Sequence[AmountSpot], roles: Sequence[str]) -> list[Decimal]:
    return sorted({spot.value for spot in spots if spot.role in roles and spot.value and spot.mention.is_money})[:6]


def _sums(amounts: Sequence[Decimal]) -> list[Decimal]:
    """The sums of all choices among a few amounts, the whole first."""
    return [sum(chosen, Decimal(0)) for size in range(len(amounts), 0, -1) for chosen in combinations(amounts, size)]


def _fits_tax_rate(value: Decimal, spots: Sequence[AmountSpot]) -> bool:
    """Whether a tax printed with its rate is that share of the total (tax included)."""
    for spot in spots:
        rate = spot.rate() if spot.role == "tax" else None
        if rate and abs(spot.value) >= Decimal("0.5") and abs(value * rate / (100 + rate) - spot.value) <= _CENT:
            return True
    return False


def is_tax_base(value: Decimal, spots: Sequence[AmountSpot]) -> bool:
    """Whether a tax printed with its rate was reckoned on `value`, so that it is the net and not what is paid."""
    for spot in spots:
        rate = spot.rate() if spot.role == "tax" else None
        if rate and abs(spot.value) >= Decimal("0.5") and abs(abs(value) * rate / 100 - abs(spot.value)) <= _CENT:
            return True
    return False
