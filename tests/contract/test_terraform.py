"""The Terraform configuration, applied for real to an emulator: what it makes, that it works, and that it takes it all back."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from lambdas.bundle.imports import ROOT
from lambdas.catalogue import functions
from paypulse.core.tables import Table
from paypulse.sandbox import emulator
from paypulse.sandbox.documents.rent import RentFacts, RentLine, RentPart, rent_notice
from tests.conftest import all_tables
from tests.contract.portrait import portrait
from tests.contract.terraforming import Workspace, require_terraform, workspace

pytestmark = [pytest.mark.terraform, pytest.mark.timeout(900), pytest.mark.xdist_group("terraform")]

ALICE = {"email": "alice@example.com", "name": "Alice", "password": "long enough to be good 42"}
HURRIED = "fetch-latest-invoice"
VARIABLES = {
    "autoscale_rental": "false",  # the emulator has no Application Auto Scaling
    "protect_data": "false",
    "schedules": json.dumps({HURRIED: "rate(1 minute)"}),
}
# What the emulator does not give back as it was told, so that a second plan wants to say it again.
FORGOTTEN = {"aws_cloudwatch_metric_alarm", "aws_sesv2_email_identity"}


@dataclass(frozen=True)
class Applied:
    """The configuration applied to an emulator."""

    aws: emulator.Emulator
    terraform: Workspace
    variables: tuple[str, ...]

    def client(self, service: str) -> Any:
        return client_of(self.aws, service)

    def api(self, method: str, path: str, *, token: str | None = None, **request: Any) -> requests.Response:
        """A call of the HTTP API as the outside world makes it."""
        (gateway,) = self.client("apigatewayv2").get_apis()["Items"]
        headers = {**request.pop("headers", {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        return requests.request(
            method,
            f"{self.aws.url}/_aws/execute-api/{gateway['ApiId']}/$default{path}",
            headers=headers,
            timeout=60,
            **request,
        )


def client_of(aws: emulator.Emulator, service: str) -> Any:
    keys = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox", "region_name": emulator.REGION}
    return boto3.client(service, endpoint_url=aws.url, **keys)


def eventually(what: str, look: Callable[[], Any], *, seconds: float = 60) -> Any:
    """The first true answer of `look`; fails naming `what` when none comes in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.3)
    raise AssertionError(f"no {what} after {seconds} s")


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Applied]:
    require_terraform()
    emulator.install()
    folder = tmp_path_factory.mktemp("terraform")
    with emulator.running(folder / "aws") as aws:
        space = workspace(folder / "copy", aws.environment())
        shutil.copy(Path(__file__).with_name("emulator_override.tf"), space.folder / "terraform")
        # Functions run on the emulator's own Python, find what we depend on by this path, and are told where AWS is.
        worn = {
            "PYTHONPATH": sysconfig.get_path("purelib"),
            "AWS_ENDPOINT_URL": aws.url,
            "PAYPULSE_ENV": "local",
            "POWERTOOLS_TRACE_DISABLED": "true",
        }
        settings = {**VARIABLES, "extra_environment": json.dumps(worn)}
        variables = ("-no-color", *(f"-var={name}={value}" for name, value in settings.items()))
        # Few at once: the emulator sometimes loses an answer when many ask, and a repeated request then finds its own doing.
        space.run("apply", "-auto-approve", "-parallelism=4", *variables)
        # As docs/deploy.md has it: the secret is made empty, and filled once by hand.
        kept = json.dumps({"PAYPULSE_SECRET_KEY": "k" * 48, "PAYPULSE_JWT_KEYS": "j" * 48})
        client_of(aws, "secretsmanager").put_secret_value(SecretId="paypulse/settings", SecretString=kept)
        yield Applied(aws, space, variables)


@pytest.fixture(scope="module")
def made(applied: Applied) -> dict[str, Any]:
    return portrait(applied.client)


