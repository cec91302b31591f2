"""Chooses the invoice date and the due date among a document's dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from invoices.parsing.document.model import Header
from invoices.parsing.fields.dates import DateMention, DayOrder, day_order, find_dates
from invoices.parsing.fields.labels import Label, fold
from invoices.parsing.result import Field, Status
from invoices.parsing.scan import Naming, Row, Scan, Seen
from invoices.parsing.weights import Weights, shipped

_ROLES = ("due_date", "other_date", "invoice_date", "date")
_SURE = 3.0
_MAX_TERMS = 3
_TITLE = 45  # characters between a document's name and its date
_BESIDE = 40  # characters of the cell beside a date; more is no label
# A verb of paying, then "before" or the like right at the date.
_PAY_BY = re.compile(
    r"\b(?:pay|transfer|settle|betal|overfor|zahl|uberweis|regl|paye|paga|zaplac|uhrad|maks|voldo|betaal)\w*.*"
    r"\b(?:before|by|until|bis|zum|senest|senast|innen|innan|fore|avant|antes|entro|voor|do|ate|mennessa)"
    r"\W*(?:the|del|il|den|le|dem|o)?\W*$"
)
# A direct debit announced in a sentence: "on 12.03.2026 by direct debit collected".
_TAKEN = re.compile(
    r"[^.\d]{0,45}\b(?:eingezogen|abgebucht|debited|collected|dras|trekkes|trackes|prelev\w*|addebitat\w*|cargad\w*|afgeschreven|geincasseerd)\b"
)
# The same said before the day: "your fee will be collected on 12.03.2026".
_TO_BE_TAKEN = re.compile(
    r"\b(?:(?:will|shall) be (?:collected|debited|taken|charged)|dras|debiteras|trekkes|trackes|veloitetaan|sera preleve\w*|se cargara|"
    r"sara addebitat\w*|(?:ziehen|buchen|schrijven|incasseren) (?:wir|wij|we)|(?:wij|we) (?:schrijven|incasseren))\b[^.\d]*$"
)
# Nothing but a word that sets an end, at the beginning of a line.
_UNTIL = re.compile(
    r"^\W*(?:by|before|until|bis(?: zum)?|bis spatestens|senast|senest|innen|avant(?: le)?|antes del?|entro(?: il)?|uiterlijk|voor|viimeistaan)\W*$"
)
# The beginnings of words for the day a bill is due, for their compounds and inflections that are in no list.
_DUE_WORD = re.compile(
    r"\b(?:fallig|forfall|forfald|verval|echeance|vencim|scaden|splatn|erapaiv|termin\w* plat|zahlungsziel|betalningsdag|betaldat)"
)
_SHORT_NAMES = frozenset(("date", "data", "dato", "due", "pvm"))


@dataclass(frozen=True, slots=True)
class DateSpot:
    """A date in its place with the role its label gives it."""

    mention: DateMention
    seen: Seen
    row: Row
    role: str
    ranged: bool


@dataclass(frozen=True, slots=True)
class Days:
    """The chosen dates, each None where the document has none, and the scored candidates of the first."""

    issued: Field[date] | None
    due: Field[date] | None
    considered: tuple[tuple[date, float, str], ...] = ()


def date_spots(scan: Scan) -> tuple[DateSpot, ...]:
    """Every date of a part with its role, in reading order."""
    return tuple(spot for row in scan.rows for seen in row.cells for spot in _cell_spots(scan, row, seen))


def _cell_spots(scan: Scan, row: Row, seen: Seen) -> Iterator[DateSpot]:
    after = 0
    for mention in seen.dates:
        role = _role(scan, row, seen, mention, after)
        yield DateSpot(mention, seen, row, role, ranged=len(seen.dates) > 1)
        after = mention.end


def _role(scan: Scan, row: Row, seen: Seen, mention: DateMention, after: int) -> str:
    namings = [
        naming for naming in scan.namings(row, seen, mention.start, after) if not _is_loose(naming, mention.start)
    ]
    labels = [naming.label for naming in namings]
    role = "invoice_date" if _shares_date(labels) else _nearest_role(labels)
    if role == "invoice_date" and _takes_off(row):
        return "other_date"  # of the invoice that is taken off ("less our invoice of 2 August")
    if role in ("none", "date") and (_is_asked_by(seen, mention, after) or _is_taken_then(seen, mention)):
        return "due_date"
    if role == "none" and after == 0 and any(_titles(label, mention) for label in labels):
        return "title"
    if role == "none":
        heading = scan.heading(row, seen)
        role = _nearest_role(heading.labels) if heading else "none"
    return "due_date" if role == "none" and _DUE_WORD.search(fold(_words_before(row, seen, mention, after))) else role


def _is_asked_by(seen: Seen, mention: DateMention, after: int) -> bool:
    """Whether the words before a date ask for the money by that day, or say that it is going to be taken then."""
    before = fold(seen.cell.text[after : mention.start])
    if not after and len(seen.dates) == 1 and _UNTIL.match(before):
        return True
    return any(said.search(before) for said in (_PAY_BY, _TO_BE_TAKEN))


def _takes_off(row: Row) -> bool:
    return any(amount.is_money and amount.value < 0 for seen in row.cells for amount in seen.amounts)


def _titles(label: Label, mention: DateMention) -> bool:
    """Whether a label names the document right before a date, or beside it ("Invoice 4471, 12 May")."""
    return bool(label.roles & {"kind_invoice", "invoice_number"}) and mention.start - label.end < _TITLE


def _words_before(row: Row, seen: Seen, mention: DateMention, after: int) -> str:
    """What stands before a date in its cell, else in the cell beside it."""
    own = seen.cell.text[after : mention.start]
    beside = row.cells[seen.cell.column - 1].cell.text if seen.cell.column else ""
    return own if any(map(str.isalpha, own)) or after else beside[:_BESIDE]


def _is_taken_then(seen: Seen, mention: DateMention) -> bool:
    """Whether the words after a date say that it is due, or that the money is taken, on that day."""
    if any("due_date" in label.roles and 0 <= label.start - mention.end < 12 for label in seen.labels):
        return True
    return _TAKEN.match(fold(seen.cell.text[mention.end : mention.end + 60])) is not None


def _is_loose(naming: Naming, start: int) -> bool:
    """Whether a small word ("on", "den", "to") stands too far from the date to mean it."""
    if len(naming.label.phrase) > 4 or naming.label.phrase in _SHORT_NAMES:
        return False
    apart = start - naming.label.end if naming.source == "inline" else len(naming.text) - len(naming.label.phrase)
    return apart > 3


def _shares_date(labels: Sequence[Label]) -> bool:
    """Whether two labels share the date that follows ("Invoice / delivery date"), one of them the invoice's."""
    return (
        len(labels) > 1
        and "invoice_date" in labels[1].roles
        and "other_date" in labels[0].roles
        and labels[0].start - labels[1].end <= 4
    )


