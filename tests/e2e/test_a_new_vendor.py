"""A vendor that nobody shipped: added, tried and activated by staff in the browser, and fetched with the next sync."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, expect

from paypulse.sandbox.documents import shops
from paypulse.sandbox.documents.receipts import receipt_html
from paypulse.sandbox.people import STINA
from tests import vendor_story
from tests.e2e.browser import WIDE, signed_in, watched
from tests.e2e.running import Running, eventually

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.browser,
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("sandbox"),
]

SHOP = shops.UNKNOWN[0]


def test_staff_add_try_and_activate_a_vendor_and_its_receipts_come(
    sandbox: Running, browser: Browser, tmp_path: Path
) -> None:
    facts = SHOP.facts(date.today(), Random(7))
    sample = tmp_path / "receipt.html"
    sample.write_text(receipt_html(facts, SHOP.design), "utf-8")
    assert not _has_receipts(sandbox)

    with signed_in(browser, sandbox, email=STINA[0], viewport=WIDE) as context:
        page, wrong = watched(context)
        texts = vendor_story.row_of(SHOP)
        vendor_story.fill(page, texts, kind=str(SHOP.sub_type))
        vendor_story.save(page)
        expect(page.locator(".badge-draft")).to_be_visible()
        expect(page.locator(".field-query")).to_contain_text(f"from:{texts['email_patterns']} subject:order")
        vendor_story.try_on(page, sample)
        whole, cents = f"{facts.total:.2f}".split(".")
        expect(page.locator("mark", has_text="total_amount").first).to_contain_text(f"{whole},{cents}")
        vendor_story.activate(page, SHOP.vendor)
        assert wrong == []

    with signed_in(browser, sandbox, viewport=WIDE) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_role("button", name="Look for new mail").first.click()
        eventually(lambda: _has_receipts(sandbox))
        page.goto("/invoices/")
        expect(page.locator("main")).to_contain_text(SHOP.vendor)


def test_nothing_that_runs_makes_an_sql_file(sandbox: Running) -> None:
    made = [path for path in sandbox.folder.rglob("*") if path.is_file() and _begins(path).startswith(b"SQLite format")]
    assert made == []


def _begins(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(16)
    except FileNotFoundError:  # the sandbox goes on working meanwhile
        return b""


def _has_receipts(sandbox: Running) -> bool:
    return any(row["vendor_name"].get("S") == SHOP.vendor for row in sandbox.rows("RetailInvoices"))
