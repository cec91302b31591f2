"""Fetching asked for over /v1: the same queue messages as the schedules and the page, and an answer when they are short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from accounts.claims import Scope
from accounts.mailboxes import MailboxState, mailboxes
from invoices import ingestion, limits, store
from invoices.jobs import Job
from lambdas.api.contract import Accepted, DateRange, Ingested, Nothing, RetailIngest, RetailIngested
from lambdas.api.door import ApiRequest, Door
from lambdas.api.jobs import accepted, demand_success, waited
from lambdas.responses import Answer, ApiError, Code
from paypulse.core.categories import Category, SubType
from paypulse.core.clock import today
from vendors.store import active

_MOST_ERRORS: Final = 20

rental = Door()
latest = Door()
retail = Door()


@rental.opens(
    "POST /v1/invoices/rental/ingest",
    scope=Scope.INGEST,
    body=Nothing,
    returns={200: (Ingested,), 202: (Accepted,)},
    fails=(409, 429),
)
def ingest_rental(request: ApiRequest) -> Answer:
    """Fetch all rent notices of the caller's mailboxes."""
    done = waited(_asked(request, category=Category.RENTAL))
    if not all(each.state.is_final for each in done):
        return accepted(done)
    demand_success(done)
    return Answer(Ingested(invoice_count=_counted(done, "stored")), "Fetched.")


@latest.opens(
    "POST /v1/invoices/rental/ingest/latest",
    scope=Scope.INGEST,
    body=Nothing,
    returns={200: (Ingested,), 201: (Ingested,), 202: (Accepted,), 204: ()},
    fails=(409, 429),
)
def ingest_latest(request: ApiRequest) -> Answer:
    """Fetch this month's rent notice: 201 when it was fetched, 200 when it is here already, 204 when it is not there yet."""
    zone = request.user().time_zone
    month = today(zone).replace(day=1)
    if any(
        each.received_at.astimezone(ZoneInfo(zone)).date().replace(day=1) == month
        for each in store.list_rental(request.user_id)
    ):
        return Answer(Ingested(invoice_count=1), "Already here.")
    done = waited(_asked(request, category=Category.RENTAL, since=_start(month, zone=zone)))
    if not all(each.state.is_final for each in done):
        return accepted(done)
    demand_success(done)
    stored = _counted(done, "stored")
    return Answer(Ingested(invoice_count=stored), "Fetched.", 201) if stored else Answer(None, "Not there yet.", 204)


@retail.opens(
    "POST /v1/invoices/retail/ingest",
    scope=Scope.INGEST,
    body=RetailIngest,
    returns={200: (RetailIngested,), 202: (Accepted,)},
    fails=(409, 422, 429),
)
def ingest_retail(request: ApiRequest) -> Answer:
    """Fetch retail receipts: what is new, or those of a range of days, perhaps of one category."""
    body, zone = request.body, request.user().time_zone
    _demand_range(body)
    done = waited(
        _asked(
            request,
            category=Category.RETAIL,
            since=_start(body.start_date, zone=zone),
            until=_start(body.end_date, zone=zone, days=1),
            vendor_ids=_vendors(body.vendor_category),
        )
    )
    if not all(each.state.is_final for each in done):
        return accepted(done)
    demand_success(done)
    return Answer(_told(done, body), "Fetched.")


def _told(done: Sequence[Job], body: RetailIngest) -> RetailIngested:
    by_vendor: Counter[str] = Counter()
    for job in done:
        by_vendor.update(job.result.get("vendors", {}))
    failed = _counted(done, "failed")
    errors = [each.error for each in done if each.error] + (["mails_not_stored_yet"] if failed else [])
    return RetailIngested(
        total_emails_found=_counted(done, "found"),
        by_vendor=dict(by_vendor),
        date_range=DateRange(start_date=_text(body.start_date), end_date=_text(body.end_date)),
        errors=errors[:_MOST_ERRORS],
    )


def _asked(request: ApiRequest, **wanted: Any) -> tuple[Job, ...]:
    limits.fetching(request.user_id)
    known = mailboxes(request.user_id)
    connected = [each for each in known if each.state is MailboxState.CONNECTED]
    if not known:
        raise ApiError(409, Code.INVALID_REQUEST, "Connect a Gmail account first.")
    if not connected:
        raise ApiError(401, Code.GMAIL_TOKEN_EXPIRED, "Gmail has to be connected again.")
    return tuple(ingestion.request_sync(request.user_id, each.mailbox_id, **wanted) for each in connected)


def _demand_range(body: RetailIngest) -> None:
    if (body.start_date is None) is not (body.end_date is None):
        raise ApiError(422, Code.MISSING_FIELDS, "Send start_date and end_date, or neither.")
    if body.start_date and body.end_date and body.end_date < body.start_date:
        raise ApiError(422, Code.INVALID_REQUEST, "end_date is before start_date.")


def _vendors(category: SubType | None) -> tuple[str, ...] | None:
    if category is None:
        return None
    return tuple(each.vendor_id for each in active(Category.RETAIL) if each.invoice_sub_type == category)


def _counted(done: Sequence[Job], name: str) -> int:
    return sum(each.counts.get(name, 0) for each in done)


def _start(day: date | None, *, zone: str, days: int = 0) -> datetime | None:
    """The moment at which `days` after the day begin where the person is; Gmail is asked by epoch seconds."""
    return datetime.combine(day + timedelta(days=days), time.min, ZoneInfo(zone)) if day else None


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
