"""Fetching: nothing lost, nothing fetched twice, whatever Gmail and the mails are like."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import IO

import httplib2
import pytest
from googleapiclient.errors import HttpError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from accounts import mailboxes
from accounts import store as people
from accounts.mailboxes import MailboxState
from invoices import documents, fetching, gmail, ingestion, ledger, pieces, receiving, store
from invoices.gmail import Budget
from invoices.invoice import InvoiceState
from invoices.jobs import JobState, job
from invoices.ledger import EntryState
from invoices.requests import Cursor, SyncRequest
from lambdas import fetch_retail_invoices
from paypulse.core.categories import Category, SubType
from paypulse.core.clock import frozen, now, today
from paypulse.sandbox.documents.mail import Attachment, Envelope, mail, mislabelled
from paypulse.sandbox.documents.receipts import receipt_html, receipt_pdf
from tests.feature.invoices.world import EMAIL, SHOP, Context, World, queue_event, receipt_facts, taken
from vendors import store as vendors


@pytest.fixture(autouse=True)
def impatient() -> Iterator[list[float]]:
    """No test waits for a back-off; what would have been waited is kept."""
    waited: list[float] = []
    with gmail.paced(gmail.Pace(units=10**9, sleep=waited.append)):
        yield waited


def entries(world: World) -> list[ledger.Entry]:
    return list(ledger.each(world.user_id))


# -- Gmail's refusals


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_refusal_for_now_is_waited_out(world: World, impatient: list[float], status: int):
    """403 rateLimitExceeded, 429 and 5xx."""
    world.receipt(1)
    world.google.fail("/messages", status=status, times=3, retry_after=7)

    done = world.sync()

    assert (done.state, done.counts["stored"]) == (JobState.DONE, 1)
    assert len(impatient) == 3 and min(impatient) >= 7, "Retry-After is honoured"


def test_an_answer_that_breaks_off_is_asked_for_again(world: World):
    world.receipt(1)
    world.google.fail("/messages/", cut=True, times=2)

    assert world.sync().counts["stored"] == 1


def test_an_access_token_that_expires_in_the_middle_is_renewed_once(world: World):
    """401 in the middle."""
    for number in range(8):
        world.receipt(number, days_ago=number + 1)
    world.google.fail("/messages/", status=401, after=2)

    done = world.sync()

    assert (done.counts["stored"], world.google.calls["token"]) == (8, 1)


def test_a_token_refused_after_renewal_asks_the_person_to_reconnect(world: World):
    world.receipt(1)
    world.google.fail("/messages", status=401, times=100)

    done = world.sync()

    assert (done.state, done.error) == (JobState.FAILED, "reconnect:revoked")
    assert world.mailbox.state is MailboxState.NEEDS_RECONNECTING


def test_a_revoked_grant_ends_the_job_with_its_cause(world: World):
    world.receipt(1)
    world.google.revoke(EMAIL)

    done = world.sync()

    assert done.state is JobState.FAILED and done.error and done.error.startswith("reconnect:")
    assert world.mailbox.retail_settled_until is None


def test_a_withdrawn_scope_is_no_reason_to_try_again(world: World, impatient: list[float]):
    world.receipt(1)
    world.google.fail("/messages", status=403, reason="insufficientPermissions", times=100)

    assert world.sync().error == "reconnect:scope-withdrawn"
    assert impatient == []


def test_every_page_of_a_search_is_gone_through(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gmail, "PAGE", 3)
    for number in range(8):
        world.receipt(number, days_ago=number + 1)

    done = world.sync()

    assert (done.counts["found"], done.counts["stored"], len(world.invoices())) == (8, 8, 8)
    assert world.google.calls["messages.get"] == 8


def test_a_page_token_that_is_not_valid_any_more_begins_its_vendor_anew(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gmail, "PAGE", 3)
    for number in range(8):
        world.receipt(number, days_ago=number + 1)
    ingestion.request_sync(world.user_id, world.mailbox_id)
    world.drain(seconds=30)
    world.google.fail("pageToken=3", status=400, reason="invalidArgument", message="Invalid page token", times=1)

    world.settle()

    assert (len(world.invoices()), world.google.calls["messages.get"]) == (8, 8)


def test_a_history_id_that_is_gone_falls_back_to_a_search(world: World):
    world.receipt(1)
    world.sync()
    world.google.expire_history(EMAIL)
    world.receipt(2, days_ago=0)

    assert world.sync().counts["stored"] == 1


def test_a_mailbox_without_new_mail_costs_two_calls(world: World):
    world.receipt(1)
    world.sync()
    before = world.google.calls.copy()

    world.sync()

    asked = world.google.calls - before
    assert (asked["messages.list"], asked["messages.get"]) == (0, 0)


def test_scheduled_syncs_know_by_gmails_history_that_nothing_came(world: World):
    world.receipt(1)
    world.sync(category=Category.RETAIL)
    world.sync(category=Category.RENTAL)
    before = world.google.calls.copy()

    world.sync(category=Category.RENTAL)
    world.sync(category=Category.RETAIL)

    asked = world.google.calls - before
    assert asked == {"profile": 2, "history.list": 2}


def test_one_mail_that_gmail_cannot_give_holds_up_nothing(world: World):
    """A poison mail is set aside after its tries, and the mark waits until then."""
    poison = world.receipt(1, days_ago=3)
    world.receipt(2, days_ago=2)
    world.google.fail(f"/messages/{poison}", status=500, times=10_000)
    start = now()
    asked = ingestion.request_sync(world.user_id, world.mailbox_id)

    world.drain()
    world.read_objects()
    [failed] = [each for each in entries(world) if each.message_id == poison]
    assert (failed.state, failed.tries, len(world.invoices())) == (EntryState.FAILED, 1, 1)
    assert world.mailbox.retail_settled_until is None
    for hour in range(1, 10):
        with frozen(start + timedelta(hours=hour)):
            world.drain()

    [given_up] = [each for each in entries(world) if each.message_id == poison]
    assert (given_up.state, given_up.tries) == (EntryState.GIVEN_UP, 5)
    assert world.mailbox.retail_settled_until is not None
    assert (job(world.user_id, asked.job_id).counts["failed"], job(world.user_id, asked.job_id).state) == (
        1,
        JobState.DONE,
    )


def test_when_mail_after_mail_fails_the_sync_stops_and_settles_nothing(world: World):
    for number in range(40):
        world.receipt(number)
    world.google.fail("/messages/", status=500, times=100_000)

    with pytest.raises(gmail.GmailUnavailableError):
        ingestion.sync(_request(world), seconds_left=lambda: 300)

    assert world.mailbox.retail_settled_until is None
    assert {each.state for each in entries(world)} <= {EntryState.FAILED, EntryState.WAITING}


def test_an_outage_uses_up_no_mails_tries(world: World):
    for number in range(30):
        world.receipt(number)
    world.google.fail("/messages/|/profile", status=503, times=100_000)
    for _ in range(6):
        with pytest.raises(gmail.GmailUnavailableError):
            ingestion.sync(_begun(world), seconds_left=lambda: 300)
    assert max(each.tries for each in entries(world)) == 0

    world.google.heal()

    assert world.sync().counts["stored"] == 30


def _begun(world: World) -> SyncRequest:
    """A sync that has asked for the mailbox's history already."""
    return _request(world).at(Cursor(started_at=now(), todo=(SHOP.vendor_id,)))


