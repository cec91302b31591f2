"""Every night: Gmail's own list against the ledger, mailbox by mailbox, and what was lost on the way mended."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from accounts.mailboxes import ReconnectNeededError, each_connected
from invoices.audit import audit
from invoices.requests import send_all
from lambdas.events import each_message
from lambdas.logs import log
from lambdas.measures import Measure, count
from paypulse.core.errors import NotFoundError

_QUEUE = "audit-gaps"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Audit the mailboxes of a queue's messages, or (without) put one message for each connected one on the queue."""
    if "Records" in event:
        return each_message(event, context, _audit)
    found = ({"user_id": user_id, "mailbox_id": mailbox_id} for user_id, mailbox_id in each_connected())
    return {"mailboxes": send_all(found, queue=_QUEUE)}


def _audit(body: str) -> None:
    message = json.loads(body)
    try:
        found = audit(message["user_id"], message["mailbox_id"])
    except (NotFoundError, ReconnectNeededError):
        # Gone, or for the person to mend, who has been told.
        return
    log.info("audited", user_id=message["user_id"], mailbox_id=message["mailbox_id"], **asdict(found))
    count(Measure.GAPS_FOUND, found.missing)
