"""The invoice store: what is kept, who reaches it, and that nothing is counted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from invoices import ledger, store, summaries
from invoices.duplicates import DuplicateKey
from invoices.invoice import Fact, InvoiceState, Source
from invoices.tables import MonthlySummary
from paypulse.core.categories import SubType
from paypulse.core.errors import ConflictError, NotFoundError
from tests.feature.invoices.making import ALICE, BOB, rental, retail

pytestmark = pytest.mark.usefixtures("aws")


def test_a_recorded_receipt_comes_back_whole_with_its_details():
    kept = store.record(retail())

    found = store.invoice(ALICE, kept.invoice_id)

    assert found == replace(retail(), version=1, updated_at=found.updated_at)
    assert found.details["items"][0]["price"] == Decimal("30.125")


def test_a_rent_notice_comes_back_with_its_breakdown():
    kept = store.record(rental())

    found = store.invoice(ALICE, kept.invoice_id)

    assert found.line_items[0].component == "base_rent"
    assert (found.due_date, found.total_amount) == (date(2026, 3, 31), Decimal("9876.00"))


def test_another_persons_invoice_is_not_found():
    kept = store.record(retail())

    with pytest.raises(NotFoundError):
        store.invoice(BOB, kept.invoice_id)


def test_recording_the_same_again_changes_nothing():
    first = store.record(retail())

    again = store.record(replace(retail(), updated_at=datetime(2027, 1, 1, tzinfo=UTC)))

    assert again == store.invoice(ALICE, first.invoice_id)
    assert again.version == 1


def test_a_new_reading_keeps_what_the_person_corrected_and_paid():
    kept = store.record(retail())
    kept = store.correct(ALICE, kept.invoice_id, expected_version=1, changes={"total_amount": Decimal("99.00")})
    store.set_paid(ALICE, kept.invoice_id, expected_version=2, paid_on=date(2026, 3, 9))

    store.record(replace(retail(), reader_version=2, total_amount=Decimal("121.00"), currency="EUR"))

    found = store.invoice(ALICE, kept.invoice_id)
    assert (found.total_amount, found.currency, found.paid_on) == (Decimal("99.00"), "EUR", date(2026, 3, 9))
    assert Decimal(found.corrections["total_amount"].was or "") == Decimal("120.50")
    assert [each["field"] for each in found.history] == ["total_amount", "paid_on"]


def test_a_correction_of_an_older_version_is_refused():
    kept = store.record(retail())
    store.correct(ALICE, kept.invoice_id, expected_version=1, changes={"currency": "nok"})

    with pytest.raises(ConflictError):
        store.correct(ALICE, kept.invoice_id, expected_version=1, changes={"currency": "EUR"})
    assert store.invoice(ALICE, kept.invoice_id).currency == "NOK"


@pytest.mark.parametrize(
    "changes",
    [
        {"total_amount": "12,5"},
        {"invoice_date": "yesterday"},
        {"s3_path": "x"},
        {"sub_type": "cars"},
        {"total_amount": "NaN"},
    ],
)
def test_a_correction_that_does_not_fit_is_refused(changes):
    kept = store.record(retail())

    with pytest.raises(store.CorrectionError):
        store.correct(ALICE, kept.invoice_id, expected_version=1, changes=changes)


def test_correcting_the_category_moves_the_details():
    kept = store.record(retail())

    store.correct(ALICE, kept.invoice_id, expected_version=1, changes={"sub_type": "clothing"})

    found = store.invoice(ALICE, kept.invoice_id)
    assert found.sub_type is SubType.CLOTHING
    assert found.details["items"][0]["name"] == "Bröd"
    assert store.list_retail(ALICE, sub_type=SubType.GROCERY).items == ()
    assert store.list_retail(ALICE, sub_type=SubType.CLOTHING).items[0].invoice_id == kept.invoice_id


def test_a_correction_can_be_taken_back():
    kept = store.record(retail())
    store.correct(ALICE, kept.invoice_id, expected_version=1, changes={"total_amount": "1.00"})

    back = store.undo(ALICE, kept.invoice_id, expected_version=2, name="total_amount")

    assert back.total_amount == Decimal("120.50")
    assert "total_amount" not in back.corrections


def test_an_unsure_amount_asks_until_the_person_gives_it():
    asked = retail(
        reasons=("total_amount",),
        facts={"total_amount": Fact(value="120.50", confidence=0.4, status="unsure", method="rank")},
    )
    kept = store.record(asked)
    assert kept.state is InvoiceState.NEEDS_LOOK
    summaries.recompute(ALICE, "2026-03")
    assert store.needs_look(ALICE).items[0].invoice_id == kept.invoice_id

    told = store.correct(ALICE, kept.invoice_id, expected_version=1, changes={"total_amount": "120.50"})

    assert told.state is InvoiceState.OK
    assert store.needs_look(ALICE).items == ()


def test_an_unreadable_document_is_settled_by_amount_and_currency():
    blank = retail(kind="unread", reasons=("encrypted",), total_amount=None, currency=None, facts={})
    kept = store.record(blank)
    assert kept.state is InvoiceState.NEEDS_LOOK

    told = store.correct(
        ALICE, kept.invoice_id, expected_version=1, changes={"total_amount": "5.00", "currency": "SEK"}
    )

    assert told.state is InvoiceState.OK


def test_the_list_is_newest_first_and_pages_without_a_gap():
    for day in range(1, 8):
        store.record(retail(f"m{day}", invoice_date=date(2026, 3, day)))

    first = store.list_retail(ALICE, limit=4)
    rest = store.list_retail(ALICE, limit=4, cursor=first.cursor)

    assert [each.invoice_date.day for each in (*first.items, *rest.items)] == [7, 6, 5, 4, 3, 2, 1]
    assert rest.cursor is None


def test_the_list_keeps_to_its_days_and_category():
    store.record(retail("a", invoice_date=date(2026, 3, 31)))
    store.record(retail("b", invoice_date=date(2026, 4, 1)))
    store.record(retail("c", invoice_date=date(2026, 4, 1), sub_type=SubType.TRAVEL))

    march = store.list_retail(ALICE, since=date(2026, 3, 1), until=date(2026, 3, 31))
    april = store.list_retail(ALICE, sub_type=SubType.GROCERY, since=date(2026, 4, 1))
    past = store.list_retail(ALICE, until=date(2026, 3, 31))

    assert [len(each.items) for each in (march, april, past)] == [1, 1, 1]


def test_a_cursor_opens_only_the_callers_own_list():
    for day in range(1, 4):
        store.record(retail(f"m{day}", invoice_date=date(2026, 3, day)))
    cursor = store.list_retail(ALICE, limit=1).cursor

    assert store.list_retail(BOB, cursor=cursor).items == ()
    with pytest.raises(store.CursorError):
        store.list_retail(ALICE, cursor="not-a-cursor")


def test_rent_is_listed_latest_due_first():
    store.record(rental("a", due_date=date(2026, 2, 27)))
    store.record(rental("b", due_date=date(2026, 3, 31)))
    store.record(rental("c", due_date=date(2025, 3, 31)))

    assert [each.due_date.month for each in store.list_rental(ALICE, year=2026)] == [3, 2]


def test_the_same_content_twice_is_one_invoice_whatever_came_first():
    earlier = retail("a", content_hash="same", received_at=datetime(2026, 3, 5, 8, tzinfo=UTC))
    later = retail("b", content_hash="same", received_at=datetime(2026, 3, 5, 9, tzinfo=UTC))
    for user_id, order in ((ALICE, (earlier, later)), (BOB, (later, earlier))):
        for each in order:
            store.record(replace(each, user_id=user_id))

        states = {each.invoice_id: store.invoice(user_id, each.invoice_id) for each in order}
        assert states[earlier.invoice_id].state is InvoiceState.OK
        assert states[later.invoice_id].duplicate_of == earlier.invoice_id
        assert states[later.invoice_id].duplicate_key == DuplicateKey.CONTENT
        assert {each.state for each in ledger.each(user_id)} == {
            ledger.EntryState.RECORDED,
            ledger.EntryState.DUPLICATE,
        }


def test_a_paper_without_a_date_that_comes_every_month_counts_every_month():
    kept = [
        store.record(
            retail(
                f"m{month}",
                content_hash="same",
                invoice_date=date(2026, month, 5),
                received_at=datetime(2026, month, 5, tzinfo=UTC),
            )
        )
        for month in (1, 2)
    ]
    copy = store.record(replace(retail("u", content_hash="same"), source=Source.UPLOAD))

    assert [each.state for each in kept] == [InvoiceState.OK] * 2
    assert copy.state is InvoiceState.DUPLICATE


def test_the_same_content_with_its_own_date_is_one_invoice_however_late_it_comes_again():
    store.record(retail("a", content_hash="same"))
    again = store.record(retail("b", content_hash="same", received_at=datetime(2026, 9, 1, tzinfo=UTC)))

    assert (again.state, again.duplicate_key) == (InvoiceState.DUPLICATE, DuplicateKey.CONTENT)


def test_confirmation_and_receipt_of_one_order_are_one_invoice():
    store.record(retail("a", order_number="A-17"))
    copy = store.record(
        retail("b", order_number="a17", invoice_date=date(2026, 3, 9), received_at=datetime(2026, 3, 9, tzinfo=UTC))
    )

    assert copy.state is InvoiceState.OK, "A-17 and a17 are not the same number"
    same = store.record(
        retail("c", order_number="a-17", invoice_date=date(2026, 3, 9), received_at=datetime(2026, 3, 9, tzinfo=UTC))
    )
    assert (same.state, same.duplicate_key) == (InvoiceState.DUPLICATE, DuplicateKey.NUMBER)
    assert len(store.list_retail(ALICE).items) == 2


def test_the_same_number_next_year_is_not_a_duplicate():
    store.record(retail("a", invoice_number="1001"))
    next_year = retail(
        "b", invoice_number="1001", invoice_date=date(2027, 3, 5), received_at=datetime(2027, 3, 5, tzinfo=UTC)
    )

    kept = store.record(next_year)

    assert (kept.state, kept.linked_to) == (InvoiceState.OK, None)


def test_a_subscription_that_reuses_its_number_counts_every_month():
    kept = [
        store.record(
            retail(
                f"m{month}",
                invoice_number="77",
                invoice_date=date(2026, month, 5),
                received_at=datetime(2026, month, 5, tzinfo=UTC),
            )
        )
        for month in (1, 2, 3)
    ]

    assert {each.state for each in kept} == {InvoiceState.OK}


@pytest.mark.parametrize("kind", ["credit_note", "invoice"])
def test_a_credit_note_or_corrected_invoice_is_linked_not_dropped(kind):
    first = store.record(retail("a", invoice_number="1001"))
    after = datetime(2026, 3, 20, tzinfo=UTC)

    kept = store.record(
        retail(
            "b",
            invoice_number="1001",
            kind=kind,
            total_amount=Decimal("80.00"),
            invoice_date=date(2026, 3, 20),
            received_at=after,
        )
    )

    assert (kept.state, kept.linked_to) == (InvoiceState.OK, first.invoice_id)


def test_the_person_can_say_that_it_is_not_a_duplicate():
    store.record(retail("a", content_hash="same"))
    copy = store.record(retail("b", content_hash="same", received_at=datetime(2026, 3, 6, tzinfo=UTC)))
    assert copy.state is InvoiceState.DUPLICATE

    told = store.set_state(ALICE, copy.invoice_id, expected_version=copy.version, state=InvoiceState.OK)

    assert told.state is InvoiceState.OK
    assert store.record(replace(copy, reader_version=9, corrections={}, history=())).state is InvoiceState.OK


def test_what_is_no_invoice_makes_no_doubles():
    first = store.record(retail("a", content_hash="same"))
    copy = store.record(retail("b", content_hash="same", received_at=datetime(2026, 3, 6, tzinfo=UTC)))

    store.set_state(
        ALICE,
        first.invoice_id,
        expected_version=store.invoice(ALICE, first.invoice_id).version,
        state=InvoiceState.NOT_AN_INVOICE,
    )

    assert store.invoice(ALICE, copy.invoice_id).state is InvoiceState.OK


def test_the_covering_mail_of_a_pdf_is_a_duplicate_by_mail():
    pdf = store.record(retail("a", invoice_number="5"))
    body = store.record(retail("b", invoice_number="5"), same_mail=pdf.invoice_id)

    assert (body.duplicate_of, body.duplicate_key) == (pdf.invoice_id, DuplicateKey.MAIL)
    again = store.record(replace(retail("b", invoice_number="5"), reader_version=2), same_mail=pdf.invoice_id)
    assert again.state is InvoiceState.DUPLICATE


def test_doubles_end_the_same_in_every_order_of_arrival():
    at = datetime(2026, 3, 5, tzinfo=UTC)
    mails = [
        retail("a", invoice_number="9", content_hash="x", received_at=at),
        retail("b", invoice_number="9", content_hash="y", received_at=at + timedelta(hours=1)),
        retail("c", invoice_number="8", content_hash="y", received_at=at + timedelta(hours=2)),
        retail("d", invoice_number="9", kind="credit_note", content_hash="z", received_at=at + timedelta(hours=3)),
    ]
    ends = set()
    for number, order in enumerate(permutations(mails)):
        user_id = f"user_{number}"
        for each in order:
            store.record(replace(each, user_id=user_id))
        kept = [store.invoice(user_id, each.invoice_id) for each in mails]
        ends.add(tuple((each.state, each.duplicate_of, each.duplicate_key, each.linked_to) for each in kept))

    assert len(ends) == 1


def test_deleting_a_receipt_forgets_its_rows_and_says_so_in_the_ledger():
    first = store.record(retail("a", content_hash="same"))
    copy = store.record(retail("b", content_hash="same", received_at=datetime(2026, 3, 6, tzinfo=UTC)))

    gone = store.delete_retail(ALICE, first.invoice_id)

    assert gone.total_amount == Decimal("120.50")
    with pytest.raises(NotFoundError):
        store.invoice(ALICE, first.invoice_id)
    assert store.invoice(ALICE, copy.invoice_id).state is InvoiceState.OK, "its double stands for itself now"
    assert {each.reason for each in ledger.each(ALICE) if each.state is ledger.EntryState.IGNORED} == {"deleted"}


def test_deleting_another_persons_receipt_or_rent_is_refused():
    kept, rent = store.record(retail()), store.record(rental())

    for user_id, invoice_id in ((BOB, kept.invoice_id), (ALICE, rent.invoice_id)):
        with pytest.raises(NotFoundError):
            store.delete_retail(user_id, invoice_id)


def test_what_needs_a_look_is_found_through_the_months():
    asked = [store.record(retail(f"m{n}", reasons=("total_amount",), invoice_date=date(2026, n, 5))) for n in (1, 2, 3)]
    for month in ("2026-01", "2026-02", "2026-03"):
        summaries.recompute(ALICE, month)
    store.correct(ALICE, asked[1].invoice_id, expected_version=1, changes={"total_amount": "1.00"})

    found = store.needs_look(ALICE, limit=2)

    assert [each.invoice_id for each in found.items] == [asked[2].invoice_id]
    assert found.left == 2
    store.correct(ALICE, asked[2].invoice_id, expected_version=1, changes={"total_amount": "1.00"})
    assert [each.invoice_id for each in store.needs_look(ALICE, limit=2).items] == [asked[0].invoice_id]
    assert store.needs_look(BOB).items == ()


def test_what_asks_for_a_look_goes_from_the_months_once_it_is_settled():
    asked = store.record(retail("a", reasons=("total_amount",), invoice_date=date(2021, 1, 5)))
    summaries.recompute(ALICE, "2021-01")
    before = summaries.asked(ALICE)
    store.correct(ALICE, asked.invoice_id, expected_version=1, changes={"total_amount": "1.00"})
    summaries.recompute(ALICE, "2021-01")

    assert before == summaries.Asked(1, (asked.invoice_id,))
    assert summaries.asked(ALICE) == summaries.Asked(0, ())
    assert len(list(MonthlySummary.query(ALICE))) == 1


def test_the_person_can_say_that_one_is_the_double_of_another():
    first, second = store.record(retail("a")), store.record(retail("b"))

    told = store.link(ALICE, second.invoice_id, expected_version=1, duplicate_of=first.invoice_id)
    store.record(replace(retail("b"), reader_version=2))

    found = store.invoice(ALICE, second.invoice_id)
    assert (told.state, found.state, found.duplicate_of) == (
        InvoiceState.DUPLICATE,
        InvoiceState.DUPLICATE,
        first.invoice_id,
    )


def test_the_person_can_link_two_invoices_but_only_their_own():
    mine, other = store.record(retail("a")), store.record(retail("b"))
    bobs = store.record(retail("c", user_id=BOB))

    store.link(ALICE, mine.invoice_id, expected_version=1, linked_to=other.invoice_id)
    store.record(replace(retail("a"), reader_version=2))

    assert store.invoice(ALICE, mine.invoice_id).linked_to == other.invoice_id
    with pytest.raises(NotFoundError):
        store.link(ALICE, mine.invoice_id, expected_version=3, linked_to=bobs.invoice_id)
