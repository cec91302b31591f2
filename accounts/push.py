"""Push messages: a topic of SNS for each person who wants it, which their devices subscribe to, and nobody else's."""

from __future__ import annotations

from botocore.exceptions import ClientError

from paypulse.core.aws import client
from paypulse.core.config import config
from paypulse.core.errors import PayPulseError


class PushRefusedError(PayPulseError):
    """SNS did not take the message; `data["code"]` is its reason."""

    retryable = True


def is_offered() -> bool:
    """Whether this installation has push messages."""
    return bool(config().push_topics)


def topic(user_id: str) -> str:
    """The ARN of the person's topic, which is made when it is not there."""
    return str(client("sns").create_topic(Name=f"{config().push_topics}{user_id}")["TopicArn"])


def forget(user_id: str) -> None:
    """Delete the person's topic with what is subscribed to it; without one, nothing changes."""
    if is_offered():
        client("sns").delete_topic(TopicArn=topic(user_id))


def publish(arn: str, text: str) -> None:
    """Hand a message to SNS, once. Raises PushRefusedError."""
    try:
        client("sns").publish(TopicArn=arn, Message=text)
    except ClientError as error:
        raise PushRefusedError("SNS did not take the message", code=error.response["Error"]["Code"]) from None
