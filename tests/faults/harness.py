"""The same mailbox twice, once with everything going wrong: the tables must end the same.

Every call of the clients has hooks: it can be refused, its answer lost, or the whole function die before or after it (then
nothing of that run is called any more, locks stay held). Events are drawn by chance: dropped, doubled, late, out of order. Gmail fails as it does. A second worker comes in while the first has "stalled" and lost its lock.
Whatever is left after the faults is what the schedules, the nightly audit and the re-drive command are for.
"""

from __future__ import annotations

import copy
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.s3.models import s3_backends
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends
from pynamodb.pagination import ResultIterator

from accounts.tables import Mailbox
from invoices import ledger, redrive
from invoices.gmail import Pace, paced
from invoices.tables import TABLES, Job, Notice
from lambdas import audit_gaps, fetch_latest_invoice, fetch_retail_invoices
from paypulse.core.aws import client
from paypulse.core.clock import frozen
from paypulse.core.config import config
from paypulse.core.tables import Table
from paypulse.sandbox.google import Fault
from tests.conftest import all_tables
from tests.feature.invoices.world import EMAIL, Context, World, deliver_object, queue_event, stream_record, tell

REGION = config().region
FETCH_QUEUES = ("fetch-invoices", "fetch-latest-invoice", "fetch-retail-invoices")
QUEUES = (*FETCH_QUEUES, "audit-gaps")
SERVICES = ("s3", "sqs", "kms", "sesv2")
STREAMS = ("RetailInvoices", "RentalInvoices")
AT_ONCE = 10
SYNCS_A_NIGHT = 20
WRITES = ("Put", "Update", "Delete", "Transact", "BatchWrite", "Send", "Copy")
# What differs between any two runs by its nature: when, and by which job and try, a thing was done.
VOLATILE = ("created_at", "updated_at", "version", "job_id", "tries", "retry_at")


class Crash(BaseException):
    """The function died."""


@dataclass
class Faults:
    """What goes wrong, drawn from `rng`; `injected` counts it by kind until `wanted` is reached."""

    rng: random.Random
    wanted: int
    injected: Counter[str] = field(default_factory=Counter)
    is_dead: bool = False
    is_paused: bool = True

    @property
    def is_over(self) -> bool:
        return sum(self.injected.values()) >= self.wanted

    def strikes(self, chance: float) -> bool:
        # What still runs of a function that died draws nothing, so that a seed gives the same faults again.
        return not self.is_dead and not self.is_paused and not self.is_over and self.rng.random() < chance

    def note(self, kind: str) -> None:
        self.injected[kind] += 1


@dataclass
class Flaky(Fault):
    """Gmail failing now and then, each time in another way."""

    drawn: Faults | None = None

    def strikes(self, call: str) -> bool:
        assert self.drawn is not None
        if not self.drawn.strikes(0.25):
            return False
        self.cut = self.drawn.rng.random() < 0.1
        self.status = None if self.cut else self.drawn.rng.choice((403, 429, 500, 503))
        self.retry_after = self.drawn.rng.choice((None, 1, 20))
        self.drawn.note(f"gmail {self.status or 'cut off'}")
        return True


@dataclass
class Event:
    """Something to be delivered to a function: a queue's message, an object, or a stream's record."""

    kind: str
    what: Any
    queue: str = ""
    tries: int = 0


