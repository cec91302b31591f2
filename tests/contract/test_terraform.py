"""The Terraform configuration, applied for real to an emulator: what it makes, that it works, and that it takes it all back."""

from __future__ import annotations

import io
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
from zipfile import ZipFile

import boto3
import pytest
import requests

from docs import costs
from lambdas.bundle import Architecture, site
from lambdas.bundle.bytecode import interpreter
from lambdas.bundle.imports import ROOT
from lambdas.catalogue import functions
from paypulse.core.tables import Table
from paypulse.sandbox import emulator, provision
from paypulse.sandbox.documents.rent import RentFacts, RentLine, RentPart, rent_notice
from tests.conftest import all_tables
from tests.contract.portrait import portrait
from tests.contract.terraforming import Workspace, require_terraform, workspace

pytestmark = [pytest.mark.terraform, pytest.mark.timeout(900), pytest.mark.xdist_group("terraform")]

ALICE = {"email": "alice@example.com", "name": "Alice", "password": "long enough to be good 42"}
HURRIED = "fetch-latest-invoice"
# All but what the emulator has not: Application Auto Scaling, domain names of HTTP APIs, and images to run.
VARIABLES = {
    "autoscale_rental": "false",
    "protect_data": "false",
    "schedules": json.dumps({HURRIED: "rate(1 minute)"}),
    "site_start": "provisioned",
    "push": json.dumps({"platform": "GCM", "credential": "invented"}),
    "alarm_email": "ops@pay.example",
    "budget_usd": "50",
}
SITE = "paypulse-site"
WHEELS = ROOT / "build/wheels"
# The tables that are given, as their specification has them: key, indexes, capacity, whether a stream, whether recovery.
DETAILS = (["InvoiceID"], {}, None, False, False)
SPECIFIED = {
    "RentalInvoices": (
        ["UserID", "InvoiceID"],
        {"due_date_year-due_date_month-index": ["due_date_year", "due_date_month"]},
        (5, 5),
        True,
        False,
    ),
    "Users": (["UserID"], {"Email-index": ["Email"]}, None, False, False),
    "RetailInvoices": (
        ["UserID", "InvoiceID"],
        {
            "invoice_date-index": ["UserID", "invoice_date"],
            "sub_type-invoice_date-index": ["UserID_SubType", "invoice_date"],
        },
        None,
        True,
        True,
    ),
    "FoodDeliveryInvoices": DETAILS,
    "ClothingInvoices": DETAILS,
    "TechnologyInvoices": DETAILS,
    "SubscriptionInvoices": DETAILS,
    "GroceryInvoices": DETAILS,
    "MiscellaneousUtilityInvoices": DETAILS,
    "MiscellaneousInvoices": DETAILS,
    "TravelInvoices": DETAILS,
    "VendorConfig": (["vendor_id"], {}, None, False, False),
}
# What the emulator does not give back as it was told, so that a second plan wants to say it again: of an authorizer that asks a
# function an empty configuration of JWTs, which AWS leaves out; of an alarm hardly its name; of an object that came in parts no tags.
FORGOTTEN = {
    "aws_apigatewayv2_authorizer": {"jwt_configuration"},
    "aws_cloudwatch_metric_alarm": {
        "actions_enabled",
        "alarm_actions",
        "alarm_description",
        "dimensions",
        "metric_query",
        "ok_actions",
        "period",
        "statistic",
        "treat_missing_data",
    },
    "aws_s3_object": {"tags_all"},
    "aws_sesv2_email_identity": {"configuration_set_name"},
}


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
        headers = {**request.pop("headers", {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        address = self.gateway("paypulse-api")["ApiId"]
        return self.ask(method, f"{address}/$default{path}", headers=headers, **request)

    def site(self, path: str) -> requests.Response:
        """A page of the site through its own gateway."""
        host = self.gateway(SITE)["ApiEndpoint"].partition("://")[2]
        return requests.get(f"{self.aws.url}{path}", headers={"Host": host}, timeout=60)

    def gateway(self, name: str) -> dict[str, Any]:
        (found,) = (each for each in self.client("apigatewayv2").get_apis()["Items"] if each["Name"] == name)
        return found

    def ask(self, method: str, place: str, **request: Any) -> requests.Response:
        return requests.request(method, f"{self.aws.url}/_aws/execute-api/{place}", timeout=60, **request)

    def log(self, function: str) -> str:
        """What a function has said, for a test that fails."""
        events = self.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
        return "\n".join(each["message"] for each in events)[-8000:]

    def changes(self, *more: str) -> dict[str, list[str]]:
        """{address: actions} of what a plan would change, but for what the emulator forgets."""
        saved = self.terraform.folder / "saved.tfplan"
        self.terraform.run("plan", f"-out={saved}", *self.variables, *more)
        planned = json.loads(self.terraform.run("show", "-json", str(saved)).stdout)["resource_changes"]
        found = {each["address"]: each["change"]["actions"] for each in planned if not is_forgotten(each)}
        return {address: actions for address, actions in found.items() if actions not in (["no-op"], ["read"])}


def is_forgotten(planned: dict[str, Any]) -> bool:
    """Whether a planned change says no more than what the emulator does not give back."""
    change = planned["change"]
    if change["actions"] != ["update"]:
        return False
    differing = {name for name, value in change["before"].items() if value != change["after"].get(name)}
    unknown = set(change["after_unknown"]) - set(change["after"])
    return bool(differing) and differing | unknown <= FORGOTTEN.get(planned["type"], set())


def client_of(aws: emulator.Emulator, service: str) -> Any:
    # An account's number as the key is its owner, to whom an emulator that enforces rights allows everything.
    keys = {"aws_access_key_id": emulator.ACCOUNT, "aws_secret_access_key": "owner", "region_name": emulator.REGION}
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
    # Where the functions' Python is at hand the emulator runs on it, and on the packages as AWS gets them; elsewhere on our
    # own code alone and this Python, with what we depend on by its path.
    python = interpreter()
    architecture = Architecture.here() if python else Architecture.ARM64
    emulator.install(python)
    folder = tmp_path_factory.mktemp("terraform")
    with emulator.running(folder / "aws", rights=True, python=python) as aws:
        owner = {**aws.environment(), "AWS_ACCESS_KEY_ID": emulator.ACCOUNT}
        space = workspace(folder / "copy", owner, complete=bool(python))
        shutil.copy(Path(__file__).with_name("emulator_override.tf"), space.folder / "terraform")
        worn = {
            **({} if python else {"PYTHONPATH": sysconfig.get_path("purelib")}),
            "AWS_ENDPOINT_URL": aws.url,
            "PAYPULSE_ENV": "local",
            "POWERTOOLS_TRACE_DISABLED": "true",
        }
        packed = (
            site.build(folder, architecture, wheelhouse=WHEELS) if python else site.build_local(folder / "site.zip")
        )
        settings = {
            **VARIABLES,
            "architecture": str(architecture),
            "site_package": str(packed),
            "extra_environment": json.dumps(worn),
        }
        variables = ("-no-color", *(f"-var={name}={value}" for name, value in settings.items()))
        space.run("apply", "-auto-approve", *variables)
        # As docs/deploy.md has it: the secrets are made empty, and filled once by hand.
        for secret, kept in {
            "settings": {"PAYPULSE_SECRET_KEY": "k" * 48},
            "signing": {"PAYPULSE_JWT_KEYS": "j" * 48},
        }.items():
            client_of(aws, "secretsmanager").put_secret_value(
                SecretId=f"paypulse/{secret}", SecretString=json.dumps(kept)
            )
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


@pytest.mark.parametrize("name", SPECIFIED)
def test_a_given_table_is_as_specified(made: dict[str, Any], name: str) -> None:
    table = made["tables"][name]
    key, indexes, capacity, stream, recovery = SPECIFIED[name]
    assert table["key"] == [(each, "S") for each in key]
    assert table["indexes"] == {index: ([(each, "S") for each in names], "ALL") for index, names in indexes.items()}
    assert (table["capacity"], table["recovery"], table["encrypted"]) == (capacity, recovery, True)
    assert table["stream"] == ("NEW_AND_OLD_IMAGES" if stream else None)


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
        # The sandbox serves the site itself.
        "functions": {name: each for name, each in made["functions"].items() if name != SITE},
        # How long a message stays out: the sandbox tries again sooner.
        "queues": {name: each[1:] for name, each in made["queues"].items() if name != "paypulse-failures"},
        # This module tells one to run every minute.
        "schedules": {name: each for name, each in made["schedules"].items() if name != HURRIED},
    }


def test_what_the_sandbox_provisions_is_the_same(made: dict[str, Any], tmp_path: Path) -> None:
    with emulator.running(tmp_path / "aws") as aws:
        script = Path(__file__).with_name("provision_sandbox.py")
        settings = {
            **os.environ,
            **aws.environment(),
            "PYTHONPATH": str(ROOT),
            "PAYPULSE_PUSH_PLATFORM": provision.PUSH_PLATFORM,
        }
        subprocess.run([sys.executable, str(script), str(tmp_path)], env=settings, check=True)
        sandbox = portrait(partial(client_of, aws))
    for part, expected in without_extras(made).items():
        assert without_extras(sandbox)[part] == expected, part


def test_a_second_plan_wants_nothing_but_what_the_emulator_forgets(applied: Applied) -> None:
    assert applied.changes() == {}


@pytest.fixture(scope="module")
def changed(applied: Applied) -> dict[str, list[str]]:
    """{address: actions} of a plan with another package of one function, and the parsers as images."""
    (package,) = applied.terraform.folder.glob("build/bundle/*/get_job.zip")
    kept = package.read_bytes()
    with ZipFile(package, "a") as archive:
        archive.writestr("newer.txt", "newer")
    wanted = applied.changes("-refresh=false", "-var=parser_image_tag=1.0.0")
    package.write_bytes(kept)
    return wanted


def test_a_new_package_redeploys_its_function_and_no_other(changed: dict[str, list[str]]) -> None:
    redeployed = ['aws_lambda_function.this["get_job"]', 'aws_s3_object.package["get_job"]']
    assert {address: actions for address, actions in changed.items() if "get_job" in address} == {
        address: ["update"] for address in redeployed
    }
    functions_changed = {each.split('"')[1] for each in changed if each.startswith("aws_lambda_function.")}
    assert functions_changed == {"get_job", "parse_invoice", "parse_retail_invoice"}


def test_a_parser_that_becomes_an_image_takes_its_triggers_along(changed: dict[str, list[str]]) -> None:
    for kind in ("function.this", "function_event_invoke_config.this", "permission.objects"):
        assert set(changed[f'aws_lambda_{kind}["parse_invoice"]']) == {"delete", "create"}, kind


def test_there_are_as_many_alarms_as_the_costs_say(applied: Applied) -> None:
    pages = applied.client("cloudwatch").get_paginator("describe_alarms").paginate()
    made = [each for page in pages for each in page["MetricAlarms"]]
    # Push messages are an option that the costs leave out. One alarm looks at two measures, and is billed as two.
    assert len([each for each in made if each.get("Namespace") != "AWS/SNS"]) + 1 == costs.alarms()
    assert all(each["AlarmActions"] and each["AlarmDescription"] for each in made)


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
    assert len(set(roles)) == len(roles) == len(functions()) + 1, "and the site has one"


def test_phones_are_registered_by_one_function_at_one_platform_and_nothing_else_listens(applied: Applied) -> None:
    (platform,) = applied.client("sns").list_platform_applications()["PlatformApplications"]
    about_phones = [
        (role, each)
        for role, each in statements(applied)
        if any("Endpoint" in action for action in listed(each["Action"]))
    ]
    assert {role for role, _ in about_phones} == {
        f"paypulse-{name}" for name in ("manage-push-devices", "delete-user", "site")
    }
    assert all(listed(each["Resource"]) == [platform["PlatformApplicationArn"]] for _, each in about_phones)
    makers = {role for role, each in about_phones if "sns:CreatePlatformEndpoint" in listed(each["Action"])}
    listening = [(role, each) for role, each in statements(applied) if "sns:Subscribe" in listed(each["Action"])]
    assert makers == {role for role, _ in listening} == {"paypulse-manage-push-devices"}
    assert [each["Condition"] for _, each in listening] == [{"StringEquals": {"sns:Protocol": "application"}}]


def test_no_role_has_a_wildcard_that_aws_lets_it_avoid(applied: Applied) -> None:
    # Below a table its indexes and streams, below the bucket its originals, below a log group its streams, people's topics.
    bounded = re.compile(
        r"(:table/\w+/(index|stream)/|:::[\w.-]+/(invoices|exports)/|:log-group:/aws/lambda/[\w-]+:|:paypulse-push-)\*$"
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
    } | {SITE: {"*"}}
    for role, statement in statements(applied):
        reached = {
            each.split(":table/")[1].split("/")[0] for each in listed(statement["Resource"]) if ":table/" in each
        }
        assert not reached or "*" in named[role] or reached <= named[role], role


def test_only_those_that_issue_or_look_at_tokens_can_read_what_signs_them(applied: Applied) -> None:
    read = {
        (role, resource.partition(":secret:paypulse/")[2].partition("-")[0])
        for role, statement in statements(applied)
        if "secretsmanager:GetSecretValue" in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }
    assert {role for role, secret in read if secret == "signing"} == {
        "paypulse-authorize-api",
        "paypulse-login-user",
        "paypulse-signup-user",
    }
    assert (SITE, "settings") in read
    assert {role for role, _ in read if role != SITE} == {
        f"paypulse-{each.name.replace('_', '-')}" for each in functions() if each.rights.secrets
    }


def forget_conditions(applied: Applied) -> None:
    """Take off what the emulator cannot judge or be: it knows no condition keys of KMS and SES, and speaks without TLS."""
    applied.client("s3").delete_bucket_policy(Bucket="rental-invoices-bucket")
    iam = applied.client("iam")
    for role in iam.list_roles()["Roles"]:
        for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]
            for statement in document["Statement"]:
                keys = [key for test in statement.get("Condition", {}).values() for key in test]
                if any(key.startswith(("kms:", "ses:")) for key in keys):
                    del statement["Condition"]
                if statement["Sid"] == "Mail":  # it does not see which identity sends
                    statement["Resource"] = "*"
            iam.put_role_policy(RoleName=role["RoleName"], PolicyName=name, PolicyDocument=json.dumps(document))


@pytest.fixture(scope="module")
def token(applied: Applied) -> str:
    """Alice's, who signs up. From here on functions run, each with the rights of its own role."""
    forget_conditions(applied)
    answer = applied.api("POST", "/v1/auth/signup", json=ALICE)
    assert answer.status_code == 201, applied.log("signup_user")
    return str(answer.json()["data"]["access_token"])


def test_a_function_answers_over_http(applied: Applied, token: str) -> None:
    answer = applied.api("GET", "/v1/user/me", token=token)
    assert (answer.status_code, answer.json()["data"]["email"]) == (200, ALICE["email"])


def test_an_unknown_route_and_a_missing_token_are_told_in_the_published_envelope(applied: Applied) -> None:
    assert applied.api("GET", "/v1/nowhere").json()["error"]["message"]
    assert applied.api("GET", "/v1/user/me").json()["error"]["code"] == "INVALID_TOKEN"


def test_a_bearer_is_known_or_refused_by_the_authorizer_alone(applied: Applied, token: str) -> None:
    """The role of the function behind could not look at a token; that it answers shows who did."""
    assert applied.api("GET", "/v1/jobs/job_nowhere", token=token).status_code == 404
    refused = applied.api("GET", "/v1/jobs/job_nowhere", token=f"{token[:-2]}xx")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "INVALID_TOKEN")
    made = applied.api("POST", "/v1/tokens", token=token, json={"name": "script", "scopes": ["invoices:read"]})
    script = made.json()["data"]["token"]
    assert applied.api("GET", "/v1/summaries", token=script).status_code == 200
    beyond = applied.api("GET", "/v1/tokens", token=script)
    assert (beyond.status_code, beyond.json()["error"]["code"]) == (403, "INVALID_TOKEN")


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
    assert sent.status_code == 202, applied.log("upload_invoice")
    # The bucket's event runs the reader ...
    listed = eventually("rent notice", lambda: applied.api("GET", "/v1/invoices/rental", token=token).json()["data"])
    assert [row["Total Amount"] for row in listed["invoices"]["2026"]]
    # ... and the table's stream runs the one that tells.
    (mail,) = eventually("notification", applied.aws.outbox)
    assert mail["To"] == [ALICE["email"]]


