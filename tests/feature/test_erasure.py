"""Forgetting a person: nothing is left anywhere, whatever happens on the way."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import boto3
import pytest
from django.test import Client
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends
from pynamodb import attributes

from accounts import mailboxes, store, tables, tokens
from accounts.claims import InvalidTokenError
from accounts.google import GMAIL_READONLY, GoogleTokens
from invoices.tables import DETAIL_TABLES, RetailInvoice
from paypulse import erasure, holdings
from paypulse.core.aws import client
from paypulse.core.categories import SubType
from paypulse.core.clock import now
from paypulse.core.config import config
from paypulse.core.tables import MoneyAttribute, Table
from paypulse.sandbox.google import FakeGoogle
from tests.feature.killing import is_killed
from tests.feature.refusing import mail_refused
from vendors.tables import VendorConfig, VendorConfigVersion

PASSWORD = "korvstroganoff-och-ris"
_FILLED_APART = {
    "Users",
    "EmailClaims",
    "Throttles",
    "Mailboxes",
    "MailboxTokens",
    "VendorConfig",
    "VendorConfigVersions",
    "ExchangeRates",
}

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def alice() -> str:
    return store.create_user(email="alice@example.com", name="Alice", password=PASSWORD).user_id


@pytest.fixture
def bob() -> str:
    return store.create_user(email="bob@example.com", name="Bob", password=PASSWORD).user_id


def some(attribute: Any, name: str) -> Any:
    """A value that the attribute takes."""
    values: dict[type, Any] = {
        attributes.JSONAttribute: {},
        attributes.ListAttribute: [],
        attributes.BooleanAttribute: False,
        attributes.BinaryAttribute: b"sealed",
        attributes.TTLAttribute: now() + timedelta(days=30),
        attributes.UTCDateTimeAttribute: now(),
        attributes.NumberAttribute: 1,
        MoneyAttribute: Decimal("1.50"),
    }
    return next((value for kind, value in values.items() if isinstance(attribute, kind)), f"{name}-1")


def fill(table: type[Table], user_id: str, *, number: int = 0, **known: Any) -> None:
    """One row of the person in `table`, with something in every attribute."""
    found = table.get_attributes()
    values = {name: some(attribute, name) for name, attribute in found.items() if name != "version"}
    values |= {name: f"{name}-{user_id}-{number}" for name in _keys(table) if isinstance(values.get(name), str)}
    if "id" in values:
        values["id"] = abs(hash((user_id, number))) % 10**9
    table(**{**values, **known, **({"user_id": user_id} if "user_id" in found else {})}).save()


def _keys(table: type[Table]) -> list[str]:
    return [name for name, each in table.get_attributes().items() if each.is_hash_key or each.is_range_key]


def live(user_id: str, google: FakeGoogle, *, many: int = 3, filled: Collection[type[Table]] = holdings.TABLES) -> None:
    """Give the person something in each of the tables, two mailboxes, and originals with versions and delete markers."""
    for table in filled:
        if table.Meta.table_name not in _FILLED_APART:
            for number in range(many if table is RetailInvoice else 1):
                fill(table, user_id, number=number)
    for table in DETAIL_TABLES.values():
        if table in filled:
            fill(table, user_id, invoice_id=f"invoice_id-{user_id}-0")
    for address in (f"{user_id}-1@gmail.example", f"{user_id}-2@gmail.example"):
        connect(user_id, google, address)
    put_originals(user_id)


def connect(user_id: str, google: FakeGoogle, address: str) -> None:
    granted = google.grant(address)
    given = GoogleTokens(
        access_token=granted.access_token, refresh_token=granted.refresh_token, expires_at=now() + timedelta(hours=1)
    )
    google_id = google.add_account(address).google_id
    mailboxes.connect(user_id, google_id=google_id, email=address, tokens=given, scopes=(GMAIL_READONLY,))


def put_originals(user_id: str) -> None:
    s3, bucket = client("s3"), config().invoices_bucket
    for name in ("rental/one.pdf", "retail/travel/two.html", "retail/travel/two.html"):
        s3.put_object(Bucket=bucket, Key=f"invoices/{user_id}/{name}", Body=b"content")
    s3.delete_object(Bucket=bucket, Key=f"invoices/{user_id}/rental/one.pdf")


def items_naming(user_id: str) -> list[tuple[str, str]]:
    """Every item of every table that holds the person's id anywhere, found by reading everything."""
    return [
        (table.Meta.table_name, json.dumps(row.to_dynamodb_dict(), default=str))
        for table in holdings.TABLES
        for row in table.scan()
        if user_id in json.dumps(row.to_dynamodb_dict(), default=str)
    ]


