"""A second step for who wants one: codes of an authenticator app, recovery codes, and no way around them."""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.contrib.auth import authenticate
from django.test import Client
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from accounts import audit, second, store, tables, tokens
from accounts.claims import InvalidTokenError
from paypulse.core.clock import epoch, frozen, now
from paypulse.core.config import ConfigError, config
from tests.feature.api.conftest import Client as Caller

ADDRESS, PASSWORD, OTHER = "alice@example.com", "korvstroganoff-och-ris", "en-helt-annan-fras-8"
PLACE, STEP = "/accounts/settings/security/second-step/", "/accounts/sign-in/code/"

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def alice() -> str:
    return store.create_user(email=ADDRESS, name="Alice", password=PASSWORD).user_id


def entered(password: str = PASSWORD) -> Client:
    browser = Client()
    browser.post("/accounts/sign-in/", {"email": ADDRESS, "password": password})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/accounts/settings/").status_code == 200


def code_of(secret: str, *, later: int = 0) -> str:
    """What the app shows, `later` seconds from now."""
    return TOTP(b32decode(secret), 6, SHA1(), 30).generate(epoch() + later).decode()


@pytest.fixture
def secret(alice: str) -> str:
    """Alice's, who turned the second step on a minute ago."""
    with frozen(now() - timedelta(minutes=1)):
        offered = second.offer(alice)
        second.turn_on(alice, code_of(offered))
    return offered


def test_it_is_set_up_with_a_code_and_ends_every_other_device(alice: str) -> None:
    browser, phone, token = entered(), entered(), tokens.issue(store.user(alice)).token
    page = browser.post(PLACE, {"action": "start"}).text
    shown = re.search(r'<p class="mono break">([A-Z2-7 ]+)</p>', page)
    assert shown and 'class="qr"' in page and not second.is_on(alice)
    offered = shown[1].replace(" ", "")
    assert "not a code that works" in browser.post(PLACE, {"action": "confirm", "code": "000000"}).text
    done = browser.post(PLACE, {"action": "confirm", "code": code_of(offered)}).text
    assert len(re.findall(r"<li>(?:[A-Z2-7]{4}-){7}[A-Z2-7]{4}</li>", done)) == 8 and second.is_on(alice)
    assert is_in(browser) and not is_in(phone) and 'class="qr"' not in browser.get(PLACE).text
    with pytest.raises(InvalidTokenError):
        tokens.verify(token)
    assert offered not in repr([row.to_dynamodb_dict() for row in tables.SecondFactor.scan()])
    assert "asks for a code" in ses_backends[DEFAULT_ACCOUNT_ID]["eu-north-1"].sent_messages[-1].body


def test_the_password_alone_opens_nothing_and_a_code_works_once(secret: str) -> None:
    browser = Client()
    asked = browser.post("/accounts/sign-in/", {"email": ADDRESS, "password": PASSWORD, "next": "/rent/"})
    assert asked["Location"] == STEP and not is_in(browser)
    assert "not a code that works" in browser.post(STEP, {"code": code_of(secret, later=-120)}).text and not is_in(
        browser
    )
    code = code_of(secret)
    assert browser.post(STEP, {"code": f" {code[:3]} {code[3:]} "})["Location"] == "/rent/" and is_in(browser)
    again = entered()
    assert "not a code that works" in again.post(STEP, {"code": code}).text and not is_in(again)


def test_djangos_own_way_in_is_closed_to_who_has_it(alice: str) -> None:
    given = {"username": ADDRESS, "password": PASSWORD}
    assert authenticate(None, **given) is not None
    second.turn_on(alice, code_of(second.offer(alice)))
    assert authenticate(None, **given) is None


def test_a_code_needs_the_password_first_and_soon(secret: str) -> None:
    assert Client().post(STEP, {"code": code_of(secret)})["Location"] == "/accounts/sign-in/"
    browser = entered()
    with frozen(now() + timedelta(minutes=5, seconds=1)):
        assert browser.post(STEP, {"code": code_of(secret)})["Location"] == "/accounts/sign-in/"


def test_codes_are_not_guessed(secret: str) -> None:
    browser = entered()
    with frozen(now()):
        for _ in range(10):
            browser.post(STEP, {"code": "000000"})
        assert "Too many attempts" in browser.post(STEP, {"code": code_of(secret)}).text and not is_in(browser)


def test_a_recovery_code_signs_in_once(alice: str) -> None:
    offered = second.offer(alice)
    code, *others = second.turn_on(alice, code_of(offered))
    assert entered().post(STEP, {"code": code.lower()}).status_code == 302
    assert "not a code that works" in entered().post(STEP, {"code": code}).text
    assert entered().post(STEP, {"code": others[0].replace("-", " ")}).status_code == 302
    assert [each.data.get("left") for each in audit.events(alice) if each.action == "recovery-code-used"] == [6, 7]
    kept = repr([row.to_dynamodb_dict() for row in tables.SecondFactor.scan()])
    assert not any(each.replace("-", "") in kept for each in (code, *others))


def test_a_mailed_reset_does_not_go_around_it(alice: str, secret: str) -> None:
    browser = Client()
    browser.post("/accounts/reset/", {"email": ADDRESS})
    mail = ses_backends[DEFAULT_ACCOUNT_ID]["eu-north-1"].sent_messages[-1].body
    link = re.search(r"(/accounts/reset/\S+)", mail)
    assert link and browser.post(link[1], {"password": OTHER})["Location"] == STEP and not is_in(browser)
    assert browser.post(STEP, {"code": code_of(secret)}).status_code == 302 and is_in(browser)


