"""Forgetting a person while their mail is being fetched and read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any

import boto3
import pytest

from accounts import store
from invoices.ingestion import request_sync
from paypulse import erasure
from paypulse.core.aws import client
from paypulse.core.clock import today
from paypulse.core.errors import NotFoundError
from paypulse.sandbox.google import FakeGoogle
from tests import household
from tests.feature.invoices.world import EMAIL, World
from tests.feature.killing import is_killed
from tests.feature.test_erasure import items_naming, versions_of


@pytest.fixture
def world(aws: None, google: FakeGoogle) -> World:
    made = World.made(google)
    for number in range(6):
        made.receipt(number, days_ago=number + 2)
    made.rent(due=date(2026, 12, 31))
    return made


@contextmanager
def done_at(call: str, number: int, work: Callable[[], object]) -> Iterator[None]:
    """Do `work` in the middle of the block: just before the `number`-th call of that name to S3."""
    left = [number]

    def count(**_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            # Elsewhere, as it would be: not on the stack of the function that is in the middle of its work.
            pool.submit(work).result()

    pool = ThreadPoolExecutor(1)
    events = client("s3").meta.events
    events.register(f"before-call.s3.{call}", count)
    try:
        yield
    finally:
        events.unregister(f"before-call.s3.{call}", count)
        pool.shutdown()
    assert left[0] <= 0, "it was done in the middle"


def late_sweep(world: World) -> None:
    """A quarter of an hour later: what was under way has come to its end, and the queued sweep runs."""
    world.settle()
    erasure.erase(world.user_id)
    world.settle()


@pytest.mark.parametrize("number", [1, 3, 7])
def test_a_sync_in_flight_leaves_nothing_behind(world: World, number: int) -> None:
    request_sync(world.user_id, world.mailbox_id, category=None)
    with done_at("PutObject", number, partial(erasure.erase, world.user_id)):
        world.settle()
    late_sweep(world)
    assert items_naming(world.user_id) == [] and versions_of(world.user_id) == 0


@pytest.mark.parametrize("number", [1, 4])
def test_documents_that_are_being_read_leave_nothing_behind(world: World, number: int) -> None:
    request_sync(world.user_id, world.mailbox_id, category=None)
    world.drain()
    with done_at("GetObject", number, partial(erasure.erase, world.user_id)):
        world.settle()
    late_sweep(world)
    assert items_naming(world.user_id) == [] and versions_of(world.user_id) == 0


def test_everything_that_was_read_goes(world: World) -> None:
    world.sync()
    assert len(items_naming(world.user_id)) > 10
    receipt = erasure.erase(world.user_id)
    late_sweep(world)
    assert items_naming(world.user_id) == [] and versions_of(world.user_id) == 0
    assert receipt.erased["RetailInvoices"] == 6 and receipt.erased["RentalInvoices"] == 1


def found_anywhere(*texts: str) -> list[tuple[str, str]]:
    """Every item of every table there is, read as DynamoDB holds it, that has one of the texts in any attribute."""
    dynamodb = boto3.client("dynamodb")
    items = [
        (name, json.dumps(item, default=str))
        for tables in dynamodb.get_paginator("list_tables").paginate()
        for name in tables["TableNames"]
        for page in dynamodb.get_paginator("scan").paginate(TableName=name)
        for item in page["Items"]
    ]
    return [(name, item) for name, item in items if any(text in item for text in texts)]


def test_after_a_year_nothing_is_left_however_often_it_was_killed(world: World) -> None:
    household.a_year(world.user_id, today=today())
    household.work(world.user_id)
    for told in (world.fresh_objects, world.fresh_records):
        assert told(), "the year was read long ago"
    world.receipt(1)
    world.sync()
    held = found_anywhere(world.user_id)
    assert len(held) > 120 and versions_of(world.user_id) > 60
    assert {"RetailInvoices", "RentalInvoices", "Jobs", "MessageLedger", "GroceryInvoices"} <= {
        name for name, _ in held
    }

    for number in range(2, 6):
        world.receipt(number, days_ago=0)
    request_sync(world.user_id, world.mailbox_id, category=None)
    killed = []

    def begin_erasing() -> None:
        killed.append(is_killed(7, partial(erasure.erase, world.user_id)))

    with done_at("PutObject", 2, begin_erasing):
        world.settle()
    killed += [is_killed(step, partial(erasure.erase, world.user_id)) for step in (1, 7, 9, 12)]
    assert all(killed) and found_anywhere(world.user_id)
    erasure.erase(world.user_id)
    with pytest.raises(NotFoundError):
        store.user(world.user_id)
    late_sweep(world)
    assert found_anywhere(world.user_id, EMAIL, world.mailbox_id) == [] and versions_of(world.user_id) == 0
