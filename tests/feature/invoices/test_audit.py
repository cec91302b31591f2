"""The nightly audit and the morning's reminders: what was lost is found and mended, and told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from accounts import store as people
from invoices import jobs, ledger, store, summaries
from invoices.ingestion import request_sync
from invoices.invoice import Line
from invoices.tables import LedgerEntry, MonthlySummary
from lambdas import audit_gaps, remind_due
from paypulse.core.categories import SubType
from paypulse.core.clock import frozen, now, today
from tests.feature.invoices.making import rental, retail
from tests.feature.invoices.world import Context, World, queue_event, taken
from vendors import store as vendors
from vendors.vendor import State


def audited(world: World) -> None:
    assert audit_gaps.handler({}, Context()) == {"mailboxes": 1}
    assert audit_gaps.handler(queue_event(taken("audit-gaps")), Context())["batchItemFailures"] == []
    world.settle()


def test_a_mail_that_the_ledger_does_not_know_is_fetched_and_reported(world: World):
    world.receipt(1)
    world.sync()
    for entry in LedgerEntry.query(world.user_id):
        entry.delete()
    kept = world.invoices()

    audited(world)

    assert ledger.counts(world.user_id)[ledger.EntryState.RECORDED] == 1
    assert world.invoices() == kept
    assert any(each.kind == "audit" and each.result["missing"] == 1 for each in jobs.jobs(world.user_id))


def test_a_document_whose_event_was_lost_is_read(world: World):
    world.receipt(1)
    world.receipt(2)
    request_sync(world.user_id, world.mailbox_id)
    world.drain()
    world.fresh_objects()
    world.settle()
    assert ledger.counts(world.user_id)[ledger.EntryState.STORED] == 2

    with frozen(now() + timedelta(hours=2)):
        audited(world)

    assert ledger.counts(world.user_id)[ledger.EntryState.RECORDED] == 2
    assert len(world.invoices()) == 2


def test_a_stream_record_that_was_lost_is_made_good(world: World):
    world.rent(due=today() + timedelta(days=9))
    request_sync(world.user_id, world.mailbox_id)
    world.drain()
    world.read_objects()
    world.fresh_records()
    assert (world.outbox(), list(MonthlySummary.query(world.user_id))) == ([], [])

    audited(world)
    audited(world)

    assert len(world.outbox()) == 1


def test_a_mail_whose_sync_was_lost_is_come_back_to(world: World):
    """A custom range moves no mark, so that no later sync would look there."""
    world.receipt(1, days_ago=60)
    world.sync()
    request_sync(world.user_id, world.mailbox_id, since=now() - timedelta(days=90))
    ledger.expect(world.user_id, world.mailbox_id, ["lost"], vendor_id="nordkorg", job_id="gone")
    [kept] = [each for each in ledger.each(world.user_id) if each.message_id != "lost"]
    LedgerEntry(world.user_id, kept.entry_id).delete()
    ledger.expect(world.user_id, world.mailbox_id, [kept.message_id], vendor_id="nordkorg", job_id="gone")
    taken("fetch-retail-invoices")

    audited(world)
    assert ledger.counts(world.user_id)[ledger.EntryState.WAITING] == 2, "a sync may still be on its way"
    with frozen(now() + timedelta(hours=7)):
        audited(world)

    counts = ledger.counts(world.user_id)
    assert counts[ledger.EntryState.RECORDED] == 1
    assert any(each.kind == "audit" and each.result["stuck"] == 2 for each in jobs.jobs(world.user_id))


def test_a_mail_whose_vendor_is_not_fetched_any_more_is_settled_and_comes_back_with_it(world: World):
    message_id = world.receipt(1)
    row = vendors.vendor("nordkorg")
    assert row is not None
    ledger.expect(world.user_id, world.mailbox_id, [message_id], vendor_id="nordkorg", job_id="gone")
    retired = vendors.save(replace(row, state=State.RETIRED), by="test", expected_version=row.version)

    with frozen(now() + timedelta(hours=7)):
        audited(world)
    [line] = ledger.each(world.user_id)
    assert (line.state, line.reason) == (ledger.EntryState.IGNORED, "vendor_not_fetched")
    vendors.save(replace(row, state=State.ACTIVE), by="test", expected_version=retired.version)
    world.sync()

    assert ledger.counts(world.user_id)[ledger.EntryState.RECORDED] == 1


def test_a_document_that_no_night_can_read_is_set_aside_for_the_person(world: World):
    world.receipt(1)
    request_sync(world.user_id, world.mailbox_id)
    world.drain()

    for hours in (2, 26, 50, 74):
        with frozen(now() + timedelta(hours=hours)):
            assert audit_gaps.handler({}, Context()) == {"mailboxes": 1}
            audit_gaps.handler(queue_event(taken("audit-gaps")), Context())

    [line] = ledger.each(world.user_id)
    assert (line.state, line.reason) == (ledger.EntryState.GIVEN_UP, "unreadable")


def test_an_audit_without_a_gap_reports_nothing(world: World):
    world.receipt(1)
    world.sync()
    before = len(jobs.jobs(world.user_id))

    audited(world)

    assert len(jobs.jobs(world.user_id)) == before


def reminded() -> None:
    assert remind_due.handler({}, Context())["people"] == 1
    assert remind_due.handler(queue_event(taken("remind-due")), Context())["batchItemFailures"] == []


def test_unpaid_rent_is_reminded_of_once_before_it_is_due(world: World):
    due = today() + timedelta(days=2)
    store.record(rental("a", user_id=world.user_id, due_date=due))
    store.record(rental("b", user_id=world.user_id, due_date=due, vendor_name="Paid AB", paid_on=today()))
    store.record(rental("c", user_id=world.user_id, due_date=due + timedelta(days=20)))

    reminded()
    reminded()

    [told] = world.outbox()
    assert due.isoformat() in told.subject and "9876.00" in told.subject


@pytest.mark.parametrize(("days", "told"), [(10, 1), (8, 0)])
def test_rent_is_reminded_of_as_many_days_before_as_the_person_chose(world: World, days: int, told: int):
    people.edit_preferences(world.user_id, lambda kept: {**kept, "due_soon_days": days})
    store.record(rental("a", user_id=world.user_id, due_date=today() + timedelta(days=9)))

    reminded()

    assert len(world.outbox()) == told


def test_rent_that_does_not_come_is_missed_once(world: World):
    for back in (100, 70, 40):
        store.record(
            rental(f"r{back}", user_id=world.user_id, due_date=today() - timedelta(days=back), invoice_number=str(back))
        )

    reminded()
    reminded()

    [told] = world.outbox()
    assert "No rent notice" in told.subject


def test_on_mondays_a_person_learns_what_rose_and_what_waits(world: World):
    monday = datetime(2026, 11, 23, 7, tzinfo=UTC)
    with frozen(monday):
        for month, amount in ((8, "99.00"), (9, "99.00"), (10, "99.00"), (11, "119.00")):
            day = datetime(2026, month, 20, tzinfo=UTC)
            store.record(
                retail(
                    f"s{month}",
                    user_id=world.user_id,
                    sub_type=SubType.SUBSCRIPTIONS,
                    total_amount=Decimal(amount),
                    line_items=(Line(description="Premium", total_price=Decimal(amount)),),
                    invoice_date=day.date(),
                    received_at=day,
                )
            )
        asked = store.record(retail("x", user_id=world.user_id, reasons=("total_amount",), invoice_date=monday.date()))
        summaries.recompute(world.user_id, "2026-11", touched=[asked])
        remind_due.handler(queue_event([{"MessageId": "1", "Body": json.dumps({"user_id": world.user_id})}]), Context())

    subjects = sorted(each.subject for each in world.outbox())
    assert subjects == ["Invoices that need a look: 1", "Nordkorg costs more: 119.00 SEK"]
    [rose] = [each.body for each in world.outbox() if "costs more" in each.subject]
    for said in ("119.00 SEK since 2026-11-20", "Last time it was 99.00 SEK", "Premium: 99.00 → 119.00"):
        assert said in rose
