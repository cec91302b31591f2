"""The sandbox's AWS is the one that the tables and the list of functions describe."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from lambdas.catalogue import functions
from paypulse.core.tables import Table
from paypulse.sandbox.provision import LAMBDA_BUCKET, tables
from tests.e2e.running import BUCKET, Running

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(400), pytest.mark.xdist_group("sandbox")]


def keys(schema: list[dict[str, str]]) -> list[str]:
    return [each["AttributeName"] for each in schema]


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.__name__)
def test_a_table_is_as_its_model_says(sandbox: Running, table: type[Table]) -> None:
    spec = table.specification()
    made = sandbox.client("dynamodb").describe_table(TableName=spec.name)["Table"]
    wanted = [each[0] for each in (spec.key.partition, spec.key.sort) if each]
    assert keys(made["KeySchema"]) == wanted
    indexes = {each["IndexName"]: keys(each["KeySchema"]) for each in made.get("GlobalSecondaryIndexes", ())}
    assert indexes == {
        name: [each[0] for each in (key.partition, key.sort) if each] for name, key in spec.indexes.items()
    }
    assert made.get("StreamSpecification", {}).get("StreamEnabled", False) == spec.stream


@pytest.mark.parametrize("name", [BUCKET, LAMBDA_BUCKET])
def test_a_bucket_is_versioned_encrypted_and_closed(sandbox: Running, name: str) -> None:
    s3 = sandbox.client("s3")
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())


def test_every_queue_has_its_dead_letter_queue(sandbox: Running) -> None:
    sqs = sandbox.client("sqs")
    for feed in [feed for function in functions() for feed in function.queues]:
        url = sqs.get_queue_url(QueueName=feed.name)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]
        assert json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"].endswith(feed.dead_letters)


def test_every_function_is_deployed_and_fed(sandbox: Running) -> None:
    pages = sandbox.client("lambda").get_paginator("list_functions").paginate()
    deployed = {each["FunctionName"] for page in pages for each in page["Functions"]}
    assert deployed == {function.name for function in functions()}
    assert _mappings(sandbox) == {
        (function.name, source)
        for function in functions()
        for source in (*(feed.name for feed in function.queues), *(feed.table for feed in function.streams))
    }


def _mappings(sandbox: Running) -> set[tuple[str, str]]:
    found = sandbox.client("lambda").list_event_source_mappings(MaxItems=100)["EventSourceMappings"]
    return {(each["FunctionArn"].rpartition(":")[2], _source(each)) for each in found}


def _source(mapping: dict[str, Any]) -> str:
    arn = mapping["EventSourceArn"]
    return arn.split("table/")[1].split("/")[0] if "table/" in arn else arn.rpartition(":")[2]


def test_every_function_answers_a_call(sandbox: Running) -> None:
    for function in functions():
        if function.routes:
            method, path = function.routes[0].method, function.routes[0].path.removeprefix("/v1")
            answer = requests.request(method, f"{sandbox.api}{path}", timeout=60)
            expected = (200, 400, 422) if function.public else (401,)
            assert answer.status_code in expected, (function.name, answer.status_code, answer.text[:300])


def test_every_schedule_is_set(sandbox: Running) -> None:
    wanted = {each.name for function in functions() for each in function.schedules}
    found = {each["Name"] for each in sandbox.client("scheduler").list_schedules()["Schedules"]}
    assert found == wanted
