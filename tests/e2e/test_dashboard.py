"""The dashboard in a real Chromium: six stories, with scripts and without, by keyboard, and every page held to WCAG 2.2 AA."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import boto3
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from accounts import mailboxes
from accounts import store as people
from accounts.google import Cause
from accounts.user import User
from invoices import documents, exporting, jobs, store, summaries
from paypulse.core.clock import frozen, now, today
from paypulse.core.config import config
from paypulse.sandbox.google import FakeGoogle
from tests import household
from tests.e2e.site import chromium, serving, signed_in
from tests.feature.invoices.world import EMAIL, LANDLORD, SHOP, World
from vendors import store as vendors

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
RULES = {
    "rules": {"target-size": {"enabled": True}},
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@dataclass(frozen=True)
class Home:
    """A person's site: her rows are there, and `window` opens a browser in which she is signed in."""

    user: User
    site: str
    window: Callable[..., BrowserContext]


@pytest.fixture
def home(aws: None, browser: Browser) -> Iterator[Home]:
    user = people.create_user(email="alice@example.com", name="Alice Andersson", password="a long and quiet phrase")
    opened: list[BrowserContext] = []

    def window(**options: object) -> BrowserContext:
        opened.append(signed_in(browser, site, user.user_id, **{"viewport": WIDE, "locale": "en", **options}))
        return opened[-1]

    with serving() as site:
        yield Home(user, site, window)
        for each in opened:
            each.close()


@pytest.fixture
def year(home: Home) -> Home:
    household.a_year(home.user.user_id, today=today(home.user.time_zone))
    household.work(home.user.user_id)
    return home


SETTINGS = (
    "",
    "address/",
    "password/",
    "mailboxes/",
    "notifications/",
    "security/",
    "security/second-step/",
    "trail/",
    "data/",
    "delete/",
)
# What somebody sees who is not signed in.
OUTSIDE = ("sign-in/", "sign-up/", "sent/", "reset/", "reset/stale/", "welcome/stale/", "goodbye/")


# Words that reach beyond their card, which may cut them off; what can be scrolled is no loss.
CUT_OFF = """[...document.querySelectorAll('.card *')].filter(part => {
    const card = part.closest('.card').getBoundingClientRect(), box = part.getBoundingClientRect();
    const hidden = part.closest('.scroll, .sheets, .visually-hidden, svg, details:not([open])') || !part.checkVisibility();
    return !hidden && !part.children.length && box.width > 1 && box.right > card.right + 1;
}).map(part => part.textContent.trim().slice(0, 60))"""


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on the page, one line each."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{page.url} {each['id']}: {node['target']} {node['html'][:120]}" for each in found for node in each["nodes"]
    ]


def states(user_id: str) -> list[str]:
    """Every page, and every state of it that an address opens."""
    receipt, rent = store.list_retail(user_id, limit=9).items[4], store.list_rental(user_id)[0]
    asked, refund = store.needs_look(user_id).items[0], store.list_retail(user_id, limit=9).items[0]
    own = [f"/invoices/{each.invoice_id}/" for each in (receipt, rent, asked, refund)]
    return [
        "/",
        "/?currency=USD",
        "/invoices/",
        "/invoices/?q=spotify&least=1&since=2026-01-01",
        "/invoices/?q=nothing+is+like+this&category=travel",
        "/invoices/?state=unpaid&sort=largest",
        *own,
        f"{own[0]}?edit=total_amount",
        f"{own[0]}?edit=iban",
        f"{own[0]}?edit=vendor_name",
        f"{own[0]}?link=1#link",
        "/rent/",
        "/review/",
        "/vendors/",
        "/vendors/spotify/",
        "/activity/",
        "/activity/?state=failed",
        "/upload/",
        f"/upload/?sent=inv_nobody&sent={receipt.invoice_id}",
        "/calendar/",
        "/calendar/?category=rental",
        *(f"/accounts/settings/{page}" for page in SETTINGS),
        "/accounts/confirm/",
        "/nowhere/",
    ]


themes = pytest.mark.parametrize("theme", ["light", "dark"])


