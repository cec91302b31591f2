"""A mail's documents: those of a large mail are what the standard library's parser says they are, which holds all of it."""

from __future__ import annotations

import email.policy
import random
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Callable
from email.parser import BytesParser
from hashlib import sha256
from io import BytesIO

import pytest

from invoices.pieces import MailError, opened
from invoices.receiving import IN_MEMORY

_RNG = random.Random(7)
_PDF = b"%PDF-1.7\n" + _RNG.randbytes(IN_MEMORY)
_HTML = ("<p>Att betala 120,50 kr — tack å ä ö =20 -- slut</p>\n<!--\n-- \n-->\n" * 20_000).encode()
_UNBROKEN = b"<td>" + b"1 234,50&nbsp;kr &#61; =" * 60_000 + b"</td>"


def _part(kind: str, body: bytes, *, coding: str = "", name: str = "") -> bytes:
    head = f"Content-Type: {kind}".encode()
    head += f'\r\nContent-Disposition: attachment; filename="{name}"'.encode() if name else b""
    head += f"\r\nContent-Transfer-Encoding: {coding}".encode() if coding else b""
    return head + b"\r\n\r\n" + body


def _mixed(*parts: bytes, boundary: bytes = b"b1", end: bytes = b"\r\n") -> bytes:
    inside = b"".join(b"\r\n--" + boundary + b"\r\n" + part for part in parts)
    head = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\nThis is MIME.\r\n'
    return (head + inside + b"\r\n--" + boundary + b"--\r\n").replace(b"\r\n", end)


def _mail(body: bytes) -> bytes:
    return b"From: Nordkorg <no-reply@kvitto.nordkorg.example>\r\nSubject: Ditt kvitto\r\n" + body


def _uuencoded(content: bytes) -> bytes:
    import binascii

    lines = (binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
    return b"begin 644 a.pdf\n" + b"".join(lines) + b"`\nend\n"


def _wrapped(content: bytes, *, end: bytes = b"\r\n") -> bytes:
    return encodebytes(content).replace(b"\n", end)


ATTACHED = _part("application/pdf", _wrapped(_PDF), coding="base64", name="a.pdf")
MAILS: dict[str, Callable[[], bytes]] = {
    "attached": lambda: _mixed(_part("text/plain", b"Hej"), ATTACHED),
    "unix line ends": lambda: _mixed(_part("text/plain", b"Hej"), ATTACHED, end=b"\n"),
    "one line of base64": lambda: _mixed(
        _part("application/pdf", _wrapped(_PDF).replace(b"\r\n", b""), coding="base64", name="a.pdf")
    ),
    "base64 with dirt in it": lambda: _mixed(
        _part("application/pdf", _wrapped(_PDF, end=b" !\t\r\n"), coding="BASE64", name="a.pdf")
    ),
    "cut off": lambda: _mixed(ATTACHED)[:-300_001],
    "without padding": lambda: _mixed(
        _part("application/pdf", _wrapped(_PDF).rstrip(b"=\r\n"), coding="base64", name="a.pdf")
    ),
    "binary": lambda: _mixed(_part("application/octet-stream", _PDF.replace(b"\r", b"."), coding="binary")),
    "uuencoded": lambda: _mixed(_part("application/octet-stream", _uuencoded(_PDF), coding="x-uuencode", name="a.pdf")),
    "two of one name": lambda: _mixed(
        ATTACHED, _part("application/pdf", _wrapped(b"%PDF-1.4 b" * 200_000), coding="base64", name="a.pdf")
    ),
    "the same twice": lambda: _mixed(ATTACHED, ATTACHED),
    "in a part of a part": lambda: _mixed(_mixed(_part("text/html", b"<p>x</p>"), ATTACHED, boundary=b"b2")),
    "in a forwarded mail": lambda: _mixed(
        _part("message/rfc822", b"X-Long: " + b"y" * 20_000 + b"\r\n" + _mail(_mixed(ATTACHED, boundary=b"in")))
    ),
    "8-bit page": lambda: _mixed(_part('text/html; charset="iso-8859-1"', _HTML, coding="8bit"), _part("a/b", b"x")),
    "quoted page": lambda: _mixed(_part("text/html", b2a_qp(_HTML), coding="quoted-printable")),
    "quoted page, unbroken": lambda: _mixed(
        _part("text/html", _UNBROKEN.replace(b"=", b"=3D").replace(b" ", b"=20"), coding="quoted-printable")
    ),
    "page and nothing else": lambda: _part("text/html", _HTML),
    "text and nothing else": lambda: _part("text/plain", _HTML),
    "many recipients": lambda: b"To: " + b"a@b.example,\r\n " * 20_000 + b"c@d.example\r\n" + _mixed(ATTACHED),
    "many files": lambda: _mixed(*[_part("image/png", _wrapped(_PDF[2000:22_000]), coding="base64")] * 90, ATTACHED),
}


def _by_the_library(raw: bytes) -> list[str]:
    """The hashes of what the standard library finds, in our order: PDFs, then pages, then a text if there is nothing else."""
    leaves = BytesParser(policy=email.policy.compat32).parsebytes(raw).walk()
    found = [(leaf.get_content_type(), leaf.get_payload(decode=True)) for leaf in leaves if not leaf.is_multipart()]
    pdfs = [content for _, content in found if b"%PDF-" in content[:1024]]
    pages = [content for kind, content in found if kind == "text/html"]
    texts = [content for kind, content in found if kind == "text/plain"][:1]
    wanted = [*pdfs, *(pages or (texts if not pdfs else []))]
    return list(dict.fromkeys(sha256(each).hexdigest() for each in wanted))


@pytest.mark.parametrize("name", MAILS)
def test_a_large_mail_holds_what_the_standard_library_finds(name: str):
    raw = _mail(MAILS[name]())
    assert len(raw) > IN_MEMORY

    found = opened(BytesIO(raw)).pieces

    assert [each.content_hash for each in found] == _by_the_library(raw)
    assert [sha256(b"".join(each.chunks())).hexdigest() for each in found] == [each.content_hash for each in found]


def test_a_mark_that_somebody_wrote_is_text():
    """Only the one of this very mail, which nobody can know, stands for something."""
    raw = _mail(_part("text/html", b"<p>=0123456789abcdef0123456789abcdef 0 99;</p>" * 40_000))

    [page] = opened(BytesIO(raw)).pieces

    assert b"".join(page.chunks()).count(b" 0 99;") == 40_000


def test_what_is_all_headers_is_refused_within_bounds():
    with pytest.raises(MailError):
        opened(BytesIO(b"X-Header: again and again\r\n" * 200_000))
