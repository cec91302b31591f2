"""Vendors: what each costs over time, in what rhythm, its invoices, and what a person teaches of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from invoices import charts, insights, lessons, sellers, store, summaries
from invoices.filters import CATEGORIES, Filter
from invoices.forms import LessonForm
from invoices.lessons import Lesson
from invoices.listing import listing
from invoices.views.detail import teach
from invoices.views.door import here_today, member, page
from paypulse.core.categories import SubType


@require_GET
@member
def vendors(request: HttpRequest, user_id: str) -> HttpResponse:
    """One read: thirteen months' summaries."""
    found = sellers.sellers(summaries.months(user_id, last=13, present=here_today(request)))
    rows = [(each, charts.spark(each.amounts)) for each in found]
    return page(request, "invoices/vendors.html", {"rows": rows})


@require_GET
@member
def vendor(request: HttpRequest, user_id: str, vendor: str) -> HttpResponse:
    """Four reads: the summaries, the latest of its invoices, and what the person taught of it."""
    months = summaries.months(user_id, last=13, present=here_today(request))
    found = [each for each in sellers.sellers(months) if each.key == vendor]
    latest = listing(user_id, Filter(vendor=vendor))
    if not found and not latest.items:
        raise Http404
    last = latest.items[0] if latest.items else None
    # Its latest invoices tell more than the months do: years back, and which line it was that changed.
    told = {each.currency: each for each in insights.recurring(latest.items)}
    context = {
        "vendor": vendor,
        "drawn": [(each, _chart(each, months), told.get(each.currency) or each.recurring) for each in found],
        "latest": latest,
        "last": last,
        "lesson": lessons.lesson(user_id, lessons.key(last)) if last else None,
        "sub_types": list(SubType),
        "query": Filter(vendor=vendor).query(),
    }
    return page(request, "invoices/vendor.html", context)


@require_POST
@member
def taught(request: HttpRequest, user_id: str) -> HttpResponse:
    """Keep what the person says of the vendor of an invoice, or forget it again."""
    asked = store.invoice(user_id, request.POST.get("invoice", ""))
    form = LessonForm(request.POST)
    if request.POST.get("action") == "forget":
        lessons.forget(user_id, lessons.key(asked))
        messages.success(request, _("Forgotten. The next ones are read as they come."))
    elif form.is_valid() and any(form.cleaned_data.values()):
        kind = form.cleaned_data["sub_type"]
        teach(request, asked, Lesson(form.cleaned_data["vendor_name"] or None, SubType(kind) if kind else None))
    else:
        messages.error(request, _("Write a name or choose a category."))
    after = store.invoice(user_id, asked.invoice_id)
    named = after.vendor_id or after.vendor_name
    return HttpResponseRedirect(
        reverse("invoices:vendor", args=[named]) if named else reverse("invoices:detail", args=[after.invoice_id])
    )


def _chart(seller: sellers.Seller, months: tuple[summaries.Month, ...]) -> charts.Pair:
    came = {f"{day:%Y-%m}" for day in seller.days}
    steps = [
        (month.month, {seller.category: amount} if month.month in came else {})
        for month, amount in zip(months, seller.amounts, strict=True)
    ]
    return charts.both(steps, order=CATEGORIES, height=200)