class Stage:
    """One run over the world's mailbox; `faults` decide what goes wrong in it."""

    def __init__(self, world: World, faults: Faults, start: datetime) -> None:
        self.world = world
        self.faults = faults
        self.now = start
        self.pending: list[Event] = []
        self.dead: list[Event] = []
        self.images: dict[tuple[str, str], dict[str, Any]] = {}
        self.touched: dict[tuple[str, str], None] = {}
        self.objects: list[str] = []
        self.syncs = 0
        self.lock = threading.RLock()
        self.params = threading.local()
        self.is_second = False

    # -- the hooks on AWS

    @contextmanager
    def hooked(self) -> Iterator[None]:
        with ExitStack() as stack:
            for each in self._clients():
                for name, hook in (
                    ("provide-client-params", self._params),
                    ("before-call", self._before),
                    ("after-call", self._after),
                ):
                    service = each.meta.service_model.service_name
                    each.meta.events.register(f"{name}.{service}.*", hook)
                    stack.callback(each.meta.events.unregister, f"{name}.{service}.*", hook)
            yield

    def _clients(self) -> list[Any]:
        return [Mailbox._get_connection().connection.client, *(client(name) for name in SERVICES)]

    def _params(self, params: dict[str, Any], **_: Any) -> None:
        self.params.given = params

    def _before(self, model: Any, **_: Any) -> None:
        with self.lock:
            faults = self.faults
            if faults.is_dead:
                raise Crash
            if faults.strikes(0.04):
                faults.note(f"{model.service_model.service_name} refuses")
                raise _refusal(faults.rng, model)
            if _writes(model) and faults.strikes(0.03):
                faults.note("crash before a write")
                faults.is_dead = True
                raise Crash

    def _after(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        failed = parsed.get("ResponseMetadata", {}).get("HTTPStatusCode", 200) >= 300
        with self.lock:
            if not failed:
                self._remember(model)
            faults = self.faults
            if not _writes(model) or failed:
                return
            if faults.strikes(0.03):
                faults.note("crash after a write")
                faults.is_dead = True
                raise Crash
            if model.service_model.service_name != "sesv2" and faults.strikes(0.02):
                faults.note("answer of a write lost")
                raise ReadTimeoutError(endpoint_url="loopback")
        self._second_worker(model)

    def _remember(self, model: Any) -> None:
        """Which objects and rows AWS has to tell of, whatever becomes of the answer."""
        given = self.params.given
        if model.name in ("PutObject", "CopyObject"):
            self.objects.append(given["Key"])
        for request in [given, *(inner for each in given.get("TransactItems", ()) for inner in each.values())]:
            if request.get("TableName") in STREAMS and _writes(model):
                row = request.get("Key") or request.get("Item") or {}
                self.touched[request["TableName"], row["InvoiceID"]["S"]] = None

    def _second_worker(self, model: Any) -> None:
        """A second worker takes the mailbox while the first stalls: its lock ran out."""
        if self.is_second or model.name != "PutObject" or not self.faults.strikes(0.01):
            return
        self.is_second, self.faults.is_paused = True, True
        self.faults.note("second worker")
        try:
            _unlock(self.world)
            self._ask_for_syncs()
            for event in [each for each in self.pending if each.kind == "queue"][:1]:
                self.pending.remove(event)
                self._handle(event)
        finally:
            self.is_second, self.faults.is_paused = False, False

    # -- events

    def _gather(self) -> None:
        """Collect what AWS would deliver by now."""
        for key in self.objects:
            self.pending.append(Event("object", key))
        self.objects.clear()
        for name in STREAMS:
            records = list(self._records(name))
            for start in range(0, len(records), AT_ONCE):
                self.pending.append(Event("stream", records[start : start + AT_ONCE]))
        self.touched.clear()
        for queue in QUEUES:
            self.pending += [Event("queue", body, queue) for body in _taken(queue)]

    def _records(self, table: str) -> Iterator[dict[str, Any]]:
        """What became of each row that was written since the last time, as the table's stream has it."""
        reading, paused = Mailbox._get_connection().connection.client, self.faults.is_paused
        self.faults.is_paused = True
        for place in [each for each in self.touched if each[0] == table]:
            key = {"UserID": {"S": self.world.user_id}, "InvoiceID": {"S": place[1]}}
            new = reading.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
            old = self.images.pop(place, None)
            if new:
                self.images[place] = new
            if new != old:
                yield stream_record(table, old, new)
        self.faults.is_paused = paused

    def deliver_all(self, *, rounds: int = 100_000) -> None:
        """Deliver events, in whatever order the faults make of it, until there are none."""
        for _ in range(rounds):
            self._gather()
            if not self.pending:
                return
            self._deliver_one()

    def _deliver_one(self) -> None:
        faults, rng = self.faults, self.faults.rng
        at = 0
        if faults.strikes(0.25):
            at = rng.randrange(len(self.pending))
            if at:
                faults.note("event out of order")
        event = self.pending.pop(at)
        if faults.strikes(0.08):
            faults.note(f"{event.kind} event dropped")
            return
        if faults.strikes(0.25):
            faults.note(f"{event.kind} event twice")
            self.pending.insert(rng.randrange(len(self.pending) + 1), copy.copy(event))
        if event.kind != "queue" and faults.strikes(0.25):
            faults.note(f"{event.kind} event late")
            self.pending.append(event)
            return
        self._attempt(event)

    def _attempt(self, event: Event) -> None:
        self.now += timedelta(seconds=5)
        self._gmail_faults()
        try:
            self._handle(event)
        except (Crash, Exception) as error:
            if self.faults.is_over and not isinstance(error, Crash) and event.tries > 6:
                raise
            event.tries += 1
            (self.dead if event.tries > 5 else self.pending).append(event)
            if event.kind == "queue":
                # A lock that a dead function left behind runs out before the next try.
                self.now += timedelta(minutes=6)
        finally:
            self.faults.is_dead = False

    def _handle(self, event: Event) -> None:
        with frozen(self.now):
            if event.kind == "object":
                deliver_object(event.what)
            elif event.kind == "stream":
                tell(*event.what)
            else:
                self._handle_message(event)

    def _handle_message(self, event: Event) -> None:
        handler = audit_gaps.handler if event.queue == "audit-gaps" else fetch_retail_invoices.handler
        seconds = 300.0 if self.faults.rng.random() < 0.7 else 30.0
        answer = handler(queue_event([{"MessageId": "1", "Body": event.what}]), Context(seconds))
        if answer["batchItemFailures"]:
            raise RuntimeError("the message failed")

    def _gmail_faults(self) -> None:
        google, faults = self.world.google, self.faults
        if faults.strikes(0.05):
            google.expire_access(EMAIL)
            faults.note("access token expired")
        if faults.strikes(0.03):
            google.expire_history(EMAIL)
            faults.note("history forgotten")
        google.faults[:] = [Flaky("/messages|/history|/profile", times=10**9, drawn=faults)]

    # -- the run

    def run(self) -> None:
        """Sync until all faults have struck, then let the schedules, the audit and the re-drive do what they are for."""
        with self.hooked(), paced(Pace(units=10**12, sleep=lambda _: None, at_once=1)):
            self.faults.is_paused = self.faults.wanted == 0
            self._sync_once()
            while not self.faults.is_over:
                self._sync_once()
            self.faults.is_paused = True
            self.world.google.faults.clear()
            self._mend()

    def _sync_once(self) -> None:
        self.now += timedelta(minutes=20)
        self._ask_for_syncs()
        self.deliver_all()
        self.syncs += 1
        if self.syncs % SYNCS_A_NIGHT == 0:
            self._audit()

    def _audit(self) -> None:
        self.now += timedelta(hours=2)
        with frozen(self.now):
            try:
                audit_gaps.handler({}, Context())
            except (Crash, Exception):
                self.faults.is_dead = False
        self.deliver_all()

    def _ask_for_syncs(self) -> None:
        with frozen(self.now):
            for handler in (fetch_latest_invoice.handler, fetch_retail_invoices.handler):
                try:
                    handler({}, Context())
                except (Crash, Exception):
                    # The schedule's own retry, or the next one, asks again.
                    self.faults.is_dead = False

    def _mend(self) -> None:
        self.pending += [Event(each.kind, each.what, each.queue) for each in self.dead]
        self.dead.clear()
        for _ in range(3):
            self.now += timedelta(hours=2)
            with frozen(self.now):
                redrive.give_another_try(self.world.user_id)
            self._sync_once()
            self._audit()

    def unfinished(self) -> dict[str, int]:
        """The ledger's lines that are in no final state."""
        found = ledger.counts(self.world.user_id)
        final = (ledger.EntryState.RECORDED, ledger.EntryState.DUPLICATE, ledger.EntryState.IGNORED)
        return {str(state): count for state, count in found.items() if count and state not in final}


def snapshot() -> dict[str, dict[str, Any]]:
    """Every row of the invoice tables but jobs, without what differs by its nature."""
    return {
        table.Meta.table_name: {_key(item): _settled(item) for item in _items(table)}
        for table in TABLES
        if table not in (Job, Notice)
    }


def notices() -> Counter[str]:
    """What people were told, and how often by mail."""
    return Counter(each.subject for each in ses_backends[ACCOUNT][REGION].sent_messages)


def unconfirmed() -> int:
    """Notices whose sending was cut off: nobody knows whether the mail went out, so it does not go out again."""
    return sum(1 for row in Notice.scan() if row.state == "sending")


def told() -> set[str]:
    return {row.notice_id for row in Notice.scan()}


def differences(one: dict[str, dict[str, Any]], other: dict[str, dict[str, Any]]) -> list[str]:
    """The rows that one run has and the other has not, or has otherwise."""
    return [
        f"{table} {key}: {_unlike(one[table].get(key), other[table].get(key))}"
        for table in one
        for key in sorted({*one[table], *other[table]})
        if one[table].get(key) != other[table].get(key)
    ]


def _unlike(one: Any, other: Any) -> str:
    if one is None or other is None:
        return "is missing without faults" if one is None else "is missing with faults"
    return ", ".join(
        f"{name}: {one.get(name)} / {other.get(name)}"
        for name in sorted({*one, *other})
        if one.get(name) != other.get(name)
    )


def _items(table: type[Table]) -> list[dict[str, Any]]:
    return [row.to_dynamodb_dict() for row in table.scan()]


def _key(item: dict[str, Any]) -> str:
    names = ("UserID", "InvoiceID", "EntryID", "Fingerprint", "Month")
    return "|".join(item[name]["S"] for name in names if name in item)


def _settled(item: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in item.items() if name not in VOLATILE}
    if "holders" in kept:
        kept["holders"] = sorted(map(str, json.loads(kept["holders"]["S"])))
    return kept


def _writes(model: Any) -> bool:
    return model.name.startswith(WRITES)


def _refusal(rng: random.Random, model: Any) -> ClientError:
    code, status = rng.choice([("ThrottlingException", 400), ("InternalServerError", 500), ("ServiceUnavailable", 503)])
    answer = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, model.name)


