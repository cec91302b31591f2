"""The review queue: one unsure document at a time, beside a form that holds what we think; it can reach zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from invoices import store
from invoices.forms import ReviewForm
from invoices.invoice import Invoice, InvoiceState
from invoices.views.detail import context_of
from invoices.views.door import member, page

_AT_ONCE: Final = 50


@require_GET
@member
def review(request: HttpRequest, user_id: str) -> HttpResponse:
    """The first document that needs a look, `?at=ID` itself, or the one after `?after=ID`."""
    waiting = store.needs_look(user_id, limit=_AT_ONCE).items
    asked, left = _first(user_id, waiting, request.GET), len(waiting)
    request.COOKIES["look"] = str(left) if left else ""
    context = {"left": left, **(_asking(request, asked) if asked else {})}
    answer = page(request, "invoices/review.html", context)
    answer.set_cookie("look", str(left) if left else "", samesite="Lax", httponly=True, max_age=30 * 24 * 3600)
    return answer


def _first(user_id: str, waiting: Sequence[Invoice], query: Mapping[str, str]) -> Invoice | None:
    """Where the person is in the queue, which goes round, so that what was skipped comes again."""
    at, ids = query.get("at", ""), [each.invoice_id for each in waiting]
    if at and at not in ids:
        found = store.find(user_id, at)
        return found if found is not None and found.state is InvoiceState.NEEDS_LOOK else None
    start = ids.index(query["after"]) + 1 if query.get("after") in ids else ids.index(at) if at else 0
    return waiting[start % len(waiting)] if waiting else None


def _asking(request: HttpRequest, asked: Invoice, form: ReviewForm | None = None) -> dict[str, Any]:
    shown = form or ReviewForm(asked)
    return {**context_of(request, asked), "review": shown}


@require_POST
@member
def confirm(request: HttpRequest, user_id: str, invoice_id: str) -> HttpResponse:
    """Keep what the form says, as the person's word, and go to the next one."""
    asked = store.invoice(user_id, invoice_id)
    if request.POST.get("action") == "not_an_invoice":
        store.set_state(user_id, invoice_id, expected_version=asked.version, state=InvoiceState.NOT_AN_INVOICE)
        return HttpResponseRedirect(reverse("invoices:review"))
    form = ReviewForm(asked, request.POST)
    if not form.is_valid():
        context = {"left": 1, **_asking(request, asked, form)}
        return page(request, "invoices/review.html", context, status=422)
    _keep(asked, form)
    messages.success(request, _("Confirmed."))
    return HttpResponseRedirect(reverse("invoices:review"))


def _keep(asked: Invoice, form: ReviewForm) -> None:
    changes = form.changes()
    version = form.cleaned_data["version"]
    kept = asked
    if changes:
        try:
            kept = store.correct(asked.user_id, asked.invoice_id, expected_version=version, changes=changes)
        except store.CorrectionError as error:
            raise Http404 from error
        version = kept.version
    if kept.state is InvoiceState.NEEDS_LOOK:
        store.set_state(asked.user_id, asked.invoice_id, expected_version=version, state=InvoiceState.OK)
