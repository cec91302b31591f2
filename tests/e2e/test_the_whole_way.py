"""From a mail in Gmail to the page, the letter and the archive, on the running sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from invoices.parsing.fields.references import bankgiro, luhn_digit, ocr_with_check
from invoices.parsing.rental import RentPart
from invoices.parsing.result import Kind
from paypulse.core.categories import SubType
from paypulse.sandbox.documents.mail import Attachment, Envelope, mail
from paypulse.sandbox.documents.receipts import Item, ReceiptFacts, receipt_html, receipt_pdf
from paypulse.sandbox.documents.rent import RentFacts, RentLine, rent_notice
from paypulse.sandbox.redelivery import inserted, object_created
from tests.e2e.running import Running, eventually

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(400), pytest.mark.xdist_group("sandbox")]

INVOICE_TABLES = ("RetailInvoices", "RentalInvoices")


def receipt(total: str, *, number: str) -> ReceiptFacts:
    return ReceiptFacts(
        vendor="Elgiganten",
        sub_type=SubType.TECHNOLOGY,
        kind=Kind.RECEIPT,
        invoice_date=date.today(),
        items=(Item(name="Skrivbordslampa", price=Decimal(total)),),
        order_number=number,
        tax=(Decimal(total) / 5).quantize(Decimal("0.01")),
    )


def receipt_mail(total: str, *, number: str) -> bytes:
    envelope = Envelope(
        sender="Elgiganten <noreply@elgiganten.se>",
        subject=f"Orderbekräftelse {number}",
        sent=datetime.now(UTC) - timedelta(minutes=1),
    )
    return mail(envelope, html=receipt_html(receipt(total, number=number)))


def rent() -> RentFacts:
    """The notice of a rent that is due at the end of the month after next, so that none of the demo's is like it."""
    start = (date.today().replace(day=1) + timedelta(days=64)).replace(day=1)
    return RentFacts(
        landlord="Wallenstam",
        tenant="Alice Andersson",
        invoice_number="77120417",
        invoice_date=date.today(),
        due_date=start + timedelta(days=27),
        period_start=start,
        period_end=start + timedelta(days=27),
        lines=(
            RentLine(RentPart.BASE_RENT, "Hyra", Decimal("9111.00")),
            RentLine(RentPart.COLD_WATER, "Kallvatten", Decimal("88.50")),
        ),
        ocr_number=ocr_with_check("7712041700"),
        bankgiro=bankgiro("505010" + luhn_digit("505010")),
    )


def rent_mail(facts: RentFacts) -> bytes:
    envelope = Envelope(
        sender="Wallenstam <kundservice@wallenstam.se>",
        subject="Din hyresavi",
        sent=datetime.now(UTC) - timedelta(minutes=1),
    )
    return mail(
        envelope, text="Hej! Här kommer din hyresavi.", attachments=[Attachment("Hyresavi.pdf", rent_notice(facts))]
    )


def sync_now(sandbox: Running) -> None:
    visitor = sandbox.alice()
    visitor.send(visitor.open("/"), "/sync/")


def with_total(rows: list[dict[str, Any]], total: str) -> list[dict[str, Any]]:
    return [row for row in rows if Decimal(row.get("total_amount", {}).get("N", "0")) == Decimal(total)]


def everything(sandbox: Running) -> Mapping[str, Any]:
    """All that an event delivered twice could double: rows, the ledger, what a person was told of, originals."""
    found = {
        table: sorted(_plain(row) for row in sandbox.rows(table))
        for table in (*INVOICE_TABLES, "MessageLedger", "Notices")
    }
    return {**found, "originals": sorted(sandbox.keys())}


def _plain(row: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in row.items() if name != "updated_at"}, sort_keys=True)


def test_the_demo_mailbox_is_on_the_page(sandbox: Running) -> None:
    page = sandbox.alice().open("/invoices/")
    assert "Zalando" in page.text
    assert len(sandbox.rows("RetailInvoices")) >= 60
    assert len(sandbox.rows("RentalInvoices")) == 12


def test_every_retail_category_has_its_invoices_and_their_details(sandbox: Running) -> None:
    found = {row["sub_type"]["S"] for row in sandbox.rows("RetailInvoices")}
    assert found == {str(each) for each in SubType}


