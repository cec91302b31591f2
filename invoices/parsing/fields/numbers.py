"""Finds the invoice, order and transaction numbers by their labels, and by their shape where they have none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from invoices.parsing.fields.dates import find_dates
from invoices.parsing.fields.labels import Label, fold
from invoices.parsing.result import Evidence
from invoices.parsing.scan import Row, Scan, Seen, in_column

_ROLES = ("invoice_number", "order_number", "transaction_id")
_LEAD = re.compile(
    r"^(?:[\s:：#.º°\-–=№|(\[*]|(?:number|numero|nummer|numer|no|nr|nro|num|id|is|n|ref|code|č|αρ|番号|av)(?=[\s.:#º°]|$)[.º°]?)+",
    re.I,
)
_TOKEN = re.compile(
    r"[A-Za-z0-9\u00c0-\u00ff\u0400-\u04ff\u0370-\u03ff][A-Za-z0-9\u00c0-\u00ff\u0400-\u04ff\u0370-\u03ff/_.\-+#]{0,48}"
)
# A series before the number: FT 2026/123, A 10234.
_SERIES = re.compile(r"[A-Z]{1,4} \d[\dA-Z]*[/-][\dA-Z/-]*\d|[A-Z]{1,2} \d{4,}(?!\S)")
_GROUPS = re.compile(r"(?:\d{1,4}(?: \d{2,4}){2,6}|\d{4} \d{4})(?![^\s,;])")  # digits set in groups: 10 123 456 789
_NUMBERED = re.compile(r"\s?(?:(?:#|№|n[°º]|nr\.|no\.|nº):?\s?(?=[\w#])|(?:nr|no|nummer|number):?\s(?=\d))", re.I)
# What a small number counts, so that it is none of a document ("Invoice 30 days").
_COUNTED = re.compile(
    r"\s?(?:d(?:ays?|agar|ager|age|ias?|ni)|días?|tage?n?|jours?|dagen|giorni|päivää|pv|weeks?|%)\b", re.I
)
_DIGITS = re.compile(r"[\s:]+(?:\d{4,14}|(?!\d{1,4}-\d\d?-\d{1,4}\s*$)\d[\d-]{4,18}\d)\s*")
_CODE = re.compile(r"[\s:]+[A-Z]{0,4}-?\d[\d/-]{3,18}\s*")  # at the end of a subject
_PARTED = (":", "·", "|", "–", ",", "•")  # before the name of a document in the middle of a line
_LOCATOR = re.compile(r"^[A-Z0-9]{5,8}$")
_BARE = re.compile(r"^(?:[A-Z]{1,6}[-_/#]?\d[\dA-Z]*(?:[-_/][\dA-Z]+)*|\d{2,}(?:[-/][\dA-Z]+)+|\d{6,14})$")
_NOT_BARE = re.compile(
    r"^(?:[A-Z]{2}[- ]?\d{5}|[A-Z]{2}\d{2}[A-Z0-9]{10,30}|\+?\d{2,4}-\d{2,4}-\d{3,5}|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{2,4})$"
)
_MANY_WORDS = 140
_ROWS = 60  # a document's own number stands in its first ones
_ONLY_FIRST = frozenset(("number", "nummer"))  # "phone number" and the like are other numbers
_AFTER_NAMES = frozenset(("no", "nr", "num"))  # the same, but where the word before them is of a document
# Compounds of a document's name and "number" that are in no list, and a cell that says "Nr." alone.
_COMPOUND = re.compile(
    r"(?<![a-z])(?:faktu|factu|fattu|rechn|regn|kvitt|quitt|beleg|credit|kredit)[a-z]{2,16}(?:nummer|nr|numer|number)\b|^nr[.:]{0,2}(?:$|\s(?=\d{3}))"
)
_UNLISTED = 4.2
_ANOTHER = "of_another_thing"
_DOCUMENTS = frozenset((*_ROLES, "kind_invoice", "kind_receipt", "kind_credit", "kind_booking"))
# A receipt's own number counts less than the invoice's where both stand.
_RECEIPTS = (
    "receipt",
    "kvitt",
    "beleg",
    "quittung",
    "recu",
    "bon",
    "ticket",
    "recibo",
    "ricevuta",
    "kuit",
    "paragon",
    "document",
)
# Words that name many kinds of numbers besides the order's.
_VAGUE = frozenset(
    (
        "reference number",
        "reference",
        "ref",
        "referens",
        "referenz",
        "ticket number",
        "po number",
        "po",
        "p o number",
        "purchase order",
        "your reference",
        "referencia",
        "riferimento",
        "kenmerk",
        "viite",
    )
)


@dataclass(frozen=True, slots=True)
class NumberCandidate:
    """A number for one role with its score and reasons."""

    role: str
    value: str
    score: float
    reasons: tuple[str, ...]
    evidence: Evidence


def number_candidates(scan: Scan, *, subject: str = "") -> tuple[NumberCandidate, ...]:
    """All numbers found, best first within each role."""
    found = [*_labelled(scan), *_compounded(scan), *_unlabelled(scan)]
    text = scan.text
    own = [candidate for candidate in found if _ANOTHER not in candidate.reasons]
    if any("shape" not in candidate.reasons for candidate in own):
        found = own
    lifted = (_lifted(candidate, text, subject) for candidate in found)
    return tuple(sorted(lifted, key=lambda candidate: -candidate.score))


def subject_candidates(subject: str, labels: Sequence[Label]) -> Iterator[NumberCandidate]:
    """Numbers that stand beside their label in the mail's subject."""
    for label in labels:
        ends = "kind_receipt" in label.roles and _CODE.fullmatch(subject, label.end)
        role = _role(label, subject) or ("order_number" if ends and not find_dates(subject) else None)
        token = _token(subject[label.end :], locator=role == "order_number")
        if role and token:
            yield NumberCandidate(role, token, 3.6, ("in_subject",), Evidence(subject[:200]))


