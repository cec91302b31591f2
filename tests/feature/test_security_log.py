"""What is written down of signing in and of what happens to accounts: what, who, where and when, a line each, and nothing typed."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from accounts import second, security_log, signin, store
from accounts.audit import Action
from accounts.security_log import Event
from lambdas.logs import log
from tests.feature.api.conftest import request_event, through_the_gateway
from tests.feature.test_by_design import DEPLOYED, nodes
from tests.feature.test_second_step import code_of

PASSWORD = "korvstroganoff-och-ris"
ADDRESS, NETWORK = "alice@example.com", "203.0.113.7"
# What a record has beside what was given to it.
PLAIN = set(logging.LogRecord("", 0, "", 0, "", (), None).__dict__)

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def alice() -> str:
    return store.create_user(email=ADDRESS, name="Alice", password=PASSWORD).user_id


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level("INFO", logger="accounts")
    return caplog


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the functions' own log writes, as CloudWatch gets it."""
    out, handler = io.StringIO(), log.registered_handler
    stream, handler.stream = handler.stream, out
    yield out
    handler.stream = stream


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, str]]]:
    """Each record's message with what was given beside it."""
    found = [each for each in caplog.records if each.name.startswith("accounts")]
    return [
        (each.getMessage(), {name: value for name, value in each.__dict__.items() if name not in {*PLAIN, "message"}})
        for each in found
    ]


def test_signing_in_says_who_and_where_from_whether_it_succeeds_or_not(
    alice: str, told: pytest.LogCaptureFixture
) -> None:
    for password in ("not-this-one", PASSWORD):
        body = json.dumps({"email": ADDRESS, "password": password})
        through_the_gateway(request_event("POST", "/v1/auth/login", body, {"content-type": "application/json"}))
    seen = {"account": security_log.named(ADDRESS), "source": security_log.named(NETWORK)}
    assert said(told) == [
        ("password refused", seen),
        ("password accepted", {**seen, "user_id": alice}),
        ("account", {"user_id": alice, "action": str(Action.SIGNED_IN)}),
    ]
    assert ADDRESS not in str(said(told)) and NETWORK not in str(said(told))


def test_a_second_step_says_by_what_it_was_tried(alice: str, told: pytest.LogCaptureFixture) -> None:
    codes = second.turn_on(alice, code_of(second.offer(alice)))
    told.clear()
    for code in ("000000", "WRONG-RECOVERY-CODE-XYZ", codes[0]):
        try:
            second.demand(alice, code)
        except second.CodeError:
            continue
    by = [(what, about.get("factor", about.get("action"))) for what, about in said(told)]
    assert by == [
        ("code refused", "app"),
        ("code refused", "recovery code"),
        ("account", "recovery-code-used"),
        ("code accepted", "recovery code"),
    ]
    assert all(about["user_id"] == alice for _, about in said(told))


def test_who_goes_on_guessing_is_told_of_once(alice: str, told: pytest.LogCaptureFixture) -> None:
    for _ in range(14):
        with pytest.raises(Exception, match=r"go together|Too many"):
            signin.authenticate(ADDRESS, "not-this-one", source=NETWORK)
    stopped = [about for what, about in said(told) if what == Event.TOO_MANY]
    assert stopped == [{"limit": "signin", "whose": security_log.named(ADDRESS)}]


def test_a_page_that_is_refused_says_whose_it_was(alice: str, caplog: pytest.LogCaptureFixture) -> None:
    browser = Client()
    browser.post("/accounts/sign-in/", {"email": ADDRESS, "password": PASSWORD})
    caplog.clear()
    browser.get("/invoices/nobodys/", REMOTE_ADDR=NETWORK)
    Client(enforce_csrf_checks=True).post("/accounts/reset/", {"email": ADDRESS}, REMOTE_ADDR=NETWORK)
    missing, forged = (each for each in caplog.records if each.name.startswith("django"))
    assert (missing.getMessage(), missing.user_id) == ("Not Found: /invoices/<str:invoice_id>/", alice)  # type: ignore[attr-defined]
    assert "CSRF" in forged.getMessage() and not hasattr(forged, "user_id")
    assert {each.source for each in (missing, forged)} == {security_log.named(NETWORK)}  # type: ignore[attr-defined]


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process's own clock shows Tokyo's time."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_tokyo")
def test_a_failure_says_whose_request_it_was_and_when_in_utc(
    alice: str, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdas.get_user_profile.mailboxes", lambda *_: 1 / 0)
    answer = _as(alice)
    assert answer["statusCode"] == 500
    (line,) = (json.loads(each) for each in lines.getvalue().splitlines())
    assert (line["message"], line["route"]) == ("operation failed", "GET /v1/user/me")
    assert (line["user_id"], line["request"], line["level"]) == (alice, "AbCdEf=", "ERROR")
    at = datetime.strptime(line["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z")
    assert at.utcoffset() == timedelta(0) and abs(datetime.now(UTC) - at) < timedelta(minutes=1)


def _as(user_id: str) -> dict[str, object]:
    from accounts import tokens

    bearer = {"authorization": f"Bearer {tokens.issue(store.user(user_id)).token}"}
    event = request_event("GET", "/v1/user/me", None, bearer)
    event["requestContext"]["requestId"] = "AbCdEf="
    answer: dict[str, object] = through_the_gateway(event)
    return answer


HOSTILE = 'x\n{"level": "INFO", "message": "password accepted", "user_id": "admin"}\r\x1b[2J\u2028"'


def test_a_value_cannot_write_a_line_of_its_own(lines: io.StringIO) -> None:
    log.info("synced", job_id=HOSTILE)
    log.warning("tried", route=HOSTILE)
    written = lines.getvalue()
    assert written.count("\n") == 2 and "\x1b" not in written and "\r" not in written
    assert [
        json.loads(each).get("job_id", json.loads(each).get("route")) for each in written.rstrip("\n").split("\n")
    ] == [HOSTILE] * 2


def every_call() -> Iterator[tuple[Path, ast.Call]]:
    yield from ((path, node) for path in DEPLOYED for node in nodes(path) if isinstance(node, ast.Call))


def logged() -> Iterator[tuple[Path, ast.Call]]:
    """Each call that writes to a log."""
    writes = re.compile(r"(_?log|logger|logging)\.(debug|info|warning|error|exception|critical|log)")
    yield from ((path, node) for path, node in every_call() if writes.fullmatch(ast.unparse(node.func)))


def test_a_message_is_our_own_words_and_values_stand_beside_it() -> None:
    """So that what writes lines out, ours or the runtime's, encodes every value as JSON does."""
    loose = {
        f"{path.name}: {ast.unparse(node)}"
        for path, node in logged()
        if len(node.args) != 1 or not isinstance(node.args[0], ast.Constant)
    }
    assert len(list(logged())) > 10 and loose == {"security_log.py: _log.info(str(event), extra=about)"}


def test_logs_are_written_to_what_the_platform_reads_and_nowhere_else() -> None:
    text = "\n".join(path.read_text("utf-8") for path in DEPLOYED if path.name != "__main__.py")
    assert not re.search(
        r"(File|Socket|SysLog|HTTP|SMTP|Queue|Rotating\w*)Handler|logging\.basicConfig|dictConfig\(", text
    )
    printing = {
        path.name
        for path in DEPLOYED
        for node in nodes(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
    }
    assert printing <= {"__main__.py", "evaluate.py", "train.py"}  # commands of a developer
    assert not [
        path.name for path, node in every_call() if ast.unparse(node.func) == "Logger" and path.name != "logs.py"
    ]
