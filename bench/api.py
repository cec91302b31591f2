"""What the API's routes cost: a direct handler call with the DynamoDB calls it makes, and the same through the emulator.

Directly, DynamoDB is the in-memory one in the same process; through the emulator it is HTTP API, warm function and emulated
tables, as `make run` has them, and the last column is how many times the direct call that takes. The password hash is
printed apart, because it is most of a sign-in and is meant to be. A list or a detail may make two DynamoDB calls, the one of the
authorizer before it among them.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from moto import mock_aws

import tests.conftest  # noqa: F401  (sets a test's environment before anything of ours is imported)
from accounts import passwords, personal_tokens, store, tokens
from accounts.claims import Scope
from invoices import store as invoices
from lambdas import authorize_api
from paypulse.sandbox.people import ALICE
from tests.conftest import all_tables
from tests.counting import dynamodb_calls
from tests.e2e.running import running
from tests.feature.api.conftest import PASSWORD, Client
from tests.feature.invoices import making

RUNS, SIGN_INS = 60, 20
HISTORY = 200
MOST_CALLS = 2
LOGIN = "POST /v1/auth/login"
LISTS = (
    "/v1/user/me",
    "/v1/invoices/retail",
    "/v1/invoices/retail?limit=50",
    "/v1/invoices/retail?subtype=grocery&limit=50",
    "/v1/invoices/retail?counts=true",
    "/v1/invoices/rental",
    "/v1/summaries",
)
RETAIL, RENTAL = "/v1/invoices/retail/{id}", "/v1/invoices/rental/{id}"


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds, and the DynamoDB calls of one run where they can be seen."""

    p50: float
    p95: float
    calls: dict[str, int]

    def __str__(self) -> str:
        total = sum(self.calls.values())
        made = ", ".join(f"{name} {count}" for name, count in self.calls.items())
        return f"p50 {self.p50:7.1f} ms   p95 {self.p95:7.1f} ms" + (f"   {total}: {made}" if total else "")


def main() -> None:
    """Print both tables."""
    print(f"-- a direct handler call, {HISTORY} receipts; DynamoDB calls")
    direct = directly()
    print("\n-- through the emulator's HTTP API, warm")
    through_the_emulator(direct)


def directly() -> dict[str, Took]:
    """Call the handlers over tables in memory."""
    with mock_aws():
        for table in all_tables():
            table.create_table()
        user = store.create_user(email="alice@example.com", name="Alice", password=PASSWORD)
        receipts = [making.retail(f"m{n}", user_id=user.user_id, invoice_date=_day(n)) for n in range(HISTORY)]
        made = [invoices.record(each) for each in receipts]
        rent = invoices.record(making.rental(user_id=user.user_id))
        client, anyone, encoded = Client(tokens.issue(user).token), Client(), passwords.hashed(PASSWORD)
        login = {"email": "alice@example.com", "password": PASSWORD}
        _row("password hash alone", _measured(lambda: passwords.verify(PASSWORD, encoded), runs=SIGN_INS))
        took = {LOGIN: _measured(lambda: anyone("POST", "/v1/auth/login", login), runs=SIGN_INS)}
        _row(LOGIN, took[LOGIN])
        bearer = {"headers": {"authorization": f"Bearer {client.token}"}}
        _row("the authorizer alone", _measured(lambda: authorize_api.handler(bearer)))
        for address in (*LISTS, RETAIL.format(id=made[0].invoice_id), RENTAL.format(id=rent.invoice_id)):
            took[_name(address)] = _measured(lambda address=address: client("GET", address))
            _row(_name(address), took[_name(address)], most=MOST_CALLS if "invoices" in address else None)
        script = Client(personal_tokens.make(user.user_id, name="script", scopes=(Scope.READ,)))
        by_token = _measured(lambda: script("GET", "/v1/invoices/retail?limit=50"))
        _row("GET /v1/invoices/retail?limit=50 by personal token", by_token, most=MOST_CALLS)
        return took


def through_the_emulator(direct: dict[str, Took]) -> None:
    """Ask a running sandbox over HTTP, as an app would."""
    with TemporaryDirectory() as folder, running(Path(folder)) as place:
        api, (email, _) = place.api.removesuffix("/v1"), ALICE
        login = {"email": email, "password": place.passwords[email]}
        session = requests.Session()
        data = session.post(f"{api}/v1/auth/login", json=login, timeout=60).json()["data"]
        session.headers["Authorization"] = f"Bearer {data['access_token']}"
        retail, rental = (_first(session, f"{api}/v1/invoices/{each}?limit=1") for each in ("retail", "rental"))
        signed = _measured(lambda: session.post(f"{api}/v1/auth/login", json=login, timeout=60), runs=SIGN_INS)
        _row(LOGIN, signed, than=direct[LOGIN])
        for address in (*LISTS, RETAIL.format(id=retail), RENTAL.format(id=rental)):
            took = _measured(lambda address=address: _get(session, api + address))
            _row(_name(address), took, than=direct[_name(address)])


def _first(session: requests.Session, address: str) -> str:
    [[row]] = _get(session, address).json()["data"]["invoices"].values()
    return str(row["InvoiceID"])


def _get(session: requests.Session, address: str) -> requests.Response:
    answer = session.get(address, timeout=60)
    answer.raise_for_status()
    return answer


def _day(number: int) -> date:
    return date(2026, 11, 1) - timedelta(days=number)


def _name(address: str) -> str:
    folder, _, last = address.rpartition("/")
    return f"GET {folder}/{{id}}" if last.startswith("inv_") else f"GET {address}"


def _measured(work: Callable[[], Any], *, runs: int = RUNS) -> Took:
    """Warm, and then as often as `runs`."""
    work()
    with dynamodb_calls() as calls:
        work()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return Took(statistics.median(times), statistics.quantiles(times, n=20)[-1], dict(calls))


def _row(name: str, took: Took, *, most: int | None = None, than: Took | None = None) -> None:
    over = " TOO MANY" if most is not None and sum(took.calls.values()) > most else ""
    times = f"   {took.p50 / than.p50:5.1f} times direct" if than else ""
    print(f"{name[:52]:52} {took}{over}{times}", flush=True)


if __name__ == "__main__":
    main()
