"""`python -m tests.screenshots OUT`: pictures of the pages of a fresh sandbox, narrow and wide, light and dark."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from paypulse.sandbox.people import ALICE, STINA
from tests.e2e.browser import NARROW, WIDE, opened, signed_in
from tests.e2e.running import Running, running

WIDTHS = {"narrow": NARROW, "wide": WIDE}
THEMES = ("light", "dark")
PAGES = {
    "overview": "/",
    "list": "/invoices/",
    "rent": "/rent/",
    "review": "/review/",
    "upload": "/upload/",
    "activity": "/activity/",
    "vendors": "/vendors/",
    "settings": "/accounts/settings/",
}
STAFF_PAGES = {"admin": "/admin/", "admin-vendors": "/admin/vendors/vendorconfig/"}


def main(out: Path) -> None:
    """Take them all, from one sandbox."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as sandbox, opened() as browser:
        for width in WIDTHS:
            for theme in THEMES:
                for name in _taken(browser, sandbox, out, look=(width, theme)):
                    print(name)


def _taken(browser: Browser, sandbox: Running, out: Path, *, look: tuple[str, str]) -> Iterator[str]:
    for email, pages in ((ALICE[0], PAGES), (STINA[0], STAFF_PAGES)):
        with signed_in(browser, sandbox, email=email, viewport=WIDTHS[look[0]], color_scheme=look[1]) as context:
            for name, path in [*pages.items(), *_details(context, email)]:
                yield _shot(context, path, out / f"{name}-{look[0]}-{look[1]}.png")


def _details(context: BrowserContext, email: str) -> list[tuple[str, str]]:
    """The first invoice of the list and the latest rent notice."""
    if email != ALICE[0]:
        return []
    page = context.new_page()
    found = []
    for name, path in (("invoice", "/invoices/"), ("rent-notice", "/rent/")):
        page.goto(path)
        link = page.locator("main a[href^='/invoices/inv_']").first.get_attribute("href")
        found.append((name, str(link)))
    page.close()
    return found


def _shot(context: BrowserContext, path: str, file: Path) -> str:
    page = context.new_page()
    page.goto(path, wait_until="networkidle")
    page.screenshot(path=file, full_page=True)
    page.close()
    return file.name


if __name__ == "__main__":
    main(Path(sys.argv[1]))
