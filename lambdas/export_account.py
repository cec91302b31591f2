"""The queue of background jobs: makes the exports that people asked for, of everything or of a filtered list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from invoices import exporting
from invoices.packs import SecondsLeft
from lambdas.events import telling_of_the_last_try
from lambdas.logs import log
from paypulse import takeout
from paypulse.core.errors import NotFoundError


def handler(event: Mapping[str, Any], context: Any) -> None:
    """Make each export; what fails rises, and the queue brings it again."""
    for record in event["Records"]:
        with telling_of_the_last_try(record):
            _make(json.loads(record["body"]), lambda: context.get_remaining_time_in_millis() / 1000)


def _make(wanted: Mapping[str, Any], seconds_left: SecondsLeft) -> None:
    make = exporting.make if wanted.get("kind") == exporting.KIND else takeout.make
    try:
        make(wanted["user_id"], wanted["job_id"], seconds_left=seconds_left)
    except NotFoundError:
        log.info("the person or the job is gone", user_id=wanted["user_id"], job_id=wanted["job_id"])
    else:
        log.info("exported", user_id=wanted["user_id"], job_id=wanted["job_id"])
