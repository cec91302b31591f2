"""From a mail in Gmail to rows, months and one notification, through the functions' own handlers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

from invoices import ledger, lessons, store, summaries
from invoices.filters import Filter
from invoices.ingestion import request_sync
from invoices.invoice import InvoiceState
from invoices.jobs import JobState
from invoices.lessons import Lesson
from invoices.listing import listing
from invoices.tables import LedgerEntry
from lambdas import fetch_latest_invoice, fetch_retail_invoices
from paypulse.core.categories import SubType
from paypulse.core.clock import now, today
from tests.feature.invoices.world import Context, World, deliver_object, tell
from tests.feature.killing import is_killed


def test_a_receipt_and_a_rent_notice_become_invoices_and_one_notification(world: World):
    world.receipt(1, total="120.50")
    due = today() + timedelta(days=9)
    world.rent(due=due)

    job = world.sync()

    assert (job.state, job.counts["found"], job.counts["stored"]) == (JobState.DONE, 2, 2)
    rent, receipt = world.invoices()
    assert (rent.total_amount, rent.due_date, rent.state) == (Decimal("9876.00"), due, InvoiceState.OK)
    assert (receipt.total_amount, receipt.currency, receipt.sub_type) == (Decimal("120.50"), "SEK", "grocery")
    [told] = world.outbox()
    assert "9876.00" in str(told.subject) and due.isoformat() in str(told.subject)


def test_everything_delivered_twice_changes_nothing(world: World):
    world.receipt(1)
    world.rent(due=today() + timedelta(days=9))
    world.sync()
    before, told = world.invoices(), len(world.outbox())
    keys = [each.s3_path for each in before]

    for key in keys:
        deliver_object(key)
    world.rows.clear()
    for record in world.fresh_records():
        tell(record)
    again = world.sync()

    assert world.invoices() == before
    assert len(world.outbox()) == told == 1
    assert again.counts["stored"] == 0


def test_a_crash_between_any_two_writes_of_reading_changes_nothing_in_the_end(world: World):
    totals = [f"{number}.50" for number in range(1, 13)]
    for number, total in enumerate(totals):
        world.receipt(number, total=total)
    request_sync(world.user_id, world.mailbox_id)
    world.drain()

    killed = [is_killed(number, partial(deliver_object, key)) for number, key in enumerate(world.fresh_objects(), 1)]
    assert killed[0] and not killed[-1], "each of its writes was one to be killed before"
    world.seen_objects.clear()
    world.settle()

    assert sorted(each.total_amount for each in world.invoices()) == [Decimal(total) for total in totals]
    assert {each.state for each in ledger.each(world.user_id)} == {ledger.EntryState.RECORDED}


def test_the_months_hold_what_was_spent(world: World):
    world.receipt(1, total="120.50", days_ago=0)
    world.receipt(2, total="30.00", days_ago=0)

    world.sync()

    month = summaries.months(world.user_id, last=1)[0]
    assert [(each.category, each.currency, each.amount, each.count) for each in month.totals] == [
        ("grocery", "SEK", Decimal("150.50"), 2)
    ]
    assert summaries.counts(world.user_id) == {"grocery": 2}


def test_an_invoice_is_found_by_any_word_of_its_original(world: World):
    world.receipt(1, total="120.50")
    world.rent(due=today() + timedelta(days=9))
    world.sync()

    def found(text: str) -> list[str | None]:
        return [each.vendor_name for each in listing(world.user_id, Filter(text=text)).items]

    assert found("ALICE andersson") == ["Hemgården"], "the tenant's name stands in the original alone"
    assert found("tack köp") == ["Nordkorg"]
    assert found("Alice köp") == []


def test_what_is_taught_of_a_vendor_is_used_for_its_earlier_and_later_documents_until_it_is_forgotten(world: World):
    world.receipt(1)
    world.sync()
    [first] = world.invoices()

    lessons.teach(world.user_id, lessons.key(first), Lesson("Kvartersbutiken", SubType.MISCELLANEOUS))
    assert lessons.reapply(world.user_id, lessons.key(first)) == 1
    world.receipt(2, days_ago=1)
    world.sync()

    taught = world.invoices()
    assert {(each.vendor_name, each.sub_type) for each in taught} == {("Kvartersbutiken", SubType.MISCELLANEOUS)}
    second = next(each for each in taught if each.invoice_id != first.invoice_id)
    assert (second.corrections, second.facts["vendor_name"].method) == ({}, "taught")
    assert [month.totals[0].category for month in summaries.months(world.user_id) if month.totals] == ["miscellaneous"]
    lessons.forget(world.user_id, lessons.key(second))
    world.receipt(3, days_ago=1)
    world.sync()
    assert sorted(str(each.vendor_name) for each in world.invoices()) == [
        "Kvartersbutiken",
        "Kvartersbutiken",
        "Nordkorg",
    ]


def test_a_deleted_receipt_leaves_its_month_however_late_its_events_come(world: World):
    world.receipt(1, total="120.50", days_ago=0)
    world.receipt(2, total="30.00", days_ago=0)
    world.sync()
    world.rows.clear()
    late = world.fresh_records()
    gone = next(each for each in world.invoices() if each.total_amount == Decimal("30.00"))

    store.delete_retail(world.user_id, gone.invoice_id)
    world.settle()
    for record in late:
        tell(record)

    assert summaries.months(world.user_id, last=1)[0].totals[0].amount == Decimal("120.50")
    deliver_object(gone.s3_path)
    assert [each.total_amount for each in world.invoices()] == [Decimal("120.50")], "its S3 event brings nothing back"


def test_schedules_ask_for_one_sync_of_every_connected_mailbox(world: World):
    world.receipt(1)
    world.rent(due=today() + timedelta(days=9))

    assert fetch_retail_invoices.handler({"source": "schedule"}, Context()) == {"mailboxes": 1}
    assert fetch_latest_invoice.handler({}, Context()) == {"mailboxes": 1}
    world.settle()

    assert len(world.invoices()) == 2


def test_a_worker_that_listed_a_mail_long_ago_does_not_set_its_line_back(world: World):
    message_id = world.receipt(1)
    world.sync()
    [settled] = ledger.each(world.user_id)

    ledger.expect(world.user_id, world.mailbox_id, [message_id], vendor_id="nordkorg", job_id="late")

    assert list(ledger.each(world.user_id)) == [settled]


def test_the_ledger_accounts_for_every_mail(world: World):
    world.receipt(1)
    world.receipt(1)
    world.rent(due=today() + timedelta(days=9))

    world.sync()

    counts = ledger.counts(world.user_id)
    assert sum(counts.values()) == 3
    assert (counts[ledger.EntryState.RECORDED], counts[ledger.EntryState.DUPLICATE]) == (2, 1)


def test_a_mail_whose_first_document_is_no_invoice_is_fetched_whole_after_a_crash(world: World):
    """The reading was quicker than the fetching, which died before it said that the mail is whole."""
    world.receipt(1)
    world.sync()
    [line] = ledger.each(world.user_id)
    LedgerEntry(world.user_id, line.entry_id).update(
        [
            LedgerEntry.state.set("ignored"),
            LedgerEntry.reason.set("not_an_invoice"),
            LedgerEntry.parts.remove(),
            LedgerEntry.s3_path.remove(),
        ]
    )

    world.sync(since=now() - timedelta(days=30))

    [line] = ledger.each(world.user_id)
    assert (line.parts, world.google.calls["messages.get"]) == (1, 2) and line.s3_path
