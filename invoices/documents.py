"""The originals in S3: what they are called, how they are kept, and how they are given back to their owner.

A key is made of our own values alone (user id, category, vendor slug, day, a hash of the mail part), so that the same part
always has the same key and no two have one. The metadata says which mail and vendor a document came from; never a subject
or an address.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO, Any, Final

from botocore.exceptions import ClientError

from paypulse.core.aws import client
from paypulse.core.categories import Category, SubType
from paypulse.core.config import config
from paypulse.core.errors import NotFoundError, PayPulseError
from paypulse.core.text import slug

UPLOADS: Final = "upload"
# The tag of GuardDuty's Malware Protection for S3, and what it says of a document that must not be handed on.
_SCANNED, _THREATS = "GuardDutyMalwareScanStatus", "THREATS_FOUND"
_MOST_BESIDE: Final = 8
_KEY: Final = re.compile(
    r"invoices/(?P<user>[\w-]+)/(?:rental|retail/(?P<sub_type>[a-z-]+))/"
    r"(?P<vendor>[a-z0-9-]+)_(?P<day>\d{4}-\d{2}-\d{2})_(?P<digest>[0-9a-f]{24})\.(?P<suffix>[a-z]+)"
)
_CONTENT_TYPES: Final = {"pdf": "application/pdf", "html": "text/html; charset=utf-8", "eml": "message/rfc822"}


class KeyFormatError(PayPulseError):
    """The object's name is not one that we give."""


