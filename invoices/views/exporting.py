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
from invoices import calendar, exports, store
from invoices.filters import Filter
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
    """The filtered list as a file; a list too long for one file is refused with a word on what to narrow."""
    if form not in _TYPES:
        raise Http404
    wanted = Filter.read(request.GET)
    most = exports.MOST_DOCUMENTS if form == "zip" else exports.MOST_ROWS
    found, complete = everything(user_id, wanted, at_most=most)
    if not complete:
        messages.warning(
            request, _("That is more than %(n)d invoices. Choose fewer, for example a year at a time.") % {"n": most}
        )
        return HttpResponseRedirect(f"{reverse('invoices:list')}?{wanted.query()}")
    makers = {"csv": exports.as_csv, "xlsx": exports.as_xlsx}
    content = exports.as_zip(user_id, found) if form == "zip" else makers[form](found)
    answer = HttpResponse(content, content_type=_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="paypulse-{here_today(request):%Y-%m-%d}.{form}"'
    return answer


@require_http_methods(["GET", "POST"])
@member
def calendar_settings(request: HttpRequest, user_id: str) -> HttpResponse:
    """The feed's secret address: made, shown, and taken back."""
    if request.method == "POST":
        _renew(user_id, on=request.POST.get("action") == "start")
        return HttpResponseRedirect(reverse("invoices:calendar-settings"))
    secret = people.user(user_id).preferences.get("calendar")
    token = _signer.sign(f"{user_id}.{secret}") if secret else None
    address = f"{config().site_url}{reverse('invoices:calendar', args=[token])}" if token else None
    return page(request, "invoices/calendar.html", {"address": address})


def _renew(user_id: str, *, on: bool) -> None:
    kept = {name: value for name, value in people.user(user_id).preferences.items() if name != "calendar"}
    people.change_preferences(user_id, {**kept, "calendar": secrets.token_urlsafe(12)} if on else kept)


@require_GET
def calendar_feed(_request: HttpRequest, token: str) -> HttpResponse:
    """The due dates of whoever the token is of; a token that was taken back is not there."""
    try:
        user_id, _dot, secret = _signer.unsign(token).rpartition(".")
        current = people.user(user_id).preferences.get("calendar")
    except (signing.BadSignature, NotFoundError) as error:
        raise Http404 from error
    if not current or not secrets.compare_digest(str(current), secret):
        raise Http404
    due = (*store.list_rental(user_id), *store.list_retail(user_id, limit=200).items)
    answer = HttpResponse(calendar.feed(due, site=config().site_url), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
