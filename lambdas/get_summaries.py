"""What each month cost, and the vendors whose mail is fetched."""

from __future__ import annotations

from accounts.claims import Scope
from invoices import summaries
from lambdas.api.contract import CategoryTotal, MonthQuery, MonthTotal, Summaries, VendorList, VendorRow
from lambdas.api.door import ApiRequest, Door
from lambdas.responses import Answer, number
from vendors import store as vendors

handler = Door()


@handler.opens("GET /v1/summaries", scope=Scope.READ, query=MonthQuery, returns={200: (Summaries,)})
def months(request: ApiRequest) -> Answer:
    """The last months, oldest first, by category and currency; only amounts that are sure are counted."""
    found = summaries.months(request.user_id, last=request.query.last)
    return Answer(Summaries(months=[_month(each) for each in found]))


@handler.opens("GET /v1/vendors", scope=Scope.READ, returns={200: (VendorList,)})
def fetched(_request: ApiRequest) -> Answer:
    """The vendors whose mail is fetched, by name."""
    rows = [
        VendorRow(
            vendor_id=each.vendor_id,
            vendor_name=each.vendor_name,
            category=each.invoice_category,
            sub_type=each.invoice_sub_type,
        )
        for each in vendors.active()
    ]
    return Answer(VendorList(vendors=sorted(rows, key=lambda row: row.vendor_name.casefold())))


def _month(month: summaries.Month) -> MonthTotal:
    totals = [
        CategoryTotal(
            category=each.category,
            currency=each.currency,
            amount=number(each.amount) or each.amount,
            invoices=each.count,
        )
        for each in month.totals
    ]
    return MonthTotal(month=month.month, needs_look=month.needs_look, totals=totals)