def _taken(queue: str) -> list[str]:
    backend = sqs_backends[ACCOUNT][REGION].queues[queue]
    bodies = [message.body for message in backend._messages]
    backend._messages.clear()
    return bodies


def _unlock(world: World) -> None:
    Mailbox(world.user_id, world.mailbox_id).update([Mailbox.sync_lock.remove(), Mailbox.sync_lock_until.remove()])


# -- two runs from one beginning


def kept() -> dict[type[Table], list[dict[str, Any]]]:
    """All of DynamoDB as it is stored: not every item is whole by its model."""
    return {table: list(ResultIterator(table._get_connection().scan, (), {})) for table in all_tables()}


def put_back(before: dict[type[Table], list[dict[str, Any]]]) -> None:
    """DynamoDB as it was, and everything else empty."""
    for table, items in before.items():
        with table.batch_write() as batch:
            for row in table.scan():
                batch.delete(row)
        for item in items:
            Mailbox._get_connection().connection.client.put_item(TableName=table.Meta.table_name, Item=item)
    for bucket in s3_backends[ACCOUNT]["aws"].buckets.values():
        bucket.keys.clear()
    for queue in sqs_backends[ACCOUNT][REGION].queues.values():
        queue._messages.clear()
    ses_backends[ACCOUNT][REGION].sent_messages.clear()