def _nearest_role(labels: Sequence[Label]) -> str:
    for label in labels:
        for role in _ROLES:
            if role in label.roles:
                return role
    return "none"


def choose_days(
    spots: Sequence[DateSpot], *, header: Header | None, month_first_hint: bool, weights: Weights | None = None
) -> Days:
    """The invoice date (else the mail's) and the due date."""
    sent = _sent(header)
    mentions = (spot.mention for spot in spots)
    order, certain = day_order(mentions, month_first_hint=month_first_hint, near=sent, terms=_terms(spots))
    labels = (weights or shipped())["date"]
    ranked = sorted(((_score(spot, order, sent, labels), spot) for spot in spots), key=lambda pair: -pair[0])
    considered = tuple((spot.mention.under(order), round(score, 2), spot.role) for score, spot in ranked[:8])
    issued = _issued(ranked, order, certain, sent)
    return Days(issued, _due(spots, order, certain, issued), considered)


def _terms(spots: Sequence[DateSpot]) -> tuple[tuple[DateMention, DateMention], ...]:
    """A few pairs of a day of issue and a due day."""
    issued = [spot.mention for spot in spots if spot.role in ("invoice_date", "date", "title")][:_MAX_TERMS]
    due = [spot.mention for spot in spots if spot.role == "due_date"][:_MAX_TERMS]
    return tuple(product(issued, due))


def _sent(header: Header | None) -> date | None:
    if header is None:
        return None
    quoted = find_dates(header.sent_text or "")
    return quoted[0].value if quoted else header.sent.date() if header.sent else None


def _score(spot: DateSpot, order: DayOrder, sent: date | None, labels: Mapping[str, float]) -> float:
    value = spot.mention.under(order)
    score = labels[spot.role] - 0.004 * min(spot.row.number, 200)
    score -= 1.5 if spot.ranged and spot.role in ("none", "date") else 0.0
    prose = len(spot.seen.cell.text) - (spot.mention.end - spot.mention.start)
    score -= 1.0 if prose > 45 and spot.role == "none" else 0.8 if prose > 140 and spot.role != "invoice_date" else 0.0
    if sent:
        apart = abs((value - sent).days)
        score += 1.6 if apart <= 1 else 0.4 if apart <= 7 else -0.6 if value > sent + timedelta(days=7) else 0.0
    return score


def _issued(
    ranked: Sequence[tuple[float, DateSpot]], order: DayOrder, certain: bool, sent: date | None
) -> Field[date] | None:
    if not ranked or (sent and ranked[0][0] < _SURE):
        return Field(sent, 0.8, Status.READ, "mail_header") if sent else None
    score, spot = ranked[0]
    if score < 0 and len({other.mention.under(order) for _, other in ranked}) > 1:
        return None
    value = spot.mention.under(order)
    rivals = {other.mention.under(order) for rank, other in ranked[1:] if rank > score - 0.5} - {value}
    doubtful = (
        score < 0
        or (spot.mention.other is not None and not certain)
        or (score < _SURE and (bool(rivals) or score < 1.2))
    )
    agreeing = sum(
        1
        for _, other in ranked
        if other.mention.under(order) == value and other.role in ("invoice_date", "date", "title")
    )
    proved = not doubtful and (value == sent or agreeing > 1) and score >= _SURE
    status = Status.UNSURE if doubtful else Status.PROVED if proved else Status.READ
    confidence = {Status.PROVED: 0.97, Status.READ: min(0.92, 0.6 + 0.05 * score), Status.UNSURE: 0.5}[status]
    return Field(value, round(confidence, 3), status, "generic", (spot.seen.cell.evidence(),))


def _is_for_discount(spot: DateSpot) -> bool:
    """Whether a day to pay by is the one that earns a discount."""
    return any("discount" in label.roles for label in spot.seen.labels)


def _due(spots: Sequence[DateSpot], order: DayOrder, certain: bool, issued: Field[date] | None) -> Field[date] | None:
    due = [spot for spot in spots if spot.role == "due_date"]
    if not due:
        return None
    first = issued.value if issued else date.min
    due.sort(key=_is_for_discount)
    best = next((spot for spot in due if spot.mention.under(order) >= first), due[0])
    value = best.mention.under(order)
    doubtful = (best.mention.other is not None and not certain) or value < first
    agrees = len({spot.row.number for spot in due if spot.mention.under(order) == value}) > 1
    status = Status.UNSURE if doubtful else Status.PROVED if agrees else Status.READ
    return Field(value, 0.5 if doubtful else 0.9, status, "generic", (best.seen.cell.evidence(),))
