"""Which mails a vendor row means: as a Gmail query, and as a test of one mail's sender and subject."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from paypulse.core.errors import PayPulseError
from vendors.vendor import Vendor

_PLAIN: Final = re.compile(r"\w([\w.@+-]*\w)?", re.ASCII)
_OPERATORS: Final = frozenset({"OR", "AND", "AROUND"})
_WORD: Final = re.compile(r"\w+")


class NoSenderError(PayPulseError):
    """The row names no sender, so its query would match every mail there is."""


def gmail_query(vendor: Vendor, *, after: datetime | None = None, before: datetime | None = None) -> str:
    """The row's Gmail search: senders OR-ed, subject groups OR-ed, then the window in whole epoch seconds.

    Equal rows give equal queries. `after` and `before` are aware. Raises NoSenderError for a row without a sender.
    """
    if not vendor.email_patterns:
        raise NoSenderError("a row needs a sender", vendor_id=vendor.vendor_id)
    senders = [f"from:{_term(each.casefold())}" for each in vendor.email_patterns]
    subjects = [_group(words) for words in vendor.subject_keywords]
    return " ".join([_either(senders), *([_either(subjects)] if subjects else []), *_window(after, before)])


def _either(terms: Sequence[str]) -> str:
    ordered = sorted(dict.fromkeys(terms))
    return ordered[0] if len(ordered) == 1 else f"{{{' '.join(ordered)}}}"


def _group(words: Sequence[str]) -> str:
    terms = sorted(dict.fromkeys(f"subject:{_term(word.casefold())}" for word in words))
    return terms[0] if len(terms) == 1 else f"({' '.join(terms)})"


def _term(text: str) -> str:
    """The text as one search term. Inside quotes nothing is special but the quote, which no mail can be searched for."""
    if _PLAIN.fullmatch(text) and text.upper() not in _OPERATORS:
        return text
    return '"{}"'.format(" ".join(text.replace('"', " ").replace("\\", " ").split()))


def claims(vendor: Vendor, *, sender: str, subject: str) -> bool:
    """Whether the row means a mail from the address `sender` with that subject, as Gmail would match it: by whole words."""
    return sent_by(vendor, sender) and about(vendor, subject)


def sent_by(vendor: Vendor, sender: str) -> bool:
    """Whether the address is one of the row's, or its domain is one of the row's domains or below it."""
    address = sender.strip().casefold()
    return any(covers(pattern.casefold(), address) for pattern in vendor.email_patterns)


def covers(pattern: str, sender: str) -> bool:
    """Whether a sender pattern (an address or a domain) includes an address or a domain; both in lower case."""
    domain = sender.rpartition("@")[2]
    if "@" in pattern:
        return pattern == sender
    return domain == pattern or domain.endswith(f".{pattern}")


def about(vendor: Vendor, subject: str) -> bool:
    """Whether the subject holds all words of one of the row's groups; a row without groups takes any subject."""
    said = _tokens(subject)
    return not vendor.subject_keywords or any(
        all(_occurs(_tokens(word), said) for word in group) for group in vendor.subject_keywords
    )


def lacking(vendor: Vendor, subject: str) -> tuple[str, ...]:
    """The words that the subject lacks of the group it comes nearest to, where it has some of it; else nothing."""
    said = _tokens(subject)
    missing = [
        (group, tuple(word for word in group if not _occurs(_tokens(word), said))) for group in vendor.subject_keywords
    ]
    begun = [lacks for group, lacks in missing if len(lacks) < len(group)]
    return min(begun, key=len, default=())


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(unicodedata.normalize("NFC", text).casefold()))


def _occurs(phrase: Sequence[str], said: Sequence[str]) -> bool:
    size = len(phrase)
    return any(tuple(said[at : at + size]) == tuple(phrase) for at in range(len(said) - size + 1))


def subject_query(vendor: Vendor, *, after: datetime | None = None, before: datetime | None = None) -> str | None:
    """The row's search without its senders: mails about the same from anybody. None for a row that takes any subject."""
    if not vendor.subject_keywords:
        return None
    subjects = [_group(words) for words in vendor.subject_keywords]
    return " ".join([_either(subjects), *_window(after, before)])


def _window(after: datetime | None, before: datetime | None) -> list[str]:
    return [f"{name}:{int(at.timestamp())}" for name, at in (("after", after), ("before", before)) if at is not None]
