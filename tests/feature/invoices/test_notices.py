"""Each thing is told once, whoever else tries, and tried again when it could not be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from django.test import Client as Browser
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from accounts import push_devices
from accounts import store as people
from invoices import notices, notifications
from invoices.notices import Notice, NoticeState
from invoices.tables import Notice as Row
from invoices.webhooks import WebhookError
from lambdas import audit_gaps, remind_due
from paypulse import erasure
from paypulse.core.aws import client
from paypulse.core.clock import today
from paypulse.core.config import config
from paypulse.core.mail import MailRefusedError
from tests.feature import phones
from tests.feature.invoices.world import EMAIL, Context, World, queue_event, taken


def notice(world: World) -> Notice:
    return Notice(user_id=world.user_id, kind="digest", key="2026-W48", data={"asks": 2})


def states(world: World) -> dict[str, str]:
    return {row.notice_id.rpartition("#")[2]: row.state for row in Row.query(world.user_id)}


def test_of_two_that_tell_the_same_one_sends(world: World):
    first = notice(world)
    notices.decide(first, channels=("mail",))

    assert [notices.take(first, channel="mail") for _ in range(2)] == [True, False]
    notifications.tell([first])
    assert world.outbox() == [], "the other one is sending it"


def test_what_ses_refuses_is_tried_again_and_given_up_at_last(world: World):
    sender = "no-reply@paypulse.example"
    boto3.client("sesv2").delete_email_identity(EmailIdentity=sender)
    try:
        for _ in range(notices.MOST_TRIES):
            with pytest.raises(MailRefusedError):
                notifications.tell([notice(world)])
        assert states(world) == {"mail": NoticeState.FAILED}
    finally:
        boto3.client("sesv2").create_email_identity(EmailIdentity=sender)
    assert world.outbox() == []


def test_a_person_who_wants_no_mail_gets_none_but_sees_it_on_the_site(world: World):
    people.edit_preferences(world.user_id, lambda _: {"notifications": {"needs-look": ["site"]}})

    notifications.tell([notice(world)])

    assert (world.outbox(), states(world)) == ([], {"mail": NoticeState.MUTED})
    assert [each.kind for each in notices.latest(world.user_id)] == ["digest"]


def test_a_webhook_into_our_own_network_is_refused_and_holds_up_no_mail(world: World):
    people.edit_preferences(world.user_id, lambda _: {"webhook": {"url": "https://127.0.0.1/", "secret": "s"}})

    notifications.tell([notice(world)])

    assert states(world) == {"webhook": NoticeState.FAILED, "mail": NoticeState.SENT}


def test_a_forgotten_person_is_told_nothing(world: World):
    stranger = Notice(user_id="user_gone", kind="digest", key="k", data={"asks": 1})

    notifications.tell([stranger])

    assert (world.outbox(), list(Row.query("user_gone"))) == ([], [])


@pytest.fixture
def pushing(world: World, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Alice's browser, where push messages are offered."""
    phones.offer(monkeypatch)
    browser = Browser()
    browser.post("/accounts/sign-in/", {"email": EMAIL, "password": "correct horse battery"})
    return browser


def topics(world: World) -> dict[str, list[str]]:
    """The ARN of each of Alice's topics and what was published to it."""
    found = sns_backends[DEFAULT_ACCOUNT_ID][config().region].topics
    return {arn: [sent[1] for sent in each.sent_notifications] for arn, each in found.items() if world.user_id in arn}


def test_who_wants_push_messages_has_a_topic_and_is_told_there_once(world: World, pushing: Browser):
    pushing.post("/accounts/settings/notifications/", {"push": "on", "chosen": ["needs-look|mail"]})
    (arn,) = topics(world)
    assert arn.endswith(f":paypulse-push-{world.user_id}")

    for _ in range(2):
        notifications.tell([notice(world)])

    assert len(topics(world)[arn]) == len(world.outbox()) == 1 and "2 " in topics(world)[arn][0]
    assert states(world) == {"push": NoticeState.SENT, "mail": NoticeState.SENT}


