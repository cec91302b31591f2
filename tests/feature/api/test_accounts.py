"""Signing up, signing in and the profile, over the published routes."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import jwt
import pytest

from accounts import grants, mailboxes, personal_tokens, store, tokens
from accounts.claims import Scope
from accounts.tables import RequestAnswer
from accounts.user import User
from invoices.webhooks import Webhook
from lambdas import delete_user
from lambdas.api import flood
from paypulse.core import clock
from paypulse.core.errors import NotFoundError
from paypulse.sandbox.google import FakeGoogle
from tests.feature.api.conftest import PASSWORD, Client
from tests.feature.invoices.world import queue_event, taken

SIGNUP = {"email": "new@example.com", "name": "Nova", "password": PASSWORD}


def test_signing_up_gives_a_bearer_token_that_opens_the_profile(nobody: Client) -> None:
    reply = nobody("POST", "/v1/auth/signup", SIGNUP)

    assert (reply.status, reply.body["code"], reply.data["username"]) == (201, 201, "Nova")
    assert reply.data["token_type"] == "Bearer"
    profile = Client(reply.data["access_token"])("GET", "/v1/user/me")
    today = clock.today().isoformat()
    assert profile.data == {
        "name": "Nova",
        "email": "new@example.com",
        "created_on": today,
        "gmail_account_connected": False,
    }


def test_an_address_that_is_taken_is_refused(nobody: Client) -> None:
    nobody("POST", "/v1/auth/signup", SIGNUP)
    reply = nobody("POST", "/v1/auth/signup", {**SIGNUP, "email": "NEW@example.com"})

    assert (reply.status, reply.code) == (409, "USER_ALREADY_EXISTS")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "INVALID_JSON"),
        ({"email": "a@example.com"}, 400, "MISSING_FIELDS"),
        ({**SIGNUP, "name": 7}, 400, "INVALID_REQUEST"),
        ({**SIGNUP, "email": "no address"}, 400, "INVALID_REQUEST"),
        ({**SIGNUP, "password": "password"}, 422, "INVALID_REQUEST"),
    ],
)
def test_a_signup_that_does_not_fit_says_why(nobody: Client, body: object, status: int, code: str) -> None:
    reply = nobody("POST", "/v1/auth/signup", body)

    assert (reply.status, reply.code) == (status, code)


def test_the_wrong_media_type_is_415(nobody: Client) -> None:
    assert nobody("POST", "/v1/auth/login", "email=a", content_type="text/plain").status == 415


def test_an_oversized_body_is_413(nobody: Client) -> None:
    assert nobody("POST", "/v1/auth/login", "x" * 5_000_000).status == 413


def test_signing_in_tells_the_right_password_from_a_wrong_one(nobody: Client, alice: User) -> None:
    right = nobody("POST", "/v1/auth/login", {"email": "Alice@Example.com", "password": PASSWORD})
    wrong = nobody("POST", "/v1/auth/login", {"email": "alice@example.com", "password": "wrong"})
    unknown = nobody("POST", "/v1/auth/login", {"email": "who@example.com", "password": "wrong"})

    assert (right.status, right.data["username"]) == (200, "Alice")
    assert (wrong.status, wrong.code) == (401, "INVALID_CREDENTIALS")
    assert unknown.body == wrong.body


def test_guessing_is_throttled_and_says_for_how_long(nobody: Client, alice: User) -> None:
    guesses = [nobody("POST", "/v1/auth/login", {"email": "alice@example.com", "password": str(n)}) for n in range(11)]

    assert (guesses[-1].status, guesses[-1].code) == (429, "RATE_LIMITED")
    assert int(guesses[-1].headers["retry-after"]) > 0


def test_one_persons_flood_is_stemmed_and_nobody_elses_request(alice: User, as_alice: Client, as_bob: Client) -> None:
    with clock.frozen(clock.now()):
        for _ in range(flood.PER_MINUTE - 1):
            flood.check(alice.user_id)
        served = as_alice("GET", "/v1/user/me")
        refused, other = as_alice("GET", "/v1/user/me"), as_bob("GET", "/v1/user/me")

    assert (served.status, other.status) == (200, 200)
    assert (refused.status, refused.code) == (429, "RATE_LIMITED")
    assert 0 < int(refused.headers["retry-after"]) <= 60


def test_a_token_that_has_run_out_says_so(alice: User) -> None:
    token = tokens.issue(alice).token
    with clock.frozen(clock.now() + timedelta(hours=2)):
        reply = Client(token)("GET", "/v1/user/me")

    assert (reply.status, reply.code) == (401, "TOKEN_EXPIRED")


def test_a_password_change_ends_the_tokens_made_before(alice: User, as_alice: Client) -> None:
    store.set_password(alice.user_id, "something-else-entirely-9")

    assert as_alice("GET", "/v1/user/me").code == "INVALID_TOKEN"


def test_a_token_without_a_signature_or_with_a_foreign_one_is_refused(alice: User) -> None:
    claims = jwt.decode(tokens.issue(alice).token, options={"verify_signature": False})
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=").decode()
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    foreign = jwt.encode(claims, "another key that is long enough to be one", algorithm="HS256")

    for token in (f"{head}.{body}.", foreign, "nonsense"):
        assert (Client(token)("GET", "/v1/user/me").status, token) == (401, token)


def test_a_personal_token_does_only_what_its_scopes_say(alice: User) -> None:
    reader = Client(personal_tokens.make(alice.user_id, name="script", scopes=(Scope.READ,)))

    assert reader("GET", "/v1/user/me").status == 200
    refused = reader("POST", "/v1/auth/gmail/store-tokens", {"access_token": "x", "scope": ["y"]})
    assert (refused.status, refused.code) == (403, "INVALID_TOKEN")


def test_tokens_of_an_app_connect_the_mailbox(alice: User, google: FakeGoogle) -> None:
    granted = google.grant("alice@gmail.example")
    body = {
        "access_token": granted.access_token,
        "refresh_token": granted.refresh_token,
        "scope": ["https://www.googleapis.com/auth/gmail.readonly"],
    }
    client = Client(tokens.issue(alice).token)
    reply = client("POST", "/v1/auth/gmail/store-tokens", body)

    assert reply.status == 201
    assert (reply.data["google_email"], reply.data["account_switch"]) == ("alice@gmail.example", False)
    assert client("GET", "/v1/user/me").data["gmail_account_connected"] is True


def test_the_same_tokens_may_come_as_a_form(as_alice: Client, google: FakeGoogle) -> None:
    granted = google.grant("alice@gmail.example")
    form = f"access_token={granted.access_token}&scope=openid+https://www.googleapis.com/auth/gmail.readonly"
    reply = as_alice("POST", "/v1/auth/gmail/store-tokens", form, content_type="application/x-www-form-urlencoded")

    assert reply.status == 201


def test_a_refresh_token_that_is_left_out_erases_none(alice: User, as_alice: Client, google: FakeGoogle) -> None:
    granted = google.grant("alice@gmail.example")
    body = {"access_token": granted.access_token, "scope": ["https://www.googleapis.com/auth/gmail.readonly"]}
    as_alice("POST", "/v1/auth/gmail/store-tokens", {**body, "refresh_token": granted.refresh_token})
    again = as_alice("POST", "/v1/auth/gmail/store-tokens", body)

    assert again.status == 201
    [kept] = mailboxes.mailboxes(alice.user_id)
    assert grants.grant(alice.user_id, kept.mailbox_id).refresh_token == granted.refresh_token


def test_another_google_account_is_told_as_a_switch(as_alice: Client, google: FakeGoogle) -> None:
    scope = ["https://www.googleapis.com/auth/gmail.readonly"]
    for email, switch in (("a@gmail.example", False), ("b@gmail.example", True), ("b@gmail.example", False)):
        body = {"access_token": google.grant(email).access_token, "scope": scope, "email": email}
        assert as_alice("POST", "/v1/auth/gmail/store-tokens", body).data["account_switch"] is switch


def test_asking_google_about_token_after_token_is_throttled(as_alice: Client, google: FakeGoogle) -> None:
    body = {"access_token": "guessed", "scope": ["https://www.googleapis.com/auth/gmail.readonly"]}
    replies = [as_alice("POST", "/v1/auth/gmail/store-tokens", body) for _ in range(31)]

    assert (replies[0].status, replies[0].code) == (401, "GMAIL_TOKEN_EXPIRED")
    assert (replies[-1].status, replies[-1].code) == (429, "RATE_LIMITED")
    assert int(replies[-1].headers["retry-after"]) > 0


def test_tokens_that_may_not_read_mail_are_refused(as_alice: Client, google: FakeGoogle) -> None:
    granted = google.grant("alice@gmail.example")
    body = {"access_token": granted.access_token, "scope": ["openid"]}

    assert as_alice("POST", "/v1/auth/gmail/store-tokens", body).status == 403


def test_a_request_with_a_key_is_done_once_and_answered_the_same(as_alice: Client, google: FakeGoogle) -> None:
    granted = google.grant("alice@gmail.example")
    body = {"access_token": granted.access_token, "scope": ["https://www.googleapis.com/auth/gmail.readonly"]}
    first = as_alice("POST", "/v1/auth/gmail/store-tokens", body, idempotency_key="k1")
    asked = google.calls.total()
    again = as_alice("POST", "/v1/auth/gmail/store-tokens", body, idempotency_key="k1")

    assert (again.status, again.body) == (first.status, first.body)
    assert google.calls.total() == asked


def test_a_key_that_stands_for_another_request_is_refused(as_alice: Client, google: FakeGoogle) -> None:
    granted = google.grant("alice@gmail.example")
    body = {"access_token": granted.access_token, "scope": ["https://www.googleapis.com/auth/gmail.readonly"]}
    as_alice("POST", "/v1/auth/gmail/store-tokens", body, idempotency_key="k1")
    other = as_alice("POST", "/v1/auth/gmail/store-tokens", {**body, "expires_in": 5}, idempotency_key="k1")

    assert (other.status, other.code) == (409, "INVALID_REQUEST")


def test_a_key_covers_the_query_too(alice: User, as_alice: Client) -> None:
    first = as_alice(
        "POST", "/v1/invoices/upload?filename=a.pdf", "%PDF", content_type="application/pdf", idempotency_key="k"
    )
    other = as_alice(
        "POST", "/v1/invoices/upload?filename=b.pdf", "%PDF", content_type="application/pdf", idempotency_key="k"
    )

    assert (first.status, other.status) == (202, 409)


def test_a_secret_is_made_once_under_a_key_and_kept_nowhere(alice: User, as_alice: Client) -> None:
    wanted = {"name": "script", "scopes": ["invoices:read"]}
    made = as_alice("POST", "/v1/tokens", wanted, idempotency_key="k1")
    again = as_alice("POST", "/v1/tokens", wanted, idempotency_key="k1")

    assert (made.status, again.status, len(personal_tokens.of(alice.user_id))) == (201, 409, 1)
    assert made.data["token"] not in repr([row.to_dynamodb_dict() for row in RequestAnswer.scan()])


def test_nobody_heaps_up_tokens(as_alice: Client) -> None:
    made = [as_alice("POST", "/v1/tokens", {"name": "script", "scopes": ["account"]}).status for _ in range(51)]

    assert made == [201] * 50 + [422]


def test_a_failed_request_may_be_tried_again_under_its_key(as_alice: Client, google: FakeGoogle) -> None:
    granted = google.grant("alice@gmail.example")
    body = {"access_token": granted.access_token, "scope": ["https://www.googleapis.com/auth/gmail.readonly"]}
    google.fail("tokeninfo", status=503)
    failed = as_alice("POST", "/v1/auth/gmail/store-tokens", body, idempotency_key="k1")

    assert (failed.status, failed.code, failed.headers["retry-after"]) == (503, "DEPENDENCY_FAILURE", "5")
    assert as_alice("POST", "/v1/auth/gmail/store-tokens", body, idempotency_key="k1").status == 201


def test_a_webhook_is_set_shown_without_its_secret_and_removed(alice: User, as_alice: Client) -> None:
    assert as_alice("GET", "/v1/webhook").data is None
    made = as_alice("PUT", "/v1/webhook", {"url": "https://example.com/hook"})

    assert Webhook.of(store.user(alice.user_id).preferences) == Webhook("https://example.com/hook", made.data["secret"])
    assert as_alice("GET", "/v1/webhook").data == {"url": "https://example.com/hook"}
    as_alice("DELETE", "/v1/webhook")
    assert as_alice("GET", "/v1/webhook").data is None


@pytest.mark.parametrize(
    "url", ["http://example.com/", "https://user:pass@example.com/", "https://[", "ftp://example.com"]
)
def test_a_webhook_that_is_no_plain_https_address_is_refused(as_alice: Client, url: str) -> None:
    assert as_alice("PUT", "/v1/webhook", {"url": url}).status in (400, 422)


def test_personal_tokens_are_made_listed_and_ended(alice: User, as_alice: Client) -> None:
    made = as_alice("POST", "/v1/tokens", {"name": "script", "scopes": ["invoices:read"]})
    [listed] = as_alice("GET", "/v1/tokens").data["tokens"]
    script = Client(made.data["token"])

    assert (listed["name"], listed["scopes"], listed["last_used_at"]) == ("script", ["invoices:read"], None)
    assert script("GET", "/v1/invoices/rental").status == 200
    assert as_alice("DELETE", f"/v1/tokens/{listed['token_id']}").data["tokens"] == []
    assert script("GET", "/v1/invoices/rental").status == 401


def test_a_token_cannot_make_a_mightier_one(alice: User) -> None:
    keeper = Client(personal_tokens.make(alice.user_id, name="keeper", scopes=(Scope.ACCOUNT,)))

    assert keeper("POST", "/v1/tokens", {"name": "more", "scopes": ["invoices:write"]}).status == 403


def test_closing_the_account_ends_every_token_and_asks_for_erasure(alice: User, as_alice: Client) -> None:
    reply = as_alice("DELETE", "/v1/user/me")

    assert (reply.status, reply.data["state"]) == (202, "erasing")
    assert as_alice("GET", "/v1/user/me").status == 401
    [asked] = taken("erase-user")
    delete_user.handler(queue_event([asked]), None)
    with pytest.raises(NotFoundError):
        store.user(alice.user_id)
