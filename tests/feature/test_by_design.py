"""What is safe because something is not there, or is there everywhere: kept so."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts import store, tokens
from paypulse.core.clock import today
from tests import household
from tests.feature.api.conftest import request_event, through_the_gateway

ROOT = Path(__file__).parents[2]
# What is deployed; the sandbox and what packs the functions stay on the machine that runs them.
DEPLOYED = [
    path
    for top in ("accounts", "vendors", "invoices", "lambdas", "paypulse")
    for path in sorted((ROOT / top).rglob("*.py"))
    if "sandbox" not in path.parts and "bundle" not in path.parts
]
PASSWORD = "korvstroganoff-och-ris"
PAGES = ("/", "/invoices/", "/rent/", "/review/", "/vendors/", "/activity/", "/upload/", "/accounts/settings/")

pytestmark = pytest.mark.usefixtures("aws")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def called(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def importing(*modules: str) -> list[str]:
    return [f"{path.name}: {name}" for path in DEPLOYED for name in imported(path) if name.split(".")[0] in modules]


def calling(pattern: str) -> list[str]:
    return [f"{path.name}: {name}" for path in DEPLOYED for name in called(path) if re.fullmatch(pattern, name)]


@pytest.fixture
def browser() -> Client:
    alice = store.create_user(email="alice@example.com", name="Alice", password=PASSWORD)
    household.receipt(alice.user_id, "1", day=today())
    client = Client()
    client.post("/accounts/sign-in/", {"email": "alice@example.com", "password": PASSWORD})
    return client


def test_the_search_finds_what_it_looks_for() -> None:
    assert len(DEPLOYED) > 150 and importing("argon2") and calling("secrets.token_hex|token_hex")


def test_nothing_deployed_starts_a_process() -> None:
    assert importing("subprocess", "pty", "multiprocessing") == []
    assert calling(r"os\.(system|popen|exec\w*|spawn\w*|fork)") == []


def test_nothing_deployed_runs_text_or_opens_objects_from_outside() -> None:
    assert calling("eval|exec|compile|__import__") == []
    assert importing("pickle", "marshal", "shelve", "dill") == []


def test_templates_are_files_of_the_package() -> None:
    assert calling(r"(\w+\.)*(Template|from_string)") == []
    assert [each.get("DIRS", []) for each in settings.TEMPLATES] == [[]]


def test_nothing_is_hashed_by_what_is_broken() -> None:
    assert calling(r"hashlib\.(md5|sha1|new)|md5|sha1") == []


def test_what_must_not_be_guessed_comes_from_the_operating_system() -> None:
    known = {"recording.py: random", "gmail.py: random"}  # how long to wait before the next try
    assert set(importing("random")) == known


def test_nothing_turns_the_checking_of_certificates_off() -> None:
    text = "\n".join(path.read_text("utf-8") for path in DEPLOYED)
    assert not re.search(r"verify\s*=\s*False|CERT_NONE|_create_unverified_context|check_hostname\s*=\s*False", text)


def test_own_domains_speak_tls_1_2_and_newer() -> None:
    wanted = re.findall(r'security_policy\s*=\s*"(\w+)"', (ROOT / "terraform/api.tf").read_text("utf-8"))
    assert wanted == ["TLS_1_2"]


def test_no_answer_lets_another_site_read_it(browser: Client) -> None:
    answers = [browser.get(place, headers={"origin": "https://other.example"}).headers for place in PAGES]
    alice = store.user_by_email("alice@example.com")
    assert alice is not None
    bearer = {"authorization": f"Bearer {tokens.issue(alice).token}", "origin": "https://other.example"}
    answers += [through_the_gateway(request_event("GET", "/v1/user/me", None, bearer))["headers"]]
    assert [name for headers in answers for name in headers if name.lower().startswith("access-control-")] == []


def test_trace_is_answered_by_nobody(browser: Client) -> None:
    assert {browser.generic("TRACE", place).status_code for place in PAGES} == {405}


def test_signing_out_is_in_sight_on_every_page(browser: Client) -> None:
    assert [place for place in PAGES if 'action="/accounts/sign-out/"' not in browser.get(place).text] == []


@pytest.mark.parametrize("place", ["sign-in/", "sign-up/", "confirm/", "settings/password/", "settings/delete/"])
def test_passwords_are_masked_and_may_be_pasted_by_a_manager(browser: Client, place: str) -> None:
    page = (Client() if place.startswith("sign-") else browser).get(f"/accounts/{place}").text
    fields = re.findall(r'<input[^>]*name="\w*password\w*"[^>]*>', page)
    assert fields and all('type="password"' in each and "autocomplete=" in each for each in fields)
    assert "onpaste" not in page


def test_a_browser_keeps_no_more_than_a_key_a_count_and_choices(browser: Client) -> None:
    for place in PAGES:
        browser.get(place)
    assert set(browser.cookies) <= {"sessionid", "csrftoken", "messages", "django_language", "theme", "keys", "look"}
    assert "localStorage" not in (ROOT / "paypulse/static/paypulse.js").read_text("utf-8")
    assert "sessionStorage" not in (ROOT / "paypulse/static/paypulse.js").read_text("utf-8")


def test_a_header_does_not_say_where_a_caller_is() -> None:
    client = Client()
    for attempt in range(101):
        headers = {"x-forwarded-for": f"198.51.100.{attempt}", "forwarded": f"for=198.51.100.{attempt}"}
        given = {"email": f"nobody{attempt}@example.com", "password": PASSWORD}
        answer = client.post("/accounts/sign-in/", given, headers=headers)
    assert "Too many attempts" in answer.text