def test_a_refusal_that_the_person_cannot_mend_leaves_the_mailbox_connected(world: World):
    world.receipt(1)
    world.google.fail("/messages", status=403, reason="accessNotConfigured", times=100)

    with pytest.raises(gmail.GmailUnavailableError):
        ingestion.sync(_request(world), seconds_left=lambda: 300)

    assert world.mailbox.state is MailboxState.CONNECTED


def _request(world: World, **more: object) -> SyncRequest:
    return SyncRequest(user_id=world.user_id, mailbox_id=world.mailbox_id, job_id="job_x", **more)  # type: ignore[arg-type]


# -- windows and marks


def test_the_mark_moves_to_when_the_sync_began_and_never_past_a_failure(world: World):
    before = now()
    world.receipt(1)
    world.sync()

    assert world.mailbox.retail_settled_until and before <= world.mailbox.retail_settled_until <= now()
    assert world.mailbox.rental_settled_until == world.mailbox.retail_settled_until


def test_a_custom_range_moves_no_mark_and_keeps_to_its_days(world: World):
    world.receipt(1, days_ago=40)
    world.receipt(2, days_ago=20)
    world.receipt(3, days_ago=2)

    done = world.sync(since=now() - timedelta(days=30), until=now() - timedelta(days=10))

    assert done.counts["stored"] == 1
    assert (world.mailbox.retail_settled_until, world.mailbox.retail_history_id) == (None, None)