class HeldBackError(NotFoundError):
    """A scanner found malicious software in the document: it is kept, and handed to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a document came from: a part of a mail in a mailbox, or an upload (mailbox "upload", the content's hash).

    `beside` are the keys of the PDFs that came in the same mail before this document, at most eight.
    """

    mailbox_id: str
    message_id: str
    part: int
    vendor_id: str | None
    received_at: datetime
    beside: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """24 hex digits that only this part has."""
        return hashlib.sha256(f"{self.mailbox_id}|{self.message_id}|{self.part}".encode()).hexdigest()[:24]

    @property
    def entry_id(self) -> str:
        """The document's line in the ledger."""
        return f"{self.mailbox_id}#{self.message_id}#{self.part}"

    def metadata(self) -> dict[str, str]:
        known = {"vendor-id": self.vendor_id} if self.vendor_id else {}
        if self.beside:
            # S3 keeps 2 KB of metadata; eight keys are half of that.
            known["beside"] = ",".join(self.beside[:_MOST_BESIDE])
        sent = self.received_at.astimezone(UTC).isoformat()
        return {
            "mailbox-id": self.mailbox_id,
            "message-id": self.message_id,
            "part": str(self.part),
            "received-at": sent,
            **known,
        }

    @classmethod
    def of(cls, metadata: dict[str, str]) -> Origin:
        try:
            return cls(
                mailbox_id=metadata["mailbox-id"],
                message_id=metadata["message-id"],
                part=int(metadata["part"]),
                vendor_id=metadata.get("vendor-id"),
                received_at=datetime.fromisoformat(metadata["received-at"]),
                beside=tuple(filter(None, metadata.get("beside", "").split(","))),
            )
        except (KeyError, ValueError) as error:
            raise KeyFormatError("the object does not say where it came from") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A document's S3 key, taken apart. `sub_type` is None for rent."""

    user_id: str
    sub_type: SubType | None
    vendor: str
    day: date
    digest: str
    suffix: str

    @property
    def category(self) -> Category:
        return Category.RENTAL if self.sub_type is None else Category.RETAIL

    @property
    def invoice_id(self) -> str:
        """The invoice this document becomes: 128 bits of a hash over the user's random id and the mail part's hash.

        Nobody can guess it without both, and it stays the same when secrets are rotated.
        """
        return "inv_" + hashlib.sha256(f"{self.user_id}|{self.digest}".encode()).hexdigest()[:32]

    def __str__(self) -> str:
        folder = "rental" if self.sub_type is None else f"retail/{self.sub_type}"
        return f"invoices/{self.user_id}/{folder}/{self.vendor}_{self.day.isoformat()}_{self.digest}.{self.suffix}"

    @classmethod
    def parse(cls, key: str) -> Key:
        """The parts of a key of ours; raises KeyFormatError for any other name."""
        match = _KEY.fullmatch(key)
        if match is None:
            raise KeyFormatError("this is not the key of an invoice document")
        try:
            sub_type = SubType(match["sub_type"]) if match["sub_type"] else None
            day = date.fromisoformat(match["day"])
        except ValueError as error:
            raise KeyFormatError("this is not the key of an invoice document") from error
        return cls(
            user_id=match["user"],
            sub_type=sub_type,
            vendor=match["vendor"],
            day=day,
            digest=match["digest"],
            suffix=match["suffix"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A document as it came in, with a name of our own making to save it under."""

    content: bytes
    content_type: str
    filename: str
    origin: Origin


def key(user_id: str, origin: Origin, *, sub_type: SubType | None, suffix: str) -> Key:
    """The key of a document: `suffix` is pdf, html, or eml for a mail that could not be taken apart."""
    return Key(
        user_id=user_id,
        sub_type=sub_type,
        vendor=slug(origin.vendor_id or "") or UPLOADS,
        day=origin.received_at.astimezone(UTC).date(),
        digest=origin.digest,
        suffix=suffix,
    )


def store(place: str, content: bytes | IO[bytes], *, origin: Origin, content_type: str | None = None) -> None:
    """Keep a document under the key `place`; doing so twice makes another version of the same bytes."""
    client("s3").put_object(
        Bucket=config().invoices_bucket,
        Key=place,
        Body=content,
        ContentType=content_type or _CONTENT_TYPES.get(place.rpartition(".")[2], "application/octet-stream"),
        Metadata=origin.metadata(),
        ServerSideEncryption="AES256",
    )


def handed_out(user_id: str, s3_path: str) -> Original:
    """The user's document, for whoever is to see or save it. Raises HeldBackError, and NotFoundError as `original` does."""
    check_scan(user_id, s3_path)
    return original(user_id, s3_path)


def check_scan(user_id: str, s3_path: str) -> None:
    """Return unless a scanner found something malicious in the user's document: then it raises HeldBackError.

    GuardDuty's Malware Protection for S3 tags what it has scanned; a document without its tag is not known to be bad.
    Raises NotFoundError as `original` does.
    """
    _check_owner(user_id, s3_path)
    with _found():
        tags = client("s3").get_object_tagging(Bucket=config().invoices_bucket, Key=s3_path)["TagSet"]
    if {"Key": _SCANNED, "Value": _THREATS} in tags:
        raise HeldBackError("a scanner found malicious software in the document", user_id=user_id)


def original(user_id: str, s3_path: str) -> Original:
    """The user's document at `s3_path`, for the reader. Raises NotFoundError for what is gone or another person's."""
    answer = _object(user_id, s3_path)
    return Original(
        content=answer["Body"].read(),
        content_type=answer["ContentType"],
        filename=s3_path.rpartition("/")[2],
        origin=Origin.of(answer["Metadata"]),
    )


def each(user_id: str) -> Iterator[str]:
    """The keys of all the user's documents, whatever became of them."""
    pages = client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=config().invoices_bucket, Prefix=f"invoices/{user_id}/"):
        yield from (found["Key"] for found in page.get("Contents", ()))


def signed_url(user_id: str, s3_path: str, *, seconds: int = 300) -> str:
    """An address that gives the user's document to whoever has it, for `seconds`, as a file to save and not to run.

    Raises HeldBackError, and NotFoundError as `original` does.
    """
    check_scan(user_id, s3_path)
    saved = f'attachment; filename="{s3_path.rpartition("/")[2]}"'
    place = {"Bucket": config().invoices_bucket, "Key": s3_path, "ResponseContentDisposition": saved}
    return str(client("s3").generate_presigned_url("get_object", Params=place, ExpiresIn=seconds))


def remove(user_id: str, s3_path: str) -> None:
    """Delete every version of the user's document. Raises NotFoundError for another person's; what is gone stays gone."""
    _check_owner(user_id, s3_path)
    s3, bucket = client("s3"), config().invoices_bucket
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=s3_path):
        for version in _versions(page):
            s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])


def tell_again(user_id: str, s3_path: str) -> None:
    """Make S3 tell of the user's document once more, by copying it onto itself. Raises NotFoundError when it is gone."""
    _check_owner(user_id, s3_path)
    place = {"Bucket": config().invoices_bucket, "Key": s3_path}
    try:
        kept = client("s3").head_object(**place)
    except ClientError as error:
        raise NotFoundError("there is no such document") from error
    client("s3").copy_object(
        **place,
        CopySource=place,
        MetadataDirective="REPLACE",
        Metadata=kept["Metadata"],
        ContentType=kept["ContentType"],
        ServerSideEncryption="AES256",
    )


def _object(user_id: str, s3_path: str) -> dict[str, Any]:
    _check_owner(user_id, s3_path)
    with _found():
        found: dict[str, Any] = client("s3").get_object(Bucket=config().invoices_bucket, Key=s3_path)
    return found


@contextmanager
def _found() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            raise NotFoundError("there is no such document") from error
        raise


def _versions(page: dict[str, Any]) -> list[dict[str, Any]]:
    return [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]


def _check_owner(user_id: str, s3_path: str) -> None:
    if not s3_path.startswith(f"invoices/{user_id}/") or ".." in s3_path:
        raise NotFoundError("there is no such document")