@themes
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.timeout(400)
def test_no_page_breaks_a_rule_of_accessibility(year: Home, theme: str, size: dict[str, int]) -> None:
    page = year.window(color_scheme=theme, viewport=size).new_page()
    page.goto("/calendar/")
    page.get_by_role("button", name="Make a secret address").click()
    found = []
    for place in states(year.user.user_id):
        page.goto(place)
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        found += violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} is wider than the screen"

    assert not found, "\n".join(found)


@themes
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_page_outside_breaks_a_rule_of_accessibility(home: Home, theme: str, size: dict[str, int]) -> None:
    window = home.window(color_scheme=theme, viewport=size)
    window.clear_cookies()
    page, found = window.new_page(), list[str]()
    for place in OUTSIDE:
        page.goto(f"/accounts/{place}")
        found += violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} is wider than the screen"

    assert not found, "\n".join(found)


@themes
def test_an_original_that_cannot_be_shown_breaks_no_rule_either(year: Home, theme: str) -> None:
    held, gone, *_ = store.list_retail(year.user.user_id).items
    tags = {"TagSet": [{"Key": "GuardDutyMalwareScanStatus", "Value": "THREATS_FOUND"}]}
    boto3.client("s3").put_object_tagging(Bucket=config().invoices_bucket, Key=held.s3_path, Tagging=tags)
    documents.remove(year.user.user_id, gone.s3_path)
    page = year.window(color_scheme=theme).new_page()
    for invoice, said in ((held, "held back"), (gone, "not here any more")):
        page.goto(f"/invoices/{invoice.invoice_id}/")
        expect(page.locator(".document")).to_contain_text(said)
        assert violations(page) == []


@pytest.mark.parametrize("width", [320, 768, 1100, 1920])
def test_no_page_is_wider_than_its_window(year: Home, width: int) -> None:
    page = year.window(viewport={"width": width, "height": 800}).new_page()
    wide = []
    for place in states(year.user.user_id):
        page.goto(place)
        wide += [] if page.evaluate("document.documentElement.scrollWidth <= innerWidth") else [place]
        wide += [f"{place} cuts off: {text}" for text in page.evaluate(CUT_OFF)]

    assert wide == []


