"""What the three fetch functions share: doing a queue's syncs, and asking for one of every mailbox."""

from __future__ import annotations

import json
from typing import Any

from accounts.mailboxes import each_connected
from invoices import ingestion, jobs
from invoices.requests import SyncRequest, send_all
from lambdas.events import each_message
from lambdas.logs import log
from lambdas.measures import Measure, count
from paypulse.core.categories import Category


def people_connected() -> list[str]:
    """Everybody with a connected mailbox."""
    return sorted({user_id for user_id, _ in each_connected()})


def sync_queue(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Do the syncs of a batch of queue messages; names those that failed."""

    def handle(body: str) -> None:
        request = SyncRequest.parse(json.loads(body))
        job = ingestion.sync(request, seconds_left=lambda: context.get_remaining_time_in_millis() / 1000)
        counts = dict(job.counts) if job else {}
        log.info("synced", user_id=request.user_id, job_id=request.job_id, mailbox_id=request.mailbox_id, counts=counts)
        count(Measure.MAILS_STORED, counts.get("stored", 0))
        count(Measure.MAILS_FAILED, counts.get("failed", 0))

    return each_message(event, context, handle)


def fan_out(category: Category, *, queue: str) -> dict[str, int]:
    """Put one sync per connected mailbox on the queue; gives how many."""
    requests = (
        SyncRequest(user_id=user_id, mailbox_id=mailbox_id, job_id=jobs.new_id(), category=category).message()
        for user_id, mailbox_id in each_connected()
    )
    sent = send_all(requests, queue=queue)
    log.info("fanned out", mailboxes=sent, category=str(category))
    return {"mailboxes": sent}
