"""Proofs that an amount is the total: the amounts above it add up to it, or net, tax and extras do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, combinations, islice

from invoices.parsing.amount_roles import TOTALS, AmountSpot
from invoices.parsing.fields.amounts import currency_of

CENT = Decimal("0.01")
_ROUNDED = Decimal("0.02")  # how far a tax that was rounded line by line may be from its share of the total
_MAX_ROWS = 80
_MAX_GAP = 6
_MAX_BEYOND, _MAX_NEAR = 12, 120  # rows, and amounts in them
_RIGHT_BELOW = 3  # rows
_MAX_TAXES = 20  # below a total
_ADDED = ("shipping", "tip", "fee", "rounding")
_ON_TOP = frozenset(("tax", "shipping", "tip"))
_EXTRA = _ON_TOP | {"fee", "rounding", "discount"}
_MAY_BE_UNTOLD = frozenset(("none", "line", "amount", "net", "total", "total_strong"))
_MAY_COMPLETE = _MAY_BE_UNTOLD | {"due", "paid"}
_PROSE = 120
# Roles left out of a column that is summed: savings may be taken off or only told, tax be in the lines, sums stand between.
_LEFT_OUT = tuple(
    frozenset((*roles, *savings)) for savings in (("noise",), ()) for roles in ((), ("tax",), ("net", "total"))
)
MOST_TAX = Decimal("0.4")  # of what is taxed; more is another amount of the same column
# Value added tax and the like, in the countries whose languages are read; 25.5 is Finland's, 8.1 Switzerland's.
USUAL_RATES = tuple(map(Decimal, "25 20 19 21 22 23 24 10 12 6 7 9 5 5.5 8 8.1 14 15 16 17 18 25.5 27 2.5 4".split()))
# The same by currency, where a rate of one country could be taken for another's. American sales tax is always on top.
_CROWN_RATES = tuple(map(Decimal, (25, 15, 12, 6)))
_RATES = {
    **dict.fromkeys(("kr", "kr.", "SEK", "NOK", "DKK"), _CROWN_RATES),
    "EUR": tuple(rate for rate in USUAL_RATES if rate != 25),
    "GBP": tuple(map(Decimal, (20, 5))),
    "USD": (),
    "$": tuple(map(Decimal, (10, 15, 13, 9, 5))),  # Australia, New Zealand, Canada, Singapore
}
_NORDIC = frozenset(("moms", "mva", "merverdiavgift", "mervardesskatt"))
_ADDED_WORDS = re.compile(
    r"\W*(?:\+|(?:plus|add|zzgl|zuzüglich|zuzügl|tillkommer|vermeerderd|en sus|más|mais|più|tillägg)\b)|[^\d]*\b(?:tillkommer|on top|kommt hinzu)\b",
    re.I,
)


def proofs(candidate: AmountSpot, spots: Sequence[AmountSpot]) -> tuple[str, ...]:
    """Which sums prove `candidate`: "column_sum", "sum_of_totals", "net_plus_tax", "tax_rate", "settled"; or none."""
    if candidate.value == 0:
        return ()
    found = []
    if is_column_sum(candidate, spots):
        found.append("column_sum")
    if _is_sum_of_totals(candidate, spots):
        found.append("sum_of_totals")
    if _is_labelled_sum(candidate.value, spots) or _is_sum_by_rate(candidate.value, spots):
        found.append("net_plus_tax")
    if _fits_tax_rate(candidate.value, spots):
        found.append("tax_rate")
    if _is_settled(candidate, spots):
        found.append("settled")
    return tuple(found)


def _is_settled(candidate: AmountSpot, spots: Sequence[AmountSpot]) -> bool:
    """Whether the amount is taken off as paid below it, and nothing is left to pay."""
    below = [spot for spot in spots if spot.row.number > candidate.row.number and spot.mention.is_money]
    return (
        candidate.role in TOTALS - {"paid"}
        and any(spot.value == -candidate.value for spot in below)
        and any(spot.value == 0 and spot.role in ("due", "total_strong") for spot in below)
    )


def is_column_sum(candidate: AmountSpot, spots: Sequence[AmountSpot]) -> bool:
    """Whether two or more amounts right above the candidate, one a row, add up to it."""
    rows = tuple(_rows_above(candidate, spots))
    return any(_adds_up(candidate.value, (spot for spot in rows if spot.role not in without)) for without in _LEFT_OUT)


def _is_sum_of_totals(candidate: AmountSpot, spots: Sequence[AmountSpot]) -> bool:
    """Whether several totals of one wording (the parts of one payment) add up to the candidate, in rows or in one row."""
    by_phrase: dict[str, dict[int, Decimal]] = {}
    by_row: dict[tuple[str, int], list[Decimal]] = {}
    for spot in spots:
        summed = spot.role == "total" or (spot.role == "total_strong" and spot.source == "heading")
        if summed and spot.value and spot.phrase and spot.row.number != candidate.row.number:
            by_phrase.setdefault(spot.phrase, {})[spot.row.number] = spot.value
            by_row.setdefault((spot.phrase, spot.row.number), []).append(spot.value)
    parts = [*(rows.values() for rows in by_phrase.values()), *by_row.values()]
    return candidate.role in TOTALS and any(len(each) >= 2 and sum(each) == candidate.value for each in parts)


def _rows_above(candidate: AmountSpot, spots: Sequence[AmountSpot]) -> Iterator[AmountSpot]:
    """The last amount of each row above the candidate, nearest first, until the rows without one become too many."""
    last = candidate.row.number
    best: dict[int, AmountSpot] = {}
    for spot in spots:
        if (
            last - _MAX_ROWS <= spot.row.number < last
            and spot.mention.is_money
            and spot.prose < _PROSE
            and (spot.role not in ("noise", "paid") or (spot.role == "noise" and spot.value < 0))
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
        amount = _signed(spot)
        total += amount
        addends += amount != 0
        if addends >= 2 and total == value:
            return True
    return False


def _signed(spot: AmountSpot) -> Decimal:
    return -abs(spot.value) if spot.role == "discount" else spot.value


def _is_labelled_sum(value: Decimal, spots: Sequence[AmountSpot]) -> bool:
    nets = {spot.value for spot in spots if spot.role == "net" and spot.value}
    if not nets:
        return False
    taxes = _distinct(spots, ("tax",))
    extras = _distinct(spots, _ADDED)
    discounts = [-abs(amount) for amount in _distinct(spots, ("discount",))]
    parts = [*sums(taxes), Decimal(0)]
    others = [*sums([*extras, *discounts]), Decimal(0)]
    return any(net + tax + other == value and (tax or other) for net in nets for tax in parts for other in others)


def _is_sum_by_rate(value: Decimal, spots: Sequence[AmountSpot]) -> bool:
    """Whether the nets and taxes of two or more rates, each in a row of its own, come to it; their sum may stand below."""
    rows: dict[int, dict[str, Decimal]] = {}
    for spot in spots:
        if spot.role in ("net", "tax") and spot.mention.is_money:
            rows.setdefault(spot.row.number, {}).setdefault(spot.role, spot.value)
    taxed = [row["net"] + row["tax"] for row in rows.values() if len(row) == 2]
    return len(taxed) > 1 and sum(taxed) in (value, 2 * value)


def _distinct(spots: Sequence[AmountSpot], roles: Sequence[str]) -> list[Decimal]:
    return sorted({spot.value for spot in spots if spot.role in roles and spot.value and spot.mention.is_money})[:6]


def sums(amounts: Sequence[Decimal]) -> list[Decimal]:
    """The sums of all choices among a few amounts, the whole first."""
    return [sum(chosen, Decimal(0)) for size in range(len(amounts), 0, -1) for chosen in combinations(amounts, size)]


def _fits_tax_rate(value: Decimal, spots: Sequence[AmountSpot]) -> bool:
    """Whether a tax printed with its rate is that share of the total (tax included)."""
    for spot in spots:
        rate = spot.rate() if spot.role == "tax" else None
        if rate and abs(spot.value) >= Decimal("0.5") and abs(value * rate / (100 + rate) - spot.value) <= CENT:
            return True
    return False


def is_tax_base(value: Decimal, spots: Sequence[AmountSpot]) -> bool:
    """Whether taxes printed with their rates were reckoned on `value`, so that it is the net and not what is paid."""
    taxes = {
        spot.row.number: (abs(spot.value), rate)
        for spot in spots
        if spot.role == "tax" and (rate := spot.rate()) and abs(spot.value) >= Decimal("0.5")
    }
    whole = abs(value)
    if any(abs(whole * rate / 100 - tax) <= CENT for tax, rate in taxes.values()):
        return True
    bases = [tax * 100 / rate for tax, rate in taxes.values()]
    unrounded = sum((CENT * 50 / rate for _, rate in taxes.values()), CENT)
    return len({rate for _, rate in taxes.values()}) == len(bases) > 1 and abs(sum(bases) - whole) <= unrounded


def sum_beyond(total: AmountSpot, spots: Sequence[AmountSpot]) -> tuple[AmountSpot, bool] | None:
    """The amount after `total` that it makes with what stands between, and whether that is all tax, fees and the like."""
    near = [spot for spot in spots if 0 <= spot.row.number - total.row.number <= _MAX_BEYOND][:_MAX_NEAR]
    for spot in near:
        if place(spot) > place(total) and spot.mention.is_money:
            told = spot.role in _MAY_COMPLETE and is_charged_on(total, spot, near)
            more = abs(spot.value) > abs(total.value)
            if told or (more and spot.role in _MAY_BE_UNTOLD and is_run(total, spot, spots)):
                return spot, told
    return None


def place(spot: AmountSpot) -> tuple[int, int]:
    """Where an amount stands in the order of reading."""
    return spot.row.number, spot.seen.cell.column


def is_charged_on(
    total: AmountSpot, beyond: AmountSpot, spots: Sequence[AmountSpot], *, also: Iterable[str] = ()
) -> bool:
    """Whether taxes and charges (`also`: more roles) between the two are what the lower one is more (or discounts, less)."""
    named = beyond.role in ("total", "total_strong")  # what an advance leaves to pay is no total because it fits
    roles = (_ON_TOP if beyond.role in ("due", "paid") else _EXTRA - (set() if named else {"discount"})).union(also)
    extras = [
        _signed(spot)
        for spot in spots
        if place(total) < place(spot) < place(beyond) and spot.role in roles and spot.mention.is_money
    ]
    return beyond.value != total.value and beyond.value - total.value in sums(extras[:6])


def is_run(total: AmountSpot, beyond: AmountSpot, spots: Sequence[AmountSpot]) -> bool:
    """Whether every row from the upper one down to the lower one adds up to it."""
    running = Decimal(0)
    for spot in _rows_above(beyond, spots):
        if spot.row.number <= total.row.number:
            reached = spot.row.number == total.row.number and spot.value == total.value
            return reached and total.value + running == beyond.value != total.value
        running += _signed(spot)
    return False


def is_beside_more(total: AmountSpot, spots: Sequence[AmountSpot]) -> bool:
    """Whether a larger amount of the row's sums stands before a total: the row sums up several columns."""
    return not total.in_items and any(
        spot.row.number == total.row.number
        and place(spot) < place(total)
        and spot.mention.is_money
        and abs(spot.value) > abs(total.value)
        for spot in spots
    )


