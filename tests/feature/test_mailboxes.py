"""Connected mailboxes: tokens sealed, renewed once, and what happens when access ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from accounts import grants, mailboxes, store, tables, vault
from accounts.google import GMAIL_READONLY, Cause, GoogleTokens, GoogleUnavailableError, Revocation, ScopeError
from accounts.mailboxes import Mailbox, MailboxState, ReconnectNeededError, SyncRunningError
from paypulse.core.categories import Category
from paypulse.core.clock import frozen, now
from paypulse.core.errors import NotFoundError
from paypulse.sandbox.google import FakeGoogle
from tests.feature.refusing import mail_refused

ADDRESS = "alice@gmail.example"
SCOPES = ("openid", GMAIL_READONLY)


@pytest.fixture
def alice(aws: None) -> str:
    return store.create_user(email="alice@example.com", name="Alice", password="korvstroganoff-och-ris").user_id


@pytest.fixture
def bob(aws: None) -> str:
    return store.create_user(email="bob@example.com", name="Bob", password="pannkakor-med-sylt-9").user_id


def connected(user_id: str, google: FakeGoogle, *, email: str = ADDRESS, expires_in: int = 3600) -> Mailbox:
    granted = google.grant(email)
    tokens = GoogleTokens(
        access_token=granted.access_token,
        refresh_token=granted.refresh_token,
        expires_at=now() + timedelta(seconds=expires_in),
    )
    google_id = google.add_account(email).google_id
    return mailboxes.connect(user_id, google_id=google_id, email=email, tokens=tokens, scopes=SCOPES)


def mails_sent() -> list[str]:
    return [message.body for message in ses_backends[DEFAULT_ACCOUNT_ID]["eu-north-1"].sent_messages]


def test_a_connected_mailbox_is_found_by_its_owner_and_by_the_schedules(
    alice: str, bob: str, google: FakeGoogle
) -> None:
    found = connected(alice, google)
    assert found.state is MailboxState.CONNECTED and found.email == ADDRESS
    assert mailboxes.mailboxes(alice) == (found,)
    assert mailboxes.mailbox(alice, found.mailbox_id) == found
    assert list(mailboxes.each_connected()) == [(alice, found.mailbox_id)]
    assert mailboxes.mailboxes(bob) == ()
    with pytest.raises(NotFoundError):
        mailboxes.mailbox(bob, found.mailbox_id)
    with pytest.raises(NotFoundError):
        mailboxes.access_token(bob, found.mailbox_id)


def test_tokens_are_sealed_for_their_person(alice: str, bob: str, google: FakeGoogle) -> None:
    found = connected(alice, google)
    stored = grants.grant(alice, found.mailbox_id)
    row = tables.MailboxToken.get(alice, found.mailbox_id)
    assert stored.refresh_token is not None and stored.refresh_token.encode() not in row.ciphertext
    assert stored.refresh_token not in json.dumps(row.to_dynamodb_dict(), default=repr)
    with pytest.raises(vault.SealError):
        vault.opened(bob, row.ciphertext)
    assert stored.refresh_token not in repr(stored) and stored.access_token not in repr(stored)


def test_a_token_that_still_lasts_is_given_without_asking_google(alice: str, google: FakeGoogle) -> None:
    found = connected(alice, google)
    token = mailboxes.access_token(alice, found.mailbox_id)
    assert token == grants.grant(alice, found.mailbox_id).access_token and google.calls["token"] == 0


def test_a_token_that_ran_out_is_renewed_and_kept(alice: str, google: FakeGoogle) -> None:
    found = connected(alice, google, expires_in=10)
    before = grants.grant(alice, found.mailbox_id)
    token = mailboxes.access_token(alice, found.mailbox_id)
    assert token != before.access_token
    assert mailboxes.access_token(alice, found.mailbox_id) == token and google.calls["token"] == 1
    assert grants.grant(alice, found.mailbox_id).refresh_token == before.refresh_token


def test_a_refused_token_is_renewed_on_demand_once(alice: str, google: FakeGoogle) -> None:
    found = connected(alice, google)
    before = mailboxes.access_token(alice, found.mailbox_id)
    assert mailboxes.access_token(alice, found.mailbox_id, renew=True) != before
    mailboxes.access_token(alice, found.mailbox_id, renew=True)
    assert google.calls["token"] == 1


def test_a_consent_without_a_refresh_token_keeps_the_stored_one(alice: str, google: FakeGoogle) -> None:
    found = connected(alice, google)
    kept = grants.grant(alice, found.mailbox_id).refresh_token
    tokens = GoogleTokens(access_token="ya29.newer", refresh_token=None, expires_at=now() + timedelta(hours=1))
    mailboxes.connect(
        alice, google_id=google.add_account(ADDRESS).google_id, email=ADDRESS, tokens=tokens, scopes=SCOPES
    )
    stored = grants.grant(alice, found.mailbox_id)
    assert (stored.access_token, stored.refresh_token) == ("ya29.newer", kept)


def test_tokens_that_no_longer_open_do_not_keep_the_person_from_connecting_anew(
    alice: str, bob: str, google: FakeGoogle
) -> None:
    found = connected(alice, google)
    foreign = vault.seal(bob, "{}")
    tables.MailboxToken(alice, found.mailbox_id).update([tables.MailboxToken.ciphertext.set(foreign)])
    connected(alice, google)
    assert mailboxes.access_token(alice, found.mailbox_id) in google.authority.access


def test_without_the_right_to_read_mail_nothing_is_connected(alice: str, google: FakeGoogle) -> None:
    tokens = GoogleTokens(access_token="ya29.x", refresh_token="1//x", expires_at=now() + timedelta(hours=1))
    with pytest.raises(ScopeError):
        mailboxes.connect(alice, google_id="1", email=ADDRESS, tokens=tokens, scopes=("openid",))
    assert mailboxes.mailboxes(alice) == () and list(tables.MailboxToken.scan()) == []


def test_it_asks_to_reconnect_when_google_refuses_the_refresh(alice: str, google: FakeGoogle) -> None:
    found = connected(alice, google, expires_in=10)
    google.revoke(ADDRESS)
    for _ in range(3):
        with pytest.raises(ReconnectNeededError) as refused:
            mailboxes.access_token(alice, found.mailbox_id)
        assert refused.value.cause is Cause.REVOKED
    after = mailboxes.mailbox(alice, found.mailbox_id)
    assert (after.state, after.cause) == (MailboxState.NEEDS_RECONNECTING, Cause.REVOKED)
    assert list(mailboxes.each_connected()) == [] and google.calls["token"] == 1
    assert len(mails_sent()) == 1 and ADDRESS in mails_sent()[0]


def test_an_address_that_takes_no_mail_holds_nothing_up(alice: str, google: FakeGoogle) -> None:
    found = connected(alice, google)
    with mail_refused():
        mailboxes.needs_reconnecting(alice, found.mailbox_id, cause=Cause.REVOKED)
    assert mailboxes.mailbox(alice, found.mailbox_id).cause is Cause.REVOKED


def test_connecting_again_goes_on_from_where_it_stopped(alice: str, google: FakeGoogle) -> None:
    found = connected(alice, google)
    until = datetime(2026, 11, 1, tzinfo=UTC)
    mailboxes.settle(alice, found.mailbox_id, category=Category.RETAIL, until=until, history_id="77")
    mailboxes.needs_reconnecting(alice, found.mailbox_id, cause=Cause.SCOPE_WITHDRAWN)
    again = connected(alice, google)
    assert again.is_connected and again.cause is None
    assert (again.retail_settled_until, again.retail_history_id, again.connected_at) == (
        until,
        "77",
        found.connected_at,
    )
    mailboxes.needs_reconnecting(alice, found.mailbox_id, cause=Cause.REVOKED)
    assert len(mails_sent()) == 2


def test_the_end_of_a_test_mode_grant_is_warned_of_once_and_named(alice: str, google: FakeGoogle) -> None:
    found = connected(alice, google)
    tables.Mailbox(alice, found.mailbox_id).update([tables.Mailbox.grant_expires_at.set(now() + timedelta(days=7))])
    mailboxes.warn_before_it_ends(alice, found.mailbox_id)
    assert mails_sent() == []
    for days in (3, 4, 5):  # the nightly round, within five days of the consent
        with frozen(now() + timedelta(days=days, minutes=1)):
            mailboxes.warn_before_it_ends(alice, found.mailbox_id)
            assert mailboxes.mailbox(alice, found.mailbox_id).ends_soon is (days >= 4)
            assert len(mails_sent()) == (1 if days >= 4 else 0)
    google.revoke(ADDRESS)
    with frozen(now() + timedelta(days=7, minutes=1)), pytest.raises(ReconnectNeededError) as refused:
        mailboxes.access_token(alice, found.mailbox_id)
    assert refused.value.cause is Cause.TEST_MODE


@pytest.mark.parametrize("status", [500, 503])
def test_a_google_that_is_down_changes_no_state(alice: str, google: FakeGoogle, status: int) -> None:
    found = connected(alice, google, expires_in=10)
    google.fail("/token", status=status, times=20)
    with pytest.raises(GoogleUnavailableError) as failed:
        mailboxes.access_token(alice, found.mailbox_id)
    assert failed.value.retryable and mailboxes.mailbox(alice, found.mailbox_id).is_connected
    google.heal()
    assert mailboxes.access_token(alice, found.mailbox_id)


def test_a_mark_never_goes_backwards_and_the_persons_is_the_earliest(alice: str, google: FakeGoogle) -> None:
    one, other = connected(alice, google), connected(alice, google, email="alice.work@gmail.example")
    october, november = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    mailboxes.settle(alice, one.mailbox_id, category=Category.RETAIL, until=november, history_id="9")
    assert store.user(alice).last_retail_invoice_fetch is None
    mailboxes.settle(alice, one.mailbox_id, category=Category.RETAIL, until=october, history_id="3")
    mailboxes.settle(alice, other.mailbox_id, category=Category.RETAIL, until=october)
    mailboxes.settle(alice, other.mailbox_id, category=Category.RENTAL, until=november)
    settled = mailboxes.mailbox(alice, one.mailbox_id)
    assert (settled.retail_settled_until, settled.retail_history_id, settled.rental_settled_until) == (
        november,
        "9",
        None,
    )
    assert store.user(alice).last_retail_invoice_fetch == october


def test_a_mailbox_is_synced_by_one_at_a_time(alice: str, google: FakeGoogle) -> None:
    found = connected(alice, google)
    with mailboxes.sync_lock(alice, found.mailbox_id, seconds=60):
        with pytest.raises(SyncRunningError), mailboxes.sync_lock(alice, found.mailbox_id, seconds=60):
            pytest.fail("two at once")
        with frozen(now() + timedelta(seconds=61)), mailboxes.sync_lock(alice, found.mailbox_id, seconds=60):
            pass
    with mailboxes.sync_lock(alice, found.mailbox_id, seconds=60):
        pass


def test_disconnecting_revokes_at_google_and_forgets(alice: str, google: FakeGoogle) -> None:
    found = connected(alice, google)
    token = grants.grant(alice, found.mailbox_id).refresh_token
    assert mailboxes.disconnect(alice, found.mailbox_id) is Revocation.REVOKED
    assert mailboxes.mailboxes(alice) == () and list(tables.MailboxToken.scan()) == []
    assert token not in google.authority.refresh


def test_disconnecting_says_when_google_cannot_be_told(alice: str, google: FakeGoogle) -> None:
    found = connected(alice, google)
    google.fail("/revoke", status=503)
    assert mailboxes.disconnect(alice, found.mailbox_id) is Revocation.UNREACHABLE
    assert mailboxes.mailboxes(alice) == ()
    gone = connected(alice, google)
    google.revoke(ADDRESS)
    assert mailboxes.disconnect(alice, gone.mailbox_id) is Revocation.ALREADY_GONE


def test_nothing_is_connected_for_a_person_who_left(alice: str, google: FakeGoogle) -> None:
    store.close(alice)
    with pytest.raises(NotFoundError):
        connected(alice, google)
    assert list(tables.Mailbox.scan()) == [] and list(tables.MailboxToken.scan()) == []
