"""Jobs: work that somebody asked for, and how far it is.

Access patterns (Jobs[user_id, job_id]; ids sort by time)
- one job; a person's latest jobs, newest first, one query
- a step of the work: an update that sets counts (never adds), so that doing a step twice says the same
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from pynamodb.exceptions import DoesNotExist, PutError, UpdateError
from pynamodb.expressions.update import Action

from invoices import tables
from paypulse.core.clock import epoch, now
from paypulse.core.errors import NotFoundError

COUNTED: Final = ("found", "stored", "duplicate", "ignored", "failed", "waiting")
_KEPT: Final = timedelta(days=90)


class JobState(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. `counts` names found, stored, duplicate, ignored, failed, waiting; `error` says why it failed, for the person.

    `result` is what came of it, by kind: a sync's {"vendors": {...}, "seconds_left": n}, an upload's {"invoice_ids": [...]}.
    """

    user_id: str
    job_id: str
    kind: str
    state: JobState
    counts: Mapping[str, int]
    request: Mapping[str, Any]
    result: Mapping[str, Any]
    error: str | None
    created_at: datetime
    updated_at: datetime


def new_id() -> str:
    """An id for a job that starts now; a later one sorts after it."""
    return f"job_{int(now().timestamp() * 1000):012x}{secrets.token_hex(6)}"


def begin(user_id: str, *, kind: str, request: Mapping[str, Any], job_id: str | None = None) -> Job:
    """A queued job; the one there is when `job_id` was begun before."""
    row = tables.Job(
        user_id,
        job_id or new_id(),
        kind=kind,
        state=str(JobState.QUEUED),
        counts=dict.fromkeys(COUNTED, 0),
        request=dict(request),
        created_at=now(),
        updated_at=now(),
        expires_at=now() + _KEPT,
    )
    try:
        row.save(condition=tables.Job.job_id.does_not_exist())
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return job(user_id, row.job_id)
    return _job(row)


def advance(
    user_id: str,
    job_id: str,
    *,
    state: JobState,
    counts: Mapping[str, int] | None = None,
    result: Mapping[str, Any] | None = None,
    error: str | None = None,
) -> None:
    """Say how far a job is. A job that is done or forgotten stays so."""
    actions: list[Action] = [tables.Job.state.set(str(state)), tables.Job.updated_at.set(now())]
    if counts is not None:
        actions.append(tables.Job.counts.set({**dict.fromkeys(COUNTED, 0), **counts}))
    if result is not None:
        actions.append(tables.Job.result.set(dict(result)))
    actions.append(tables.Job.error.set(error) if error else tables.Job.error.remove())
    open_still = tables.Job.job_id.exists() & (tables.Job.state != str(JobState.DONE))
    try:
        tables.Job(user_id, job_id).update(actions, condition=open_still)
    except UpdateError as refused:
        if refused.cause_response_code != "ConditionalCheckFailedException":
            raise


def job(user_id: str, job_id: str) -> Job:
    """One job of this person. Raises NotFoundError."""
    try:
        return _job(tables.Job.get(user_id, job_id, consistent_read=True))
    except DoesNotExist as error:
        raise NotFoundError("there is no such job") from error


def jobs(user_id: str, *, limit: int = 20) -> tuple[Job, ...]:
    """A person's latest jobs, newest first."""
    rows = tables.Job.query(user_id, scan_index_forward=False, limit=limit)
    return tuple(_job(row) for row in rows if not _is_forgotten(row))


def _is_forgotten(row: tables.Job) -> bool:
    # DynamoDB removes expired items within days, not at once.
    return row.expires_at is not None and row.expires_at.timestamp() < epoch()


def _job(row: tables.Job) -> Job:
    return Job(
        user_id=row.user_id,
        job_id=row.job_id,
        kind=row.kind,
        state=JobState(row.state),
        counts=row.counts,
        request=row.request,
        result=row.result,
        error=row.error,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
