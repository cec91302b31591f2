"""Sending mail to people, through SES."""

from __future__ import annotations

from botocore.exceptions import ClientError

from paypulse.core.aws import client
from paypulse.core.config import config
from paypulse.core.errors import PayPulseError


class MailRefusedError(PayPulseError):
    """SES did not take the mail; `data["code"]` is its reason."""

    retryable = True


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
        raise MailRefusedError("SES did not take the mail", code=error.response["Error"]["Code"]) from None
    return str(answer["MessageId"])
