"""Chooses the total among a document's amounts: scored by label, place and sums, and sure only when there is reason to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from invoices.parsing.amount_roles import TOTALS, AmountSpot
from invoices.parsing.arithmetic import (
    goes_on_below,
    has_tax_outside,
    is_beside_more,
    is_charged_on,
    is_run,
    is_tax_base,
    proofs,
    sum_beyond,
)
from invoices.parsing.document.bounds import Deadline
from invoices.parsing.result import Field, Status
from invoices.parsing.weights import Weights, shipped

_COUNTED = TOTALS | {"line", "net", "none"}  # roles whose sums are tried
_NAMED = frozenset(("total", "total_strong"))
_MARGIN = 1.0
_TAXED = "tax_is_reckoned_on_it"
_UNTAXED = "tax_may_come_on_top"
_WITH_TAX = {"net_plus_tax", "tax_rate", "sum_of_totals"}
_OTHERS, _BESIDE_MORE, _GOES_ON = "others_of_its_wording", "beside_more", "goes_on_below"
_PART = Decimal("0.3")  # less than this of the total is the tax beside it, or a fee
_ONE_OF = "one_of_a_column"
_COMPLETES = "made_by_the_total_above"
_BEYOND = 0.6  # over the candidate it is made of: enough for a proof, too little for a reading
_Wording: TypeAlias = tuple[str, str, tuple[str, ...]]
_PROOFS = ("column_sum", "sum_of_totals", "net_plus_tax", "tax_rate", "settled", _COMPLETES)
_MOST = 40  # amounts whose sums are tried


@dataclass(frozen=True, slots=True)
class TotalCandidate:
    """One value with its best place, its score, and why."""

    spot: AmountSpot
    score: float
    reasons: tuple[str, ...]
    proved: bool

    @property
    def value(self) -> Decimal:
        return self.spot.value


@dataclass(frozen=True, slots=True)
class _Context:
    """What is looked up for every amount, gathered once."""

    spots: Sequence[AmountSpot]
    largest: Decimal
    by_wording: Mapping[_Wording, Decimal]
    voices: Mapping[Decimal, Mapping[int, str]]
    columns: Mapping[str, Mapping[int, Decimal]]
    weights: Weights


def rank_totals(
    spots: Sequence[AmountSpot], deadline: Deadline, weights: Weights | None = None
) -> tuple[TotalCandidate, ...]:
    """The distinct values that could be the total, best first; sums are tried for the likeliest only."""
    context = _context(spots, weights or shipped())
    first = [(_first_score(spot, context), spot) for spot in spots if spot.role in TOTALS or spot.mention.is_money]
    likely = sorted(first, key=lambda pair: (-pair[0], pair[1].row.number))[:_MOST]
    best: dict[Decimal, TotalCandidate] = {}
    for candidate in sorted(_candidates(likely, context, deadline), key=lambda each: -each.score):
        best.setdefault(candidate.value, candidate)
    ranked = sorted(best.values(), key=lambda each: (-each.score, each.spot.row.number))
    if not ranked:
        return ()
    leading = _completed(_doubted(_stated_apart(ranked[0], spots), ranked[1:], spots), best, spots)
    rivals = (_as_part(each, ranked[0].spot, spots) for each in ranked[1:] if each.value != leading[0].value)
    return (*leading, *rivals)


def _stated_apart(top: TotalCandidate, spots: Sequence[AmountSpot]) -> TotalCandidate:
    """The top candidate in the place where it stands alone as what is to pay, where its own row sums up several columns."""
    beside = any(_stands_beside(spot, top.spot) for spot in spots if spot is not top.spot)
    same = (spot for spot in spots if spot.value == top.value and spot.role == "total_strong" and not spot.qualifiers)
    rows = Counter(spot.row.number for spot in spots if spot.mention.is_money)
    apart = next((spot for spot in same if rows[spot.row.number] == 1), None)
    return replace(top, spot=apart) if beside and apart else top


def _doubted(top: TotalCandidate, rivals: Sequence[TotalCandidate], spots: Sequence[AmountSpot]) -> TotalCandidate:
    """The top candidate, marked with each reason on the page to think that it is a part only."""
    taxed = "net_plus_tax" in " ".join(top.reasons)
    doubts = [
        (_OTHERS, _has_others(top, rivals, spots)),
        (_BESIDE_MORE, is_beside_more(top.spot, spots)),
        (_GOES_ON, top.spot.role in ("total", "amount") and not taxed and goes_on_below(top.spot, spots)),
    ]
    found = tuple(name for name, doubtful in doubts if doubtful)
    return replace(top, reasons=(*top.reasons, *found)) if found else top


def _has_others(top: TotalCandidate, rivals: Sequence[TotalCandidate], spots: Sequence[AmountSpot]) -> bool:
    """Whether another total of the same wording sums up rows of its own, so that the two are parts of one payment."""
    if "sum_of_totals" in " ".join(top.reasons) or not top.proved:
        return False
    return any(
        rival.proved
        and _wording(rival.spot) == _wording(top.spot)
        and rival.value > top.value * _PART
        and not is_run(rival.spot, top.spot, spots)
        for rival in rivals
    )


def _as_part(rival: TotalCandidate, top: AmountSpot, spots: Sequence[AmountSpot]) -> TotalCandidate:
    """A candidate that the top one is made of, with the charges below it, speaks for the top one."""
    part = rival.proved and is_charged_on(rival.spot, top, spots, also=("tip",))
    return replace(rival, proved=False) if part else rival


def _completed(
    top: TotalCandidate, known: Mapping[Decimal, TotalCandidate], spots: Sequence[AmountSpot]
) -> tuple[TotalCandidate, ...]:
    """The top candidate, after the amount that it makes with the rows below it, if there is one: it was a part only."""
    found = sum_beyond(top.spot, spots) if top.spot.role in TOTALS else None
    if found is None:
        return (top,)
    spot, told = found
    reasons = known[spot.value].reasons if spot.value in known else ()
    return (
        TotalCandidate(spot, top.score + _BEYOND, (*reasons, _COMPLETES), told),
        replace(top, proved=top.proved and not told),
    )


def _candidates(
    likely: Sequence[tuple[float, AmountSpot]], context: _Context, deadline: Deadline
) -> Iterator[TotalCandidate]:
    for _, spot in likely:
        deadline.check()
        yield _candidate(spot, context)


def _context(spots: Sequence[AmountSpot], weights: Weights) -> _Context:
    wordings: dict[_Wording, Decimal] = {}
    voices: dict[Decimal, dict[int, str]] = {}
    for spot in spots:
        if not spot.mention.is_money:
            continue
        wording = _wording(spot)
        wordings[wording] = max(wordings.get(wording, Decimal(0)), abs(spot.value))
        if spot.role in TOTALS or spot.role in ("net", "line"):
            role = "total" if spot.role == "total_strong" else spot.role
            voices.setdefault(spot.value, {}).setdefault(spot.row.number, role)
    largest = max((amount for (role, *_), amount in wordings.items() if role in TOTALS), default=Decimal(0))
    return _Context(spots, largest, wordings, voices, _columns(spots), weights)


def _columns(spots: Sequence[AmountSpot]) -> Mapping[str, Mapping[int, Decimal]]:
    """The amounts by row under each heading of totals, where no more than the heading names them."""
    found: dict[str, dict[int, Decimal]] = {}
    for spot in spots:
        if spot.source == "heading" and spot.role in _NAMED and spot.value and spot.mention.is_money:
            found.setdefault(spot.phrase, {})[spot.row.number] = spot.value
    return found


def _is_one_of_column(spot: AmountSpot, context: _Context) -> bool:
    """Whether other amounts stand under the same heading (by tax rate, by service) that it is not the sum of."""
    column = context.columns.get(spot.phrase, {}) if spot.source == "heading" and spot.role in _NAMED else {}
    others = [amount for number, amount in column.items() if number != spot.row.number]
    return any(amount != spot.value for amount in others) and sum(others) != spot.value


def _wording(spot: AmountSpot) -> _Wording:
    return spot.role, spot.phrase, spot.qualifiers


def _first_score(spot: AmountSpot, context: _Context) -> float:
    voices = len(_agreeing(spot, context))
    return (
        context.weights["total"][spot.role]
        + sum(weight for weight, _ in _look(spot, context))
        + 0.9 * min(voices - 1, 2)
    )


def _candidate(spot: AmountSpot, context: _Context) -> TotalCandidate:
    sums = proofs(spot, context.spots) if spot.role in _COUNTED else ()
    voices, weights = _agreeing(spot, context), context.weights
    parts = [
        (weights["total"][spot.role], f"label:{spot.role}"),
        (weights["source"].get(spot.source, 0.0), f"source:{spot.source}"),
    ]
    parts += [*_look(spot, context), *((weights["proof"][name], name) for name in sums)]
    parts += _taxed(spot, voices, sums, context.spots)
    parts += [(0.9 * min(len(voices) - 1, 2), f"agrees:{len(voices)}")] if len(voices) > 1 else []
    reasons = tuple(f"{name} {weight:+.1f}" for weight, name in parts if weight)
    strong_sums = [name for name in sums if name != "tax_rate"]
    plainly = spot.role == "total_strong" or not spot.qualifiers
    stated_twice = len(voices) > (1 if plainly or _times_stated(spot, context) > 1 else 2)
    proved = bool(strong_sums) or stated_twice or (bool(sums) and spot.role in TOTALS)
    part = any(name == _ONE_OF and weight for weight, name in parts)
    proved = proved and spot.role in TOTALS and not part
    return TotalCandidate(spot, round(sum(weight for weight, _ in parts), 3), reasons, proved)


def _times_stated(spot: AmountSpot, context: _Context) -> int:
    """In how many rows the value stands under a label that can be a total's."""
    return sum(role in TOTALS for role in context.voices.get(spot.value, {}).values())


