"""The demo mailbox: a year of invented receipts and rent notices, with what the product must make of each."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random

from invoices.parsing.fields.references import bankgiro, luhn_digit, ocr_with_check
from invoices.parsing.rental import RentPart
from invoices.parsing.result import Kind
from paypulse.core.categories import SubType
from paypulse.sandbox.documents import shops
from paypulse.sandbox.documents.mail import Attachment, Envelope, mail
from paypulse.sandbox.documents.receipts import (
    Item,
    ReceiptFacts,
    delivery_notice_html,
    receipt_html,
    receipt_pdf,
    unclear_html,
)
from paypulse.sandbox.documents.rent import Layout, RentFacts, RentLine, rent_notice
from paypulse.sandbox.documents.shops import Shop
from paypulse.sandbox.documents.wording import month

_LANDLORD = ("wallenstam", "Wallenstam", "Wallenstam <kundservice@wallenstam.se>")
_PRICE_RISE = 4
_RENT_RISE = 5


class Ending(StrEnum):
    """What must become of a message. `unknown_vendor` is not looked for by any row, until a person or staff says so."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    UNSURE = "unsure"
    UNKNOWN_VENDOR = "unknown_vendor"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMessage:
    """One mail of the demo mailbox, the facts it was made from (None where it is no invoice) and its ending."""

    raw: bytes
    sent: datetime
    sender: str
    subject: str
    ending: Ending = Ending.STORED
    vendor_id: str | None = None
    facts: ReceiptFacts | RentFacts | None = None
    labels: tuple[str, ...] = ("INBOX",)


def demo_messages(today: date, *, seed: int = 1) -> Iterator[DemoMessage]:
    """The mails of the twelve months before `today`, oldest first; the same for the same day and seed."""
    random = Random(seed)
    made = [*_rent_year(today, random), *_purchases(today, random), *_oddities(today, random)]
    yield from sorted(made, key=lambda message: (message.sent, message.subject))


def _purchases(today: date, random: Random) -> Iterator[DemoMessage]:
    for shop in shops.KNOWN:
        for back in shop.months:
            yield _purchase(shop, _day(today, back, random.randint(1, 28)), random, discounted=back >= _PRICE_RISE)


def _purchase(shop: Shop, on: date, random: Random, *, discounted: bool) -> DemoMessage:
    """A receipt of the shop; a subscription cost less before its price rise."""
    facts = shop.facts(on, random)
    if shop.old_price is not None and discounted:
        facts = replace(
            facts, items=(replace(facts.items[0], price=shop.old_price),), tax=_share(shop.old_price, shop.vat)
        )
    return _receipt(shop, facts, random)


def _receipt(shop: Shop, facts: ReceiptFacts, random: Random, *, ending: Ending = Ending.STORED) -> DemoMessage:
    subject = shop.subject.format(
        number=facts.order_number or facts.invoice_number, month=month(facts.invoice_date, facts.language)
    )
    envelope = Envelope(sender=shop.sender, subject=subject, sent=_moment(facts.invoice_date, random))
    if shop.as_pdf:
        name = f"{shop.vendor_id or 'invoice'}-{facts.invoice_number}.pdf"
        raw = mail(envelope, text=shop.cover, attachments=[Attachment(name, receipt_pdf(facts))])
    else:
        raw = mail(envelope, html=receipt_html(facts, shop.design, markup=shop.markup))
    return _message(envelope, raw, ending=ending, vendor_id=shop.vendor_id, facts=facts)


def _rent_year(today: date, random: Random) -> Iterator[DemoMessage]:
    for back in range(12):
        facts = _rent(_day(today, back, 12), back, random)
        period = month(facts.period_start, "sv")
        envelope = Envelope(
            sender=_LANDLORD[2], subject=f"Din hyresavi för {period}", sent=_moment(facts.invoice_date, random)
        )
        notice = Attachment(f"Hyresavi {period}.pdf", rent_notice(facts, Layout.GIRO if back % 2 else Layout.COLUMNS))
        raw = mail(envelope, text=f"Hej! Här kommer din hyresavi för {period}.", attachments=[notice])
        yield _message(envelope, raw, vendor_id=_LANDLORD[0], facts=facts)


def _rent(on: date, back: int, random: Random) -> RentFacts:
    """The notice for the month after `on`; the base rent rises once, with a retroactive line in that month alone."""
    start = (on.replace(day=28) + timedelta(days=7)).replace(day=1)
    parking = Decimal("450.00")
    return RentFacts(
        landlord=_LANDLORD[1],
        tenant="Alice Andersson",
        invoice_number=f"{start:%y%m}0417",
        invoice_date=on,
        due_date=on.replace(day=monthrange(on.year, on.month)[1]),
        period_start=start,
        period_end=start.replace(day=monthrange(start.year, start.month)[1]),
        lines=tuple(_rent_lines(back, parking, random)),
        ocr_number=ocr_with_check(f"70417{start:%y%m}"),
        bankgiro=bankgiro("505010" + luhn_digit("505010")),
        vat=_share(parking, Decimal("0.25")),
    )