def test_an_invoice_is_printed_without_what_only_a_screen_needs(year: Home) -> None:
    rent = store.list_rental(year.user.user_id)[0]
    page = year.window(color_scheme="dark").new_page()
    page.goto(f"/invoices/{rent.invoice_id}/")
    page.emulate_media(media="print")

    expect(page.locator(".sidebar")).to_be_hidden()
    expect(page.get_by_role("button", name="Mark as paid")).to_be_hidden()
    expect(page.locator("#fact-total_amount .value")).to_be_visible()
    expect(page.locator(".qr svg")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_nothing_moves_for_who_asks_for_less_motion(home: Home) -> None:
    jobs.begin(home.user.user_id, kind="sync", request={})
    page = home.window(reduced_motion="reduce").new_page()
    page.goto("/activity/")

    assert page.get_by_role("progressbar").evaluate("bar => getComputedStyle(bar).animationName") == "none"


@themes
def test_a_newcomers_pages_break_no_rule_either(home: Home, theme: str) -> None:
    page = home.window(color_scheme=theme).new_page()
    found = []
    for place in ("/", "/invoices/", "/rent/", "/review/", "/vendors/", "/activity/", "/upload/", "/calendar/"):
        page.goto(place)
        found += violations(page)

    assert not found, "\n".join(found)


@themes
def test_no_state_that_comes_and_goes_breaks_a_rule(year: Home, theme: str) -> None:
    page, user_id = year.window(color_scheme=theme).new_page(), year.user.user_id
    box = household.mailbox(user_id, days_left=1)
    found = []

    def looked(place: str, *, shows: str) -> None:
        page.goto(place)
        expect(page.get_by_text(shows).first).to_be_visible()
        found.extend(violations(page))

    looked("/", shows="ends soon")
    looked(f"/mailboxes/{box.mailbox_id}/lookback/", shows="How far back?")
    mailboxes.needs_reconnecting(user_id, box.mailbox_id, cause=Cause.REVOKED)
    looked("/", shows="no longer connected")
    job = jobs.begin(user_id, kind="sync", request={})
    jobs.advance(user_id, job.job_id, state=jobs.JobState.RUNNING, counts={"found": 40, "stored": 10})
    looked("/activity/", shows="40 found")
    jobs.advance(user_id, job.job_id, state=jobs.JobState.FAILED, error="Google did not answer.")
    expect(page.get_by_text("Google did not answer.").first).to_be_visible()  # the page loads itself anew
    found.extend(violations(page))
    made = exporting.make(user_id, exporting.request(user_id, form="csv", query="category=rental").job_id)
    looked("/activity/", shows="Export of a list")
    expect(page.locator(f"a[href='/exports/{made.job_id}/1/']")).to_be_visible()
    asked = store.needs_look(user_id).items[0]
    page.goto(f"/review/?at={asked.invoice_id}")
    page.get_by_label("Total").fill("about ten")
    page.get_by_role("button", name="Confirm and next").click()
    expect(page.get_by_text("Write an amount")).to_be_visible()
    found += violations(page)
    page.goto("/invoices/")
    page.get_by_label("Tick all").check()
    expect(page.get_by_text("Ticked:")).to_be_visible()
    # At the list's end the bar lies below the rows; over them it would cover a part of one, a different one each day.
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    found += violations(page)
    page.get_by_label("Tick all").uncheck()
    page.get_by_role("checkbox", name=re.compile("Tick Hyresbolaget")).first.check()
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_text("1 invoice changed")).to_be_visible()
    found += violations(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    found += violations(page)

    assert not found, "\n".join(found)


@themes
def test_what_went_wrong_is_told_on_a_page_that_breaks_no_rule(
    home: Home, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **_more: object) -> None:
        raise RuntimeError("the table does not answer")

    monkeypatch.setattr(summaries, "span", broken)
    page = home.window(color_scheme=theme).new_page()
    page.goto("/")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "the table does not answer" not in page.content()
    assert violations(page) == []


scripts = pytest.mark.parametrize("scripted", [True, False], ids=["scripts", "no-scripts"])


@pytest.fixture
def gmail(home: Home, google: FakeGoogle, monkeypatch: pytest.MonkeyPatch) -> World:
    """Alice's mail at a Google on loopback, with a receipt and a rent notice in it; nothing is connected yet."""
    monkeypatch.setenv("PAYPULSE_SITE_URL", home.site)
    config.cache_clear()
    with frozen(now() - timedelta(hours=2)):
        for each in (SHOP, LANDLORD):
            vendors.save(each, by="test", expected_version=None)
    google.add_account(EMAIL)
    world = World(google, home.user.user_id, "")
    world.receipt(1, total="120.50", days_ago=1)
    world.rent(due=today() + timedelta(days=2))
    # The policy names Google's address as it was when the settings were read.
    monkeypatch.setitem(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], "form-action", ["'self'", google.url])
    return world


@scripts
def test_gmail_is_connected_and_the_first_sync_shows_how_far_it_is(home: Home, gmail: World, scripted: bool) -> None:
    page = home.window(java_script_enabled=scripted).new_page()
    page.goto("/")
    page.get_by_role("button", name="Connect Gmail").click()
    page.get_by_role("button", name="Allow").click()
    page.get_by_label("The last three months").check()
    page.get_by_role("button", name="Fetch my mail").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.goto("/")
    expect(page.get_by_text("Your mail is being looked through")).to_be_visible()

    gmail.settle()
    if not scripted:
        page.reload()

    expect(page.get_by_role("heading", name=f"{today(home.user.time_zone):%B %Y}")).to_be_visible()
    expect(page.get_by_text("Hemgården").first).to_be_visible()
    page.goto("/activity/")
    expect(page.get_by_text("2 found · 2 stored")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)


@scripts
def test_progress_is_shown_as_it_is_made(home: Home, scripted: bool) -> None:
    job = jobs.begin(home.user.user_id, kind="sync", request={})
    jobs.advance(home.user.user_id, job.job_id, state=jobs.JobState.RUNNING, counts={"found": 40, "stored": 10})
    page = home.window(java_script_enabled=scripted).new_page()
    page.goto("/activity/")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "10")

    jobs.advance(home.user.user_id, job.job_id, state=jobs.JobState.DONE, counts={"found": 40, "stored": 40})
    if not scripted:
        page.reload()

    expect(page.get_by_text("40 found · 40 stored")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)


