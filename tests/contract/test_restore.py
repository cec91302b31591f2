"""The rehearsal of a restore, on an emulator with versions and recovery: what was lost comes back, what was erased does not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import boto3
import pytest

from lambdas.bundle.imports import ROOT
from paypulse.sandbox import emulator

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("terraform")]
BUCKET = "rental-invoices-bucket"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC).isoformat()


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[emulator.Emulator]:
    emulator.install()
    with emulator.running(tmp_path_factory.mktemp("restore")) as aws:
        made = "from paypulse.sandbox import provision; provision.make_tables(); provision.make_buckets()"
        run(aws, "-c", made)
        db = client(aws, "dynamodb")
        db.put_item(TableName="Users", Item={"UserID": {"S": "user_alice"}, "Email": {"S": "alice@example.com"}})
        yield aws


def client(aws: emulator.Emulator, service: str) -> Any:
    keys = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox", "region_name": emulator.REGION}
    return boto3.client(service, endpoint_url=aws.url, **keys)


def run(aws: emulator.Emulator, *arguments: str) -> str:
    settings = {**os.environ, **aws.environment()}
    done = subprocess.run(
        [sys.executable, *arguments], env=settings, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def restore(aws: emulator.Emulator, *arguments: str) -> str:
    return run(aws, "-m", "docs.restore", *arguments)


def test_deleted_originals_come_back_but_not_those_of_an_erased_person(aws: emulator.Emulator) -> None:
    s3 = client(aws, "s3")
    keys = ["invoices/user_alice/rental/a.pdf", "invoices/user_gone/rental/b.pdf"]
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
        s3.delete_object(Bucket=BUCKET, Key=key)
    assert restore(aws, "originals", "--since", LONG_AGO) == "1 originals are back\n"
    assert s3.get_object(Bucket=BUCKET, Key=keys[0])["Body"].read() == keys[0].encode()
    listed = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert listed == keys[:1]


def test_what_was_deleted_before_stays_deleted(aws: emulator.Emulator) -> None:
    s3 = client(aws, "s3")
    s3.put_object(Bucket=BUCKET, Key="invoices/user_alice/rental/old.pdf", Body=b"old")
    s3.delete_object(Bucket=BUCKET, Key="invoices/user_alice/rental/old.pdf")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert restore(aws, "originals", "--since", tomorrow) == "0 originals are back\n"


def test_lost_rows_come_back_and_newer_ones_are_kept(aws: emulator.Emulator) -> None:
    db = client(aws, "dynamodb")

    def row(user: str, invoice: str, vendor: str) -> dict[str, Any]:
        values = {"UserID": user, "InvoiceID": invoice, "vendor_name": vendor, "invoice_date": "2026-11-01"}
        return {name: {"S": value} for name, value in values.items()}

    put = partial(db.put_item, TableName="RetailInvoices")
    put(Item=row("user_alice", "inv_lost", "as it was"))
    put(Item=row("user_alice", "inv_changed", "as it was"))
    put(Item=row("user_gone", "inv_erased", "as it was"))
    # The state to go back to, as the table keeps it; the emulator restores the present, so the loss comes after.
    db.restore_table_to_point_in_time(
        SourceTableName="RetailInvoices", TargetTableName="RetailInvoices-restored", UseLatestRestorableTime=True
    )
    db.delete_item(TableName="RetailInvoices", Key={"UserID": {"S": "user_alice"}, "InvoiceID": {"S": "inv_lost"}})
    db.delete_item(TableName="RetailInvoices", Key={"UserID": {"S": "user_gone"}, "InvoiceID": {"S": "inv_erased"}})
    put(Item=row("user_alice", "inv_changed", "corrected since"))
    assert restore(aws, "table", "RetailInvoices", "--at", LONG_AGO) == "1 rows are back\n"
    found = {each["InvoiceID"]["S"]: each["vendor_name"]["S"] for each in db.scan(TableName="RetailInvoices")["Items"]}
    assert found == {"inv_lost": "as it was", "inv_changed": "corrected since"}
    assert restore(aws, "table", "RetailInvoices", "--at", LONG_AGO) == "0 rows are back\n"
