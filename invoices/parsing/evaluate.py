"""Measures the reader on a folder of documents whose truth is known: what is right, missed, wrong, and wrong but sure.

The folder holds truth.jsonl, one document a line: `file`, `kind` (pdf, html, eml), `origin`, `group` (near duplicates share
one) and `truth` with `vendor_name`, `total_amount`, `currency`, `invoice_date`, `due_date`, `invoice_number` (or
`order_number`, `transaction_id`) and `line_items`; a field that is not there is not scored, `vendor_alt`, `total_alt` and
`date_alt` hold other right answers. negatives.jsonl lists files that must not be taken for an invoice.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from statistics import fmean, quantiles
from typing import Any

from invoices.parsing.document.opening import open_document
from invoices.parsing.fields.labels import find_labels, fold, without
from invoices.parsing.reader import read
from invoices.parsing.result import Kind, Reading, Status
from paypulse.core.errors import PayPulseError

FIELDS = (
    "total_amount",
    "currency",
    "total_and_currency",
    "invoice_date",
    "vendor_name",
    "invoice_number",
    "due_date",
    "line_items",
)
_LEGAL = re.compile(
    r"\b(?:gmbh|ag|inc|llc|ltd|limited|bv|b v|ab|sa|sarl|sas|as|aps|oy|corp|corporation|co|plc|srl|spa|s a r l|pvt|private|kg|e v|eu)\b"
)
_DOMAIN = re.compile(r"\.(?:com|co\.uk|se|de|net|org|io|nl|fr|it|es|dk|no|fi|eu|ca)\b")


class Outcome(StrEnum):
    RIGHT = "right"
    MISSED = "missed"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Score:
    """How one field of one document was read."""

    outcome: Outcome
    status: Status | None

    @property
    def sure(self) -> bool:
        return self.status in (Status.PROVED, Status.READ)

    @property
    def asks(self) -> bool:
        return not self.sure


@dataclass(frozen=True, slots=True)
class Judged:
    """One document with its scores by field and the milliseconds it took; `error` is set where reading was refused."""

    file: str
    kind: str
    origin: str
    group: str
    scores: Mapping[str, Score]
    milliseconds: float
    prediction: Mapping[str, Any]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All documents of a folder, judged, and the negatives that were taken for an invoice.

    `lost` are the invoices that were taken for none.
    """

    judged: tuple[Judged, ...]
    negatives: int = 0
    false_invoices: tuple[str, ...] = ()
    predictions: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def lost(self) -> tuple[str, ...]:
        return tuple(each.file for each in self.judged if each.prediction["kind"] == Kind.NOT_AN_INVOICE)


Progress = Callable[[int, int], None]


def evaluate(folder: Path, *, progress: Progress | None = None) -> Report:
    """Reads every document of `folder` and compares; raises FileNotFoundError where there is no truth.jsonl."""
    rows = _rows(folder / "truth.jsonl")
    negatives = _rows(folder / "negatives.jsonl") if (folder / "negatives.jsonl").exists() else []
    judged, taken, predictions = [], [], []
    for number, row in enumerate([*rows, *negatives], 1):
        each = judge(folder, row)
        predictions.append(each.prediction)
        if row.get("truth"):
            judged.append(each)
        elif each.prediction["kind"] != Kind.NOT_AN_INVOICE:
            taken.append(each.file)
        if progress:
            progress(number, len(rows) + len(negatives))
    return Report(tuple(judged), len(negatives), tuple(taken), tuple(predictions))


def cross_validated(folder: Path, *, progress: Progress | None = None) -> Report:
    """As `evaluate`, without negatives, each group read without the labels that only its own documents have.

    A label is the greater part of what is known about a vendor's papers; so this tells how those of a stranger are read.
    """
    rows = _rows(folder / "truth.jsonl")
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[_group(row)].append(row)
    said = {group: set().union(*(_labels_in(folder, row) for row in members)) for group, members in groups.items()}
    often = Counter(phrase for phrases in said.values() for phrase in phrases)
    judged: list[Judged] = []
    for group, members in groups.items():
        with without([phrase for phrase in said[group] if often[phrase] == 1]):
            judged.extend(judge(folder, row) for row in members)
        if progress:
            progress(len(judged), len(rows))
    return Report(tuple(judged), predictions=tuple(each.prediction for each in judged))


