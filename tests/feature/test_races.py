"""Many at once: one holder of an address, one call to Google, one use of a link.

Each call to AWS is atomic here, as it is there; what the threads do between their calls is left to chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, RLock
from typing import Any, TypeVar

import pytest

from accounts import links, mailboxes, passwords, push_devices, signup, store, tables, throttles, tokens
from accounts.google import GMAIL_READONLY, Cause, GoogleTokens
from accounts.mailboxes import ReconnectNeededError, SyncRunningError
from paypulse.core.aws import client
from paypulse.core.clock import now
from paypulse.core.errors import PayPulseError
from paypulse.sandbox.google import FakeGoogle
from tests.feature import phones
from tests.feature.api.conftest import Client, request_event, through_the_gateway

T = TypeVar("T")
PASSWORD = "korvstroganoff-och-ris"
SIGNUP = {"email": "alice@example.com", "name": "Alice", "password": PASSWORD}


@pytest.fixture
def aws_in_turn(aws: None) -> Iterator[None]:
    """AWS in memory, one call at a time."""
    lock = RLock()
    sources = [tables.User._get_connection().connection.client, *map(client, ("kms", "sesv2", "sns"))]

    def enter(**_: Any) -> None:
        lock.acquire()

    def leave(**_: Any) -> None:
        lock.release()

    for source in sources:
        source.meta.events.register_first("before-call", enter)
        source.meta.events.register_last("after-call", leave)
        source.meta.events.register_last("after-call-error", leave)
    yield
    for source in sources:
        source.meta.events.unregister("before-call", enter)
        source.meta.events.unregister("after-call", leave)
        source.meta.events.unregister("after-call-error", leave)


def at_once(number: int, work: Callable[[int], T]) -> list[T | PayPulseError]:
    """What `number` threads that start together return, or the error each of them met."""
    start = Barrier(number)

    def one(place: int) -> T | PayPulseError:
        start.wait()
        try:
            return work(place)
        except PayPulseError as error:
            return error

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


@pytest.fixture
def alice(aws_in_turn: None) -> str:
    return store.create_user(email="alice@example.com", name="Alice", password=PASSWORD).user_id


@pytest.fixture
def mailbox(alice: str, google: FakeGoogle) -> str:
    granted = google.grant("alice@gmail.example")
    given = GoogleTokens(access_token=granted.access_token, refresh_token=granted.refresh_token, expires_at=now())
    google_id = google.add_account("alice@gmail.example").google_id
    made = mailboxes.connect(
        alice, google_id=google_id, email="alice@gmail.example", tokens=given, scopes=(GMAIL_READONLY,)
    )
    return made.mailbox_id


def test_fifty_signups_of_one_address_make_one_person(aws_in_turn: None) -> None:
    hashed = passwords.hashed(PASSWORD)
    found = at_once(50, lambda n: store.add(email="alice@example.com", name=f"Alice {n}", password_hash=hashed))
    made = [each for each in found if isinstance(each, store.User)]
    assert len(made) == 1 and len(list(tables.User.scan())) == len(list(tables.EmailClaim.scan())) == 1
    assert all(isinstance(each, store.UserExistsError) for each in found if each not in made)
    assert store.user_by_email("alice@example.com") == made[0]


def test_fifty_signups_by_api_and_mailed_link_make_one_person(aws_in_turn: None) -> None:
    def over_the_api(place: int) -> int:
        event = request_event("POST", "/v1/auth/signup", SIGNUP, {"content-type": "application/json"})
        event["requestContext"]["http"]["sourceIp"] = f"198.51.100.{place}"
        return int(through_the_gateway(event)["statusCode"])

    asked = {"email": SIGNUP["email"], "name": "Alice", "password_hash": passwords.hashed(PASSWORD), "language": "en"}
    mailed = [links.make(links.Purpose.SIGN_UP, user_id=None, lasts=timedelta(hours=1), data=asked) for _ in range(25)]
    found = at_once(50, lambda n: over_the_api(n) if n % 2 else signup.finish(mailed[n // 2]))
    made = [each for each in found if each == 201 or isinstance(each, store.User)]
    assert len(made) == 1 and len(list(tables.User.scan())) == len(list(tables.EmailClaim.scan())) == 1
    assert all(each == 409 or isinstance(each, store.UserExistsError) for each in found if each not in made)


def test_twenty_renewals_ask_google_once(alice: str, mailbox: str, google: FakeGoogle) -> None:
    google.latency = 0.2  # long enough for all of them to find the lock taken
    found = at_once(20, lambda _: mailboxes.access_token(alice, mailbox))
    assert google.calls["token"] == 1 and len(set(map(str, found))) == 1
    assert str(found[0]) in google.authority.access


def test_twenty_renewals_of_a_revoked_grant_write_one_mail(alice: str, mailbox: str, google: FakeGoogle) -> None:
    google.revoke("alice@gmail.example")
    found = at_once(20, lambda _: mailboxes.access_token(alice, mailbox))
    assert {type(each) for each in found} == {ReconnectNeededError}
    assert mailboxes.mailbox(alice, mailbox).cause is Cause.REVOKED
    told = [row for row in tables.AuditEvent.query(alice) if row.action == "mailbox-lost"]
    assert len(told) == 1


def test_a_link_is_used_by_one_of_many_clicks(aws_in_turn: None) -> None:
    token = links.make(links.Purpose.SIGN_UP, user_id=None, lasts=timedelta(minutes=5))
    found = at_once(20, lambda _: links.used(token, links.Purpose.SIGN_UP))
    assert sum(isinstance(each, links.Link) for each in found) == 1


def test_attempts_are_counted_exactly(aws_in_turn: None) -> None:
    found = at_once(30, lambda _: throttles.check("guess", limit=10, seconds=86400))
    assert sum(isinstance(each, throttles.ThrottledError) for each in found) == 20


def test_one_sync_at_a_time(alice: str, mailbox: str) -> None:
    together = Barrier(10)

    def sync(_: int) -> str:
        try:
            with mailboxes.sync_lock(alice, mailbox, seconds=60):
                together.wait(timeout=30)
                return "mine"
        except SyncRunningError:
            together.wait(timeout=30)
            return "another's"

    assert sorted(map(str, at_once(10, sync))) == ["another's"] * 9 + ["mine"]


@pytest.fixture
def registering(alice: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """Has somebody's app register the one phone there is; gives the status of the answer."""
    phones.offer(monkeypatch)
    bob = store.create_user(email="bob@example.com", name="Bob", password=PASSWORD).user_id
    clients = {}
    for name, person in (("Alice", alice), ("Bob", bob)):
        push_devices.turn_on(person)
        clients[name] = Client(tokens.issue(store.user(person)).token)

    def register(name: str) -> int:
        return clients[name]("POST", "/v1/user/push-devices", {"token": "the-phone's-token", "name": name}).status

    return register


def test_a_phone_that_registers_twenty_times_at_once_is_one_phone(
    alice: str, registering: Callable[[str], int]
) -> None:
    assert at_once(20, lambda _: registering("Alice")) == [201] * 20
    assert len(phones.endpoints()) == 1 and phones.listeners() == [(alice, "the-phone's-token")]
    assert [each.name for each in push_devices.devices(alice)] == ["Alice"]
    assert [row.action for row in tables.AuditEvent.query(alice) if "push" in row.action] == ["push-device-added"]


def test_a_phone_that_two_register_at_once_is_never_told_of_both(alice: str, registering: Callable[[str], int]) -> None:
    found = at_once(12, lambda place: registering(("Alice", "Bob")[place % 2]))
    assert set(found) <= {201, 409}
    assert len({person for person, _ in phones.listeners()}) <= 1
    assert registering("Bob") == 201
    assert [token for _, token in phones.listeners()] == ["the-phone's-token"]
    assert push_devices.devices(alice) == () and phones.listeners()[0][0] != alice