def test_windows_overlap_so_that_a_mail_the_search_learned_of_late_is_found(world: World):
    world.sync()
    world.receipt(1, days_ago=1)

    assert world.sync().counts["stored"] == 1, "it arrived before the mark"


def test_a_category_alone_leaves_the_other_mark(world: World):
    world.receipt(1)
    world.rent(due=today() + timedelta(days=9))

    world.sync(category=Category.RENTAL)

    assert world.mailbox.rental_settled_until and world.mailbox.retail_settled_until is None
    assert [each.category for each in world.invoices()] == [Category.RENTAL]
    assert len(world.sync().counts) and len(world.invoices()) == 2


def test_an_estimate_fetches_nothing_and_prices_the_quota(world: World):
    for number in range(7):
        world.receipt(number)

    found = ingestion.estimate(world.user_id, world.mailbox_id, since=None)

    assert (found.mails, found.units, found.seconds) == (7, 140, 2)
    assert world.google.calls["messages.get"] == 0


# -- splitting, fairness, one at a time


def test_a_long_mailbox_is_handed_on_before_the_function_runs_out_of_time(world: World):
    for number in range(60):
        world.receipt(number, total=f"{100 + number}.00")
    asked = ingestion.request_sync(world.user_id, world.mailbox_id)
    chunks = 0

    while world.drain(seconds=30):
        chunks += 1

    done = job(world.user_id, asked.job_id)
    assert chunks >= 2
    assert (done.state, done.counts["found"], done.counts["stored"]) == (JobState.DONE, 60, 60)
    assert len(world.fresh_objects()) == 60
    assert world.google.calls["messages.get"] == 60


def test_no_function_waits_for_the_quota_past_its_time(world: World):
    """A minute's units are used up when less than a minute is left: the rest waits on the queue."""
    for number in range(12):
        world.receipt(number, total=f"{100 + number}.00")
    clock = [1000.0]
    with gmail.paced(gmail.Pace(units=150, at_once=1, sleep=lambda s: clock.__setitem__(0, clock[0] + s))):
        budget = Budget(clock=lambda: clock[0])
        ingestion.sync(_request(world), seconds_left=lambda: 1130 - clock[0], budget=budget)

    assert clock[0] - 1000 <= 90, "a function of 130 s keeps its margin"
    [rest] = _waiting(world)
    assert 55 <= rest <= 61
    assert 0 < world.google.calls["messages.get"] < 12


def test_a_long_retry_after_is_waited_for_on_the_queue(world: World, impatient: list[float]):
    world.receipt(1)
    world.google.fail("/messages", status=429, retry_after=600)

    ingestion.sync(_request(world), seconds_left=lambda: 300)

    assert impatient == []
    [rest] = _waiting(world)
    assert 590 <= rest <= 600
    world.settle()
    assert len(world.invoices()) == 1


