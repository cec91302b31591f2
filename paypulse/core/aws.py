"""The only place that makes AWS clients, so that time limits and retries are the same everywhere."""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.config import Config as ClientConfig

from paypulse.core.config import config


@cache
def client(service: str) -> Any:
    """A boto3 client of `service` ("s3", "sqs", "kms", "sesv2", ...), made once a process.

    Where AWS is comes from the standard variables (AWS_ENDPOINT_URL and its kin); production sets none.
    """
    settings = ClientConfig(
        region_name=config().region,
        connect_timeout=3,
        read_timeout=20,
        # A message whose answer got lost would be sent a second time; whoever sends knows whether to try again.
        retries={"mode": "standard", "max_attempts": 1 if service in ("sesv2", "sns") else 4},
        s3={"addressing_style": "path"} if not config().production else None,
        signature_version="s3v4" if service == "s3" else None,
    )
    import boto3  # functions that talk to tables alone do without it

    return boto3.client(service, config=settings)


def secret(name: str, *, region: str) -> str:
    """The text that Secrets Manager keeps under `name`. Read before the settings are, so it takes its region."""
    settings = ClientConfig(region_name=region, connect_timeout=3, read_timeout=5)
    import boto3

    return str(boto3.client("secretsmanager", config=settings).get_secret_value(SecretId=name)["SecretString"])


def forget_clients() -> None:
    """Drop the clients, so that the next call makes them anew (after a change of endpoint or credentials)."""
    client.cache_clear()
