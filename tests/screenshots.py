"""`python -m tests.screenshots OUT`: pictures of the pages of a person with a year of invoices, narrow and wide, light and dark."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext

import tests.conftest  # noqa: F401  (sets a test's environment before anything of ours is imported)
from tests.e2e.browser import NARROW, WIDE

WIDTHS = {"narrow": NARROW, "wide": WIDE}
THEMES = ("light", "dark")
COLOURS = 256
TALLEST = 2000
PAGES = {
    "overview": "/",
    "list": "/invoices/",
    "rent": "/rent/",
    "review": "/review/",
    "upload": "/upload/",
    "activity": "/activity/",
    "vendors": "/vendors/",
    "vendor": "/vendors/spotify/",
    "calendar": "/calendar/",
    "settings": "/accounts/settings/",
}
STAFF_PAGES = {"admin": "/admin/", "admin-vendors": "/admin/vendors/vendorconfig/"}


def main(out: Path) -> None:
    """Take them all, over AWS in memory."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paypulse.settings")
    django.setup()
    from tests.e2e.site import chromium, cloud, serving

    out.mkdir(parents=True, exist_ok=True)
    with cloud():
        people = _people()
        with serving() as site, chromium() as browser:
            for width in WIDTHS:
                for theme in THEMES:
                    for name in _taken(browser, site, people, out, look=(width, theme)):
                        print(name, flush=True)


def _people() -> dict[str, dict[str, str]]:
    """The pages to take, by the id of who sees them: Alice with her year, Bob on his first day, and Stina of the staff."""
    from accounts import store as accounts
    from invoices import store
    from paypulse.core.clock import today
    from tests import household
    from vendors import rows

    phrase = "a long and quiet phrase"
    alice = accounts.create_user(email="alice@example.com", name="Alice Andersson", password=phrase)
    stina = accounts.create_user(
        email="stina@example.com", name="Stina", password=phrase, is_staff=True, is_superuser=True
    )
    rows.load(by="catalogue")
    bob = accounts.create_user(email="bob@example.com", name="Bob Berg", password=phrase)
    household.mailbox(alice.user_id)
    household.a_year(alice.user_id, today=today())
    household.work(alice.user_id)
    found = {
        "invoice": store.list_retail(alice.user_id, limit=9).items[4],
        "rent-notice": store.list_rental(alice.user_id)[0],
    }
    details = {name: f"/invoices/{each.invoice_id}/" for name, each in found.items()}
    return {alice.user_id: {**PAGES, **details}, bob.user_id: {"welcome": "/"}, stina.user_id: STAFF_PAGES}


def _taken(
    browser: Browser, site: str, people: dict[str, dict[str, str]], out: Path, *, look: tuple[str, str]
) -> Iterator[str]:
    from tests.e2e.site import signed_in

    width, theme = look
    for user_id, pages in people.items():
        context = signed_in(
            browser, site, user_id, viewport=WIDTHS[width], color_scheme=theme, locale="en", bypass_csp=True
        )
        for name, path in pages.items():
            yield _shot(context, path, out / f"{name}-{width}-{theme}.png")
        context.close()


def _shot(context: BrowserContext, path: str, file: Path) -> str:
    page = context.new_page()
    page.goto(path, wait_until="networkidle")
    # What sticks to the window's lower edge belongs below the page here.
    page.screenshot(path=file, full_page=True, style=".tabbar { position: static !important }")
    page.close()
    slim(file)
    return file.name


def slim(file: Path) -> None:
    """Keep it with a palette: a page has few colours, and the folder stays small."""
    with Image.open(file) as taken:
        top = taken.convert("RGB").crop((0, 0, taken.width, min(taken.height, TALLEST)))
    reduced = top.quantize(COLOURS, dither=Image.Dither.NONE)
    reduced.save(file, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
