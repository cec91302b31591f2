"""Fits the ranking weights to documents of known truth: one weight at a time over a small grid, until none gains."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import fmean

from invoices.parsing.amount_roles import AmountSpot, amount_spots
from invoices.parsing.days import DateSpot, choose_days, date_spots
from invoices.parsing.document.bounds import Deadline
from invoices.parsing.document.model import Header
from invoices.parsing.document.opening import open_document
from invoices.parsing.evaluate import truth_rows
from invoices.parsing.result import Field, Status
from invoices.parsing.scan import scan
from invoices.parsing.totals import choose_total, rank_totals
from invoices.parsing.unnamed import named_by_sums
from invoices.parsing.weights import Weights, shipped

_TABLES = {"total_amount": ("total", "source", "proof"), "invoice_date": ("date",)}
FITTED = tuple(_TABLES)
_STEPS = (-2.0, -1.0, 1.0, 2.0)
_ROUNDS = 2
_WRONG_BUT_SURE = -5.0


@dataclass(frozen=True, slots=True)
class Example:
    """One document's main part, opened once, with the right answers for the fields that are fitted."""

    group: str
    spots: tuple[AmountSpot, ...]
    dates: tuple[DateSpot, ...]
    header: Header | None
    right: Mapping[str, frozenset[Decimal | date]]


@dataclass(frozen=True, slots=True)
class Fit:
    """One field's figures: shares right (plain, mean over groups), the wrong but sure, and the share asked about."""

    right: float
    by_group: float
    wrong_but_sure: int
    ask_rate: float


def examples(folder: Path) -> Iterator[Example]:
    """The documents of `folder` with their truth; raises FileNotFoundError where there is no truth.jsonl."""
    for row in truth_rows(folder):
        document = open_document((folder / row["file"]).read_bytes(), filename=row["file"])
        seen = [scan(part, Deadline()) for part in document.parts if part.lines]
        spots = [named_by_sums(amount_spots(each, Deadline())) for each in seen]
        truth = {**row, **row["truth"]}
        right: dict[str, frozenset[Decimal | date]] = {}
        if "total_amount" in row["truth"]:
            right["total_amount"] = frozenset(
                Decimal(str(v)) for v in (truth["total_amount"], *truth.get("total_alt", ()))
            )
        if "invoice_date" in row["truth"]:
            right["invoice_date"] = frozenset(
                map(date.fromisoformat, (truth["invoice_date"], *truth.get("date_alt", ())))
            )
        main = next((place for place, found in enumerate(spots) if found), 0)
        yield Example(row.get("group") or row["file"], spots[main], date_spots(seen[main]), document.header, right)


def answer(example: Example, name: str, weights: Weights) -> Field[Decimal] | Field[date] | None:
    """What the page alone says under these weights."""
    if name == "total_amount":
        return choose_total(rank_totals(example.spots, Deadline(), weights))
    return choose_days(example.dates, header=example.header, month_first_hint=False, weights=weights).issued


def neutral() -> Weights:
    """Where a fit starts: the direction of every weight, without its size."""
    return {
        name: {key: (value > 0) * 2.0 - (value < 0) * 2.0 for key, value in table.items()}
        for name, table in shipped().items()
    }


class Trainer:
    """Fits one field; what a document gains under a table of weights is reckoned once."""

    def __init__(self, known: Sequence[Example], name: str) -> None:
        self._known = [each for each in known if name in each.right]
        self._name = name
        self._gains: dict[tuple[float, ...], tuple[float, ...]] = {}

    def fit(self, *, without: str | None = None) -> Weights:
        """The weights with the greatest gain over all groups but `without`."""
        weights = {name: dict(table) for name, table in neutral().items()}
        best = self._gain(weights, without)
        for _ in range(_ROUNDS):
            before = best
            for table, key in [(name, key) for name in _TABLES[self._name] for key in weights[name]]:
                start = weights[table][key]
                for value in (start + step for step in _STEPS):
                    kept, weights[table][key] = weights[table][key], value
                    gain = self._gain(weights, without)
                    if gain > best + 1e-9:
                        best = gain
                    else:
                        weights[table][key] = kept
            if best == before:
                break
        return weights

    def figures(self, by_group: Mapping[str, Weights]) -> Fit:
        """How each group is read under the weights given for it."""
        answers = [(each, answer(each, self._name, by_group[each.group])) for each in self._known]
        right = [(each.group, found is not None and found.value in each.right[self._name]) for each, found in answers]
        groups: dict[str, list[bool]] = defaultdict(list)
        for group, is_right in right:
            groups[group].append(is_right)
        sure = [found is not None and found.status is not Status.UNSURE for _, found in answers]
        wrong = sum(s and f is not None and not r for s, (_, r), (_, f) in zip(sure, right, answers, strict=True))
        return Fit(fmean(r for _, r in right), fmean(map(fmean, groups.values())), wrong, 1 - fmean(sure))

    def groups(self) -> list[str]:
        return sorted({each.group for each in self._known})

    def _gain(self, weights: Weights, without: str | None) -> float:
        key = tuple(value for table in _TABLES[self._name] for value in weights[table].values())
        if key not in self._gains:
            self._gains[key] = tuple(_points(each, self._name, weights) for each in self._known)
        sizes = Counter(each.group for each in self._known)
        scored = zip(self._known, self._gains[key], strict=True)
        return sum(points / sizes[each.group] for each, points in scored if each.group != without)


def _points(example: Example, name: str, weights: Weights) -> float:
    found = answer(example, name, weights)
    if found is None:
        return 0.0
    sure = found.status is not Status.UNSURE
    if found.value in example.right[name]:
        return 1.0 if sure else 0.8
    return _WRONG_BUT_SURE if sure else -0.5


def cross_validate(known: Sequence[Example], name: str) -> tuple[Fit, Fit]:
    """The figures of the shipped weights, and of weights fitted for each group without having seen it."""
    trainer = Trainer(known, name)
    groups = trainer.groups()
    return trainer.figures(dict.fromkeys(groups, shipped())), trainer.figures(
        {g: trainer.fit(without=g) for g in groups}
    )


def fitted(known: Iterable[Example]) -> Weights:
    """All tables, fitted to all documents."""
    known = tuple(known)
    found = dict(shipped())
    for name, tables in _TABLES.items():
        weights = Trainer(known, name).fit()
        found.update({table: weights[table] for table in tables})
    return found


def written(weights: Weights, text: str) -> str:
    """The weights file `text` with these numbers in it, its comments kept."""
    lines, table = [], ""
    for line in text.splitlines():
        key, equals, _ = line.partition(" = ")
        table = line.strip("[]") if line.startswith("[") else table
        lines.append(f"{key} = {weights[table][key]}" if equals and not line.startswith("#") else line)
    return "\n".join(lines) + "\n"
