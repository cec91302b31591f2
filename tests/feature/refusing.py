"""An SES that takes no mail of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from paypulse.core.aws import client

SENDER = "no-reply@paypulse.example"


@contextmanager
def mail_refused() -> Iterator[None]:
    """Every mail is refused for good (MessageRejected) until the block ends."""
    client("sesv2").delete_email_identity(EmailIdentity=SENDER)
    try:
        yield
    finally:
        client("sesv2").create_email_identity(EmailIdentity=SENDER)
