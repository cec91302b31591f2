"""Bring back what was deleted by mistake: `python -m docs.restore originals --since 2026-11-20T08:00Z`, or `... table NAME --at TIME`.

Nothing that exists is overwritten, and nothing of a person who was erased comes back. Run it with an operator's credentials;
it does the same again without harm.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from paypulse.core.aws import client
from paypulse.core.config import config


def originals(*, since: datetime, prefix: str) -> int:
    """Make originals deleted at or after `since` visible again, by removing the mark that hides them; gives how many."""
    s3, bucket, count = client("s3"), config().invoices_bucket, 0
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for mark in page.get("DeleteMarkers", ()):
            if mark["IsLatest"] and mark["LastModified"] >= since and _exists(mark["Key"].split("/")[1]):
                s3.delete_object(Bucket=bucket, Key=mark["Key"], VersionId=mark["VersionId"])
                count += 1
    return count


def table(name: str, *, at: datetime) -> int:
    """Put back the rows of `name` that were there at `at` and are gone now; gives how many.

    The table as it was is kept as {name}-restored, to look at; delete it afterwards.
    """
    restored = f"{name}-restored"
    db = client("dynamodb")
    if restored not in _tables():
        db.restore_table_to_point_in_time(SourceTableName=name, TargetTableName=restored, RestoreDateTime=at)
    db.get_waiter("table_exists").wait(TableName=restored)
    key = db.describe_table(TableName=name)["Table"]["KeySchema"][0]["AttributeName"]
    return sum(_put_back(name, key, row) for row in _rows(restored) if _exists(row["UserID"]["S"]))


def _put_back(name: str, key: str, row: dict[str, Any]) -> int:
    condition = {"ConditionExpression": "attribute_not_exists(#key)", "ExpressionAttributeNames": {"#key": key}}
    try:
        client("dynamodb").put_item(TableName=name, Item=row, **condition)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return 0
    return 1


@cache
def _exists(user_id: str) -> bool:
    """Whether the person is still there: an erased one's things stay erased."""
    return "Item" in client("dynamodb").get_item(TableName="Users", Key={"UserID": {"S": user_id}})


def _rows(name: str) -> Iterator[dict[str, Any]]:
    for page in client("dynamodb").get_paginator("scan").paginate(TableName=name):
        yield from page["Items"]


def _tables() -> set[str]:
    pages = client("dynamodb").get_paginator("list_tables").paginate()
    return {name for page in pages for name in page["TableNames"]}


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("say the time zone, such as 2026-11-20T08:00+00:00")
    return found


def _asked(arguments: list[str]) -> Namespace:
    parser = ArgumentParser(prog="python -m docs.restore", description="Bring back what was deleted by mistake.")
    commands = parser.add_subparsers(dest="command", required=True)
    files = commands.add_parser("originals", help="documents in the invoices bucket")
    files.add_argument("--since", type=_moment, required=True, help="deleted at or after this time")
    files.add_argument("--prefix", default="invoices/", help="below this key only")
    rows = commands.add_parser("table", help="rows of a table with point-in-time recovery")
    rows.add_argument("name")
    rows.add_argument("--at", type=_moment, required=True, help="a time when the rows were still there")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    """Do what was asked and say how much came back."""
    asked = _asked(arguments)
    if asked.command == "originals":
        print(f"{originals(since=asked.since, prefix=asked.prefix)} originals are back")
    else:
        print(f"{table(asked.name, at=asked.at)} rows are back")


if __name__ == "__main__":
    main(sys.argv[1:])
