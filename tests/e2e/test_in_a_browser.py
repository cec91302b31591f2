"""Stories in a real browser: what only it can tell, such as scripts, the content policy, and what fits on a phone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect

from paypulse.sandbox.documents.receipts import receipt_html
from paypulse.sandbox.people import STINA
from tests.e2e.browser import NARROW, WIDE, signed_in, watched
from tests.e2e.running import Running
from tests.e2e.test_the_whole_way import receipt
from tests.screenshots import PAGES, STAFF_PAGES

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.browser,
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("sandbox"),
]

VENDORS = STAFF_PAGES["admin-vendors"]
ROW_PAGES = [
    f"{VENDORS}{page}/" for page in ("add", "spotify/change", "spotify/try", "spotify/history", "spotify/delete")
]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A card cuts off what is wider than it, so the window alone would not tell.
CUT_OFF = "[...document.querySelectorAll('.form-row, .card.form')].filter(row => row.scrollWidth > row.clientWidth + 1).map(row => row.className)"
WINDOWS = {"narrow": NARROW, "wide": WIDE}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_fits_breaks_no_rule_and_is_for_everyone(
    sandbox: Running, browser: Browser, window: str, theme: str
) -> None:
    looks = {"viewport": WINDOWS[window], "color_scheme": theme}
    with signed_in(browser, sandbox, **looks) as context:
        faults = _faults(context, PAGES.values())
    with signed_in(browser, sandbox, email=STINA[0], **looks) as context:
        faults += _faults(context, [*STAFF_PAGES.values(), *ROW_PAGES])
    assert faults == []


def _faults(context: BrowserContext, paths: Iterable[str]) -> list[str]:
    """What is wrong with the pages: wider than the window, not for everyone, or against the content policy."""
    page, wrong = watched(context)
    faults = []
    for path in paths:
        page.goto(path, wait_until="networkidle")
        if page.evaluate(OVERFLOW) > 0:
            faults.append(f"{path} is wider than the window")
        faults += [f"{path}: {row} is cut off" for row in page.evaluate(CUT_OFF)]
        faults += wrong
        found = Axe().run(page).response["violations"]
        faults += [f"{path}: {each['id']} ({each['impact']}): {each['nodes'][0]['target']}" for each in found]
        wrong.clear()  # the checker itself sets styles, which the policy refuses
    return faults


def test_staff_find_the_vendors_in_the_admin(sandbox: Running, browser: Browser) -> None:
    with signed_in(browser, sandbox, email=STINA[0], viewport=WIDE) as context:
        page, wrong = watched(context)
        for path in STAFF_PAGES.values():
            page.goto(path)
        page.goto("/admin/vendors/vendorconfig/?q=wallenstam")
        expect(page.locator("#result_list")).to_contain_text("kundservice@wallenstam.se")
        assert wrong == []


def test_an_invoice_is_found_opened_and_seen_beside_its_original(sandbox: Running, browser: Browser) -> None:
    with signed_in(browser, sandbox, viewport=WIDE) as context:
        page, wrong = watched(context)
        page.goto("/")
        page.get_by_role("link", name="Invoices").first.click()
        page.locator("main a[href^='/invoices/inv_']").first.click()
        expect(page.locator("main iframe, main img").first).to_be_visible()
        assert wrong == []


def test_a_script_in_a_receipt_does_not_run(sandbox: Running, browser: Browser, tmp_path: Path) -> None:
    bad = receipt_html(receipt("41.00", number="900041")).replace(
        "</body>",
        "<script>parent.document.title='owned'; document.title='owned'</script><img src=x onerror=alert(1)></body>",
    )
    file = tmp_path / "receipt.html"
    file.write_text(bad)
    with signed_in(browser, sandbox, viewport=WIDE) as context:
        page = context.new_page()
        alerts: list[str] = []
        page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
        page.goto("/upload/")
        page.set_input_files("input[type=file]", file)
        page.get_by_role("button", name="Upload", exact=True).click()
        page.locator("main a[href^='/invoices/inv_']").first.click(timeout=60_000)  # there once it was read
        page.wait_for_url("**/invoices/inv_*/")
        page.wait_for_load_state("networkidle")
        assert page.title() != "owned"
        assert alerts == []


def test_everything_works_without_script(sandbox: Running, browser: Browser) -> None:
    with signed_in(browser, sandbox, viewport=NARROW, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/invoices/")
        page.locator("main a[href^='/invoices/inv_']").first.click()
        expect(page.locator("main h1").first).to_be_visible()
