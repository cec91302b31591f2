"""Fetching asked for over the API, with the queue's functions at work behind it or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from threading import Event, Thread
from zoneinfo import ZoneInfo

import pytest

from accounts import mailboxes, tokens
from accounts.google import Cause
from accounts.store import user
from paypulse.core.clock import frozen, today
from paypulse.core.config import config
from paypulse.sandbox.documents.mail import Envelope, mail
from paypulse.sandbox.documents.receipts import receipt_html
from paypulse.sandbox.google import FakeGoogle
from tests import household
from tests.feature.api.conftest import Client
from tests.feature.invoices.world import EMAIL, World, receipt_facts


@pytest.fixture
def world(aws: None, google: FakeGoogle) -> World:
    return World.made(google)


@pytest.fixture
def client(world: World) -> Client:
    return Client(tokens.issue(user(world.user_id)).token)


@pytest.fixture
def impatient(google: FakeGoogle, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer is due at once."""
    monkeypatch.setenv("PAYPULSE_ANSWER_WITHIN_S", "0")
    config.cache_clear()


@contextmanager
def functions_at_work(world: World) -> Iterator[None]:
    """Queue messages, objects and stream records are delivered while the block runs, as AWS would."""
    over = Event()

    def work() -> None:
        while not over.wait(0.05):
            world.settle()

    worker = Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


def test_short_work_is_answered_in_one_go(world: World, client: Client) -> None:
    world.receipt(1)
    world.receipt(2)
    with functions_at_work(world):
        reply = client("POST", "/v1/invoices/retail/ingest", {})

    assert reply.status == 200
    assert (reply.data["totalEmailsFound"], reply.data["errors"]) == (2, [])
    assert sum(reply.data["byVendor"].values()) == 2
    assert reply.data["dateRange"] == {"start_date": None, "end_date": None}


def test_long_work_is_answered_with_a_job_to_poll(world: World, client: Client, impatient: None) -> None:
    world.receipt(1)
    accepted = client("POST", "/v1/invoices/retail/ingest", {})
    queued = client("GET", f"/v1/jobs/{accepted.data['job_id']}")
    world.settle()
    done = client("GET", f"/v1/jobs/{accepted.data['job_id']}")

    assert (accepted.status, queued.data["state"]) == (202, "queued")
    assert (done.data["state"], done.data["counts"]["stored"]) == ("done", 1)


def test_a_range_of_days_fetches_what_is_in_it(world: World, client: Client) -> None:
    world.receipt(1, days_ago=3)
    world.receipt(2, days_ago=40)
    day = (today() - timedelta(days=40)).isoformat()
    with functions_at_work(world):
        reply = client("POST", "/v1/invoices/retail/ingest", {"start_date": day, "end_date": day})

    assert (reply.data["totalEmailsFound"], reply.data["dateRange"]["start_date"]) == (1, day)


def test_a_day_is_the_persons_own_and_not_utcs(world: World, client: Client) -> None:
    """Half past midnight in Stockholm is the evening before in UTC, and in California the day before that began."""
    day = today() - timedelta(days=5)
    facts = replace(receipt_facts(1), invoice_date=day)
    at = datetime.combine(day, time(0, 30), ZoneInfo("Europe/Stockholm"))
    envelope = Envelope(sender="no-reply@kvitto.nordkorg.example", subject="Ditt kvitto", sent=at)
    world.google.deliver(EMAIL, mail(envelope, html=receipt_html(facts)), sent=at)
    found = []
    for asked in (day - timedelta(days=1), day):
        body = {"start_date": asked.isoformat(), "end_date": asked.isoformat()}
        with functions_at_work(world):
            found.append(client("POST", "/v1/invoices/retail/ingest", body).data["totalEmailsFound"])

    assert found == [0, 1]


@pytest.mark.parametrize(
    "body",
    [
        {"start_date": "2026-01-01"},
        {"start_date": "2026-02-30", "end_date": "2026-03-01"},
        {"start_date": "2026-03-02", "end_date": "2026-03-01"},
        {"vendor_category": "yachts"},
    ],
)
def test_a_range_that_does_not_fit_is_refused(client: Client, body: dict[str, str]) -> None:
    assert client("POST", "/v1/invoices/retail/ingest", body).status in (400, 422)


def test_rent_is_fetched_and_counted(world: World, client: Client) -> None:
    world.rent(due=today() + timedelta(days=9))
    with functions_at_work(world):
        reply = client("POST", "/v1/invoices/rental/ingest")

    assert (reply.status, reply.data) == (200, {"invoiceCount": 1})


def test_the_latest_rent_is_not_there_then_fetched_then_known(world: World, client: Client) -> None:
    with functions_at_work(world):
        missing = client("POST", "/v1/invoices/rental/ingest/latest")
        world.rent(due=today(user(world.user_id).time_zone) + timedelta(days=20), days_before=20)
        fetched = client("POST", "/v1/invoices/rental/ingest/latest")
    world.settle()
    known = client("POST", "/v1/invoices/rental/ingest/latest")

    assert [missing.status, fetched.status, known.status] == [204, 201, 200]


def test_a_notice_of_a_months_first_hour_is_this_months_where_the_person_is(world: World) -> None:
    zone = ZoneInfo(user(world.user_id).time_zone)
    first = (today() + timedelta(days=40)).replace(day=1)
    came = datetime.combine(first, time(0, 5), zone)
    assert came.astimezone(UTC).date() < first
    household.rent(world.user_id, first + timedelta(days=27), received_at=came.astimezone(UTC))

    with frozen(came + timedelta(minutes=5)):
        reply = Client(tokens.issue(user(world.user_id)).token)("POST", "/v1/invoices/rental/ingest/latest")

    assert reply.status == 200


def test_without_a_mailbox_or_with_a_lost_one_it_says_what_to_do(world: World, client: Client, as_bob: Client) -> None:
    nothing = as_bob("POST", "/v1/invoices/retail/ingest", {})
    mailboxes.needs_reconnecting(world.user_id, world.mailbox_id, cause=Cause.REVOKED)
    lost = client("POST", "/v1/invoices/retail/ingest", {})

    assert (nothing.status, nothing.code) == (409, "INVALID_REQUEST")
    assert (lost.status, lost.code) == (401, "GMAIL_TOKEN_EXPIRED")


def test_an_app_uploads_a_document_that_becomes_an_invoice(world: World, client: Client) -> None:
    page = "<html><body><h1>Kvitto</h1><table><tr><td>Totalt</td><td>99,50 kr</td></tr></table></body></html>"
    reply = client("POST", "/v1/invoices/upload?filename=kvitto.html", page, content_type="text/html")
    world.settle()

    assert reply.status == 202
    [invoice_id] = reply.data["invoice_ids"]
    assert client("GET", f"/v1/invoices/retail/{invoice_id}").status == 200


def test_an_empty_upload_says_why(client: Client) -> None:
    reply = client("POST", "/v1/invoices/upload", "", content_type="application/pdf")

    assert (reply.status, reply.code) == (422, "INVOICE_PARSE_ERROR")
