"""Jobs over /v1: their state in published words, and waiting for short ones so that they can answer in one go."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from invoices import jobs
from invoices.jobs import Job, JobState
from lambdas.api.contract import Accepted, JobStatus
from lambdas.responses import Answer, ApiError, Code
from paypulse.core.config import config

_POLL_S: Final = 0.5


def status(found: Job) -> JobStatus:
    """A job as clients read it."""
    return JobStatus(
        job_id=found.job_id,
        kind=found.kind,
        state=found.state,
        counts=dict(found.counts),
        result=dict(found.result),
        error=found.error,
    )


def waited(asked: Sequence[Job]) -> tuple[Job, ...]:
    """The jobs as they are when the last one ended, or when an answer is due."""
    deadline = time.monotonic() + config().answer_within_s
    found = tuple(jobs.job(each.user_id, each.job_id) for each in asked)
    while not all(each.state.is_final for each in found) and time.monotonic() < deadline:
        time.sleep(_POLL_S)
        found = tuple(jobs.job(each.user_id, each.job_id) for each in found)
    return found


def accepted(found: Sequence[Job]) -> Answer:
    """202 with the jobs to poll."""
    so_far = sum(each.counts.get("stored", 0) for each in found)
    told = Accepted(invoice_count=so_far, job_id=found[0].job_id, jobs=[status(each) for each in found])
    return Answer(told, "Still at work.", 202)


def demand_success(found: Sequence[Job]) -> None:
    """Return when one of the jobs, all of them over, went well; otherwise raise what the first one failed of."""
    failed = [each for each in found if each.state is JobState.FAILED]
    if len(failed) < len(found):
        return
    cause = failed[0].error or ""
    if cause.startswith("reconnect"):
        raise ApiError(401, Code.GMAIL_TOKEN_EXPIRED, "Gmail has to be connected again.")
    again = {"retry-after": "60"}
    raise ApiError(503, Code.DEPENDENCY_FAILURE, "The mailbox could not be fetched; try again.", headers=again)
