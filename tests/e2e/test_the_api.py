"""The API as deployed: API Gateway's HTTP API in front of the functions, spoken to over HTTP."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from docs.client import ApiError, PayPulse
from lambdas.api.openapi import FILE
from paypulse.sandbox.people import ALICE
from tests.e2e.running import Running

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600), pytest.mark.xdist_group("sandbox")]

CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "422", "429"]
"""


@pytest.fixture
def address(sandbox: Running) -> str:
    return sandbox.api.removesuffix("/v1")


def test_the_documented_client_signs_in_and_lists(sandbox: Running, address: str) -> None:
    api = PayPulse(address).login(ALICE[0], sandbox.passwords[ALICE[0]])
    rows = list(api.retail())

    assert len(rows) > 50
    assert all(isinstance(row.total_amount, Decimal | int | None) for row in rows)
    assert sum(len(notices) for notices in api.rental().values()) == 12


def test_a_wrong_password_is_told_in_the_published_words(address: str) -> None:
    with pytest.raises(ApiError) as refused:
        PayPulse(address).login(ALICE[0], "wrong")

    assert (refused.value.status, refused.value.code) == (401, "INVALID_CREDENTIALS")


def test_unknown_routes_and_methods_are_told_apart(address: str) -> None:
    unknown = requests.get(f"{address}/v1/nothing", timeout=30)
    wrong = requests.put(f"{address}/v1/user/me", timeout=30)

    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "INVALID_REQUEST")
    assert wrong.status_code == 405


def test_the_document_is_served_as_it_is_in_the_project(address: str) -> None:
    served = requests.get(f"{address}/v1/openapi.json", timeout=30)

    assert served.text == FILE.read_text()
    assert "POST /v1/auth/login" in requests.get(f"{address}/v1/docs", timeout=30).text


def test_any_request_gets_a_documented_answer(address: str, tmp_path: Path) -> None:
    """Schemathesis over every operation with all checks, as somebody who may be lost; closing the account comes last."""
    body = {"email": f"{uuid4().hex}@example.com", "name": "Fuzz", "password": uuid4().hex}
    token = requests.post(f"{address}/v1/auth/signup", json=body, timeout=30).json()["data"]["access_token"]
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG)
    command = [Path(sys.executable).with_name("st"), "--config-file", config, "run", FILE, "--url", address]
    options = ["--checks", "all", "--max-examples", "5", "--max-time", "150", "--seed", "1", "--no-color"]
    options += ["--header", f"Authorization: Bearer {token}", "--phases", "examples,coverage,fuzzing"]
    for chosen in (["--exclude-path", "/v1/user/me"], ["--include-path", "/v1/user/me"]):
        run = subprocess.run([*command, *options, *chosen], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout[-6000:]
