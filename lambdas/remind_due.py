"""Every morning: reminders of rent that is due or missing, and once a week what else a person should know.

In between, what a person's own server did not take is told to it again.
"""

from __future__ import annotations

import json
from typing import Any

from invoices.notifications import tell_server_again
from invoices.reminders import remind
from invoices.requests import REMINDERS, send_all
from lambdas.events import each_message
from lambdas.fetching import people_connected


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Remind the people of a queue's messages, or (without) put one message for each of them on the queue."""
    if "Records" in event:
        return each_message(event, context, _do)
    return {"people": send_all(({"user_id": user_id} for user_id in people_connected()), queue=REMINDERS)}


def _do(body: str) -> None:
    wanted = json.loads(body)
    if "notice_id" in wanted:
        tell_server_again(wanted["user_id"], wanted["notice_id"])
    else:
        remind(wanted["user_id"])
