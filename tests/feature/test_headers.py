"""What every answer says to the browser: nothing inline, nothing framed, nothing cached, and in production nothing unencrypted."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from django.test import Client

from accounts import store

PASSWORD = "korvstroganoff-och-ris"
PAGES = (
    "/accounts/settings/",
    "/accounts/settings/mailboxes/",
    "/accounts/settings/notifications/",
    "/accounts/settings/security/",
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
        assert "unsafe" not in answer["Content-Security-Policy"] and "*" not in answer["Content-Security-Policy"]


def test_answers_are_not_sniffed_framed_or_leaked(browser: Client) -> None:
    answer = browser.get("/accounts/settings/")
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Referrer-Policy"] == "same-origin" and answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store, private" and "camera=()" in answer["Permissions-Policy"]


def test_the_session_cookie_is_out_of_reach_of_scripts(browser: Client) -> None:
    cookie = browser.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


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
from paypulse import settings as s
print(json.dumps([s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_NAME]))
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
    assert json.loads(production().stdout) == [False, True, True, True, 365 * 86400, "__Host-session"]


@pytest.mark.parametrize("name", ["PAYPULSE_SECRET_KEY", "PAYPULSE_JWT_KEYS"])
def test_production_does_not_start_without_its_secrets(name: str) -> None:
    done = production(**{name: ""})
    assert done.returncode != 0 and f"{name} is not set" in done.stderr
