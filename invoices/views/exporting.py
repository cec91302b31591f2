"""Exports of whatever the list shows, and the calendar of due dates behind a secret address."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import store as people
from accounts.views.door import asked_again
from invoices import exporting, exports, jobs, limits, packs, store, summaries
from invoices.filters import Filter
from invoices.invoice import Invoice
from invoices.listing import everything
from invoices.views.door import here_today, member, page
from paypulse.core.config import config
from paypulse.core.errors import NotFoundError

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
_signer = signing.Signer(salt="invoices.calendar")


@require_GET
@member
def export(request: HttpRequest, user_id: str, form: str) -> HttpResponse:
    """The filtered list as a file; one that is too long for an answer is made in the background."""
    if form not in _TYPES:
        raise Http404
    wanted = Filter.read(request.GET)
    found, complete = everything(user_id, wanted, at_most=exporting.AT_ONCE[form])
    return exported(request, user_id, form, found if complete else None, query=wanted.query())


def exported(
    request: HttpRequest, user_id: str, form: str, found: tuple[Invoice, ...] | None, *, query: str = ""
) -> HttpResponse:
    """The file of what was found, or a job that makes it: of the whole `query` where nothing is given."""
    content = exports.made(user_id, form, found) if found is not None else b""
    if found is None or len(content) > exporting.ANSWER_BYTES:
        ids = [each.invoice_id for each in found or ()]
        limits.exporting(user_id)
        exporting.request(user_id, form=form, query=query, invoice_ids=[] if query else ids)
        messages.info(
            request, _("That is a large file, so it is made in the background. It lies here when it is ready.")
        )
        return HttpResponseRedirect(reverse("invoices:activity"))
    answer = HttpResponse(content, content_type=_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="paypulse-{here_today(request):%Y-%m-%d}.{form}"'
    return answer


@require_GET
@member
def exported_part(_request: HttpRequest, user_id: str, job_id: str, number: int) -> HttpResponse:
    """One file of an export that was made in the background, by an address of five minutes."""
    job = jobs.job(user_id, job_id)
    if job.kind != exporting.KIND:
        raise Http404
    return HttpResponseRedirect(packs.link(job, number))


@require_http_methods(["GET", "POST"])
@member
def calendar_settings(request: HttpRequest, user_id: str) -> HttpResponse:
    """The feed's secret address: made, shown for what the query narrows it to, and taken back."""
    query = Filter.read(request.GET).query()
    narrowed = f"?{query}" if query else ""
    starts = request.POST.get("action") == "start"
    if starts and (way := asked_again(request)):
        return way
    if request.method == "POST":
        _renew(user_id, on=starts)
        return HttpResponseRedirect(f"{reverse('invoices:calendar-settings')}{narrowed}")
    secret = people.user(user_id).preferences.get("calendar")
    token = _signer.sign(f"{user_id}.{secret}") if secret else None
    address = f"{config().site_url}{reverse('invoices:calendar', args=[token])}{narrowed}" if token else None
    return page(request, "invoices/calendar.html", {"address": address, "query": query})


def _renew(user_id: str, *, on: bool) -> None:
    chosen = {"calendar": secrets.token_urlsafe(24)} if on else {}
    people.edit_preferences(
        user_id, lambda kept: {name: value for name, value in kept.items() if name != "calendar"} | chosen
    )


@require_GET
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The due dates of whoever the token is of, narrowed as a list is; a token that was taken back is not there."""
    try:
        user_id, _dot, secret = _signer.unsign(token).rpartition(".")
        person = people.user(user_id)
    except (signing.BadSignature, NotFoundError) as error:
        raise Http404 from error
    current = person.preferences.get("calendar") if person.is_active else None
    if not current or not secrets.compare_digest(str(current), secret):
        raise Http404
    from invoices import calendar  # its library is large, and no page needs it

    wanted = Filter.read(request.GET)
    months, later = summaries.span(user_id)
    waiting = [due.invoice_id for month in (*months, *later) for due in month.dues]
    due = [each for each in store.some(user_id, waiting) if wanted.accepts(each)]
    answer = HttpResponse(calendar.feed(due, site=config().site_url), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
