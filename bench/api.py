"""What the API's routes cost: milliseconds of a direct handler call, and the DynamoDB calls each one makes.

DynamoDB is the in-memory one, so that the figures are our own code's and botocore's; the password hash is printed apart,
because it is most of a sign-in and is meant to be.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from moto import mock_aws

import tests.conftest  # noqa: F401  (sets a test's environment before anything of ours is imported)
from accounts import passwords, store, tokens
from invoices import store as invoices
from tests.conftest import all_tables
from tests.counting import dynamodb_calls
from tests.feature.api.conftest import PASSWORD, Client
from tests.feature.invoices import making

RUNS = 60
HISTORY = 200


def main() -> None:
    """Print the table."""
    with mock_aws():
        for table in all_tables():
            table.create_table()
        user = store.create_user(email="alice@example.com", name="Alice", password=PASSWORD)
        made = [
            invoices.record(making.retail(f"m{n}", user_id=user.user_id, invoice_date=_day(n))) for n in range(HISTORY)
        ]
        rent = invoices.record(making.rental(user_id=user.user_id))
        client, anyone = Client(tokens.issue(user).token), Client()
        login = {"email": "alice@example.com", "password": PASSWORD}
        _print("password hash alone", lambda: passwords.verify(PASSWORD, passwords.hashed(PASSWORD)), runs=10)
        _print("POST /v1/auth/login", lambda: anyone("POST", "/v1/auth/login", login), runs=10)
        _print("GET /v1/user/me", lambda: client("GET", "/v1/user/me"))
        _print("GET /v1/invoices/retail?limit=50", lambda: client("GET", "/v1/invoices/retail?limit=50"))
        _print("GET /v1/invoices/retail?counts=true", lambda: client("GET", "/v1/invoices/retail?counts=true"))
        _print("GET /v1/invoices/rental", lambda: client("GET", "/v1/invoices/rental"))
        _print("GET /v1/invoices/retail/{id}", lambda: client("GET", f"/v1/invoices/retail/{made[0].invoice_id}"))
        _print("GET /v1/invoices/rental/{id}", lambda: client("GET", f"/v1/invoices/rental/{rent.invoice_id}"))


def _day(number: int) -> date:
    return date(2026, 11, 1) - timedelta(days=number)


def _print(name: str, work: Callable[[], Any], *, runs: int = RUNS) -> None:
    work()
    with dynamodb_calls() as calls:
        work()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(
        f"{name:40} p50 {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms   DynamoDB calls {sum(calls.values())} {dict(calls)}"
    )


if __name__ == "__main__":
    main()
