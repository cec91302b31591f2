"""What the admin's pages cost their server with 2,000 vendors: `python -m bench.admin`.

Over AWS in memory, and over dynoxide, whose scans cost what they cost on AWS. A process scans all rows at its first visit, and
that is not held to the limit: moto alone writes out 2,000 items in two seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from statistics import median
from typing import Any

import tests.conftest  # noqa: F401  (sets a test's environment before anything of ours is imported)
from bench._engine import engine
from tests.e2e.site import cloud

VENDORS = 2000
LIMITED = (
    "list",
    "list, last page",
    "list, searched",
    "list, filtered",
    "list, with counts",
    "list, problems",
    "index",
    "list, after a change",
)
AFTER_A_CHANGE = LIMITED[-1]
FIRST = "list, first visit"
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
    """Print both tables; gives how many pages took longer than they may."""
    if len(sys.argv) == 1:
        # A process of its own for each: clients stay with the AWS that they were made for.
        return sum(
            subprocess.run([sys.executable, "-m", __spec__.name, each]).returncode for each in ("memory", "dynoxide")
        )
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paypulse.settings")
    django.setup()
    with nullcontext(False) if sys.argv[1] == "memory" else engine() as is_dynoxide, cloud():
        return _told("dynoxide" if is_dynoxide else "AWS in memory")


def _told(where: str) -> int:
    browser = _staff()
    _fill()
    took = {name: _measured(browser, address) for name, address in PAGES.items()}
    took[AFTER_A_CHANGE] = _measured(browser, LIST, before=_change)
    took[FIRST] = _measured(browser, LIST, before=_forget)
    print(f"{VENDORS} vendors over {where}; a list may take {LIMIT_MS} ms (the median of {ROUNDS} visits)")
    for name, cost in took.items():
        print(f"  {name:20} {cost.wall:6.0f} ms   CPU {cost.cpu:5.0f} ms   {dict(cost.reads)}")
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
    _change()


def _change() -> None:
    """One row, as staff change it."""
    from vendors import store

    row = store.vendor("vendor-7")
    assert row is not None
    store.save(row, by="bench", expected_version=row.version)


def _forget() -> None:
    """As in a process that has not seen the rows yet."""
    from django.db import connections

    connections.close_all()
    del connections["default"]


def _measured(browser: Any, address: str, before: Callable[[], None] = lambda: None) -> Cost:
    from tests.counting import dynamodb_calls

    browser.get(address)
    before()
    with dynamodb_calls() as calls:
        answer = browser.get(address)
    assert answer.status_code == 200, f"{address} answered {answer.status_code}"
    times, spent = [], []
    for _ in range(ROUNDS):
        before()
        begun, used = time.perf_counter(), time.process_time()
        browser.get(address)
        times.append((time.perf_counter() - begun) * 1000)
        spent.append((time.process_time() - used) * 1000)
    return Cost(median(times), median(spent), calls)


if __name__ == "__main__":
    sys.exit(main())
