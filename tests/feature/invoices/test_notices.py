"""Each thing is told once, whoever else tries, and tried again when it could not be."""

from __future__ import annotations

import boto3
import pytest

from accounts import store as people
from invoices import notices, notifications
from invoices.notices import Notice, NoticeState
from invoices.tables import Notice as Row
from paypulse.core.mail import MailRefusedError
from tests.feature.invoices.world import World


def notice(world: World) -> Notice:
    return Notice(user_id=world.user_id, kind="digest", key="2026-W48", data={"asks": 2})


def states(world: World) -> dict[str, str]:
    return {row.notice_id.rpartition("#")[2]: row.state for row in Row.query(world.user_id)}


def test_of_two_that_tell_the_same_one_sends(world: World):
    first = notice(world)
    notices.decide(first, channel="mail")

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
    people.change_preferences(world.user_id, {"notifications": {"needs-look": ["site"]}})

    notifications.tell([notice(world)])

    assert (world.outbox(), states(world)) == ([], {"mail": NoticeState.MUTED})
    assert [each.kind for each in notices.latest(world.user_id)] == ["digest"]


def test_a_webhook_into_our_own_network_is_refused_and_holds_up_no_mail(world: World):
    people.change_preferences(world.user_id, {"webhook": {"url": "https://127.0.0.1/", "secret": "s"}})

    notifications.tell([notice(world)])

    assert states(world) == {"webhook": NoticeState.FAILED, "mail": NoticeState.SENT}


def test_a_forgotten_person_is_told_nothing(world: World):
    stranger = Notice(user_id="user_gone", kind="digest", key="k", data={"asks": 1})

    notifications.tell([stranger])

    assert (world.outbox(), list(Row.query("user_gone"))) == ([], [])
