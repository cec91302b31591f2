"""The review queue: one unsure document at a time, beside a form that holds what we think; it can reach zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from invoices import store, summaries
from invoices.forms import ReviewForm
from invoices.invoice import Invoice, InvoiceState
from invoices.views.detail import context_of
from invoices.views.door import member, page

_MONTHS: Final = 120


@require_GET
@member
def review(request: HttpRequest, user_id: str) -> HttpResponse:
    """The first document that needs a look, `?at=ID` itself, or the one after `?after=ID`."""
    waiting = [each for month in reversed(summaries.months(user_id, last=_MONTHS)) for each in month.asks]
    asked, gone = _first(user_id, _turned(waiting, request.GET))
    left = max(len(waiting) - gone, 1 if asked else 0)
    request.COOKIES["look"] = str(left) if left else ""
    context = {"left": left, **(_asking(request, asked) if asked else {})}
    answer = page(request, "invoices/review.html", context)
    answer.set_cookie("look", str(left) if left else "", samesite="Lax", httponly=True, max_age=30 * 24 * 3600)
    return answer


def _turned(waiting: list[str], query: Mapping[str, str]) -> list[str]:
    """The queue from where the person is: it goes round, so that what was skipped comes again."""
    at, after = query.get("at", ""), query.get("after", "")
    if at:
        return [at, *(each for each in waiting if each != at)]
    start = waiting.index(after) + 1 if after in waiting else 0
    return [*waiting[start:], *waiting[:start]]


def _first(user_id: str, waiting: Iterable[str]) -> tuple[Invoice | None, int]:
    """The first that still asks, and how many before it no longer do: a summary follows its invoices a moment later."""
    gone = 0
    for invoice_id in waiting:
        found = store.find(user_id, invoice_id)
        if found is not None and found.state is InvoiceState.NEEDS_LOOK:
            return found, gone
        gone += 1
    return None, gone


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
