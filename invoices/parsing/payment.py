"""Finds payment references beside their names, believed only when their check digits hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from invoices.parsing.fields.labels import fold
from invoices.parsing.result import Field, Status
from invoices.parsing.scan import Scan, in_column


def referenced(page: Scan, check: Callable[[str], str | None], words: tuple[str, ...]) -> Iterator[Field[str]]:
    """The references that stand after, beside or below one of `words` and pass `check`."""
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
