"""One invoice of the caller: reading, correcting and removing it, and fetching its original."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET, structs

from accounts.claims import Scope
from invoices import documents, store
from invoices.invoice import Invoice
from lambdas.api import published
from lambdas.api.contract import (
    Correction,
    DeletedInvoice,
    InvoiceDetails,
    Original,
    RentalCorrection,
    RentalRow,
    RetailCorrection,
)
from lambdas.api.door import ApiRequest, Door
from lambdas.responses import Answer
from paypulse.core.errors import NotFoundError

LINK_SECONDS: Final = 300

handler = Door()


@handler.opens("GET /v1/invoices/rental/{invoice_id}", scope=Scope.READ, returns={200: (RentalRow,)}, fails=(404,))
def rental(request: ApiRequest) -> Answer:
    """One rent notice."""
    return Answer(published.rental_row(_rental(request)))


@handler.opens("GET /v1/invoices/retail/{invoice_id}", scope=Scope.READ, returns={200: (InvoiceDetails,)}, fails=(404,))
def retail(request: ApiRequest) -> Answer:
    """One retail invoice with what its category has of its own."""
    return Answer(published.retail_details(_retail(request)))


@handler.opens(
    "DELETE /v1/invoices/retail/{invoice_id}", scope=Scope.WRITE, returns={200: (DeletedInvoice,)}, fails=(404,)
)
def delete(request: ApiRequest) -> Answer:
    """Remove a retail invoice and its details."""
    return Answer(published.deleted(store.delete_retail(request.user_id, request.path["invoice_id"])), "Deleted.")


@handler.opens(
    "PATCH /v1/invoices/rental/{invoice_id}",
    scope=Scope.WRITE,
    body=RentalCorrection,
    returns={200: (RentalRow,)},
    fails=(404, 409, 422),
)
def correct_rental(request: ApiRequest) -> Answer:
    """Correct a rent notice, or say when it was paid."""
    return Answer(published.rental_row(_corrected(request, _rental(request))))


@handler.opens(
    "PATCH /v1/invoices/retail/{invoice_id}",
    scope=Scope.WRITE,
    body=RetailCorrection,
    returns={200: (InvoiceDetails,)},
    fails=(404, 409, 422),
)
def correct_retail(request: ApiRequest) -> Answer:
    """Correct a retail invoice, or say when it was paid."""
    return Answer(published.retail_details(_corrected(request, _retail(request))))


@handler.opens(
    "GET /v1/invoices/rental/{invoice_id}/original", scope=Scope.READ, returns={200: (Original,)}, fails=(404,)
)
def rental_original(request: ApiRequest) -> Answer:
    """A short-lived link to a rent notice's original."""
    return Answer(_link(_rental(request)))


@handler.opens(
    "GET /v1/invoices/retail/{invoice_id}/original", scope=Scope.READ, returns={200: (Original,)}, fails=(404,)
)
def retail_original(request: ApiRequest) -> Answer:
    """A short-lived link to a retail invoice's original."""
    return Answer(_link(_retail(request)))


def _rental(request: ApiRequest) -> Invoice:
    return _of(request, is_rental=True)


def _retail(request: ApiRequest) -> Invoice:
    return _of(request, is_rental=False)


def _of(request: ApiRequest, *, is_rental: bool) -> Invoice:
    invoice = store.invoice(request.user_id, request.path["invoice_id"])
    if invoice.is_rental is not is_rental:
        raise NotFoundError("the invoice is of the other sort")
    return invoice


def _corrected(request: ApiRequest, invoice: Invoice) -> Invoice:
    """The invoice after the corrections and the payment: one write, on the condition of the version the client has read."""
    body: Correction = request.body
    changes = {name: value for name, value in structs.asdict(body).items() if value is not UNSET and name != "version"}
    return store.amend(invoice.user_id, invoice.invoice_id, expected_version=body.version, changes=changes)


def _link(invoice: Invoice) -> Original:
    url = documents.signed_url(invoice.user_id, invoice.s3_path, seconds=LINK_SECONDS)
    content_type = "application/pdf" if invoice.s3_path.endswith(".pdf") else "text/html"
    return Original(url=url, content_type=content_type, expires_in=LINK_SECONDS)
