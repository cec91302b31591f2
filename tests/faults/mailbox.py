"""A mailbox of invented mails: receipts, their doubles, PDFs with covering mails, rent, credit notes and what is no invoice."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from paypulse.core.clock import today
from paypulse.sandbox.documents.mail import Attachment, Envelope, mail
from paypulse.sandbox.documents.receipts import Item, Kind, ReceiptFacts, receipt_html, receipt_pdf
from tests.feature.invoices.world import EMAIL, World, receipt_facts

_SENDER = "no-reply@kvitto.nordkorg.example"


def fill(world: World, *, mails: int, seed: int) -> None:
    """Deliver `mails` mails of the last year, the same for the same seed."""
    rng = random.Random(seed)
    rents = min(12, mails // 10)
    for back in range(rents):
        world.rent(due=today() - timedelta(days=30 * back - 25), total=f"{9000 + 13 * back}.00")
    facts: list[ReceiptFacts] = []
    for number in range(mails - rents):
        _deliver(world, _next(rng, number, facts), rng, number)


def _next(rng: random.Random, number: int, facts: list[ReceiptFacts]) -> ReceiptFacts | None:
    """The next receipt: mostly a new one, at times one that was there, a credit note of it, or none at all."""
    kind = rng.random()
    if kind < 0.04:
        return None
    if kind < 0.12 and facts:
        return rng.choice(facts)
    if kind < 0.15 and facts:
        return replace(rng.choice(facts), kind=Kind.CREDIT_NOTE)
    made = receipt_facts(number, days_ago=rng.randint(1, 360), total=f"{rng.randint(20, 900)}.{rng.randint(0, 99):02d}")
    facts.append(replace(made, items=(Item(name=f"Vara {number}", price=made.items[0].price),)))
    return facts[-1]


def _deliver(world: World, facts: ReceiptFacts | None, rng: random.Random, number: int) -> None:
    day = facts.invoice_date if facts else today() - timedelta(days=rng.randint(1, 360))
    sent = datetime.combine(day, time(8), UTC) + timedelta(seconds=number)
    envelope = Envelope(sender=_SENDER, subject=f"Kvitto {number}", sent=sent)
    world.google.deliver(EMAIL, _raw(envelope, facts, rng), sent=sent)


def _raw(envelope: Envelope, facts: ReceiptFacts | None, rng: random.Random) -> bytes:
    if facts is None:
        return mail(envelope, html="<html><body><p>Veckans nyheter i butiken, välkommen in!</p></body></html>")
    if rng.random() < 0.04:
        return mail(envelope, html=receipt_html(facts), attachments=[Attachment("kvitto.pdf", receipt_pdf(facts))])
    return mail(envelope, html=receipt_html(facts))
