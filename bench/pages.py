"""What each page of the dashboard costs its server, for a person with many invoices: `python -m bench.pages [INVOICES]`.

DynamoDB in memory (moto) walks the whole table for each query; BENCH_DYNAMODB=http://127.0.0.1:PORT takes the figures on
another local DynamoDB (dynoxide), whose queries cost what a page holds, as on AWS.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import tests.conftest  # noqa: F401  (sets a test's environment before anything of ours is imported)
from tests.e2e.site import cloud

ROUNDS = 12
LIMIT_MS = 150
PAGES = {
    "overview": "/",
    "list": "/invoices/",
    "list, one category": "/invoices/?category=utility",
    "list, searched": "/invoices/?q=spotify",
    "rent": "/rent/",
    "vendors": "/vendors/",
    "activity": "/activity/",
    "review": "/review/",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page takes: milliseconds (the wall clock's 95th percentile, our processor's median), bytes of HTML, reads."""

    p95: float
    cpu: float
    weight: int
    reads: Counter[str]


def main(invoices: int = 2000) -> int:
    """Print the table; gives how many pages took longer than they may."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paypulse.settings")
    django.setup()
    if "BENCH_DYNAMODB" in os.environ:
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = os.environ["BENCH_DYNAMODB"]
    with cloud():
        browser = _person(invoices)
        took = {name: _measured(browser, place) for name, place in PAGES.items()}
    for name, cost in took.items():
        print(
            f"{name:20} p95 {cost.p95:6.0f} ms   CPU {cost.cpu:5.0f} ms   {cost.weight / 1024:5.1f} KB   {dict(cost.reads)}"
        )
    print(f"{invoices} invoices; a page may take {LIMIT_MS} ms")
    return sum(cost.p95 > LIMIT_MS for cost in took.values())


def _person(invoices: int) -> Any:
    from django.test import Client

    from accounts import store
    from paypulse.core.clock import today
    from tests import household

    alice = store.create_user(email="alice@example.com", name="Alice", password="a long and quiet phrase")
    household.a_year(alice.user_id, today=today())
    household.many(alice.user_id, invoices, today=today())
    client = Client()
    from accounts.models import User

    client.force_login(User.objects.get(pk=alice.user_id))
    return client


def _measured(browser: Any, place: str) -> Cost:
    from tests.counting import dynamodb_calls

    weight = len(browser.get(place).content)
    with dynamodb_calls() as calls:
        browser.get(place)
    times, spent = [], []
    for _ in range(ROUNDS):
        begun, used = time.perf_counter(), time.process_time()
        browser.get(place)
        times.append((time.perf_counter() - begun) * 1000)
        spent.append((time.process_time() - used) * 1000)
    return Cost(quantiles(times, n=20)[-1], median(spent), weight, calls)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
