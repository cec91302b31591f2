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


@pytest.mark.parametrize(
    "words", ["Total this year", "Average monthly total", "Lägsta belopp att betala", "Totalt i år"]
)
def test_a_total_of_something_else_is_asked_about(words: str) -> None:
    total = read(f"<h1>Invoice</h1>{table(('Chair', '$80.00'), (words, '$30.00'))}".encode()).total_amount
    assert total is None or total.status is Status.UNSURE


def test_small_words_beside_a_total_change_nothing() -> None:
    total = read(b"<h1>Invoice</h1><p>Your total for this order: $30.00</p>").total_amount
    assert total is not None and (total.value, total.status) == (Decimal("30.00"), Status.READ)


def _charged(*rows: tuple[str, str]) -> Reading:
    lines = (("Chair", "$60.00"), ("Lamp", "$40.00"), ("Total", "$100.00"))
    return read(f"<h1>Invoice</h1>{table(*lines, *rows)}".encode())


def test_an_unnamed_amount_that_the_total_and_the_charges_below_it_make_is_the_total() -> None:
    total = _charged(("Shipping", "$7.00"), ("Sales tax", "$8.00"), ("Sum that we take", "$115.00")).total_amount
    assert total is not None and (total.value, total.status) == (Decimal("115.00"), Status.PROVED)


def test_an_amount_made_with_rows_of_unknown_meaning_is_asked_about() -> None:
    total = _charged(("Extra", "$7.00"), ("Sum that we take", "$107.00")).total_amount
    assert total is not None and total.status is Status.UNSURE


def test_a_tax_below_the_total_that_is_not_a_part_of_it_makes_it_unsure() -> None:
    total = _charged(("Sales tax", "$8.88")).total_amount
    assert total is not None and total.status is Status.UNSURE


@pytest.mark.parametrize("tax", [("VAT", "$16.67"), ("Of which VAT", "$8.88"), ("Includes VAT", "$8.88")])
def test_a_tax_below_the_total_that_is_a_part_of_it_does_not(tax: tuple[str, str]) -> None:
    total = _charged(tax).total_amount
    assert total is not None and (total.value, total.status) == (Decimal("100.00"), Status.PROVED)


@pytest.mark.parametrize(
    ("total", "tax"),
    [
        (("Total amount", "£100.00"), ("VAT", "£20.00")),
        (("Total", "€100,00"), ("TVA", "€20,00")),
        (("Total", "€100,00"), ("+ 25 % PDV", "€25,00")),
        (("Amount", "£100.00"), ("plus VAT", "£16.67")),
        (("Total charges", "$100.00"), ("Sales tax", "$8.88")),
        (("Totalbelopp", "100,00 kr"), ("Tillkommer moms", "25,00 kr")),
        (("Summa", "1 286,16 kr"), ("Varav moms", "321,54 kr")),
        (("Sum", "1,428.93"), ("VAT", "285.79")),
    ],
)
def test_a_sum_whose_tax_stands_below_it_and_whose_whole_is_nowhere_is_asked_about(
    total: tuple[str, str], tax: tuple[str, str]
) -> None:
    found = read(f'<meta charset="utf-8"><h1>Invoice</h1>{table(total, tax)}'.encode()).total_amount
    assert found is None or found.status is Status.UNSURE


@pytest.mark.parametrize(
    ("total", "tax"),
    [
        (("Totalt", "100,00 kr"), ("Moms", "20,00 kr")),
        (("Total inkl. MwSt", "CHF 100.00"), ("MwSt 8.1 %", "CHF 7.40")),
        (("Total", "€100,00"), ("PDV 25 %", "€20,00")),
        (("Total", "€104,00"), ("7 % MwSt. von 100,00", "€6,54")),
    ],
)
def test_a_tax_that_is_a_share_of_the_sum_where_it_is_paid_leaves_it_sure(
    total: tuple[str, str], tax: tuple[str, str]
) -> None:
    found = read(f'<meta charset="utf-8"><h1>Invoice</h1>{table(total, tax)}'.encode()).total_amount
    assert found is not None and found.status is not Status.UNSURE


@pytest.mark.parametrize(
    "columns",
    [
        (("Gesamt", "1.871,26"), ("zzgl. MwSt", "355,54"), ("Ihr Preis", "2.226,80")),
        (("Varor", "229,14"), ("Totalt i år", "547,33"), ("Moms", "34,11")),
    ],
)
def test_words_in_a_row_above_their_amounts_are_weighed_like_words_beside_them(
    columns: tuple[tuple[str, str], ...],
) -> None:
    rows = table(tuple(words for words, _ in columns), tuple(amount for _, amount in columns))
    found = read(f'<meta charset="utf-8"><h1>Invoice</h1>{rows}'.encode()).total_amount
    assert found is None or found.value == Decimal("2226.80") or found.status is Status.UNSURE


