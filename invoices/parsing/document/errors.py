"""Why a document could not be opened, as one error with a code that a page can explain."""

from __future__ import annotations

from enum import StrEnum

from paypulse.core.errors import PayPulseError


class Refusal(StrEnum):
    """What was wrong with the document."""

    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_SLOW = "too_slow"
    UNREADABLE = "unreadable"


class DocumentError(PayPulseError):
    """The document cannot be read; `refusal` says why. Trying again does not help."""

    def __init__(self, refusal: Refusal, **data: object) -> None:
        super().__init__(f"the document is refused: {refusal}", refusal=refusal, **data)
        self.refusal = refusal
