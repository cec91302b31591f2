"""A new vendor in a browser, step by step: what the stories test and what the guide's pictures show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page

from paypulse.sandbox.documents.shops import Shop

LIST = "/admin/vendors/vendorconfig/"


def row_of(shop: Shop) -> dict[str, str]:
    """What staff would write about the shop, by field."""
    sender = shop.sender.partition("<")[2].rstrip(">")
    return {"vendor_name": shop.vendor, "email_patterns": sender, "subject_keywords": "order"}


def fill(page: Page, texts: Mapping[str, str], *, kind: str) -> None:
    """Write a new row; it is not saved yet."""
    page.goto(f"{LIST}add/")
    for name, text in texts.items():
        page.fill(f"[name={name}]", text)
    page.select_option("[name=invoice_sub_type]", kind)


def save(page: Page) -> None:
    """Save what was written and stay at the row."""
    page.click("[name=_continue]")
    page.wait_for_url("**/change/")


def try_on(page: Page, sample: Path) -> None:
    """From the row: read a file with it."""
    page.get_by_role("link", name="Try", exact=True).click()
    page.set_input_files("[name=upload]", sample)
    page.get_by_role("button", name="Read the sample").click()
    page.locator("section.trial").wait_for()


def activate(page: Page, name: str) -> None:
    """From what was tried: go back to the row and let it act."""
    page.locator(".breadcrumbs").get_by_role("link", name=name).click()
    page.get_by_role("button", name="Activate").click()
    page.locator(".badge-active").wait_for()
