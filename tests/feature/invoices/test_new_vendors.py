"""A vendor row that is new, or means other mails than before, is searched for as far back as the person wants."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts import mailboxes
from invoices import audit
from paypulse.core.clock import frozen, now
from tests.feature.invoices.world import SHOP, World
from vendors import store as vendors
from vendors.vendor import State


@pytest.fixture
def settled(world: World) -> World:
    """The mailbox, settled while the shop's row was a draft, with an old receipt of the shop."""
    _change(state=State.DRAFT)
    world.receipt(1, days_ago=200)
    world.sync()
    assert world.mailbox.retail_settled_until and world.invoices() == []
    return world


def _change(**changes: object) -> None:
    row = vendors.vendor(SHOP.vendor_id)
    assert row is not None
    vendors.save(replace(row, **changes), by="test", expected_version=row.version)  # type: ignore[arg-type]


def test_a_vendor_activated_later_is_fetched_over_the_whole_lookback(settled: World):
    _change(state=State.ACTIVE)

    assert settled.sync().counts["stored"] == 1
    assert len(settled.invoices()) == 1


def test_a_vendor_activated_later_is_fetched_no_further_back_than_wanted(settled: World):
    with frozen(now() - timedelta(days=1)):
        mailboxes.look_back(settled.user_id, settled.mailbox_id, days=92)
    _change(state=State.ACTIVE)

    settled.sync()

    assert settled.invoices() == []


def test_senders_and_subjects_that_change_are_searched_for_anew(settled: World):
    with frozen(now() - timedelta(hours=1)):
        _change(state=State.ACTIVE, email_patterns=("another.example",))
    settled.sync()
    _change(email_patterns=SHOP.email_patterns)

    settled.sync()

    assert len(settled.invoices()) == 1


def test_what_a_watched_row_read_is_published_once_the_row_is_active(settled: World):
    _change(state=State.SHADOW)
    settled.sync()
    assert settled.invoices() == []

    _change(state=State.ACTIVE)
    settled.sync()

    assert len(settled.invoices()) == 1


def test_each_row_is_searched_for_anew_once(settled: World):
    with frozen(now() - timedelta(hours=1)):
        _change(state=State.ACTIVE, notes="looked at")
    settled.sync()
    _change(notes="looked at again")
    before = settled.google.calls.copy()

    settled.sync()

    assert (settled.google.calls - before)["messages.list"] == 0, "a note says nothing about its mails"


def test_a_night_later_it_is_fetched_without_anybody_asking(settled: World):
    _change(state=State.ACTIVE)

    audit.audit(settled.user_id, settled.mailbox_id)
    settled.settle()

    assert len(settled.invoices()) == 1
