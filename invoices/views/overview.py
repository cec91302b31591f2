"""The overview: this month, what is due, what needs a look, and how the mail is coming in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import mailboxes
from invoices import charts, ingestion, rent, sellers, store, summaries
from invoices.filters import CATEGORIES
from invoices.spending import spending
from invoices.views.door import back, here_today, member, page
from invoices.views.happenings import progress_of
from paypulse.core.categories import Category


@require_GET
@member
def overview(request: HttpRequest, user_id: str) -> HttpResponse:
    """Three reads, whatever the history: thirteen months' summaries, the rent notices, the mailboxes."""
    months = summaries.months(user_id, last=13)
    boxes = mailboxes.mailboxes(user_id)
    if not any(month.totals or month.needs_look for month in months):
        return page(request, "invoices/welcome.html", {"mailboxes": boxes, **(progress_of(user_id) if boxes else {})})
    context = {"mailboxes": boxes, **_money(request, months), **_rent(request, user_id), **_asked(request, months)}
    return _remembering(page(request, "invoices/overview.html", context), context["look"])


def _money(request: HttpRequest, months: Any) -> dict[str, Any]:
    found = spending(months)
    wanted = request.GET.get("currency", "")
    chosen = next((each for each in found if each.currency == wanted), found[0] if found else None)
    drawn = charts.both(chosen.months, order=CATEGORIES) if chosen else None
    others = [each for each in found if each is not chosen and (each.whole.now or each.whole.before)]
    recurring = sellers.recurring(months, today=here_today(request))
    return {
        "spending": found,
        "chosen": chosen,
        "others": others,
        "chart": drawn,
        "recurring": recurring,
        "this_month": months[-1].month,
    }


def _rent(request: HttpRequest, user_id: str) -> dict[str, Any]:
    notices, today = store.list_rental(user_id), here_today(request)
    return {"next_due": rent.next_due(notices, today=today), "overdue": rent.overdue(notices, today=today)}


def _asked(request: HttpRequest, months: Any) -> dict[str, Any]:
    look = sum(month.needs_look for month in months)
    request.COOKIES["look"] = str(look) if look else ""
    return {"look": look}


def _remembering(answer: HttpResponse, look: int) -> HttpResponse:
    """The count beside "Review" on every page is a cookie, so that no page reads for it."""
    answer.set_cookie("look", str(look) if look else "", samesite="Lax", httponly=True, max_age=30 * 24 * 3600)
    return answer


@require_POST
@member
def sync(request: HttpRequest, user_id: str) -> HttpResponse:
    """Ask for new mail of every connected mailbox now."""
    connected = [box for box in mailboxes.mailboxes(user_id) if box.is_connected]
    for box in connected:
        for category in Category:
            ingestion.request_sync(user_id, box.mailbox_id, category=category)
    if connected:
        messages.success(request, _("We are looking for new mail. It shows here as it comes in."))
    else:
        messages.warning(request, _("No mailbox is connected."))
    return back(request, "/activity/")


@require_POST
@member
def appearance(request: HttpRequest, _user_id: str) -> HttpResponse:
    """Remember how the pages look in this browser: light, dark, or as the system has it."""
    answer = back(request)
    theme = request.POST.get("theme", "")
    answer.set_cookie("theme", theme if theme in ("light", "dark") else "", samesite="Lax", max_age=365 * 24 * 3600)
    return answer