def _taxed(
    spot: AmountSpot, voices: set[str], sums: Sequence[str], spots: Sequence[AmountSpot]
) -> list[tuple[float, str]]:
    """What speaks for a tax that is not in the amount: it was reckoned on it, or stands below a lone "total"."""
    if spot.role not in _COUNTED or _WITH_TAX & {*sums}:
        return []
    base = is_tax_base(spot.value, spots)
    apart = len(voices & TOTALS) < 2 and has_tax_outside(spot, spots)
    return [(-2.5 if base else 0.0, _TAXED), (-0.1 if apart else 0.0, _UNTAXED)]


def _look(spot: AmountSpot, context: _Context) -> list[tuple[float, str]]:
    money, large = spot.mention.is_money, spot.seen.cell.emphasis > 1.12
    whole = context.by_wording.get(_wording(spot), Decimal(0)) <= abs(spot.value)
    return [
        (0.8 if money else -1.5, "looks_like_money" if money else "bare_number"),
        (0.4 if large else 0.0, "set_larger"),
        (-0.9 if spot.prose > 250 else -0.4 if spot.prose > 110 else 0.0, "in_prose"),
        (-2.5 if spot.in_items else 0.0, "in_item_table"),
        (-3.0 if spot.value == 0 else 0.0, "zero"),
        (-1.0 if spot.qualifiers and spot.role in TOTALS else 0.0, "qualified"),
        (0.3 if abs(spot.value) == context.largest and context.largest else 0.0, "largest_total"),
        # Of several totals under the very same words the largest is the whole.
        (0.0 if whole or spot.role not in ("total", "total_strong") else -3.0, "larger_one_of_same_label"),
        (-3.0 if _is_one_of_column(spot, context) else 0.0, _ONE_OF),
    ]


