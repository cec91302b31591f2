"""When Google ends the access to a mailbox: what the person is told, and that one click makes up for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts import mailboxes, store, tables
from accounts.google import Cause
from invoices import gmail
from invoices.ingestion import request_sync
from lambdas import audit_gaps, fetch_retail_invoices
from paypulse.core.clock import frozen, now
from paypulse.core.config import config
from paypulse.sandbox.google import FakeGoogle, approve
from tests.feature.invoices.world import EMAIL, Context, World, queue_event, taken

PASSWORD = "correct horse battery"
LIST = "/accounts/settings/mailboxes/"


@pytest.fixture(autouse=True)
def _impatient() -> Iterator[None]:
    with gmail.paced(gmail.Pace(sleep=lambda _: None)):
        yield


@pytest.fixture
def world(aws: None, google: FakeGoogle) -> World:
    return World.made(google)


@pytest.fixture
def browser(world: World) -> Client:
    signed_in = Client()
    signed_in.post("/accounts/sign-in/", {"email": EMAIL, "password": PASSWORD})
    return signed_in


def refuse(google: FakeGoogle, **answer: str) -> None:
    """Let the access token run out, and have the next renewal refused like this."""
    google.expire_access(EMAIL)
    google.fail("/token", **answer)


def withdraw(google: FakeGoogle) -> None:
    google.fail("/gmail/", status=403, reason="insufficientPermissions", times=100)


def give_mail_up(google: FakeGoogle) -> None:
    google.fail("/gmail/", status=400, reason="failedPrecondition", message="Mail service not enabled", times=100)


ENDS: dict[str, tuple[Callable[[FakeGoogle], None], Cause, str]] = {
    "taken back, or the Google password changed": (
        lambda google: google.revoke(EMAIL),
        Cause.REVOKED,
        "withdrawn at Google, or the Google password was changed",
    ),
    "the account deleted": (
        lambda google: refuse(google, oauth_error="invalid_grant", description="Account has been deleted"),
        Cause.ACCOUNT_CLOSED,
        "the Google account is closed",
    ),
    "an account without mail": (give_mail_up, Cause.ACCOUNT_CLOSED, "has no mail any more"),
    "to be signed in again": (
        lambda google: refuse(google, oauth_error="invalid_grant", subtype="invalid_rapt"),
        Cause.REAUTHENTICATION,
        "Google asks you to sign in again",
    ),
    "forbidden by an administrator": (
        lambda google: refuse(google, oauth_error="admin_policy_enforced"),
        Cause.POLICY,
        "administrator of the Google account does not allow it",
    ),
    "the scope withdrawn": (withdraw, Cause.SCOPE_WITHDRAWN, "permission to read mail was taken away"),
}


@pytest.mark.parametrize("how", ENDS)
def test_it_is_told_once_in_plain_words_and_one_click_goes_on_with_nothing_missed(
    world: World, browser: Client, how: str
) -> None:
    end, cause, words = ENDS[how]
    world.receipt(1)
    assert world.sync().state == "done"
    end(world.google)
    world.receipt(2, days_ago=0)
    for _ in range(2):
        assert world.sync().error == f"reconnect:{cause}"

    (told,) = [mail.body for mail in world.outbox()]
    assert words in told and EMAIL in told and LIST in told
    assert "is no longer connected" in browser.get("/").text and words in browser.get(LIST).text
    world.google.heal()
    _reconnect(browser, world)
    assert world.mailbox.is_connected and "is no longer connected" not in browser.get("/").text
    world.settle()  # what reconnecting itself asked for
    assert {each.invoice_number for each in world.invoices()} == {"NK-00001", "NK-00002"}


def _reconnect(browser: Client, world: World) -> None:
    asked = browser.post("/accounts/google/start/", {"mailbox": world.mailbox_id})
    back = urlsplit(approve(asked["Location"], email=EMAIL))
    assert browser.get(f"{back.path}?{back.query}")["Location"] == LIST


def test_a_quota_is_never_taken_for_the_end(world: World) -> None:
    world.receipt(1)
    world.google.fail("/gmail/", status=403, reason="rateLimitExceeded", times=10_000)
    request_sync(world.user_id, world.mailbox_id)
    answer = fetch_retail_invoices.handler(queue_event(taken(config().fetch_retail_invoices_queue)), Context())
    assert len(answer["batchItemFailures"]) == 1, "it is tried again"
    assert world.mailbox.is_connected and world.outbox() == []


def test_the_nightly_round_warns_of_a_consent_in_testing_within_five_days(world: World, browser: Client) -> None:
    mailbox = tables.Mailbox(world.user_id, world.mailbox_id)
    mailbox.update([tables.Mailbox.grant_expires_at.set(now() + timedelta(days=7))])
    for days, mails in ((3, 0), (4, 1), (5, 1)):
        with frozen(now() + timedelta(days=days, minutes=1)):
            audit_gaps.handler({}, Context())
            audit_gaps.handler(queue_event(taken("audit-gaps")), Context())
        assert len(world.outbox()) == mails, f"after {days} days"
    assert "ends the access" in world.outbox()[0].body
    tables.Mailbox(world.user_id, world.mailbox_id).update(
        [tables.Mailbox.grant_expires_at.set(now() + timedelta(days=2))]
    )
    assert f"The connection of {EMAIL} ends soon." in browser.get("/").text


def test_a_mailbox_that_was_lost_is_told_of_in_swedish_to_who_reads_swedish(world: World) -> None:
    store.change_profile(world.user_id, name="Alice", language="sv", time_zone="Europe/Stockholm", home_currency=None)
    for cause in Cause:
        mailboxes.needs_reconnecting(world.user_id, world.mailbox_id, cause=cause)
        tables.Mailbox(world.user_id, world.mailbox_id).update([tables.Mailbox.state.set("connected")])
    assert all("Inget är förlorat" in mail.body for mail in world.outbox())
    assert len({mail.body for mail in world.outbox()}) == len(Cause)
