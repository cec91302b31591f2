"""A mail out of Gmail's answer, taken in as it comes: what is large lies in a temporary file and never in memory as a whole."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from paypulse.core.errors import PayPulseError

# Gmail takes mails of 50 MB, counted before the base64 of their attachments.
LARGEST: Final = 70 * 2**20
# Up to here a mail or a document is kept in memory, beyond it in a file.
IN_MEMORY: Final = 2**20
CHUNK: Final = 65536
_RAW: Final = re.compile(rb'"raw"\s*:\s*"')
_NOT_BASE64: Final = re.compile(rb"[^\w+/-]")
# What an answer says beside its mail is a few KB.
_MOST_CHUNKS_BESIDE: Final = 64


class TooLargeError(PayPulseError):
    """The mail is larger than any that Gmail takes, by our bound."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as Gmail holds it: its bytes in a file that lives as long as the mail is open, and when Gmail received it."""

    message_id: str
    file: IO[bytes]
    size: int
    received_at: datetime

    @property
    def is_large(self) -> bool:
        return self.size > IN_MEMORY

    @property
    def content(self) -> bytes:
        """All of it at once, for who reads few mails and has the memory."""
        self.file.seek(0)
        return self.file.read()


def spooled() -> IO[bytes]:
    """A file that is in memory while it is small, and is gone when it is closed or the process ends."""
    return SpooledTemporaryFile(max_size=IN_MEMORY)


def received(message_id: str, answer: Iterable[bytes], *, into: IO[bytes]) -> Mail:
    """The mail in the chunks of an answer. Raises ValueError for a part of an answer, and TooLargeError."""
    into.seek(0)
    into.truncate()
    chunks = iter(answer)
    before, begun = _before(chunks)
    after = _decoded(chain([begun], chunks), into)
    about = json.loads(before + after)
    return Mail(message_id, into, into.tell(), datetime.fromtimestamp(int(about["internalDate"]) / 1000, UTC))


def _before(chunks: Iterator[bytes]) -> tuple[bytes, bytes]:
    """The answer up to where its mail begins, and the first of the mail."""
    seen = b""
    for chunk in islice(chunks, _MOST_CHUNKS_BESIDE):
        seen += chunk
        if found := _RAW.search(seen):
            return seen[: found.end()], seen[found.end() :]
    raise ValueError("the answer holds no mail")


def _decoded(chunks: Iterator[bytes], into: IO[bytes]) -> bytes:
    """Write what the base64 says, in whole groups of four; gives what follows it."""
    left = b""
    for chunk in chunks:
        end = _NOT_BASE64.search(chunk)
        text = left + (chunk[: end.start()] if end else chunk)
        left = text[len(text) - len(text) % 4 :]
        into.write(urlsafe_b64decode(text[: len(text) - len(left)]))
        if into.tell() > LARGEST:
            raise TooLargeError("the mail is too large")
        if end:
            into.write(urlsafe_b64decode(left + b"=" * (-len(left) % 4)))
            return chunk[end.start() :] + b"".join(islice(chunks, _MOST_CHUNKS_BESIDE))
    raise ValueError("the answer ends within its mail")


def chunks_of(file: IO[bytes], *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The bytes of a file from `start` to `end`, whoever else reads it meanwhile."""
    while end is None or start < end:
        file.seek(start)
        chunk = file.read(CHUNK if end is None else min(CHUNK, end - start))
        if not chunk:
            return
        yield chunk
        start += len(chunk)
