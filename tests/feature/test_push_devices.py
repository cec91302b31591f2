"""A person's phones: registered by their app, told what they are told, and nobody else's ever."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from threading import Event, current_thread, main_thread
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from django.test import Client as Browser

from accounts import audit, push, push_devices, store, tables, tokens
from accounts.claims import Scope
from accounts.personal_tokens import make
from accounts.user import User
from paypulse import erasure
from paypulse.core import clock
from paypulse.core.aws import client
from tests.feature import phones
from tests.feature.api.conftest import PASSWORD, Client, person
from tests.feature.invoices.world import outbox
from tests.feature.killing import is_killed

PHONES = "/v1/user/push-devices"
TOKEN, OTHER = "token-of-her-phone", "token-of-another-phone"

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(autouse=True)
def _offered(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    phones.offer(monkeypatch)


@pytest.fixture
def alice() -> User:
    return wanting(person("Alice"))


@pytest.fixture
def bob() -> User:
    return wanting(person("Bob"))


def wanting(user: User) -> User:
    """The person, who wants push messages."""
    push_devices.turn_on(user.user_id)
    return user


def as_(user: User) -> Client:
    return Client(tokens.issue(user).token)


def register(user: User, token: str = TOKEN, name: str = "Pixel", **more: Any) -> Any:
    return as_(user)("POST", PHONES, {"token": token, "name": name, **more})


def listed(user: User) -> list[tuple[str, bool]]:
    return [(each["name"], each["reached"]) for each in as_(user)("GET", PHONES).data["devices"]]


def trail(user: User) -> list[tuple[str, str]]:
    events = audit.events(user.user_id)
    return [(each.action, each.data["device"]) for each in reversed(events) if "push" in each.action]


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.post("/accounts/sign-in/", {"email": user.email, "password": PASSWORD})
    return browser


def nothing_is_left(user: User) -> bool:
    rows = list(tables.PushDevice.query(user.user_id))
    topics = [arn for arn in phones.sns().topics if user.user_id in arn]
    return not [*rows, *topics, *phones.endpoints(), *phones.listeners()]


# --- registering ------------------------------------------------------------------------------------------------------
def test_an_app_registers_its_phone_and_sees_it_in_the_list(alice: User) -> None:
    made = register(alice)

    assert (made.status, made.data["name"], made.data["reached"]) == (201, "Pixel", True)
    assert as_(alice)("GET", PHONES).data == {"offered": True, "on": True, "devices": [made.data]}
    assert phones.listeners() == [(alice.user_id, TOKEN)]
    assert trail(alice) == [("push-device-added", "Pixel")]


def test_registering_again_changes_nothing_but_the_name(alice: User) -> None:
    first, again = register(alice), register(alice, name="Pixel of Alice")

    assert again.data == {**first.data, "name": "Pixel of Alice"}
    assert (len(phones.endpoints()), phones.listeners()) == (1, [(alice.user_id, TOKEN)])
    assert trail(alice) == [("push-device-added", "Pixel")]


def test_the_token_is_written_nowhere_but_at_sns(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="api"):
        register(alice)
        register(alice, token=f"{TOKEN} with a blank")
    (endpoint,) = phones.endpoints()

    assert TOKEN not in json.dumps(
        [
            row.to_dynamodb_dict()
            for table in (tables.PushDevice, tables.AuditEvent, tables.RequestAnswer)
            for row in table.scan()
        ]
    )
    assert TOKEN not in as_(alice)("GET", PHONES).body.__repr__() and TOKEN not in caplog.text
    assert endpoint.custom_user_data == alice.user_id, "no address, no name"


def test_a_phone_whose_app_was_removed_is_shown_so_and_comes_back_when_it_registers(alice: User) -> None:
    register(alice)
    phones.disable(TOKEN)
    assert listed(alice) == [("Pixel", False)]

    assert register(alice).status == 201

    assert listed(alice) == [("Pixel", True)] and len(phones.endpoints()) == 1
    assert phones.listeners() == [(alice.user_id, TOKEN)]


def test_a_phone_that_sns_forgot_is_made_anew(alice: User) -> None:
    register(alice)
    boto3.client("sns").delete_endpoint(EndpointArn=phones.endpoints()[0].arn)
    assert listed(alice) == [("Pixel", False)]

    assert register(alice).status == 201 and listed(alice) == [("Pixel", True)]
    assert (alice.user_id, TOKEN) in phones.listeners()


def test_an_endpoint_that_differs_in_anything_is_adopted(alice: User) -> None:
    platform = phones.config().push_platform
    boto3.client("sns").create_platform_endpoint(
        PlatformApplicationArn=platform, Token=TOKEN, CustomUserData="somebody's", Attributes={"Enabled": "false"}
    )

    assert register(alice).status == 201
    assert (len(phones.endpoints()), listed(alice)) == (1, [("Pixel", True)])


def test_a_phone_that_is_handed_on_shows_nothing_of_the_person_before(alice: User, bob: User) -> None:
    register(alice)
    assert register(bob, name="Bob's now").status == 201

    assert phones.listeners() == [(bob.user_id, TOKEN)] and len(phones.endpoints()) == 1
    assert (listed(alice), listed(bob)) == ([], [("Bob's now", True)])
    assert trail(alice) == [("push-device-added", "Pixel"), ("push-device-removed", "Pixel")]
    assert trail(bob) == [("push-device-added", "Bob's now")]


def test_it_is_handed_on_even_when_sns_has_forgotten_whose_it_was(alice: User, bob: User) -> None:
    register(alice)
    (endpoint,) = phones.endpoints()
    boto3.client("sns").set_endpoint_attributes(EndpointArn=endpoint.arn, Attributes={"CustomUserData": ""})

    register(bob)

    assert phones.listeners() == [(bob.user_id, TOKEN)] and listed(alice) == []


def test_handing_on_is_made_whole_wherever_it_was_killed(bob: User) -> None:
    for step in range(1, 40):
        former = wanting(store.create_user(email=f"former-{step}@example.com", name="Former", password=PASSWORD))
        register(former, token=f"{TOKEN}-{step}")
        going = partial(push_devices.register, bob.user_id, token=f"{TOKEN}-{step}", name="Bob's")
        if not is_killed(step, going):
            break
        going()
        assert phones.listeners() == [(bob.user_id, f"{TOKEN}-{step}")], f"killed before change {step}"
        assert listed(former) == [] and listed(bob) == [("Bob's", True)]
        push_devices.remove(bob.user_id, push_devices.devices(bob.user_id)[0].device_id)
    assert step > 6


def test_registering_is_made_whole_wherever_it_was_killed(alice: User) -> None:
    for step in range(1, 20):
        going = partial(push_devices.register, alice.user_id, token=f"{TOKEN}-{step}", name="Pixel")
        if not is_killed(step, going):
            break
        assert going().is_reached and phones.listeners() == [(alice.user_id, f"{TOKEN}-{step}")]
        assert len(phones.endpoints()) == 1, f"killed before change {step}"
        push_devices.remove(alice.user_id, push_devices.devices(alice.user_id)[0].device_id)
    assert step > 3


# --- refusing ---------------------------------------------------------------------------------------------------------
def test_nobody_registers_where_push_messages_are_not_offered(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAYPULSE_PUSH_PLATFORM")
    phones.config.cache_clear()

    refused = register(alice, turn_on=True)

    assert (refused.status, refused.code) == (422, "INVALID_REQUEST") and "not offered" in refused.body["error"][
        "message"
    ]
    assert as_(alice)("GET", PHONES).data == {"offered": False, "on": False, "devices": []}


def test_a_phone_does_not_turn_push_messages_on_unless_its_person_says_so() -> None:
    carol = person("Carol")
    refused = register(carol)
    assert (refused.status, refused.code) == (422, "INVALID_REQUEST") and phones.endpoints() == []

    assert register(carol, turn_on=True).status == 201
    assert as_(carol)("GET", PHONES).data["on"] and phones.listeners() == [(carol.user_id, TOKEN)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "Pixel"}, "MISSING_FIELDS"),
        ({"token": TOKEN}, "MISSING_FIELDS"),
        ({"token": "short", "name": "Pixel"}, "INVALID_REQUEST"),
        ({"token": "x" * 2049, "name": "Pixel"}, "INVALID_REQUEST"),
        ({"token": "ünprintable token", "name": "Pixel"}, "INVALID_REQUEST"),
        ({"token": TOKEN, "name": ""}, "INVALID_REQUEST"),
        ({"token": 12345678, "name": "Pixel"}, "INVALID_REQUEST"),
    ],
)
def test_what_is_no_phone_is_refused(alice: User, body: dict[str, Any], code: str) -> None:
    refused = as_(alice)("POST", PHONES, body)

    assert (refused.status, refused.code) == (400, code) and phones.endpoints() == []


def test_a_token_that_the_platform_does_not_know_is_refused_and_leaves_nothing(alice: User) -> None:
    events = client("sns").meta.events

    def refuse(**_: Any) -> Any:
        return _Refusal(), {"Error": {"Code": "InvalidParameter", "Message": "Invalid parameter: Token Reason: no"}}

    events.register("before-call.sns.CreatePlatformEndpoint", refuse)
    try:
        refused = register(alice)
    finally:
        events.unregister("before-call.sns.CreatePlatformEndpoint", refuse)

    assert (refused.status, refused.code) == (422, "INVALID_REQUEST") and listed(alice) == []


class _Refusal:
    status_code = 400


def test_there_is_an_end_to_how_many_phones_one_has_but_dead_ones_make_room(alice: User) -> None:
    for number in range(push_devices.MOST):
        register(alice, token=f"{TOKEN}-{number}", name=f"Phone {number}")
    refused = register(alice, token=OTHER)
    assert (refused.status, refused.code) == (422, "INVALID_REQUEST") and "remove one" in refused.body["error"][
        "message"
    ]
    assert register(alice, token=f"{TOKEN}-3").status == 201, "one that is known already"

    phones.disable(f"{TOKEN}-5")

    assert register(alice, token=OTHER, name="New").status == 201
    names = [name for name, _ in listed(alice)]
    assert len(names) == push_devices.MOST and "Phone 5" not in names and names[-1] == "New"


def test_a_token_for_reading_registers_no_phone(alice: User) -> None:
    reading = Client(make(alice.user_id, name="script", scopes=(Scope.READ,)))

    assert reading("POST", PHONES, {"token": TOKEN, "name": "Pixel"}).status == 403 and phones.endpoints() == []


# --- ending -----------------------------------------------------------------------------------------------------------
def test_a_phone_that_is_removed_is_forgotten_at_sns_too(alice: User) -> None:
    register(alice)
    other = register(alice, token=OTHER, name="Tablet")

    left = as_(alice)("DELETE", f"{PHONES}/{register(alice).data['device_id']}")

    assert left.data["devices"] == [other.data]
    assert phones.listeners() == [(alice.user_id, OTHER)] and [each.token for each in phones.endpoints()] == [OTHER]
    assert trail(alice)[-1] == ("push-device-removed", "Pixel")


def test_a_stranger_removes_nothing_of_hers(alice: User, bob: User) -> None:
    made = register(alice)

    assert as_(bob)("DELETE", f"{PHONES}/{made.data['device_id']}").status == 404
    assert signed_in(bob).post(f"/accounts/settings/notifications/phones/{made.data['device_id']}/").status_code == 404
    assert phones.listeners() == [(alice.user_id, TOKEN)] and listed(alice) == [("Pixel", True)]


def test_removing_is_made_whole_wherever_it_was_killed(alice: User) -> None:
    for step in range(1, 20):
        device = push_devices.register(alice.user_id, token=TOKEN, name="Pixel").device_id
        going = partial(push_devices.remove, alice.user_id, device)
        if not is_killed(step, going):
            break
        if push_devices.devices(alice.user_id):
            going()
        assert (phones.listeners(), phones.endpoints(), listed(alice)) == ([], [], []), f"killed before change {step}"
    assert step > 3


def test_turning_push_messages_off_ends_every_phone(alice: User) -> None:
    register(alice)
    register(alice, token=OTHER, name="Tablet")

    signed_in(alice).post("/accounts/settings/notifications/", {})

    assert nothing_is_left(alice) and not as_(alice)("GET", PHONES).data["on"]
    assert [each for each in trail(alice) if each[0] == "push-device-removed"] == [
        ("push-device-removed", "Pixel"),
        ("push-device-removed", "Tablet"),
    ]
    assert register(alice).status == 422


def test_turning_off_is_made_whole_wherever_it_was_killed(alice: User) -> None:
    going = partial(push_devices.turn_off, alice.user_id)
    for step in range(1, 20):
        wanting(alice)
        push_devices.register(alice.user_id, token=TOKEN, name="Pixel")
        if not is_killed(step, going):
            break
        going()
        assert nothing_is_left(alice), f"killed before change {step}"
    assert step > 4


def test_a_reset_by_mail_ends_every_phone(alice: User) -> None:
    register(alice)
    browser = Browser()
    browser.post("/accounts/reset/", {"email": alice.email})
    (link,) = re.findall(r"/accounts/reset/\S+", outbox()[0].body)
    assert browser.post(link, {"password": "en-helt-annan-fras-8"}).status_code == 302

    assert nothing_is_left(alice)


def test_an_erased_persons_phone_is_told_nothing_and_nobody_elses_is_touched(alice: User, bob: User) -> None:
    register(alice)
    register(bob, token=OTHER)

    receipt = erasure.erase(alice.user_id)

    assert receipt.erased["PushDevices"] == 1
    assert phones.listeners() == [(bob.user_id, OTHER)] and [each.token for each in phones.endpoints()] == [OTHER]
    assert list(tables.PushDevice.query(alice.user_id)) == [] and listed(bob) == [("Pixel", True)]


def test_erasure_is_made_whole_wherever_it_was_killed() -> None:
    for step in range(1, 60):
        going = wanting(store.create_user(email=f"going-{step}@example.com", name="Going", password=PASSWORD))
        register(going)
        if not is_killed(step, partial(erasure.erase, going.user_id)):
            break
        erasure.erase(going.user_id)
        assert nothing_is_left(going), f"killed before change {step}"
    assert step > 6


# --- meanwhile --------------------------------------------------------------------------------------------------------
@contextmanager
def meanwhile(call: str, work: Callable[[], Any]) -> Iterator[list[Any]]:
    """Have `work` done elsewhere when SNS is about to be asked for `call` for the first time; gives what it returned."""
    events, done = client("sns").meta.events, list[Any]()

    def do(**_: Any) -> None:
        events.unregister(f"before-call.sns.{call}", do)
        with ThreadPoolExecutor(1) as elsewhere:
            done.append(elsewhere.submit(work).result())

    events.register(f"before-call.sns.{call}", do)
    try:
        yield done
    finally:
        events.unregister(f"before-call.sns.{call}", do)


def test_whoever_is_erased_while_their_phone_is_registered_leaves_nothing(alice: User) -> None:
    with meanwhile("Subscribe", partial(erasure.erase, alice.user_id)) as erased:
        refused = register(alice)

    assert refused.status == 409 and erased and nothing_is_left(alice)


@pytest.mark.parametrize(
    "call", ["CreatePlatformEndpoint", "GetEndpointAttributes", "SetEndpointAttributes", "Subscribe"]
)
def test_who_turns_push_messages_off_while_a_phone_is_registered_has_none(alice: User, call: str) -> None:
    with meanwhile(call, partial(push_devices.turn_off, alice.user_id)) as done:
        refused = register(alice)

    assert refused.status == 409 and done and phones.listeners() == []
    assert list(tables.PushDevice.query(alice.user_id)) == [] and phones.endpoints() == []


@pytest.mark.parametrize(
    "call", ["CreatePlatformEndpoint", "GetEndpointAttributes", "SetEndpointAttributes", "Subscribe"]
)
def test_a_phone_that_somebody_registers_meanwhile_is_told_of_one(alice: User, bob: User, call: str) -> None:
    with meanwhile(call, partial(push_devices.register, bob.user_id, token=TOKEN, name="Bob's")) as done:
        answer = register(alice)

    (device,) = done
    assert answer.status in (201, 409) and device.is_reached
    person, other = (alice, bob) if answer.status == 201 else (bob, alice)
    assert phones.listeners() == [(person.user_id, TOKEN)] and listed(other) == [] and len(listed(person)) == 1


def test_a_phone_that_registers_again_while_it_is_removed_leaves_nothing_behind(alice: User) -> None:
    made, again = register(alice), partial(push_devices.register, alice.user_id, token=TOKEN, name="Pixel")
    with meanwhile("DeleteEndpoint", again) as done:
        left = as_(alice)("DELETE", f"{PHONES}/{made.data['device_id']}")

    assert done and left.data["devices"] == []
    assert phones.listeners() == [] and phones.endpoints() == [], "whoever has it next would be told of her"


def test_a_phone_of_which_somebody_else_said_meanwhile_that_it_is_theirs_is_not_told(alice: User, bob: User) -> None:
    def say() -> None:
        push.hand_over(phones.endpoints()[0].arn, token=TOKEN, owner=bob.user_id)

    with meanwhile("Subscribe", say):
        refused = register(alice)

    assert refused.status == 409 and phones.listeners() == [] and listed(alice) == []


def test_who_reads_whose_a_phone_is_too_early_does_not_keep_it(alice: User, bob: User) -> None:
    carol, events = wanting(person("Carol")), client("sns").meta.events
    register(carol)
    is_hers, is_his = Event(), Event()

    def hers(**_: Any) -> None:
        if current_thread() is not main_thread():
            is_hers.set()
            assert is_his.wait(20)

    events.register("after-call.sns.SetEndpointAttributes", hers)
    try:
        with ThreadPoolExecutor(1) as elsewhere:
            # Bob has read that it is Carol's; before he says that it is his, Alice says that it is hers, and stops.
            started: list[Any] = []

            def begin() -> None:
                started.append(elsewhere.submit(register, alice))
                assert is_hers.wait(20)

            with meanwhile("SetEndpointAttributes", begin):
                his = register(bob)
            is_his.set()
            answer = started[0].result()
    finally:
        events.unregister("after-call.sns.SetEndpointAttributes", hers)

    assert (his.status, answer.status) == (201, 409)
    assert phones.listeners() == [(bob.user_id, TOKEN)] and (listed(alice), listed(carol)) == ([], [])


# --- the page ---------------------------------------------------------------------------------------------------------
def test_the_settings_show_each_phone_and_remove_it(alice: User) -> None:
    then = clock.now() - timedelta(days=40)
    with clock.frozen(then):
        push_devices.register(alice.user_id, token=TOKEN, name="<Pixel>")
    push_devices.register(alice.user_id, token=OTHER, name="Tablet")
    phones.disable(OTHER)
    browser = signed_in(alice)

    page = browser.get("/accounts/settings/notifications/").text
    assert (
        "&lt;Pixel&gt;" in page
        and "<Pixel>" not in page
        and f"Added {then.astimezone(ZoneInfo(alice.time_zone)):%-d %B %Y}" in page
    )
    assert page.count("Not reached any more") == 1 and TOKEN not in page and "arn:" not in page

    tablet = push_devices.devices(alice.user_id)[1].device_id
    after = browser.post(f"/accounts/settings/notifications/phones/{tablet}/", follow=True).text

    assert "The phone gets no more push messages." in after and "Tablet" not in after and "&lt;Pixel&gt;" in after
    assert "Phone removed from push messages" in browser.get("/accounts/settings/trail/").text


def test_the_settings_speak_swedish_of_phones(alice: User) -> None:
    store.change_profile(alice.user_id, name="Alice", language="sv", time_zone="Europe/Stockholm", home_currency=None)
    browser = signed_in(alice)
    assert "Ingen än." in browser.get("/accounts/settings/notifications/", headers={"accept-language": "sv"}).text

    register(alice)

    page = browser.get("/accounts/settings/notifications/", headers={"accept-language": "sv"}).text
    assert "Telefoner som får pushmeddelanden" in page and "Lades till" in page
