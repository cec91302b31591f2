"""The API is what its document says, to whoever asks: nobody, a stranger, the owner, and tokens that have run out or may do less."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from accounts import personal_tokens, push_devices, tokens
from accounts import store as people
from accounts.claims import Scope
from accounts.google import GMAIL_READONLY
from accounts.user import User
from invoices import jobs, store
from invoices.invoice import Invoice
from lambdas.api import openapi
from lambdas.catalogue import functions
from paypulse.core import clock
from paypulse.core.config import config
from paypulse.sandbox.google import FakeGoogle
from tests.feature import phones
from tests.feature.api.conftest import Client, Reply, person, text_of
from tests.feature.invoices import making
from tests.feature.invoices.world import connected

DOCUMENT = json.loads(openapi.FILE.read_text())
OPERATIONS = [
    (method.upper(), path, about) for path, methods in DOCUMENT["paths"].items() for method, about in methods.items()
]
CLOSED = [each for each in OPERATIONS if each[2].get("security") != []]
OPEN = [each for each in OPERATIONS if each[2].get("security") == []]


def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def routes(operations: list[Any]) -> list[Any]:
    return [pytest.param(*each, id=f"{each[0]} {each[1]}") for each in operations]


# --- the document -----------------------------------------------------------------------------------------------------
def test_the_document_is_the_codes_own() -> None:
    assert openapi.FILE.read_text() == openapi.written(), "run python -m lambdas.api.openapi"


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_every_route_of_the_list_has_its_operation_and_the_other_way_round() -> None:
    listed = {str(route) for function in functions() for route in function.routes if function.name != "describe_api"}

    assert listed == {operation.route for _, operation in openapi.operations()}


@pytest.mark.parametrize(("method", "path", "about"), routes(OPERATIONS))
def test_every_answer_has_an_example_that_fits_its_schema(method: str, path: str, about: dict[str, Any]) -> None:
    contents = [content for answer in about["responses"].values() for content in answer.get("content", {}).values()]
    bodies = about.get("requestBody", {}).get("content", {}).values()
    contents += [each for each in bodies if each["schema"].get("format") != "binary"]
    assert contents
    for content in contents:
        examples = [each["value"] for each in content.get("examples", {}).values()] or [content["example"]]
        for each in examples:
            validator(content["schema"]).validate(each)


def test_the_page_shows_every_route_and_every_type_and_is_styled_from_beside_it() -> None:
    reply, style = text_of("GET", "/v1/docs"), text_of("GET", "/v1/docs.css")

    assert (
        reply.headers["content-type"].startswith("text/html")
        and "default-src 'none'" in reply.headers["content-security-policy"]
    )
    assert all(f'id="{about["operationId"]}"' in reply.body for _, _, about in OPERATIONS)
    assert all(f'id="type-{name}"' in reply.body for name in DOCUMENT["components"]["schemas"])
    assert 'href="docs.css"' in reply.body and "style=" not in reply.body and "<script" not in reply.body
    assert style.headers["content-type"].startswith("text/css") and style.body


def test_an_unknown_route_is_404_and_a_wrong_method_405_that_names_the_right_ones(as_alice: Client) -> None:
    assert as_alice("GET", "/v1/nothing").status == 404
    assert as_alice("GET", "/v1/invoices/retail/inv_1/nothing").status == 404
    for method, path, allowed in (
        ("PUT", "/v1/user/me", "DELETE, GET"),
        ("PUT", "/v1/invoices/retail/inv_1", "DELETE, GET, PATCH"),
        ("GET", "/v1/invoices/upload", "POST"),
        ("POST", "/v1/openapi.json", "GET"),
        ("DELETE", "/v1/docs", "GET"),
    ):
        wrong = as_alice(method, path)
        assert (wrong.status, wrong.code) == (405, "INVALID_REQUEST")
        assert ", ".join(sorted(wrong.headers["allow"].split(", "))) == allowed


# --- who gets what ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Owned:
    """Alice, and one of each thing that a path can name."""

    user: User
    google: FakeGoogle
    rental: str
    retail: str
    job: str
    token: str
    phone: str

    def path(self, path: str) -> str:
        """The route's path with Alice's things in it."""
        invoice = self.rental if "rental" in path else self.retail
        return path.format(invoice_id=invoice, job_id=self.job, token_id=self.token, device_id=self.phone)

    def ids(self) -> tuple[str, ...]:
        return (self.user.user_id, self.user.email, self.rental, self.retail, self.job, self.token, self.phone)

    def state(self) -> tuple[Any, ...]:
        """All of it, as it is now."""
        mine = self.user.user_id
        rows = [store.find(mine, each) for each in (self.rental, self.retail)]
        phones_of = phones.listeners(), push_devices.devices(mine)
        return (people.user(mine), rows, jobs.job(mine, self.job), personal_tokens.of(mine), phones_of)


@pytest.fixture
def owned(alice: User, google: FakeGoogle, monkeypatch: pytest.MonkeyPatch) -> Owned:
    """Alice with a mailbox, rent, a receipt, a job, a personal token, a phone and a webhook; every answer is due at once."""
    monkeypatch.setenv("PAYPULSE_ANSWER_WITHIN_S", "0")
    phones.offer(monkeypatch)
    google.add_account(alice.email)
    connected(google, alice.user_id, alice.email)
    personal_tokens.make(alice.user_id, name="script", scopes=(Scope.READ,))
    hook = {"url": "https://example.com/alice", "secret": "hers"}
    people.edit_preferences(alice.user_id, lambda _: {"webhook": hook})
    push_devices.turn_on(alice.user_id)
    return Owned(
        user=alice,
        google=google,
        rental=_kept(making.rental(user_id=alice.user_id)),
        retail=_kept(making.retail(user_id=alice.user_id)),
        job=jobs.begin(alice.user_id, kind="upload", request={}).job_id,
        token=personal_tokens.of(alice.user_id)[0].token_id,
        phone=push_devices.register(alice.user_id, token="token-of-her-phone", name="Pixel").device_id,
    )


def _kept(made: Invoice) -> str:
    """The id of the invoice, which is recorded, and its original kept."""
    boto3.client("s3").put_object(Bucket=config().invoices_bucket, Key=made.s3_path, Body=b"%PDF-1.4")
    return store.record(made).invoice_id


def ask(client: Client, owned: Owned, method: str, path: str, about: dict[str, Any]) -> Reply:
    """The route's example, about Alice's things; the answer has to be one that the document knows."""
    content = about.get("requestBody", {}).get("content", {})
    media, shown = next(iter(content.items()), ("application/json", {}))
    body = shown.get("example", "%PDF-1.4 not much of a document") if content else None
    if about["operationId"] == "post_v1_auth_gmail_store_tokens":
        body = {"access_token": owned.google.grant("new@gmail.example").access_token, "scope": [GMAIL_READONLY]}
    reply = client(method, owned.path(path), body, content_type=media)
    answer = about["responses"][str(reply.status)]
    for schema in (each["schema"] for each in answer.get("content", {}).values()):
        validator(schema).validate(reply.body)
    return reply


@pytest.mark.parametrize(("method", "path", "about"), routes(CLOSED))
def test_nobody_gets_in(owned: Owned, method: str, path: str, about: dict[str, Any]) -> None:
    before = owned.state()
    for client in (Client(), Client("nonsense"), Client("pp_nonsense"), Client(f"pp_{owned.user.user_id[5:]}_x")):
        reply = ask(client, owned, method, path, about)
        assert (reply.status, reply.code, reply.headers["www-authenticate"]) == (401, "INVALID_TOKEN", "Bearer")
    assert owned.state() == before


@pytest.mark.parametrize(("method", "path", "about"), routes(CLOSED))
def test_a_token_that_has_run_out_says_so(owned: Owned, method: str, path: str, about: dict[str, Any]) -> None:
    client, before = Client(tokens.issue(owned.user).token), owned.state()
    with clock.frozen(clock.now() + timedelta(hours=3)):
        reply = ask(client, owned, method, path, about)

    assert (reply.status, reply.code) == (401, "TOKEN_EXPIRED")
    assert owned.state() == before


@pytest.mark.parametrize(("method", "path", "about"), routes(CLOSED))
def test_a_token_of_every_other_scope_is_refused(owned: Owned, method: str, path: str, about: dict[str, Any]) -> None:
    others = tuple(scope for scope in Scope if scope != about["x-scope"])
    client = Client(personal_tokens.make(owned.user.user_id, name="other", scopes=others))
    reply = ask(client, owned, method, path, about)

    assert (reply.status, reply.code) == (403, "INVALID_TOKEN")


@pytest.mark.parametrize(("method", "path", "about"), routes(CLOSED))
def test_a_stranger_finds_and_changes_nothing_of_hers(
    owned: Owned, method: str, path: str, about: dict[str, Any]
) -> None:
    before, stranger = owned.state(), Client(tokens.issue(person("Bob")).token)
    reply = ask(stranger, owned, method, path, about)

    assert reply.status == 404 if "{" in path else reply.status < 500
    assert not [each for each in owned.ids() if each in json.dumps(reply.body)]
    assert owned.state() == before


def test_a_stranger_finds_nothing_by_what_a_query_can_name_either(owned: Owned) -> None:
    stranger = Client(tokens.issue(person("Bob")).token)
    hers = Client(tokens.issue(owned.user).token)
    store.record(making.retail("m2", user_id=owned.user.user_id))
    cursor = hers("GET", "/v1/invoices/retail?limit=1").data["cursor"]

    assert stranger("GET", f"/v1/invoices/retail?invoice-id={owned.retail}").status == 404
    assert stranger("GET", f"/v1/invoices/retail?limit=1&cursor={cursor}").data["invoiceCount"] == 0


@pytest.mark.parametrize(("method", "path", "about"), routes(CLOSED))
def test_the_owner_gets_what_the_document_promises(owned: Owned, method: str, path: str, about: dict[str, Any]) -> None:
    reply = ask(Client(tokens.issue(owned.user).token), owned, method, path, about)

    assert str(reply.status) in {status for status in about["responses"] if status < "300"}


@pytest.mark.parametrize(("method", "path", "about"), routes(OPEN))
def test_an_open_route_asks_for_no_token_and_refuses_what_does_not_fit(
    owned: Owned, method: str, path: str, about: dict[str, Any]
) -> None:
    empty = Client()(method, path, {})
    example = ask(Client("nonsense"), owned, method, path, about)

    assert (empty.status, empty.code) == (400, "MISSING_FIELDS")
    # The example is Alice's address: it is taken already, and its password is not hers.
    assert (example.status, example.code) in ((409, "USER_ALREADY_EXISTS"), (401, "INVALID_CREDENTIALS"))


@pytest.mark.parametrize(("method", "path", "about"), routes([each for each in OPERATIONS if "requestBody" in each[2]]))
def test_a_body_that_is_too_large_or_of_another_kind_is_refused(
    owned: Owned, method: str, path: str, about: dict[str, Any]
) -> None:
    client = Client(tokens.issue(owned.user).token)
    large = client(method, owned.path(path), "x" * 4_500_000)
    other = client(method, owned.path(path), "<xml/>", content_type="application/xml")

    assert (large.status, other.status) == (413, 415)