def _role(label: Label, text: str) -> str | None:
    """Which number the label names; one that names an order or a booking does so before a number sign ("Your order #12")."""
    role = next((role for role in _ROLES if role in label.roles), None)
    if role is None and label.roles & {"kind_receipt", "kind_booking"}:
        begins = not label.start or text[: label.start].rstrip().endswith(_PARTED)
        alone = begins and "kind_receipt" in label.roles and _DIGITS.fullmatch(text, label.end)
        return "order_number" if alone or _NUMBERED.match(text, label.end) else None
    return role


def _lifted(candidate: NumberCandidate, text: str, subject: str) -> NumberCandidate:
    """A number that stands in the document again, or in the subject, is meant to be quoted (a receipt's need not be)."""
    if candidate.reasons[0].removeprefix("label:").startswith(_RECEIPTS):
        return candidate
    repeats = text.count(candidate.value) > 1
    lift = (0.6 if repeats else 0.0) + (0.8 if candidate.value in subject else 0.0)
    reasons = (
        candidate.reasons + (("repeated",) if repeats else ()) + (("in_subject",) if candidate.value in subject else ())
    )
    return NumberCandidate(candidate.role, candidate.value, candidate.score + lift, reasons, candidate.evidence)


def _labelled(scan: Scan) -> Iterator[NumberCandidate]:
    for row in scan.rows:
        for seen in row.cells:
            for position, label in enumerate(seen.labels):
                role = _role(label, seen.cell.text)
                if role:
                    following = seen.labels[position + 1].start if position + 1 < len(seen.labels) else None
                    found = _values(scan, row, seen, label, role, following)
                    yield from map(_of_another, found) if _names_another(seen, position) else found


def _compounded(scan: Scan) -> Iterator[NumberCandidate]:
    """The numbers after words such as "Sammelrechnungsnummer" that no list has."""
    for row in scan.rows[:_ROWS]:
        for seen in () if row.header else row.cells:
            word = _COMPOUND.search(fold(seen.cell.text[:40]))
            if word and not (seen.labels and seen.labels[0].start < word.end()):
                rest = seen.cell.text[word.end() :]
                yield from _stated(scan, row, seen, rest, score=_UNLISTED, role="invoice_number", phrase=word[0])


def _of_another(candidate: NumberCandidate) -> NumberCandidate:
    """A candidate that is believed only where nothing else is labelled."""
    return replace(candidate, score=candidate.score - 2.0, reasons=(*candidate.reasons, _ANOTHER))


def _names_another(seen: Seen, position: int) -> bool:
    """Whether a bare "no" follows a word that is no document ("Item No"), so that the number is that thing's."""
    label = seen.labels[position]
    before = seen.cell.text[: label.start].rstrip()
    if label.phrase not in _AFTER_NAMES or not before[-1:].isalpha():
        return False
    return not any(other.end >= len(before) and other.roles & _DOCUMENTS for other in seen.labels[:position])


