"""A mailbox's first fetch: how long against what the quota allows, calls to Gmail a mail, memory, and what AWS would charge.

A second mailbox holds six mails of 25 MB, for the memory of the worker that fetches them.

Time and memory are those of a worker in a process of its own on the sandbox's AWS, with Gmail the fake one at 50 ms of latency
and with the real quota. What AWS would charge is counted over the whole way, reading and months included, on the AWS in
memory: from the items that are written (a transaction counts double, each index again) and read.
`python -m bench.backfill [MAILS]`, 590 by default (a minute of quota); 10,000 take 35. The time has a target from 5,000 on:
below, the steps of the quota's minutes are most of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")

from tests import conftest  # isort: skip  (sets the environment before anything of ours is imported)
from accounts.tables import Mailbox
from invoices.gmail import GET_UNITS, UNITS_A_MINUTE, Pace, paced
from invoices.ingestion import request_sync
from lambdas import keep_summaries
from lambdas.catalogue import functions
from paypulse.core.aws import client, forget_clients
from paypulse.core.config import config
from paypulse.sandbox import emulator, provision
from paypulse.sandbox.documents.mail import Attachment, Envelope, mail
from paypulse.sandbox.documents.receipts import receipt_pdf
from paypulse.sandbox.google import FakeGoogle
from tests.faults.harness import snapshot
from tests.faults.mailbox import fill
from tests.feature.invoices.world import EMAIL, World, receipt_facts

LATENCY_S = 0.05
# List prices of us-east-1, November 2026: on-demand request units and S3 requests, dollars apiece.
PRICES = {"write units": 0.625e-6, "read units": 0.125e-6, "S3 puts": 5e-6, "S3 gets": 0.4e-6}
MOST_CHARGED, LEAST_TIMED = 1000, 5000
_LARGE = 6
WINDOW_S = next(
    each.window_s for function in functions() for each in function.streams if each.table == "RetailInvoices"
)
_INDEXES = {"RetailInvoices": 2, "RentalInvoices": 1}


@dataclass
class Meter:
    """What was asked of AWS, in the units it charges for."""

    units: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def running(self) -> Iterator[None]:
        clients = (Mailbox._get_connection().connection.client, client("s3"))
        for each in clients:
            each.meta.events.register("provide-client-params.*.*", self._asked)
            each.meta.events.register("after-call.dynamodb.*", self._answered)
        yield
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


def main(mails: int, *parts: str) -> int:
    """Print the figures; 1 when a target is missed. Each part has a process of its own, as each has an AWS of its own."""
    if parts:
        return int(_PARTS[parts[0]](mails))
    each = [[sys.executable, "-m", "bench.backfill", str(mails), part] for part in _PARTS]
    return max(subprocess.run(command, check=False).returncode for command in each)


def _fetched(mails: int) -> bool:
    """Fetch on the sandbox's AWS; whether a target was missed."""
    with _sandbox() as world:
        fill(world, mails=mails, seed=1)
        took, calls = _worked(world)
    return _print_fetch(mails, took, calls=calls)


def _large(_mails: int) -> bool:
    """Fetch a mailbox of large mails on the sandbox's AWS; whether a target was missed."""
    with _sandbox() as world:
        for number in range(_LARGE):
            pdf = receipt_pdf(receipt_facts(number)) + b"%" + os.urandom(18_000_000)
            sent = datetime.now(UTC) - timedelta(days=number + 1)
            envelope = Envelope(sender="no-reply@kvitto.nordkorg.example", subject="Kvitto", sent=sent)
            world.google.deliver(EMAIL, mail(envelope, attachments=[Attachment("kvitto.pdf", pdf)]), sent=sent)
        took, calls = _worked(world)
    print(f"\n{_LARGE} mails of 25 MB: {took['counts']}, {calls} calls to Gmail, fetched in {took['seconds']:.0f} s")
    _print_memory(took)
    return took["memory_mb"] > 150 or took["counts"]["stored"] != _LARGE


