"""One mail from Gmail to S3 and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from invoices import documents, ledger
from invoices.documents import Origin
from invoices.gmail import Gmail, GmailUnavailableError, GoneError
from invoices.ledger import Entry, EntryState
from invoices.pieces import MailError, Opened, OverfullError, Piece, opened
from invoices.receiving import Mail, TooLargeError
from paypulse.core.categories import Category, SubType
from paypulse.core.clock import now
from vendors.query import claims, sent_by
from vendors.vendor import Vendor

MAX_TRIES: Final = 5


def fetch(gmail: Gmail, rows: Sequence[Vendor], entry: Entry) -> tuple[Entry, ...]:
    """Fetch a mail and keep its documents; gives its lines of the ledger as they then are.

    The first of `rows` is the one that the mail was searched for; a mail that somebody else sent is kept for the row of its
    sender, because Gmail's search takes a name for an address.

    What is wrong with the one mail is written down and tried again later; what is wrong with the mailbox or AWS raises.
    """
    try:
        with gmail.mail(entry.message_id) as mail:
            return _written(_settled(entry, mail, rows))
    except GoneError:
        return _written([replace(entry, state=EntryState.IGNORED, reason="deleted_in_gmail")])
    except TooLargeError:
        # Another try finds it as large: a person has to look at it in Gmail.
        return _written([replace(entry, state=EntryState.GIVEN_UP, reason="mail_too_large")])
    except GmailUnavailableError:
        return _written([_failed(entry, "gmail_unavailable")])


def _settled(entry: Entry, mail: Mail, rows: Sequence[Vendor]) -> list[Entry]:
    try:
        content = opened(mail.file)
    except OverfullError:
        return [replace(entry, state=EntryState.GIVEN_UP, reason="overfull_mail", sent_at=mail.received_at)]
    except MailError:
        return [_failed(replace(entry, sent_at=mail.received_at), "unreadable_mail")]
    vendor = _row_of(content, rows)
    if vendor is None:
        return [replace(entry, state=EntryState.IGNORED, reason="another_sender", sent_at=mail.received_at)]
    return _kept(entry, vendor, mail, content)


def _row_of(content: Opened, rows: Sequence[Vendor]) -> Vendor | None:
    first, *others = rows
    if not content.sender or sent_by(first, content.sender):
        return first
    return next((each for each in others if claims(each, sender=content.sender, subject=content.subject)), None)


def is_due(entry: Entry, vendor: Vendor) -> bool:
    """Whether a mail is to be fetched now: it waits, it failed and its time has come, or its row only watched it until now."""
    if entry.state is EntryState.FAILED:
        return entry.retry_at is None or entry.retry_at <= now()
    if (
        entry.state in (EntryState.RECORDED, EntryState.DUPLICATE, EntryState.STORED)
        or entry.reason == "not_an_invoice"
    ):
        # Its first document was kept and perhaps read already, but fetching was cut off before the last.
        return entry.parts is None
    if entry.state is EntryState.IGNORED and entry.reason == "another_sender":
        # A row that came later may be its sender's.
        return entry.vendor_id != vendor.vendor_id
    if entry.state is EntryState.IGNORED:
        return entry.reason == "vendor_not_fetched" or (entry.reason == "shadow" and vendor.active)
    return entry.state is EntryState.WAITING


def _written(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    for entry in entries:
        ledger.put(entry)
    return tuple(sorted(entries, key=lambda each: each.part))


def _failed(entry: Entry, reason: str) -> Entry:
    tries = entry.tries + 1
    if tries >= MAX_TRIES:
        return replace(entry, state=EntryState.GIVEN_UP, reason=reason, tries=tries, retry_at=None)
    later = now() + timedelta(seconds=retry_s(entry.tries))
    return replace(entry, state=EntryState.FAILED, reason=reason, tries=tries, retry_at=later)


def retry_s(tries: int) -> int:
    """Seconds until the next try: one minute, two, four, ... at most a quarter of an hour (SQS holds no longer)."""
    return int(min(60 * 2**tries, 900))


def _kept(entry: Entry, vendor: Vendor, mail: Mail, content: Opened) -> list[Entry]:
    """Keep a mail's documents in S3; the ledger lines that then hold."""
    seen = replace(entry, sent_at=mail.received_at, vendor_id=vendor.vendor_id, reason=None, retry_at=None, tries=0)
    wanted = _wanted(vendor, content.pieces)
    if not wanted:
        return [replace(seen, state=EntryState.IGNORED, reason="no_document")]
    pdfs: list[str] = []
    first, *others = [_keep(seen, piece, part, vendor, pdfs) for part, piece in enumerate(wanted)]
    # The first line is written last: it says that the mail is whole.
    return [*others, replace(first, parts=len(wanted))]


def _wanted(vendor: Vendor, pieces: Sequence[Piece]) -> list[Piece]:
    """The documents that the vendor row reads; a row for PDFs alone takes the body of a mail that has none."""
    pdfs = [each for each in pieces if each.suffix == "pdf" and vendor.supports_pdf]
    rental = vendor.invoice_category is Category.RENTAL
    pages = [each for each in pieces if each.suffix == "html" and vendor.supports_html and not (rental and pdfs)]
    return [*pdfs, *pages]


def _keep(entry: Entry, piece: Piece, part: int, vendor: Vendor, pdfs: list[str]) -> Entry:
    assert entry.sent_at is not None
    origin = Origin(
        mailbox_id=entry.mailbox_id,
        message_id=entry.message_id,
        part=part,
        vendor_id=vendor.vendor_id,
        received_at=entry.sent_at,
        beside=tuple(pdfs) if piece.suffix == "html" else (),
    )
    sub_type = SubType(vendor.invoice_sub_type) if vendor.invoice_sub_type else None
    rental = vendor.invoice_category is Category.RENTAL
    place = documents.key(
        entry.user_id, origin, sub_type=None if rental else sub_type or SubType.MISCELLANEOUS, suffix=piece.suffix
    )
    with piece.file() as content:
        documents.store(str(place), content, origin=origin, content_type=piece.content_type)
    if piece.suffix == "pdf":
        pdfs.append(str(place))
    return replace(entry, part=part, state=EntryState.STORED, s3_path=str(place), invoice_id=place.invoice_id)
