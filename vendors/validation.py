"""What is wrong with a vendor row, fault by fault, each with the field it is in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from paypulse.core.categories import Category, SubType
from paypulse.core.text import slug
from vendors.query import covers
from vendors.vendor import FieldHint, ParserType, State, Vendor

# Says what is wrong with a hint for a field, or None. Reading knows its own fields and engines, so the caller brings it.
HintCheck = Callable[[str, FieldHint], str | None]

_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_ADDRESS: Final = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?P<domain>.+)")
_LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_LOGO: Final = re.compile(r"vendors/logos/[a-z0-9-]+\.(svg|png)")
_LONGEST_ID: Final = 60
_LONGEST_TEXT: Final = 100
_MOST: Final = 30
# Where anybody can have an address, and services that send for thousands of shops.
_EVERYBODY: Final = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com hotmail.se live.com live.se msn.com yahoo.com yahoo.se ymail.com
    icloud.com me.com mac.com aol.com proton.me protonmail.com pm.me gmx.de gmx.net gmx.com web.de t-online.de mail.com
    mail.ru yandex.ru zoho.com fastmail.com hey.com tutanota.com bredband.net comhem.se spray.se passagen.se
    sendgrid.net amazonses.com mailchimp.com mandrillapp.com mailgun.org sparkpostmail.com postmarkapp.com stripe.com
    google.com shopifyemail.com co.uk com.au co.jp com.br com.tr""".split()
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the row's field it is in, and what is wrong in words for the person who wrote it."""

    field: str
    message: str


def problems(
    vendor: Vendor, *, others: Iterable[Vendor] = (), hint_fault: HintCheck | None = None
) -> tuple[Problem, ...]:
    """Every fault of the row, in the order of its fields; `others` are the rows it must not clash with."""
    return (
        *_identity(vendor),
        *_senders(vendor),
        *_subjects(vendor),
        *_reading(vendor, hint_fault),
        *_defaults(vendor),
        *clashes(vendor, others),
    )


def _identity(vendor: Vendor) -> Iterator[Problem]:
    made = slug(vendor.vendor_id)
    if not made or made != vendor.vendor_id or len(made) > _LONGEST_ID:
        fits = made[:_LONGEST_ID] or slug(vendor.vendor_name)
        yield Problem("vendor_id", f"This would not survive as a file name. Use {fits or 'lower-case letters'}.")
    if not vendor.vendor_name.strip():
        yield Problem("vendor_name", "A row needs a name.")
    if vendor.invoice_category is Category.RETAIL and vendor.invoice_sub_type not in [*SubType]:
        yield Problem("invoice_sub_type", "Choose the kind of purchase; a retail row needs one.")
    if vendor.invoice_category is Category.RENTAL and vendor.invoice_sub_type is not None:
        yield Problem("invoice_sub_type", "A rental row has no kind of purchase.")


def _senders(vendor: Vendor) -> Iterator[Problem]:
    if not vendor.email_patterns:
        yield Problem("email_patterns", "A row needs a sender, otherwise it would match every mail.")
    if len(vendor.email_patterns) > _MOST:
        yield Problem("email_patterns", f"Name at most {_MOST} senders.")
    for pattern in vendor.email_patterns:
        if fault := _sender_fault(pattern):
            yield Problem("email_patterns", f"{pattern}: {fault}")


def _sender_fault(pattern: str) -> str | None:
    if pattern != pattern.strip().casefold():
        return "write it in lower case, without blanks."
    address = _ADDRESS.fullmatch(pattern)
    domain = address["domain"] if address else pattern
    if not _DOMAIN.fullmatch(domain):
        return "is neither an address (billing@shop.se) nor a domain (shop.se)."
    if address is None and domain in _EVERYBODY:
        return "would match everyone who writes from there; name the whole address."
    return None


def _subjects(vendor: Vendor) -> Iterator[Problem]:
    if len(vendor.subject_keywords) > _MOST:
        yield Problem("subject_keywords", f"Name at most {_MOST} keywords or groups.")
    for group in vendor.subject_keywords:
        said = " + ".join(group) or "An empty line"
        if not group or not all(any(letter.isalnum() for letter in word) for word in group):
            yield Problem("subject_keywords", f"{said}: a keyword needs a letter or a digit.")
        if any('"' in word or "\\" in word or len(word) > _LONGEST_TEXT for word in group):
            yield Problem("subject_keywords", f'{said}: leave out " and \\, and keep it under {_LONGEST_TEXT} letters.')


def _reading(vendor: Vendor, hint_fault: HintCheck | None) -> Iterator[Problem]:
    if vendor.parser_type is ParserType.HINTS and not vendor.field_hints:
        yield Problem("field_hints", "Reading by hints needs at least one hint.")
    for name, hint in vendor.field_hints.items():
        if fault := hint_fault(name, hint) if hint_fault else None:
            yield Problem("field_hints", f"{name}: {fault}")
    if not vendor.supports_pdf and not vendor.supports_html:
        yield Problem("supports_html", "Nothing would be read: allow PDF, HTML or both.")


def _defaults(vendor: Vendor) -> Iterator[Problem]:
    if vendor.currency is not None and not _CURRENCY.fullmatch(vendor.currency):
        yield Problem("currency", "Write the three letters of ISO 4217, such as SEK.")
    if vendor.locale is not None and not _LOCALE.fullmatch(vendor.locale):
        yield Problem("locale", "Write a language and perhaps a country, such as sv-SE.")
    if vendor.logo_url is not None and not _LOGO.fullmatch(vendor.logo_url):
        yield Problem("logo_url", "Logos are our own files (vendors/logos/name.svg); nothing is loaded from elsewhere.")


def clashes(vendor: Vendor, others: Iterable[Vendor]) -> Iterator[Problem]:
    """A fault for each other living row that would claim the same mail: a shared sender, and subjects that both take."""
    for other in others:
        if other.vendor_id != vendor.vendor_id and other.state is not State.RETIRED:
            shared = _shared_sender(vendor, other)
            if shared and _subjects_meet(vendor, other):
                yield Problem(
                    "email_patterns", f"{shared}: {other.vendor_name} ({other.vendor_id}) claims the same mails."
                )


def neighbours(senders: Iterable[tuple[str, Iterable[str]]]) -> Callable[[Vendor], set[str]]:
    """A quick way to the ids of the other rows that share a domain, or a part of one, with a row: all that can clash.

    `senders` are each row's id with its sender patterns.
    """
    below: dict[str, set[str]] = {}
    for vendor_id, patterns in senders:
        for pattern in patterns:
            for domain in _parents(pattern):
                below.setdefault(domain, set()).add(vendor_id)

    def near(vendor: Vendor) -> set[str]:
        domains = {parent for pattern in vendor.email_patterns for parent in _parents(pattern)}
        return {each for domain in domains for each in below.get(domain, ())} - {vendor.vendor_id}

    return near


def _parents(pattern: str) -> Iterator[str]:
    """The pattern's domain and those above it, the top level left out."""
    labels = pattern.rpartition("@")[2].split(".")
    return (".".join(labels[at:]) for at in range(len(labels) - 1))


def _shared_sender(one: Vendor, other: Vendor) -> str | None:
    pairs = product(one.email_patterns, other.email_patterns)
    return next((mine for mine, theirs in pairs if covers(mine, theirs) or covers(theirs, mine)), None)


def _subjects_meet(one: Vendor, other: Vendor) -> bool:
    mine, theirs = ([{word.casefold() for word in group} for group in row.subject_keywords] for row in (one, other))
    return not mine or not theirs or any(a <= b or b <= a for a, b in product(mine, theirs))
