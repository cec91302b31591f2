"""The bounds every document is read within; past them it is cut or refused, never followed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from invoices.parsing.document.errors import DocumentError, Refusal

MAX_BYTES = 40 * 1024 * 1024
MAX_HTML_BYTES = 4 * 1024 * 1024
MAX_PAGES = 60
MAX_PAGES_REFUSED = 400
MAX_CHARS_PER_PAGE = 40_000
MAX_LINES = 6_000
MAX_CELL_CHARS = 2_000
MAX_HTML_DEPTH = 120
MAX_MIME_DEPTH = 12
MAX_MIME_PARTS = 200
MAX_READABLE_PARTS = 12
SECONDS = 20.0


@dataclass(slots=True)
class Deadline:
    """A point in time after which reading stops with DocumentError(TOO_SLOW)."""

    at: float = field(default_factory=lambda: time.monotonic() + SECONDS)

    def check(self) -> None:
        if time.monotonic() > self.at:
            raise DocumentError(Refusal.TOO_SLOW)
