"""A person with a mailbox, and AWS played by hand: queues drained, objects read, streams told, all through the handlers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote_plus

import boto3
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

from accounts import store as people
from accounts.google import GMAIL_READONLY, GoogleTokens
from accounts.mailboxes import Mailbox, connect, mailbox
from invoices import store
from invoices.ingestion import request_sync
from invoices.invoice import Invoice
from invoices.jobs import Job, job
from invoices.parsing.rental import RentPart
from invoices.tables import RentalInvoice, RetailInvoice
from lambdas import (
    fetch_invoices,
    fetch_latest_invoice,
    fetch_retail_invoices,
    keep_summaries,
    parse_invoice,
    parse_retail_invoice,
    send_invoice_notification,
)
from paypulse.core.categories import Category, SubType
from paypulse.core.clock import frozen
from paypulse.core.config import config
from paypulse.sandbox.documents.mail import Attachment, Envelope, mail
from paypulse.sandbox.documents.receipts import Design, Item, ReceiptFacts, receipt_html, receipt_pdf
from paypulse.sandbox.documents.rent import Layout, RentFacts, RentLine, rent_notice
from paypulse.sandbox.google import FakeGoogle
from vendors import store as vendors
from vendors.vendor import State, Vendor

EMAIL = "alice@example.com"
SHOP = Vendor(
    vendor_id="nordkorg",
    vendor_name="Nordkorg",
    invoice_category=Category.RETAIL,
    invoice_sub_type="grocery",
    email_patterns=("kvitto.nordkorg.example",),
    currency="SEK",
    state=State.ACTIVE,
)
LANDLORD = Vendor(
    vendor_id="hemgarden",
    vendor_name="Hemgården",
    invoice_category=Category.RENTAL,
    invoice_sub_type=None,
    email_patterns=("avi@hemgarden.example",),
    subject_keywords=(("hyresavi",),),
    currency="SEK",
    state=State.ACTIVE,
)


class Context:
    """What Lambda tells a function of itself: how long it may still run."""

    function_name = "test"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-north-1:000000000000:function:test"
    aws_request_id = "test"

    def __init__(self, seconds: float = 300) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@dataclass
class World:
    """Alice (`user_id`) and her mailbox at the fake Google; `seen` are the object versions and rows already delivered."""

    google: FakeGoogle
    user_id: str
    mailbox_id: str
    seen_objects: set[tuple[str, str]] = field(default_factory=set)
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def made(cls, google: FakeGoogle) -> World:
        with frozen(datetime.now(UTC) - timedelta(hours=2)):
            for each in (SHOP, LANDLORD):
                vendors.save(each, by="test", expected_version=None)
        user = people.create_user(email=EMAIL, name="Alice", password="correct horse battery")
        google.add_account(EMAIL)
        return cls(google, user.user_id, connected(google, user.user_id, EMAIL).mailbox_id)

    @property
    def mailbox(self) -> Mailbox:
        return mailbox(self.user_id, self.mailbox_id)

    # -- mail

    def receipt(self, number: int, *, days_ago: int = 3, total: str = "120.50", pdf: bool = False, **more: Any) -> str:
        """A receipt of the shop in the inbox; gives the mail's id."""
        facts = receipt_facts(number, days_ago=days_ago, total=total)
        return self.mail(facts, pdf=pdf, **more)

    def mail(self, facts: ReceiptFacts, *, pdf: bool = False, both: bool = False, subject: str = "Ditt kvitto") -> str:
        sent = datetime.combine(facts.invoice_date, datetime.min.time(), UTC) + timedelta(hours=9)
        envelope = Envelope(sender="Nordkorg <no-reply@kvitto.nordkorg.example>", subject=subject, sent=sent)
        attached = [Attachment("kvitto.pdf", receipt_pdf(facts))] if pdf or both else []
        html = receipt_html(facts, Design.TABLE) if both or not pdf else None
        return self.google.deliver(EMAIL, mail(envelope, html=html, text="Kvitto", attachments=attached), sent=sent)

    def rent(self, *, due: date, total: str = "9876.00", number: str | None = None, days_before: int = 20) -> str:
        facts = rent_facts(due=due, total=total, number=number, days_before=days_before)
        sent = datetime.combine(facts.invoice_date, datetime.min.time(), UTC) + timedelta(hours=7)
        envelope = Envelope(sender="avi@hemgarden.example", subject="Din hyresavi", sent=sent)
        raw = mail(envelope, text="Hej!", attachments=[Attachment("avi.pdf", rent_notice(facts, Layout.GIRO))])
        return self.google.deliver(EMAIL, raw, sent=sent)

    # -- AWS by hand

    def sync(self, *, category: Category | None = None, **window: Any) -> Job:
        """Ask for a sync and do all that follows from it; gives the job as it then is."""
        asked = request_sync(self.user_id, self.mailbox_id, category=category, **window)
        self.settle()
        return job(self.user_id, asked.job_id)

    def settle(self) -> None:
        """Deliver everything that is to be delivered, until nothing is."""
        while self.drain() or self.read_objects() or self.tell_rows():
            pass

    def drain(self, *, seconds: float = 300) -> int:
        """Give each waiting queue message to its function; gives how many there were."""
        settings = config()
        done = 0
        for queue, function in (
            (settings.fetch_invoices_queue, fetch_invoices),
            (settings.fetch_latest_invoice_queue, fetch_latest_invoice),
            (settings.fetch_retail_invoices_queue, fetch_retail_invoices),
        ):
            for message in taken(queue):
                answer = function.handler(queue_event([message]), Context(seconds))
                assert answer["batchItemFailures"] == []
                done += 1
        return done

    def read_objects(self) -> int:
        keys = self.fresh_objects()
        for key in keys:
            deliver_object(key)
        return len(keys)

    def fresh_objects(self) -> list[str]:
        """The keys whose newest version no function was told of yet."""
        found = boto3.client("s3").list_object_versions(Bucket=config().invoices_bucket).get("Versions", [])
        fresh = [
            each for each in found if each["IsLatest"] and (each["Key"], each["VersionId"]) not in self.seen_objects
        ]
        self.seen_objects |= {(each["Key"], each["VersionId"]) for each in fresh}
        return [each["Key"] for each in fresh]

    def tell_rows(self) -> int:
        """Tell the stream's readers of every row that changed since the last time; gives how many did."""
        records = self.fresh_records()
        for record in records:
            tell(record)
        return len(records)

    def fresh_records(self) -> list[dict[str, Any]]:
        now = {(row.Meta.table_name, row.invoice_id): row.to_dynamodb_dict() for row in base_rows()}
        records = [
            stream_record(table, self.rows.get((table, name)), now.get((table, name)))
            for table, name in sorted({*self.rows, *now})
            if self.rows.get((table, name)) != now.get((table, name))
        ]
        self.rows = now
        return records

    # -- what came of it

    def outbox(self) -> list[Any]:
        return outbox()

    def invoices(self) -> list[Invoice]:
        return [*store.list_rental(self.user_id), *store.list_retail(self.user_id, limit=500).items]


