"""The review queue: one unsure document at a time, beside a form that holds what we think; it can reach zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from invoices import store
from invoices.forms import ReviewForm
from invoices.invoice import Invoice, InvoiceState
from invoices.views.detail import context_of
from invoices.views.door import member, page, posted_version

_AT_ONCE: Final = 50


@require_GET
@member
def review(request: HttpRequest, user_id: str) -> HttpResponse:
    """The first document that needs a look, `?at=ID` itself, or the one after `?after=ID`."""
    waiting = store.needs_look(user_id, limit=_AT_ONCE)
    asked, left = _first(user_id, waiting.items, request.GET), waiting.left
    request.COOKIES["look"] = str(left) if left else ""
    context = {"left": left, **(_asking(request, asked, waiting.items) if asked else {})}
    answer = page(request, "invoices/review.html", context)
    answer.set_cookie("look", str(left) if left else "", samesite="Lax", httponly=True, max_age=30 * 24 * 3600)
    return answer


def _first(user_id: str, waiting: Sequence[Invoice], query: Mapping[str, str]) -> Invoice | None:
    """Where the person is in the queue, which goes round, so that what was skipped comes again."""
    at, ids = query.get("at", ""), [each.invoice_id for each in waiting]
    if at and at not in ids:
        found = store.find(user_id, at)
        if found is not None and found.state is InvoiceState.NEEDS_LOOK:
            return found
    start = ids.index(query["after"]) + 1 if query.get("after") in ids else ids.index(at) if at in ids else 0
    return waiting[start % len(waiting)] if waiting else None


def _asking(request: HttpRequest, asked: Invoice, waiting: Sequence[Invoice]) -> dict[str, Any]:
    return {**context_of(request, asked), "review": ReviewForm(asked), "then": _following(asked, waiting)}


def _following(asked: Invoice, waiting: Sequence[Invoice]) -> str:
    """The id of the one after `asked` in the queue; empty when there is no other."""
    ids = [each.invoice_id for each in waiting]
    others = ids[ids.index(asked.invoice_id) + 1 :] + ids if asked.invoice_id in ids else ids
    return next((each for each in others if each != asked.invoice_id), "")


@require_POST
@member
def confirm(request: HttpRequest, user_id: str, invoice_id: str) -> HttpResponse:
    """Keep what the form says, as the person's word, and go to the next one."""
    asked, then = store.invoice(user_id, invoice_id), request.POST.get("then", "")
    going = HttpResponseRedirect(f"{reverse('invoices:review')}{'?' + urlencode({'at': then}) if then else ''}")
    form = ReviewForm(asked, request.POST)
    if request.POST.get("action") == "not_an_invoice":
        version = posted_version(request)
        store.set_state(user_id, invoice_id, expected_version=version, state=InvoiceState.NOT_AN_INVOICE)
        messages.success(request, _("It does not count in your totals."))
        return going
    if not form.is_valid() or not _is_kept(asked, form):
        context = {**context_of(request, asked), "review": form, "then": then}
        return page(request, "invoices/review.html", context, status=422)
    messages.success(request, _("Confirmed."))
    return going


def _is_kept(asked: Invoice, form: ReviewForm) -> bool:
    """Whether the person's word was kept; otherwise the form says what does not fit."""
    changes, version, kept = form.changes(), form.cleaned_data["version"], asked
    if changes:
        try:
            kept = store.correct(asked.user_id, asked.invoice_id, expected_version=version, changes=changes)
        except store.CorrectionError:
            form.add_error(None, _("A value does not fit."))
            return False
    if kept.state is InvoiceState.NEEDS_LOOK:
        settled = version if kept is asked else kept.version
        store.set_state(asked.user_id, asked.invoice_id, expected_version=settled, state=InvoiceState.OK)
    return True
