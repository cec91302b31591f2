"""Sending mail to people, through SES."""

from __future__ import annotations

from paypulse.core.aws import client
from paypulse.core.config import config


def send(to: str, *, subject: str, text: str) -> str:
    """Hand a plain-text mail to SES; returns SES's message id. Raises botocore's ClientError when SES refuses it."""
    answer = client("sesv2").send_email(
        FromEmailAddress=config().mail_from,
        Destination={"ToAddresses": [to]},
        Content={"Simple": {"Subject": {"Data": subject}, "Body": {"Text": {"Data": text}}}},
    )
    return str(answer["MessageId"])