def versions_of(user_id: str) -> int:
    answer = client("s3").list_object_versions(Bucket=config().invoices_bucket)
    return sum(user_id in each["Key"] for kind in ("Versions", "DeleteMarkers") for each in answer.get(kind, ()))


def mails() -> list[str]:
    return [message.body for message in ses_backends[DEFAULT_ACCOUNT_ID]["eu-north-1"].sent_messages]


def test_every_table_leads_from_a_person_to_their_rows(alice: str, google: FakeGoogle) -> None:
    live(alice, google)
    holding = {name for name, _ in items_naming(alice)}
    without = {table.Meta.table_name for table in holdings.TABLES} - holding
    assert without == {"Throttles", "VendorConfig", "VendorConfigVersions", "ExchangeRates"}
    reached = {table.Meta.table_name for table in holdings.KEYED if list(holdings.rows(table, alice))}
    reached |= {table.Meta.table_name for table in holdings.DETAILS if list(holdings.details(table, alice))}
    assert reached | {"Users", "EmailClaims", "AdminLog"} == holding


def test_nothing_is_left_and_nobody_else_is_touched(alice: str, bob: str, google: FakeGoogle) -> None:
    for person in (alice, bob):
        live(person, google)
    before = len(items_naming(bob)), versions_of(bob)
    receipt = erasure.erase(alice)
    assert items_naming(alice) == [] and versions_of(alice) == 0
    assert (len(items_naming(bob)), versions_of(bob)) == before
    assert receipt.erased["mailboxes ended at Google"] == 2 and receipt.erased["RetailInvoices"] == 3
    assert receipt.erased["versions of originals"] == 4
    assert {grant.email.partition("-1@")[0].partition("-2@")[0] for grant in google.authority.refresh.values()} == {bob}
    assert store.user_by_email("alice@example.com") is None
    assert receipt.number in mails()[-1] and "RetailInvoices" in mails()[-1]


def test_a_free_address_can_sign_up_again(alice: str, google: FakeGoogle) -> None:
    erasure.erase(alice)
    assert store.create_user(email="alice@example.com", name="Alice", password=PASSWORD).user_id != alice


# One of those found by their key, by an index, and through another; all of a kind are removed by the same lines.
OF_EACH_KIND = (tables.ApiToken, tables.SecondFactor, RetailInvoice, DETAIL_TABLES[SubType.GROCERY])


@pytest.mark.timeout(300)
def test_it_is_made_whole_wherever_it_was_killed(alice: str, bob: str, google: FakeGoogle) -> None:
    live(bob, google)
    others = len(items_naming(bob)), versions_of(bob)
    person, killed = alice, 0
    for step in range(1, 200):
        live(person, google, many=1, filled=OF_EACH_KIND)
        if not is_killed(step, partial(erasure.erase, person)):
            break
        killed += 1
        erasure.erase(person)
        assert items_naming(person) == [] and versions_of(person) == 0, f"killed before write {step}"
        person = store.add(email="alice@example.com", name="Alice", password_hash="hashed").user_id
    assert killed > 20 and (len(items_naming(bob)), versions_of(bob)) == others


