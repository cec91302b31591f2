"""Sealing what must not be read at rest: KMS, bound to the person it belongs to."""

from __future__ import annotations

from botocore.exceptions import ClientError

from paypulse.core.aws import client
from paypulse.core.config import config
from paypulse.core.errors import PayPulseError


class SealError(PayPulseError):
    """The sealed text is not this person's, or was changed."""


def seal(user_id: str, text: str) -> bytes:
    """`text` encrypted so that it opens only for this person. At most 4 KB, KMS's own bound."""
    answer = client("kms").encrypt(
        KeyId=config().kms_key_id, Plaintext=text.encode(), EncryptionContext={"user_id": user_id}
    )
    return bytes(answer["CiphertextBlob"])


def opened(user_id: str, sealed: bytes) -> str:
    """The text that was sealed for this person. Raises SealError for anything else."""
    try:
        answer = client("kms").decrypt(
            KeyId=config().kms_key_id, CiphertextBlob=sealed, EncryptionContext={"user_id": user_id}
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in ("InvalidCiphertextException", "IncorrectKeyException"):
            raise SealError("the sealed text does not open for this person", user_id=user_id) from error
        raise
    return bytes(answer["Plaintext"]).decode()