def _labels_in(folder: Path, row: Mapping[str, Any]) -> set[str]:
    try:
        document = open_document((folder / row["file"]).read_bytes(), filename=row["file"])
    except (OSError, PayPulseError):
        return set()
    cells = (cell.text for part in document.parts for line in part.lines for cell in line.cells)
    subject = (document.header.subject if document.header else None) or ""
    return {label.phrase for text in (subject, *cells) for label in find_labels(text)}


def _group(row: Mapping[str, Any]) -> str:
    return str(row.get("group") or row["file"])


def truth_rows(folder: Path) -> list[dict[str, Any]]:
    """The rows of truth.jsonl in `folder`; raises FileNotFoundError where it is missing."""
    return _rows(folder / "truth.jsonl")


def _rows(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines if line.strip()]


def judge(folder: Path, row: Mapping[str, Any]) -> Judged:
    """Reads one document and scores the fields its truth has; a file that is not there is a document not read."""
    started, reading, error = time.perf_counter(), None, None
    try:
        content = (folder / row["file"]).read_bytes()
        started = time.perf_counter()
        reading = read(open_document(content, filename=row["file"]))
    except (OSError, PayPulseError) as refusal:
        error = type(refusal).__name__
    milliseconds = (time.perf_counter() - started) * 1000
    prediction = predicted(row["file"], reading)
    scores = dict(_scores(row.get("truth") or {}, {**row, **(row.get("truth") or {})}, prediction))
    kind, origin = row.get("kind", ""), row.get("origin", "")
    return Judged(row["file"], kind, origin, _group(row), scores, milliseconds, prediction, error)


def predicted(file: str, reading: Reading | None) -> dict[str, Any]:
    """One line of the predictions file; amounts are decimals and dates are dates until it is written as JSON."""
    reading = reading or Reading(kind=Kind.NOT_AN_INVOICE)
    facts = {
        "vendor_name": reading.vendor_name,
        "total_amount": reading.total_amount,
        "currency": reading.currency,
        "invoice_date": reading.invoice_date,
        "due_date": reading.due_date,
        "invoice_number": reading.invoice_number or reading.order_number,
    }
    sure = reading.lines_total
    return {
        "file": file,
        "kind": reading.kind.value,
        **{name: fact.value if fact else None for name, fact in facts.items()},
        "line_items": [
            {"description": item.description, "quantity": item.quantity, "total_price": item.total_price}
            for item in reading.line_items
        ],
        "status": {name: fact.status.value for name, fact in (*facts.items(), ("line_items", sure)) if fact},
    }