def _agreeing(spot: AmountSpot, context: _Context) -> set[str]:
    """The kinds of labels under which this very value stands, in rows of their own."""
    return set(context.voices.get(spot.value, {}).values()) or {"self"}


def choose_total(ranked: Sequence[TotalCandidate]) -> Field[Decimal] | None:
    """The total with its status, or None when no amount can be it."""
    if not ranked or ranked[0].score < 1.0:
        return None
    top, rivals = ranked[0], ranked[1:]
    margin = top.score - rivals[0].score if rivals else top.score
    status = _status(top, rivals, margin)
    confidence = {
        Status.PROVED: 0.98,
        Status.READ: min(0.95, 0.75 + 0.05 * margin),
        Status.UNSURE: min(0.6, 0.3 + 0.1 * margin),
    }[status]
    method = "arithmetic" if any(name in " ".join(top.reasons) for name in _PROOFS) else "generic"
    return Field(top.value, round(confidence, 3), status, method, (top.spot.seen.cell.evidence(),))


def _status(top: TotalCandidate, rivals: Sequence[TotalCandidate], margin: float) -> Status:
    if top.value == 0 and top.spot.role not in _NAMED:
        return Status.UNSURE
    contested = _is_contested(top, rivals)
    if top.proved and margin >= 0.5 and not contested:
        return Status.PROVED
    same = any(_wording(rival.spot) == _wording(top.spot) and rival.spot.mention.is_money for rival in rivals)
    if contested or same or top.spot.qualifiers:
        return Status.UNSURE
    if top.spot.role in _NAMED and top.spot.mention.is_money and margin >= _MARGIN:
        return Status.READ
    # What is due or was paid may be a part of the total: alone, it is asked about.
    alone = top.spot.mention.mark and not any(rival.spot.mention.is_money for rival in rivals)
    return Status.READ if alone and top.spot.role in TOTALS - {"due", "paid"} else Status.UNSURE


def _is_contested(top: TotalCandidate, rivals: Sequence[TotalCandidate]) -> bool:
    """Whether there is reason to think that the top candidate is only a part, or that another is the total."""
    if any(
        mark in reason
        for reason in top.reasons
        for mark in ("larger_one", _ONE_OF, _OTHERS, _BESIDE_MORE, _GOES_ON, _TAXED, _UNTAXED)
    ):
        return True
    named = [rival for rival in rivals if rival.spot.role in _NAMED]
    if any(_stands_beside(rival.spot, top.spot) for rival in named):
        return True
    if any(rival.proved and rival.score > top.score - _MARGIN for rival in named):
        return True
    return not _WITH_TAX & {reason.split()[0] for reason in top.reasons} and any(
        _is_wider(rival.spot, top.spot) for rival in named
    )


def _stands_beside(spot: AmountSpot, other: AmountSpot) -> bool:
    """Whether two amounts share a row and its label, as the sums of several columns do."""
    return spot.row.number == other.row.number and _wording(spot) == _wording(other) and spot.mention.is_money


def _is_wider(spot: AmountSpot, than: AmountSpot) -> bool:
    """Whether an amount under stronger words stands below a plain "total" and is more."""
    below = spot.role == "total_strong" and than.role == "total" and spot.row.number > than.row.number
    return below and not spot.qualifiers and spot.mention.is_money and abs(spot.value) > abs(than.value)