def goes_on_below(total: AmountSpot, spots: Sequence[AmountSpot]) -> bool:
    """Whether a tip, postage or something taken off stands right below a total that is stated once and makes no other."""
    if sum(spot.value == total.value for spot in spots) > 1:
        return False
    near = [spot for spot in spots if 0 < spot.row.number - total.row.number <= _RIGHT_BELOW and spot.mention.is_money]
    charges = [spot for spot in near if spot.role in ("tip", "shipping") and spot.value > 0 and not spot.within]
    taken = [spot.value for spot in near if spot.role in ("none", "discount") and spot.value < 0]
    return len(charges) == 1 or (bool(taken) and sum(taken) != -total.value)


def has_tax_outside(total: AmountSpot, spots: Sequence[AmountSpot]) -> bool:
    """Whether a tax stands below a total and nothing shows that it is a part of it, or is just what comes on top."""
    if total.role not in ("total", "total_strong", "amount") or total.within or not total.value:
        return False
    taxes = (
        spot
        for spot in spots
        if spot.role == "tax"
        and spot.mention.is_money
        and 0 < spot.value / total.value < MOST_TAX
        and spot.prose < _PROSE
    )
    return any(
        (_is_added if spot.within or place(spot) < place(total) else _is_outside)(spot, total, spots)
        for spot in islice(taxes, _MAX_TAXES)
    )


