"""Everything that is kept of a person, to take along: their originals and every row, in ZIP files that lie ready for a week.

Made in the background, part by part, so that no part outgrows what a function can hold; run again after a failure it makes
the same parts anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import chain
from math import inf
from typing import Any, Final

from accounts import audit, store
from invoices import documents, exports, jobs, packs
from invoices import store as invoice_store
from invoices.invoice import Invoice
from invoices.jobs import Job, JobState
from invoices.packs import Pack, Part, SecondsLeft
from invoices.words import unpacked
from paypulse import holdings
from paypulse.core.aws import client
from paypulse.core.clock import now
from paypulse.core.config import config
from paypulse.core.errors import NotFoundError

KIND: Final = "export"
_TOLD_EVERY: Final = 25
_SILENT: Final = timedelta(minutes=15)
# Keys to the account and other people's work, not the person's data: tokens, sessions, links, kept answers, doubles' marks.
_SECRET: Final = frozenset(
    {
        "MailboxTokens",
        "Sessions",
        "OneTimeTokens",
        "ApiTokens",
        "SecondFactors",
        "RequestAnswers",
        "InvoiceFingerprints",
    }
)


def request(user_id: str) -> Job:
    """The job that makes an export; the one that is under way when there is one.

    One of which nothing was heard for longer than a function runs is set going again, whatever became of its message.
    """
    going = next((each for each in jobs.jobs(user_id) if each.kind == KIND and not each.state.is_final), None)
    if going and going.updated_at > now() - _SILENT:
        return going
    job = going or jobs.begin(user_id, kind=KIND, request={})
    queue = client("sqs")
    address = queue.get_queue_url(QueueName=config().jobs_queue)["QueueUrl"]
    queue.send_message(
        QueueUrl=address, MessageBody=json.dumps({"kind": KIND, "user_id": user_id, "job_id": job.job_id})
    )
    audit.record(user_id, audit.Action.EXPORT_ASKED)
    return job


def make(user_id: str, job_id: str, *, seconds_left: SecondsLeft = lambda: inf) -> tuple[Part, ...]:
    """Make the export of a job, unless it is done. Raises TooLongError, and NotFoundError when person or job are gone."""
    store.user(user_id)
    job = jobs.job(user_id, job_id)
    if job.state is JobState.DONE:
        return parts(job)
    pack = Pack(user_id, job_id, seconds_left=seconds_left)
    originals = tuple(documents.each(user_id))
    with pack:
        pack.write("account.json", _json(_account(user_id)))
        pack.write("invoices.csv", exports.as_csv(tuple(_invoices(user_id))))
        for name, rows in _rows(user_id):
            pack.write(f"rows/{name}.json", _json(rows))
        for done, s3_path in enumerate(originals, start=1):
            pack.write_original(s3_path)
            if done % _TOLD_EVERY == 0:
                _tell(user_id, job_id, found=len(originals), stored=done)
    counts = {"found": len(originals), "stored": len(originals)}
    jobs.advance(user_id, job_id, state=JobState.DONE, counts=counts, result=packs.result(pack.keys))
    return parts(jobs.job(user_id, job_id))


def parts(job: Job) -> tuple[Part, ...]:
    """The ZIPs of a job that can be fetched now: none before it is done, and none after a week."""
    return packs.parts(job) if job.kind == KIND else ()


def link(user_id: str, job_id: str, number: int) -> str:
    """An address that gives one part to whoever has it, for five minutes. Raises NotFoundError."""
    job = jobs.job(user_id, job_id)
    if job.kind != KIND:
        raise NotFoundError("there is no such export", user_id=user_id, job_id=job_id)
    return packs.link(job, number)


def _invoices(user_id: str) -> Iterator[Invoice]:
    yield from invoice_store.list_rental(user_id)
    cursor: str | None = None
    while True:
        page = invoice_store.list_retail(user_id, limit=200, cursor=cursor)
        yield from page.items
        if not (cursor := page.cursor):
            return


def _rows(user_id: str) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    own = ((table, holdings.rows(table, user_id)) for table in holdings.KEYED)
    details = ((table, holdings.details(table, user_id)) for table in holdings.DETAILS)
    for table, rows in chain(own, details):
        name = table.Meta.table_name
        if name not in _SECRET and (plain := _plain(rows)):
            yield name, plain


def _plain(rows: Iterable[Any]) -> list[Mapping[str, Any]]:
    return [_legible(dict(row.attribute_values)) for row in rows]


def _legible(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "words": unpacked(row["words"]).split()} if row.get("words") else row


def _account(user_id: str) -> Mapping[str, Any]:
    user = store.user(user_id)
    shown = ("user_id", "email", "name", "created_at", "language", "time_zone", "home_currency", "shares_samples")
    # The key of the calendar's feed and the webhook's secret lie among the preferences.
    preferences = {name: value for name, value in user.preferences.items() if name not in ("calendar", "webhook")}
    return {**{name: getattr(user, name) for name in shown}, "preferences": preferences}


def _json(content: object) -> bytes:
    return json.dumps(content, default=_text, ensure_ascii=False, indent=1).encode()


def _text(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)


def _tell(user_id: str, job_id: str, *, found: int, stored: int) -> None:
    jobs.advance(user_id, job_id, state=JobState.RUNNING, counts={"found": found, "stored": stored})
