"""After a crash: every event that may have been on its way is delivered again.

The emulator keeps neither stream records nor S3 events in work over a crash, where AWS keeps both. Every function of ours may
be called twice for the same thing, so all objects and all rows are simply announced once more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from lambdas.catalogue import Function, functions
from paypulse.core.aws import client
from paypulse.core.config import config
from paypulse.sandbox.emulator import ACCOUNT, REGION
from paypulse.sandbox.show import Show


class Mark:
    """A file that is there while the sandbox runs: found at a start, it tells of a crash."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "running"
        self.tells_of_a_crash = self._file.exists()

    def set(self) -> None:
        """We run now."""
        self._file.touch()

    def clear(self) -> None:
        """We stopped in good order."""
        self._file.unlink(missing_ok=True)


def redeliver(show: Show) -> None:
    """Announce every object and every row of a table with a stream again, once no dead function holds a mailbox."""
    _free_mailboxes()
    with show.step("After a crash: events once more") as step:
        events = [*_object_events(), *_stream_events()]
        for function, event in step.each(events, len(events)):
            client("lambda").invoke(FunctionName=function.name, Payload=json.dumps(event).encode())
        step.note = f"{len(events)} events"


def _free_mailboxes() -> None:
    # No function outlived the crash: what one of them held would only have to be waited for.
    for row in _rows("Mailboxes"):
        client("dynamodb").update_item(
            TableName="Mailboxes",
            Key={name: row[name] for name in ("UserID", "MailboxID")},
            UpdateExpression="REMOVE sync_lock, sync_lock_until",
        )


def _object_events() -> Iterator[tuple[Function, dict[str, Any]]]:
    triggers = [(function, each) for function in functions() for each in function.objects]
    pages = client("s3").get_paginator("list_objects_v2").paginate(Bucket=config().invoices_bucket)
    for key in [found["Key"] for page in pages for found in page.get("Contents", ())]:
        for function, trigger in triggers:
            if key.startswith(trigger.prefix) and key.endswith(trigger.suffix):
                yield function, object_created(key)


def object_created(key: str) -> dict[str, Any]:
    """S3's event of an object that came to be."""
    about = {"bucket": {"name": config().invoices_bucket}, "object": {"key": quote_plus(key, safe="/")}}
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "awsRegion": REGION, "s3": about}
    return {"Records": [record | {"eventVersion": "2.1", "eventTime": datetime.now(UTC).isoformat()}]}


def _stream_events() -> Iterator[tuple[Function, dict[str, Any]]]:
    for function in functions():
        for feed in function.streams:
            rows = iter(_rows(feed.table))
            while batch := list(islice(rows, feed.batch_size)):
                yield function, inserted(feed.table, batch)


def _rows(table: str) -> Iterator[Mapping[str, Any]]:
    for page in client("dynamodb").get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def inserted(table: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The stream's event of rows that came to be."""
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}/stream/again"
    return {"Records": [_record(arn, number, row) for number, row in enumerate(rows)]}


def _record(arn: str, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    keys = {name: row[name] for name in ("UserID", "InvoiceID")}
    change = {
        "Keys": keys,
        "NewImage": dict(row),
        "SequenceNumber": f"{number:021}",
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    about = {"eventID": f"again-{number}", "eventName": "INSERT", "eventSource": "aws:dynamodb"}
    return about | {"eventVersion": "1.1", "awsRegion": REGION, "eventSourceARN": arn, "dynamodb": change}
