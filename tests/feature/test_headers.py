"""What every answer says to the browser: nothing inline, nothing framed, nothing cached, and in production nothing unencrypted."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client, override_settings

from accounts import store
from invoices import documents
from paypulse.core.clock import today
from paypulse.core.config import ConfigError, read
from tests import household
from tests.feature.api.conftest import request_event, through_the_gateway

PASSWORD = "korvstroganoff-och-ris"
SECRETS = ("PAYPULSE_SECRET_KEY", "PAYPULSE_JWT_KEYS")
PAGES = (
    "/accounts/settings/",
    "/accounts/settings/mailboxes/",
    "/accounts/settings/notifications/",
    "/accounts/settings/security/",
    "/accounts/settings/security/second-step/",
    "/accounts/settings/trail/",
    "/accounts/settings/data/",
    "/accounts/settings/delete/",
    "/accounts/settings/password/",
    "/accounts/settings/address/",
    "/accounts/confirm/",
)
OUTSIDE = ("/accounts/sign-in/", "/accounts/sign-up/", "/accounts/reset/", "/accounts/sent/", "/accounts/goodbye/")

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def browser() -> Client:
    store.create_user(email="alice@example.com", name="Alice", password=PASSWORD)
    client = Client()
    client.post("/accounts/sign-in/", {"email": "alice@example.com", "password": PASSWORD})
    return client


def inline(text: str) -> list[str]:
    """Whatever a policy of 'self' would stop: scripts without a source, styles, event handlers."""
    return re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=\"|\son[a-z]+=\"|javascript:", text)


def test_pages_hold_nothing_inline_and_say_so(browser: Client) -> None:
    for place in (*PAGES, *OUTSIDE):
        answer = (Client() if place in OUTSIDE else browser).get(place)
        assert answer.status_code == 200 and inline(answer.text) == [], place
        policy = dict(
            part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";") if part.strip()
        )
        assert policy["default-src"] == "'self'" and policy["object-src"] == policy["base-uri"] == "'none'"
        assert policy["frame-ancestors"] == "'self'"
        assert "unsafe" not in answer["Content-Security-Policy"] and "*" not in answer["Content-Security-Policy"]


def test_answers_are_not_sniffed_framed_or_leaked(browser: Client) -> None:
    answer = browser.get("/accounts/settings/")
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Referrer-Policy"] == "same-origin" and answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store, private" and "camera=()" in answer["Permissions-Policy"]


def test_the_session_cookie_is_out_of_reach_of_scripts(browser: Client) -> None:
    cookie = browser.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


HOSTILE = b"""<html><body onload="steal()"><script>steal()</script><img src="https://spy.example/x.png" onerror="steal()">
<a href="javascript:steal()">x</a><form action="https://spy.example"><input></form><p>Total 12.50 SEK</p></body></html>"""


def test_a_stored_document_is_shown_with_nothing_that_runs_and_saved_as_a_file(browser: Client) -> None:
    alice = store.user_by_email("alice@example.com")
    assert alice is not None
    made = household.receipt(alice.user_id, "1", day=today())
    documents.store(made.s3_path, HOSTILE, origin=documents.original(alice.user_id, made.s3_path).origin)
    shown = browser.get(f"/invoices/{made.invoice_id}/original/")
    assert shown.status_code == 200 and "Total 12.50 SEK" in shown.text
    assert not re.search(r"steal|spy\.example|<script|<form|javascript:", shown.text)
    saved = browser.get(f"/invoices/{made.invoice_id}/download/")
    assert saved["Content-Type"] == "application/octet-stream" and saved["Content-Disposition"].startswith(
        "attachment;"
    )
    for answer in (shown, saved):
        assert (
            "default-src 'none'" in answer["Content-Security-Policy"] and "sandbox" in answer["Content-Security-Policy"]
        )
        assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", ["/v1/user/me", "/v1/openapi.json", "/v1/docs", "/v1/nothing"])
def test_answers_of_the_api_are_not_sniffed_framed_run_or_asked_for_in_the_clear(address: str) -> None:
    event = request_event("GET", address, None, {})
    headers = through_the_gateway(event)["headers"]
    assert headers["x-content-type-options"] == "nosniff" and "max-age=31536000" in headers["strict-transport-security"]
    policy = headers["content-security-policy"]
    assert all(f"{each} 'none'" in policy for each in ("default-src", "frame-ancestors", "base-uri"))


def test_every_form_carries_its_token(browser: Client) -> None:
    for place in (*PAGES, *OUTSIDE):
        text = (Client() if place in OUTSIDE else browser).get(place).text
        posting = re.findall(r"<form[^>]*method=\"post\"[^>]*>.*?</form>", text, re.DOTALL | re.IGNORECASE)
        assert all("csrfmiddlewaretoken" in form for form in posting), place


def test_an_inline_script_would_be_found() -> None:
    assert inline('<script>alert(1)</script><p style="x" onclick="y"><script src="z"></script>') != []
    assert inline('<script defer src="/static/paypulse.js"></script>') == []


PRODUCTION = """
import json, os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paypulse.settings")
import django
django.setup()
from django.conf import settings
from django.test import Client
page = Client().get("/accounts/sign-out/", secure=True, headers={"host": "paypulse.example"})
plain = Client().get("/accounts/sign-out/", headers={"host": "paypulse.example"})
print(json.dumps([settings.DEBUG, settings.SESSION_COOKIE_SECURE, page["Strict-Transport-Security"], plain.status_code, plain["Location"]]))
"""


def production(**changes: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PAYPULSE_")}
    given = {
        "PAYPULSE_ENV": "production",
        "PAYPULSE_SECRET_KEY": "a secret key for a test that is long enough",
        "PAYPULSE_JWT_KEYS": "a signing key for a test that is long enough",
        "PAYPULSE_SITE_URL": "https://paypulse.example",
        "PAYPULSE_ALLOWED_HOSTS": "paypulse.example",
    }
    return subprocess.run(
        [sys.executable, "-c", PRODUCTION],
        env=env | given | changes,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_production_speaks_https_only() -> None:
    done = production()
    year = f"max-age={365 * 86400}; includeSubDomains; preload"
    assert json.loads(done.stdout or "[]") == [False, True, year, 301, "https://paypulse.example/accounts/sign-out/"], (
        done.stderr
    )


@override_settings(SESSION_COOKIE_SECURE=True)
def test_over_tls_no_cookie_can_be_set_by_another_host(browser: Client) -> None:
    person = Client()
    person.get("/accounts/sign-in/", secure=True)
    person.post("/accounts/sign-in/", {"email": "alice@example.com", "password": PASSWORD}, secure=True)
    profile = {"name": "Alice", "language": "sv", "time_zone": "Europe/Stockholm", "home_currency": ""}
    person.post("/accounts/settings/", profile, secure=True)
    person.post("/appearance/", {"theme": "dark"}, secure=True)
    names = {"sessionid", "csrftoken", "theme", settings.LANGUAGE_COOKIE_NAME}
    assert {f"__Host-{name}" for name in names} <= set(person.cookies)
    for name, cookie in person.cookies.items():
        assert (
            name.startswith("__Host-")
            and cookie["secure"]
            and cookie["samesite"] == "Lax"
            and (cookie["path"], cookie["domain"]) == ("/", "")
        )
    page = person.get("/accounts/settings/", secure=True)
    assert page.status_code == 200 and 'data-theme="dark"' in page.text and page.headers["Content-Language"] == "sv"

    planted = Client()
    planted.cookies["sessionid"] = person.cookies["__Host-sessionid"].value
    assert planted.get("/accounts/settings/", secure=True).status_code == 302


@pytest.mark.parametrize("name", ["PAYPULSE_SECRET_KEY", "PAYPULSE_JWT_KEYS"])
def test_production_does_not_start_with_a_key_that_can_be_guessed(name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} must have at least 32 characters"):
        read({"PAYPULSE_ENV": "production", **dict.fromkeys(SECRETS, "x" * 32), name: "x" * 31})


@pytest.mark.parametrize("name", SECRETS)
def test_production_does_not_start_with_the_keys_of_a_developers_machine(name: str) -> None:
    local = read({})
    handed = {"PAYPULSE_SECRET_KEY": local.secret_key, "PAYPULSE_JWT_KEYS": ",".join(local.jwt_keys)}
    with pytest.raises(ConfigError, match=f"{name} is what developers' machines have"):
        read({"PAYPULSE_ENV": "production", **dict.fromkeys(SECRETS, "x" * 32), name: handed[name]})


@pytest.mark.parametrize(
    "name", sorted(name for name in read({}).google.__slots__ if name.endswith(("_uri", "_endpoint")))
)
def test_production_tells_google_nothing_in_the_clear(name: str) -> None:
    given = {f"GOOGLE_{name.upper()}": "http://127.0.0.1:9000/x"}
    assert getattr(read(given).google, name) == "http://127.0.0.1:9000/x"
    with pytest.raises(ConfigError, match=f"GOOGLE_{name.upper()} must be an https address in production"):
        read({"PAYPULSE_ENV": "production", **given})


def test_production_does_not_start_without_its_secrets() -> None:
    done = production(PAYPULSE_SECRET_KEY="")
    assert done.returncode != 0 and "PAYPULSE_SECRET_KEY is not set" in done.stderr


def test_in_production_nothing_is_signed_without_a_key_and_no_default_stands_in_for_one() -> None:
    settings = read({"PAYPULSE_ENV": "production"})
    with pytest.raises(ConfigError, match="PAYPULSE_JWT_KEYS is not set"):
        _ = settings.jwt_keys
    with pytest.raises(ConfigError, match="PAYPULSE_SECRET_KEY is not set"):
        _ = settings.secret_key


def test_the_site_starts_without_the_keys_of_bearer_tokens_which_it_never_needs() -> None:
    assert production(PAYPULSE_JWT_KEYS="").returncode == 0
