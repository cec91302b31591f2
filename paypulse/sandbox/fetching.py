"""Asking for the demo mailbox to be read, and watching until every mail has its ending."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from accounts.mailboxes import mailboxes
from invoices import ingestion, jobs, ledger
from invoices.ledger import EntryState
from lambdas.catalogue import QueueFeed, queues
from paypulse.core.aws import client
from paypulse.sandbox.emulator import Emulator
from paypulse.sandbox.show import Show, Step

_EVERY = 0.3
_PATIENCE = 120.0
_IN_WORK = (EntryState.WAITING, EntryState.STORED)
_WORDS = {
    EntryState.RECORDED: "invoices",
    EntryState.DUPLICATE: "duplicates",
    EntryState.IGNORED: "ignored",
    EntryState.FAILED: "to be tried again",
    EntryState.GIVEN_UP: "given up",
}


def fetch(user_id: str, emulator: Emulator, show: Show) -> None:
    """Have every mailbox of the person read, and wait for it, counting mails as they get their ending."""
    with show.step("Fetch: Gmail, S3, reading") as step:
        asked = [ingestion.request_sync(user_id, each.mailbox_id, category=None) for each in mailboxes(user_id)]

        def is_done() -> bool:
            final = all(jobs.job(user_id, each.job_id).state.is_final for each in asked)
            return _counted(user_id, step) and final

        if not _wait(is_done):
            step.note += " (and some are still in work)"
    with show.step("Streams: letters and summaries"):
        settle(emulator)


def settle(emulator: Emulator) -> None:
    """Wait until no message, no object and no stream record is in work, or for two minutes."""
    _wait(lambda: all(map(_is_empty, queues())) and not emulator.in_work())


def _counted(user_id: str, step: Step) -> bool:
    """Show how the person's mails stand. Returns whether each has its ending."""
    counts = ledger.counts(user_id)
    total, in_work = sum(counts.values()), _in_work(counts)
    step.count(
        total - in_work,
        total,
        ", ".join(f"{counts[state]} {word}" for state, word in _WORDS.items() if counts.get(state)),
    )
    return not in_work


def _in_work(counts: Mapping[EntryState, int]) -> int:
    return sum(counts.get(state, 0) for state in _IN_WORK)


def _is_empty(queue: QueueFeed) -> bool:
    sqs = client("sqs")
    url = sqs.get_queue_url(QueueName=queue.name)["QueueUrl"]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return not any(map(int, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()))


def _wait(is_done: Callable[[], bool]) -> bool:
    """Ask until it is done. Returns whether it was, before the patience ran out."""
    deadline = time.monotonic() + _PATIENCE
    while not is_done():
        if time.monotonic() > deadline:
            return False
        time.sleep(_EVERY)
    return True
