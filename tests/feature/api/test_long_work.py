"""What is answered when the work that was asked for has failed: by which code, and whether to try again."""

from __future__ import annotations

import pytest

from accounts.user import User
from invoices import jobs
from invoices.jobs import Job, JobState
from lambdas.api.jobs import demand_success
from lambdas.responses import ApiError


def ended(user: User, state: JobState, error: str | None = None) -> Job:
    job = jobs.begin(user.user_id, kind="sync", request={})
    jobs.advance(user.user_id, job.job_id, state=state, error=error)
    return jobs.job(user.user_id, job.job_id)


def test_a_lost_mailbox_has_to_be_connected_again(alice: User) -> None:
    with pytest.raises(ApiError) as refused:
        demand_success([ended(alice, JobState.FAILED, "reconnect:revoked")])
    assert (refused.value.status, refused.value.code) == (401, "GMAIL_TOKEN_EXPIRED")


def test_any_other_failure_is_to_be_tried_again_and_says_when(alice: User) -> None:
    with pytest.raises(ApiError) as refused:
        demand_success([ended(alice, JobState.FAILED, "gmail_unavailable")])
    assert (refused.value.status, refused.value.code) == (503, "DEPENDENCY_FAILURE")
    assert int(refused.value.headers["retry-after"]) > 0


def test_one_mailbox_that_went_well_is_an_answer(alice: User) -> None:
    demand_success([ended(alice, JobState.FAILED, "reconnect:revoked"), ended(alice, JobState.DONE)])
