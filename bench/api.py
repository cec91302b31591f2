"""What the API's routes cost: a direct handler call with the DynamoDB calls it makes, and the same through the emulator.

Directly, DynamoDB is the in-memory one; through the emulator it is HTTP API, warm function and emulated tables, as `make run`
has them. The password hash is printed apart, because it is most of a sign-in and is meant to be.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from moto import mock_aws

import tests.conftest  # noqa: F401  (sets a test's environment before anything of ours is imported)
from accounts import passwords, store, tokens
from invoices import store as invoices
from paypulse.sandbox.people import ALICE
from tests.conftest import all_tables
from tests.counting import dynamodb_calls
from tests.e2e.running import running
from tests.feature.api.conftest import PASSWORD, Client
from tests.feature.invoices import making

RUNS = 60
HISTORY = 200
LISTS = (
    "/v1/user/me",
    "/v1/invoices/retail?limit=50",
    "/v1/invoices/retail?counts=true",
    "/v1/invoices/rental",
)


def main() -> None:
    """Print both tables."""
    print("-- a direct handler call")
    directly()
    print("\n-- through the emulator's HTTP API, warm")
    through_the_emulator()


def directly() -> None:
    """Call the handlers over tables in memory."""
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
        _print("POST /v1/auth/login", lambda: anyone("POST", "/v1/auth/login", login), runs=9)
        for address in (*LISTS, f"/v1/invoices/retail/{made[0].invoice_id}", f"/v1/invoices/rental/{rent.invoice_id}"):
            _print(f"GET {address}", lambda address=address: client("GET", address))


def through_the_emulator() -> None:
    """Ask a running sandbox over HTTP, as an app would."""
    with TemporaryDirectory() as folder, running(Path(folder)) as place:
        api, (email, _) = place.api.removesuffix("/v1"), ALICE
        login = {"email": email, "password": place.passwords[email]}
        session = requests.Session()
        data = session.post(f"{api}/v1/auth/login", json=login, timeout=60).json()["data"]
        session.headers["Authorization"] = f"Bearer {data['access_token']}"
        listed = session.get(f"{api}/v1/invoices/retail?limit=1", timeout=60).json()["data"]["invoices"]
        [[row]] = listed.values()
        _print("POST /v1/auth/login", lambda: session.post(f"{api}/v1/auth/login", json=login, timeout=60), runs=9)
        for address in (*LISTS, f"/v1/invoices/retail/{row['InvoiceID']}"):
            _print(f"GET {address}", lambda address=address: session.get(api + address, timeout=60))


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
    made = f"   DynamoDB {dict(calls)}" if calls else ""
    print(f"{name[:48]:48} p50 {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms{made}", flush=True)


if __name__ == "__main__":
    main()
