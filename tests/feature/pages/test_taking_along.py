"""What is taken out of the pages: files of any list, and the calendar behind its secret address."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import boto3
import pytest
from django.test import Client
from icalendar import Calendar
from openpyxl import load_workbook

from accounts.user import User
from invoices import exporting, exports, jobs, limits, packs, store
from invoices.invoice import Invoice
from lambdas import export_account
from paypulse.core.clock import frozen, now, today
from paypulse.core.config import config
from paypulse.core.errors import NotFoundError
from tests import household
from tests.feature.invoices.world import Context

Window = Callable[[User], Client]


def test_a_csv_holds_exactly_what_the_list_shows(alice: User, year: list[Invoice], window: Window) -> None:
    answer = window(alice).get("/invoices/export/csv/?category=rental")

    told = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    rents = [each for each in year if each.is_rental]
    assert {row["invoice_id"] for row in told} == {each.invoice_id for each in rents}
    assert sum(Decimal(row["total"]) for row in told) == sum(each.total_amount or Decimal(0) for each in rents)


def test_a_workbook_has_numbers_and_days(alice: User, year: list[Invoice], window: Window) -> None:
    answer = window(alice).get("/invoices/export/xlsx/?q=zalando")

    first, *rows = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert first == exports.COLUMNS
    assert -899 in {row[4] for row in rows}
    assert all(row[0].date() <= today(alice.time_zone) for row in rows)


def test_no_cell_is_taken_for_a_formula(alice: User, window: Window) -> None:
    household.receipt(alice.user_id, "1", day=today(), vendor_name="=HYPERLINK(1)", order_number="@x")
    client = window(alice)

    book = load_workbook(io.BytesIO(client.get("/invoices/export/xlsx/").content))
    assert b"'=HYPERLINK(1)" in client.get("/invoices/export/csv/").content
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_a_zip_holds_the_originals(alice: User, year: list[Invoice], window: Window) -> None:
    answer = window(alice).get("/invoices/export/zip/?category=rental")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        names = pack.namelist()
        assert len([name for name in names if name.startswith("originals/")]) == 12
        assert all(pack.read(name).startswith(b"%PDF") for name in names if name.endswith(".pdf"))


def _work() -> None:
    """What the queue does: hand each waiting message to the function, twice as a queue may."""
    sqs = boto3.client("sqs")
    address = sqs.get_queue_url(QueueName=config().jobs_queue)["QueueUrl"]
    for message in sqs.receive_message(QueueUrl=address, MaxNumberOfMessages=10).get("Messages", []):
        for _ in range(2):
            export_account.handler({"Records": [{"body": message["Body"]}]}, Context())


def _fetched(client: Client) -> bytes:
    """The file that the activity page offers."""
    place = re.search(r'href="(/exports/job_\w+/1/)"', client.get("/activity/").content.decode())
    assert place
    key = urlsplit(client.get(place[1])["Location"]).path.partition("exports/")
    body = boto3.client("s3").get_object(Bucket=config().invoices_bucket, Key="".join(key[1:]))["Body"]
    return bytes(body.read())


@pytest.mark.parametrize("form", ["csv", "xlsx", "zip"])
def test_a_list_too_long_for_an_answer_is_made_in_the_background_and_is_the_owners(
    alice: User, bob: User, year: list[Invoice], window: Window, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", dict.fromkeys(exports.FORMS, 5))
    client = window(alice)

    answer = client.get(f"/invoices/export/{form}/?category=rental&sort=smallest", follow=True)
    assert b"made in the background" in answer.content and b"/exports/" not in answer.content
    _work()
    taken = _fetched(client)

    job = next(each for each in jobs.jobs(alice.user_id) if each.kind == exporting.KIND)
    assert (job.state, job.counts["stored"]) == (jobs.JobState.DONE, 12)
    assert window(bob).get(f"/exports/{job.job_id}/1/").status_code == 404
    assert client.get(f"/exports/{job.job_id}/2/").status_code == 404
    totals = _totals(form, taken)
    assert len(totals) == 12
    assert form == "zip" or totals == sorted(totals)
    with frozen(now() + timedelta(days=8)), pytest.raises(NotFoundError):
        packs.link(job, 1)


def _totals(form: str, content: bytes) -> list[Decimal]:
    if form == "xlsx":
        _head, *rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
        return [Decimal(str(row[4])) for row in rows]
    if form == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            assert len([name for name in pack.namelist() if name.endswith(".pdf")]) == 12
            content = pack.read("invoices.csv")
    return [Decimal(row["total"]) for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]


def test_a_file_larger_than_an_answer_is_made_in_the_background(
    alice: User, year: list[Invoice], window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ANSWER_BYTES", 100)
    client = window(alice)

    client.get("/invoices/export/zip/?q=zalando")
    _work()

    assert len(_totals("csv", zipfile.ZipFile(io.BytesIO(_fetched(client))).read("invoices.csv"))) == 5


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_ticked_is_exported_alone(
    alice: User, bob: User, year: list[Invoice], window: Window, form: str
) -> None:
    strange = household.receipt(bob.user_id, "1", day=today())
    ticked = [year[0], year[3]]

    ids = [each.invoice_id for each in (*ticked, strange)]
    answer = window(alice).post("/invoices/bulk/", {"invoice": ids, "action": form})

    assert sorted(_totals(form, answer.content)) == sorted(each.signed_amount for each in ticked if each.signed_amount)


def test_the_calendar_tells_unpaid_due_dates_until_its_address_is_taken_back(alice: User, window: Window) -> None:
    due = household.rent(alice.user_id, (today().replace(day=1) + timedelta(days=65)).replace(day=1))
    paid = household.rent(alice.user_id, date(2026, 1, 1), paid_on=date(2025, 12, 30))
    household.summarise(alice.user_id, [due, paid])
    client, anyone = window(alice), Client()
    client.post("/calendar/", {"action": "start"})
    place = _address(client)

    feed = anyone.get(place)
    events = Calendar.from_ical(feed.content).walk("VEVENT")
    assert not Calendar.from_ical(anyone.get(f"{place}?category=travel").content).walk("VEVENT")
    client.post("/calendar/", {"action": "start"})
    fresh = _address(client)

    assert [event["dtstart"].dt for event in events] == [due.due_date]
    assert [alarm["trigger"].dt for alarm in events[0].walk("VALARM")] == [timedelta(hours=-15)]
    assert anyone.get(place).status_code == 404 and anyone.get(fresh).status_code == 200
    client.post("/calendar/", {"action": "stop"})
    assert anyone.get(fresh).status_code == 404


def _address(client: Client) -> str:
    found = re.search(r'value="https?://[^/]+(/calendar/[^"]+\.ics)"', client.get("/calendar/").content.decode())
    assert found
    return found[1]


@pytest.mark.parametrize("token", ["x", "user_1.secret:forged", "%00", "a" * 500])
def test_a_forged_calendar_address_is_not_there(aws: None, token: str) -> None:
    assert Client().get(f"/calendar/{token}.ics").status_code == 404


def test_an_upload_that_is_empty_says_so_and_keeps_nothing(alice: User, window: Window) -> None:
    empty = io.BytesIO(b"")
    empty.name = "nothing.pdf"

    answer = window(alice).post("/upload/", {"documents": empty}, follow=True)

    assert b"nothing.pdf is empty." in answer.content
    assert not store.list_retail(alice.user_id).items


def test_an_upload_is_kept_and_shown_as_being_read(alice: User, window: Window) -> None:
    sent = io.BytesIO(b"<!doctype html><title>x</title><p>Total 12,00 kr</p>")
    sent.name = "kvitto.html"

    answer = window(alice).post("/upload/", {"documents": sent}, follow=True)

    assert b"kvitto.html is kept and being read." in answer.content
    assert b"Being read" in answer.content and b"hx-trigger" in answer.content


def receipts(count: int) -> dict[str, list[io.BytesIO]]:
    """So many small pages to hand in, each with a name of its own."""
    sent = [io.BytesIO(f"<!doctype html><title>{at}</title><p>Total {at},00 kr</p>".encode()) for at in range(count)]
    for at, each in enumerate(sent):
        each.name = f"kvitto-{at}.html"
    return {"documents": sent}


def test_each_file_that_is_not_taken_is_named(alice: User, window: Window) -> None:
    answer = window(alice).post("/upload/", receipts(22), follow=True).content.decode()
    assert "20 files are kept and being read." in answer
    assert "Send 20 files at once. Not taken: kvitto-20.html, kvitto-21.html" in answer

    for _ in range(300 - 20 - 1):
        limits.uploading(alice.user_id)
    answer = window(alice).post("/upload/", receipts(3), follow=True).content.decode()
    assert "kvitto-0.html is kept" in answer
    assert "kvitto-1.html was not taken. Too many attempts" in answer and "kvitto-2.html was not taken." in answer


@pytest.mark.parametrize("form", ["csv", "zip"])
def test_a_list_that_keeps_failing_says_so_after_its_last_try(
    alice: User, year: list[Invoice], window: Window, form: str
) -> None:
    job = exporting.request(alice.user_id, form=form)
    body = json.dumps({"kind": exporting.KIND, "user_id": alice.user_id, "job_id": job.job_id})

    for number, state in ((4, jobs.JobState.QUEUED), (5, jobs.JobState.FAILED)):
        record = {"body": body, "attributes": {"ApproximateReceiveCount": str(number)}}
        with pytest.raises(packs.TooLongError):
            export_account.handler({"Records": [record]}, Context(seconds=5))
        assert jobs.job(alice.user_id, job.job_id).state is state

    assert b"It failed each time it was tried." in window(alice).get("/activity/").content
    _work()
    assert b"It failed each time" not in window(alice).get("/activity/").content, "the dead letter was brought back"
