"""Phones as SNS knows them: the push platform in memory, and what comes to a phone.

The SNS in memory keeps what was published to a topic and who listens to it, and delivers to no phone; here that is done by reading both.
"""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import PlatformEndpoint, SNSBackend, sns_backends

from paypulse.core.config import config


def offer(monkeypatch: pytest.MonkeyPatch, *, platform: str = "GCM") -> None:
    """Offer push messages from now on, as an installation does that has a platform application."""
    credential = {"PlatformCredential": "invented"}
    made = boto3.client("sns").create_platform_application(Name="paypulse", Platform=platform, Attributes=credential)
    monkeypatch.setenv("PAYPULSE_PUSH_PLATFORM", made["PlatformApplicationArn"])
    config.cache_clear()


def sns() -> SNSBackend:
    return sns_backends[DEFAULT_ACCOUNT_ID][config().region]


def endpoints() -> list[PlatformEndpoint]:
    return list(sns().platform_endpoints.values())


def listeners() -> list[tuple[str, str]]:
    """(whose topic, which token) of everything that listens, in no order."""
    known = sns().platform_endpoints
    found = [
        (each.topic.name.removeprefix(config().push_topics), each.endpoint) for each in sns().subscriptions.values()
    ]
    return sorted((person, known[arn].token if arn in known else "none") for person, arn in found)


def disable(token: str) -> None:
    """What SNS does when the platform says that the app is gone."""
    (endpoint,) = (each for each in endpoints() if each.token == token)
    boto3.client("sns").set_endpoint_attributes(EndpointArn=endpoint.arn, Attributes={"Enabled": "false"})


def shown(token: str) -> list[dict[str, Any]]:
    """The messages of those topics that the phone listens to, as its platform gets them."""
    (endpoint,) = (each for each in endpoints() if each.token == token)
    topics = [each.topic for each in sns().subscriptions.values() if each.endpoint == endpoint.arn]
    sent = [json.loads(each[1]) for topic in topics for each in topic.sent_notifications]
    return [json.loads(each[endpoint.application.platform]) for each in sent]
