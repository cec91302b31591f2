"""Whatever is sent: an answer that the document knows, and never a fault (schemathesis over every operation)."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.dynamodb.models import dynamodb_backends
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.config import SchemathesisConfig

from accounts import push_devices, tokens
from accounts.tables import Throttle
from accounts.user import User
from invoices import store
from lambdas.api import openapi
from paypulse.core.config import config
from paypulse.sandbox.google import FakeGoogle
from tests import documents_as_bodies  # noqa: F401
from tests.feature import phones
from tests.feature.api.gateway import application
from tests.feature.invoices import making
from tests.feature.invoices.world import connected

# 422 is for what no schema can say: a password from the lists of leaked ones, a range that ends before it begins.
# 429 is for signing up and in, where trying often is what guessing looks like; 304 is what If-None-Match asks for.
ACCEPTED = ["2xx", "304", "401", "403", "404", "409", "422", "429"]
DOCUMENT = json.loads(openapi.FILE.read_text())


def described(config: dict[str, Any]) -> Any:
    """The document, spoken to in this process."""
    schema = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig.from_dict(config))
    schema.app = application
    return schema


schema = described({"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}})
about_invoices = described({"phases": {"coverage": {"enabled": False}}}).include(path_regex="invoice_id")
ON_ANSWERS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def bearer(alice: User, google: FakeGoogle, monkeypatch: pytest.MonkeyPatch) -> str:
    """The token of Alice, whose mailbox is connected and who wants push messages; every answer is due at once."""
    monkeypatch.setenv("PAYPULSE_ANSWER_WITHIN_S", "0")
    phones.offer(monkeypatch)
    push_devices.turn_on(alice.user_id)
    google.add_account(alice.email)
    connected(google, alice.user_id, alice.email)
    return tokens.issue(alice).token


def forget_attempts() -> None:
    """Nobody has asked for anything yet, so that what is made up gets further than the throttles."""
    dynamodb_backends[ACCOUNT][config().region].tables[Throttle.Meta.table_name].items.clear()


@about_invoices.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_about_an_invoice_that_is_there_is_documented(case: Any, alice: User, bearer: str) -> None:
    kind = making.rental if "rental" in case.operation.path else making.retail
    kept = store.record(kind(uuid4().hex, user_id=alice.user_id))
    case.path_parameters = {"invoice_id": kept.invoice_id}
    if isinstance(case.body, dict) and isinstance(case.body.get("version"), int):
        case.body["version"] = kept.version
    answer = case.call(headers={"Authorization": f"Bearer {bearer}"})
    # Whether the request as it was made up fits the schema is no matter here: part of it was replaced.
    case.validate_response(answer, checks=ON_ANSWERS)


@schema.parametrize()
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_documented(case: Any, bearer: str) -> None:
    forget_attempts()
    case.call_and_validate(headers={"Authorization": f"Bearer {bearer}"})
