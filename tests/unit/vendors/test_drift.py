"""What a vendor's readings say about its documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from invoices.parsing import open_document
from vendors.drift import Sign, SignKind, health
from vendors.readings import Reading, layout

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SURE = {"total_amount": "proved", "invoice_date": "read", "tax": "read"}


def weekly(count, *, starting=0, statuses=SURE, fingerprint="old"):
    """One reading a week, newest first, the newest `starting` weeks ago."""
    return [
        Reading(
            vendor_id="shop",
            user_id="user_a",
            s3_path=f"{fingerprint}{statuses}{week}",
            statuses=statuses,
            fingerprint=fingerprint,
            at=NOW - timedelta(weeks=week, hours=1),
        )
        for week in range(starting, starting + count)
    ]


def kinds(found):
    return [sign.kind for sign in health(found, at=NOW).signs]


def test_a_vendor_that_goes_on_as_usual_has_no_signs():
    found = health(weekly(20), at=NOW)
    assert (found.hits, found.rhythm_days, found.ask_rate, found.missing, found.signs) == (5, 7, 0, (), ())


def test_a_vendor_without_readings_says_nothing_rather_than_zero():
    found = health([], at=NOW)
    assert (found.hits, found.rhythm_days, found.ask_rate, found.signs) == (0, None, None, ())


def test_reading_all_documents_again_is_no_sign_of_life():
    old = weekly(9, starting=20)
    again = [replace(each, at=NOW - timedelta(hours=1)) for each in old]
    found = health([*again, *old], at=NOW)
    assert (found.hits, found.rhythm_days, [sign.kind for sign in found.signs]) == (0, 7, [SignKind.SILENT])


def test_a_new_layout_is_told_with_what_was_read_before_and_after():
    (sign,) = health([*weekly(2, fingerprint="new"), *weekly(8, starting=2)], at=NOW).signs
    assert sign == Sign(
        SignKind.LAYOUT,
        "2026-11-09, layout old: invoice_date read, tax read, total_amount proved",
        "2026-11-16, layout new: invoice_date read, tax read, total_amount proved",
    )


def test_one_odd_document_is_no_new_layout_and_neither_is_one_that_was_seen_before():
    assert kinds([*weekly(1, fingerprint="new"), *weekly(8, starting=1)]) == []
    assert (
        kinds([*weekly(2, fingerprint="new"), *weekly(4, starting=2), *weekly(4, starting=6, fingerprint="new")]) == []
    )


def test_a_field_that_used_to_be_there_is_missed():
    assert kinds([*weekly(3, statuses={"total_amount": "proved", "invoice_date": "read"}), *weekly(6, starting=3)]) == [
        "missing"
    ]


def test_asking_more_than_it_used_to_is_a_sign():
    unsure = {**SURE, "total_amount": "unsure"}
    assert kinds([*weekly(10, statuses=unsure), *weekly(10, starting=10)]) == ["asking"]
    assert kinds([*weekly(10, statuses=unsure), *weekly(10, starting=10, statuses=unsure)]) == []


def test_silence_counts_by_the_vendors_own_rhythm():
    assert kinds(weekly(8, starting=4)) == ["silent"]
    assert kinds(weekly(8, starting=2)) == []


def test_a_document_that_was_read_twice_counts_once():
    assert health([*weekly(4), *weekly(4)], at=NOW).hits == 4


@given(st.permutations(range(4)), st.integers(1, 6))
def test_the_layout_does_not_depend_on_words_or_on_how_many_lines_there_are(order, lines):
    words = ["Lampa", "Sladd", "Propp", "Frakt"]

    def page(rows):
        return (
            "<html><body><h1>Kvitto</h1><table>"
            + "".join(f"<tr><td>{words[i % 4]}</td><td>{i},00 kr</td></tr>" for i in rows)
            + "</table></body></html>"
        )

    one = layout(open_document(page(order).encode()))
    assert one == layout(open_document(page([*range(lines + 1)]).encode()))
    assert one != layout(open_document(page(order).replace("<h1>", "<h2>").replace("</h1>", "</h2>").encode()))
    assert layout(open_document(b"Just text, no layout")) is None or layout(open_document(b"Just text")) == layout(
        open_document(b"Other words")
    )