def _scores(truth: Mapping[str, Any], row: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[tuple[str, Score]]:
    checks: dict[str, tuple[bool, Callable[[], bool]]] = {
        "total_amount": (
            "total_amount" in truth,
            lambda: _same_amount(got["total_amount"], [truth["total_amount"], *row.get("total_alt", ())]),
        ),
        "currency": ("currency" in truth, lambda: got["currency"] == truth["currency"]),
        "invoice_date": (
            "invoice_date" in truth,
            lambda: str(got["invoice_date"]) in [truth["invoice_date"], *row.get("date_alt", ())],
        ),
        "vendor_name": (
            "vendor_name" in truth,
            lambda: same_name(got["vendor_name"], [truth["vendor_name"], *row.get("vendor_alt", ())]),
        ),
        "due_date": ("due_date" in truth, lambda: str(got["due_date"]) == truth["due_date"]),
        "invoice_number": (bool(_numbers(truth)), lambda: _bare(got["invoice_number"]) in _numbers(truth)),
    }
    for name, (scored, is_right) in checks.items():
        if scored:
            yield name, _score(got, name, is_right)
    if "total_amount" in truth and "currency" in truth:
        yield (
            "total_and_currency",
            _score(got, "total_amount", lambda: checks["total_amount"][1]() and got["currency"] == truth["currency"]),
        )
    if truth.get("line_items"):
        yield "line_items", _score_lines(truth["line_items"], got)


def _score(got: Mapping[str, Any], name: str, is_right: Callable[[], bool]) -> Score:
    if got.get(name) is None:
        return Score(Outcome.MISSED, None)
    return Score(Outcome.RIGHT if is_right() else Outcome.WRONG, Status(got["status"][name]))


def _same_amount(got: Decimal, right: Iterable[Any]) -> bool:
    return any(got == Decimal(str(each)) for each in right)


def same_name(got: str, right: Iterable[str]) -> bool:
    """Whether two names are one but for case, punctuation, legal form and the end of a domain."""
    return any(_name(got) == _name(each) for each in right)


def _name(text: str) -> str:
    plain = re.sub(r"[^\w.]+", " ", _DOMAIN.sub("", fold(text))).replace(".", " ")
    return "".join(_LEGAL.sub(" ", plain).split()) or "".join(plain.split())


def _numbers(truth: Mapping[str, Any]) -> list[str]:
    """The number that counts: the invoice's, else the order's or the transaction's."""
    named = [_bare(truth["invoice_number"])] if truth.get("invoice_number") else []
    return named or [_bare(truth[name]) for name in ("order_number", "transaction_id") if truth.get(name)]


def _bare(text: Any) -> str:
    return re.sub(r"[\s#]+", "", str(text or "")).casefold()


def _score_lines(truth: Sequence[Mapping[str, Any]], got: Mapping[str, Any]) -> Score:
    if not got["line_items"]:
        return Score(Outcome.MISSED, None)
    right = sorted(Decimal(str(item["total_price"])) for item in truth)
    found = sorted(item["total_price"] for item in got["line_items"] if item["total_price"] is not None)
    return Score(Outcome.RIGHT if right == found else Outcome.WRONG, Status(got["status"]["line_items"]))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: shares of the documents that have the field, and counts."""

    field: str
    documents: int
    right: float
    by_group: float
    missed: int
    wrong: int
    wrong_but_sure: int
    ask_rate: float


def table(judged: Iterable[Judged]) -> tuple[Line, ...]:
    """Per field: how it went, over documents and as the mean over groups."""
    judged = tuple(judged)
    return tuple(line for name in FIELDS if (line := _line(name, judged)))


def _line(name: str, judged: Sequence[Judged]) -> Line | None:
    scored = [(each.group, each.scores[name]) for each in judged if name in each.scores]
    if not scored:
        return None
    groups: dict[str, list[bool]] = defaultdict(list)
    for group, score in scored:
        groups[group].append(score.outcome is Outcome.RIGHT)
    wrong = [score for _, score in scored if score.outcome is Outcome.WRONG]
    return Line(
        field=name,
        documents=len(scored),
        right=fmean(score.outcome is Outcome.RIGHT for _, score in scored),
        by_group=fmean(fmean(each) for each in groups.values()),
        missed=sum(score.outcome is Outcome.MISSED for _, score in scored),
        wrong=len(wrong),
        wrong_but_sure=sum(score.sure for score in wrong),
        ask_rate=fmean(score.asks for _, score in scored),
    )


def slices(judged: Iterable[Judged]) -> dict[str, tuple[Judged, ...]]:
    """The documents by what they are: all, each file kind, and real ones apart from the others."""
    judged = tuple(judged)
    found = {"all": judged}
    for kind in sorted({each.kind for each in judged}):
        found[kind] = tuple(each for each in judged if each.kind == kind)
    found["real"] = tuple(each for each in judged if each.origin.startswith("real"))
    found["other origins"] = tuple(each for each in judged if not each.origin.startswith("real"))
    return {name: chosen for name, chosen in found.items() if chosen}


def speed(judged: Sequence[Judged]) -> tuple[float, float]:
    """Milliseconds to open and read a document: median and 95th percentile."""
    times = sorted(each.milliseconds for each in judged)
    if len(times) < 2:
        return (times[0], times[0]) if times else (0.0, 0.0)
    cuts = quantiles(times, n=20, method="inclusive")
    return cuts[9], cuts[18]
