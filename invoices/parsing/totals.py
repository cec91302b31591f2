"""Chooses the total among a document's amounts: scored by label, place and sums, and sure only when there is reason to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from invoices.parsing.amount_roles import TOTALS, AmountSpot
from invoices.parsing.arithmetic import proofs
from invoices.parsing.result import Field, Status

# What a label alone says for an amount's being the total. Differences of about one decide; see _score for the rest.
WEIGHTS = {
    "total_strong": 6.0, "total": 5.0, "due": 3.8, "paid": 3.6, "amount": 2.2, "line": 1.0, "net": 1.0, "none": 0.3, "fee": -1.5, "unit": -1.5,
    "quantity": -3.0, "tax": -2.0, "shipping": -2.0, "tip": -2.0, "discount": -3.0, "rounding": -3.0, "noise": -3.0,
}  # fmt: skip
_SOURCE = {"inline": 0.2, "left": 0.2, "heading": -0.7, "above": -0.2, "after": -0.3, "below": -0.8, "none": 0.0}
_PROOF = {"column_sum": 2.5, "sum_of_totals": 3.0, "net_plus_tax": 3.0, "tax_rate": 1.5}
_MARGIN = 1.0


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


def rank_totals(spots: Sequence[AmountSpot]) -> tuple[TotalCandidate, ...]:
    """The distinct values that could be the total, best first."""
    scored = [_candidate(spot, spots) for spot in spots if spot.role in TOTALS or spot.mention.is_money]
    best: dict[Decimal, TotalCandidate] = {}
    for candidate in sorted(scored, key=lambda each: -each.score):
        best.setdefault(candidate.value, candidate)
    return tuple(sorted(best.values(), key=lambda each: (-each.score, each.spot.row.number)))


def _candidate(spot: AmountSpot, spots: Sequence[AmountSpot]) -> TotalCandidate:
    sums = proofs(spot, spots) if WEIGHTS[spot.role] > 0 or spot.role == "none" else ()
    voices = _agreeing(spot, spots)
    parts = [
        (WEIGHTS[spot.role], f"label:{spot.role}"),
        (_SOURCE.get(spot.source, 0.0), f"source:{spot.source}"),
        *_look(spot, spots),
    ]
    parts += [(_PROOF[name], name) for name in sums]
    parts += [(0.9 * min(len(voices) - 1, 2), f"agrees:{len(voices)}")] if len(voices) > 1 else []
    reasons = tuple(f"{name} {weight:+.1f}" for weight, name in parts if weight)
    strong_sums = [name for name in sums if name != "tax_rate"]
    proved = bool(strong_sums) or len(voices) > 1 or (bool(sums) and spot.role in TOTALS)
    return TotalCandidate(spot, round(sum(weight for weight, _ in parts), 3), reasons, proved and spot.role in TOTALS)


def _look(spot: AmountSpot, spots: Sequence[AmountSpot]) -> list[tuple[float, str]]:
    largest = max(
        (abs(other.value) for other in spots if other.mention.is_money and other.role in TOTALS), default=Decimal(0)
    )
    return [
        (0.8 if spot.mention.is_money else -1.5, "looks_like_money" if spot.mention.is_money else "bare_number"),
        (0.4 if spot.seen.cell.emphasis > 1.12 else 0.0, "set_larger"),
        (-0.9 if spot.prose > 250 else -0.4 if spot.prose > 110 else 0.0, "in_prose"),
        (-2.5 if spot.in_items else 0.0, "in_item_table"),
        (-3.0 if spot.value == 0 else 0.0, "zero"),
        (0.3 if abs(spot.value) == largest and largest else 0.0, "largest_total"),
        (-3.0 if _is_part(spot, spots) else 0.0, "larger_one_of_same_label"),
    ]


def _is_part(spot: AmountSpot, spots: Iterable[AmountSpot]) -> bool:
    """Whether a larger amount stands under the very same words: of several such totals the largest is the whole."""
    return spot.role in ("total", "total_strong") and any(
        other.role == spot.role
        and other.phrase == spot.phrase
        and abs(other.value) > abs(spot.value)
        and other.mention.is_money
        for other in spots
    )


def _agreeing(spot: AmountSpot, spots: Iterable[AmountSpot]) -> set[str]:
    """The kinds of labels under which this very value stands, in rows of their own."""
    rows: dict[int, str] = {}
    for other in spots:
        if (
            other.value == spot.value
            and (other.role in TOTALS or other.role in ("net", "line"))
            and other.mention.is_money
        ):
            rows.setdefault(other.row.number, "total" if other.role == "total_strong" else other.role)
    return set(rows.values()) | ({"self"} if not rows else set())


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
    method = "arithmetic" if any(name in " ".join(top.reasons) for name in _PROOF) else "generic"
    return Field(top.value, round(confidence, 3), status, method, (top.spot.seen.cell.evidence(),))


def _status(top: TotalCandidate, rivals: Sequence[TotalCandidate], margin: float) -> Status:
    same = [rival for rival in rivals if rival.spot.phrase == top.spot.phrase and rival.spot.role == top.spot.role]
    contested = any("larger_one" in reason for reason in top.reasons) or any(
        rival.proved and rival.spot.role in ("total", "total_strong") and rival.score > top.score - _MARGIN
        for rival in rivals
    )
    if top.proved and margin >= 0.5 and not contested:
        return Status.PROVED
    contested = contested or bool(same)
    if top.spot.role in ("total", "total_strong") and top.spot.mention.is_money and margin >= _MARGIN and not contested:
        return Status.READ
    if top.spot.role in ("due", "paid") and top.spot.mention.is_money and margin >= 1.5 and not contested:
        return Status.READ
    if top.spot.role in TOTALS and top.spot.mention.mark and not any(rival.spot.mention.is_money for rival in rivals):
        return Status.READ
    return Status.UNSURE
