"""A real Chromium, as quiet as it gets, and people signed in with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from paypulse.sandbox.people import ALICE
from tests.e2e.running import Running

# Without these Chromium calls home at every start.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NARROW = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}


def chromium() -> str | None:
    """Where this machine's Chromium is, if it has one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def opened() -> Iterator[Browser]:
    """A running Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


def signed_in(browser: Browser, sandbox: Running, *, email: str = ALICE[0], **options: Any) -> BrowserContext:
    """A window of its own in which the person is signed in through the page."""
    context = browser.new_context(base_url=sandbox.site, **options)
    page = context.new_page()
    page.goto("/accounts/sign-in/")
    page.fill("input[type=email]", email)
    page.fill("input[type=password]", sandbox.passwords[email])
    page.press("input[type=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.close()
    return context


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and the list that its errors and broken rules of the content policy are added to."""
    page, wrong = context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    return page, wrong
