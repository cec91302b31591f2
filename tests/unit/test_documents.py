"""The invented documents: always the same bytes, always saying what their facts say."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.utils import parseaddr

import pytest

from paypulse.core.categories import SubType
from paypulse.sandbox.documents.inbox import Ending, demo_messages
from paypulse.sandbox.documents.receipts import ReceiptFacts
from paypulse.sandbox.documents.rent import RentFacts
from vendors.query import claims
from vendors.shipped import shipped

TODAY = date(2026, 11, 24)


def test_the_demo_mailbox_is_the_same_every_time():
    assert list(demo_messages(TODAY)) == list(demo_messages(TODAY))


def test_another_seed_gives_other_purchases():
    assert [message.facts for message in demo_messages(TODAY)] != [
        message.facts for message in demo_messages(TODAY, seed=2)
    ]


def test_the_demo_mailbox_holds_a_year_of_every_category():
    messages = list(demo_messages(TODAY))
    retail = Counter(message.facts.sub_type for message in messages if isinstance(message.facts, ReceiptFacts))
    assert set(retail) == set(SubType) and retail.total() >= 60
    assert sum(isinstance(message.facts, RentFacts) and "hyresavi" in message.subject for message in messages) == 12


def test_the_demo_mailbox_holds_what_real_ones_do():
    endings = Counter(message.ending for message in demo_messages(TODAY))
    assert endings[Ending.UNKNOWN_VENDOR] == 2
    assert all(endings[ending] == 1 for ending in (Ending.DUPLICATE, Ending.IGNORED, Ending.UNSURE))


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2024, 2, 29), date(2026, 3, 31), date(2026, 12, 1)])
def test_every_mail_lies_in_the_year_before_the_day(today):
    sent = [message.sent.date() for message in demo_messages(today)]
    assert sent == sorted(sent)
    assert today - timedelta(days=367) < sent[0] and sent[-1] < today


def test_every_mail_can_be_parsed_and_has_its_own_message_id():
    parsed = [message_from_bytes(message.raw, policy=policy.default) for message in demo_messages(TODAY)]
    assert len({mail["Message-ID"] for mail in parsed}) == len(parsed)
    assert not any(part.defects for mail in parsed for part in mail.walk())


def test_each_mail_of_a_known_shop_is_claimed_by_its_own_catalogue_row_alone():
    rows = shipped()
    for message in demo_messages(TODAY):
        sender = parseaddr(message.sender)[1]
        claiming = [row.vendor_id for row in rows if claims(row, sender=sender, subject=message.subject)]
        assert claiming == ([message.vendor_id] if message.vendor_id else []) or message.ending is Ending.IGNORED