@scripts
def test_last_winters_electricity_bill_is_found(year: Home, scripted: bool) -> None:
    page = year.window(java_script_enabled=scripted).new_page()
    page.goto("/invoices/")
    page.get_by_role("navigation", name="Category").get_by_role("link", name="Utilities").click()
    page.get_by_label("Search").fill("vatten")
    page.get_by_role("group").filter(has_text="Days, vendor").locator("summary").click()
    first = (today(year.user.time_zone).replace(day=1) - timedelta(days=300)).replace(day=1)
    page.get_by_label("From").fill(first.isoformat())
    page.get_by_label("To", exact=True).fill(first.replace(day=28).isoformat())
    page.get_by_role("button", name="Show", exact=True).click()

    row = page.locator("[data-row]")
    expect(row).to_have_count(1)
    row.get_by_role("link", name="Vattenfall").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vattenfall")
    assert "684,50" in page.frame_locator("iframe").locator("body").inner_text().replace("\u00a0", " ")


@scripts
def test_an_unsure_total_is_corrected_and_the_overview_follows(year: Home, scripted: bool) -> None:
    user_id = year.user.user_id
    page = year.window(java_script_enabled=scripted).new_page()
    page.goto("/")
    before = page.locator(".stat .value").first.inner_text()
    page.get_by_role("link", name="Review now").click()
    page.get_by_label("Total").fill("1 000,00")
    page.get_by_role("button", name="Confirm and next").click()
    expect(page.get_by_text("Confirmed.")).to_be_visible()

    household.summarise(user_id, list(store.list_retail(user_id, limit=10).items))
    page.goto("/")
    after = page.locator(".stat .value").first.inner_text()
    assert _amount(after) - _amount(before) == 1000
    expect(page.get_by_role("link", name=re.compile("Review.*1 to look at")).first).to_be_visible()


def _amount(text: str) -> float:
    return float(re.sub(r"[^\d.]", "", text))


@scripts
def test_rent_is_compared(year: Home, scripted: bool) -> None:
    page = year.window(java_script_enabled=scripted).new_page()
    page.goto("/rent/")
    changed = page.locator("section").filter(has=page.get_by_role("heading", name="What changed"))

    expect(changed.get_by_text("8,640.00 → 8,912.00")).to_be_visible()
    expect(page.get_by_role("region", name="Notices").get_by_role("row")).to_have_count(13)


@scripts
def test_a_filtered_list_is_taken_along(year: Home, scripted: bool) -> None:
    page = year.window(java_script_enabled=scripted).new_page()
    page.goto("/invoices/?category=travel")
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()

    lines = taken.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("date,vendor")
    assert len(lines) == 1 + page.locator("[data-row]").count()


def test_the_queue_is_worked_off_on_a_phone(year: Home) -> None:
    page = year.window(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    page.goto("/")
    page.locator(".tabbar").get_by_role("link", name="Review").tap()
    for _ in range(2):
        page.get_by_role("button", name="Confirm and next").tap()

    expect(page.get_by_text("Nothing to look at")).to_be_visible()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is named so has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if (
            page.evaluate(
                "(document.activeElement.getAttribute('aria-label') || document.activeElement.textContent).trim()"
            )
            == name
        ):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus is seen"
            return
    raise AssertionError(f"no Tab leads to {name}")


def test_keys_alone_connect_gmail(home: Home, gmail: World) -> None:
    page = home.window().new_page()
    page.goto("/")
    tab_to(page, "Connect Gmail")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Allow").press("Enter")
    page.wait_for_url("**/lookback/")
    page.get_by_label("The last year").focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("The last three months")).to_be_checked()
    tab_to(page, "Fetch my mail")
    page.keyboard.press("Enter")

    page.wait_for_url("**/activity/")
    expect(page.get_by_role("progressbar")).to_be_visible()