def test_the_site_answers_with_a_page(applied: Applied) -> None:
    page = eventually("page", lambda: (answer := applied.site("/accounts/sign-in/")).ok and answer)
    assert "<form" in page.text and "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_a_schedule_starts_its_function(applied: Applied) -> None:
    def started() -> list[Any]:
        found = applied.client("logs").filter_log_events(logGroupName="/aws/lambda/fetch_latest_invoice")
        return list(found["events"])

    eventually("sign of the schedule", started, seconds=120)


def test_a_queue_message_starts_its_function(applied: Applied, token: str) -> None:
    assert applied.api("DELETE", "/v1/user/me", token=token).status_code == 202
    db = applied.client("dynamodb")
    try:
        eventually("erasure", lambda: not any(db.scan(TableName=name)["Items"] for name in ("RentalInvoices", "Users")))
    except AssertionError as error:
        raise AssertionError(applied.log("delete_user")) from error


def test_the_site_goes_back_to_the_version_before_by_moving_its_name(applied: Applied) -> None:
    """The rollback of docs/deploy.md: `aws lambda update-alias`."""
    functions, live = applied.client("lambda"), {"FunctionName": SITE, "Name": "live"}
    before = functions.get_alias(**live)["FunctionVersion"]
    package = io.BytesIO()
    with ZipFile(package, "w") as archive:
        archive.writestr("handler.py", "def lambda_handler(*_): return {'statusCode': 200, 'body': 'newer'}")
    newer = functions.update_function_code(FunctionName=SITE, ZipFile=package.getvalue(), Publish=True)["Version"]
    assert "<form" in applied.site("/accounts/sign-in/").text, "what is published waits for its name"
    functions.update_alias(**live, FunctionVersion=newer)
    assert applied.site("/accounts/sign-in/").text == "newer"
    functions.update_alias(**live, FunctionVersion=before)
    assert "<form" in applied.site("/accounts/sign-in/").text


def test_z_destroy_leaves_nothing(applied: Applied) -> None:
    applied.terraform.run("destroy", "-auto-approve", *applied.variables)
    left = portrait(applied.client)
    assert not any(left.values()), left
    assert not applied.client("iam").list_roles()["Roles"]
    assert not applied.client("logs").describe_log_groups(logGroupNamePrefix="/aws/")["logGroups"]
    assert not applied.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert not applied.client("cloudwatch").list_dashboards()["DashboardEntries"]
    assert not applied.client("sns").list_topics()["Topics"]
    assert not applied.client("sns").list_platform_applications()["PlatformApplications"]
    assert not applied.client("secretsmanager").list_secrets()["SecretList"]
    assert not applied.client("sesv2").list_email_identities()["EmailIdentities"]
    assert not applied.client("budgets").describe_budgets(AccountId=emulator.ACCOUNT).get("Budgets")
    assert not [each for each in applied.client("kms").list_aliases()["Aliases"] if "paypulse" in each["AliasName"]]
