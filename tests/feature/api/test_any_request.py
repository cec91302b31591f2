"""Whatever is sent: an answer that the document knows, and never a fault (schemathesis over every operation)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from accounts import tokens
from accounts.user import User
from lambdas.api import openapi
from paypulse.core.config import config
from paypulse.sandbox.google import FakeGoogle
from tests.feature.api.gateway import application

# 422 is for what no schema can say: a password from the lists of leaked ones, a range that ends before it begins.
# 429 is for signing up and in, where trying often is what guessing looks like.
ACCEPTED = ["2xx", "401", "403", "404", "409", "422", "429"]
CONFIG = SchemathesisConfig.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}})
schema = schemathesis.openapi.from_dict(json.loads(openapi.FILE.read_text()), config=CONFIG)
schema.app = application


@pytest.fixture
def bearer(alice: User, google: FakeGoogle, monkeypatch: pytest.MonkeyPatch) -> str:
    """Alice's token; nobody is throttled and every answer is due at once, so that the requests themselves are what is tried."""
    monkeypatch.setenv("PAYPULSE_ANSWER_WITHIN_S", "0")
    config.cache_clear()
    return tokens.issue(alice).token


@schema.parametrize()
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_documented(case: Any, bearer: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {bearer}"})