def test_a_new_mail_is_on_the_page_after_sync_now(sandbox: Running) -> None:
    sandbox.deliver(receipt_mail("1234.50", number="900001"))
    sync_now(sandbox)
    row = eventually(lambda: with_total(sandbox.rows("RetailInvoices"), "1234.50"))[0]
    page = sandbox.alice().open(f"/invoices/{row['InvoiceID']['S']}/")
    assert "Elgiganten" in page.text
    assert "234.50" in page.text or "234,50" in page.text


def told_alice(sandbox: Running, amount: str) -> list[dict[str, Any]]:
    letters = [each for each in sandbox.letters() if each["To"] == ["alice@example.com"]]
    return [each for each in letters if amount in each["BodyText"].replace(",", "")]


def test_new_rent_is_told_once_with_amount_and_due_date(sandbox: Running) -> None:
    facts = rent()
    sandbox.deliver(rent_mail(facts))
    sync_now(sandbox)
    eventually(lambda: with_total(sandbox.rows("RentalInvoices"), "9199.50"))
    told = eventually(lambda: told_alice(sandbox, "9199.50"))
    assert len(told) == 1
    assert facts.due_date.isoformat() in told[0]["BodyText"]


def tell(sandbox: Running, function: str, event: Mapping[str, Any]) -> None:
    answer = sandbox.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_the_same_events_again_change_nothing(sandbox: Running) -> None:
    before, letters = everything(sandbox), len(sandbox.letters())
    for key in sandbox.keys()[::6]:
        tell(sandbox, "parse_invoice" if key.endswith(".pdf") else "parse_retail_invoice", object_created(key))
    for function, table in (
        ("send_invoice_notification", "RentalInvoices"),
        ("keep_summaries", "RentalInvoices"),
        ("keep_summaries", "RetailInvoices"),
    ):
        tell(sandbox, function, inserted(table, sandbox.rows(table)[:25]))
    sync_now(sandbox)
    eventually(lambda: all(job["state"]["S"] in ("done", "failed") for job in sandbox.rows("Jobs")))
    assert everything(sandbox) == before
    assert len(sandbox.letters()) == letters


@pytest.mark.parametrize(
    "name",
    ["receipt.pdf", "receipt.html", "receipt.eml", "rent.pdf", "empty.pdf", "noise.pdf", "letter.html", "cut.pdf"],
)
def test_an_upload_ends_as_an_invoice_or_needs_a_look(sandbox: Running, name: str) -> None:
    facts = receipt("321.00", number="900002")
    samples = {
        "receipt.pdf": receipt_pdf(facts),
        "receipt.html": receipt_html(facts).encode(),
        "receipt.eml": receipt_mail("322.00", number="900003"),
        "rent.pdf": rent_notice(rent()),
        "empty.pdf": b"%PDF-1.7\n%%EOF",
        "noise.pdf": bytes(range(256)) * 40,
        "letter.html": "<p>Hej! Vi ses på fredag.</p>".encode(),
        "cut.pdf": receipt_pdf(facts)[:900],
    }
    known = _ids(sandbox)
    visitor = sandbox.alice()
    page = visitor.send(visitor.open("/upload/"), "/upload/", files=[("documents", (name, samples[name]))])
    assert page.answer.status_code == 200
    new = eventually(lambda: _ids(sandbox) - known)
    assert visitor.open(f"/invoices/{new.pop()}/").answer.status_code == 200


def _ids(sandbox: Running) -> set[str]:
    return {row["InvoiceID"]["S"] for table in INVOICE_TABLES for row in sandbox.rows(table)}


def test_stopping_and_starting_loses_nothing_and_doubles_nothing(sandbox: Running) -> None:
    before = everything(sandbox)
    assert sandbox.stop() == 0
    sandbox.start()
    assert everything(sandbox) == before
    assert sandbox.letters() == []
    assert "Zalando" in sandbox.alice().open("/invoices/").text


def test_a_crash_loses_nothing_and_doubles_nothing(sandbox: Running) -> None:
    before = everything(sandbox)
    sandbox.deliver(receipt_mail("777.25", number="900009"))
    sync_now(sandbox)
    sandbox.crash()
    sandbox.start()
    found = eventually(lambda: with_total(sandbox.rows("RetailInvoices"), "777.25"), within=180)
    assert len(found) == 1
    after = everything(sandbox)
    assert set(before["originals"]) < set(after["originals"])
    assert len(after["RetailInvoices"]) == len(before["RetailInvoices"]) + 1
    assert after["RentalInvoices"] == before["RentalInvoices"]
    assert after["Notices"] == before["Notices"]
