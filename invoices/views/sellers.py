"""Vendors: what each costs over time, in what rhythm, and its invoices."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from invoices import charts, sellers, summaries
from invoices.filters import CATEGORIES, Filter
from invoices.listing import listing
from invoices.views.door import member, page


@require_GET
@member
def vendors(request: HttpRequest, user_id: str) -> HttpResponse:
    """One read: thirteen months' summaries."""
    found = sellers.sellers(summaries.months(user_id, last=13))
    rows = [(each, charts.spark(each.amounts)) for each in found]
    return page(request, "invoices/vendors.html", {"rows": rows})


@require_GET
@member
def vendor(request: HttpRequest, user_id: str, vendor: str) -> HttpResponse:
    """Three reads: the summaries, and the latest of its invoices."""
    months = summaries.months(user_id, last=13)
    found = [each for each in sellers.sellers(months) if each.key == vendor]
    latest = listing(user_id, Filter(vendor=vendor))
    if not found and not latest.items:
        raise Http404
    drawn = [(each, _chart(each, months)) for each in found]
    return page(
        request,
        "invoices/vendor.html",
        {"vendor": vendor, "drawn": drawn, "latest": latest, "query": Filter(vendor=vendor).query()},
    )


def _chart(seller: sellers.Seller, months: tuple[summaries.Month, ...]) -> charts.Pair:
    came = {f"{day:%Y-%m}" for day in seller.days}
    steps = [
        (month.month, {seller.category: amount} if month.month in came else {})
        for month, amount in zip(months, seller.amounts, strict=True)
    ]
    return charts.both(steps, order=CATEGORIES, height=200)
