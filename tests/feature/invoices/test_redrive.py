"""Doing again: given-up mails, dead letters, and documents read anew."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from decimal import Decimal

import boto3
import pytest
from django.core.management import call_command
from django.test import Client

from invoices import jobs, ledger, store
from invoices.jobs import JobState
from invoices.ledger import EntryState
from invoices.requests import queue_url
from invoices.rereading import Rereading, tell_again
from invoices.tables import LedgerEntry, RetailInvoice
from lambdas import read_again
from paypulse.core.clock import today
from tests.feature.invoices.world import EMAIL, Context, World, queue_event, taken


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_a_given_up_mail_is_fetched_again_on_demand(world: World):
    world.receipt(1)
    world.sync()
    [entry] = ledger.each(world.user_id)
    LedgerEntry(world.user_id, entry.entry_id).update([LedgerEntry.state.set("given_up"), LedgerEntry.tries.set(5)])

    assert run("redrive", "--user", world.user_id).startswith("1 mails")
    world.settle()

    assert ledger.counts(world.user_id)[EntryState.RECORDED] == 1


def test_dead_letters_go_back_to_their_queue(world: World):
    boto3.client("sqs").send_message(QueueUrl=queue_url("fetch-invoices-dlq"), MessageBody="{}")

    assert "fetch-invoices: 1 put back" in run("redrive")
    assert [each["Body"] for each in taken("fetch-invoices")] == ["{}"]


def test_reading_anew_mends_the_row_and_keeps_what_the_person_said(world: World):
    world.receipt(1, total="120.50")
    world.rent(due=today() + timedelta(days=9))
    world.sync()
    receipt = store.list_retail(world.user_id).items[0]
    store.correct(world.user_id, receipt.invoice_id, expected_version=receipt.version, changes={"currency": "EUR"})
    row = RetailInvoice.get(world.user_id, receipt.invoice_id)
    row.update([RetailInvoice.total_amount.set(Decimal("1.00")), RetailInvoice.reader_version.set(0)])

    said = run("reread", "--user", world.user_id, "--vendor", "nordkorg")

    found = store.invoice(world.user_id, receipt.invoice_id)
    assert said.strip() == "1 recorded"
    assert (found.total_amount, found.currency) == (Decimal("120.50"), "EUR")
    assert run("reread", "--older-than", "1").strip() == "nothing to read"


def test_a_person_has_all_documents_read_again_however_long_that_takes(world: World):
    for number in range(3):
        world.receipt(number, total=f"{number + 10}.00")
    world.rent(due=today() + timedelta(days=9))
    world.sync()
    for row in RetailInvoice.query(world.user_id):
        row.update([RetailInvoice.total_amount.set(Decimal("1.00"))])

    browser = Client()
    browser.post("/accounts/sign-in/", {"email": EMAIL, "password": "correct horse battery"})
    browser.post("/activity/reread/")
    [message] = taken("read-again")
    asked, seconds = Rereading.parse(json.loads(message["Body"])), iter((300.0, 300.0, 5.0))
    part = tell_again(asked, seconds_left=lambda: next(seconds))
    for each in taken("read-again"):
        assert read_again.handler(queue_event([each]), Context())["batchItemFailures"] == []
    world.settle()

    assert part.told == 2
    assert sorted(each.total_amount for each in store.list_retail(world.user_id).items) == [10, 11, 12]
    [job] = [each for each in jobs.jobs(world.user_id) if each.kind == "reread"]
    assert (job.state, job.counts["stored"]) == (JobState.DONE, 4)


def test_one_invoice_is_read_again_from_its_page(world: World):
    world.receipt(1, total="120.50")
    world.sync()
    [kept] = world.invoices()
    RetailInvoice.get(world.user_id, kept.invoice_id).update([RetailInvoice.total_amount.set(Decimal("1.00"))])
    browser = Client()
    browser.post("/accounts/sign-in/", {"email": EMAIL, "password": "correct horse battery"})

    browser.post(f"/invoices/{kept.invoice_id}/reread/")

    assert store.invoice(world.user_id, kept.invoice_id).total_amount == Decimal("120.50")


@pytest.mark.parametrize("words", [("redrive", "--queue", "nonsense"), ("reread", "--older-than", "x")])
def test_a_command_that_nobody_understands_says_so(aws: None, words: tuple[str, ...]):
    with pytest.raises(Exception, match="invalid"):
        run(*words)