def test_a_balance_that_holds_an_older_debt_is_not_the_total() -> None:
    total = _charged(("Previous balance", "$20.00"), ("Balance due", "$120.00")).total_amount
    assert total is not None and total.value == Decimal("100.00")


def test_of_a_row_with_several_sums_none_is_surely_the_total() -> None:
    head = ("Service", "Charges", "Paid by insurer", "Yours")
    rows = [("Visit", "$240.00", "-$200.00", "$40.00"), ("Test", "$310.00", "-$270.00", "$40.00")]
    page = table(head, *rows, ("Totals", "$550.00", "-$470.00", "$80.00"))
    total = read(f"<h1>Invoice</h1>{page}".encode()).total_amount
    assert total is None or total.value == Decimal("80.00") or total.status is Status.UNSURE


@pytest.mark.parametrize(
    ("title", "rows", "status"),
    [
        ("Receipt", [("Amount paid", "$30.00")], Status.READ),
        ("Receipt", [("Amount paid", "$30.00"), ("Later at the desk", "$12.00")], Status.UNSURE),
        ("Receipt", [("Amount paid", "$30.00"), ("The balance is paid at the desk", "")], Status.UNSURE),
        ("Receipt", [("First half, amount paid", "$30.00")], Status.UNSURE),
        ("Invoice", [("Amount paid", "$30.00")], Status.UNSURE),
    ],
)
def test_what_a_receipt_says_was_paid_is_the_total_where_it_states_nothing_else(
    title: str, rows: list[tuple[str, str]], status: Status
) -> None:
    total = read(f"<h1>{title}</h1>{table(*rows)}".encode()).total_amount
    assert total is not None and (total.value, total.status) == (Decimal("30.00"), status)


@pytest.mark.parametrize("order", [1, -1])
def test_one_row_of_a_table_by_tax_rate_is_not_surely_the_total(order: int) -> None:
    rates = [("25 %", "100.00", "25.00", "125.00"), ("12 %", "50.00", "6.00", "56.00")][::order]
    rows = table(("Rate", "Net", "VAT", "Total"), *rates)
    total = read(f"<h1>Invoice</h1>{rows}".encode()).total_amount
    assert total is None or total.status is Status.UNSURE
    whole = read(f"<h1>Invoice</h1>{rows}{table(('To pay', '181.00'))}".encode()).total_amount
    assert whole is not None and (whole.value, whole.status) == (Decimal("181.00"), Status.PROVED)


@pytest.mark.parametrize(
    "rows",
    [
        (("Goods", "$40.00"), ("Soup", "$3.00"), ("Sum", "$43.00"), ("Postage", "$3.50")),
        (("Pasta", "$40.00"), ("Wine", "$9.30"), ("Total", "$49.30"), ("Tip", "$5.00")),
        (("Check-up", "$115.00"), ("X-ray", "$16.00"), ("Total", "$131.00"), ("Covered by your plan", "-$30.00")),
        (("Trip fare", "$21.40"), ("Subtotal", "$21.40"), ("Booking fee", "$2.75")),
        (("Rate", "Base", "Due on it"), ("4 %", "9.67", "0.39"), ("10 %", "8.14", "0.81"), ("TOTAL", "17.81", "1.20")),
    ],
)
def test_a_sum_that_something_goes_on_below_or_beside_is_asked_about(rows: tuple[tuple[str, ...], ...]) -> None:
    total = read(f"<h1>Receipt</h1>{table(*rows)}".encode()).total_amount
    assert total is None or total.status is Status.UNSURE


@pytest.mark.parametrize(
    "after", [(("Suggested tip 15 %", "$7.40"), ("Suggested tip 20 %", "$9.86")), (("Paid by card", "-$49.30"),)]
)
def test_tips_that_are_proposed_and_its_own_payment_leave_a_total_sure(after: tuple[tuple[str, str], ...]) -> None:
    rows = table(("Pasta", "$40.00"), ("Wine", "$9.30"), ("Total", "$49.30"), *after)
    total = read(f"<h1>Receipt</h1>{rows}".encode()).total_amount
    assert total is not None and (total.value, total.status) == (Decimal("49.30"), Status.PROVED)