def test_what_a_running_job_wrote_meanwhile_goes_with_the_late_sweep(alice: str, google: FakeGoogle) -> None:
    live(alice, google)
    erasure.erase(alice)
    fill(RetailInvoice, alice)
    fill(next(iter(DETAIL_TABLES.values())), alice, invoice_id=f"invoice_id-{alice}-0")
    put_originals(alice)
    assert queued() == [{"user_id": alice}]
    erasure.erase(alice)
    assert items_naming(alice) == [] and versions_of(alice) == 0
    assert len(mails()) == 1


def test_asking_closes_the_account_at_once(alice: str, google: FakeGoogle) -> None:
    browser, token = Client(), tokens.issue(store.user(alice)).token
    browser.post("/accounts/sign-in/", {"email": "alice@example.com", "password": PASSWORD})
    browser.post("/calendar/", {"action": "start"})
    feed = re.search(r'value="https?://[^/]+(/calendar/[^"]+\.ics)"', browser.get("/calendar/").text)
    assert feed and Client().get(feed[1]).status_code == 200
    wrong = browser.post("/accounts/settings/delete/", {"password": "not-my-password"})
    assert "not your password" in wrong.text and store.user(alice).is_active
    answer = browser.post("/accounts/settings/delete/", {"password": PASSWORD})
    assert answer["Location"] == "/accounts/goodbye/" and browser.get("/accounts/goodbye/").status_code == 200
    assert browser.get("/accounts/settings/").status_code == 302 and Client().get(feed[1]).status_code == 404
    with pytest.raises(InvalidTokenError):
        tokens.verify(token)
    assert queued() == [{"user_id": alice}]
    erasure.erase(alice)
    assert items_naming(alice) == []


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
def test_an_account_is_never_closed_without_being_erased(alice: str, step: int) -> None:
    Client().post("/accounts/sign-in/", {"email": "alice@example.com", "password": PASSWORD})
    assert is_killed(step, partial(erasure.request, alice)) is (step < 5)
    assert store.user(alice).is_active or queued() == [{"user_id": alice}]


def queued() -> list[dict[str, str]]:
    sqs = boto3.client("sqs")
    address = sqs.get_queue_url(QueueName="erase-user")["QueueUrl"]
    waiting = sqs_backends[DEFAULT_ACCOUNT_ID]["eu-north-1"].queues[address.rpartition("/")[2]]._messages
    return [json.loads(message.body) for message in waiting]


def test_staff_hand_over_first_and_their_work_stays_without_their_name(alice: str, google: FakeGoogle) -> None:
    staff = store.create_user(email="stina@example.com", name="Stina", password=PASSWORD, is_staff=True).user_id
    fill(VendorConfig, staff, updated_by=staff, vendor_id="shop")
    fill(VendorConfigVersion, staff, changed_by=staff, vendor_id="shop", version=1)
    fill(tables.AdminLog, staff, object_id="shop")
    fill(tables.AdminLog, staff, number=7, object_id=staff)
    for refused in (erasure.request, erasure.erase):
        with pytest.raises(erasure.StaffError):
            refused(staff)
    tables.User(staff).update([tables.User.is_staff.set(False)])
    erasure.erase(staff)
    assert items_naming(staff) == []
    assert [row.updated_by for row in VendorConfig.scan()] == ["erased"]
    assert [row.object_id for row in tables.AdminLog.scan()] == ["shop"]


def test_an_address_that_takes_no_mail_is_erased_all_the_same(alice: str, google: FakeGoogle) -> None:
    with mail_refused():
        erasure.erase(alice)
    assert items_naming(alice) == [] and store.user_by_email("alice@example.com") is None


def test_google_that_cannot_be_told_is_in_the_receipt(alice: str, google: FakeGoogle) -> None:
    connect(alice, google, "alice@gmail.example")
    google.fail("/revoke", status=503)
    assert erasure.erase(alice).erased["mailboxes forgotten here, that Google could not be told of"] == 1
    assert items_naming(alice) == []
