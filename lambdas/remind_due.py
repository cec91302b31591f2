"""Every morning: reminders of rent that is due or missing, and once a week what else a person should know."""

from __future__ import annotations

import json
from typing import Any

from invoices.reminders import remind
from invoices.requests import send_all
from lambdas.events import each_message
from lambdas.fetching import people_connected

_QUEUE = "remind-due"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Remind the people of a queue's messages, or (without) put one message for each of them on the queue."""
    if "Records" in event:
        return each_message(event, context, lambda body: remind(json.loads(body)["user_id"]))
    return {"people": send_all(({"user_id": user_id} for user_id in people_connected()), queue=_QUEUE)}
