"""Uploads go the way of the mail and never end as nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from invoices import documents, ledger, pieces, store, uploads
from invoices.invoice import InvoiceState, Source
from paypulse.core.clock import frozen, now
from paypulse.sandbox.documents.mail import Attachment, Envelope, mail
from paypulse.sandbox.documents.receipts import receipt_html, receipt_pdf
from tests.feature.invoices.world import World, receipt_facts


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("kvitto.pdf", receipt_pdf(receipt_facts(1))),
        ("kvitto.html", receipt_html(receipt_facts(1)).encode()),
        (
            "kvitto.eml",
            mail(
                Envelope(sender="x@kvitto.nordkorg.example", subject="Kvitto", sent=now() - timedelta(days=2)),
                html=receipt_html(receipt_facts(1)),
            ),
        ),
    ],
)
def test_a_pdf_a_page_and_a_mail_become_invoices(world: World, name: str, content: bytes):
    kept = uploads.upload(world.user_id, filename=name, content=content)
    world.settle()

    found = store.invoice(world.user_id, kept.invoice_ids[0])
    assert (found.total_amount, found.source, found.vendor_id) == (Decimal("120.50"), Source.UPLOAD, "nordkorg")
    assert documents.original(world.user_id, found.s3_path).content


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("bild.png", b"\x89PNG\r\n\x1a\n" + bytes(200), "unreadable"),
        ("trasig.pdf", b"%PDF-1.7 but nothing else", None),
        ("brev.txt", "Hej! Vi ses på lördag.".encode(), "not_an_invoice"),
        ("tom.eml", b"From: a@b.example\r\nSubject: x\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\n\r\n", "unreadable"),
    ],
)
def test_what_cannot_be_read_is_kept_and_asked_about(world: World, name: str, content: bytes, reason: str | None):
    kept = uploads.upload(world.user_id, filename=name, content=content)
    world.settle()

    found = store.invoice(world.user_id, kept.invoice_ids[0])
    assert found.state is InvoiceState.NEEDS_LOOK and found.reasons
    assert reason is None or reason in found.reasons
    assert documents.original(world.user_id, found.s3_path).content == content


def test_the_same_file_again_is_the_same_invoice_whatever_the_day(world: World):
    content = receipt_pdf(receipt_facts(1))
    first = uploads.upload(world.user_id, filename="a.pdf", content=content)
    world.settle()

    with frozen(now() + timedelta(days=3)):
        again = uploads.upload(world.user_id, filename="b.pdf", content=content)
    world.settle()

    assert again.invoice_ids == first.invoice_ids and again.keys == first.keys
    assert len(world.invoices()) == 1 and sum(ledger.counts(world.user_id).values()) == 1


def test_an_upload_of_what_came_by_mail_is_its_double(world: World):
    facts = receipt_facts(1)
    world.mail(facts)
    world.sync()

    kept = uploads.upload(world.user_id, filename="kvitto.pdf", content=receipt_pdf(facts))
    world.settle()

    assert store.invoice(world.user_id, kept.invoice_ids[0]).state is InvoiceState.DUPLICATE
    assert len(world.invoices()) == 1


def test_a_mail_of_more_documents_than_are_taken_out_of_one_is_kept_whole_and_asked_about(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pieces, "MOST_PIECES", 2)
    envelope = Envelope(sender="x@kvitto.nordkorg.example", subject="Kvitto", sent=now() - timedelta(days=2))
    receipts = [Attachment(f"{each}.pdf", receipt_pdf(receipt_facts(each))) for each in range(3)]
    content = mail(envelope, text="Hej", attachments=receipts)

    [invoice_id] = uploads.upload(world.user_id, filename="kvitton.eml", content=content).invoice_ids

    found = store.invoice(world.user_id, invoice_id)
    assert (found.state, found.reasons) == (InvoiceState.NEEDS_LOOK, ("unreadable",))
    assert documents.original(world.user_id, found.s3_path).content == content


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (b"   ", "empty"), (b"%PDF-" + bytes(26 * 2**20), "too_large")]
)
def test_nothing_and_too_much_are_refused_with_a_reason(world: World, content: bytes, code: str):
    with pytest.raises(uploads.UploadError) as refused:
        uploads.upload(world.user_id, filename="a.pdf", content=content)

    assert refused.value.code == code
