"""What the pages say of how a fact was found."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from invoices.parsing import open_document, read
from invoices.views.wording import how
from paypulse.sandbox.documents.inbox import demo_messages


def test_every_way_to_find_a_fact_has_words_of_its_own_in_both_languages() -> None:
    readings = [read(open_document(message.raw), None) for message in list(demo_messages(date(2026, 11, 24)))[::4]]
    methods = {field.method for reading in readings for _, field in reading.facts()}

    assert len(methods) > 10
    assert [method for method in methods if not how(method)] == []
    with translation.override("sv"):
        swedish = {method: how(method) for method in methods}
    assert [method for method, words in swedish.items() if words == how(method)] == []


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("label totalt att betala; the lines add up", "Beside “totalt att betala”. It adds up"),
        ("rent label bankgiro; check digit", "Beside “bankgiro”. Its check digits are right"),
        ("sender+sender_domain+fits_domain", "From the mail's header. The sender's domain agrees"),
        ("something new", ""),
    ],
)
def test_reasons_that_are_joined_are_told_one_after_the_other(method: str, words: str) -> None:
    assert how(method) == words