def _rent_lines(back: int, parking: Decimal, random: Random) -> Iterator[RentLine]:
    yield RentLine(RentPart.BASE_RENT, "Hyra", Decimal("8912.00") if back <= _RENT_RISE else Decimal("8640.00"))
    for part, label, low, high in (
        (RentPart.COLD_WATER, "Kallvatten", 6000, 9900),
        (RentPart.WARM_WATER, "Varmvatten", 9000, 16900),
        (RentPart.ELECTRICITY, "El", 18000, 62000),
    ):
        yield RentLine(part, label, _ore(random.randint(low, high)))
    yield RentLine(RentPart.PARKING, "Bilplats", parking)
    if back == _RENT_RISE:
        yield RentLine(RentPart.ADJUSTMENT, "Retroaktiv hyra avser föregående månad", Decimal("272.00"))
    if back == 0:
        yield RentLine(RentPart.ADJUSTMENT, "Avdrag för utebliven hiss", Decimal("-150.50"))


def _oddities(today: date, random: Random) -> Iterator[DemoMessage]:
    """What a real mailbox holds beside plain receipts."""
    yield _refund(today, random)
    yield from _twice(today, random)
    for back, shop in enumerate(shops.UNKNOWN, 2):
        yield _receipt(shop, shop.facts(_day(today, back, 9), random), random, ending=Ending.UNKNOWN_VENDOR)
    yield _parcel(today, random)
    yield _unclear(today, random)


def _refund(today: date, random: Random) -> DemoMessage:
    jacket = Item(name="Vindjacka", price=Decimal("899.00"), brand="Fjällvik", size="M")
    facts = ReceiptFacts(
        vendor=shops.ZALANDO.vendor,
        sub_type=SubType.CLOTHING,
        kind=Kind.CREDIT_NOTE,
        invoice_date=_day(today, 2, 20),
        items=(jacket,),
        order_number="10103000417",
        tax=_share(jacket.total, Decimal("0.25")),
    )
    return _receipt(replace(shops.ZALANDO, subject="Din återbetalning för beställning {number}"), facts, random)


def _twice(today: date, random: Random) -> Iterator[DemoMessage]:
    """One invoice, and the very same one sent again three days later."""
    first = _receipt(shops.ELGIGANTEN, shops.ELGIGANTEN.facts(_day(today, 3, 6), random), random)
    yield first
    envelope = Envelope(
        sender=first.sender, subject=f"Påminnelse: {first.subject}", sent=first.sent + timedelta(days=3)
    )
    assert isinstance(first.facts, ReceiptFacts)
    attached = Attachment(f"elgiganten-{first.facts.invoice_number}.pdf", receipt_pdf(first.facts))
    raw = mail(envelope, text="Här kommer ditt kvitto en gång till.", attachments=[attached])
    yield _message(envelope, raw, ending=Ending.DUPLICATE, vendor_id=first.vendor_id, facts=first.facts)


def _parcel(today: date, random: Random) -> DemoMessage:
    shop = shops.ZALANDO
    envelope = Envelope(
        sender=shop.sender, subject="Din beställning är på väg", sent=_moment(_day(today, 1, 17), random)
    )
    raw = mail(envelope, html=delivery_notice_html(shop.vendor, "sv", order_number="10103000422"))
    return _message(envelope, raw, ending=Ending.IGNORED, vendor_id=shop.vendor_id)


def _unclear(today: date, random: Random) -> DemoMessage:
    shop = shops.CLAS_OHLSON
    facts = shop.facts(_day(today, 1, 22), random)
    subject = shop.subject.format(number=facts.order_number)
    envelope = Envelope(sender=shop.sender, subject=subject, sent=_moment(facts.invoice_date, random))
    raw = mail(envelope, html=unclear_html(facts, other_total=facts.total + Decimal("35.00")))
    return _message(envelope, raw, ending=Ending.UNSURE, vendor_id=shop.vendor_id, facts=facts)


def _message(
    envelope: Envelope,
    raw: bytes,
    *,
    ending: Ending = Ending.STORED,
    vendor_id: str | None = None,
    facts: ReceiptFacts | RentFacts | None = None,
) -> DemoMessage:
    return DemoMessage(
        raw=raw,
        sent=envelope.sent,
        sender=envelope.sender,
        subject=envelope.subject,
        ending=ending,
        vendor_id=vendor_id,
        facts=facts,
    )


def _day(today: date, months_back: int, wanted: int) -> date:
    """Day `wanted` of the month that lies `months_back` before today's, but always before today."""
    year, month_index = divmod(today.year * 12 + today.month - 1 - months_back, 12)
    return min(date(year, month_index + 1, wanted), today - timedelta(days=1))


def _moment(on: date, random: Random) -> datetime:
    return datetime.combine(on, time(random.randint(7, 20), random.randint(0, 59)), UTC)


def _share(gross: Decimal, rate: Decimal) -> Decimal:
    """The tax of `rate` that `gross` includes."""
    return (gross * rate / (1 + rate)).quantize(Decimal("0.01"))


def _ore(count: int) -> Decimal:
    return Decimal(count) / 100