def test_what_was_told_is_not_told_again_where_the_person_listens_since(world: World, pushing: Browser):
    notifications.tell([notice(world)])
    pushing.post("/accounts/settings/notifications/", {"push": "on", "chosen": ["needs-look|mail"]})
    (arn,) = topics(world)

    notifications.tell([notice(world)])

    assert topics(world)[arn] == [] and states(world) == {"mail": NoticeState.SENT}


def test_new_rent_comes_to_the_phones_of_its_person_and_to_nobody_elses(world: World, pushing: Browser):
    pushing.post("/accounts/settings/notifications/", {"push": "on"})
    bob = people.create_user(email="bob@example.com", name="Bob", password="correct horse battery").user_id
    push_devices.turn_on(bob)
    for person, token in ((world.user_id, "her-phone"), (world.user_id, "her-tablet"), (bob, "his-phone")):
        push_devices.register(person, token=token, name=token)

    rent_came(world)

    (rent,) = world.invoices()
    (message,) = (each["fcmV1Message"]["message"] for each in phones.shown("her-phone"))
    assert message["notification"] == {
        "title": f"New rent: 9876.00 SEK, due {rent.due_date}",
        "body": f"Hemgården has sent a rent notice of 9876.00 SEK, due on {rent.due_date}.",
    }
    assert message["data"] == {
        "kind": "new-rent",
        "url": f"{config().site_url}/invoices/{rent.invoice_id}/",
        "invoice_id": rent.invoice_id,
    }
    assert phones.shown("her-tablet") == phones.shown("her-phone") and phones.shown("his-phone") == []


def test_each_platform_gets_what_it_reads_and_no_more_than_it_takes(world: World, monkeypatch: pytest.MonkeyPatch):
    data = {"vendor": "Hemgården" * 200, "reasons": []}
    asked = Notice(user_id=world.user_id, kind="needs-look", key="inv_1", data=data, invoice_id="inv_1")
    seen = {}
    for platform in ("APNS", "ADM"):
        phones.offer(monkeypatch, platform=platform)
        push_devices.turn_on(world.user_id)
        push_devices.register(world.user_id, token=f"phone-of-{platform}", name="Phone")
        notifications.tell([replace(asked, key=platform)])
        (seen[platform],) = (each for each in phones.shown(f"phone-of-{platform}") if each)
        push_devices.turn_off(world.user_id)

    assert seen["APNS"]["aps"]["alert"]["title"] == seen["ADM"]["data"]["title"] == "An invoice needs a look"
    assert seen["APNS"]["invoice_id"] == seen["ADM"]["data"]["invoice_id"] == "inv_1"
    assert all(len(json.dumps(each, ensure_ascii=False).encode()) < 2048 for each in seen.values())


def test_a_push_that_no_phone_listens_to_is_no_failure(world: World, pushing: Browser):
    pushing.post("/accounts/settings/notifications/", {"push": "on", "chosen": ["needs-look|mail"]})

    notifications.tell([notice(world)])

    assert states(world) == {"push": NoticeState.SENT, "mail": NoticeState.SENT}


def test_a_push_that_is_refused_holds_up_no_mail_and_is_tried_again(world: World, pushing: Browser):
    pushing.post("/accounts/settings/notifications/", {"push": "on", "chosen": ["needs-look|mail"]})
    (arn,) = topics(world)
    boto3.client("sns").delete_topic(TopicArn=arn)

    notifications.tell([notice(world)])

    assert states(world) == {"push": NoticeState.WAITING, "mail": NoticeState.SENT}


def test_a_lost_mailbox_is_told_once_by_mail_and_push(world: World, pushing: Browser):
    pushing.post("/accounts/settings/notifications/", {"push": "on"})
    (arn,) = topics(world)
    world.google.revoke(EMAIL)

    for _ in range(2):
        world.sync()
    audit_gaps.handler(queue_event([{"MessageId": "1", "Body": _mailbox(world)}]), Context())

    assert ["connect it again" in each for each in topics(world)[arn]] == [True]
    assert len(world.outbox()) == 1


