"""Google's own client libraries against the local Google, unchanged: what they believe, the product may believe."""

from __future__ import annotations

import time
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import google.auth.transport.requests
import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import AuthorizedSession
from google.oauth2 import id_token
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import Flow
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest

from paypulse.sandbox.google import GMAIL_SCOPES, FakeGoogle, approve

ALICE = "alice@example.com"
CALLBACK = "http://127.0.0.1:8000/accounts/google/callback/"
TRANSPORT = google.auth.transport.requests.Request()


def mail(
    subject: str = "Your receipt", *, sender: str = "billing@shop.example", attachment: bytes | None = None
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, ALICE, subject
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0000"
    message.set_content("Total 12.50")
    message.add_alternative("<p>Total <b>12.50</b></p>", subtype="html")
    if attachment is not None:
        message.add_attachment(attachment, maintype="application", subtype="pdf", filename="Räkning 42.pdf")
    return message.as_bytes()


def flow(google: FakeGoogle, **options: Any) -> Flow:
    settings = google.environment()
    web = {
        "client_id": settings["GOOGLE_CLIENT_ID"],
        "client_secret": settings["GOOGLE_CLIENT_SECRET"],
        "auth_uri": settings["GOOGLE_AUTH_URI"],
        "token_uri": settings["GOOGLE_TOKEN_URI"],
    }
    return Flow.from_client_config({"web": web}, scopes=list(GMAIL_SCOPES), redirect_uri=CALLBACK, **options)


def consented(google: FakeGoogle, **options: str) -> Credentials:
    google.add_account(ALICE)
    each = flow(google)
    url, _ = each.authorization_url(access_type="offline", **options)
    each.fetch_token(authorization_response=approve(url, email=ALICE))
    return each.credentials


def granted(google: FakeGoogle) -> Credentials:
    tokens = google.grant(ALICE)
    settings = google.environment()
    return Credentials(
        tokens.access_token,
        refresh_token=tokens.refresh_token,
        token_uri=settings["GOOGLE_TOKEN_URI"],
        client_id=settings["GOOGLE_CLIENT_ID"],
        client_secret=settings["GOOGLE_CLIENT_SECRET"],
    )


def gmail(google: FakeGoogle) -> Any:
    endpoint = {"api_endpoint": google.url}
    return build("gmail", "v1", credentials=granted(google), client_options=endpoint, static_discovery=True).users()


def test_consent_gives_tokens_and_a_signed_identity(google: FakeGoogle) -> None:
    google.add_account(ALICE)
    first = flow(google)
    url, state = first.authorization_url(access_type="offline", prompt="consent", nonce="n-1")
    callback = approve(url, email=ALICE)
    assert parse_qs(urlsplit(callback).query)["state"] == [state]

    second = flow(google, state=state, code_verifier=first.code_verifier)  # the callback is another request
    second.fetch_token(authorization_response=callback)
    claims = id_token.verify_token(
        second.credentials.id_token, TRANSPORT, audience="test-client", certs_url=f"{google.url}/oauth2/v1/certs"
    )
    assert (claims["email"], claims["nonce"], claims["email_verified"]) == (ALICE, "n-1", True)
    assert second.credentials.refresh_token
    person = AuthorizedSession(second.credentials).get(google.environment()["GOOGLE_USERINFO_URI"]).json()
    assert person["sub"] == claims["sub"]


def test_a_code_needs_the_verifier_that_its_challenge_was_made_from(google: FakeGoogle) -> None:
    google.add_account(ALICE)
    callback = approve(flow(google).authorization_url()[0], email=ALICE)
    with pytest.raises(Exception, match="Missing code verifier"):
        flow(google, autogenerate_code_verifier=False).fetch_token(authorization_response=callback)


def test_a_code_works_once(google: FakeGoogle) -> None:
    google.add_account(ALICE)
    each = flow(google)
    url, state = each.authorization_url()
    callback = approve(url, email=ALICE)
    each.fetch_token(authorization_response=callback)
    with pytest.raises(Exception, match="invalid_grant"):
        flow(google, state=state, code_verifier=each.code_verifier).fetch_token(authorization_response=callback)


def test_a_person_can_say_no_or_leave_the_mail_unticked(google: FakeGoogle) -> None:
    google.add_account(ALICE)
    url, _ = flow(google).authorization_url()
    assert "error=access_denied" in approve(url, email=ALICE, decision="deny")
    each = flow(google)
    url, _ = each.authorization_url()
    with pytest.raises(Warning, match="Scope has changed"):
        each.fetch_token(authorization_response=approve(url, email=ALICE, scopes=["openid"]))


def test_only_the_first_consent_or_an_explicit_one_gives_a_refresh_token(google: FakeGoogle) -> None:
    assert consented(google).refresh_token
    assert consented(google).refresh_token is None
    assert consented(google, prompt="consent").refresh_token


def test_a_revoked_or_outlived_grant_cannot_be_refreshed(google: FakeGoogle) -> None:
    revoked, outlived = granted(google), granted(google)
    revoked.refresh(TRANSPORT)
    assert requests.post(f"{google.url}/revoke", data={"token": revoked.refresh_token}, timeout=5).ok
    with pytest.raises(RefreshError, match="invalid_grant"):
        revoked.refresh(TRANSPORT)
    outlived = granted(google)
    google.authority.grant_lifetime = -1
    with pytest.raises(RefreshError, match="invalid_grant"):
        outlived.refresh(TRANSPORT)


def test_a_test_mode_app_is_told_when_its_grant_ends(google: FakeGoogle) -> None:
    google.authority.grant_lifetime = 604_800
    google.add_account(ALICE)
    each = flow(google)
    url, _ = each.authorization_url(access_type="offline")
    answer = each.fetch_token(authorization_response=approve(url, email=ALICE))
    assert answer["refresh_token_expires_in"] == 604_800


def test_the_token_endpoint_refuses_as_asked(google: FakeGoogle) -> None:
    google.fail("/token", oauth_error="invalid_grant", description="Bad Request", subtype="invalid_rapt")
    with pytest.raises(RefreshError, match="Reauthentication"):
        granted(google).refresh(TRANSPORT)


def test_a_token_can_be_asked_about(google: FakeGoogle) -> None:
    address = google.environment()["GOOGLE_TOKENINFO_URI"]
    about = requests.get(address, params={"access_token": google.grant(ALICE).access_token}, timeout=5).json()
    assert (about["aud"], about["email"], about["scope"].split()) == ("test-client", ALICE, list(GMAIL_SCOPES))
    unknown = requests.get(address, params={"access_token": "unknown"}, timeout=5)
    assert (unknown.status_code, unknown.json()["error"]) == (400, "invalid_token")


def test_the_library_renews_an_access_token_that_ended_in_the_middle(google: FakeGoogle) -> None:
    session = AuthorizedSession(granted(google))
    google.expire_access(ALICE)
    assert session.get(f"{google.url}/gmail/v1/users/me/profile").json()["emailAddress"] == ALICE
    assert google.calls["token"] == 1


def test_a_list_is_paged_and_newest_first(google: FakeGoogle) -> None:
    sent = [google.deliver(ALICE, mail(), sent=datetime(2026, 11, day, tzinfo=UTC)) for day in range(1, 8)]
    messages = gmail(google).messages()
    found, request = [], messages.list(userId="me", q="from:shop.example", maxResults=3)
    while request is not None:
        page = request.execute()
        found += [each["id"] for each in page["messages"]]
        request = messages.list_next(request, page)
    assert found == sent[::-1]
    assert "messages" not in messages.list(userId="me", q="from:nobody.example").execute()


def test_a_mail_comes_raw_in_parts_and_with_its_attachment(google: FakeGoogle) -> None:
    raw = mail(attachment=b"%PDF-1.7 invented")
    message_id = google.deliver(ALICE, raw)
    messages = gmail(google).messages()
    assert urlsafe_b64decode(messages.get(userId="me", id=message_id, format="raw").execute()["raw"]) == raw
    parts = messages.get(userId="me", id=message_id).execute()["payload"]["parts"]
    assert [part["mimeType"] for part in parts] == ["multipart/alternative", "application/pdf"]
    assert parts[1]["filename"] == "Räkning 42.pdf"
    attachment = messages.attachments().get(userId="me", messageId=message_id, id=parts[1]["body"]["attachmentId"])
    assert urlsafe_b64decode(attachment.execute()["data"]) == b"%PDF-1.7 invented"
    metadata = messages.get(userId="me", id=message_id, format="metadata", metadataHeaders=["Subject"]).execute()
    assert [header["name"] for header in metadata["payload"]["headers"]] == ["Subject"]


def test_history_follows_what_came_and_went_until_it_is_too_old(google: FakeGoogle) -> None:
    google.deliver(ALICE, mail())
    users = gmail(google)
    start = users.getProfile(userId="me").execute()["historyId"]
    assert "history" not in users.history().list(userId="me", startHistoryId=start).execute()
    new = google.deliver(ALICE, mail("Another"))
    google.label(ALICE, new, add=["STARRED"])
    page = users.history().list(userId="me", startHistoryId=start, historyTypes=["messageAdded"]).execute()
    assert [each["messagesAdded"][0]["message"]["id"] for each in page["history"]] == [new]
    google.expire_history(ALICE)
    with pytest.raises(HttpError) as refused:
        users.history().list(userId="me", startHistoryId=start).execute()
    assert refused.value.status_code == 404


def test_a_batch_answers_each_call_on_its_own(google: FakeGoogle) -> None:
    wanted = [google.deliver(ALICE, mail(f"Receipt {i}")) for i in range(4)]
    messages, got, missing = gmail(google).messages(), [], []
    batch = BatchHttpRequest(
        callback=lambda number, _, error: (missing if error else got).append(number),
        batch_uri=f"{google.url}/batch/gmail/v1",
    )
    for each in [*wanted, "gone"]:
        batch.add(messages.get(userId="me", id=each, format="minimal"), request_id=each)
    batch.execute()
    assert (got, missing) == (wanted, ["gone"])
    assert google.calls["messages.get"] == 5


def test_the_quota_counts_units_a_minute(google: FakeGoogle) -> None:
    message_id = google.deliver(ALICE, mail())
    messages = gmail(google).messages()
    google.quota.per_minute = 45
    for _ in range(2):
        messages.get(userId="me", id=message_id, format="minimal").execute()
    messages.list(userId="me").execute()
    with pytest.raises(HttpError) as refused:
        messages.list(userId="me").execute()
    assert (refused.value.status_code, refused.value.error_details[0]["reason"]) == (429, "rateLimitExceeded")


def test_calls_go_wrong_when_asked_to(google: FakeGoogle) -> None:
    google.deliver(ALICE, mail())
    messages = gmail(google).messages()
    google.fail("/messages", status=403, after=1)
    messages.list(userId="me").execute()
    with pytest.raises(HttpError, match="rateLimitExceeded"):
        messages.list(userId="me").execute()
    google.fail("/messages", cut=True)
    session = AuthorizedSession(granted(google))
    with pytest.raises(requests.RequestException):
        session.get(f"{google.url}/gmail/v1/users/me/messages")
    google.fail("/messages", delay=0.2)
    before = time.monotonic()
    messages.list(userId="me").execute()
    assert time.monotonic() - before >= 0.2


def test_a_token_reads_its_own_mailbox_only(google: FakeGoogle) -> None:
    google.deliver("bob@example.com", mail())
    messages = gmail(google).messages()
    assert "messages" not in messages.list(userId="me").execute()
    with pytest.raises(HttpError) as refused:
        messages.list(userId="bob@example.com").execute()
    assert refused.value.status_code == 403
    narrow = google.grant(ALICE, scopes=["openid"]).access_token
    reply = requests.get(
        f"{google.url}/gmail/v1/users/me/profile", headers={"Authorization": f"Bearer {narrow}"}, timeout=5
    )
    assert reply.status_code == 403


def test_mail_and_grants_outlive_the_server(tmp_path: Path) -> None:
    with FakeGoogle(folder=tmp_path) as google:
        kept = google.deliver(ALICE, mail(), sent=datetime(2026, 5, 1, tzinfo=UTC))
        gone = google.deliver(ALICE, mail("Another"))
        google.remove(ALICE, gone)
        token = google.grant(ALICE).access_token
    with FakeGoogle(folder=tmp_path) as google:
        address = f"{google.url}/gmail/v1/users/me/messages"
        found = requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=5).json()
        assert [each["id"] for each in found["messages"]] == [kept]
        assert google.deliver(ALICE, mail()) > gone


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "abc"),
        ("receipt", "ac"),
        ("subject:receipt", "a"),
        ("subject:(receipt ready)", "a"),
        ('subject:"receipt is"', "a"),
        ('subject:"is receipt"', ""),
        ("from:shop.example", "a"),
        ("from:sho", ""),
        ("{from:shop.example from:cafe.example}", "ac"),
        ("{from:shop.example from:noreply@store.example} {subject:order (subject:receipt subject:ready)}", "ab"),
        ("from:(shop.example OR store.example)", "ab"),
        ("from:shop.example OR from:store.example has:attachment", "a"),
        ("-has:attachment", "bc"),
        ("-{from:shop.example from:cafe.example}", "b"),
        ("filename:pdf", "a"),
        ("after:1793664000 before:1793750400", "b"),
        ("after:2026/11/03", "c"),
        ("in:inbox is:unread", "ab"),
        ("label:paid-food", "c"),
        ("larger:1M", ""),
        ("newer_than:1y", "abc"),
    ],
)
def test_a_search_finds_what_gmail_would(google: FakeGoogle, query: str, expected: str) -> None:
    names = {
        google.deliver(
            ALICE, mail("Your receipt is ready", attachment=b"x"), sent=datetime(2026, 11, 2, tzinfo=UTC)
        ): "a",
        google.deliver(
            ALICE, mail("Order 7", sender="noreply@store.example"), sent=datetime(2026, 11, 3, 1, tzinfo=UTC)
        ): "b",
        google.deliver(
            ALICE,
            mail("Lunch", sender="bo@cafe.example").replace(b"Total", b"no receipt"),
            sent=datetime(2026, 11, 4, 1, tzinfo=UTC),
            labels=("INBOX", "Paid/Food"),
        ): "c",
    }
    found = gmail(google).messages().list(userId="me", q=query).execute().get("messages", [])
    assert "".join(sorted(names[each["id"]] for each in found)) == expected


def test_an_operator_it_does_not_know_is_refused(google: FakeGoogle) -> None:
    with pytest.raises(HttpError, match="does not know"):
        gmail(google).messages().list(userId="me", q="sender:shop.example").execute()
