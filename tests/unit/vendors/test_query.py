"""The Gmail search a row makes, and the test of one mail that must agree with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypulse.core.categories import Category
from vendors.query import NoSenderError, claims, gmail_query, lacking
from vendors.vendor import Vendor

SHOP = Vendor(
    vendor_id="shop",
    vendor_name="Shop",
    invoice_category=Category.RETAIL,
    invoice_sub_type="clothing",
    email_patterns=("shop.se", "billing@shop.example"),
    subject_keywords=(("order", "confirmation"), ("kvitto",)),
)


def test_senders_and_subjects_are_or_ed_and_the_window_is_in_epoch_seconds():
    after, before = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    assert gmail_query(SHOP, after=after, before=before) == (
        "{from:billing@shop.example from:shop.se} {(subject:confirmation subject:order) subject:kvitto} "
        "after:1767225600 before:1769904000"
    )


def test_one_sender_and_no_subject_need_no_braces():
    assert gmail_query(replace(SHOP, email_patterns=("shop.se",), subject_keywords=())) == "from:shop.se"


def test_what_is_special_to_gmail_is_quoted_and_a_quote_cannot_end_the_term():
    row = replace(
        SHOP,
        email_patterns=("a@b.se",),
        subject_keywords=(("your order",), ("OR",), ('x" OR from:bank.se "',), ("-kvitto",)),
    )
    assert gmail_query(row) == (
        'from:a@b.se {subject:"-kvitto" subject:"or" subject:"x or from:bank.se" subject:"your order"}'
    )


def test_the_order_of_the_row_does_not_change_the_query():
    turned = replace(
        SHOP,
        email_patterns=SHOP.email_patterns[::-1],
        subject_keywords=tuple(group[::-1] for group in SHOP.subject_keywords[::-1]),
    )
    assert gmail_query(turned) == gmail_query(SHOP)


def test_a_row_without_a_sender_is_refused():
    with pytest.raises(NoSenderError):
        gmail_query(replace(SHOP, email_patterns=()))


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=5))
def test_whatever_the_keywords_hold_quotes_and_braces_stay_balanced(keywords):
    query = gmail_query(replace(SHOP, subject_keywords=tuple((each,) for each in keywords)))
    outside = "".join(query.split('"')[::2])
    assert query.count('"') % 2 == 0
    assert outside.count("{") == outside.count("}") in (1, 2)
    assert outside.count("(") == outside.count(")") == 0
    assert outside.count("from:") == 2


@pytest.mark.parametrize(
    ("sender", "subject", "claimed"),
    [
        ("noreply@shop.se", "Ditt kvitto 17", True),
        ("Noreply@Mail.Shop.SE", "KVITTO", True),
        ("billing@shop.example", "Order 5: your confirmation", True),
        ("other@shop.example", "Kvitto", False),
        ("a@notshop.se", "Kvitto", False),
        ("a@shop.se.evil.example", "Kvitto", False),
        ("noreply@shop.se", "Order 5", False),
        ("noreply@shop.se", "Kvittona", False),
        ("noreply@shop.se", "", False),
    ],
)
def test_a_mail_is_claimed_by_sender_and_whole_words_of_the_subject(sender, subject, claimed):
    assert claims(SHOP, sender=sender, subject=subject) is claimed


def test_a_phrase_must_stand_together_and_composed_letters_equal_decomposed_ones():
    row = replace(SHOP, subject_keywords=(("your order",), ("köp",)))
    assert claims(row, sender="x@shop.se", subject="About your order")
    assert not claims(row, sender="x@shop.se", subject="your last order")
    assert claims(row, sender="x@shop.se", subject="Ditt ko\u0308p")


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Your order", ("confirmation",)),
        ("Confirmation of your visit", ("order",)),
        ("Hello", ()),
        ("Kvitto", ()),
    ],
)
def test_what_a_subject_lacks_is_told_where_it_comes_near(subject, words):
    assert lacking(SHOP, subject) == words