def _mailbox(world: World) -> str:
    return json.dumps({"user_id": world.user_id, "mailbox_id": world.mailbox_id})


def test_the_topic_goes_with_the_wish_and_with_the_person(world: World, pushing: Browser):
    for _ in range(2):
        pushing.post("/accounts/settings/notifications/", {"push": "on"})
        assert len(topics(world)) == 1
        pushing.post("/accounts/settings/notifications/", {})
        assert topics(world) == {} and "push_topic" not in people.user(world.user_id).preferences
    pushing.post("/accounts/settings/notifications/", {"push": "on"})

    erasure.erase(world.user_id)

    assert topics(world) == {}


def test_nobody_is_offered_push_messages_unless_it_is_set_up(world: World):
    browser = Browser()
    browser.post("/accounts/sign-in/", {"email": EMAIL, "password": "correct horse battery"})
    browser.post("/accounts/settings/notifications/", {"push": "on"})

    assert topics(world) == {} and "push" not in people.user(world.user_id).preferences
    assert 'name="push"' not in browser.get("/accounts/settings/notifications/").text


@pytest.fixture
def server(world: World, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """Alice's own server, which is down until it is put up with `server.append`; what it took."""
    people.edit_preferences(world.user_id, lambda _: {"webhook": {"url": "https://alice.example/", "secret": "s"}})
    took: list[dict[str, object]] = []

    def post(_hook: object, message: dict[str, object]) -> None:
        if not took:
            raise WebhookError("the receiver cannot be reached")
        took.append(message)

    monkeypatch.setattr(notifications, "post", post)
    return took


@pytest.fixture
def pauses() -> Iterator[list[int]]:
    """How long each message that is put on a queue is to wait there, in seconds."""
    asked: list[int] = []
    events = client("sqs").meta.events

    def note(params: dict[str, int], **_: object) -> None:
        asked.append(params["DelaySeconds"])

    events.register("provide-client-params.sqs.SendMessage", note)
    yield asked
    events.unregister("provide-client-params.sqs.SendMessage", note)


def rent_came(world: World) -> None:
    world.rent(due=today() + timedelta(days=9))
    world.sync()


def come_back() -> list[dict[str, object]]:
    """Hand out what waits to be told again; gives it."""
    waiting = taken("remind-due")
    assert not waiting or remind_due.handler(queue_event(waiting), Context())["batchItemFailures"] == []
    return waiting


def test_a_server_that_was_down_is_told_again_after_pauses_that_grow_and_once(
    world: World, server: list[dict[str, object]], pauses: list[int]
):
    rent_came(world)
    pauses.clear()
    come_back()
    come_back()
    server.append({})  # it is up again

    last = come_back()
    remind_due.handler(queue_event(last), Context())

    assert [each["kind"] for each in server[1:]] == ["new-rent"], "a queue that delivers twice tells nothing twice"
    assert pauses == [300, 900]
    assert states(world) == {"webhook": NoticeState.SENT, "mail": NoticeState.SENT}
    assert len(world.outbox()) == 1


def test_a_server_that_stays_down_is_given_up_and_its_owner_sees_it(
    world: World, server: list[dict[str, object]], pushing: Browser
):
    rent_came(world)
    while come_back():
        assert b"however often" not in pushing.get("/activity/").content
    for _ in range(2):
        remind_due.handler(queue_event([{"MessageId": "1", "Body": json.dumps({"user_id": world.user_id})}]), Context())
    assert states(world)["webhook"] == NoticeState.FAILED
    assert b"did not take 1 message, however often it was told" in pushing.get("/activity/").content

    server.append({})
    notifications.tell([notice(world)])

    assert b"however often" not in pushing.get("/activity/").content, "it takes messages again"
