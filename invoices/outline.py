"""A large mail without what makes it large: its headers and boundaries as they stand, a mark for the long rest of each part.

The standard library's parser holds a mail several times over. It is given the outline instead, and a part's content is decoded
from the mail's file when it is asked for.
"""

from __future__ import annotations

import binascii
import quopri
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from email.message import Message
from typing import IO, Final

from invoices.receiving import CHUNK, chunks_of

# Of each part's text so much stays: a mail in a digest begins there, with headers of its own.
_KEPT: Final = 4096
# Headers and boundaries alone never come to this.
_MOST: Final = 2 * 2**20
# Up to here a mail is its own outline: the parser then holds at most some MB, be it of a hundred thousand lines.
_SMALL: Final = 2**17
_HEADER: Final = re.compile(rb"From |[!-9;-~]*:|[\t ]")
_NO_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/=]+")


class Outline:
    """The outline of the mail in a file, piece by piece; a mail that is small is its own. Raises ValueError past its bound."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        # Nobody who writes a mail knows it.
        self._mark = f"={secrets.token_hex(16)}".encode()

    def __iter__(self) -> Iterator[bytes]:
        if self._file.seek(0, 2) <= _SMALL:
            yield from chunks_of(self._file)
            return
        size = 0
        for piece in self._outlined():
            size += len(piece)
            if size > _MOST:
                raise ValueError("the mail has too many parts")
            yield piece

    def _outlined(self) -> Iterator[bytes]:
        section, at, left_out, last = _Section(), 0, None, b""
        self._file.seek(0)
        while line := self._file.readline(CHUNK):
            if section.keeps(line):
                yield self._marked(left_out, at, last)
                left_out = None
                yield line
            elif left_out is None:
                left_out = at
            at, last = at + len(line), line
        yield self._marked(left_out, at, last)

    def _marked(self, start: int | None, end: int, last: bytes) -> bytes:
        """What stands for the bytes from `start` to `end`; their `last` line break stays, as it may be a boundary's."""
        if start is None:
            return b""
        ending = last[len(last.rstrip(b"\r\n")) :][-2:]
        return b"%b %d %d;%b" % (self._mark, start, end - len(ending), ending)

    def content(self, leaf: Message) -> Iterator[bytes]:
        """A part's decoded content, in chunks."""
        text, coding = _text(leaf), str(leaf.get("content-transfer-encoding", "")).lower()
        if self._mark not in text:
            yield _decoded(leaf)
        else:
            yield from _DECODERS.get(coding, iter)(self._whole(text))

    def _whole(self, text: bytes) -> Iterator[bytes]:
        """The part's text with what the marks stand for."""
        first, *others = re.split(self._mark + rb" (\d+) (\d+);", text)
        yield first
        for start, end, after in zip(others[::3], others[1::3], others[2::3], strict=True):
            yield from chunks_of(self._file, start=int(start), end=int(end))
            yield after


def _decoded(leaf: Message) -> bytes:
    content = leaf.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(leaf: Message) -> bytes:
    """The part's text as it stands in the mail."""
    bare = copy(leaf)
    del bare["content-transfer-encoding"]
    return _decoded(bare)


class _Section:
    """Where in a mail the lines stand: among headers, which are kept, or in a part's text, of which the beginning is."""

    def __init__(self) -> None:
        self._is_heading = True
        self._has_mail_in_it = False
        self._begins_line = True
        self._room = _KEPT

    def keeps(self, line: bytes) -> bool:
        """Whether the line, or a part of a very long one, stays in the outline."""
        begins, self._begins_line = self._begins_line, line.endswith(b"\n")
        if not begins:
            return self._takes(line)
        if line.startswith(b"--"):
            # Perhaps a boundary: headers follow it, or it was none.
            self._is_heading, self._has_mail_in_it, self._room = True, False, _KEPT
            return True
        if self._is_heading and line.strip(b"\r\n"):
            self._is_heading = _HEADER.match(line) is not None
            self._has_mail_in_it |= b"message/" in line.lower()
        elif self._is_heading:
            self._is_heading, self._has_mail_in_it, self._room = self._has_mail_in_it, False, _KEPT
            return True
        return self._takes(line)

    def _takes(self, line: bytes) -> bool:
        if self._is_heading:
            return True
        self._room -= len(line)
        return self._room > 0


def _from_base64(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """What base64 says, whatever stands between its letters, up to its padding."""
    left = b""
    for chunk in chunks:
        text, padding, _ = (left + _NO_BASE64.sub(b"", chunk)).partition(b"=")
        left = text[len(text) - len(text) % 4 :]
        yield binascii.a2b_base64(text[: len(text) - len(left)])
        if padding:
            break
    if len(left) > 1:
        yield binascii.a2b_base64(left + b"=" * (4 - len(left)))


def _from_quoted(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """What quoted-printable says, line by line: a line's end may be quoted, a line break within a quoted letter is none."""
    left = b""
    for chunk in chunks:
        lines, end, left = (left + chunk).rpartition(b"\n")
        yield quopri.decodestring(lines + end)
        if len(left) > CHUNK:
            cut = left.rfind(b"=", len(left) - 2) if b"=" in left[-2:] else len(left)
            yield quopri.decodestring(left[:cut])
            left = left[cut:]
    yield quopri.decodestring(left)


def _from_uuencoded(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """What uuencoded lines say, from the one that begins it to the one that ends it."""
    has_begun = False
    for line in _lines(chunks):
        if not has_begun:
            has_begun = line.startswith(b"begin ")
        elif line.strip() in (b"", b"end"):
            return
        else:
            # Some write a line longer than it says it is.
            yield binascii.a2b_uu(line[: 1 + (((line[0] - 32) & 63) + 2) // 3 * 4])


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    left = b""
    for chunk in chunks:
        *lines, left = (left + chunk).split(b"\n")
        yield from lines
    yield left


_DECODERS: Final[Mapping[str, Callable[[Iterator[bytes]], Iterator[bytes]]]] = {
    "base64": _from_base64,
    "quoted-printable": _from_quoted,
    **dict.fromkeys(("x-uuencode", "uuencode", "uue", "x-uue"), _from_uuencoded),
}