@contextmanager
def _sandbox() -> Iterator[World]:
    """A mailbox at the fake Google with its latency, on the sandbox's AWS."""
    emulator.install()
    with TemporaryDirectory() as folder, emulator.running(Path(folder)) as aws, FakeGoogle() as google:
        _adopt({**aws.environment(), **google.environment()})
        for make in (provision.make_tables, provision.make_buckets, provision.make_queues, provision.make_key):
            make()
        world = World.made(google)
        google.latency = LATENCY_S
        yield world


def _worked(world: World) -> tuple[dict[str, Any], int]:
    """What a worker says of fetching the mailbox, and how many calls to Gmail that took."""
    asked = request_sync(world.user_id, world.mailbox_id)
    worker = [sys.executable, "-m", "bench._worker", world.user_id, asked.job_id]
    said = subprocess.run(worker, check=True, stdout=subprocess.PIPE, text=True).stdout
    names = ("messages.list", "messages.get", "history.list", "profile")
    return json.loads(said.splitlines()[-1]), sum(world.google.calls[name] for name in names)


def _adopt(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    config.cache_clear()
    forget_clients()


def _print_fetch(mails: int, took: dict[str, Any], *, calls: int) -> bool:
    allowed = max(mails * GET_UNITS - UNITS_A_MINUTE, 0) * 60 / UNITS_A_MINUTE
    print(f"{mails} mails: {took['counts']}")
    print(f"fetched in {took['seconds']:.0f} s, in {took['runs']} runs of {took['longest_s']} s at most")
    print(
        f"the quota, its first minute's units at once, allows {allowed:.0f} s: {took['seconds'] / allowed:.3f} (target 1.10)"
    )
    print(f"calls to Gmail a mail: {calls / mails:.3f} (target 1.05)")
    _print_memory(took)
    slow = mails >= LEAST_TIMED and took["seconds"] / allowed > 1.1
    return slow or calls / mails > 1.05 or took["memory_mb"] > 150


def _print_memory(took: dict[str, Any]) -> None:
    peak, before = took["memory_mb"], took["memory_at_start_mb"]
    print(f"memory of the worker: {peak:.0f} MB at its peak, {before:.0f} MB before (target 150)")


def _charged(mails: int) -> bool:
    """Do all that follows from a first fetch on the AWS in memory; whether the target was missed."""
    mails = min(mails, MOST_CHARGED)
    with conftest.cloud(), FakeGoogle() as google, paced(Pace(units=10**9)):
        google.quota.per_minute = 10**9
        _adopt(google.environment())
        world, meter = World.made(google), Meter()
        fill(world, mails=mails, seed=1)
        with meter.running(), redirect_stdout(StringIO()):
            request_sync(world.user_id, world.mailbox_id)
            while world.drain() or world.read_objects():
                pass
            _tell(world)
        rows = snapshot()
    return _print_units(mails, meter.units, rows=len(rows["RetailInvoices"]) + len(rows["RentalInvoices"]))


def _tell(world: World) -> None:
    """Tell the streams' readers, in the order of arrival, of as many rows at once as the quota lets come in their window."""
    records = sorted(world.fresh_records(), key=lambda each: each["dynamodb"]["NewImage"]["created_at"]["S"])
    at_once = UNITS_A_MINUTE // 60 // GET_UNITS * WINDOW_S
    for start in range(0, len(records), at_once):
        keep_summaries.handler({"Records": records[start : start + at_once]}, None)


def _print_units(mails: int, units: Counter[str], *, rows: int) -> bool:
    dollars = sum(units[name] * price for name, price in PRICES.items()) * 1000 / mails
    print(f"\n{mails} mails, {rows} invoice rows: fetched, read, recorded and summed up")
    for name in PRICES:
        print(f"{name} per 1,000 mails: {units[name] * 1000 / mails:,.0f}")
    print(f"list price per 1,000 mails: ${dollars:.4f} (target 0.02)")
    return dollars > 0.02


_PARTS = {"fetched": _fetched, "large": _large, "charged": _charged}

if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 590, *sys.argv[2:]))
