"""GET /v1/jobs/{job_id}: how far work is that was asked for."""

from __future__ import annotations

from accounts.claims import Scope
from invoices import jobs
from lambdas.api.contract import JobStatus
from lambdas.api.door import ApiRequest, Door
from lambdas.api.jobs import status
from lambdas.responses import Answer

handler = Door()


@handler.opens("GET /v1/jobs/{job_id}", scope=Scope.READ, returns={200: (JobStatus,)}, fails=(404,))
def job(request: ApiRequest) -> Answer:
    """The state of a job, with what it found so far."""
    return Answer(status(jobs.job(request.user_id, request.path["job_id"])))