@dataclass
class Report:
    """What two runs came to."""

    mails: int
    injected: Counter[str]
    differences: list[str]
    unfinished: dict[str, int]
    doubles: list[str]
    untold: int
    unconfirmed: int
    invoices: int

    @property
    def is_good(self) -> bool:
        return not self.differences and not self.unfinished and not self.doubles and self.untold <= self.unconfirmed


def compare(world: World, *, mails: int, faults: int, seed: int, say: Callable[[str], None] = print) -> Report:
    """Run `world` without and with faults, and compare."""
    # Refusals for the rate are drawn; the runs themselves are as fast as they can be.
    world.google.quota.per_minute = 10**12
    before = kept()
    start = datetime.now(UTC)
    say(f"without faults: {mails} mails")
    Stage(world, Faults(random.Random(seed), 0), start).run()
    plain, plain_mails, plain_told = snapshot(), notices(), told()
    put_back(before)
    world.google.faults.clear()
    say(f"with {faults} faults, seed {seed}")
    trouble = Faults(random.Random(seed), faults)
    stage = Stage(world, trouble, start)
    stage.run()
    after, after_mails = snapshot(), notices()
    gone = sorted(plain_told ^ told())
    return Report(
        mails=mails,
        injected=trouble.injected,
        differences=[*differences(plain, after), *(f"notice {each}" for each in gone)],
        unfinished=stage.unfinished(),
        doubles=sorted(subject for subject, count in after_mails.items() if count > plain_mails[subject]),
        untold=sum((plain_mails - after_mails).values()),
        unconfirmed=unconfirmed(),
        invoices=len(after["RetailInvoices"]) + len(after["RentalInvoices"]),
    )
