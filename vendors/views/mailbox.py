"""A row tried on the staff member's own mailbox: what matches, what nearly does, and what asking costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from accounts import mailboxes
from invoices.gmail import GET_UNITS, LIST_UNITS, UNITS_A_MINUTE, Budget, Gmail, GoneError
from invoices.parsing import DocumentError, open_document
from invoices.receiving import Mail, TooLargeError
from paypulse.core.clock import now
from vendors.query import gmail_query, subject_query
from vendors.vendor import Vendor
from vendors.views.trial import Sample, Trial, mail_advice, try_on

_DAYS: Final = 365
_READ: Final = 8
_NEAR: Final = 6
_SEARCHES: Final = 3


@dataclass(frozen=True, slots=True)
class Price:
    """What a run costs at most, in Gmail's quota units, of those that a person has in a minute."""

    units: int
    a_minute: int = UNITS_A_MINUTE


PRICE: Final = Price(_SEARCHES * LIST_UNITS + (_READ + 2 * _NEAR) * GET_UNITS)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A mail that the row nearly claims, and what would have to change."""

    sender: str
    subject: str
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found: how many mails match (`more` when Gmail has further pages), the first of them read, near misses."""

    query: str
    matches: int
    more: bool
    trials: tuple[Trial, ...]
    near: tuple[NearMiss, ...]


def query(vendor: Vendor) -> str:
    """The search over the last year. Raises NoSenderError."""
    return gmail_query(vendor, after=_since())


def run(user_id: str, mailbox_id: str, vendor: Vendor, *, old: Vendor | None) -> Found:
    """Search the person's own mailbox and read what matches. Raises what accounts.mailboxes and invoices.gmail raise."""
    gmail = Gmail(partial(mailboxes.access_token, user_id, mailbox_id), budget=Budget())
    listing = gmail.search(query(vendor))
    matching = set(listing.ids)
    anything = gmail.search(gmail_query(replace(vendor, subject_keywords=()), after=_since())).ids
    elsewhere = subject_query(vendor, after=_since())
    others = gmail.search(elsewhere).ids if elsewhere else ()
    near = [*_without(anything, matching)[:_NEAR], *_without(others, {*matching, *anything})[:_NEAR]]
    mails = enumerate(_mails(gmail, listing.ids[:_READ]), start=1)
    return Found(
        query=query(vendor),
        matches=len(listing.ids),
        more=listing.next_page is not None,
        trials=tuple(try_on(Sample(f"Mail {at}", mail.content), vendor, old=old) for at, mail in mails),
        near=tuple(miss for mail in _mails(gmail, near) if (miss := _near_miss(vendor, mail))),
    )


def _since() -> datetime:
    return (now() - timedelta(days=_DAYS)).replace(minute=0, second=0, microsecond=0)


def _without(ids: Sequence[str], known: set[str]) -> list[str]:
    return [each for each in ids if each not in known]


def _mails(gmail: Gmail, ids: Sequence[str]) -> Iterator[Mail]:
    """One after another, so that one large mail at most is held."""
    for each in ids:
        try:
            with gmail.mail(each) as mail:
                yield mail
        except (GoneError, TooLargeError):
            continue


def _near_miss(vendor: Vendor, mail: Mail) -> NearMiss | None:
    try:
        header = open_document(mail.content, content_type="message/rfc822").header
    except DocumentError:
        return None
    if header is None or not header.sender_address:
        return None
    subject = header.subject or ""
    advice = tuple(mail_advice(vendor, sender=header.sender_address, subject=subject))
    return NearMiss(header.sender_address, subject, advice)
