"""The stage every test plays on: AWS in memory with our tables, and the cast."""

from __future__ import annotations

import os

# Before anything of ours is imported: settings are read once, and no test may ever reach a real account.
os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_REGION="eu-north-1",
    AWS_DEFAULT_REGION="eu-north-1",
    AWS_EC2_METADATA_DISABLED="true",
    GOOGLE_CLIENT_ID="test-client",
    GOOGLE_CLIENT_SECRET="test-client-secret",
    POWERTOOLS_TRACE_DISABLED="true",
    POWERTOOLS_METRICS_NAMESPACE="paypulse",
    PAYPULSE_TESTING="1",
)
for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "AWS_PROFILE"):
    os.environ.pop(name, None)

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import boto3
import pytest
from django.utils import translation
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.core.base_backend import BackendDict
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

from paypulse.core.aws import forget_clients
from paypulse.core.config import config
from paypulse.core.tables import Table
from paypulse.sandbox.google import FakeGoogle
from tests import rights

# Before the first client is made: each then asks whether its caller may.
rights.watch()
REGION = os.environ["AWS_REGION"]
# What of AWS is emptied between tests and not made anew.
_EMPTIED = {"dynamodb", "s3", "sqs", "ses", "sesv2", "kms"}


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A document is no name: it holds the time at which it was made, and workers must agree on the names of tests."""
    return argname if isinstance(val, bytes | str) and len(val) > 60 else None


def all_tables() -> tuple[type[Table], ...]:
    return tuple(
        table for feature in ("accounts", "vendors", "invoices") for table in import_module(f"{feature}.tables").TABLES
    )


@pytest.fixture(autouse=True)
def _within_rights() -> Iterator[None]:
    """A function that did what its entry in functions.yaml does not allow fails the test, whatever else the test looks at."""
    yield
    assert not (beyond := rights.taken()), beyond


@contextmanager
def cloud() -> Iterator[None]:
    """AWS in memory with all that the project makes on it."""
    with mock_aws():
        forget_clients()
        for table in all_tables():
            table.create_table()
        _bucket(config().invoices_bucket)
        _queues()
        _key()
        boto3.client("sesv2").create_email_identity(EmailIdentity="no-reply@paypulse.example")
        yield
    forget_clients()


@pytest.fixture(scope="session")
def _cloud() -> Iterator[None]:
    with cloud():
        yield


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """What a test changed in the process is gone for the next: settings read from its environment, its last page's language."""
    yield
    config.cache_clear()
    os.environ.pop("OAUTHLIB_INSECURE_TRANSPORT", None)
    translation.deactivate()


@pytest.fixture
def aws(_cloud: None) -> None:
    """An empty AWS in memory: every table, the invoices bucket, the queues with their dead-letter queues, the key, the sender.

    The resources are made once and emptied for each test, which is a hundred times quicker than making them again. Whatever
    else a test made of AWS (secrets, topics) is gone for the next: a `mock_aws` inside this one would share it.
    """
    for table in dynamodb_backends[ACCOUNT][REGION].tables.values():
        table.items.clear()
        if table.stream_shard:
            table.stream_shard.items.clear()  # each transaction copies the records of every test before it
    for bucket in s3_backends[ACCOUNT]["aws"].buckets.values():
        bucket.keys.clear()
    for queue in sqs_backends[ACCOUNT][REGION].queues.values():
        queue._messages.clear()
        queue._pending_messages.clear()
        queue.deleted_messages.clear()
    ses_backends[ACCOUNT][REGION].sent_messages.clear()
    for backends in [each for each in BackendDict._instances if each.service_name not in _EMPTIED]:
        for account in backends.values():
            account.reset()


def _bucket(name: str) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": config().region})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def _queues() -> None:
    sqs = boto3.client("sqs")
    settings = config()
    names = (
        settings.fetch_invoices_queue,
        settings.fetch_latest_invoice_queue,
        settings.fetch_retail_invoices_queue,
        settings.jobs_queue,
        "erase-user",
        "audit-gaps",
        "remind-due",
        "read-again",
    )
    for name in names:
        sqs.create_queue(QueueName=name)
        sqs.create_queue(QueueName=f"{name}-dlq")


def _key() -> None:
    kms = boto3.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=config().kms_key_id, TargetKeyId=key)


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    """A Google on loopback that the settings point at, with nobody in it yet."""
    with FakeGoogle() as google:
        for name, value in google.environment().items():
            monkeypatch.setenv(name, value)
        config.cache_clear()
        yield google
