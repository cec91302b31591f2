"""Making on the emulator what Terraform makes on AWS, from the same two sources: the tables' models and functions.yaml."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from lambdas.catalogue import Function, ObjectTrigger, QueueFeed, StreamFeed, authorizer, functions
from paypulse.core.aws import client
from paypulse.core.config import config
from paypulse.core.tables import Table
from paypulse.sandbox.emulator import ACCOUNT, REGION

LAMBDA_BUCKET = "paypulse-lambda-bucket"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/paypulse-sandbox"
_API = "paypulse"
PUSH_PLATFORM = f"arn:aws:sns:{REGION}:{ACCOUNT}:app/GCM/paypulse"
_INVOKED = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{{}}/invocations"


@dataclass(frozen=True, slots=True)
class Package:
    """A function and the ZIP it runs."""

    function: Function
    path: Path


def tables() -> tuple[type[Table], ...]:
    """Every table of the product."""
    return tuple(
        each for name in ("accounts", "vendors", "invoices") for each in import_module(f"{name}.tables").TABLES
    )


def make_tables() -> None:
    """Create the tables that are missing, with their encryption, recovery and expiry settings."""
    there = {name for page in client("dynamodb").get_paginator("list_tables").paginate() for name in page["TableNames"]}
    for table in tables():
        if table.Meta.table_name not in there:
            table.create_table(wait=True)
            client("dynamodb").update_table(TableName=table.Meta.table_name, SSESpecification={"Enabled": True})
            _keep_history(table)


def _keep_history(table: type[Table]) -> None:
    if table.specification().point_in_time_recovery:
        enabled = {"PointInTimeRecoveryEnabled": True}
        name = table.Meta.table_name
        client("dynamodb").update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=enabled)


def make_buckets() -> None:
    """Both buckets: versioned, encrypted, closed to the public."""
    for name in (config().invoices_bucket, LAMBDA_BUCKET):
        _make_bucket(name)


def _make_bucket(name: str) -> None:
    s3 = client("s3")
    if name not in {each["Name"] for each in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(closed, True))


def make_queues() -> None:
    """Every queue of the list, each with a dead-letter queue behind it."""
    for function in functions():
        for feed in function.queues:
            _make_queue(feed, function)


def _make_queue(feed: QueueFeed, function: Function) -> None:
    sqs = client("sqs")
    dead = sqs.create_queue(QueueName=feed.dead_letters)["QueueUrl"]
    target = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    url = sqs.create_queue(QueueName=feed.name)["QueueUrl"]
    settings = {
        "VisibilityTimeout": str(function.timeout_s),
        "RedrivePolicy": f'{{"deadLetterTargetArn":"{target}","maxReceiveCount":"{config().max_receives}"}}',
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes=settings)


def make_key() -> None:
    """The key that mailbox tokens are encrypted with."""
    kms = client("kms")
    aliases = {each["AliasName"] for page in kms.get_paginator("list_aliases").paginate() for each in page["Aliases"]}
    if config().kms_key_id not in aliases:
        key = kms.create_key(Description="PayPulse: mailbox tokens")["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=config().kms_key_id, TargetKeyId=key)


def make_sender() -> None:
    """The address that PayPulse writes from."""
    address = config().mail_from.rpartition("<")[2].rstrip(">")
    ses = client("sesv2")
    if address not in {each["IdentityName"] for each in ses.list_email_identities()["EmailIdentities"]}:
        ses.create_email_identity(EmailIdentity=address)


def make_push() -> None:
    """The platform that people's phones are registered at; the emulator takes what is sent there, and no phone gets it."""
    _, platform, name = config().push_platform.rpartition(":")[2].split("/")
    credential = {"PlatformCredential": "invented"}
    client("sns").create_platform_application(Name=name, Platform=platform, Attributes=credential)


def deploy(packages: Iterable[Package], environment: Mapping[str, str]) -> Iterator[Function]:
    """Put every package into the Lambda bucket and make or renew its function, one at a time as they are asked for."""
    there = {
        each["FunctionName"]
        for page in client("lambda").get_paginator("list_functions").paginate()
        for each in page["Functions"]
    }
    for package in packages:
        client("s3").upload_file(str(package.path), LAMBDA_BUCKET, package.path.name)
        _deploy(package, environment, exists=package.function.name in there)
        yield package.function


def _deploy(package: Package, environment: Mapping[str, str], *, exists: bool) -> None:
    settings = _settings(package.function, environment)
    code = {"S3Bucket": LAMBDA_BUCKET, "S3Key": package.path.name}
    if exists:
        client("lambda").update_function_code(FunctionName=package.function.name, **code)
        client("lambda").update_function_configuration(**settings)
    else:
        client("lambda").create_function(**settings, Code=code)


def _settings(function: Function, environment: Mapping[str, str]) -> dict[str, Any]:
    # A worker that is warm keeps the code it started with; a changed variable renews it.
    renewed = {"PAYPULSE_FUNCTION": function.name, "PAYPULSE_DEPLOYED_AT": str(time.time_ns())}
    return {
        "FunctionName": function.name,
        "Runtime": "python3.13",
        "Handler": function.handler,
        "Role": _ROLE,
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout_s,
        "Environment": {"Variables": {**environment, **renewed}},
    }


def connect(deployed: Sequence[Function]) -> None:
    """Let queues, streams, objects and schedules start their functions."""
    _forget_mappings()
    for function in deployed:
        for feed in function.queues:
            _map_queue(function, feed)
        for stream in function.streams:
            _map_stream(function, stream)
        for schedule in function.schedules:
            _make_schedule(schedule.name, schedule.expression, function)
    _notify(deployed)