def _values(
    scan: Scan, row: Row, seen: Seen, label: Label, role: str, following: int | None
) -> Iterator[NumberCandidate]:
    if label.phrase in _ONLY_FIRST and label.start > 0:
        return
    rest = seen.cell.text[label.end : following]
    base = 6.0 if len(label.phrase.split()) > 1 or len(label.phrase) > 9 else 4.4
    base -= {"invoice_number": 0.0, "order_number": 0.2, "transaction_id": 0.4}[role]
    base -= 1.2 if len(seen.cell.text) > _MANY_WORDS else 0.0
    base -= 1.0 if label.phrase in _VAGUE else 0.0
    base -= 0.8 if role == "invoice_number" and label.phrase.startswith(_RECEIPTS) else 0.0
    base -= 0.6 if label.start > 25 else 0.0
    yield from _stated(scan, row, seen, rest, score=base, role=role, phrase=label.phrase)


def _stated(
    scan: Scan, row: Row, seen: Seen, rest: str, *, score: float, role: str, phrase: str
) -> Iterator[NumberCandidate]:
    """The number at the first place where the label's can stand, if there is one."""
    for source, cost, text, holder in _places(scan, row, seen, rest):
        token = _token(text, locator=role == "order_number")
        if token and not _is_other(holder, token):
            worth = round(score - cost + _shape(token) - 0.002 * row.number, 3)
            reasons = (f"label:{phrase}", f"source:{source}")
            yield NumberCandidate(role, token, worth, reasons, holder.cell.evidence())
            return


def _places(scan: Scan, row: Row, seen: Seen, rest: str) -> Iterator[tuple[str, float, str, Seen]]:
    """Where a label's number can stand: after it, in the next cell, or below it."""
    stripped = _LEAD.sub("", rest).strip()
    if stripped:
        yield "inline", 0.0, rest, seen
        return
    right = row.cells[seen.cell.column + 1] if seen.cell.column + 1 < len(row.cells) else None
    if right and not right.labels:
        yield "right", 0.1, right.cell.text, right
    below = scan.rows[row.number + 1] if row.number + 1 < len(scan.rows) else None
    found = in_column(below, row, seen) if below else None
    if found:
        yield "below", 0.4, found.cell.text, found
    if right and right.labels:
        yield "right", 0.5, right.cell.text, right
    over = scan.value_over(row, seen)
    if over:
        yield "above", 0.8, over.cell.text, over


def _token(text: str, *, locator: bool) -> str | None:
    bare = _LEAD.sub("", text.strip())
    match = _SERIES.match(bare) or _GROUPS.match(bare) or _TOKEN.match(bare)
    token = match[0].rstrip(".-_/#+") if match else ""
    if len(token) < 2 or (token.isdigit() and len(token) < 4 and _COUNTED.match(bare, len(token))):
        return None
    if any(character.isdigit() for character in token):
        return token
    return token if locator and _LOCATOR.match(token) else None


def _is_other(holder: Seen, token: str) -> bool:
    """Whether the token is a date or an amount of money rather than a number."""
    start = holder.cell.text.find(token)
    end = start + len(token)
    if any(day.start <= start < day.end for day in holder.dates):
        return True
    return any(
        amount.start < end and start < amount.end and amount.is_money and not amount.text.isalnum()
        for amount in holder.amounts
    )


def _shape(token: str) -> float:
    digits = sum(character.isdigit() for character in token)
    if digits < 3 and len(token) < 5:
        return -1.2
    if re.fullmatch(r"(?:19|20)\d\d", token):
        return -0.8
    return 0.4 if digits >= 3 else 0.0


def _unlabelled(scan: Scan) -> Iterator[NumberCandidate]:
    """A cell that is nothing but a number with letters or groups, near the top: read only where nothing is labelled."""
    for row in scan.rows[:_ROWS]:
        for seen in row.cells:
            text = seen.cell.text.lstrip("#")
            if (
                _BARE.match(text)
                and not _NOT_BARE.match(text)
                and not seen.dates
                and not any(amount.mark for amount in seen.amounts)
            ):
                beside_date = any(other.dates for other in row.cells)
                score = (1.9 if beside_date else 0.8) + (0.5 if any(c.isalpha() for c in text) else 0.0)
                yield NumberCandidate("invoice_number", text, round(score, 3), ("shape",), seen.cell.evidence())
