"""An HTML receipt came in: read it and record what it says."""

from __future__ import annotations

from typing import Any

from lambdas.reading import read_each


def handler(event: dict[str, Any], context: Any) -> None:  # noqa: ARG001 (Lambda passes it)
    """Record every document of an S3 event. A failure rises, so that S3's retries and the alarm see it."""
    read_each(event)
