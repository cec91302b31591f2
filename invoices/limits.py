"""How much of what is dear one person may ask for in an hour, by whichever door: pages and API count together."""

from __future__ import annotations

from typing import Final

from accounts import throttles

_HOUR: Final = 3600


def fetching(user_id: str) -> None:
    """Count one wish to have mail fetched or documents read again. Raises ThrottledError above thirty an hour."""
    throttles.check(f"ingest|{user_id}", limit=30, seconds=_HOUR)


def uploading(user_id: str) -> None:
    """Count one document that is handed in. Raises ThrottledError above three hundred an hour."""
    throttles.check(f"upload|{user_id}", limit=300, seconds=_HOUR)


def exporting(user_id: str) -> None:
    """Count one file that is made in the background. Raises ThrottledError above thirty an hour."""
    throttles.check(f"export|{user_id}", limit=30, seconds=_HOUR)
