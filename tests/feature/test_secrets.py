"""Nothing secret is written down: marked words go through everything that happens, and are looked for everywhere."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from zappa.wsgi import common_log

from accounts import grants, mailboxes, personal_tokens, recovery, signin, store, tokens
from accounts.claims import Scope
from accounts.mailboxes import ReconnectNeededError
from invoices.gmail import Pace, paced
from invoices.ingestion import request_sync
from lambdas import delete_user, fetch_retail_invoices
from paypulse import erasure
from paypulse.core.config import config
from paypulse.core.mail import MailRefusedError
from paypulse.sandbox.documents.receipts import Item
from paypulse.sandbox.google import FakeGoogle, approve
from tests.feature.invoices import world as worlds
from tests.feature.invoices.world import Context, World, queue_event, taken
from tests.feature.refusing import mail_refused

OTHER = "another-marked-word-91c2"
PASSWORD, ADDRESS, SUBJECT, BODY = (
    "marked-password-word-7f3a",
    "marked.address.7f3a@example.com",
    "Marked subject 7f3a",
    "Marked purchase 7f3a",
)


class Whole(logging.Formatter):
    """Everything a record holds: the message, what was given beside it, and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record) + repr(record.__dict__)


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[io.StringIO]:
    """Everything that is logged from now on, ours from DEBUG and everybody's from INFO."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Whole())
    # The in-memory AWS tells of every call that it lets through, the browser's to Google among them.
    handler.addFilter(lambda record: record.name != "responses")
    root, levels = logging.getLogger(), {}
    for name in ("", "accounts", "invoices", "vendors", "lambdas", "paypulse"):
        logger = logging.getLogger(name)
        levels[name] = logger.level
        logger.setLevel(logging.DEBUG if name else logging.INFO)
    root.addHandler(handler)
    yield out
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def everything(written: io.StringIO, capsys: pytest.CaptureFixture[str]) -> str:
    printed = capsys.readouterr()
    return written.getvalue() + printed.out + printed.err


def link_in(text: str) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found
    return found.group(1)


def test_nothing_secret_is_logged_on_the_whole_way(
    aws: None,
    google: FakeGoogle,
    written: io.StringIO,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser, secrets = Client(), [PASSWORD, ADDRESS, SUBJECT, BODY]
    browser.post("/accounts/sign-up/", {"name": "Ola", "email": ADDRESS, "password": PASSWORD})
    link = link_in(ses_backends[DEFAULT_ACCOUNT_ID]["eu-north-1"].sent_messages[-1].body)
    secrets.append(link.rstrip("/").rpartition("/")[2])
    browser.post(link)
    user_id = next(iter(store.tables.User.scan())).user_id
    with pytest.raises(signin.CredentialsError):
        signin.authenticate(ADDRESS, PASSWORD + "-wrong", source="198.51.100.1")

    google.add_account(ADDRESS)
    back = urlsplit(approve(browser.post("/accounts/google/start/")["Location"], email=ADDRESS))
    secrets += [part.partition("=")[2] for part in back.query.split("&") if part.startswith(("code=", "state="))]
    browser.get(f"{back.path}?{back.query}")
    (mailbox,) = mailboxes.mailboxes(user_id)
    held = grants.grant(user_id, mailbox.mailbox_id)
    secrets += [held.access_token, str(held.refresh_token), tokens.issue(store.user(user_id)).token]
    secrets.append(personal_tokens.make(user_id, name="script", scopes=(Scope.READ,)))

    monkeypatch.setattr(worlds, "EMAIL", ADDRESS)
    for each in (worlds.SHOP, worlds.LANDLORD):
        worlds.vendors.save(each, by="test", expected_version=None)
    world = World(google, user_id, mailbox.mailbox_id)
    bought = (Item(name=BODY, price=Decimal("120.50")),)
    world.mail(replace(worlds.receipt_facts(1), items=bought), subject=SUBJECT)
    world.rent(due=date(2026, 12, 31))
    assert world.sync().state == "done"

    google.fail("/messages", status=503, times=100)
    world.receipt(2, days_ago=0)
    request_sync(user_id, mailbox.mailbox_id)
    with paced(Pace(sleep=lambda _: None)):
        refused = fetch_retail_invoices.handler(queue_event(taken(config().fetch_retail_invoices_queue)), Context())
    assert len(refused["batchItemFailures"]) == 1
    google.heal()
    google.revoke(ADDRESS)
    google.expire_access(ADDRESS)
    with pytest.raises(ReconnectNeededError):
        mailboxes.access_token(user_id, mailbox.mailbox_id, renew=True)
    erasure.request(user_id)
    delete_user.handler({"Records": [{"body": f'{{"user_id": "{user_id}"}}'}]})

    logged = everything(written, capsys)
    assert "MessageLedger" in logged, "the log is being looked at"
    assert [secret for secret in secrets if secret and secret in logged] == []


def test_an_address_that_holds_a_secret_is_not_written_down(
    aws: None, written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    store.create_user(email=ADDRESS, name="Ola", password=PASSWORD)
    visitor = Client(raise_request_exception=False)
    visitor.post("/accounts/reset/", {"email": ADDRESS})
    link = link_in(ses_backends[DEFAULT_ACCOUNT_ID]["eu-north-1"].sent_messages[-1].body)
    secret = link.rstrip("/").rpartition("/")[2]
    pages = [
        Client(enforce_csrf_checks=True).post(link, {"password": "x"}),
        visitor.get(f"/calendar/{secret}.ics"),
        visitor.get(f"/{secret}", {"email": ADDRESS}),
    ]
    with failing("GetItem"):
        pages.append(visitor.get(link))
    common_log({"PATH_INFO": link, "QUERY_STRING": f"code={secret}"}, HttpResponse("x"))
    recovery.reset(secret, OTHER)
    pages.append(visitor.get(link))
    assert [page.status_code for page in pages] == [403, 404, 404, 500, 410]
    assert not [page for page in pages if secret in page.text or ADDRESS in page.text]
    logged = everything(written, capsys)
    assert all(route in logged for route in ("/accounts/reset/<str:token>/", "/calendar/<str:token>.ics"))
    assert secret not in logged and ADDRESS not in logged


@contextmanager
def failing(operation: str) -> Iterator[None]:
    """That call to DynamoDB fails until the block ends."""
    source = store.tables.User._get_connection().connection.client

    def refuse(**_: object) -> None:
        raise ConnectionError("DynamoDB is away")

    source.meta.events.register(f"before-call.dynamodb.{operation}", refuse)
    try:
        yield
    finally:
        source.meta.events.unregister(f"before-call.dynamodb.{operation}", refuse)


@override_settings(DEBUG=False)
def test_an_error_page_and_its_log_tell_nothing(
    aws: None, written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = Client(raise_request_exception=False)
    with mail_refused():
        page = browser.post("/accounts/sign-up/", {"name": "Ola", "email": ADDRESS, "password": PASSWORD})
    assert page.status_code == 500
    seen = page.text + everything(written, capsys)
    assert MailRefusedError.__name__ in seen
    assert [secret for secret in (PASSWORD, ADDRESS) if secret in seen] == []
