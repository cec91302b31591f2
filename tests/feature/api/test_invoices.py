"""Invoices over the published routes: lists, counts, one, corrections, removal, originals."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import boto3
import pytest

from accounts import personal_tokens, tokens
from accounts.claims import Scope
from accounts.user import User
from invoices import store, summaries
from invoices.invoice import Invoice, InvoiceState, Line
from invoices.rows import to_row
from invoices.tables import RetailInvoice
from paypulse.core import clock
from paypulse.core.categories import SubType
from paypulse.core.config import config
from tests.counting import dynamodb_calls
from tests.feature.api.conftest import Client
from tests.feature.invoices import making


@pytest.fixture
def rent(alice: User) -> Invoice:
    lines = (
        Line(description="Hyra", total_price=Decimal("8000.00"), component="base_rent"),
        Line(description="El", total_price=Decimal("312.40"), component="electricity"),
        Line(description="El, justering", total_price=Decimal("-12.40"), component="electricity"),
    )
    return store.record(making.rental(user_id=alice.user_id, ocr_number="1234567897", line_items=lines))


@pytest.fixture
def receipts(alice: User) -> list[Invoice]:
    made = [
        making.retail("m1", user_id=alice.user_id, invoice_date=date(2026, 3, 5)),
        making.retail("m2", user_id=alice.user_id, invoice_date=date(2025, 7, 1), total_amount=Decimal("80")),
        making.retail("m3", user_id=alice.user_id, sub_type=SubType.TRAVEL, invoice_date=date(2026, 1, 9)),
    ]
    return [store.record(each) for each in made]


def test_rent_comes_by_year_under_the_published_names(as_alice: Client, rent: Invoice) -> None:
    reply = as_alice("GET", "/v1/invoices/rental")

    assert reply.data["invoiceCount"] == 1
    row = reply.data["invoices"]["2026"][0]
    expected = {
        "InvoiceID": rent.invoice_id,
        "UserID": rent.user_id,
        "Due Date": "31-03-2026",
        "due_date_month": "3",
        "due_date_year": "2026",
        "Total Amount": 9876.00,
        "OCR": "1234567897",
        "Hyra": 8000.00,
        "El": 300.00,
        "Kallvatten": None,
        "Varmvatten": None,
    }
    assert {name: row[name] for name in expected} == expected
    assert row["Filename"].endswith(".pdf")


def test_a_person_without_rent_gets_null(as_alice: Client) -> None:
    reply = as_alice("GET", "/v1/invoices/rental")

    assert (reply.status, reply.data) == (200, None)


def test_rent_can_be_narrowed_to_a_year_or_to_days(as_alice: Client, rent: Invoice) -> None:
    assert as_alice("GET", "/v1/invoices/rental?year=2025").data is None
    assert as_alice("GET", "/v1/invoices/rental?from=2026-03-31&to=2026-03-31").data["invoiceCount"] == 1
    assert as_alice("GET", "/v1/invoices/rental?from=2026-04-01").data is None


def test_receipts_come_by_category_or_for_one_by_year(as_alice: Client, receipts: list[Invoice]) -> None:
    everything = as_alice("GET", "/v1/invoices/retail").data
    groceries = as_alice("GET", "/v1/invoices/retail?subtype=grocery").data

    assert {name: len(rows) for name, rows in everything["invoices"].items()} == {"grocery": 2, "travel": 1}
    assert {year: len(rows) for year, rows in groceries["invoices"].items()} == {"2026": 1, "2025": 1}
    row = groceries["invoices"]["2025"][0]
    assert (row["invoice_date"], row["total_amount"], row["currency"]) == ("2025-07-01", 80, "SEK")


def test_a_long_list_is_paged_to_its_end(as_alice: Client, receipts: list[Invoice]) -> None:
    seen: list[str] = []
    address = "/v1/invoices/retail?limit=2"
    while address:
        data = as_alice("GET", address).data
        seen += [row["InvoiceID"] for rows in data["invoices"].values() for row in rows]
        address = f"/v1/invoices/retail?limit=2&cursor={data['cursor']}" if "cursor" in data else ""

    assert sorted(seen) == sorted(each.invoice_id for each in receipts)


def test_rent_is_paged_as_well(alice: User, as_alice: Client) -> None:
    days = [date(2025, month, 28) for month in range(1, 8)] + [date(2025, 7, 28)]
    kept = [
        store.record(making.rental(f"r{n}", user_id=alice.user_id, due_date=day)).invoice_id
        for n, day in enumerate(days)
    ]
    seen: list[str] = []
    address = "/v1/invoices/rental?limit=3"
    while address:
        data = as_alice("GET", address).data
        seen += [row["InvoiceID"] for rows in data["invoices"].values() for row in rows]
        assert data["invoiceCount"] <= 3
        address = f"/v1/invoices/rental?limit=3&cursor={data['cursor']}" if "cursor" in data else ""

    assert len(seen) == len(kept) and set(seen) == set(kept)


def test_a_client_that_knows_of_no_pages_gets_everything(alice: User, as_alice: Client) -> None:
    made = [making.retail(f"m{n}", user_id=alice.user_id) for n in range(520)]
    with RetailInvoice.batch_write() as batch:
        for each in made:
            batch.save(to_row(each))
    data = as_alice("GET", "/v1/invoices/retail").data

    assert (data["invoiceCount"], "cursor" in data) == (520, False)


@pytest.mark.parametrize("query", ["subtype=yachts", "limit=0", "limit=many", "from=2026-02-30", "to=null"])
def test_a_query_that_does_not_fit_is_refused(as_alice: Client, receipts: list[Invoice], query: str) -> None:
    reply = as_alice("GET", f"/v1/invoices/retail?{query}")

    assert (reply.status, reply.code) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("kind", ["rental", "retail"])
def test_a_range_that_ends_before_it_begins_says_so(as_alice: Client, rent: Invoice, kind: str) -> None:
    reply = as_alice("GET", f"/v1/invoices/{kind}?from=2026-03-02&to=2026-03-01")

    assert (reply.status, reply.code) == (422, "INVALID_REQUEST")


def test_a_year_has_four_digits_whatever_it_is(as_alice: Client, rent: Invoice) -> None:
    change = {"version": rent.version, "due_date": "0987-06-05"}
    row = as_alice("PATCH", f"/v1/invoices/rental/{rent.invoice_id}", change).data

    assert (row["Due Date"], row["due_date_year"]) == ("05-06-0987", "0987")
    assert list(as_alice("GET", "/v1/invoices/rental").data["invoices"]) == ["0987"]


def test_a_cursor_of_no_list_is_refused(as_alice: Client, receipts: list[Invoice]) -> None:
    assert as_alice("GET", "/v1/invoices/retail?cursor=nonsense").status == 422


def test_one_receipt_has_its_details_under_both_addresses(as_alice: Client, receipts: list[Invoice]) -> None:
    invoice_id = receipts[0].invoice_id
    by_path = as_alice("GET", f"/v1/invoices/retail/{invoice_id}").data
    by_query = as_alice("GET", f"/v1/invoices/retail?invoice-id={invoice_id}").data

    assert by_path == by_query
    details = by_path["invoiceDetails"]
    assert details["line_items"][0]["description"] == "Bröd"
    assert details["statuses"]["total_amount"] == "read"


def test_a_strangers_invoice_is_not_there(as_bob: Client, rent: Invoice, receipts: list[Invoice]) -> None:
    addresses = [
        ("GET", f"/v1/invoices/rental/{rent.invoice_id}"),
        ("GET", f"/v1/invoices/rental/{rent.invoice_id}/original"),
        ("GET", f"/v1/invoices/retail/{receipts[0].invoice_id}"),
        ("GET", f"/v1/invoices/retail?invoice-id={receipts[0].invoice_id}"),
        ("DELETE", f"/v1/invoices/retail/{receipts[0].invoice_id}"),
    ]
    assert [as_bob(method, address).status for method, address in addresses] == [404] * len(addresses)
    patched = as_bob("PATCH", f"/v1/invoices/retail/{receipts[0].invoice_id}", {"version": 1, "currency": "EUR"})
    assert patched.status == 404


def test_a_correction_counts_from_then_on_and_a_late_one_is_refused(as_alice: Client, receipts: list[Invoice]) -> None:
    address = f"/v1/invoices/retail/{receipts[0].invoice_id}"
    change: dict[str, Any] = {"version": receipts[0].version, "total_amount": "99.90", "paid_on": "2026-03-06"}
    corrected = as_alice("PATCH", address, change)
    late = as_alice("PATCH", address, change)

    details = corrected.data["invoiceDetails"]
    assert (details["total_amount"], details["paid_on"]) == (99.90, "2026-03-06")
    assert (late.status, as_alice("GET", address).data["invoiceDetails"]["total_amount"]) == (409, 99.90)


def test_rent_is_corrected_by_the_version_its_row_shows(as_alice: Client, rent: Invoice) -> None:
    [row] = as_alice("GET", "/v1/invoices/rental").data["invoices"]["2026"]
    change = {"version": row["version"], "due_date": "2026-04-30", "ocr_number": "1234567897", "paid_on": "2026-04-01"}
    address = f"/v1/invoices/rental/{row['InvoiceID']}"
    corrected = as_alice("PATCH", address, change).data

    assert (corrected["Due Date"], corrected["paid_on"], corrected["version"]) == (
        "30-04-2026",
        "2026-04-01",
        row["version"] + 1,
    )
    assert as_alice("PATCH", address, {**change, "paid_on": None}).status == 409
    assert as_alice("GET", address).data["paid_on"] == "2026-04-01"


def test_a_receipt_moves_to_another_category(as_alice: Client, receipts: list[Invoice]) -> None:
    address = f"/v1/invoices/retail/{receipts[0].invoice_id}"
    moved = as_alice("PATCH", address, {"version": receipts[0].version, "sub_type": "clothing", "tax": 10.25}).data

    assert (moved["invoiceDetails"]["sub_type"], moved["invoiceDetails"]["tax"]) == ("clothing", 10.25)
    assert set(as_alice("GET", "/v1/invoices/retail").data["invoices"]) == {"grocery", "travel", "clothing"}
    assert as_alice("GET", address).data == moved


def test_a_change_of_nothing_still_needs_the_version_that_is(as_alice: Client, receipts: list[Invoice]) -> None:
    address = f"/v1/invoices/retail/{receipts[0].invoice_id}"

    assert as_alice("PATCH", address, {"version": receipts[0].version}).status == 200
    assert as_alice("PATCH", address, {"version": receipts[0].version + 1}).status == 409


def test_a_removed_receipt_is_told_and_gone(as_alice: Client, receipts: list[Invoice]) -> None:
    address = f"/v1/invoices/retail/{receipts[1].invoice_id}"
    reply = as_alice("DELETE", address)

    assert reply.data["deleted_invoice"] == {
        "invoice_id": receipts[1].invoice_id,
        "vendor_name": "Nordkorg",
        "sub_type": "grocery",
        "invoice_date": "2025-07-01",
        "total_amount": 80,
        "currency": "SEK",
    }
    assert as_alice("GET", address).status == 404


def test_what_a_client_has_already_is_not_sent_again(as_alice: Client, receipts: list[Invoice]) -> None:
    first = as_alice("GET", "/v1/invoices/retail")
    again = as_alice("GET", "/v1/invoices/retail", if_none_match=first.headers["etag"])

    weak = as_alice("GET", "/v1/invoices/retail", if_none_match=f'"other", W/{first.headers["etag"]}')
    anything = as_alice("GET", "/v1/invoices/retail", if_none_match="*")
    other = as_alice("GET", "/v1/invoices/retail", if_none_match='"other"')

    assert [each.status for each in (again, weak, anything, other)] == [304, 304, 304, 200]
    assert (again.body, again.headers["etag"]) == (None, first.headers["etag"])


def test_an_original_is_reached_by_a_link_that_runs_out(as_alice: Client, receipts: list[Invoice]) -> None:
    assert as_alice("GET", f"/v1/invoices/retail/{receipts[0].invoice_id}/original").status == 404
    boto3.client("s3").put_object(Bucket=config().invoices_bucket, Key=receipts[0].s3_path, Body=b"<p>Kvitto</p>")
    data = as_alice("GET", f"/v1/invoices/retail/{receipts[0].invoice_id}/original").data

    assert data["url"].startswith("https://")
    assert (data["content_type"], data["expires_in"]) == ("text/html", 300)


@pytest.mark.parametrize("address", ["/v1/invoices/retail", "/v1/invoices/retail?counts=true", "/v1/invoices/rental"])
def test_a_list_costs_two_calls(as_alice: Client, rent: Invoice, receipts: list[Invoice], address: str) -> None:
    with dynamodb_calls() as calls:
        assert as_alice("GET", address).status == 200

    assert calls == {"GetItem": 1, "Query": 1}


def test_a_personal_token_costs_no_call_more(
    alice: User, as_alice: Client, rent: Invoice, receipts: list[Invoice]
) -> None:
    script = Client(personal_tokens.make(alice.user_id, name="script", scopes=(Scope.READ,)))
    script("GET", "/v1/user/me")
    for address in ("/v1/invoices/retail", f"/v1/invoices/rental/{rent.invoice_id}"):
        with dynamodb_calls() as calls:
            assert script("GET", address).status == 200
        assert calls.total() == 2


def test_one_invoice_costs_two_calls(as_alice: Client, rent: Invoice, receipts: list[Invoice]) -> None:
    for address in (f"/v1/invoices/rental/{rent.invoice_id}", f"/v1/invoices/retail/{receipts[0].invoice_id}"):
        with dynamodb_calls() as calls:
            assert as_alice("GET", address).status == 200
        assert calls == {"GetItem": 1, "BatchGetItem": 1}


@pytest.mark.parametrize(
    "amount", [1e60, -1e300, "1e-50", "NaN", "Infinity", "0.00000000000000000000000000000000000000001"]
)
def test_an_amount_that_no_table_can_hold_is_refused(as_alice: Client, receipts: list[Invoice], amount: Any) -> None:
    address = f"/v1/invoices/retail/{receipts[0].invoice_id}"
    reply = as_alice("PATCH", address, {"version": receipts[0].version, "total_amount": amount})

    assert reply.status in (400, 422)
    assert as_alice("GET", address).data["invoiceDetails"]["total_amount"] == 120.50


def test_months_tell_what_is_sure_and_how_much_waits(alice: User, as_alice: Client) -> None:
    with clock.frozen(datetime(2026, 3, 20, tzinfo=UTC)):
        store.record(making.retail("m1", user_id=alice.user_id))
        store.record(making.retail("m2", user_id=alice.user_id, currency="EUR", sub_type=SubType.TRAVEL))
        store.record(
            making.retail(
                "m3", user_id=alice.user_id, state=InvoiceState.NEEDS_LOOK, reasons=("total_amount",), total_amount=None
            )
        )
        summaries.recompute(alice.user_id, "2026-03")
        months = Client(tokens.issue(alice).token)("GET", "/v1/summaries?last=2").data["months"]

    assert [each["month"] for each in months] == ["2026-02", "2026-03"]
    assert months[1]["needs_look"] == 1
    assert {(each["category"], each["currency"], each["amount"], each["invoices"]) for each in months[1]["totals"]} == {
        ("grocery", "SEK", 120.50, 1),
        ("travel", "EUR", 120.50, 1),
    }