def test_the_api_asks_for_it_too(secret: str) -> None:
    login = {"email": ADDRESS, "password": PASSWORD}
    refused = Caller()("POST", "/v1/auth/login", login)
    assert (refused.status, refused.code) == (401, "INVALID_CREDENTIALS") and "code" in refused.body["error"]["message"]
    assert Caller()("POST", "/v1/auth/login", {**login, "code": "000000"}).status == 401
    assert Caller()("POST", "/v1/auth/login", {**login, "code": code_of(secret)}).status == 200


def test_it_is_turned_off_with_the_password_given_again(alice: str, secret: str) -> None:
    browser = entered()
    browser.post(STEP, {"code": code_of(secret)})
    session = browser.session
    session["confirmed_at"] = 0
    session.save()
    assert browser.post(PLACE, {"action": "stop"})["Location"].startswith("/accounts/confirm/") and second.is_on(alice)
    browser.post("/accounts/confirm/", {"password": PASSWORD})
    browser.post(PLACE, {"action": "stop"})
    assert not second.is_on(alice) and is_in(entered())
    actions = [each.action for each in audit.events(alice)]
    assert "second-factor-off" in actions and "second-factor-on" in actions


@pytest.fixture
def demanded_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets of whom the second step is demanded."""

    def demand(whom: str) -> None:
        monkeypatch.setenv("PAYPULSE_SECOND_STEP", whom)
        config.cache_clear()

    yield demand
    config.cache_clear()


def test_where_it_is_demanded_nothing_opens_without_it(alice: str, demanded_of: Callable[[str], None]) -> None:
    demanded_of("everyone")
    browser = entered()
    for place in ("/", "/invoices/", "/accounts/settings/", "/accounts/settings/security/", "/accounts/settings/data/"):
        assert browser.get(place)["Location"] == PLACE, place
    assert browser.post("/accounts/settings/security/tokens/", {"name": "script"})["Location"] == PLACE
    page = browser.post(PLACE, {"action": "start"}).text
    shown = re.search(r'<p class="mono break">([A-Z2-7 ]+)</p>', page)
    assert shown and "A second step is needed here" in browser.get(PLACE).text
    browser.post(PLACE, {"action": "confirm", "code": code_of(shown[1].replace(" ", ""))})
    assert second.is_on(alice) and is_in(browser)
    assert browser.post("/accounts/sign-out/").status_code == 302


def test_where_it_is_demanded_nobody_turns_it_off(alice: str, secret: str, demanded_of: Callable[[str], None]) -> None:
    demanded_of("everyone")
    browser = entered()
    browser.post(STEP, {"code": code_of(secret)})
    assert 'value="stop"' not in browser.get(PLACE).text
    browser.post(PLACE, {"action": "stop"})
    assert second.is_on(alice) and is_in(browser)


def test_of_staff_alone_it_can_be_demanded(alice: str, demanded_of: Callable[[str], None]) -> None:
    demanded_of("staff")
    assert is_in(entered())
    store.create_user(email="stina@example.com", name="Stina", password=PASSWORD, is_staff=True, is_superuser=True)
    browser = Client()
    browser.post("/accounts/sign-in/", {"email": "stina@example.com", "password": PASSWORD})
    assert browser.get("/admin/")["Location"] == PLACE == browser.get("/admin/vendors/vendorconfig/")["Location"]


def test_where_it_is_demanded_the_api_gives_no_token_without_it(alice: str, demanded_of: Callable[[str], None]) -> None:
    demanded_of("everyone")
    login = {"email": ADDRESS, "password": PASSWORD}
    assert (refused := Caller()("POST", "/v1/auth/login", login)).status == 401 and "on the site" in repr(refused.body)
    signup = {"email": "new@example.com", "name": "New", "password": PASSWORD}
    assert Caller()("POST", "/v1/auth/signup", signup).status == 422
    secret = second.offer(alice)
    with frozen(now() - timedelta(minutes=1)):
        second.turn_on(alice, code_of(secret))
    assert Caller()("POST", "/v1/auth/login", {**login, "code": code_of(secret)}).status == 200


def test_turning_it_off_ends_every_other_device(alice: str, secret: str, demanded_of: Callable[[str], None]) -> None:
    browser, phone = entered(), entered()
    browser.post(STEP, {"code": code_of(secret)})
    demanded_of("everyone")
    with frozen(now() + timedelta(seconds=30)):
        phone.post(STEP, {"code": code_of(secret)})
    assert is_in(browser) and is_in(phone)
    demanded_of("nobody")
    browser.post(PLACE, {"action": "stop"})
    assert not second.is_on(alice) and is_in(browser) and not is_in(phone)
    demanded_of("everyone")
    assert browser.get("/")["Location"] == PLACE


def test_a_wrong_word_for_of_whom_it_is_demanded_stops_the_start(demanded_of: Callable[[str], None]) -> None:
    demanded_of("somebody")
    with pytest.raises(ConfigError, match="PAYPULSE_SECOND_STEP must be one of nobody, staff, everyone"):
        config()