def _is_added(tax: AmountSpot, total: AmountSpot, spots: Sequence[AmountSpot]) -> bool:
    """Whether a tax, though it seems a part of the total, is to the cent what a usual rate puts on top of it."""
    rates = _rates(tax, total, spots)
    added = any(abs(total.value * rate / 100 - tax.value) < CENT for rate in rates)
    part = any(abs(total.value * rate / (100 + rate) - tax.value) <= _ROUNDED for rate in rates)
    return added and not part and tax.value >= 1


def _is_outside(tax: AmountSpot, total: AmountSpot, spots: Sequence[AmountSpot]) -> bool:
    """Whether a tax is said to come on top, or is no share of the total by its printed rate, else by a usual one."""
    if _ADDED_WORDS.match(tax.row.text[:_PROSE]):
        return True
    rate = tax.rate()
    rates = _rates(tax, total, spots) if rate is None else (rate,)
    near = CENT if rate is None else _ROUNDED if tax.mention.decimals else 1
    if any(abs(total.value * each / (100 + each) - tax.value) <= near for each in rates):
        return False
    return not _is_told(tax, total, spots)


def _rates(tax: AmountSpot, total: AmountSpot, spots: Sequence[AmountSpot]) -> tuple[Decimal, ...]:
    """The usual rates where the page's money is spent: a fifth of a total is 25 % of its net in Sweden, and none in Britain."""
    mark = next((spot.mention.mark for spot in chain((total,), spots) if spot.mention.mark), None)
    code = currency_of(mark) or mark or ("kr" if _NORDIC & {*tax.phrase.split()} else "EUR")
    if code in ("$", "USD") and "vat" in tax.phrase.split():
        code = "EUR"  # European sellers' dollars
    return _RATES.get(code, USUAL_RATES)


def _is_told(tax: AmountSpot, total: AmountSpot, spots: Sequence[AmountSpot]) -> bool:
    """Whether a tax is its printed share of an amount on the page that is no more than the total ("3.8 % of 480.00")."""
    rate = tax.rate()
    bases = (spot.value for spot in spots if spot.mention.is_money and tax.value < spot.value <= total.value)
    return rate is not None and any(abs(base * rate / (100 + rate) - tax.value) <= CENT for base in bases)
