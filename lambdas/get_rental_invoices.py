"""Lists a person's invoices: rental by year, retail by category or year, or just how many there are."""

from __future__ import annotations

from types import NoneType
from typing import Final

from msgspec import UNSET, convert

from accounts.claims import Scope
from invoices import store, summaries
from invoices.invoice import Invoice
from lambdas.api import published
from lambdas.api.contract import (
    InvoiceDetails,
    RentalList,
    RentalQuery,
    RetailCounts,
    RetailList,
    RetailQuery,
)
from lambdas.api.door import ApiRequest, Door
from lambdas.responses import Answer, ApiError, Code
from paypulse.core.categories import SubType
from paypulse.core.errors import NotFoundError

# A client that knows of no pages gets everything; what is more than this could not be sent in one answer.
MOST_ROWS: Final = 5000

handler = Door()


@handler.opens(
    "GET /v1/invoices/rental",
    scope=Scope.READ,
    query=RentalQuery,
    returns={200: (RentalList, NoneType)},
    fails=(422,),
)
def rental(request: ApiRequest) -> Answer:
    """Rent notices by the year they are due in, newest first; null where there are none."""
    query: RentalQuery = request.query
    _demand_range(query)
    page = store.page_rental(
        request.user_id,
        year=int(query.year) if query.year else None,
        since=query.since,
        until=query.until,
        limit=query.limit or MOST_ROWS,
        cursor=query.cursor,
    )
    if not page.items and not query.cursor:
        return Answer(None, "No rental invoices.")
    rows = published.rental_by_year(page.items)
    return Answer(RentalList(invoice_count=len(page.items), invoices=rows, cursor=page.cursor or UNSET))


@handler.opens(
    "GET /v1/invoices/retail",
    scope=Scope.READ,
    query=RetailQuery,
    returns={200: (RetailList, RetailCounts, InvoiceDetails, NoneType)},
    fails=(404, 422),
)
def retail(request: ApiRequest) -> Answer:
    """Retail invoices by category; by year with `subtype`; one with `invoice-id`; only their number with `counts=true`."""
    query: RetailQuery = request.query
    _demand_range(query)
    sub_type = query.subtype
    if query.invoice_id:
        return Answer(published.retail_details(_retail(request.user_id, query.invoice_id)))
    if query.counts:
        return Answer(_counts(request.user_id, sub_type))
    return _list(request.user_id, query, sub_type)


def _demand_range(query: RentalQuery | RetailQuery) -> None:
    if query.since and query.until and query.since > query.until:
        raise ApiError(422, Code.INVALID_REQUEST, "from is after to.")


def _list(user_id: str, query: RetailQuery, sub_type: SubType | None) -> Answer:
    page = store.list_retail(
        user_id,
        sub_type=sub_type,
        since=query.since,
        until=query.until,
        limit=query.limit or MOST_ROWS,
        cursor=query.cursor,
    )
    if not page.items and not query.cursor:
        return Answer(None, "No retail invoices.")
    group = published.retail_by_year if sub_type else published.retail_by_sub_type
    return Answer(RetailList(invoice_count=len(page.items), invoices=group(page.items), cursor=page.cursor or UNSET))


def _counts(user_id: str, sub_type: SubType | None) -> RetailCounts:
    found = summaries.counts(user_id)
    asked = (sub_type,) if sub_type else tuple(SubType)
    return convert({str(each): found.get(each.value, 0) for each in asked}, RetailCounts)


def _retail(user_id: str, invoice_id: str) -> Invoice:
    invoice = store.invoice(user_id, invoice_id)
    if invoice.is_rental:
        raise NotFoundError("the invoice is a rent notice")
    return invoice
