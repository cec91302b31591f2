"""Forgetting a person while their mail is being fetched and read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from invoices.ingestion import request_sync
from paypulse import erasure
from paypulse.core.aws import client
from paypulse.sandbox.google import FakeGoogle
from tests.feature.invoices.world import World
from tests.feature.test_erasure import items_naming, versions_of


@pytest.fixture
def world(aws: None, google: FakeGoogle) -> World:
    made = World.made(google)
    for number in range(6):
        made.receipt(number, days_ago=number + 2)
    made.rent(due=date(2026, 12, 31))
    return made


@contextmanager
def erased_at(call: str, number: int, user_id: str) -> Iterator[None]:
    """Erase the person in the middle of the block: just before the `number`-th call of that name to S3."""
    left = [number]

    def count(**_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            erasure.erase(user_id)

    events = client("s3").meta.events
    events.register(f"before-call.s3.{call}", count)
    try:
        yield
    finally:
        events.unregister(f"before-call.s3.{call}", count)
    assert left[0] <= 0, "the person was erased in the middle"


def late_sweep(world: World) -> None:
    """A quarter of an hour later: what was under way has come to its end, and the queued sweep runs."""
    world.settle()
    erasure.erase(world.user_id)
    world.settle()


@pytest.mark.parametrize("number", [1, 3, 7])
def test_a_sync_in_flight_leaves_nothing_behind(world: World, number: int) -> None:
    request_sync(world.user_id, world.mailbox_id, category=None)
    with erased_at("PutObject", number, world.user_id):
        world.settle()
    late_sweep(world)
    assert items_naming(world.user_id) == [] and versions_of(world.user_id) == 0


@pytest.mark.parametrize("number", [1, 4])
def test_documents_that_are_being_read_leave_nothing_behind(world: World, number: int) -> None:
    request_sync(world.user_id, world.mailbox_id, category=None)
    world.drain()
    with erased_at("GetObject", number, world.user_id):
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
