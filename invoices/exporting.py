"""Exports of filtered lists that are too long for one answer: asked for on the page, made in the background."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Final
from urllib.parse import parse_qsl

from accounts import store as people
from invoices import exports, jobs, packs, store
from invoices.filters import Filter, Sort
from invoices.invoice import Invoice
from invoices.jobs import Job, JobState
from invoices.listing import each, in_order
from invoices.packs import SecondsLeft
from paypulse.core.aws import client
from paypulse.core.config import config

KIND: Final = "list-export"
# What is made while the person waits; an answer of a function holds 6 MB.
AT_ONCE: Final[Mapping[str, int]] = {"csv": 5000, "xlsx": 5000, "zip": 50}
ANSWER_BYTES: Final = 4 * 1024 * 1024
_TOLD_EVERY: Final = 500


def request(user_id: str, *, form: str, query: str = "", invoice_ids: Sequence[str] = ()) -> Job:
    """The job that makes the file of a filter's query, or of these invoices."""
    job = jobs.begin(user_id, kind=KIND, request={"form": form, "query": query, "invoice_ids": [*invoice_ids]})
    queue = client("sqs")
    address = queue.get_queue_url(QueueName=config().jobs_queue)["QueueUrl"]
    message = {"kind": KIND, "user_id": user_id, "job_id": job.job_id}
    queue.send_message(QueueUrl=address, MessageBody=json.dumps(message))
    return job


def make(user_id: str, job_id: str, *, seconds_left: SecondsLeft = lambda: inf) -> Job:
    """Make the file of a job, unless it is done. Raises TooLongError, and NotFoundError when person or job are gone."""
    people.user(user_id)
    job = jobs.job(user_id, job_id)
    if job.state is JobState.DONE:
        return job
    passing = _Passing(job, seconds_left)
    form = str(job.request["form"])
    if form == "zip":
        keys = _packed(job, passing)
    else:
        content = exports.as_csv(passing) if form == "csv" else exports.as_xlsx(passing)
        keys = [packs.keep(user_id, job_id, number=1, suffix=form, content=content)]
    counts = {"found": passing.number, "stored": passing.number}
    jobs.advance(user_id, job_id, state=JobState.DONE, counts=counts, result=packs.result(keys))
    return jobs.job(user_id, job_id)


class _Passing:
    """The invoices of a job as they pass, their `number` told to the person every so often."""

    def __init__(self, job: Job, seconds_left: SecondsLeft) -> None:
        self.number = 0
        self._job, self._seconds_left = job, seconds_left

    def __iter__(self) -> Iterator[Invoice]:
        for invoice in _chosen(self._job):
            self.number += 1
            packs.check_time(self._seconds_left)
            if self.number % _TOLD_EVERY == 0:
                counts = {"found": self.number, "stored": self.number}
                jobs.advance(self._job.user_id, self._job.job_id, state=JobState.RUNNING, counts=counts)
            yield invoice


def _packed(job: Job, passing: _Passing) -> list[str]:
    with packs.Pack(job.user_id, job.job_id) as pack:
        kept = []
        for invoice in passing:
            pack.write_original(invoice.s3_path)
            kept.append(exports.row(invoice))
        pack.write("invoices.csv", exports.rows_as_csv(kept))
    return pack.keys


def _chosen(job: Job) -> Iterator[Invoice]:
    if ids := job.request.get("invoice_ids"):
        return iter(store.some(job.user_id, ids))
    wanted = Filter.read(dict(parse_qsl(str(job.request.get("query", "")))))
    found = each(job.user_id, wanted)
    # An order other than by day needs all of them at once: then without what no file shows.
    return found if wanted.sort is Sort.NEWEST else iter(in_order(tuple(map(_slim, found)), wanted.sort))


def _slim(invoice: Invoice) -> Invoice:
    return replace(invoice, facts={}, corrections={}, history=(), line_items=())