def test_a_sum_that_is_taken_off_as_paid_and_leaves_nothing_is_proved() -> None:
    words, paid, left = ("Splendid total", "$93.00"), ("Received", "-$93.00"), ("Balance due", "$0.00")
    alone = read(f"<h1>Invoice</h1>{table(words)}".encode()).total_amount
    assert alone is not None and alone.status is Status.UNSURE
    settled = read(f"<h1>Invoice</h1>{table(words, paid, left)}".encode()).total_amount
    assert settled is not None and (settled.value, settled.status) == (Decimal("93.00"), Status.PROVED)


def test_a_total_that_a_gift_card_pays_in_part_is_the_total() -> None:
    reading = _charged(("Paid with gift card", "-$70.00"), ("Paid with card", "$30.00"))
    assert reading.total_amount is not None and reading.total_amount.value == Decimal("100.00")
    assert reading.discount is None


@pytest.mark.parametrize("left", ["Left for you", "Supplement"])
def test_what_is_left_when_advances_are_taken_off_is_not_surely_the_total(left: str) -> None:
    total = _charged(("Less advances", "-$90.00"), (left, "$10.00")).total_amount
    assert total is not None and (total.value == Decimal("100.00") or total.status is Status.UNSURE)


def test_a_row_of_sums_whose_last_one_is_stated_alone_as_what_is_to_pay_is_sure() -> None:
    head, lines = ("Item", "Qty", "Worth", "Tax", "With tax"), [("Pot", "4", "97.56", "22.44", "120.00")]
    lines += [("Seed", "2", "37.04", "2.96", "40.00"), ("Total", "", "134.60", "25.40", "160.00")]
    found = read(f"<h1>Invoice</h1>{table(head, *lines)}<p>Amount due: £160.00</p>".encode()).total_amount
    assert found is not None and (found.value, found.status) == (Decimal("160.00"), Status.PROVED)


@pytest.mark.parametrize(("to_pay", "status"), [("9 567", Status.PROVED), ("9 568", Status.UNSURE)])
def test_numbers_without_cents_or_currency_are_money_where_what_is_to_pay_sums_them_up(
    to_pay: str, status: Status
) -> None:
    rows = table(("Car", "5 412"), ("Home", "1 983"), ("Rebate", "-740"), ("Boat", "2 912"), ("Amount due", to_pay))
    reading = read(f"<h1>Invoice</h1><p>SEK</p>{rows}".encode())
    assert reading.total_amount is not None and reading.total_amount.status is status
    assert len(reading.line_items) == (4 if status is Status.PROVED else 0)


def test_a_deposit_that_is_given_back_is_no_part_of_the_total() -> None:
    rows = table(("Trailer, a day", "€32.00"), ("Cover", "€4.90"), ("Refundable deposit", "€100.00"))
    sums = table(("Rental total", "€36.90"), ("Held on card", "€136.90"))
    total = read(f'<meta charset="utf-8"><h1>Receipt</h1>{rows}{sums}'.encode()).total_amount
    assert total is not None and (total.value == Decimal("36.90") or total.status is Status.UNSURE)


@pytest.mark.parametrize("said", ["Total: GBP 7.70 (inc. VAT GBP 1.28)", "Total EUR 7.70", "Total: 7.70 SEK"])
def test_a_label_that_ends_with_the_currency_of_its_amount_names_it(said: str) -> None:
    rows = "<p>Parking: 7.50</p><p>Reminder: 0.20</p>"
    total = read(f"<h1>Receipt</h1>{rows}<p>{said}</p>".encode()).total_amount
    assert total is not None and (total.value, total.status) == (Decimal("7.70"), Status.PROVED)


def test_a_payment_of_the_total_below_a_table_is_a_payment_and_settles_that_its_tax_is_in_it() -> None:
    rows = [("Room", "3", "145.00", "435.00"), ("Visitor's tax", "6", "2.80", "16.80"), ("Total", "", "", "451.80")]
    tax = ("VAT 10%", "", "", "40.20")
    head = ("Item", "Qty", "Price", "Amount EUR")
    open_ = read(f"<h1>Invoice</h1>{table(head, *rows, tax)}".encode()).total_amount
    paid = read(f"<h1>Invoice</h1>{table(head, *rows, tax, ('Paid in cash', '', '', '451.80'))}".encode())
    assert open_ is not None and open_.status is Status.UNSURE
    assert paid.total_amount is not None and paid.total_amount.status is Status.PROVED
    assert len(paid.line_items) == 2
