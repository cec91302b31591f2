"""A page whose true total is gone: another amount may be read, but the person is asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from invoices.parsing import read
from invoices.parsing.result import Reading, Status
from paypulse.core.categories import SubType
from paypulse.sandbox.documents.receipts import Design, Item, ReceiptFacts, receipt_html
from tests.unit.parsing.papers import table


def _receipt(*, lost: bool, then: tuple[str, str]) -> Reading:
    """Two lamps for 40.00 each, the line of their total left out where it is `lost`, and another line at the end."""
    facts = ReceiptFacts(
        vendor="Lantern & Co",
        sub_type=SubType.MISCELLANEOUS,
        invoice_date=date(2026, 3, 5),
        items=(Item(name="Lamp", price=Decimal("40.00")), Item(name="Shade", price=Decimal("40.00"))),
        language="en",
        currency="USD",
    )
    page = receipt_html(facts, Design.TABLE)
    rows = page.replace("<tr>", "\n<tr>").split("\n")
    kept = [row if not (lost and "80.00" in row) else row[row.index("</tr>") + 5 :] for row in rows]
    return read("".join(kept).replace("</body>", table(then) + "</body>").encode())


@pytest.mark.parametrize("then", [("Amount due", "$30.00"), ("Total", "$30.00"), ("Amount paid", "-$80.50")])
def test_an_amount_that_the_lines_contradict_is_asked_about(then: tuple[str, str]) -> None:
    total = _receipt(lost=True, then=then).total_amount
    assert total is None or total.status is Status.UNSURE


def test_the_receipt_with_its_total_is_sure() -> None:
    total = _receipt(lost=False, then=("Amount due", "$80.00")).total_amount
    assert total is not None and total.value == Decimal("80.00") and total.status is not Status.UNSURE


@pytest.mark.parametrize("words", ["Balance due", "Amount paid"])
def test_what_is_due_or_paid_is_not_surely_the_total(words: str) -> None:
    total = read(f"<h1>Invoice</h1>{table((words, '$30.00'))}".encode()).total_amount
    assert total is not None and (total.value, total.status) == (Decimal("30.00"), Status.UNSURE)