def outbox() -> list[Any]:
    """The mails that SES took."""
    return list(ses_backends[ACCOUNT][config().region].sent_messages)


def connected(google: FakeGoogle, user_id: str, email: str) -> Mailbox:
    """The user's mailbox, connected with a grant from the fake Google."""
    grant = google.grant(email)
    tokens = GoogleTokens(
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        expires_at=datetime.now(UTC) + timedelta(seconds=grant.expires_in),
    )
    return connect(
        user_id, google_id=google.mailboxes[email].google_id, email=email, tokens=tokens, scopes=(GMAIL_READONLY,)
    )


def receipt_facts(number: int, *, days_ago: int = 3, total: str = "120.50") -> ReceiptFacts:
    return ReceiptFacts(
        vendor="Nordkorg",
        sub_type=SubType.GROCERY,
        invoice_number=f"NK-{number:05d}",
        invoice_date=datetime.now(UTC).date() - timedelta(days=days_ago),
        currency="SEK",
        language="sv",
        items=(Item(name="Bröd och mjölk", price=Decimal(total)),),
    )


def rent_facts(*, due: date, total: str, number: str | None, days_before: int) -> RentFacts:
    return RentFacts(
        landlord="Hemgården",
        tenant="Alice Andersson",
        invoice_number=number or f"{due:%y%m}01",
        invoice_date=due - timedelta(days=days_before),
        due_date=due,
        period_start=due.replace(day=1),
        period_end=due,
        lines=(RentLine(RentPart.BASE_RENT, "Hyra", Decimal(total)),),
    )


def taken(queue: str) -> list[dict[str, Any]]:
    """The messages that wait on a queue, taken off it, those that are to wait longer too."""
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    for message in sqs_backends[ACCOUNT][config().region].queues[queue]._messages:
        message.delayed_until = 0
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in found:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def queue_event(messages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "Records": [
            {"messageId": each["MessageId"], "body": each["Body"], "eventSource": "aws:sqs"} for each in messages
        ]
    }


def object_event(key: str) -> dict[str, Any]:
    return {
        "Records": [
            {"eventSource": "aws:s3", "s3": {"bucket": {"name": "b"}, "object": {"key": quote_plus(key, safe="/")}}}
        ]
    }


def deliver_object(key: str) -> None:
    """What S3 does when an object came: the function for its suffix."""
    if key.endswith(".pdf"):
        parse_invoice.handler(object_event(key), Context())
    elif key.endswith(".html"):
        parse_retail_invoice.handler(object_event(key), Context())


def base_rows() -> list[RentalInvoice | RetailInvoice]:
    return [*RentalInvoice.scan(), *RetailInvoice.scan()]


def stream_record(table: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any]:
    name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
    images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image is not None}
    return {
        "eventID": json.dumps([table, name]),
        "eventName": name,
        "eventSource": "aws:dynamodb",
        "eventSourceARN": f"arn:aws:dynamodb:eu-north-1:123456789012:table/{table}/stream/2026-01-01T00:00:00.000",
        "dynamodb": {"SequenceNumber": "1", "StreamViewType": "NEW_AND_OLD_IMAGES", **images},
    }


def tell(*records: dict[str, Any]) -> None:
    """What the streams' mappings do with records of one table."""
    keep_summaries.handler({"Records": list(records)}, Context())
    told = [
        each for each in records if "table/RentalInvoices/" in each["eventSourceARN"] and each["eventName"] != "REMOVE"
    ]
    if told:
        assert send_invoice_notification.handler({"Records": told}, Context())["batchItemFailures"] == []