def test_it_is_formatted() -> None:
    require_terraform()
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-recursive", str(ROOT / "terraform")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_checkov_finds_nothing() -> None:
    checkov = shutil.which("checkov")
    if not checkov:
        pytest.skip("no checkov on this machine")
    done = subprocess.run(
        [
            checkov,
            "--directory",
            str(ROOT / "terraform"),
            "--framework",
            "terraform",
            "--compact",
            "--quiet",
            "--skip-download",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_exception_for_checkov_gives_its_reason() -> None:
    exceptions = [
        line
        for file in (ROOT / "terraform").glob("*.tf")
        for line in file.read_text().splitlines()
        if "checkov:skip" in line
    ]
    assert exceptions
    assert not [line for line in exceptions if len(line.partition("=")[2].partition(":")[2].split()) < 5]


def test_it_is_valid_and_does_what_its_own_tests_say(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    space.run("validate", "-no-color")
    space.run("test", "-no-color")


@pytest.mark.parametrize("model", all_tables(), ids=lambda model: model.Meta.table_name)
def test_a_table_is_as_its_model_says(made: dict[str, Any], model: type[Table]) -> None:
    spec = model.specification()
    table = made["tables"][spec.name]
    assert table["key"] == [each for each in (spec.key.partition, spec.key.sort) if each]
    assert {name: key for name, (key, _) in table["indexes"].items()} == {
        name: [each for each in (key.partition, key.sort) if each] for name, key in spec.indexes.items()
    }
    assert table["capacity"] == spec.provisioned
    assert table["stream"] == ("NEW_AND_OLD_IMAGES" if spec.stream else None)
    assert (table["recovery"], table["expiry"]) == (spec.point_in_time_recovery, spec.ttl_attribute)
    assert table["encrypted"]


def test_there_is_no_other_table(made: dict[str, Any]) -> None:
    assert set(made["tables"]) == {model.Meta.table_name for model in all_tables()}


def test_every_bucket_is_versioned_encrypted_and_closed(made: dict[str, Any]) -> None:
    assert {"rental-invoices-bucket", "paypulse-lambda-bucket"} <= set(made["buckets"])
    assert {(each["versioned"], each["encryption"], each["closed"]) for each in made["buckets"].values()} == {
        ("Enabled", "AES256", True)
    }


def test_every_queue_that_feeds_a_function_has_dead_letters(made: dict[str, Any]) -> None:
    for feed in (feed for function in functions() for feed in function.queues):
        assert made["queues"][feed.name][1:] == (feed.dead_letters, 5)


def without_extras(made: dict[str, Any]) -> dict[str, Any]:
    """`made` but for what the sandbox does without (access logs, a queue for operators) or differs in on purpose."""
    return {
        **made,
        "buckets": {name: each for name, each in made["buckets"].items() if not name.endswith("-logs")},
        # How long a message stays out: the sandbox tries again sooner.
        "queues": {name: each[1:] for name, each in made["queues"].items() if name != "paypulse-failures"},
        # This module tells one to run every minute.
        "schedules": {name: each for name, each in made["schedules"].items() if name != HURRIED},
    }


def test_what_the_sandbox_provisions_is_the_same(made: dict[str, Any], tmp_path: Path) -> None:
    with emulator.running(tmp_path / "aws") as aws:
        script = Path(__file__).with_name("provision_sandbox.py")
        settings = {**os.environ, **aws.environment(), "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, str(script), str(tmp_path)], env=settings, check=True)
        sandbox = portrait(partial(client_of, aws))
    for part, expected in without_extras(made).items():
        assert without_extras(sandbox)[part] == expected, part


def test_a_second_plan_wants_nothing_but_what_the_emulator_forgets(applied: Applied) -> None:
    saved = applied.terraform.folder / "second.tfplan"
    applied.terraform.run("plan", f"-out={saved}", *applied.variables)
    changes = json.loads(applied.terraform.run("show", "-json", str(saved)).stdout)["resource_changes"]
    wanted = {
        each["type"]: each["change"]["actions"]
        for each in changes
        if each["change"]["actions"] not in (["no-op"], ["read"])
    }
    assert set(wanted) <= FORGOTTEN
    assert all(actions == ["update"] for actions in wanted.values())


def statements(applied: Applied) -> Iterator[tuple[str, dict[str, Any]]]:
    """(role, statement) of every policy of every role."""
    iam = applied.client("iam")
    for role in iam.list_roles()["Roles"]:
        for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]
            yield from ((role["RoleName"], each) for each in document["Statement"])


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def test_every_function_has_a_role_of_its_own(applied: Applied) -> None:
    pages = applied.client("lambda").get_paginator("list_functions").paginate()
    roles = [each["Role"] for page in pages for each in page["Functions"]]
    assert len(set(roles)) == len(roles) == len(functions())


def test_no_role_has_a_wildcard_that_aws_lets_it_avoid(applied: Applied) -> None:
    # Below a table its indexes and streams, below the bucket its originals, below a log group its streams.
    bounded = re.compile(
        r"(:table/\w+/(index|stream)/|:::[\w.-]+/(invoices|exports)/|:log-group:/aws/lambda/[\w-]+:)\*$"
    )
    seen = 0
    for role, statement in statements(applied):
        seen += 1
        assert not [each for each in listed(statement["Action"]) if "*" in each], (role, statement)
        free = [each for each in listed(statement["Resource"]) if "*" in each and not bounded.search(each)]
        assert not free or {each.partition(":")[0] for each in listed(statement["Action"])} == {"xray"}, (
            role,
            statement,
        )
    assert seen > 4 * len(functions())


def test_no_role_reaches_a_table_that_its_entry_does_not_name(applied: Applied) -> None:
    named = {
        f"paypulse-{each.name.replace('_', '-')}": set(each.rights.tables) | {s.table for s in each.streams}
        for each in functions()
    }
    for role, statement in statements(applied):
        reached = {
            each.split(":table/")[1].split("/")[0] for each in listed(statement["Resource"]) if ":table/" in each
        }
        assert not reached or "*" in named[role] or reached <= named[role], role


@pytest.fixture(scope="module")
def token(applied: Applied) -> str:
    answer = applied.api("POST", "/v1/auth/signup", json=ALICE)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["access_token"])


def test_a_function_answers_over_http(applied: Applied, token: str) -> None:
    answer = applied.api("GET", "/v1/user/me", token=token)
    assert (answer.status_code, answer.json()["data"]["email"]) == (200, ALICE["email"])


def test_an_unknown_route_and_a_missing_token_are_told_in_the_published_envelope(applied: Applied) -> None:
    assert applied.api("GET", "/v1/nowhere").json()["error"]["message"]
    assert applied.api("GET", "/v1/user/me").json()["error"]["code"] == "INVALID_TOKEN"


def test_an_upload_is_read_by_the_bucket_and_told_by_the_stream(applied: Applied, token: str) -> None:
    due = date(2026, 11, 30)
    notice = rent_notice(
        RentFacts(
            landlord="Björkgården Bostäder AB",
            tenant="Alice",
            invoice_number="20261101",
            invoice_date=due - timedelta(days=20),
            due_date=due,
            period_start=date(2026, 12, 1),
            period_end=date(2026, 12, 31),
            lines=(RentLine(RentPart.BASE_RENT, "Hyra", Decimal("8450.00")),),
        )
    )
    sent = applied.api(
        "POST",
        "/v1/invoices/upload",
        token=token,
        params={"filename": "hyra.pdf"},
        data=notice,
        headers={"Content-Type": "application/pdf"},
    )
    assert sent.status_code == 202, sent.text
    # The bucket's event runs the reader ...
    listed = eventually("rent notice", lambda: applied.api("GET", "/v1/invoices/rental", token=token).json()["data"])
    assert [row["Total Amount"] for row in listed["invoices"]["2026"]]
    # ... and the table's stream runs the one that tells.
    (mail,) = eventually("notification", applied.aws.outbox)
    assert mail["To"] == [ALICE["email"]]


def test_a_schedule_starts_its_function(applied: Applied) -> None:
    def started() -> list[Any]:
        found = applied.client("logs").filter_log_events(logGroupName="/aws/lambda/fetch_latest_invoice")
        return list(found["events"])

    eventually("sign of the schedule", started, seconds=120)


def test_a_queue_message_starts_its_function(applied: Applied, token: str) -> None:
    assert applied.api("DELETE", "/v1/user/me", token=token).status_code == 202
    db = applied.client("dynamodb")
    eventually(
        "erasure", lambda: not db.scan(TableName="RentalInvoices")["Items"] and not db.scan(TableName="Users")["Items"]
    )


def test_z_destroy_leaves_nothing(applied: Applied) -> None:
    applied.terraform.run("destroy", "-auto-approve", *applied.variables)
    left = portrait(applied.client)
    assert not any(left.values()), left
    assert not applied.client("iam").list_roles()["Roles"]
    assert not applied.client("logs").describe_log_groups(logGroupNamePrefix="/aws/")["logGroups"]
