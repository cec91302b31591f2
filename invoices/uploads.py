"""What a person uploads goes the way of the mail: into S3, and from there through the same reading."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import IO, Final

from invoices import documents, jobs, ledger, store
from invoices.documents import UPLOADS, Key, Origin
from invoices.drafts import unread
from invoices.jobs import JobState
from invoices.ledger import Entry, EntryState
from invoices.pieces import MailError, Opened, OverfullError, Piece, opened
from paypulse.core.categories import Category, SubType
from paypulse.core.clock import now
from paypulse.core.config import config
from paypulse.core.errors import PayPulseError
from vendors import store as vendors
from vendors.query import claims
from vendors.vendor import Vendor

_MAIL_NAMES: Final = (".eml", ".mht")
_PAGE_MARKS: Final = (b"<!doctype html", b"<html", b"<body", b"<table", b"<div", b"<head")
_MAIL_MARKS: Final = (
    b"from:",
    b"subject:",
    b"date:",
    b"mime-version:",
    b"content-type:",
    b"received:",
    b"return-path:",
)


class UploadError(PayPulseError):
    """The upload is refused; `code` says why: empty or too_large. Nothing was kept."""

    def __init__(self, code: str) -> None:
        super().__init__("the upload is refused", code=code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An upload that was kept: its job, the invoices it becomes (there once they are read), and the originals' keys."""

    job_id: str
    invoice_ids: tuple[str, ...]
    keys: tuple[str, ...]


def upload(user_id: str, *, filename: str, content: bytes) -> Upload:
    """Keep a PDF, HTML page or mail and let it be read; what is none of these is kept too, as one that needs a look.

    The same file again is the same upload. Raises UploadError for an empty file or one over the limit.
    """
    if not content.strip():
        raise UploadError("empty")
    if len(content) > config().max_upload_bytes:
        raise UploadError("too_large")
    entries = _kept(user_id, filename, content)
    keys = tuple(entry.s3_path for entry in entries if entry.s3_path)
    ids = tuple(Key.parse(key).invoice_id for key in keys)
    job = jobs.begin(user_id, kind="upload", request={"bytes": len(content)})
    counts = {"found": len(keys), "stored": len(keys)}
    jobs.advance(user_id, job.job_id, state=JobState.DONE, counts=counts, result={"invoice_ids": list(ids)})
    return Upload(job_id=job.job_id, invoice_ids=ids, keys=keys)


def _kept(user_id: str, filename: str, content: bytes) -> Sequence[Entry]:
    digest = hashlib.sha256(content).hexdigest()[:32]
    known = ledger.of_mail(user_id, UPLOADS, digest)
    if known and all(entry.s3_path and entry.reason != "deleted" for entry in known):
        return known
    try:
        mail = _mail(filename, content)
    except OverfullError:
        return _keep_unreadable(user_id, digest, content, suffix="eml")
    if mail is not None:
        vendor = next(
            (each for each in vendors.active() if claims(each, sender=mail.sender, subject=mail.subject)), None
        )
        return _keep_pieces(
            user_id, digest, mail.pieces, vendor=vendor, received=mail.sent or now()
        ) or _keep_unreadable(user_id, digest, content, suffix="eml")
    piece = _alone(content)
    if piece is None:
        return _keep_unreadable(user_id, digest, content, suffix="bin")
    return _keep_pieces(user_id, digest, (piece,), vendor=None, received=now())


def _mail(filename: str, content: bytes) -> Opened | None:
    head = content[:4096].lower()
    looks = PurePath(filename).suffix.lower() in _MAIL_NAMES or sum(mark in head for mark in _MAIL_MARKS) >= 3
    if b"%PDF-" in content[:1024] or not looks:
        return None
    try:
        return opened(content)
    except OverfullError:
        raise
    except MailError:
        return None


def _alone(content: bytes) -> Piece | None:
    found = _kind(content)
    return Piece.of(lambda: iter((content,)), *found) if found else None


def _kind(content: bytes) -> tuple[str, str] | None:
    """The suffix and the type of a document that is no mail, None for what no reader takes."""
    if b"%PDF-" in content[:1024]:
        return "pdf", "application/pdf"
    if any(mark in content[:65536].lower() for mark in _PAGE_MARKS):
        return "html", "text/html"
    try:
        content.decode()
    except UnicodeDecodeError:
        return None
    return ("html", "text/plain; charset=utf-8") if b"\x00" not in content else None


def _keep_pieces(
    user_id: str, digest: str, pieces: Sequence[Piece], *, vendor: Vendor | None, received: datetime
) -> list[Entry]:
    kept: list[Entry] = []
    for part, piece in enumerate(pieces):
        beside = tuple(each.s3_path for each in kept if each.s3_path and each.s3_path.endswith(".pdf"))
        origin = Origin(
            mailbox_id=UPLOADS,
            message_id=digest,
            part=part,
            vendor_id=vendor.vendor_id if vendor else None,
            received_at=received,
            beside=beside if piece.suffix == "html" else (),
        )
        with piece.file() as content:
            kept.append(
                _keep(user_id, origin, content, sub_type=_folder(vendor), suffix=piece.suffix, kind=piece.content_type)
            )
    return kept


def _keep(
    user_id: str, origin: Origin, content: bytes | IO[bytes], *, sub_type: SubType | None, suffix: str, kind: str | None
) -> Entry:
    place = documents.key(user_id, origin, sub_type=sub_type, suffix=suffix)
    entry = Entry(
        user_id=user_id,
        mailbox_id=UPLOADS,
        message_id=origin.message_id,
        part=origin.part,
        state=EntryState.STORED,
        vendor_id=origin.vendor_id,
        s3_path=str(place),
        invoice_id=place.invoice_id,
        sent_at=origin.received_at,
    )
    ledger.put(entry)
    documents.store(str(place), content, origin=origin, content_type=kind)
    return entry


def _folder(vendor: Vendor | None) -> SubType | None:
    """The folder of what is not read yet: the vendor's, or miscellaneous; the reading decides what the row says."""
    if vendor and vendor.invoice_category is Category.RENTAL:
        return None
    return SubType(vendor.invoice_sub_type) if vendor and vendor.invoice_sub_type else SubType.MISCELLANEOUS


def _keep_unreadable(user_id: str, digest: str, content: bytes, *, suffix: str) -> list[Entry]:
    """Keep a file that no reader takes, and ask the person about it at once: no event will."""
    origin = Origin(mailbox_id=UPLOADS, message_id=digest, part=0, vendor_id=None, received_at=now())
    entry = _keep(user_id, origin, content, sub_type=SubType.MISCELLANEOUS, suffix=suffix, kind=None)
    assert entry.s3_path is not None
    content_hash = hashlib.sha256(content).hexdigest()
    store.record(unread(Key.parse(entry.s3_path), origin, content_hash=content_hash, reason="unreadable"))
    return [entry]