def _waiting(world: World) -> list[float]:
    """In how many seconds each message for a sync of everything may be taken."""
    queue = sqs_backends[DEFAULT_ACCOUNT_ID]["eu-north-1"].queues["fetch-retail-invoices"]
    return [each.delayed_until / 1000 - time.time() for each in queue._messages]


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry-after": "90"}, "", 90),
        ({"retry-after": "Thu, 26 Nov 2026 12:02:00 GMT"}, "", 120),
        ({}, "User-rate limit exceeded.  Retry after 2026-11-26T12:00:45.000Z", 45),
        ({"retry-after": "soon"}, "Too many requests", 0),
    ],
)
def test_when_to_come_back_is_understood_however_google_says_it(headers: dict[str, str], message: str, seconds: int):
    body = json.dumps({"error": {"message": message, "errors": [{"reason": "rateLimitExceeded"}]}}).encode()
    error = HttpError(httplib2.Response({"status": 429, **headers}), body)
    with frozen(datetime(2026, 11, 26, 12, tzinfo=UTC)):
        wait = gmail.wait_after(error, attempt=0)

    assert seconds <= wait <= max(seconds, 1)


def test_a_sync_that_keeps_failing_says_so_after_its_last_try(world: World):
    world.receipt(1)
    world.google.fail("/profile", status=500, times=100)
    asked = ingestion.request_sync(world.user_id, world.mailbox_id)
    [message] = taken("fetch-retail-invoices")

    for tries, state in ((4, JobState.QUEUED), (5, JobState.FAILED)):
        event = queue_event([message])
        event["Records"][0]["attributes"] = {"ApproximateReceiveCount": str(tries)}
        assert fetch_retail_invoices.handler(event, Context())["batchItemFailures"] != []
        assert job(world.user_id, asked.job_id).state is state


def test_a_sync_waits_for_the_one_that_runs(world: World):
    world.receipt(1)
    with mailboxes.sync_lock(world.user_id, world.mailbox_id, seconds=60):
        asked = ingestion.request_sync(world.user_id, world.mailbox_id)
        world.drain()
        assert entries(world) == []

    world.settle()

    assert job(world.user_id, asked.job_id).state is JobState.DONE
    assert len(world.invoices()) == 1


@pytest.fixture
def googles_pace() -> Iterator[None]:
    with gmail.paced(gmail.Pace()):
        yield


