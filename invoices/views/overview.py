"""The overview: this month, what is due, what needs a look, and how the mail is coming in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import mailboxes
from invoices import charts, dues, ingestion, jobs, limits, sellers, summaries
from invoices.filters import CATEGORIES
from invoices.jobs import Job, JobState
from invoices.spending import at_home, spending
from invoices.views.door import back, here_today, member, page
from invoices.views.happenings import progress_of
from paypulse.core.clock import now

# A sync that has not begun by then may have been lost on its way.
_BEGINS_WITHIN: Final = timedelta(minutes=5)
_SHOWN_LATE: Final = 3
_TOGETHER: Final = "all"
# Rent is looked for every weekday, so that a longer silence means that something is wrong.
_SILENT: Final = timedelta(days=5)


@require_GET
@member
def overview(request: HttpRequest, user_id: str) -> HttpResponse:
    """Three reads, whatever the history: the months' summaries, those of them that ask something, the mailboxes."""
    months, later = summaries.span(user_id, last=13, present=here_today(request))
    look = summaries.asked(user_id).count
    boxes = mailboxes.mailboxes(user_id)
    if not look and not any(month.counts for month in (*months, *later)):
        return page(request, "invoices/welcome.html", {"mailboxes": boxes, **(progress_of(user_id) if boxes else {})})
    request.COOKIES["look"] = str(look) if look else ""
    silent = [box for box in boxes if box.is_connected and box.last_sync_at and now() - box.last_sync_at > _SILENT]
    context = {
        "mailboxes": boxes,
        "silent": silent,
        "look": look,
        **_money(request, months),
        **_due(request, (*months, *later)),
    }
    return _remembering(page(request, "invoices/overview.html", context), look)


def _money(request: HttpRequest, months: Any) -> dict[str, Any]:
    found, home = spending(months), getattr(request.user, "home_currency", None)
    together = at_home(months, home)
    wanted = request.GET.get("currency") or (_TOGETHER if together else home)
    plain = next((each for each in found if each.currency == wanted), found[0] if found else None)
    chosen = together if together and wanted == _TOGETHER else plain
    drawn = charts.both(chosen.months, order=CATEGORIES) if chosen else None
    others = [each for each in found if each is not chosen and (each.whole.now or each.whole.before)]
    recurring = sellers.recurring(months, today=here_today(request))
    return {
        "spending": found,
        "chosen": chosen,
        "together": together,
        "others": others,
        "chart": drawn,
        "recurring": recurring,
        "this_month": months[-1].month,
    }


def _due(request: HttpRequest, months: Sequence[summaries.Month]) -> dict[str, Any]:
    today = here_today(request)
    late = dues.overdue(months, today=today)
    return {"coming": dues.coming(months, today=today), "late": late[:_SHOWN_LATE], "more_late": late[_SHOWN_LATE:]}


def _remembering(answer: HttpResponse, look: int) -> HttpResponse:
    """The count beside "Review" on every page is a cookie, so that no page reads for it."""
    answer.set_cookie("look", str(look) if look else "", samesite="Lax", httponly=True, max_age=30 * 24 * 3600)
    return answer


def _is_still_to_begin(job: Job) -> bool:
    return job.kind == "sync" and job.state is JobState.QUEUED and job.created_at > now() - _BEGINS_WITHIN


@require_POST
@member
def sync(request: HttpRequest, user_id: str) -> HttpResponse:
    """Ask for new mail of every connected mailbox now, unless that was asked for already and has not begun."""
    limits.fetching(user_id)
    connected = [box for box in mailboxes.mailboxes(user_id) if box.is_connected]
    asked = {job.request.get("mailbox_id") for job in jobs.jobs(user_id) if _is_still_to_begin(job)}
    for box in connected:
        if box.mailbox_id not in asked:
            ingestion.request_sync(user_id, box.mailbox_id)
    if connected:
        messages.success(request, _("We are looking for new mail. It shows here as it comes in."))
    else:
        messages.warning(request, _("No mailbox is connected."))
    return back(request, "/activity/")


@require_POST
@member
def appearance(request: HttpRequest, _user_id: str) -> HttpResponse:
    """Remember for this browser how the pages look (light, dark, as the system has it) and whether single keys do anything."""
    answer = back(request)
    theme = request.POST.get("theme", "")
    kept = {"theme": theme if theme in ("light", "dark") else "", "keys": "" if request.POST.get("keys") else "off"}
    for name, value in kept.items():
        answer.set_cookie(name, value, samesite="Lax", max_age=365 * 24 * 3600)
    return answer