def test_keys_alone_review_compare_and_take_along(year: Home) -> None:
    page = year.window().new_page()
    page.goto("/")
    tab_to(page, "Review now")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/")
    page.keyboard.press("e")
    expect(page.get_by_label("Total")).to_be_focused()
    page.keyboard.type("99,50")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Confirmed.")).to_be_visible()
    page.locator("#main").focus()
    page.keyboard.press("c")
    expect(page.get_by_text("Nothing to look at")).to_be_visible()

    tab_to(page, "Rent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rent/")
    tab_to(page, "As a table")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Rent of the last twelve months by part")).to_be_visible()

    page.goto("/invoices/?category=travel")
    tab_to(page, "CSV")
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert taken.value.suggested_filename.endswith(".csv")


def test_what_a_search_found_is_told_to_who_does_not_see_it(year: Home) -> None:
    page = year.window().new_page()
    page.goto("/invoices/")
    told = page.locator("#shown")
    before = told.inner_text()
    page.get_by_label("Search").press_sequentially("nothing is like this")

    expect(told).to_have_text("0 invoices shown")
    assert before != "0 invoices shown"
    expect(page.get_by_label("Search")).to_be_focused()


def test_single_keys_do_nothing_once_they_are_switched_off(year: Home) -> None:
    page = year.window().new_page()
    page.goto("/accounts/settings/")
    page.get_by_label("Keyboard shortcuts of a single key").uncheck()
    page.get_by_role("button", name="Use").click()
    page.goto("/invoices/")
    for key in ("?", "j", "/"):
        page.keyboard.press(key)

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[data-row].at")).to_have_count(0)
    expect(page.get_by_label("Search")).not_to_be_focused()


def test_a_field_lights_up_where_it_stands_in_the_original(year: Home) -> None:
    receipt, rent = store.list_retail(year.user.user_id, limit=9).items[4], store.list_rental(year.user.user_id)[0]
    page = year.window().new_page()
    page.goto(f"/invoices/{receipt.invoice_id}/")
    before = page.evaluate("history.length")
    frame = page.frame_locator("iframe")
    lit = "element => getComputedStyle(element.parentElement).outlineColor"
    place = frame.locator("#at-total_amount")
    quiet = place.evaluate(lit)

    page.locator("#fact-total_amount").hover()
    expect(frame.locator("#at-total_amount:target")).to_have_count(1)
    assert place.evaluate(lit) != quiet
    page.locator("#fact-vendor_name").get_by_role("link", name="Edit: Vendor").focus()
    expect(frame.locator("#at-vendor_name:target")).to_have_count(1)
    assert page.evaluate("history.length") == before, "the way back is not filled with places in the original"

    page.goto(f"/invoices/{rent.invoice_id}/")
    box = page.locator("rect[data-evidence=due_date]")
    expect(box).not_to_have_class("lit")
    page.locator("#fact-due_date").hover()
    expect(box).to_have_class("lit")
    page.locator("h1").hover()
    expect(box).not_to_have_class("lit")


def test_a_place_in_the_original_is_shown_without_scripts_too(year: Home) -> None:
    receipt = store.list_retail(year.user.user_id, limit=9).items[4]
    page = year.window(java_script_enabled=False).new_page()
    page.goto(f"/invoices/{receipt.invoice_id}/")
    fact = page.locator("#fact-total_amount")
    fact.locator("summary").click()
    fact.get_by_role("link", name="Show where").click()

    expect(page.frame_locator("iframe").locator("#at-total_amount:target")).to_have_count(1)


def test_keys_alone_do_it_all(year: Home) -> None:
    page = year.window().new_page()
    page.goto("/invoices/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("spotify")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).not_to_have_count(0)
    page.wait_for_url(re.compile("q=spotify"))
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.locator("#main").focus()
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/invoices/inv_"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_role("textbox", name="Total")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("130,50")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. You can undo it here.")).to_be_visible()
    expect(page.locator("h1 ~ *, .stat .value").filter(has_text="130.50").first).to_be_visible()


