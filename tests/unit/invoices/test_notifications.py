"""What a person is told of a change: decided from the rows alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.user import User
from invoices import notifications
from invoices.invoice import Correction, Invoice, InvoiceState, Line
from invoices.notifications import NoticeKind, due_soon, for_change
from invoices.telling import letter
from tests.feature.invoices.making import ALICE, rental, retail

TODAY = date(2026, 3, 6)


def told(old: Invoice | None, new: Invoice | None, *earlier: Invoice) -> list[NoticeKind]:
    return [NoticeKind(each.kind) for each in for_change(old, new, today=TODAY, earlier=earlier)]


def test_new_rent_is_told_with_what_changed_line_by_line():
    before = rental(
        "a",
        due_date=date(2026, 2, 27),
        total_amount=Decimal("9776.00"),
        line_items=(Line(description="Hyra", total_price=Decimal("9776.00"), component="base_rent"),),
    )

    [notice] = for_change(None, rental("b"), today=TODAY, earlier=(before, rental("b")))

    assert (notice.kind, notice.data["amount"], notice.data["due"]) == (NoticeKind.NEW_RENT, "9876.00", "2026-03-31")
    assert (notice.data["before"], notice.data["changes"]) == ("9776.00", [["base_rent", "9776.00", "9876.00"]])


def test_an_unsure_amount_is_never_told_but_asked_about():
    unsure = rental(state=InvoiceState.NEEDS_LOOK, reasons=("total_amount",))

    [asked] = for_change(None, unsure, today=TODAY)

    assert asked.kind == NoticeKind.NEEDS_LOOK
    assert "amount" not in asked.data


def test_rent_that_a_newer_reader_understood_is_told():
    unsure = rental(state=InvoiceState.NEEDS_LOOK)

    assert told(unsure, rental()) == [NoticeKind.NEW_RENT]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rental(), rental(version=2)),
        (rental(), None),
        (None, rental(state=InvoiceState.DUPLICATE)),
        (None, rental(due_date=date(2026, 3, 5))),
        (None, retail()),
        (
            rental(state=InvoiceState.NEEDS_LOOK),
            rental(corrections={"total_amount": Correction(value="1", at=datetime(2026, 3, 6, tzinfo=UTC), was=None)}),
        ),
        (rental(state=InvoiceState.DUPLICATE), rental()),
    ],
    ids=["unchanged", "deleted", "duplicate", "long due", "retail", "by hand", "overtaken"],
)
def test_nothing_is_told_of(old: Invoice | None, new: Invoice | None):
    assert told(old, new) == []


def test_two_copies_of_one_notice_are_one_thing_to_tell():
    keys = {for_change(None, rental(message), today=TODAY)[0].notice_id for message in ("a", "b")}

    assert len(keys) == 1


def test_rent_is_due_soon_within_the_days_asked_for():
    rents = [rental(str(day), due_date=date(2026, 3, day)) for day in (5, 6, 9, 10)]

    found = due_soon(rents, today=TODAY, days=3)

    assert [each.data["due"] for each in found] == ["2026-03-06", "2026-03-09"]


@pytest.mark.parametrize(("language", "word"), [("sv", "Ny hyra"), ("en", "New rent"), ("de", "New rent")])
def test_a_letter_speaks_the_persons_language(language: str, word: str):
    [notice] = for_change(
        None, rental(), today=TODAY, earlier=(rental("x", due_date=date(2026, 2, 27), total_amount=Decimal("9000.00")),)
    )
    user = User(
        user_id=ALICE, email="alice@example.com", name="Alice", created_at=datetime(2026, 1, 1, tzinfo=UTC), is_active=True,
        is_staff=False, is_superuser=False, permissions=(), session_version=1, language=language, time_zone="Europe/Stockholm",
        home_currency=None, preferences={}, shares_samples=False, last_retail_invoice_fetch=None,
    )  # fmt: skip

    subject, text = letter(user, notice)

    assert word in subject and "9876.00" in text and f"/invoices/{notice.invoice_id}/" in text


def test_every_kind_has_words_in_every_language():
    from invoices.telling import _WORDS

    for words in _WORDS.values():
        assert {str(kind) for kind in NoticeKind} | {f"{kind}-text" for kind in NoticeKind} <= set(words)


def test_a_digest_is_one_a_week_and_none_without_questions():
    monday, sunday, after = date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 9)
    keys = [notifications.digest(ALICE, asks=3, today=day)[0].key for day in (monday, sunday, after)]

    assert keys[0] == keys[1] != keys[2]
    assert notifications.digest(ALICE, asks=0, today=monday) == ()
