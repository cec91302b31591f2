"""The dashboard in a real Chromium: six stories, with scripts and without, by keyboard, and every page held to WCAG 2.2 AA."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from accounts import store as people
from accounts.user import User
from invoices import documents, jobs, store
from paypulse.core.clock import today
from tests import household
from tests.e2e.site import chromium, serving, signed_in

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


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
    household.a_year(home.user.user_id, today=today())
    household.work(home.user.user_id)
    return home


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on the page, one line each."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{page.url} {each['id']}: {node['target']} {node['html'][:120]}" for each in found for node in each["nodes"]
    ]


def states(user_id: str) -> list[str]:
    """Every page, and every state of it that an address opens."""
    receipt, rent = store.list_retail(user_id, limit=9).items[4], store.list_rental(user_id)[0]
    asked = store.needs_look(user_id).items[0]
    own = [f"/invoices/{each.invoice_id}/" for each in (receipt, rent, asked)]
    return [
        "/",
        "/?currency=USD",
        "/invoices/",
        "/invoices/?q=spotify&least=1&since=2026-01-01",
        "/invoices/?q=nothing+is+like+this&category=travel",
        *own,
        f"{own[0]}?edit=total_amount",
        f"{own[0]}?edit=iban",
        "/rent/",
        "/review/",
        "/vendors/",
        "/vendors/spotify/",
        "/activity/",
        "/activity/?state=failed",
        "/upload/",
        f"/upload/?sent=inv_nobody&sent={receipt.invoice_id}",
        "/calendar/",
        "/nowhere/",
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
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

    assert found == []


def test_a_newcomers_pages_break_no_rule_either(home: Home) -> None:
    page = home.window().new_page()
    found = []
    for place in ("/", "/invoices/", "/rent/", "/review/", "/vendors/", "/activity/"):
        page.goto(place)
        found += violations(page)

    assert found == []


scripts = pytest.mark.parametrize("scripted", [True, False], ids=["scripts", "no-scripts"])


@scripts
def test_progress_of_a_first_sync_is_shown(home: Home, scripted: bool) -> None:
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
    page.get_by_label("From").fill("2026-01-01")
    page.get_by_label("To", exact=True).fill("2026-01-31")
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


def _keep(answers: list[Response], answer: Response) -> None:
    answers.append(answer)


def test_pages_are_light_and_stand_still(year: Home) -> None:
    page = year.window().new_page()
    weights: dict[str, int] = {}

    for place in ("/", "/invoices/", "/rent/", "/vendors/"):
        answers: list[Response] = []
        keep = partial(_keep, answers)
        page.on("response", keep)
        page.goto(place, wait_until="networkidle")
        weights[place] = sum(len(each.body()) for each in answers if each.ok)
        page.remove_listener("response", keep)
        shift = page.evaluate(
            "new Promise(done => new PerformanceObserver(list => done(list.getEntries().reduce((sum, each) => sum + each.value, 0)))"
            ".observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 300))"
        )
        assert shift < 0.01

    assert max(weights.values()) <= 150 * 1024, weights