HOSTILE = b"""<!doctype html><html><head><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">
<link rel="stylesheet" href="https://evil.example/a.css"><style>@import 'https://evil.example/b.css';body{background:url(https://evil.example/c)}</style>
<script>alert(1)</script></head><body onload="alert(2)" background="https://evil.example/d.png" style="background:url('https://evil.example/e')">
<h1>Shop</h1><img src="https://evil.example/f.png" onerror="alert(3)"><img src=x onerror=alert(4)><svg onload="alert(5)"><script>alert(6)</script>
<image href="https://evil.example/g"/></svg><form action="https://evil.example/h"><input name="p" autofocus onfocus="alert(7)"><button>Go</button></form>
<iframe src="https://evil.example/i"></iframe><object data="https://evil.example/j"></object><embed src="https://evil.example/k">
<a href="javascript:alert(8)" ping="https://evil.example/l">link</a><a href="https://evil.example/m" target="_top">top</a><video src="https://evil.example/n" autoplay></video>
<math><mtext><table><mglyph><style><img src=x onerror=alert(9)></style></mglyph></table></mtext></math><noscript><p title="</noscript><img src=x onerror=alert(10)>"></noscript>
<style><!--</style><img src=x onerror=alert(11)>--></style><p style="width:expression(alert(12));behavior:url(x)">Total 12,00 kr</p></body></html>"""


def test_a_hostile_receipt_can_do_nothing(home: Home) -> None:
    kept = household.receipt(home.user.user_id, "h", day=today() - timedelta(days=1))
    origin = documents.Origin(mailbox_id="m1", message_id="h", part=0, vendor_id=None, received_at=kept.received_at)
    documents.store(kept.s3_path, HOSTILE, origin=origin)
    page = home.window().new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(f"/invoices/{kept.invoice_id}/original/", wait_until="networkidle")
    assert page.url == f"{home.site}/invoices/{kept.invoice_id}/original/"
    page.goto(f"/invoices/{kept.invoice_id}/", wait_until="networkidle")
    frame = page.frame_locator("iframe")
    frame.get_by_text("link", exact=True).click()
    frame.get_by_text("top", exact=True).click()
    page.wait_for_timeout(500)

    assert "Total 12,00 kr" in frame.locator("body").inner_text()
    assert [place for place in asked if not place.startswith(home.site)] == []
    assert said == []
    assert page.url.startswith(f"{home.site}/invoices/{kept.invoice_id}/")
    assert frame.locator("form, input, script, svg, iframe, object, [href], [onload], [onerror], img[src]").count() == 0


def test_all_of_a_list_is_ticked_on_a_phone_too(year: Home) -> None:
    page = year.window(viewport=PHONE).new_page()
    page.goto("/invoices/")
    page.get_by_text("Tick all", exact=True).click()

    ticks = page.get_by_role("checkbox", name=re.compile("^Tick (?!all)"))
    assert ticks.count() > 50 and all(each.is_checked() for each in ticks.all())
    row = page.locator("[data-row]").filter(has_text="Needs a look").first
    for cell in row.locator("td.second").all():
        expect(cell).to_be_visible()


def _keep(answers: list[Response], answer: Response) -> None:
    answers.append(answer)


# How far the page moved while it was loaded, and what of it did.
SHIFTS = """new Promise(done => {
    const told = each => [each.value, each.sources.map(one => one.node?.outerHTML?.slice(0, 80) ?? String(one.node?.data))];
    new PerformanceObserver(list => done(list.getEntries().map(told))).observe({type: 'layout-shift', buffered: true});
    setTimeout(() => done([]), 300);
})"""


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_pages_are_light_and_stand_still_even_over_a_slow_line(year: Home, size: dict[str, int]) -> None:
    receipt, rent = store.list_retail(year.user.user_id, limit=9).items[4], store.list_rental(year.user.user_id)[0]
    own = [f"/invoices/{each.invoice_id}/" for each in (receipt, rent)]
    weights, shifts = {}, {}

    with serving(slowly=True) as site:
        for place in ("/", "/invoices/", "/rent/", "/vendors/", "/vendors/spotify/", "/review/", "/activity/", *own):
            # A window of its own, so that nothing is there from the page before.
            page = year.window(viewport=size).new_page()
            answers: list[Response] = []
            page.on("response", partial(_keep, answers))
            page.goto(site + place, wait_until="networkidle")
            weights[place] = sum(len(each.body()) for each in answers if each.ok)
            shifts[place] = page.evaluate(SHIFTS)
            page.close()

    assert max(weights.values()) <= 150 * 1024, weights
    assert all(sum(value for value, _moved in each) < 0.01 for each in shifts.values()), shifts
