"""Who is calling is found out before the functions, by the authorizer; they believe it alone, and answer in the published envelope."""

from __future__ import annotations

from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.dynamodb.models import dynamodb_backends

from accounts import tokens
from accounts.user import User
from lambdas import authorize_api, get_user_profile
from lambdas.api import openapi
from lambdas.catalogue import functions
from paypulse.core.config import config
from tests.feature.api.conftest import Client, request_event, through_the_gateway


def asked(context: Any, bearer: str) -> dict[str, Any]:
    """The answer of GET /v1/user/me to an event with what the gateway put beside `http`, whatever its headers say."""
    event = request_event("GET", "/v1/user/me", None, {"authorization": f"Bearer {bearer}"})
    event["requestContext"] |= context
    return get_user_profile.handler(event)


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"authorizer": None},
        {"authorizer": {}},
        {"authorizer": {"lambda": None}},
        {"authorizer": {"lambda": {}}},
        {"authorizer": {"lambda": {"user_id": "", "scopes": "invoices:read"}}},
        {"authorizer": {"lambda": {"scopes": "invoices:read account"}}},
        {"authorizer": {"lambda": {"user_id": "user_x", "scopes": "invoices:read", "refused": "invalid"}}},
        {"authorizer": {"lambda": {"refused": "something newer"}}},
        {"authorizer": {"jwt": {"claims": {"sub": "user_x"}, "scopes": ["invoices:read"]}}},
        {"authorizer": {"user_id": "user_x", "scopes": "invoices:read"}},
    ],
    ids=str,
)
def test_without_the_authorizers_word_a_good_token_opens_nothing(alice: User, context: Any) -> None:
    answer = asked(context, tokens.issue(alice).token)
    assert answer["statusCode"] == 401 and '"INVALID_TOKEN"' in answer["body"]
    assert answer["headers"]["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("scopes", ["", "account", "invoices:readx", "invoices"])
def test_a_scope_that_was_not_handed_on_is_not_had(alice: User, scopes: str) -> None:
    answer = asked({"authorizer": {"lambda": {"user_id": alice.user_id, "scopes": scopes}}}, "x")
    assert answer["statusCode"] == 403 and '"INVALID_TOKEN"' in answer["body"]


@pytest.mark.parametrize("name", ["authorization", "Authorization", "AUTHORIZATION"])
@pytest.mark.parametrize("kind", ["Bearer", "bearer", "BEARER"])
def test_the_header_is_found_however_it_is_written(alice: User, name: str, kind: str) -> None:
    token = tokens.issue(alice).token
    event = request_event("GET", "/v1/user/me", None, {name: f"{kind} {token}"})
    assert through_the_gateway(event)["statusCode"] == 200


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer  ", "Basic YTpi", "Token x"])
def test_whoever_shows_no_bearer_token_is_told_to(aws: None, sent: str) -> None:
    event = request_event("GET", "/v1/user/me", None, {"authorization": sent})
    answer = through_the_gateway(event)
    assert answer["statusCode"] == 401 and "Send a bearer token." in answer["body"]


def test_the_gateway_itself_never_refuses(alice: User) -> None:
    for headers in (
        None,
        {},
        {"authorization": "Bearer nonsense"},
        {"authorization": f"Bearer {tokens.issue(alice).token}"},
    ):
        assert authorize_api.handler({"headers": headers})["isAuthorized"] is True


def test_nothing_but_ids_and_words_is_handed_on(alice: User) -> None:
    token = tokens.issue(alice).token
    answer = authorize_api.handler({"headers": {"authorization": f"Bearer {token}"}})
    assert answer["context"] == {
        "user_id": alice.user_id,
        "scopes": "account invoices:ingest invoices:read invoices:write",
    }


def test_a_table_that_does_not_answer_is_told_as_such(as_alice: Client, aws: None) -> None:
    tables = dynamodb_backends[ACCOUNT][config().region].tables
    people = tables.pop("Users")
    try:
        reply = as_alice("GET", "/v1/summaries")
    finally:
        tables["Users"] = people
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "DEPENDENCY_FAILURE", "5")


def test_production_without_keys_lets_nobody_in_and_its_log_says_why(
    as_alice: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PAYPULSE_ENV", "production")
    config.cache_clear()
    reply = as_alice("GET", "/v1/summaries")
    assert (reply.status, reply.code) == (500, "INTERNAL_SERVER_ERROR")
    assert "PAYPULSE_JWT_KEYS is not set" in caplog.text


def test_a_function_is_public_when_its_operations_ask_for_no_caller() -> None:
    for function, operation in openapi.operations():
        assert function.public is (operation.scope is None), operation.route


def test_only_those_that_keep_tokens_may_touch_them() -> None:
    assert {each.name for each in functions() if "ApiTokens" in each.rights.tables} == {
        "authorize_api",
        "manage_tokens",
    }
