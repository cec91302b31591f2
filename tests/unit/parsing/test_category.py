"""A document of an unknown vendor gets the category that its words speak of; a vendor row's word is final."""

from __future__ import annotations

from datetime import date

import pytest

from invoices.parsing import open_document
from invoices.parsing.category import classify
from invoices.parsing.result import Status
from paypulse.core.categories import Category, SubType
from paypulse.sandbox.documents.inbox import Ending, demo_messages
from paypulse.sandbox.documents.receipts import ReceiptFacts
from vendors.vendor import Vendor

MESSAGES = [message for message in demo_messages(date(2026, 11, 24)) if message.ending is Ending.STORED]


def test_most_demo_receipts_find_their_category_without_a_row():
    retail = [message for message in MESSAGES if isinstance(message.facts, ReceiptFacts)]
    wrong = 0
    for message in retail:
        category, found = classify(open_document(message.raw))
        assert category is Category.RETAIL and found
        wrong += found.value is not message.facts.sub_type
    assert wrong <= len(retail) // 20


def test_no_demo_receipt_is_sure_of_a_wrong_category():
    for message in MESSAGES:
        if isinstance(message.facts, ReceiptFacts):
            found = classify(open_document(message.raw))[1]
            assert found and (found.value is message.facts.sub_type or found.status is Status.UNSURE)


def test_every_rent_notice_is_rental():
    rent = [message for message in MESSAGES if not isinstance(message.facts, ReceiptFacts)]
    assert {classify(open_document(message.raw)) for message in rent} == {(Category.RENTAL, None)}


@pytest.mark.parametrize("sub_type", SubType)
def test_a_rows_category_is_proved(sub_type):
    row = Vendor(
        vendor_id="x", vendor_name="X", invoice_category=Category.RETAIL, invoice_sub_type=sub_type, email_patterns=()
    )
    category, found = classify(open_document(b"<p>flight 1 SEK</p>"), row)
    assert category is Category.RETAIL and found and (found.value, found.status) == (sub_type, Status.PROVED)


def test_without_any_known_word_it_asks():
    found = classify(open_document(b"<p>Qwxyz 12,00</p>"))[1]
    assert found and (found.value, found.status) == (SubType.MISCELLANEOUS, Status.UNSURE)


@pytest.mark.parametrize(
    ("words", "sub_type"),
    [
        ("Parkeringsavgift, zon 4471", SubType.TRAVEL),
        ("Opłata za parkowanie, strefa A1", SubType.TRAVEL),
        ("Camera doppia 2 notti, imposta di soggiorno", SubType.TRAVEL),
        ("Bompasseringer april", SubType.TRAVEL),
        ("Gasthaus Zur Linde, Tisch 12", SubType.FOOD_DELIVERY),
        ("Restaurante El Puerto, mesa 4, vino tinto", SubType.FOOD_DELIVERY),
        ("Abonament Światłowód", SubType.UTILITY),
        ("Elektroenerģija 210 kWh", SubType.UTILITY),
        ("Löparskor, storlek 44", SubType.CLOTHING),
        ("Bageriet vid torget, surdegsbröd", SubType.GROCERY),
        ("Biografbiljetter till Vinterljus", SubType.MISCELLANEOUS),
    ],
)
def test_a_category_is_told_by_compounds_and_in_many_languages(words: str, sub_type: SubType) -> None:
    found = classify(open_document(f'<meta charset="utf-8"><p>{words} 12,00</p>'.encode()))[1]
    assert found and found.value is sub_type


def test_the_senders_own_name_speaks_too() -> None:
    mail = b"From: Pizzeria Roma <order@roma.example>\nSubject: Receipt\n\nTotal 12.00 EUR"
    found = classify(open_document(mail))[1]
    assert found and found.value is SubType.FOOD_DELIVERY


def test_a_compound_of_no_known_word_says_nothing() -> None:
    found = classify(open_document(b"<p>Those things 12,00</p>"))[1]
    assert found and found.value is SubType.MISCELLANEOUS
