"""Finds payment references beside their names, believed only when their check digits hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from invoices.parsing.fields import references
from invoices.parsing.fields.labels import fold
from invoices.parsing.result import Field, Status
from invoices.parsing.scan import Scan, in_column

_KINDS: tuple[tuple[str, Callable[[str], str | None], tuple[str, ...]], ...] = (
    ("bankgiro", references.bankgiro, ("bankgiro", "bg")),
    ("plusgiro", references.plusgiro, ("plusgiro", "postgiro", "pg")),
    ("ocr_number", references.ocr, ("ocr", "ocr nummer")),
    ("iban", references.iban, ("iban",)),
    ("creditor_reference", references.creditor_reference, ("rf",)),
)


def references_on(page: Scan) -> dict[str, Any]:
    """The payment references of a part, by the names of Reading's fields."""
    found = {name: next(referenced(page, check, words), None) for name, check, words in _KINDS}
    return {name: field for name, field in found.items() if field is not None}


def referenced(page: Scan, check: Callable[[str], str | None], words: tuple[str, ...]) -> Iterator[Field[str]]:
    """The references that stand after, beside or below one of `words` and pass `check`."""
    lowered = page.text.lower()
    if not any(word in lowered for word in words):
        return
    name = re.compile(r"(?<![a-z])(?:" + "|".join(words) + r")(?![a-z])[\s.:#nr-]*", re.I)
    for row in page.rows:
        for seen in row.cells:
            match = name.search(fold(seen.cell.text)) if len(seen.cell.text) < 300 else None
            if match is None:
                continue
            right = row.cells[seen.cell.column + 1 : seen.cell.column + 2]
            below = page.rows[row.number + 1] if row.number + 1 < len(page.rows) else None
            under = in_column(below, row, seen) if below else None
            for place in (seen, *right, *((under,) if under else ())):
                text = seen.cell.text[match.end() :] if place is seen else place.cell.text
                value = _first_valid(text, check)
                if value:
                    yield Field(value, 0.97, Status.PROVED, "check_digits", (place.cell.evidence(),))


def _first_valid(text: str, check: Callable[[str], str | None]) -> str | None:
    """The longest run from the start of `text` that passes, cut at words and punctuation."""
    pieces = re.split(r"[|,;()]|\s{2,}|\s[-–]\s", text.strip())[0].split()
    for size in range(min(len(pieces), 9), 0, -1):
        value = check(" ".join(pieces[:size]))
        if value:
            return value
    return None
