"""An original that a scanner found malicious software in is kept, and handed to nobody by any way out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import boto3
import pytest
from django.test import Client

from accounts import tokens
from accounts.user import User
from invoices import documents, exports, packs
from invoices.invoice import Invoice
from paypulse.core.clock import today
from paypulse.core.config import config
from tests import household
from tests.feature.api.conftest import Client as Caller

Window = Callable[[User], Client]


def scanned(invoice: Invoice, result: str) -> None:
    """What GuardDuty's Malware Protection for S3 does when it has looked at an object."""
    tags = {"TagSet": [{"Key": "GuardDutyMalwareScanStatus", "Value": result}]}
    boto3.client("s3").put_object_tagging(Bucket=config().invoices_bucket, Key=invoice.s3_path, Tagging=tags)


@pytest.fixture(params=["html", "pdf"])
def invoice(alice: User, request: pytest.FixtureRequest) -> Invoice:
    if request.param == "html":
        return household.receipt(alice.user_id, "1", day=today())
    return next(each for each in household.a_year(alice.user_id, today=today()) if each.s3_path.endswith(".pdf"))


def ways_out(invoice: Invoice) -> list[str]:
    shown = "original/" if invoice.s3_path.endswith("html") else "original/1.png"
    return [f"/invoices/{invoice.invoice_id}/{place}" for place in (shown, "download/")]


def test_a_clean_document_is_handed_out(alice: User, invoice: Invoice, window: Window) -> None:
    scanned(invoice, "NO_THREATS_FOUND")
    client = window(alice)
    assert "held back" not in client.get(f"/invoices/{invoice.invoice_id}/").text
    assert [client.get(place).status_code for place in ways_out(invoice)] == [200, 200]


def test_a_malicious_one_is_on_no_page_and_the_page_says_why(alice: User, invoice: Invoice, window: Window) -> None:
    scanned(invoice, "THREATS_FOUND")
    client = window(alice)
    page = client.get(f"/invoices/{invoice.invoice_id}/").text
    assert "The document is held back" in page and not any(place in page for place in ways_out(invoice))
    assert [client.get(place).status_code for place in ways_out(invoice)] == [404, 404]


def test_a_malicious_one_is_not_linked_by_the_api(alice: User, invoice: Invoice) -> None:
    scanned(invoice, "THREATS_FOUND")
    kind = "rental" if invoice.is_rental else "retail"
    reply = Caller(tokens.issue(alice).token)("GET", f"/v1/invoices/{kind}/{invoice.invoice_id}/original")
    assert reply.status == 404 and "malicious" in reply.body["error"]["message"]


def test_a_malicious_one_is_in_no_export(alice: User, invoice: Invoice) -> None:
    other = household.receipt(alice.user_id, "2", day=today())
    scanned(invoice, "THREATS_FOUND")
    with zipfile.ZipFile(io.BytesIO(exports.as_zip(alice.user_id, [invoice, other]))) as pack:
        assert len([name for name in pack.namelist() if name.startswith("originals/")]) == 1
    with packs.Pack(alice.user_id, "job_1") as kept:
        kept.write_original(invoice.s3_path)
        kept.write_original(other.s3_path)
    body = boto3.client("s3").get_object(Bucket=config().invoices_bucket, Key=kept.keys[0])["Body"].read()
    with zipfile.ZipFile(io.BytesIO(body)) as pack:
        assert [name.rpartition("/")[2] for name in pack.namelist()] == [other.s3_path.rpartition("/")[2]]


def test_a_malicious_one_stays_its_owners_and_is_still_read(alice: User, bob: User, invoice: Invoice) -> None:
    scanned(invoice, "THREATS_FOUND")
    assert documents.original(alice.user_id, invoice.s3_path).content
    with pytest.raises(documents.NotFoundError, match="no such document"):
        documents.handed_out(bob.user_id, invoice.s3_path)


def test_a_page_of_a_document_that_is_gone_says_so(alice: User, invoice: Invoice, window: Window) -> None:
    documents.remove(alice.user_id, invoice.s3_path)
    page = window(alice).get(f"/invoices/{invoice.invoice_id}/")
    assert page.status_code == 200 and "not here any more" in page.text