@pytest.mark.usefixtures("googles_pace")
def test_the_quota_of_a_minute_is_never_exceeded():
    clock, spent = [0.0], []
    budget = Budget(clock=lambda: clock[0], sleep=lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    for _ in range(2000):
        budget.take(20)
        spent.append(clock[0])

    worst = max(sum(20 for at in spent if start <= at < start + 60) for start in spent[::50])
    assert worst <= 6000
    assert spent[-1] <= 2000 * 20 / 6000 * 60 * 1.1, "within a tenth of what the quota allows"


@pytest.mark.usefixtures("googles_pace")
def test_what_was_spent_is_known_to_who_goes_on():
    clock = [100.0]
    first = Budget(clock=lambda: clock[0], sleep=lambda _: None)
    for _ in range(290):
        first.take(20)

    waits: list[float] = []
    rest = Budget(
        spent=first.snapshot(),
        clock=lambda: clock[0],
        sleep=lambda s: (waits.append(s), clock.__setitem__(0, clock[0] + s)),
    )
    for _ in range(30):
        rest.take(20)
    assert sum(waits) > 50


def test_at_most_five_mails_are_fetched_at_once(world: World, monkeypatch: pytest.MonkeyPatch):
    for number in range(20):
        world.receipt(number)
    most = _watch(world, monkeypatch)

    world.sync()

    assert 2 <= most[0] <= 5


def _watch(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    import threading

    most, running, lock = [0], [0], threading.Lock()
    fetch = gmail.Gmail.mail

    class Counting(gmail.Gmail):
        @contextmanager
        def mail(self, message_id: str) -> Iterator[gmail.Mail]:
            with lock:
                running[0] += 1
                most[0] = max(most[0], running[0])
            try:
                with fetch(self, message_id) as found:
                    yield found
            finally:
                with lock:
                    running[0] -= 1

    world.google.latency = 0.02
    monkeypatch.setattr(ingestion, "Gmail", Counting)
    return most


def test_large_mails_are_opened_one_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch):
    for number in range(3):
        film = Attachment("film.bin", b"\x00" * 3_500_000, mime_type="video/mp4")
        deliver(world, film, html=receipt_html(receipt_facts(number)), number=number)
    opened, most = [0], [0]
    opening = pieces.opened

    def counted(file: IO[bytes]) -> pieces.Opened:
        opened[0] += 1
        most[0] = max(most[0], opened[0])
        time.sleep(0.05)
        opened[0] -= 1
        return opening(file)

    monkeypatch.setattr(fetching, "opened", counted)
    world.sync()

    assert (len(entries(world)), most[0]) == (3, 1)


# -- people that are gone


def test_a_sync_of_a_person_who_was_forgotten_ends_quietly(world: World):
    world.receipt(1)
    asked = ingestion.request_sync(world.user_id, world.mailbox_id)
    mailboxes.disconnect(world.user_id, world.mailbox_id)

    world.settle()

    assert job(world.user_id, asked.job_id).error == "mailbox_gone"
    assert entries(world) == []


def test_strangers_cannot_sync_or_see_a_mailbox(world: World):
    bob = people.create_user(email="bob@example.com", name="Bob", password="correct horse battery")

    with pytest.raises(Exception, match="mailbox"):
        ingestion.request_sync(bob.user_id, world.mailbox_id)


# -- odd mails


def deliver(
    world: World,
    *attachments: Attachment,
    html: str | None = None,
    text: str = "Hej",
    subject: str = "Ditt kvitto",
    number: int = 0,
) -> str:
    sent = datetime.combine(today() - timedelta(days=3), datetime.min.time(), UTC) + timedelta(hours=8, minutes=number)
    envelope = Envelope(sender="no-reply@kvitto.nordkorg.example", subject=subject, sent=sent)
    return world.google.deliver(EMAIL, mail(envelope, html=html, text=text, attachments=attachments), sent=sent)


def test_inline_and_octet_stream_pdfs_are_found(world: World):
    deliver(world, Attachment("a.pdf", receipt_pdf(receipt_facts(1)), disposition="inline"))
    deliver(
        world,
        Attachment("b.bin", receipt_pdf(receipt_facts(2, total="9.00")), mime_type="application/octet-stream"),
        number=1,
    )

    world.sync()

    assert sorted(f"{each.total_amount:.2f}" for each in world.invoices()) == ["120.50", "9.00"]


def test_two_attachments_of_one_name_are_two_documents(world: World):
    deliver(
        world,
        Attachment("faktura.pdf", receipt_pdf(receipt_facts(1))),
        Attachment("faktura.pdf", receipt_pdf(receipt_facts(2, total="7.00"))),
    )

    world.sync()

    assert len({each.s3_path for each in world.invoices()}) == 2


def test_an_empty_attachment_is_no_document(world: World):
    deliver(world, Attachment("tom.pdf", b""), text="")

    world.sync()

    [entry] = entries(world)
    assert entry.state is EntryState.IGNORED


def test_an_encrypted_pdf_is_kept_and_asked_about(world: World):
    deliver(world, Attachment("hemlig.pdf", _encrypted()))

    world.sync()

    [asked] = world.invoices()
    assert (asked.state, asked.reasons) == (InvoiceState.NEEDS_LOOK, ("encrypted",))
    assert documents.original(world.user_id, asked.s3_path).content.startswith(b"%PDF")


def _encrypted() -> bytes:
    import io

    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("user-word", ownerPassword="owner-word"))
    canvas.drawString(100, 100, "Att betala 100,00 kr")
    canvas.save()
    return out.getvalue()


