"""Reading stored documents anew because a person asked for it, in as many steps as it takes."""

from __future__ import annotations

import json
from typing import Any

from invoices.rereading import Rereading, tell_again
from lambdas.events import each_message
from lambdas.logs import log


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Have the documents of a queue's messages read again; names the messages that failed."""

    def handle(body: str) -> None:
        asked = Rereading.parse(json.loads(body))
        told = tell_again(asked, seconds_left=lambda: context.get_remaining_time_in_millis() / 1000)
        log.info("read again", user_id=asked.user_id, job_id=told.job_id, documents=told.told)

    return each_message(event, context, handle)
