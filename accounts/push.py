"""What SNS does for push messages: a topic for each person who wants them, which that person's devices listen to and nobody else's.

A device is an endpoint of the platform application; SNS has one for each token, whoever registers it. Its user data is the id of
the person whose messages it may show. Every call but publishing may be made again and changes nothing then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ClientError

from paypulse.core.aws import client
from paypulse.core.config import config
from paypulse.core.errors import NotFoundError, PayPulseError

_OTHERWISE_THERE: Final = re.compile(r"Endpoint (arn:\S+) already exists")


class PushRefusedError(PayPulseError):
    """SNS did not take the message; `data["code"]` is its reason."""

    retryable = True


class PushTokenError(PayPulseError):
    """The platform knows no such token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a device shows, and what its app needs to open it; `link` holds texts alone."""

    title: str
    text: str
    link: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A device as SNS knows it. `owner` is the id of its person; SNS disables an endpoint whose app was removed."""

    arn: str
    owner: str
    token: str = field(repr=False)
    is_enabled: bool


def is_offered() -> bool:
    """Whether this installation has push messages."""
    return bool(config().push_platform)


def open_topic(user_id: str) -> str:
    """The ARN of the person's topic, which is made when it is not there."""
    return str(client("sns").create_topic(Name=f"{config().push_topics}{user_id}")["TopicArn"])


def close_topic(user_id: str) -> None:
    """Delete the person's topic with all that listens to it; without one, nothing changes."""
    client("sns").delete_topic(TopicArn=_topic(user_id))


def endpoint(token: str, *, owner: str) -> Endpoint:
    """The endpoint of the device with this token: the one that is there, whosever it is, or a new one of `owner`.

    Raises PushTokenError, and NotFoundError when it is deleted at this moment.
    """
    made: dict[str, str] = {"PlatformApplicationArn": config().push_platform, "Token": token, "CustomUserData": owner}
    try:
        return known(client("sns").create_platform_endpoint(**made)["EndpointArn"])
    except ClientError as error:
        reason = error.response["Error"]
        if reason["Code"] != "InvalidParameter" or "Token" not in reason["Message"]:
            raise
        # SNS does not give an endpoint that differs in anything, only its name in the words of the refusal.
        there = _OTHERWISE_THERE.search(reason["Message"])
    if there is None:
        raise PushTokenError("The push platform does not take this token.")
    return known(there[1])


def known(arn: str) -> Endpoint:
    """The endpoint as it is now. Raises NotFoundError."""
    with _missing_is_an_error():
        found = client("sns").get_endpoint_attributes(EndpointArn=arn)["Attributes"]
    return Endpoint(
        arn=arn,
        owner=found.get("CustomUserData", ""),
        token=found.get("Token", ""),
        is_enabled=found.get("Enabled", "").lower() == "true",
    )


def hand_over(arn: str, *, token: str, owner: str) -> None:
    """Make the endpoint the owner's, enabled, with the token that it has now. Raises NotFoundError."""
    attributes = {"Token": token, "Enabled": "true", "CustomUserData": owner}
    with _missing_is_an_error():
        client("sns").set_endpoint_attributes(EndpointArn=arn, Attributes=attributes)


def subscribe(user_id: str, arn: str) -> None:
    """Have the device told what the person is told. Raises NotFoundError when the person's topic or the endpoint is gone."""
    with _missing_is_an_error("InvalidParameter"):
        client("sns").subscribe(TopicArn=_topic(user_id), Protocol="application", Endpoint=arn)


def unsubscribe(user_id: str, arn: str) -> None:
    """Have the device told nothing more of this person."""
    for each in _subscriptions(user_id):
        if each["Endpoint"] == arn:
            with suppress(NotFoundError), _missing_is_an_error():
                client("sns").unsubscribe(SubscriptionArn=each["SubscriptionArn"])


def delete(arn: str, *, owner: str) -> None:
    """Forget the device, unless it is another person's by now or is forgotten already."""
    try:
        if known(arn).owner != owner:
            return
    except NotFoundError:
        return
    client("sns").delete_endpoint(EndpointArn=arn)


def publish(arn: str, message: Message) -> None:
    """Hand a message to SNS, once; it is taken too when no device listens. Raises PushRefusedError."""
    forms = {platform: json.dumps(form(message)) for platform, form in _FORMS.items() if _is_of(platform)}
    try:
        client("sns").publish(
            TopicArn=arn, Message=json.dumps({"default": message.text, **forms}), MessageStructure="json"
        )
    except ClientError as error:
        raise PushRefusedError("SNS did not take the message", code=error.response["Error"]["Code"]) from None


def _for_firebase(message: Message) -> dict[str, Any]:
    shown = {"title": message.title, "body": message.text}
    return {"fcmV1Message": {"message": {"notification": shown, "data": dict(message.link)}}}


def _for_apple(message: Message) -> dict[str, Any]:
    return {"aps": {"alert": {"title": message.title, "body": message.text}}, **message.link}


def _for_amazon(message: Message) -> dict[str, Any]:
    return {"data": {"title": message.title, "body": message.text, **message.link}}


# What each platform reads, by its name at SNS.
_FORMS: Final[dict[str, Callable[[Message], dict[str, Any]]]] = {
    "GCM": _for_firebase,
    "APNS": _for_apple,
    "APNS_SANDBOX": _for_apple,
    "ADM": _for_amazon,
}


def _is_of(platform: str) -> bool:
    return f":app/{platform}/" in config().push_platform


def _topic(user_id: str) -> str:
    account = config().push_platform.rpartition(":")[0]
    return f"{account}:{config().push_topics}{user_id}"


def _subscriptions(user_id: str) -> Iterator[dict[str, str]]:
    """What listens to the person's topic; nothing does where there is none, or no such person."""
    try:
        for page in client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=_topic(user_id)):
            yield from page["Subscriptions"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NotFound", "InvalidParameter"):
            raise


@contextmanager
def _missing_is_an_error(*also: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NotFound", *also):
            raise
        raise NotFoundError("SNS knows no such topic or endpoint") from None