def test_a_large_mail_is_fetched_whole(world: World):
    """25 MB."""
    deliver(
        world,
        Attachment("stor.pdf", receipt_pdf(receipt_facts(1))),
        Attachment("film.bin", b"\x00" * 18_000_000, mime_type="video/mp4"),
    )

    world.sync()

    assert len(world.invoices()) == 1


def test_a_mail_of_many_documents_is_fetched_whole(world: World):
    deliver(
        world,
        *(Attachment(f"{each}.pdf", receipt_pdf(receipt_facts(each, total=f"{each}.50"))) for each in range(1, 31)),
    )

    world.sync()

    assert {each.total_amount for each in world.invoices()} == {Decimal(f"{each}.50") for each in range(1, 31)}


def test_a_mail_of_more_documents_than_are_taken_out_of_one_is_given_up_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pieces, "MOST_PIECES", 2)
    deliver(world, *(Attachment(f"{each}.pdf", receipt_pdf(receipt_facts(each))) for each in range(1, 4)))

    done = world.sync()

    [entry] = entries(world)
    assert (entry.state, entry.reason, done.state) == (EntryState.GIVEN_UP, "overfull_mail", JobState.DONE)
    assert world.invoices() == []


def test_a_mail_over_the_bound_is_given_up_at_once_and_holds_up_nothing(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(receiving, "LARGEST", 300_000)
    too_large = deliver(world, Attachment("stor.pdf", b"%PDF-" + bytes(400_000)))
    world.receipt(1)

    done = world.sync()

    states = {each.message_id == too_large: (each.state, each.reason) for each in entries(world)}
    assert states == {True: (EntryState.GIVEN_UP, "mail_too_large"), False: (EntryState.RECORDED, None)}
    assert (done.state, world.google.calls["messages.get"]) == (JobState.DONE, 2), "asking again finds it as large"
    assert world.mailbox.retail_settled_until


def test_a_large_answer_that_breaks_off_is_taken_in_from_its_beginning(world: World):
    deliver(world, Attachment("stor.pdf", receipt_pdf(receipt_facts(1)) + b"%" + bytes(2_000_000)))
    world.google.fail("/messages/", cut=True, times=1)

    world.sync()

    [kept] = world.invoices()
    assert f"{kept.total_amount:.2f}" == "120.50"


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is looked at as Linux tells of it")
def test_large_mails_are_never_held_in_memory(world: World):
    """25 MB, of which Gmail answers 33: a worker of its own fetches three such mails at once, and its memory is looked at."""
    for number in range(3):
        pdf = receipt_pdf(receipt_facts(number)) + b"%" + os.urandom(18_000_000)
        deliver(world, Attachment("stor.pdf", pdf), number=number)
    tokens = world.google.grant(EMAIL)
    worker = [sys.executable, "-m", "tests.feature.invoices.large_mails", tokens.access_token, tokens.refresh_token]

    said = subprocess.run(worker, check=True, timeout=120, stdout=subprocess.PIPE, text=True).stdout
    grown_mb, *sizes = json.loads(said.splitlines()[-1])

    assert len(sizes) == 3 and min(sizes) > 18_000_000
    assert grown_mb < 17, "one such document alone is more"


def test_keys_are_made_of_our_own_values_alone(world: World):
    """Names and subjects with &, +, blanks and å ä ö."""
    deliver(
        world, Attachment("Räkning & co + åäö.pdf", receipt_pdf(receipt_facts(1))), subject="Kvitto & köp + åäö ../.."
    )

    world.sync()

    [kept] = world.invoices()
    assert kept.s3_path.isascii() and not set(kept.s3_path) & set("&+ %")
    assert documents.Key.parse(kept.s3_path).invoice_id == kept.invoice_id


def nested(depth: int) -> bytes:
    """A mail with a mail in it that has a mail in it, and so on; the innermost has a receipt."""
    inner = b"Content-Type: application/pdf\r\n\r\n%PDF-1.7 receipt"
    for level in range(depth):
        edge = b"edge-%d" % level
        head = b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="%s"\r\n\r\n' % edge
        inner = b"%s--%s\r\n%s\r\n--%s--\r\n" % (head, edge, inner, edge)
    return inner


def test_a_nested_mail_is_taken_apart_within_bounds():
    assert len(pieces.opened(nested(11)).pieces) == 1
    with pytest.raises(pieces.OverfullError):
        pieces.opened(nested(40))
    with pytest.raises(pieces.MailError):
        pieces.opened(nested(3000))


@pytest.mark.parametrize(
    ("said", "really"), [("iso-8859-1", "iso-8859-1"), ("utf-8", "iso-8859-1"), ("klingon", "utf-8")]
)
def test_mislabelled_charsets_are_read_all_the_same(world: World, said: str, really: str):
    html = receipt_html(receipt_facts(1)).replace("utf-8", said)
    raw = (
        f"From: no-reply@kvitto.nordkorg.example\r\nSubject: Ditt kvitto\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/html; charset={said}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + base64.encodebytes(html.encode(really))
    world.google.deliver(EMAIL, raw, sent=now() - timedelta(days=1))

    world.sync()

    assert [f"{each.total_amount:.2f}" for each in world.invoices()] == ["120.50"]


def test_an_8_bit_mail_that_says_another_charset_than_its_own_is_read(world: World):
    """8-bit and mislabelled."""
    sent = now() - timedelta(days=1)
    envelope = Envelope(sender="no-reply@kvitto.nordkorg.example", subject="Ditt kvitto", sent=sent)
    html = receipt_html(receipt_facts(1))
    world.google.deliver(EMAIL, mislabelled(envelope, html, said="us-ascii", really="cp1252"), sent=sent)

    world.sync()

    [kept] = world.invoices()
    assert f"{kept.total_amount:.2f}" == "120.50" and "Bröd och mjölk" in {each.description for each in kept.line_items}


def test_a_forwarded_mail_gives_the_attached_documents(world: World):
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "no-reply@kvitto.nordkorg.example", "Ditt kvitto"
    inner.set_content(receipt_html(receipt_facts(1)), subtype="html")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "no-reply@kvitto.nordkorg.example", "Vb: ditt kvitto"
    outer.set_content("Se nedan")
    outer.add_attachment(inner)
    world.google.deliver(EMAIL, outer.as_bytes(), sent=now() - timedelta(days=1))

    world.sync()

    assert [f"{each.total_amount:.2f}" for each in world.invoices()] == ["120.50"]


def test_the_pdf_and_the_body_of_one_mail_are_one_invoice(world: World):
    """The same invoice by mail and PDF."""
    facts = receipt_facts(1)
    deliver(world, Attachment("kvitto.pdf", receipt_pdf(facts)), html=receipt_html(facts))

    done = world.sync()

    assert (len(world.invoices()), done.counts["found"]) == (1, 1)
    assert [each.state for each in entries(world)] == [EntryState.RECORDED, EntryState.DUPLICATE]


def test_the_body_read_before_its_pdf_is_still_the_double(world: World):
    facts = receipt_facts(1)
    deliver(world, Attachment("kvitto.pdf", receipt_pdf(facts)), html=receipt_html(facts))
    ingestion.request_sync(world.user_id, world.mailbox_id)
    world.drain()

    from tests.feature.invoices.world import deliver_object

    for key in sorted(world.fresh_objects(), key=lambda each: each.endswith(".pdf")):
        deliver_object(key)

    [kept] = world.invoices()
    assert kept.s3_path.endswith(".pdf")


def test_a_covering_mail_without_a_number_is_no_second_invoice(world: World):
    page = "<html><body><p>Tack för ditt köp! Kvittot är bifogat.</p><p>Totalt 120,50 kr</p></body></html>"
    deliver(world, Attachment("kvitto.pdf", receipt_pdf(receipt_facts(1))), html=page)

    world.sync()

    [kept] = world.invoices()
    [pdf, body] = entries(world)
    assert (body.state, body.reason, body.duplicate_of) == (EntryState.DUPLICATE, "same_mail", kept.invoice_id)
    assert pdf.invoice_id == kept.invoice_id and kept.s3_path.endswith(".pdf")


def test_a_credit_note_counts_against_its_invoice(world: World):
    """Refunds and credit notes."""
    from paypulse.sandbox.documents.receipts import Kind

    world.mail(receipt_facts(1, days_ago=9))
    world.mail(replace(receipt_facts(1, days_ago=2), kind=Kind.CREDIT_NOTE), subject="Kreditfaktura")

    world.sync()

    credit = next(each for each in world.invoices() if each.kind == "credit_note")
    assert credit.signed_amount == -next(each for each in world.invoices() if each.kind != "credit_note").total_amount
    assert credit.linked_to


def test_a_mail_of_another_sender_is_ignored_with_its_reason(world: World):
    raw = b"From: kvitto.nordkorg.example <trick@elsewhere.example>\r\nSubject: Ditt kvitto\r\n\r\nTotal 1 kr"
    world.google.deliver(EMAIL, raw, sent=now() - timedelta(days=1))

    world.sync()

    assert [each.reason for each in entries(world)] in ([], ["another_sender"])
    assert world.invoices() == []


def test_a_mail_that_names_one_row_and_comes_from_another_is_read_for_its_sender(world: World):
    """Gmail's search finds a row's domain in the name of a sender that is somebody else's."""
    vendors.save(
        replace(SHOP, vendor_id="zahlpunkt", vendor_name="Zahlpunkt", email_patterns=("zahlpunkt.example",)),
        by="test",
        expected_version=None,
    )
    html = receipt_html(receipt_facts(1)).encode()
    head = b'From: "kvitto.nordkorg.example" <kvitto@zahlpunkt.example>\r\nSubject: Ditt kvitto\r\nContent-Type: text/html\r\n\r\n'
    world.google.deliver(EMAIL, head + html, sent=now() - timedelta(days=1))

    world.sync()

    assert [(each.vendor_id, each.state) for each in entries(world)] == [("zahlpunkt", EntryState.RECORDED)]


def test_a_mail_that_was_deleted_between_list_and_get_is_settled(world: World):
    gone = world.receipt(1)
    world.google.fail(f"/messages/{gone}", status=404)

    world.sync()

    assert [(each.state, each.reason) for each in entries(world)] == [(EntryState.IGNORED, "deleted_in_gmail")]


def test_a_shadow_row_reads_without_publishing(world: World):
    row = vendors.vendor(SHOP.vendor_id)
    from vendors.vendor import State

    vendors.save(replace(row, state=State.SHADOW), by="test", expected_version=row.version)
    world.receipt(1)

    world.sync()

    assert world.invoices() == []
    assert [each.reason for each in entries(world)] == ["shadow"]


def test_a_users_flood_leaves_the_others_their_turn(world: World):
    """One user's flood: each chunk goes to the end of the queue."""
    world.receipt(1)
    world.rent(due=today() + timedelta(days=9))
    ingestion.request_sync(world.user_id, world.mailbox_id)
    world.drain(seconds=10)

    [rest] = taken("fetch-retail-invoices")
    assert '"todo"' in rest["Body"]


def test_the_sub_type_of_the_row_decides_the_category(world: World):
    world.receipt(1)
    world.sync()

    assert store.list_retail(world.user_id, sub_type=SubType.GROCERY).items
