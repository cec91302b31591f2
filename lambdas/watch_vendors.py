"""Every night: whether each vendor's documents still come and read as they used to, and what people put right."""

from __future__ import annotations

from typing import Any

from invoices import corrections
from lambdas.logs import log
from lambdas.measures import Measure, count
from vendors import drift


def handler(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Keep on each row what has changed about its documents, for staff to see in the admin."""
    changed = drift.watch(corrections.put_right)
    log.info("watched", changed=changed)
    count(Measure.DRIFTING_VENDORS, changed)
    return {"changed": changed}