def _forget_mappings() -> None:
    # A mapping to a stream that outlived a restart of the emulator delivers nothing: they are all made anew.
    pages = client("lambda").get_paginator("list_event_source_mappings").paginate()
    for uuid in [each["UUID"] for page in pages for each in page["EventSourceMappings"]]:
        client("lambda").delete_event_source_mapping(UUID=uuid)


def _map_queue(function: Function, feed: QueueFeed) -> None:
    client("lambda").create_event_source_mapping(
        FunctionName=function.name,
        EventSourceArn=f"arn:aws:sqs:{REGION}:{ACCOUNT}:{feed.name}",
        BatchSize=feed.batch_size,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )


def _map_stream(function: Function, feed: StreamFeed) -> None:
    table = client("dynamodb").describe_table(TableName=feed.table)["Table"]
    names = ",".join(f'"{event}"' for event in feed.events)
    client("lambda").create_event_source_mapping(
        FunctionName=function.name,
        EventSourceArn=table["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
        BatchSize=feed.batch_size,
        MaximumBatchingWindowInSeconds=feed.window_s,
        BisectBatchOnFunctionError=True,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        FilterCriteria={"Filters": [{"Pattern": f'{{"eventName":[{names}]}}'}]},
    )


def _make_schedule(name: str, expression: str, function: Function) -> None:
    scheduler = client("scheduler")
    settings = {
        "Name": name,
        "ScheduleExpression": expression,
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": _arn(function), "RoleArn": _ROLE},
    }
    try:
        scheduler.create_schedule(**settings)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConflictException":
            raise
        scheduler.update_schedule(**settings)


def _notify(deployed: Iterable[Function]) -> None:
    triggers = [(function, each) for function in deployed for each in function.objects]
    configuration = {"LambdaFunctionConfigurations": [_notification(function, each) for function, each in triggers]}
    client("s3").put_bucket_notification_configuration(
        Bucket=config().invoices_bucket, NotificationConfiguration=configuration
    )


def _notification(function: Function, trigger: ObjectTrigger) -> dict[str, Any]:
    rules = [{"Name": "prefix", "Value": trigger.prefix}, {"Name": "suffix", "Value": trigger.suffix}]
    return {
        "Id": function.name,
        "LambdaFunctionArn": _arn(function),
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": rules}},
    }


def _arn(function: Function) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function.name}"


def make_api(deployed: Sequence[Function]) -> str:
    """The HTTP API with every route of the functions and no other, behind its authorizer; returns the path below which /v1 lies."""
    gateway = client("apigatewayv2")
    found = [each["ApiId"] for each in gateway.get_apis()["Items"] if each["Name"] == _API]
    api = found[0] if found else gateway.create_api(Name=_API, ProtocolType="HTTP")["ApiId"]
    guard = _authorizer(api)
    guards = {each.name: None if each.public else guard for each in deployed}
    wanted = {str(route): (_arn(each), guards[each.name]) for each in deployed for route in each.routes}
    routed = _kept_routes(api, wanted)
    for function in deployed:
        _route(api, function, routed, guard=guards[function.name])
    if not gateway.get_stages(ApiId=api)["Items"]:
        gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return f"/_aws/execute-api/{api}/$default"


def _authorizer(api: str) -> str:
    """The id of the authorizer: the one that routes of an earlier run stand behind, or a new one."""
    gateway, asked = client("apigatewayv2"), authorizer()
    before = [each["AuthorizerId"] for each in gateway.get_routes(ApiId=api)["Items"] if each.get("AuthorizerId")]
    if before:
        return str(before[0])
    made = gateway.create_authorizer(
        ApiId=api,
        Name=asked.name,
        AuthorizerType="REQUEST",
        AuthorizerUri=_INVOKED.format(_arn(asked)),
        AuthorizerPayloadFormatVersion="2.0",
        EnableSimpleResponses=True,
        AuthorizerResultTtlInSeconds=0,
        IdentitySource=[],
    )
    return str(made["AuthorizerId"])


def _kept_routes(api: str, wanted: Mapping[str, tuple[str, str | None]]) -> set[str]:
    """The routes that lead to their functions behind the right guard; one of an earlier run that does not is deleted."""
    gateway, kept = client("apigatewayv2"), set()
    integrations = gateway.get_integrations(ApiId=api)["Items"]
    leads = {f"integrations/{each['IntegrationId']}": each["IntegrationUri"] for each in integrations}
    for route in gateway.get_routes(ApiId=api)["Items"]:
        if wanted.get(route["RouteKey"]) == (leads.get(route["Target"]), route.get("AuthorizerId") or None):
            kept.add(route["RouteKey"])
        else:
            gateway.delete_route(ApiId=api, RouteId=route["RouteId"])
    return kept


def _route(api: str, function: Function, routed: Iterable[str], *, guard: str | None) -> None:
    missing = [str(route) for route in function.routes if str(route) not in routed]
    if not missing:
        return
    integration = client("apigatewayv2").create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=_arn(function), PayloadFormatVersion="2.0"
    )["IntegrationId"]
    for route in missing:
        target = f"integrations/{integration}"
        guarded = {"AuthorizationType": "CUSTOM", "AuthorizerId": guard} if guard else {"AuthorizationType": "NONE"}
        client("apigatewayv2").create_route(ApiId=api, RouteKey=route, Target=target, **guarded)
