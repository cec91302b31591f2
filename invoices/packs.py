"""Files too large for one answer: packed in parts, kept below exports/ for a week, given back by a short-lived address."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Any, Final

from invoices import documents
from invoices.jobs import Job
from paypulse.core.aws import client
from paypulse.core.clock import now
from paypulse.core.config import config
from paypulse.core.errors import NotFoundError, PayPulseError

_LASTS: Final = timedelta(days=7)
_PART_BYTES: Final = 100 * 1024 * 1024
_MARGIN_S: Final = 20.0
SecondsLeft = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an export, by its number from 1."""

    number: int
    key: str


class TooLongError(PayPulseError):
    """The export takes longer than there is time for: said before the function is ended, which could say nothing."""

    retryable = True


def check_time(seconds_left: SecondsLeft) -> None:
    """Raises TooLongError shortly before the end."""
    if seconds_left() < _MARGIN_S:
        raise TooLongError("the export takes too long")


class Pack:
    """ZIPs of a job that are uploaded as they fill up."""

    def __init__(self, user_id: str, job_id: str, *, seconds_left: SecondsLeft = lambda: inf) -> None:
        self.keys: list[str] = []
        self._seconds_left = seconds_left
        self._user_id, self._job_id = user_id, job_id
        self._names: set[str] = set()
        self._open()

    def __enter__(self) -> Pack:
        return self

    def __exit__(self, failure: object, *_: object) -> None:
        if failure is None:
            self._upload()

    def write(self, name: str, content: bytes) -> None:
        """Put a file in; the part that it would overfill is closed first. Raises TooLongError."""
        check_time(self._seconds_left)
        if self._file.tell() + len(content) > _PART_BYTES and self._names:
            self._upload()
            self._open()
        self._zip.writestr(name, content)
        self._names.add(name)

    def write_original(self, s3_path: str) -> None:
        """Put the document in, unless it is gone or held back."""
        name = "originals/" + s3_path.split("/", 2)[-1]
        if name in self._names:
            return
        with suppress(NotFoundError):
            self.write(name, documents.handed_out(self._user_id, s3_path).content)

    def _open(self) -> None:
        self._file = io.BytesIO()
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)

    def _upload(self) -> None:
        self._zip.close()
        self._file.seek(0)
        number = len(self.keys) + 1
        self.keys.append(keep(self._user_id, self._job_id, number=number, suffix="zip", content=self._file))


def keep(user_id: str, job_id: str, *, number: int, suffix: str, content: Any) -> str:
    """Keep one file (bytes, or a file of bytes) of a job; gives its key."""
    key = f"exports/{user_id}/{job_id}-{number}.{suffix}"
    client("s3").put_object(
        Bucket=config().invoices_bucket,
        Key=key,
        Body=content,
        ContentType="application/octet-stream" if suffix != "zip" else "application/zip",
        ContentDisposition=f'attachment; filename="paypulse-{number}.{suffix}"',
        ServerSideEncryption="AES256",
    )
    return key


def result(keys: list[str]) -> dict[str, Any]:
    """What a job's result says of its files: where they lie, and until when."""
    return {"parts": keys, "expires_at": (now() + _LASTS).isoformat()}


def parts(job: Job) -> tuple[Part, ...]:
    """The files of a job that can be fetched now: none before it is done, and none after a week."""
    ends = job.result.get("expires_at")
    if not ends or datetime.fromisoformat(ends) <= now():
        return ()
    return tuple(Part(number, key) for number, key in enumerate(job.result["parts"], start=1))


def link(job: Job, number: int) -> str:
    """An address that gives one file to whoever has it, for five minutes. Raises NotFoundError."""
    for part in parts(job):
        if part.number == number:
            place = {"Bucket": config().invoices_bucket, "Key": part.key}
            return str(client("s3").generate_presigned_url("get_object", Params=place, ExpiresIn=300))
    raise NotFoundError("there is no such part", user_id=job.user_id, job_id=job.job_id)
