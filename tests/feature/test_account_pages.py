"""The account pages, opened as a browser opens them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from accounts import audit, devices, letters, personal_tokens, signin, store, tables, throttles, tokens
from accounts.claims import Claims, InvalidTokenError, Scope
from accounts.throttles import ThrottledError
from paypulse.core.clock import frozen, now
from paypulse.core.errors import NotFoundError
from tests.feature.refusing import mail_refused

ADDRESS, PASSWORD = "alice@example.com", "korvstroganoff-och-ris"
OTHER = "en-helt-annan-fras-8"

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=False, HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")


@pytest.fixture
def alice() -> str:
    return store.create_user(email=ADDRESS, name="Alice", password=PASSWORD).user_id


@pytest.fixture
def signed_in(browser: Client, alice: str) -> Iterator[Client]:
    sign_in(browser)
    return browser


def sign_in(browser: Client, *, email: str = ADDRESS, password: str = PASSWORD, **more: str) -> object:
    return browser.post("/accounts/sign-in/", {"email": email, "password": password, **more})


def mails() -> list[tuple[str, str]]:
    sent = ses_backends[DEFAULT_ACCOUNT_ID]["eu-north-1"].sent_messages
    return [(message.destinations["ToAddresses"][0], message.body) for message in sent]


def link_in(mail: str) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", mail)
    assert found, "the mail holds a link"
    return found.group(1)


def is_in(browser: Client) -> bool:
    return browser.get("/accounts/settings/").status_code == 200


def test_signing_in_and_out(browser: Client, alice: str) -> None:
    answer = sign_in(browser, next="/accounts/settings/")
    assert answer.status_code == 302 and answer["Location"] == "/accounts/settings/"
    page = browser.get("/accounts/settings/")
    assert page.status_code == 200 and "Alice" in page.text and page["Cache-Control"] == "no-store, private"
    assert browser.post("/accounts/sign-out/").status_code == 302 and not is_in(browser)
    assert browser.get("/accounts/sign-out/").status_code == 405


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(browser: Client, alice: str) -> None:
    wrong = sign_in(browser, password="not-this-one-at-all")
    unknown = sign_in(browser, email="nobody@example.com")
    strip = lambda text: re.sub(r'value="[^"]*"', "", text)  # noqa: E731
    assert wrong.status_code == unknown.status_code == 200 and not is_in(browser)
    assert strip(wrong.text) == strip(unknown.text)


def test_one_never_leaves_the_site_after_signing_in(browser: Client, alice: str) -> None:
    assert sign_in(browser, next="https://evil.example/")["Location"] == "/"


def test_guessing_is_slowed_down_even_with_the_right_password(browser: Client, alice: str) -> None:
    with frozen(now()):  # attempts are counted by the quarter of an hour, which may just be ending
        for _ in range(10):
            sign_in(browser, password="guess-after-guess-after")
        assert "Too many attempts" in sign_in(browser).text and not is_in(browser)


def test_another_spelling_of_an_address_is_no_new_set_of_tries(alice: str) -> None:
    with frozen(now()):
        for email in (ADDRESS, " Alice@Example.com", "alice@ｅxample.com", "alice@example。com") * 3:
            with contextlib.suppress(signin.CredentialsError, ThrottledError):
                signin.authenticate(email, "guess-after-guess-after", source="198.51.100.1")
        with pytest.raises(ThrottledError):
            signin.authenticate(ADDRESS, PASSWORD, source="198.51.100.2")


def test_a_household_of_ipv6_is_one_source(alice: str) -> None:
    try_from = partial(throttles.check_source, "guess", limit=3, seconds=86400)
    for number in range(3):
        try_from(f"2001:db8:7:1::{number:x}")
    with pytest.raises(ThrottledError):
        try_from("2001:db8:7:1:ffff::1")
    try_from("2001:db8:7:2::1")
    for source in ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"):
        try_from(source)
    with pytest.raises(ThrottledError):
        try_from("::ffff:192.0.2.1")


def test_a_form_without_its_token_is_refused(alice: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict).status_code == 403


def test_signing_up_goes_through_the_mailed_link(browser: Client) -> None:
    asked = browser.post("/accounts/sign-up/", {"name": "Alice", "email": " Alice@Example.com", "password": PASSWORD})
    assert asked["Location"] == "/accounts/sent/" and list(tables.User.scan()) == []
    link = link_in(mails()[0][1])
    assert browser.get(link).status_code == 200 and list(tables.User.scan()) == []
    assert browser.post(link)["Location"] == "/accounts/settings/mailboxes/" and is_in(browser)
    assert store.authenticated(ADDRESS, PASSWORD) is not None
    assert browser.post(link).status_code == 410 and browser.get("/accounts/welcome/forged/").status_code == 410


def test_signing_up_does_not_say_who_is_here_already(browser: Client, alice: str) -> None:
    answers = [
        browser.post("/accounts/sign-up/", {"name": "X", "email": email, "password": OTHER})
        for email in (ADDRESS, "new@example.com")
    ]
    assert [answer["Location"] for answer in answers] == ["/accounts/sent/"] * 2
    assert ["account already" in text for _, text in mails()] == [True, False]


def test_a_weak_password_is_refused_with_its_reason(browser: Client) -> None:
    page = browser.post("/accounts/sign-up/", {"name": "X", "email": ADDRESS, "password": "password1234"})
    assert page.status_code == 200 and "try first" in page.text and mails() == []


def test_a_forgotten_password_is_replaced_by_the_mailed_link_once(browser: Client, signed_in: Client) -> None:
    elsewhere = Client()
    assert elsewhere.post("/accounts/reset/", {"email": ADDRESS})["Location"] == "/accounts/sent/"
    link = link_in(mails()[0][1])
    assert "try first" in elsewhere.post(link, {"password": "password1234"}).text
    assert elsewhere.post(link, {"password": OTHER})["Location"] == "/accounts/settings/"
    assert is_in(elsewhere) and not is_in(signed_in)
    assert elsewhere.post(link, {"password": PASSWORD}).status_code == 410
    assert store.authenticated(ADDRESS, OTHER) is not None
    assert "was just reset" in mails()[-1][1]


def test_a_reset_ends_every_way_in_that_somebody_else_may_have_made(browser: Client, alice: str) -> None:
    token = personal_tokens.make(alice, name="planted", scopes=(Scope.READ,))
    kept = {"due_soon_days": 5, "calendar": "secret", "webhook": {"url": "https://x.example", "secret": "s"}}
    store.edit_preferences(alice, lambda _: kept)
    browser.post("/accounts/reset/", {"email": ADDRESS})
    assert browser.post(link_in(mails()[0][1]), {"password": OTHER}).status_code == 302
    with pytest.raises(InvalidTokenError):
        tokens.verify(token)
    assert store.user(alice).preferences == {"due_soon_days": 5}
    assert "personal tokens" in mails()[-1][1]


def test_a_reset_link_dies_with_the_address_it_went_to(signed_in: Client, alice: str) -> None:
    Client().post("/accounts/reset/", {"email": ADDRESS})
    link = link_in(mails()[-1][1])
    store.change_email(alice, "new@example.com")
    assert Client().post(link, {"password": OTHER}).status_code == 410
    assert store.authenticated("new@example.com", PASSWORD) is not None


def test_a_mailed_link_works_for_its_time_alone(browser: Client, alice: str) -> None:
    browser.post("/accounts/sign-up/", {"name": "Bo", "email": "bo@example.com", "password": OTHER})
    browser.post("/accounts/reset/", {"email": ADDRESS})
    welcome, reset = (link_in(text) for _, text in mails())
    with frozen(now() + timedelta(minutes=59)):
        assert browser.get(reset).status_code == 200
    with frozen(now() + timedelta(minutes=61)):
        assert browser.post(reset, {"password": OTHER}).status_code == 410
        assert browser.get(welcome).status_code == 200
    with frozen(now() + timedelta(hours=24, minutes=1)):
        assert browser.post(welcome).status_code == 410
    assert store.user_by_email("bo@example.com") is None and store.authenticated(ADDRESS, PASSWORD) is not None


def test_an_older_reset_link_dies_with_a_newer_password(browser: Client, alice: str) -> None:
    for _ in range(2):
        browser.post("/accounts/reset/", {"email": ADDRESS})
    first, second = (link_in(text) for _, text in mails())
    assert browser.post(second, {"password": OTHER}).status_code == 302
    assert browser.post(first, {"password": PASSWORD}).status_code == 410


def test_asking_for_a_reset_does_not_say_who_is_here(browser: Client, alice: str) -> None:
    known = browser.post("/accounts/reset/", {"email": ADDRESS})
    unknown = browser.post("/accounts/reset/", {"email": "nobody@example.com"})
    assert known["Location"] == unknown["Location"]
    assert [to for to, _ in mails()] == [ADDRESS, "nobody@example.com"]
    assert "/accounts/reset/" not in mails()[1][1]


def test_changing_the_password_ends_other_devices_and_tokens(signed_in: Client, alice: str) -> None:
    other, token = Client(), tokens.issue(store.user(alice)).token
    sign_in(other)
    wrong = signed_in.post("/accounts/settings/password/", {"current": "nope", "password": OTHER})
    assert "not your password" in wrong.text
    signed_in.post("/accounts/settings/password/", {"current": PASSWORD, "password": OTHER})
    assert is_in(signed_in) and not is_in(other)
    with pytest.raises(InvalidTokenError):
        tokens.verify(token)


def test_a_mail_that_is_refused_does_not_make_a_changed_password_look_unchanged(signed_in: Client, alice: str) -> None:
    with mail_refused():
        page = signed_in.post("/accounts/settings/password/", {"current": PASSWORD, "password": OTHER})
    assert page["Location"] == "/accounts/settings/security/" and is_in(signed_in)
    assert store.authenticated(ADDRESS, OTHER) is not None


def test_devices_are_listed_and_ended(signed_in: Client, alice: str) -> None:
    phone = Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU iPhone OS 26) Version/26 Safari/605")
    sign_in(phone)
    page = signed_in.get("/accounts/settings/security/").text
    assert "Firefox, Linux" in page and "Safari, iPhone" in page
    there = next(each for each in devices.devices(alice) if "iPhone" in each.name)
    assert signed_in.post(f"/accounts/settings/security/devices/{there.device_id}/").status_code == 302
    assert not is_in(phone) and is_in(signed_in)


def test_everywhere_else_is_signed_out_at_once(signed_in: Client, alice: str) -> None:
    phone, token = Client(), tokens.issue(store.user(alice)).token
    sign_in(phone)
    signed_in.post("/accounts/settings/security/devices/others/")
    assert not is_in(phone) and is_in(signed_in)
    with pytest.raises(InvalidTokenError):
        tokens.verify(token)


def test_a_stranger_cannot_end_a_device(signed_in: Client, alice: str) -> None:
    store.create_user(email="bob@example.com", name="Bob", password=OTHER)
    bob = Client()
    sign_in(bob, email="bob@example.com", password=OTHER)
    device = devices.devices(alice)[0]
    assert bob.post(f"/accounts/settings/security/devices/{device.device_id}/").status_code == 404 and is_in(signed_in)


def test_a_session_key_is_of_165_bits_and_new_each_time(alice: str) -> None:
    made = set()
    for _ in range(3):
        browser = Client()
        sign_in(browser)
        made.add(browser.cookies["sessionid"].value)
    assert len(made) == 3 and all(re.fullmatch("[a-z0-9]{32}", key) for key in made)  # 32 of 36 letters each


def test_the_cookie_is_not_what_is_stored(signed_in: Client) -> None:
    cookie = signed_in.cookies["sessionid"].value
    assert all(cookie != row.session_key and cookie not in row.session_data for row in tables.Session.scan())


def test_the_profile_is_kept_and_speaks_the_language(signed_in: Client, alice: str) -> None:
    given = {"name": "Alicia", "language": "sv", "time_zone": "Europe/Berlin", "home_currency": "EUR"}
    signed_in.post("/accounts/settings/", given)
    user = store.user(alice)
    assert (user.name, user.language, user.time_zone, user.home_currency) == tuple(given.values())
    assert signed_in.get("/accounts/settings/").headers["Content-Language"] == "sv"
    assert signed_in.post("/accounts/settings/", {**given, "time_zone": "Mars/Base"}).status_code == 200
    signed_in.post("/accounts/settings/", {**given, "home_currency": ""})
    assert store.user(alice).home_currency is None


def test_the_address_changes_by_a_link_to_the_new_one(signed_in: Client, alice: str) -> None:
    signed_in.post("/accounts/settings/address/", {"email": "new@example.com"})
    to, text = mails()[-1]
    link = link_in(text)
    assert to == "new@example.com" and store.user(alice).email == ADDRESS
    assert signed_in.get(link).status_code == 200 and store.user(alice).email == ADDRESS
    signed_in.post(link)
    assert store.user(alice).email == "new@example.com" and signed_in.post(link).status_code == 410
    assert mails()[-1][0] == ADDRESS and "another e-mail address" in mails()[-1][1]


def test_every_letter_is_written_in_every_language() -> None:
    details = {"path": "/x/", "mailbox": "m", "cause": "revoked", "receipt": "r", "number": "n"}
    for language in ("en", "sv"):
        for letter in letters.Letter:
            letters.send_to(ADDRESS, letter, language=language, **details)
    assert len(mails()) == 2 * len(letters.Letter) and not any("{" in text for _, text in mails())
    assert len({text for _, text in mails()}) == len(mails())


def test_notifications_are_chosen_by_kind_and_channel(signed_in: Client, alice: str) -> None:
    from accounts.preferences import Channel, Kind, wants

    assert wants(store.user(alice).preferences, Kind.NEW_RENT, channel=Channel.MAIL)
    signed_in.post("/accounts/settings/notifications/", {"chosen": ["due-soon|mail"]})
    chosen = store.user(alice).preferences
    assert wants(chosen, Kind.DUE_SOON, channel=Channel.MAIL)
    assert not wants(chosen, Kind.DUE_SOON, channel=Channel.SITE) and not wants(
        chosen, Kind.NEW_RENT, channel=Channel.MAIL
    )
    assert signed_in.post("/accounts/settings/notifications/", {"chosen": ["due-soon|pigeon"]}).status_code == 200
    assert store.user(alice).preferences == chosen


def test_a_webhook_is_set_with_a_secret_shown_once_kept_and_removed(signed_in: Client, alice: str) -> None:
    place, url = "/accounts/settings/notifications/", "https://hooks.example.com/rent"
    shown = signed_in.post(place, {"webhook": url, "due_soon_days": "5"}).text
    kept = store.user(alice).preferences
    assert kept["webhook"]["url"] == url and len(kept["webhook"]["secret"]) >= 40 and kept["due_soon_days"] == 5
    assert kept["webhook"]["secret"] in shown
    again = signed_in.get(place).text
    assert f'value="{url}"' in again and kept["webhook"]["secret"] not in again
    signed_in.post(place, {"webhook": url, "due_soon_days": "6"})
    assert store.user(alice).preferences == {**kept, "due_soon_days": 6}, "an address that stays keeps its secret"
    signed_in.post(place, {"webhook": ""})
    assert "webhook" not in store.user(alice).preferences


@pytest.mark.parametrize("url", ["http://hooks.example.com/", "https://me:pass@hooks.example.com/", "ftp://x.example/"])
def test_a_webhook_is_an_https_address_and_nothing_else(signed_in: Client, alice: str, url: str) -> None:
    answer = signed_in.post("/accounts/settings/notifications/", {"webhook": url})
    assert answer.status_code == 200 and "error" in answer.text
    assert "webhook" not in store.user(alice).preferences


def test_a_token_is_shown_once_works_and_is_ended(signed_in: Client, alice: str) -> None:
    made = signed_in.post("/accounts/settings/security/tokens/", {"name": "cron", "scopes": ["invoices:read"]}).text
    token = re.search(r"pp_[\w-]+", made)
    assert token is not None and token.group() not in signed_in.get("/accounts/settings/security/").text
    assert tokens.verify(token.group()) == Claims(alice, frozenset({Scope.READ}))
    (listed,) = personal_tokens.of(alice)
    assert listed.last_used_at is not None
    assert signed_in.post(f"/accounts/settings/security/tokens/{listed.token_id}/").status_code == 302
    with pytest.raises(InvalidTokenError):
        tokens.verify(token.group())
    with pytest.raises(NotFoundError):
        personal_tokens.end(alice, listed.token_id)


def test_nobody_heaps_up_tokens_on_the_page_either(signed_in: Client, alice: str) -> None:
    for number in range(personal_tokens.MOST):
        personal_tokens.make(alice, name=str(number), scopes=(Scope.READ,))
    page = signed_in.post("/accounts/settings/security/tokens/", {"name": "cron", "scopes": ["invoices:read"]}).text
    assert "as many tokens as one can have" in page and "pp_" not in page
    assert len(personal_tokens.of(alice)) == personal_tokens.MOST == 50


def test_what_matters_asks_for_the_password_again(signed_in: Client) -> None:
    session = signed_in.session
    session["confirmed_at"] = 0
    session.save()
    for place, form in (
        ("/accounts/settings/security/tokens/", {"name": "cron", "scopes": ["invoices:read"]}),
        ("/accounts/settings/security/devices/others/", {}),
        ("/accounts/settings/security/devices/some/", {}),
        ("/accounts/settings/security/second-step/", {"action": "start"}),
        ("/accounts/settings/address/", {"email": "new@example.com"}),
        ("/accounts/settings/data/export/", {}),
        ("/calendar/", {"action": "start"}),
    ):
        assert signed_in.post(place, form)["Location"].startswith("/accounts/confirm/"), place
    assert list(tables.ApiToken.scan()) == [] and not next(iter(tables.User.scan())).preferences
    going = signed_in.get("/accounts/settings/address/")["Location"]
    assert "not your password" in signed_in.post(going, {"password": "nope"}).text
    answer = signed_in.post(going, {"password": PASSWORD, "next": "/accounts/settings/address/"})
    assert answer["Location"] == "/accounts/settings/address/"
    assert signed_in.get("/accounts/settings/address/").status_code == 200


def test_the_trail_shows_what_happened(signed_in: Client, alice: str) -> None:
    signed_in.post("/accounts/settings/password/", {"current": PASSWORD, "password": OTHER})
    page = signed_in.get("/accounts/settings/trail/").text
    assert "Signed in" in page and "Password changed" in page and "Firefox, Linux" in page
    assert [event.action for event in audit.events(alice)][-1] is audit.Action.SIGNED_IN


def test_sign_ins_are_logged_whether_they_succeed_or_not(
    browser: Client, alice: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="accounts")
    sign_in(browser, password="not-this-one-at-all")
    sign_in(browser)
    said = [(record.getMessage(), getattr(record, "user_id", None)) for record in caplog.records]
    assert said == [("password refused", None), ("password accepted", alice), ("account", alice)]


def test_samples_are_shared_only_when_asked(signed_in: Client, alice: str) -> None:
    assert not store.user(alice).shares_samples
    signed_in.post("/accounts/settings/data/samples/", {"shares": "on"})
    assert store.user(alice).shares_samples
    signed_in.post("/accounts/settings/data/samples/")
    assert not store.user(alice).shares_samples


def test_a_session_ends_two_weeks_after_the_last_visit(signed_in: Client) -> None:
    with frozen(now() + timedelta(days=13)):
        assert is_in(signed_in)
    with frozen(now() + timedelta(days=26)):
        assert is_in(signed_in), "each visit counts"
    with frozen(now() + timedelta(days=41)):
        assert not is_in(signed_in)


def test_a_session_ends_after_ninety_days_however_much_it_is_used(signed_in: Client) -> None:
    session = signed_in.session
    session["signed_in_at"] -= 90 * 86400 - 60
    session.save()
    assert is_in(signed_in)
    session = signed_in.session
    session["signed_in_at"] -= 120
    session.save()
    assert not is_in(signed_in)


def test_signing_in_and_confirming_change_the_session_key(browser: Client, alice: str) -> None:
    browser.get("/accounts/sign-in/")
    sign_in(browser)
    first = browser.cookies["sessionid"].value
    browser.post("/accounts/confirm/", {"password": PASSWORD})
    second = browser.cookies["sessionid"].value
    assert first != second and is_in(browser)
    browser.cookies["sessionid"] = first
    assert not is_in(browser)


def test_signing_out_clears_what_the_browser_kept(signed_in: Client) -> None:
    assert signed_in.post("/accounts/sign-out/")["Clear-Site-Data"] == '"cache", "storage"'


def test_a_closed_account_is_out_at_once(signed_in: Client, alice: str) -> None:
    store.close(alice)
    assert not is_in(signed_in)
