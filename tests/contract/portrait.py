"""What an AWS account (here: an emulator) holds of PayPulse, as plain values that two accounts can be compared by."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Client = Callable[[str], Any]


def portrait(client: Client) -> dict[str, Any]:
    """Tables, buckets, queues, functions, what starts them, the API's routes and the push platform, without names that are made up on the way."""
    return {
        "tables": tables(client),
        "buckets": buckets(client),
        "queues": queues(client),
        "functions": functions(client),
        "mappings": mappings(client),
        "schedules": schedules(client),
        "routes": routes(client),
        "authorizers": authorizers(client),
        "platforms": platforms(client),
    }


def tables(client: Client) -> dict[str, Any]:
    """{name: keys, indexes, billing, stream, expiry, recovery, encryption}."""
    db = client("dynamodb")
    names = [name for page in db.get_paginator("list_tables").paginate() for name in page["TableNames"]]
    return {name: _table(db, name) for name in names}


def _table(db: Any, name: str) -> dict[str, Any]:
    table = db.describe_table(TableName=name)["Table"]
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    expiry = db.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    backups = db.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    return {
        "key": _key(table["KeySchema"], types),
        "indexes": {
            each["IndexName"]: (_key(each["KeySchema"], types), each["Projection"]["ProjectionType"])
            for each in table.get("GlobalSecondaryIndexes", ())
        },
        "capacity": _capacity(table),
        "stream": table.get("StreamSpecification", {}).get("StreamViewType"),
        "expiry": expiry.get("AttributeName") if expiry["TimeToLiveStatus"] == "ENABLED" else None,
        "recovery": backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED",
        "encrypted": table.get("SSEDescription", {}).get("Status") == "ENABLED",
    }


def _key(schema: Iterable[Mapping[str, str]], types: Mapping[str, str]) -> list[tuple[str, str]]:
    ordered = sorted(schema, key=lambda each: each["KeyType"] != "HASH")
    return [(each["AttributeName"], types[each["AttributeName"]]) for each in ordered]


def _capacity(table: Mapping[str, Any]) -> tuple[int, int] | None:
    if table.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST":
        return None
    throughput = table["ProvisionedThroughput"]
    return throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]


def buckets(client: Client) -> dict[str, Any]:
    """{name: versioning, encryption, closed to the public, what starts which function}."""
    s3 = client("s3")
    return {each["Name"]: _bucket(s3, each["Name"]) for each in s3.list_buckets()["Buckets"]}


def _bucket(s3: Any, name: str) -> dict[str, Any]:
    rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    told = s3.get_bucket_notification_configuration(Bucket=name).get("LambdaFunctionConfigurations", ())
    return {
        "versioned": s3.get_bucket_versioning(Bucket=name).get("Status"),
        "encryption": rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"],
        "closed": all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values()),
        "tells": sorted((_name(each["LambdaFunctionArn"]), each["Events"], _filter(each)) for each in told),
    }


def _filter(notification: Mapping[str, Any]) -> dict[str, str]:
    return {rule["Name"].lower(): rule["Value"] for rule in notification["Filter"]["Key"]["FilterRules"]}


def queues(client: Client) -> dict[str, Any]:
    """{name: seconds a message stays out, and where it goes when it keeps failing}."""
    sqs = client("sqs")
    found = {}
    for url in sqs.list_queues().get("QueueUrls", ()):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        redrive = json.loads(attributes.get("RedrivePolicy", "{}"))
        dead, receives = _name(redrive.get("deadLetterTargetArn", "")), int(redrive.get("maxReceiveCount", 0))
        found[_name(attributes["QueueArn"])] = (int(attributes["VisibilityTimeout"]), dead, receives)
    return found


def functions(client: Client) -> dict[str, Any]:
    """{name: handler, memory, time limit, runtime}."""
    pages = client("lambda").get_paginator("list_functions").paginate()
    return {
        each["FunctionName"]: (each["Handler"], each["MemorySize"], each["Timeout"], each["Runtime"])
        for page in pages
        for each in page["Functions"]
    }


def mappings(client: Client) -> list[Any]:
    """(function, source, batch size and window, filters, response types, bisecting) of every event source mapping, sorted."""
    found = client("lambda").list_event_source_mappings(MaxItems=100)["EventSourceMappings"]
    return sorted((_name(each["FunctionArn"]), _source(each["EventSourceArn"]), *_manner(each)) for each in found)


def _manner(mapping: Mapping[str, Any]) -> tuple[Any, ...]:
    filters = [json.loads(each["Pattern"]) for each in mapping.get("FilterCriteria", {}).get("Filters", ())]
    bisects = mapping.get("BisectBatchOnFunctionError") or False
    size = mapping["BatchSize"], mapping.get("MaximumBatchingWindowInSeconds") or 0
    return *size, json.dumps(filters), mapping.get("FunctionResponseTypes", []), bisects


def _source(arn: str) -> str:
    return arn.split("table/")[1].split("/")[0] if "table/" in arn else _name(arn)


def schedules(client: Client) -> dict[str, Any]:
    """{name: expression, time zone, function}."""
    scheduler = client("scheduler")
    found = {}
    for listed in scheduler.list_schedules()["Schedules"]:
        each = scheduler.get_schedule(Name=listed["Name"], GroupName=listed["GroupName"])
        target = _name(each["Target"]["Arn"])
        found[each["Name"]] = (each["ScheduleExpression"], each["ScheduleExpressionTimezone"], target)
    return found


def routes(client: Client) -> dict[str, Any]:
    """{route: (function, how its callers are authorized)} of the JSON API. The site's own gateway has one route, to the site."""
    gateway = client("apigatewayv2")
    found = {}
    for api in _apis(gateway):
        targets = {
            each["IntegrationId"]: _name(each["IntegrationUri"].removesuffix("/invocations"))
            for each in gateway.get_integrations(ApiId=api["ApiId"])["Items"]
        }
        for route in gateway.get_routes(ApiId=api["ApiId"], MaxResults="200")["Items"]:
            target = targets[route["Target"].removeprefix("integrations/")]
            found[route["RouteKey"]] = (target, route.get("AuthorizationType"), bool(route.get("AuthorizerId")))
    return found


def authorizers(client: Client) -> dict[str, Any]:
    """{name: function, kind, formats, seconds that an answer is remembered, what the gateway itself demands} of the JSON API."""
    gateway = client("apigatewayv2")
    return {
        each["Name"]: (
            _name(each["AuthorizerUri"].removesuffix("/invocations")),
            each["AuthorizerType"],
            each["AuthorizerPayloadFormatVersion"],
            each["EnableSimpleResponses"],
            each["AuthorizerResultTtlInSeconds"],
            each.get("IdentitySource", []),
        )
        for api in _apis(gateway)
        for each in gateway.get_authorizers(ApiId=api["ApiId"])["Items"]
    }


def platforms(client: Client) -> list[str]:
    """The platforms of push messages."""
    return [
        each["PlatformApplicationArn"] for each in client("sns").list_platform_applications()["PlatformApplications"]
    ]


def _apis(gateway: Any) -> list[Any]:
    return [each for each in gateway.get_apis()["Items"] if not each["Name"].endswith("-site")]


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]
