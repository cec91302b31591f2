"""How far back a mailbox is fetched: asked at the first connection, kept, changed later."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser

from accounts import mailboxes
from accounts import store as people
from accounts.google import Cause
from invoices import ingestion
from invoices.requests import SyncRequest
from paypulse.core.clock import frozen, now
from paypulse.core.errors import ConflictError, NotFoundError
from paypulse.sandbox.google import FakeGoogle, approve
from tests.feature.invoices.world import EMAIL, World, taken

PASSWORD = "correct horse battery"


def browser_of(email: str = EMAIL) -> Browser:
    browser = Browser()
    browser.post("/accounts/sign-in/", {"email": email, "password": PASSWORD})
    return browser


def page_of(world: World) -> str:
    return f"/mailboxes/{world.mailbox_id}/lookback/"


def test_each_choice_is_shown_with_what_it_takes(world: World):
    for number, days_ago in enumerate((3, 50, 200, 300, 800)):
        world.receipt(number, days_ago=days_ago)
    browser = browser_of()

    shown = browser.get(page_of(world)).text
    counted = {name: browser.get(page_of(world), {"count": name}).text for name in ("3-months", "1-year", "everything")}

    assert 'value="1-year" id="choice-1-year" aria-describedby="cost-1-year" checked' in shown
    assert world.google.calls["messages.get"] == 0
    for name, mails in (("3-months", 2), ("1-year", 4), ("everything", 5)):
        assert f"{mails} mails" in counted[name] and f"{mails * 20} units" in counted[name], name
        assert "about 1 minute" in counted[name]


@pytest.mark.parametrize(
    ("choice", "days", "stored"), [("3-months", 92, 1), ("1-year", 365, 2), ("everything", None, 3)]
)
def test_the_choice_is_the_first_window(world: World, choice: str, days: int | None, stored: int):
    for number, days_ago in enumerate((3, 200, 800)):
        world.receipt(number, days_ago=days_ago)

    answer = browser_of().post(page_of(world), {"choice": choice})
    world.settle()

    assert answer["Location"] == "/activity/"
    assert (world.mailbox.lookback_days, len(world.invoices())) == (days, stored)
    assert world.mailbox.retail_settled_until


def test_who_wants_more_later_gets_it_and_nothing_twice(world: World):
    for number, days_ago in enumerate((3, 200, 800)):
        world.receipt(number, days_ago=days_ago)
    browser = browser_of()
    browser.post(page_of(world), {"choice": "3-months"})
    world.settle()
    assert len(world.invoices()) == 1

    browser.post(page_of(world), {"choice": "everything"})
    world.settle()

    assert len(world.invoices()) == 3 and world.google.calls["messages.get"] == 3


def test_a_change_while_a_sync_runs_is_made_up_for(world: World):
    """The sync that was under way settles the mailbox up to its own beginning, which is before the change."""
    for number, days_ago in enumerate((3, 200)):
        world.receipt(number, days_ago=days_ago)
    with frozen(now() - timedelta(hours=1)):
        mailboxes.look_back(world.user_id, world.mailbox_id, days=92)
    request = SyncRequest(user_id=world.user_id, mailbox_id=world.mailbox_id, job_id="job_under-way")

    def meanwhile() -> float:
        if world.mailbox.lookback_days == 92:
            mailboxes.look_back(world.user_id, world.mailbox_id, days=365)
        return 300.0

    ingestion.sync(request, seconds_left=meanwhile)
    world.settle()
    assert len(world.invoices()) == 1

    world.sync()

    assert len(world.invoices()) == 2


def test_asking_for_new_mail_over_and_over_is_one_sync(world: World):
    browser = browser_of()

    for _ in range(3):
        browser.post("/sync/")
    assert len(taken("fetch-retail-invoices")) == 1
    with frozen(now() + timedelta(minutes=10)):
        browser.post("/sync/")

    assert len(taken("fetch-retail-invoices")) == 1, "the first one was lost on its way"


def test_an_unknown_choice_changes_nothing(world: World):
    answer = browser_of().post(page_of(world), {"choice": "ten-years"})

    assert answer.status_code == 400 and world.mailbox.lookback_set_at is None and world.drain() == 0


def test_a_google_that_is_down_leaves_the_choices(world: World):
    world.google.revoke(EMAIL)
    mailboxes.needs_reconnecting(world.user_id, world.mailbox_id, cause=Cause.REVOKED)

    answer = browser_of().get(page_of(world), {"count": "1-year"})

    assert answer.status_code == 200 and "Gmail does not say right now" in answer.text
    with pytest.raises(ConflictError):
        mailboxes.look_back(world.user_id, world.mailbox_id, days=92)


def test_a_strangers_mailbox_has_no_page(world: World):
    bob = people.create_user(email="bob@example.com", name="Bob", password=PASSWORD)
    browser = browser_of("bob@example.com")

    assert browser.get(page_of(world)).status_code == browser.post(page_of(world)).status_code == 404
    with pytest.raises(NotFoundError):
        mailboxes.look_back(bob.user_id, world.mailbox_id, days=1)


def test_the_first_consent_leads_to_the_question_and_a_year_is_kept_meanwhile(aws: None, google: FakeGoogle):
    alice = people.create_user(email=EMAIL, name="Alice", password=PASSWORD)
    google.add_account(EMAIL)
    browser = browser_of()

    answer = _consented(browser)

    (mailbox,) = mailboxes.mailboxes(alice.user_id)
    assert answer == f"/mailboxes/{mailbox.mailbox_id}/lookback/"
    assert mailbox.lookback_days == 365
    assert mailbox.reaches_back(days=365) == mailbox.connected_at - timedelta(days=365)
    assert _consented(browser) == "/accounts/settings/mailboxes/", "a renewed consent asks nothing"


def _consented(browser: Browser) -> str:
    back = approve(str(browser.post("/accounts/google/start/")["Location"]), email=EMAIL)
    return str(browser.get("/" + back.split("/", 3)[3])["Location"])
