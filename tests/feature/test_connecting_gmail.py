"""Connecting Gmail in the browser, with the local Google on the other side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from accounts import grants, mailboxes, store, tables
from accounts.google import GMAIL_READONLY, Cause
from paypulse.core.config import config
from paypulse.sandbox.google import FakeGoogle, approve

GMAIL, WORK = "alice@gmail.example", "alice.work@gmail.example"
PASSWORD = "korvstroganoff-och-ris"
START, LIST = "/accounts/google/start/", "/accounts/settings/mailboxes/"

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def alice() -> str:
    return store.create_user(email="alice@example.com", name="Alice", password=PASSWORD).user_id


@pytest.fixture
def browser(alice: str, google: FakeGoogle) -> Client:
    google.add_account(GMAIL)
    google.add_account(WORK)
    return entered()


def entered(email: str = "alice@example.com") -> Client:
    client = Client()
    client.post("/accounts/sign-in/", {"email": email, "password": PASSWORD})
    return client


def consent_address(browser: Client, **fields: str) -> str:
    answer = browser.post(START, fields)
    assert answer.status_code == 302
    return str(answer["Location"])


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def connect(browser: Client, *, email: str = GMAIL, **fields: str) -> Any:
    return browser.get(path_of(approve(consent_address(browser, **fields), email=email)))


def test_consent_asks_for_reading_mail_and_no_more(browser: Client) -> None:
    asked = parse_qs(urlsplit(consent_address(browser)).query)
    assert set(asked["scope"][0].split()) == {
        "openid",
        "https://www.googleapis.com/auth/userinfo.email",
        GMAIL_READONLY,
    }
    assert (asked["access_type"], asked["code_challenge_method"]) == (["offline"], ["S256"])
    assert asked["include_granted_scopes"] == ["true"] and len(asked["state"][0]) >= 30


def test_gmail_is_connected_and_shown(browser: Client, alice: str) -> None:
    asked = connect(browser)
    (found,) = mailboxes.mailboxes(alice)
    assert asked["Location"] == f"/mailboxes/{found.mailbox_id}/lookback/"
    assert found.email == GMAIL and found.is_connected
    page = browser.get(LIST).text
    assert GMAIL in page and "Connected" in page
    stored = grants.grant(alice, found.mailbox_id)
    assert stored.refresh_token is not None and stored.access_token not in page


def test_a_second_mailbox_stands_beside_the_first(browser: Client, alice: str) -> None:
    connect(browser)
    connect(browser, email=WORK)
    assert [each.email for each in mailboxes.mailboxes(alice)] == [GMAIL, WORK]


def test_cancelling_connects_nothing(browser: Client, alice: str) -> None:
    back = approve(consent_address(browser), email=GMAIL, decision="deny")
    assert browser.get(path_of(back))["Location"] == LIST
    assert "consent was not given" in browser.get(LIST).text and mailboxes.mailboxes(alice) == ()


def test_an_unticked_box_is_recognised(browser: Client, alice: str, google: FakeGoogle) -> None:
    ticked = ["openid", "https://www.googleapis.com/auth/userinfo.email"]
    browser.get(path_of(approve(consent_address(browser), email=GMAIL, scopes=ticked)))
    assert "was not ticked" in browser.get(LIST).text and mailboxes.mailboxes(alice) == ()
    assert google.authority.access == {} and list(tables.MailboxToken.scan()) == []


def test_a_later_consent_adds_to_what_was_granted_and_takes_nothing_away(browser: Client, alice: str) -> None:
    connect(browser)
    (found,) = mailboxes.mailboxes(alice)
    ticked = ["openid", "https://www.googleapis.com/auth/userinfo.email"]
    address = consent_address(browser, mailbox=found.mailbox_id)
    browser.get(path_of(approve(address, email=GMAIL, scopes=ticked)))
    (after,) = mailboxes.mailboxes(alice)
    assert after.is_connected and GMAIL_READONLY in after.scopes
    assert mailboxes.access_token(alice, found.mailbox_id, renew=True)


@pytest.mark.parametrize("state", [None, "", "forged"])
def test_an_answer_without_the_right_state_is_refused(browser: Client, alice: str, state: str | None) -> None:
    back = urlsplit(approve(consent_address(browser), email=GMAIL))
    code = parse_qs(back.query)["code"][0]
    fields = {"code": code} | ({} if state is None else {"state": state})
    assert browser.get(back.path, fields).status_code == 400
    assert mailboxes.mailboxes(alice) == ()


def test_another_sessions_answer_is_refused(browser: Client, alice: str) -> None:
    store.create_user(email="bob@example.com", name="Bob", password=PASSWORD)
    bob = entered("bob@example.com")
    consent_address(bob)
    back = path_of(approve(consent_address(browser), email=GMAIL))
    assert bob.get(back).status_code == 400 and list(tables.Mailbox.scan()) == []
    assert browser.get(back).status_code == 302 and len(mailboxes.mailboxes(alice)) == 1


def test_an_answer_is_good_once_and_not_for_ever(browser: Client, alice: str) -> None:
    back = path_of(approve(consent_address(browser), email=GMAIL))
    assert browser.get(back).status_code == 302
    assert browser.get(back).status_code == 400
    late = path_of(approve(consent_address(browser), email=GMAIL))
    session = browser.session
    session["google"] = {**session["google"], "until": 1}
    session.save()
    assert browser.get(late).status_code == 400


def test_a_forged_code_connects_nothing(browser: Client, alice: str) -> None:
    state = parse_qs(urlsplit(consent_address(browser)).query)["state"][0]
    assert browser.get("/accounts/google/callback/", {"state": state, "code": "4/forged"}).status_code == 302
    assert "did not accept" in browser.get(LIST).text and mailboxes.mailboxes(alice) == ()


@pytest.mark.parametrize("pattern", ["/token", "/userinfo"])
def test_a_google_that_is_down_says_so(browser: Client, alice: str, google: FakeGoogle, pattern: str) -> None:
    back = path_of(approve(consent_address(browser), email=GMAIL))
    google.fail(pattern, status=503, times=5)
    assert browser.get(back)["Location"] == LIST
    page = browser.get(LIST)
    assert page.status_code == 200 and ("does not answer" in page.text or "did not accept" in page.text)
    assert mailboxes.mailboxes(alice) == ()


def test_a_lost_connection_is_mended_with_one_click_and_goes_on(
    browser: Client, alice: str, google: FakeGoogle
) -> None:
    connect(browser)
    (found,) = mailboxes.mailboxes(alice)
    google.revoke(GMAIL)
    mailboxes.needs_reconnecting(alice, found.mailbox_id, cause=Cause.REVOKED)
    page = browser.get(LIST).text
    assert "Needs reconnecting" in page and "withdrawn at Google" in page
    address = consent_address(browser, mailbox=found.mailbox_id)
    assert parse_qs(urlsplit(address).query)["login_hint"] == [GMAIL]
    browser.get(path_of(approve(address, email=GMAIL)))
    assert mailboxes.mailbox(alice, found.mailbox_id).is_connected
    assert mailboxes.access_token(alice, found.mailbox_id)


@pytest.mark.parametrize(("answer", "connected"), [("connect", [GMAIL, WORK]), ("cancel", [GMAIL])])
def test_another_account_than_expected_is_asked_about(
    browser: Client, alice: str, google: FakeGoogle, answer: str, connected: list[str]
) -> None:
    connect(browser)
    (found,) = mailboxes.mailboxes(alice)
    page = connect(browser, email=WORK, mailbox=found.mailbox_id)
    assert page.status_code == 200 and WORK in page.text and len(mailboxes.mailboxes(alice)) == 1
    rows = repr([row.to_dynamodb_dict() for row in tables.OneTimeToken.scan()])
    assert not any(token in rows for token in google.authority.refresh)
    assert browser.post("/accounts/google/switch/", {"answer": answer}).status_code == 302
    assert [each.email for each in mailboxes.mailboxes(alice)] == connected
    held = {grant.email for grant in google.authority.refresh.values()}
    assert held == set(connected)
    assert browser.post("/accounts/google/switch/", {"answer": "connect"})["Location"] == LIST
    assert [each.email for each in mailboxes.mailboxes(alice)] == connected


def test_choosing_an_account_that_is_connected_already_renews_that_one(browser: Client, alice: str) -> None:
    connect(browser)
    connect(browser, email=WORK)
    first, second = mailboxes.mailboxes(alice)
    mailboxes.needs_reconnecting(alice, first.mailbox_id, cause=Cause.REVOKED)
    assert connect(browser, email=WORK, mailbox=first.mailbox_id)["Location"] == LIST
    assert [each.is_connected for each in mailboxes.mailboxes(alice)] == [False, True]
    assert mailboxes.access_token(alice, second.mailbox_id, renew=True)


def test_a_test_mode_consent_is_warned_of_on_the_page(browser: Client, alice: str, google: FakeGoogle) -> None:
    google.authority.grant_lifetime = 604_800
    connect(browser)
    (found,) = mailboxes.mailboxes(alice)
    assert found.grant_expires_at is not None and not found.ends_soon
    ends = tables.Mailbox.grant_expires_at
    tables.Mailbox(alice, found.mailbox_id).update([ends.set(found.grant_expires_at - timedelta(days=5, minutes=1))])
    page = browser.get(LIST).text
    assert "because the consent screen is in testing" in page and "Renew the access" in page


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (lambda google: None, "Google has ended our access"),
        (lambda google: google.revoke(GMAIL), "Google had ended our access already"),
        (lambda google: google.fail("/revoke", status=503), "Google could not be told"),
    ],
)
def test_disconnecting_says_what_google_answered(
    browser: Client, alice: str, google: FakeGoogle, happens: Callable[[FakeGoogle], None], said: str
) -> None:
    connect(browser)
    (found,) = mailboxes.mailboxes(alice)
    happens(google)
    browser.post(f"{LIST}{found.mailbox_id}/disconnect/")
    assert said in browser.get(LIST).text and mailboxes.mailboxes(alice) == ()
    assert list(tables.MailboxToken.scan()) == [] and (google.authority.refresh == {}) is ("told" not in said)


def test_a_strangers_mailbox_is_not_there(browser: Client, alice: str, google: FakeGoogle) -> None:
    connect(browser)
    (found,) = mailboxes.mailboxes(alice)
    store.create_user(email="bob@example.com", name="Bob", password=PASSWORD)
    bob = entered("bob@example.com")
    assert bob.post(f"{LIST}{found.mailbox_id}/disconnect/").status_code == 404
    assert bob.post(START, {"mailbox": found.mailbox_id}).status_code == 404
    assert len(mailboxes.mailboxes(alice)) == 1 and google.calls["revoke"] == 0


def test_without_a_client_id_the_page_says_what_to_set(
    browser: Client, google: FakeGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_CLIENT_ID", "")
    config.cache_clear()
    assert "GOOGLE_CLIENT_ID" in browser.get(LIST).text
    assert browser.post(START)["Location"] == LIST


def test_losing_a_mailbox_is_told_in_the_persons_language(browser: Client, alice: str) -> None:
    connect(browser)
    store.change_profile(alice, name="Alice", language="sv", time_zone="Europe/Stockholm", home_currency=None)
    (found,) = mailboxes.mailboxes(alice)
    mailboxes.needs_reconnecting(alice, found.mailbox_id, cause=Cause.ACCOUNT_CLOSED)
    sent = ses_backends[DEFAULT_ACCOUNT_ID]["eu-north-1"].sent_messages[-1]
    assert "Google-kontot är stängt" in sent.body and sent.subject.startswith("Anslut")
