"""Tells by what they come to which numbers are money, and the net, the tax and the total where no list knows the words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import TypeAlias

from invoices.parsing.amount_roles import TOTALS, AmountSpot
from invoices.parsing.arithmetic import CENT, USUAL_RATES, is_column_sum, place

_Triple: TypeAlias = tuple[AmountSpot, AmountSpot, AmountSpot]
_ASKED = frozenset(("total_strong", "due"))
_STATED = TOTALS - {"amount", "paid"}
_UNTOLD = frozenset(("none", "line", "amount"))
_MAX_ROWS, _MAX_NEAR = 8, 24  # rows above a sum, and amounts in them
_TAIL, _MAX_SUMS = 600, 120  # amounts at the end of a page that are looked at, and that are tried
_PROSE = 60
_UNIT = Decimal(1)  # of a currency written without cents
_LEAST_TAX = Decimal("0.5")  # less is a share of anything


def named_by_sums(spots: Sequence[AmountSpot]) -> tuple[AmountSpot, ...]:
    """The amounts; where no label states a total, the last net, tax and total that prove one another are named."""
    found = None if any(map(_is_stated, spots)) else _last_sum(spots[-_TAIL:])
    if found is None:
        return tuple(spots)
    roles = {id(spot): role for spot, role in zip(found, ("net", "tax", "total"), strict=True)}
    return tuple(_named(spot, roles[id(spot)]) if id(spot) in roles else spot for spot in spots)


def whole_units(spots: Sequence[AmountSpot]) -> tuple[AmountSpot, ...]:
    """The amounts; where what is to pay is written without cents and currency, it and the rows it sums up are money."""
    asked = [spot for spot in spots if spot.role in _ASKED and spot.value > 0]
    found = () if any(spot.mention.is_money for spot in asked) else _first_run(asked, spots)
    money = {id(spot) for spot in found}
    return tuple(
        replace(spot, mention=replace(spot.mention, decimals=2)) if id(spot) in money else spot for spot in spots
    )


def _first_run(asked: Sequence[AmountSpot], spots: Sequence[AmountSpot]) -> Sequence[AmountSpot]:
    """An amount to pay after the last amounts of the rows right above it that come to it; empty where none do."""
    last = {spot.row.number: spot for spot in spots}
    for total in asked[:_MAX_ROWS]:
        run, running = [total], Decimal(0)
        for number in range(total.row.number - 1, max(0, total.row.number - _MAX_ROWS) - 1, -1):
            if (spot := last.get(number)) is None:
                break
            running += spot.value
            run.append(spot)
            if running == total.value and len(run) > 2:
                return run
    return ()


def _named(spot: AmountSpot, role: str) -> AmountSpot:
    return spot if spot.role == role else replace(spot, role=role, source="sum", in_items=False, qualifiers=())


def _is_stated(spot: AmountSpot) -> bool:
    """Whether a label calls an amount the total, or what is due."""
    return spot.role in _STATED and spot.mention.is_money and bool(spot.value) and not spot.qualifiers


def _last_sum(spots: Sequence[AmountSpot]) -> _Triple | None:
    """The lowest untold amount that a net and its tax above it come to, unless something larger follows."""
    money = [spot for spot in spots if spot.mention.is_money and spot.prose < _PROSE and spot.value > 0]
    for position in range(len(money) - 1, max(1, len(money) - _MAX_SUMS), -1):
        total = money[position]
        if total.role not in _UNTOLD:
            continue
        above = money[max(0, position - _MAX_NEAR) : position]
        near = [spot for spot in above if total.row.number - spot.row.number <= _MAX_ROWS]
        triples = (triple for triple in _triples(total, near) if not _is_one_rate(triple, money))
        found = next((triple for triple in triples if _is_taxed(triple, spots)), None)
        if found:
            return None if _goes_on(total, spots) else found
    return None


def _goes_on(total: AmountSpot, spots: Sequence[AmountSpot]) -> bool:
    """Whether soon after a sum stands something more, or what is left when another amount is taken off it."""
    after = [spot for spot in spots if place(spot) > place(total) and spot.mention.is_money and spot.role != "noise"]
    near = [abs(spot.value) for spot in after if spot.row.number - total.row.number <= _MAX_ROWS][:_MAX_NEAR]
    return any(value > total.value for value in near) or any(
        first + second == total.value for first, second in combinations(near, 2) if first and second
    )


def _triples(total: AmountSpot, near: Sequence[AmountSpot]) -> Iterator[_Triple]:
    """What stands above the total as net and tax: two amounts that come to it, the lesser one after the other."""
    nets = {
        spot.value: spot
        for spot in near
        if spot.role in _UNTOLD | {"net"} or (spot.role == "total" and spot.qualifiers)
    }
    for tax in near:
        net = nets.get(total.value - tax.value) if tax.role in _UNTOLD | {"tax"} else None
        if net and tax.value >= _LEAST_TAX and tax.value < net.value and place(net) < place(tax) < place(total):
            yield net, tax, total


def _is_one_rate(triple: _Triple, money: Sequence[AmountSpot]) -> bool:
    """Whether all three stand in a row among others like it that it does not sum up: one line, or one rate of several."""
    number = triple[2].row.number
    if triple[0].row.number != number:
        return False
    sizes = Counter(spot.row.number for spot in money)
    others = {spot.row.number: spot.value for spot in money if sizes[spot.row.number] > 2}
    others.pop(number, None)
    return bool(others) and sum(others.values()) != triple[2].value


def _is_taxed(triple: _Triple, spots: Sequence[AmountSpot]) -> bool:
    """Whether labels name net and tax, or the tax is its printed share of the net, or a usual one of the lines' sum."""
    net, tax, _ = triple
    near = CENT if net.mention.decimals else _UNIT
    if net.role == "net" and tax.role == "tax":
        return True
    if (printed := tax.rate()) is not None:
        return abs(net.value * printed / 100 - tax.value) <= near
    usual = any(abs(net.value * rate / 100 - tax.value) <= near for rate in USUAL_RATES)
    return usual and is_column_sum(net, spots)
