"""A mailbox's first fetch: how long against what the quota allows, calls to Gmail a mail, and what AWS would charge.

Gmail is the fake one with 50 ms of latency and the real quota; AWS is the in-memory one, so that
its units are counted from the items that are written (a transaction counts double, each index again) and its time is not
AWS's. `python -m bench.backfill [MAILS]`, 600 by default (two minutes of quota); 10,000 take 34.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")

from tests import conftest  # isort: skip  (sets the environment before anything of ours is imported)
from accounts.tables import Mailbox
from invoices.gmail import GET_UNITS, UNITS_A_MINUTE
from invoices.ingestion import request_sync
from invoices.jobs import job
from paypulse.core.aws import client
from paypulse.core.config import config
from paypulse.sandbox.google import FakeGoogle
from tests.faults.harness import FETCH_QUEUES, snapshot
from tests.faults.mailbox import fill
from tests.feature.invoices.world import World

LATENCY_S = 0.05
# List prices of us-east-1, November 2026: on-demand request units and S3 requests, dollars apiece.
PRICES = {"write units": 0.625e-6, "read units": 0.125e-6, "S3 puts": 5e-6, "S3 gets": 0.4e-6}
_INDEXES = {"RetailInvoices": 2, "RentalInvoices": 1}


@dataclass
class Meter:
    """What was asked of AWS, in the units it charges for."""

    units: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def running(self) -> Any:
        clients = (Mailbox._get_connection().connection.client, client("s3"))
        for each in clients:
            each.meta.events.register("provide-client-params.*.*", self._asked)
            each.meta.events.register("after-call.dynamodb.*", self._answered)
        yield self
        for each in clients:
            each.meta.events.unregister("provide-client-params.*.*", self._asked)
            each.meta.events.unregister("after-call.dynamodb.*", self._answered)

    def _asked(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.service_model.service_name == "s3":
            self.units["S3 puts" if model.name.startswith(("Put", "Copy", "List")) else "S3 gets"] += 1
        elif model.name in ("PutItem", "UpdateItem", "DeleteItem"):
            self._wrote(params["TableName"], params.get("Item"), times=1)
        elif model.name == "BatchWriteItem":
            for table, requests in params["RequestItems"].items():
                for each in requests:
                    self._wrote(table, each.get("PutRequest", {}).get("Item"), times=1)
        elif model.name == "TransactWriteItems":
            for each in params["TransactItems"]:
                [request] = each.values()
                self._wrote(request["TableName"], request.get("Item"), times=2)

    def _wrote(self, table: str, item: dict[str, Any] | None, *, times: int) -> None:
        size = max(1, -(-_bytes({"M": item or {}}) // 1024))
        self.units["write units"] += size * (times + (_INDEXES.get(table, 0) if item else 0))

    def _answered(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        if model.name in ("GetItem", "Query", "Scan", "BatchGetItem"):
            found = parsed.get("Items") or [parsed.get("Item") or {}]
            found += [item for items in parsed.get("Responses", {}).values() for item in items]
            self.units["read units"] += max(1, -(-sum(_bytes({"M": item}) for item in found) // 4096))


def _bytes(value: dict[str, Any]) -> int:
    """The size that DynamoDB counts: names and texts in UTF-8, about half a byte a digit, three a list or map."""
    [(kind, inside)] = value.items()
    if kind == "M":
        return 3 + sum(len(name.encode()) + 1 + _bytes(each) for name, each in inside.items())
    if kind == "L":
        return 3 + sum(1 + _bytes(each) for each in inside)
    return len(inside) // 2 + 2 if kind == "N" else len(str(inside).encode())


def main(mails: int) -> int:
    """Print the figures; 1 when a target is missed."""
    with conftest.cloud(), FakeGoogle() as google:
        os.environ.update(google.environment())
        config.cache_clear()
        world = World.made(google)
        fill(world, mails=mails, seed=1)
        google.latency = LATENCY_S
        meter = Meter()
        with meter.running():
            seconds = _fetched(world)
            read = time.monotonic()
            world.settle()
        calls = sum(
            count for name, count in google.calls.items() if name.startswith(("messages", "history", "profile"))
        )
        return _print(mails, seconds=seconds, read_s=time.monotonic() - read, calls=calls, units=meter.units)


def _fetched(world: World) -> float:
    began = time.monotonic()
    asked = request_sync(world.user_id, world.mailbox_id)
    while not job(world.user_id, asked.job_id).state.is_final:
        if not world.drain(seconds=300):
            raise SystemExit(f"the sync stopped: {FETCH_QUEUES} are empty")
    return time.monotonic() - began


def _print(mails: int, *, seconds: float, read_s: float, calls: int, units: Counter[str]) -> int:
    allowed = max(mails * GET_UNITS - UNITS_A_MINUTE, 0) * 60 / UNITS_A_MINUTE
    dollars = sum(units[name] * price for name, price in PRICES.items()) * 1000 / mails
    rows = snapshot()
    print(f"{mails} mails, {len(rows['RetailInvoices']) + len(rows['RentalInvoices'])} invoice rows")
    print(
        f"fetched in {seconds:.0f} s; the quota (its first minute at once) allows {allowed:.0f} s; read in {read_s:.0f} s more"
    )
    print(f"calls to Gmail a mail: {calls / mails:.3f} (target 1.05)")
    for name in PRICES:
        print(f"{name} per 1,000 mails: {units[name] * 1000 / mails:,.0f}")
    print(f"list price per 1,000 mails: ${dollars:.4f} (target 0.02)")
    print(f"largest memory of this process, the fake Google and AWS's whole content in it: {_peak_mb():.0f} MB")
    return int(calls / mails > 1.05 or dollars > 0.02)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 600))
