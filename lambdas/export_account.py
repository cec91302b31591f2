"""The queue of background jobs: makes the exports that people asked for, of everything or of a filtered list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger

from invoices import exporting
from paypulse import takeout
from paypulse.core.errors import NotFoundError

log = Logger(service="export_account")


def handler(event: Mapping[str, Any], context: object = None) -> None:  # noqa: ARG001 - Lambda passes it
    """Make each export; what fails rises, and the queue brings it again."""
    for record in event["Records"]:
        wanted = json.loads(record["body"])
        make = exporting.make if wanted.get("kind") == exporting.KIND else takeout.make
        try:
            make(wanted["user_id"], wanted["job_id"])
        except NotFoundError:
            log.info("the person or the job is gone", job_id=wanted["job_id"])
            continue
        log.info("exported", job_id=wanted["job_id"])
