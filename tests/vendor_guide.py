"""`python -m tests.vendor_guide OUT [LOOK ...]`: the guide's pictures of a new vendor, over AWS in memory.

A look is a width and a theme, such as narrow-light; without one, those that the guide shows are taken.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from playwright.sync_api import BrowserContext

import tests.conftest  # noqa: F401  (sets a test's environment before anything of ours is imported)
from tests import vendor_story
from tests.screenshots import WIDTHS, slim

LOOKS = ("wide-light", "narrow-dark")


def main(out: Path, looks: Sequence[str]) -> None:
    """Walk the story once for each look."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paypulse.settings")
    django.setup()
    from tests.e2e.site import chromium, cloud, serving, signed_in

    out.mkdir(parents=True, exist_ok=True)
    for look in looks or LOOKS:
        width, theme = look.split("-")
        with cloud(), serving() as site:
            stina = _staff()
            with chromium() as browser:
                context = signed_in(browser, site, stina, viewport=WIDTHS[width], color_scheme=theme, locale="en")
                for name in _walk(context, out, look):
                    print(name, flush=True)


def _staff() -> str:
    from accounts import store
    from vendors import rows

    rows.load(by="catalogue")
    stina = store.create_user(
        email="stina@example.com", name="Stina", password="a long and quiet phrase", is_staff=True, is_superuser=True
    )
    return stina.user_id


def _walk(context: BrowserContext, out: Path, look: str) -> Iterator[str]:
    """The story's steps, each with its picture."""
    from paypulse.core.clock import today
    from paypulse.sandbox.documents import shops
    from paypulse.sandbox.documents.receipts import receipt_html

    shop, page = shops.UNKNOWN[0], context.new_page()

    def taken(step: str) -> str:
        file = out / f"guide-{step}-{look}.png"
        page.screenshot(path=file, full_page=True)
        slim(file)
        return file.name

    vendor_story.fill(page, vendor_story.row_of(shop), kind=str(shop.sub_type))
    yield taken("add")
    vendor_story.save(page)
    yield taken("row")
    with TemporaryDirectory() as folder:
        sample = Path(folder) / "receipt.html"
        sample.write_text(receipt_html(shop.facts(today(), Random(7)), shop.design), "utf-8")
        vendor_story.try_on(page, sample)
    yield taken("try")
    vendor_story.activate(page, shop.vendor)
    yield taken("active")
    page.get_by_role("link", name="History").click()
    yield taken("history")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
