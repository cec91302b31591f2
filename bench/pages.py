"""What each page of the dashboard costs its server, for a person with a hundred thousand invoices: `python -m bench.pages [INVOICES]`.

DynamoDB is dynoxide, whose queries cost what a page holds, as on AWS; without npm it is the one in memory, with fewer invoices.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import tests.conftest  # noqa: F401  (sets a test's environment before anything of ours is imported)
from bench._engine import engine
from tests.counting import Reads, dynamodb_reads
from tests.e2e.site import cloud

MANY, FEW = 100_000, 2000
ROUNDS = 40
LIMIT_MS = 150
LIMIT_BYTES = 150 * 1024
# The session and its person say who is asking, on every page.
WHO = 2
PAGES = {
    "overview": "/",
    "list": "/invoices/",
    "list, one category": "/invoices/?category=utility",
    "list, one vendor": "/invoices/?vendor=spotify",
    "list, searched": "/invoices/?q=spotify",
    "list, a month": "/invoices/?month={month}",
    "one invoice": "/invoices/{receipt}/",
    "one rent notice": "/invoices/{rent}/",
    "review": "/review/",
    "rent": "/rent/",
    "vendors": "/vendors/",
    "one vendor": "/vendors/spotify/",
    "activity": "/activity/",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page takes: milliseconds (the wall clock's 95th percentile, our processor's median), bytes of HTML, reads."""

    p95: float
    cpu: float
    weight: int
    reads: Reads

    @property
    def is_too_much(self) -> bool:
        return self.p95 > LIMIT_MS or self.weight > LIMIT_BYTES


def main(invoices: int = 0) -> int:
    """Print the table; gives how many pages took more than they may."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paypulse.settings")
    django.setup()
    with engine() as is_like_aws, cloud():
        count = invoices or (MANY if is_like_aws else FEW)
        browser, names = _person(count)
        took = {name: _measured(browser, place.format(**names)) for name, place in PAGES.items()}
    print(f"{'page':20} {'p95 ms':>8} {'CPU ms':>8} {'KB':>7} {'reads':>7} {'items':>7}")
    for name, cost in took.items():
        figures = f"{cost.p95:8.0f} {cost.cpu:8.0f} {cost.weight / 1024:7.1f} {cost.reads.calls - WHO:7} {cost.reads.items - WHO:7}"
        print(f"{name:20} {figures}{'  TOO MUCH' if cost.is_too_much else ''}")
    print(f"{count} invoices of one person; a page may take {LIMIT_MS} ms and {LIMIT_BYTES // 1024} KB")
    return sum(cost.is_too_much for cost in took.values())


def _person(count: int) -> tuple[Any, dict[str, str]]:
    """A browser in which she is signed in, and what the addresses of her pages need."""
    from django.test import Client

    from accounts import store as people
    from accounts.models import User
    from invoices import store
    from paypulse.core.clock import today
    from tests import household

    alice = people.create_user(email="alice@example.com", name="Alice", password="a long and quiet phrase")
    household.a_year(alice.user_id, today=today())
    household.work(alice.user_id)
    receipt = next(each for each in store.list_retail(alice.user_id).items if each.vendor_id == "vattenfall")
    rent = store.list_rental(alice.user_id)[0]
    household.many(alice.user_id, count, today=today())
    client = Client()
    client.force_login(User.objects.get(pk=alice.user_id))
    return client, {"receipt": receipt.invoice_id, "rent": rent.invoice_id, "month": f"{today():%Y-%m}"}


def _measured(browser: Any, place: str) -> Cost:
    from tests.household import dynamodb_client

    answer = browser.get(place)
    assert answer.status_code == 200, (place, answer.status_code)
    with dynamodb_reads(dynamodb_client()) as reads:
        browser.get(place)
    times, spent = [], []
    for _ in range(ROUNDS):
        begun, used = time.perf_counter(), time.process_time()
        browser.get(place)
        times.append((time.perf_counter() - begun) * 1000)
        spent.append((time.process_time() - used) * 1000)
    return Cost(quantiles(times, n=20)[-1], median(spent), len(answer.content), reads)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
