"""Sending mail to people, through SES."""

from __future__ import annotations

from typing import Final

from botocore.exceptions import ClientError

from paypulse.core.aws import client
from paypulse.core.config import config
from paypulse.core.errors import PayPulseError

# What SES says of a mail that it will never take, and not of its own state or ours.
_FOR_GOOD: Final = frozenset({"MessageRejected", "BadRequestException"})


class MailRefusedError(PayPulseError):
    """SES did not take the mail; `data["code"]` is its reason. Retryable unless it refuses this very mail."""

    def __init__(self, code: str) -> None:
        super().__init__("SES did not take the mail", code=code)
        self.retryable = code not in _FOR_GOOD


def send(to: str, *, subject: str, text: str) -> str:
    """Hand a plain-text mail to SES; returns SES's message id. Raises MailRefusedError."""
    try:
        answer = client("sesv2").send_email(
            FromEmailAddress=config().mail_from,
            Destination={"ToAddresses": [to]},
            Content={"Simple": {"Subject": {"Data": subject}, "Body": {"Text": {"Data": text}}}},
        )
    except ClientError as error:
        # SES's own words repeat the address, which is not for a log.
        raise MailRefusedError(error.response["Error"]["Code"]) from None
    return str(answer["MessageId"])
