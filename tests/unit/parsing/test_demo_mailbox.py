"""The whole reader on a year of invented mail: what the facts say is what is read, with a vendor row and without one."""

from __future__ import annotations

from datetime import date
from email.utils import parseaddr
from typing import Any

import pytest

from invoices.parsing import open_document, read
from invoices.parsing.result import Field, Kind, Reading, Status
from paypulse.sandbox.documents.inbox import DemoMessage, Ending, demo_messages
from paypulse.sandbox.documents.receipts import ReceiptFacts
from paypulse.sandbox.documents.rent import RentFacts
from vendors.query import claims
from vendors.shipped import shipped

MESSAGES = list(demo_messages(date(2026, 11, 24)))
TOLD = [message for message in MESSAGES if message.ending not in (Ending.IGNORED, Ending.UNSURE)]
# Names that say what a thing is in our words and not in the document's.
OURS = {"transport_type", "utility_type"}


def reading_of(message: DemoMessage, *, with_row: bool = False) -> Reading:
    sender = parseaddr(message.sender)[1]
    rows = [row for row in shipped() if with_row and claims(row, sender=sender, subject=message.subject)]
    return read(open_document(message.raw), rows[0] if rows else None)


def value(field: Field[Any] | None) -> Any:
    return None if field is None else field.value


def wrong_facts(message: DemoMessage, reading: Reading) -> list[str]:
    """The names of the facts that differ from what the document was made from."""
    facts = message.facts
    assert facts is not None
    vendor = facts.vendor if isinstance(facts, ReceiptFacts) else facts.landlord
    pairs = {
        "vendor_name": (value(reading.vendor_name), vendor),
        "total_amount": (value(reading.total_amount), facts.total),
        **{
            name: (value(getattr(reading, name)), getattr(facts, name))
            for name in ("currency", "invoice_date", "due_date", "invoice_number")
        },
    }
    if isinstance(facts, RentFacts):
        pairs["lines"] = (
            [(line.description, line.total_price) for line in reading.line_items],
            [(line.description, line.amount) for line in facts.lines],
        )
        pairs |= {
            name: (value(getattr(reading, name)), getattr(facts, name))
            for name in ("ocr_number", "bankgiro", "period_start", "period_end")
        }
    else:
        pairs["tax"] = (value(reading.tax), None if facts.tax is None else facts.sign * facts.tax)
        pairs |= {
            name: (value(reading.details.get(name)), wanted)
            for name, wanted in facts.details.items()
            if name not in OURS
        }
    return [f"{name}: {got!r}, not {wanted!r}" for name, (got, wanted) in pairs.items() if got != wanted]


@pytest.mark.parametrize("with_row", [True, False])
def test_every_fact_of_every_mail_is_read(with_row):
    found = {message.subject: wrong_facts(message, reading_of(message, with_row=with_row)) for message in TOLD}
    assert {subject: wrong for subject, wrong in found.items() if wrong} == {}


def test_no_total_of_a_plain_mail_asks_the_person():
    totals = [reading_of(message).total_amount for message in TOLD]
    assert all(total is not None and total.status is not Status.UNSURE for total in totals)


def test_a_parcel_notice_is_no_invoice():
    ignored = [message for message in MESSAGES if message.ending is Ending.IGNORED]
    assert {reading_of(message).kind for message in ignored} == {Kind.NOT_AN_INVOICE}


def test_two_totals_ask_the_person():
    unclear = [message for message in MESSAGES if message.ending is Ending.UNSURE]
    totals = [reading_of(message).total_amount for message in unclear]
    assert totals and all(total is None or total.status is Status.UNSURE for total in totals)


def test_a_refund_is_a_credit_note_with_a_negative_total():
    refunds = [
        message
        for message in MESSAGES
        if isinstance(message.facts, ReceiptFacts) and message.facts.kind is Kind.CREDIT_NOTE
    ]
    readings = [reading_of(message) for message in refunds]
    assert readings and all(
        reading.kind is Kind.CREDIT_NOTE and value(reading.total_amount) < 0 for reading in readings
    )


def test_the_same_invoice_sent_twice_gives_the_same_facts():
    twice = [message for message in MESSAGES if message.ending is Ending.DUPLICATE]
    for message in twice:
        first = next(each for each in MESSAGES if each.facts == message.facts and each is not message)
        one, other = reading_of(first), reading_of(message)
        assert (one.invoice_number, one.total_amount) == (other.invoice_number, other.total_amount)
