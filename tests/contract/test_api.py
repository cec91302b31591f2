"""The API is what its document says, and what the published client decodes."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from accounts import tokens
from accounts.tokens import Scope
from accounts.user import User
from invoices import jobs, store, summaries
from invoices.invoice import Line
from lambdas.api import openapi
from lambdas.catalogue import functions
from paypulse.core import clock
from paypulse.core.categories import SubType
from paypulse.sandbox.google import FakeGoogle
from tests.feature.api.conftest import PASSWORD, Client, Reply
from tests.feature.invoices import making

SCHEMAS = json.loads(Path(__file__).with_name("published").joinpath("schemas.json").read_text())
DOCUMENT = json.loads(openapi.FILE.read_text())
OPERATIONS = [
    (method.upper(), path, about) for path, methods in DOCUMENT["paths"].items() for method, about in methods.items()
]
ANY_ID = {"{invoice_id}": "inv_of_somebody_else", "{job_id}": "job_of_somebody_else", "{token_id}": "0123456789abcdef"}


def decoded(name: str, reply: Reply) -> Any:
    """The answer's data, after the published client's rules for it have been applied."""
    shown = reply.body if name == "failure" else reply.data
    Draft202012Validator({**SCHEMAS, "$ref": f"#/$defs/{name}"}).validate(shown)
    return shown


def test_the_document_is_the_codes_own() -> None:
    assert openapi.FILE.read_text() == openapi.written(), "run python -m lambdas.api.openapi"


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_every_route_of_the_list_has_its_operation_and_the_other_way_round() -> None:
    listed = {str(route) for function in functions() for route in function.routes if function.name != "describe_api"}

    assert listed == {operation.route for _, operation in openapi.operations()}


def test_signing_up_and_in_decode(aws: None) -> None:
    client = Client()
    signup = client("POST", "/v1/auth/signup", {"email": "n@example.com", "name": "Nova", "password": PASSWORD})

    decoded("signed_in", signup)
    decoded("signed_in", client("POST", "/v1/auth/login", {"email": "n@example.com", "password": PASSWORD}))


def test_the_profile_and_stored_tokens_decode(as_alice: Client, google: FakeGoogle) -> None:
    granted = google.grant("alice@gmail.example")
    body = {"access_token": granted.access_token, "scope": ["https://www.googleapis.com/auth/gmail.readonly"]}

    decoded("stored_tokens", as_alice("POST", "/v1/auth/gmail/store-tokens", body))
    decoded("profile", as_alice("GET", "/v1/user/me"))


def test_rent_decodes(alice: User, as_alice: Client) -> None:
    decoded("rental_list", as_alice("GET", "/v1/invoices/rental"))
    lines = (Line(description="Hyra", component="base_rent"),)
    kept = store.record(making.rental(user_id=alice.user_id, line_items=lines))

    decoded("rental_list", as_alice("GET", "/v1/invoices/rental"))
    decoded("rental_row", as_alice("GET", f"/v1/invoices/rental/{kept.invoice_id}"))


def test_retail_decodes_in_each_of_its_forms(alice: User, as_alice: Client) -> None:
    decoded("retail_by_sub_type", as_alice("GET", "/v1/invoices/retail"))
    kept = store.record(making.retail("m1", user_id=alice.user_id, invoice_date=date(2026, 3, 5)))
    store.record(making.retail("m2", user_id=alice.user_id, sub_type=SubType.TRAVEL, total_amount=None))
    summaries.recompute(alice.user_id, "2026-03")

    decoded("retail_by_sub_type", as_alice("GET", "/v1/invoices/retail"))
    decoded("retail_by_year", as_alice("GET", "/v1/invoices/retail?subtype=grocery"))
    decoded("retail_details", as_alice("GET", f"/v1/invoices/retail?invoice-id={kept.invoice_id}"))
    counts = decoded("retail_counts", as_alice("GET", "/v1/invoices/retail?counts=true"))["counts"]
    assert (counts["grocery"], counts["travel"], counts["utility"]) == (1, 1, 0)
    one = decoded("retail_count_of_one", as_alice("GET", "/v1/invoices/retail?counts=true&subtype=utility"))
    assert one["counts"] == {"utility": 0}
    decoded("deleted", as_alice("DELETE", f"/v1/invoices/retail/{kept.invoice_id}"))


def test_failures_decode(as_alice: Client) -> None:
    decoded("failure", Client()("GET", "/v1/user/me"))
    decoded("failure", as_alice("GET", "/v1/invoices/retail/inv_nothing"))
    decoded("failure", as_alice("GET", "/v1/nothing"))


def test_an_unknown_route_is_404_and_a_wrong_method_405_that_names_the_right_ones(as_alice: Client) -> None:
    unknown, wrong = as_alice("GET", "/v1/nothing"), as_alice("PUT", "/v1/user/me")

    assert unknown.status == 404
    assert wrong.status == 405
    assert sorted(wrong.headers["allow"].split(", ")) == ["DELETE", "GET"]


# --- who may do what --------------------------------------------------------------------------------------------------
def callers(of: str) -> list[Any]:
    """Operations as parameters: the open ones, the closed ones, or those of them whose path names a thing."""
    named = [each for each in OPERATIONS if ("{" in each[1]) >= (of == "named")]
    return [
        pytest.param(method, path, about, id=f"{method} {path}")
        for method, path, about in named
        if (about.get("security") == []) is (of == "open")
    ]


def ask(client: Client, method: str, path: str, about: dict[str, Any]) -> Reply:
    for name, value in ANY_ID.items():
        path = path.replace(name, value)
    content = about.get("requestBody", {}).get("content", {})
    media, shown = next(iter(content.items()), ("application/json", {}))
    body = shown.get("example", "not a document, and kept all the same") if content else None
    if path.endswith("inv_of_somebody_else") and method == "PATCH":
        body = {"version": 1, "currency": "SEK"}
    return client(method, path, body, content_type=media)


@pytest.mark.parametrize(("method", "path", "about"), callers("closed"))
def test_nobody_gets_in_without_a_token_that_holds(aws: None, method: str, path: str, about: dict[str, Any]) -> None:
    for client in (Client(), Client("nonsense"), Client("pp_nonsense")):
        reply = ask(client, method, path, about)
        assert (reply.status, reply.code) == (401, "INVALID_TOKEN")


@pytest.mark.parametrize(("method", "path", "about"), callers("closed"))
def test_an_expired_token_says_so_everywhere(alice: User, method: str, path: str, about: dict[str, Any]) -> None:
    client = Client(tokens.issue(alice).token)
    with clock.frozen(clock.now() + timedelta(hours=3)):
        reply = ask(client, method, path, about)

    assert (reply.status, reply.code) == (401, "TOKEN_EXPIRED")


@pytest.mark.parametrize(("method", "path", "about"), callers("closed"))
def test_a_token_of_another_scope_is_refused_everywhere(
    alice: User, method: str, path: str, about: dict[str, Any]
) -> None:
    others = tuple(scope for scope in Scope if scope != about["x-scope"])
    client = Client(tokens.make(alice.user_id, name="other", scopes=others))

    assert ask(client, method, path, about).status == 403


@pytest.mark.parametrize(("method", "path", "about"), callers("named"))
def test_a_stranger_finds_nothing_of_another_person(
    alice: User,
    as_bob: Client,
    method: str,
    path: str,
    about: dict[str, Any],
) -> None:
    kept = {
        "{invoice_id}": store.record(
            making.rental(user_id=alice.user_id) if "rental" in path else making.retail(user_id=alice.user_id)
        ).invoice_id,
        "{job_id}": "job_of_alice",
        "{token_id}": "0123456789abcdef",
    }
    for name, value in kept.items():
        path = path.replace(name, value)
    body = {"version": 1, "currency": "SEK"} if method == "PATCH" else None

    assert as_bob(method, path, body).status == 404


@pytest.mark.parametrize(("method", "path", "about"), callers("open"))
def test_an_open_route_answers_a_request_that_does_not_fit_without_a_fault(
    aws: None, method: str, path: str, about: dict[str, Any]
) -> None:
    reply = Client()(method, path, {})

    assert (reply.status, reply.code) == (400, "MISSING_FIELDS")


@pytest.mark.parametrize(("method", "path", "about"), callers("closed"))
def test_the_owner_gets_what_the_document_promises(
    alice: User, google: FakeGoogle, as_alice: Client, method: str, path: str, about: dict[str, Any]
) -> None:
    token_id = personal_token(alice)
    owned = {
        "{invoice_id}": store.record(
            making.rental(user_id=alice.user_id) if "rental" in path else making.retail(user_id=alice.user_id)
        ).invoice_id,
        "{job_id}": jobs.begin(alice.user_id, kind="upload", request={}).job_id,
        "{token_id}": token_id,
    }
    for name, value in owned.items():
        path = path.replace(name, value)
    reply = ask(as_alice, method, path, prepared(google, about))

    # Fetching asks for a connected mailbox, which Alice has not: that is what it says, in the documented way.
    promised = (
        {"409"}
        if path.endswith(("ingest", "ingest/latest"))
        else {status for status in about["responses"] if status < "300"}
    )
    assert str(reply.status) in promised


def personal_token(user: User) -> str:
    """The id of a personal token that was made just now."""
    tokens.make(user.user_id, name="script", scopes=(Scope.READ,))
    return tokens.personal_tokens(user.user_id)[0].token_id


def prepared(google: FakeGoogle, about: dict[str, Any]) -> dict[str, Any]:
    """The operation, its example's Google token replaced by one that the local Google gave."""
    told = json.dumps(about)
    example = "eyJhbGciOiJIUzI1NiJ9.example.signature"
    if example not in told or about["operationId"] != "post_v1_auth_gmail_store_tokens":
        return about
    granted = google.grant("alice@example.com")
    return dict(json.loads(told.replace(example, granted.access_token)))
