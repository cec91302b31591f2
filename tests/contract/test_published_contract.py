"""What the published client decodes: every answer of the contract, by the client's own rules (published/schemas.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from accounts.user import User
from invoices import store, summaries
from invoices.invoice import Line
from paypulse.core.categories import SubType
from paypulse.core.config import config
from paypulse.sandbox.google import FakeGoogle
from tests.feature.api.conftest import PASSWORD, Client, Reply
from tests.feature.api.test_ingest import functions_at_work
from tests.feature.invoices import making
from tests.feature.invoices.world import World

SCHEMAS = json.loads(Path(__file__).with_name("published").joinpath("schemas.json").read_text())
GMAIL = ["https://www.googleapis.com/auth/gmail.readonly"]
MONEY = Decimal("12.50")
OWN: Mapping[SubType, Mapping[str, Any]] = {
    SubType.FOOD_DELIVERY: {"delivery_fee": MONEY, "restaurant": "Trattoria", "items": [{"name": "Pizza"}]},
    SubType.CLOTHING: {"payment_method": "Visa", "items": [{"name": "Shirt", "price": MONEY, "quantity": Decimal(1)}]},
    SubType.TECHNOLOGY: {"description": "Cable", "items": []},
    SubType.SUBSCRIPTIONS: {"plan": "Family", "billing_period_start": "2026-03-01"},
    SubType.GROCERY: {"store_name": "Nordkorg", "items": [{"name": "Ost", "price": Decimal("1E+2"), "unit": "kg"}]},
    SubType.UTILITY: {"provider": "Elverket", "usage_details": "312 kWh"},
    SubType.MISCELLANEOUS: {"category": "gift", "notes": "none"},
    SubType.TRAVEL: {
        "transport_type": "train",
        "travel_details": [{"departure_location": "Lund", "arrival_location": "Oslo"}],
        "passengers": [{"name": "Alice"}],
    },
}


def decoded(name: str, reply: Reply) -> Any:
    """The answer's data, after the client's rules for the envelope and for the data have been applied."""
    if name == "failure":
        _check("failure", reply.body)
        return reply.body
    _check("success", reply.body)
    assert reply.body["code"] == reply.status
    _check(name, reply.data)
    return reply.data


def _check(name: str, shown: Any) -> None:
    Draft202012Validator({**SCHEMAS, "$ref": f"#/$defs/{name}"}).validate(shown)


@pytest.fixture
def world(aws: None, google: FakeGoogle) -> World:
    return World.made(google)


@pytest.fixture
def as_owner(world: World) -> Client:
    """The client of the person with the mailbox, who signed in as the app does."""
    login = Client()("POST", "/v1/auth/login", {"email": "alice@example.com", "password": "correct horse battery"})
    return Client(login.data["access_token"])


def test_signing_up_and_in(aws: None) -> None:
    client, who = Client(), {"email": "n@example.com", "password": PASSWORD}
    signup = client("POST", "/v1/auth/signup", {**who, "name": "Nova"})
    login = client("POST", "/v1/auth/login", who)

    assert (signup.status, login.status) == (201, 200)
    assert decoded("signed_in", signup)["username"] == decoded("signed_in", login)["username"] == "Nova"


def test_tokens_that_an_app_obtained_and_the_profile(as_alice: Client, google: FakeGoogle) -> None:
    granted = google.grant("alice@gmail.example")
    body = {
        "access_token": granted.access_token,
        "refresh_token": granted.refresh_token,
        "scope": GMAIL,
        "email": "",
        "expires_in": 3600,
        "username": "Alice",
        "token_type": "Bearer",
        "client_info": {"platform": "phone"},
    }
    stored = as_alice("POST", "/v1/auth/gmail/store-tokens", body)

    assert stored.status == 201
    assert GMAIL[0] in decoded("stored_tokens", stored)["scope"].split()
    assert decoded("profile", as_alice("GET", "/v1/user/me"))["gmail_account_connected"] is True


def test_closing_the_account(as_alice: Client) -> None:
    decoded("erasure", as_alice("DELETE", "/v1/user/me"))


def test_rent_by_year_newest_first_and_one_of_it(alice: User, as_alice: Client) -> None:
    kept = [
        store.record(making.rental(f"r{n}", user_id=alice.user_id, due_date=day))
        for n, day in enumerate((date(2025, 12, 31), date(2026, 2, 28), date(2026, 3, 31)))
    ]
    years = decoded("rental_list", as_alice("GET", "/v1/invoices/rental"))["invoices"]

    assert {year: [row["Due Date"] for row in rows] for year, rows in years.items()} == {
        "2026": ["31-03-2026", "28-02-2026"],
        "2025": ["31-12-2025"],
    }
    assert {row["due_date_year"] for row in years["2026"]} == {"2026"}
    row = decoded("rental_row", as_alice("GET", f"/v1/invoices/rental/{kept[1].invoice_id}"))
    assert (row["InvoiceID"], row["due_date_month"]) == (kept[1].invoice_id, "2")


def test_rent_of_which_little_could_be_read_says_so_by_null(alice: User, as_alice: Client) -> None:
    store.record(
        making.rental(user_id=alice.user_id, due_date=None, total_amount=None, tax=None, currency=None, line_items=())
    )
    [rows] = decoded("rental_list", as_alice("GET", "/v1/invoices/rental"))["invoices"].values()

    names = ("Due Date", "due_date_month", "due_date_year", "Total Amount", "Moms", "Hyra", "El", "OCR")
    assert [rows[0][name] for name in names] == [None] * len(names)


def test_a_component_is_zero_only_where_the_lines_make_up_the_total(alice: User, as_alice: Client) -> None:
    lines = (
        Line(description="Hyra", total_price=Decimal("9000"), component="base_rent"),
        Line(description="El", total_price=Decimal("876"), component="electricity"),
    )
    whole = store.record(making.rental("r1", user_id=alice.user_id, line_items=lines))
    vague = store.record(
        making.rental("r2", user_id=alice.user_id, line_items=(lines[0], replace(lines[1], component="other")))
    )
    partial = store.record(making.rental("r3", user_id=alice.user_id, line_items=lines[:1]))

    water = [
        as_alice("GET", f"/v1/invoices/rental/{each.invoice_id}").data["Kallvatten"] for each in (whole, vague, partial)
    ]
    assert water == [0, None, None]


def test_nothing_is_null(as_alice: Client) -> None:
    for address in ("/v1/invoices/rental", "/v1/invoices/retail", "/v1/invoices/retail?subtype=travel"):
        reply = as_alice("GET", address)
        assert (reply.status, decoded("retail_by_year", reply)) == (200, None)


def test_retail_by_category_and_for_one_by_year(alice: User, as_alice: Client) -> None:
    days = (date(2025, 7, 1), date(2026, 1, 9), date(2026, 3, 5))
    for number, day in enumerate(days):
        store.record(making.retail(f"m{number}", user_id=alice.user_id, invoice_date=day))
    store.record(making.retail("m9", user_id=alice.user_id, sub_type=SubType.TRAVEL, total_amount=None))
    every = decoded("retail_by_sub_type", as_alice("GET", "/v1/invoices/retail"))
    years = decoded("retail_by_year", as_alice("GET", "/v1/invoices/retail?subtype=grocery"))

    assert (every["invoiceCount"], {name: len(rows) for name, rows in every["invoices"].items()}) == (
        4,
        {"grocery": 3, "travel": 1},
    )
    assert {year: [row["invoice_date"] for row in rows] for year, rows in years["invoices"].items()} == {
        "2026": ["2026-03-05", "2026-01-09"],
        "2025": ["2025-07-01"],
    }
    assert every["invoices"]["travel"][0]["total_amount"] is None


def test_counts_are_there_for_every_category_even_where_there_is_nothing(alice: User, as_alice: Client) -> None:
    empty = decoded("retail_counts", as_alice("GET", "/v1/invoices/retail?counts=true"))
    store.record(making.retail(user_id=alice.user_id))
    summaries.recompute(alice.user_id, "2026-03")
    counts = decoded("retail_counts", as_alice("GET", "/v1/invoices/retail?counts=true"))
    one = decoded("retail_count_of_one", as_alice("GET", "/v1/invoices/retail?counts=true&subtype=grocery"))
    none = decoded("retail_count_of_one", as_alice("GET", "/v1/invoices/retail?counts=true&subtype=utility"))

    assert set(empty.values()) == {0}
    assert {name: count for name, count in counts.items() if count} == one == {"grocery": 1}
    assert none == {"utility": 0}


@pytest.mark.parametrize("sub_type", list(SubType))
def test_one_invoice_shows_what_its_category_has_beside_what_every_one_has(
    alice: User, as_alice: Client, sub_type: SubType
) -> None:
    details = {name: tuple(value) if isinstance(value, list) else value for name, value in OWN[sub_type].items()}
    kept = store.record(making.retail(user_id=alice.user_id, sub_type=sub_type, details=details))
    reply = as_alice("GET", f"/v1/invoices/retail?subtype={sub_type}&invoice-id={kept.invoice_id}")
    shown = decoded(f"details_of_{sub_type}", reply)["invoiceDetails"]

    assert shown["total_amount"] == 120.50
    for name, value in OWN[sub_type].items():
        assert _numbers(shown[name], like=value) == value


def _numbers(shown: Any, *, like: Any) -> Any:
    """What was shown, as far as `like` says something of it, numbers as Decimal."""
    if isinstance(like, list):
        return [
            {name: _numbers(each[name], like=value) for name, value in wanted.items()}
            for each, wanted in zip(shown, like, strict=True)
        ]
    return Decimal(str(shown)) if isinstance(like, Decimal) else shown


def test_removing_one_tells_what_was_removed(alice: User, as_alice: Client) -> None:
    kept = store.record(making.retail(user_id=alice.user_id, total_amount=None))

    gone = decoded("deleted", as_alice("DELETE", f"/v1/invoices/retail/{kept.invoice_id}"))["deleted_invoice"]
    assert (gone["invoice_id"], gone["total_amount"]) == (kept.invoice_id, None)


def test_fetching_that_is_short(world: World, as_owner: Client) -> None:
    world.receipt(1)
    with functions_at_work(world):
        decoded("retail_ingested", as_owner("POST", "/v1/invoices/retail/ingest", {}))
        decoded("ingested", as_owner("POST", "/v1/invoices/rental/ingest"))
        nothing = as_owner("POST", "/v1/invoices/rental/ingest/latest")

    assert (nothing.status, nothing.body) == (204, None)


@pytest.mark.parametrize("route", ["rental/ingest", "rental/ingest/latest", "retail/ingest"])
def test_fetching_that_is_long(world: World, as_owner: Client, route: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYPULSE_ANSWER_WITHIN_S", "0")
    config.cache_clear()
    accepted = as_owner("POST", f"/v1/invoices/{route}")

    assert accepted.status == 202
    job_id = decoded("accepted", accepted)["job_id"]
    assert decoded("job", as_owner("GET", f"/v1/jobs/{job_id}"))["state"] == "queued"


def test_failures(as_alice: Client) -> None:
    decoded("failure", Client()("GET", "/v1/user/me"))
    decoded("failure", as_alice("GET", "/v1/invoices/retail/inv_nothing"))
    decoded("failure", as_alice("GET", "/v1/nothing"))
    decoded("failure", as_alice("PATCH", "/v1/user/me"))
    decoded("failure", as_alice("POST", "/v1/auth/login", "{"))
