"""What the admin's pages cost their server with 2,000 vendors, over AWS in memory: `python -m bench.admin`."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import Any

import tests.conftest  # noqa: F401  (sets a test's environment before anything of ours is imported)
from bench._engine import engine
from tests.e2e.site import cloud

VENDORS = 2000
LIMITED = ("list", "list, last page", "list, searched", "list, filtered")
LIMIT_MS = 300
ROUNDS = 9
LIST = "/admin/vendors/vendorconfig/"
PAGES = {
    "list": LIST,
    "list, last page": f"{LIST}?p={VENDORS // 50}",
    "list, searched": f"{LIST}?q=vendor+17",
    "list, filtered": f"{LIST}?state__exact=active&o=-1",
    "list, with counts": f"{LIST}?_facets=True",
    "list, problems": f"{LIST}?problems=yes",
    "one vendor": f"{LIST}vendor-7/change/",
    "index": "/admin/",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page takes: milliseconds (the median by the wall clock, and of our processor), and reads."""

    wall: float
    cpu: float
    reads: Counter[str]


def main() -> int:
    """Print the table; gives how many pages took longer than they may."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paypulse.settings")
    django.setup()
    with engine(), cloud():
        browser = _staff()
        _fill()
        took = {name: _measured(browser, address) for name, address in PAGES.items()}
    for name, cost in took.items():
        print(f"{name:18} {cost.wall:6.0f} ms   CPU {cost.cpu:5.0f} ms   {dict(cost.reads)}")
    print(
        f"{VENDORS} vendors; the list may take {LIMIT_MS} ms (the median of {ROUNDS} visits), unless all rows are checked"
    )
    return sum(took[name].wall > LIMIT_MS for name in LIMITED)


def _staff() -> Any:
    from django.test import Client

    from accounts import store
    from accounts.models import User

    stina = store.create_user(
        email="stina@example.com", name="Stina", password="correct horse battery", is_staff=True, is_superuser=True
    )
    browser = Client()
    browser.force_login(User.objects.get(pk=stina.user_id))
    return browser


def _fill() -> None:
    from paypulse.core.clock import now
    from vendors.tables import VendorConfig

    kinds = ("grocery", "travel", "clothing", "technology")
    with VendorConfig.batch_write() as batch:
        for at in range(VENDORS):
            batch.save(
                VendorConfig(
                    vendor_id=f"vendor-{at}",
                    vendor_name=f"Vendor {at}",
                    invoice_category="retail",
                    invoice_sub_type=kinds[at % 4],
                    email_patterns=[f"shop{at}.se", f"billing@shop{at}.example"],
                    subject_keywords=["kvitto", "order + confirmation"],
                    state="active" if at % 3 else "draft",
                    active=bool(at % 3),
                    created_at=now(),
                    updated_at=now(),
                    updated_by="bench",
                )
            )


def _measured(browser: Any, address: str) -> Cost:
    from tests.counting import dynamodb_calls

    with dynamodb_calls() as calls:
        answer = browser.get(address)
    assert answer.status_code == 200, f"{address} answered {answer.status_code}"
    times, spent = [], []
    for _ in range(ROUNDS):
        begun, used = time.perf_counter(), time.process_time()
        browser.get(address)
        times.append((time.perf_counter() - begun) * 1000)
        spent.append((time.process_time() - used) * 1000)
    return Cost(median(times), median(spent), calls)


if __name__ == "__main__":
    sys.exit(main())
