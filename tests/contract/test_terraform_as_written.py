"""What the Terraform configuration says of hosts, credentials and logs, without applying it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import hcl2

from lambdas.bundle.imports import ROOT
from lambdas.catalogue import functions
from tests.contract.test_tables_in_terraform import plain

FILES = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "terraform").glob("*.tf"))}
WHOLE = "\n".join(FILES.values())


@cache
def resources() -> dict[tuple[str, str], dict[str, Any]]:
    """Every resource by its type and name."""
    blocks = [each for text in FILES.values() for each in plain(hcl2.loads(text)).get("resource", [])]
    return {(kind, name): body for block in blocks for kind, named in block.items() for name, body in named.items()}


def of(kind: str) -> dict[str, dict[str, Any]]:
    return {name: body for (found, name), body in resources().items() if found == kind}


def test_site_and_api_are_two_gateways_with_a_host_each() -> None:
    """That their own domains have two names is refused otherwise by `domains`: terraform/tests/whole.tftest.hcl."""
    routes = of("aws_apigatewayv2_route")
    assert 'aws_apigatewayv2_api.this["api"]' in routes["function"]["api_id"]
    assert routes["site"]["for_each"] == "${local.site}" and "this[each.key]" in routes["site"]["api_id"]
    assert re.search(r"site\s+= var.site_package == null \? \{\} : \{ site = var.site_package \}", FILES["web.tf"])
    assert list(of("aws_apigatewayv2_api")) == ["this"] and 'toset(concat(["api"]' in FILES["api.tf"]
    assert {str(route).partition(" ")[2][:4] for each in functions() for route in each.routes} == {"/v1/", ""}
    assert "refuses_one_name_for_site_and_api" in (ROOT / "terraform/tests/whole.tftest.hcl").read_text("utf-8")


def test_own_domains_show_certificates_of_acm() -> None:
    """One of another kind is refused: terraform/tests/whole.tftest.hcl; a gateway's given name has Amazon's own."""
    (domain,) = of("aws_apigatewayv2_domain_name").values()
    (settings,) = domain["domain_name_configuration"]
    assert settings["certificate_arn"] == "${each.value.certificate_arn}"
    assert "refuses_a_certificate_that_is_not_acms" in (ROOT / "terraform/tests/whole.tftest.hcl").read_text("utf-8")
    assert [kind for kind, _ in resources() if "certificate" in kind or kind.startswith("tls_")] == []


def test_services_know_each_other_by_roles_and_no_credential_is_written_anywhere() -> None:
    kinds = {kind for kind, _ in resources()}
    assert kinds.isdisjoint(
        {"aws_iam_user", "aws_iam_access_key", "aws_iam_user_login_profile", "aws_db_instance", "random_password"}
    )
    # Secrets are made empty; who deploys fills them.
    assert not any("secret_version" in kind for kind in kinds) and len(of("aws_secretsmanager_secret")) == 2
    given = re.findall(
        r"(?im)^\s*\w*(?:password|passwd|secret_key|access_key|api_key|credential)\w*\s*=\s*(.+)$", WHOLE
    )
    assert [each for each in given if each.startswith('"') and "${" not in each] == []
    assert not re.search(r"\b(root/root|admin/admin|changeme|letmein)\b|AKIA[0-9A-Z]{16}", WHOLE)


def test_every_log_is_encrypted_and_kept_as_long_as_said() -> None:
    groups = of("aws_cloudwatch_log_group")
    assert set(groups) == {"function", "gateway", "site"}
    for group in groups.values():
        assert (
            group["kms_key_id"] == "${aws_kms_key.operations.arn}" and group["retention_in_days"] == "${var.log_days}"
        )
    for kind in ("function.this", "function.site"):
        (config,) = of("aws_lambda_function")[kind.rpartition(".")[2]]["logging_config"]
        assert config["log_format"] == "JSON" and "aws_cloudwatch_log_group" in config["log_group"]
    (access,) = of("aws_apigatewayv2_stage")["this"]["access_log_settings"]
    assert access["format"] == "${local.access_log}" and "jsonencode({" in FILES["api.tf"]


def actions() -> Iterator[str]:
    """Every right that the configuration gives to anybody."""
    yield from re.findall(r'"([a-z0-9]+:[A-Z*][A-Za-z*]*)"', WHOLE)


def test_whoever_writes_a_log_can_neither_read_nor_change_nor_delete_one() -> None:
    given = set(actions())
    assert {each for each in given if each.startswith("logs:")} == {"logs:CreateLogStream", "logs:PutLogEvents"}
    # A wildcard is the account's own, over its keys, or forbids.
    assert {each for each in given if "*" in each} == {"kms:*", "s3:*"} and WHOLE.count('"kms:*"') == 1
    assert re.findall(r'effect\s*= "Deny"\n\s*actions\s*= \["s3:\*"\]', WHOLE) and WHOLE.count('"s3:*"') == 1


def test_the_buckets_access_log_lies_where_no_function_reaches() -> None:
    logging = of("aws_s3_bucket_logging")["this"]
    assert logging["target_bucket"] == '${aws_s3_bucket.this["logs"].id}'
    reached = re.findall(r'aws_s3_bucket\.this\[\\?"(\w+)\\?"\]', FILES["access.tf"])
    assert reached and set(reached) == {"invoices"}
