"""The list of invoices: everything it shows is in its address; what is ticked can be changed together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from invoices import exports, store
from invoices.filters import CATEGORIES, Filter, Sort, Standing
from invoices.invoice import Invoice, InvoiceState
from invoices.listing import CursorError, listing
from invoices.views.door import back, here_today, member, page
from invoices.views.exporting import exported
from paypulse.core.categories import SubType
from paypulse.core.errors import PayPulseError

_AT_ONCE = 100


@require_GET
@member
def invoice_list(request: HttpRequest, user_id: str) -> HttpResponse:
    """Two reads at most: a page of the retail index, and the rent notices."""
    wanted = Filter.read(request.GET)
    try:
        found = listing(user_id, wanted)
    except (CursorError, store.CursorError):
        messages.info(request, _("The list has moved on; here it is from the start."))
        return HttpResponseRedirect(f"{reverse('invoices:list')}?{wanted.query()}")
    periods = _periods(wanted, today=here_today(request))
    context = {"wanted": wanted, "found": found, "query": wanted.query(), "periods": periods, **_choices(wanted)}
    return page(request, "invoices/list.html", context)


def _periods(wanted: Filter, *, today: date) -> list[tuple[str, str]]:
    """The spans people ask for most, each with the list's query narrowed to it."""
    this_month = today.replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    spans = {
        "this_month": (this_month, None),
        "last_month": (last_month, this_month - timedelta(days=1)),
        "this_year": (today.replace(month=1, day=1), None),
        "last_year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }
    plain = replace(wanted, cursor=None)
    return [(name, replace(plain, since=since, until=until).query()) for name, (since, until) in spans.items()]


def _choices(wanted: Filter) -> dict[str, Any]:
    plain = replace(wanted, category=None, cursor=None)
    return {
        "categories": [(name, replace(plain, category=name).query()) for name in CATEGORIES],
        "every_category": plain.query(),
        "standings": list(Standing),
        "sorts": list(Sort),
        "sub_types": list(SubType),
        "export_forms": exports.FORMS,
    }


@require_POST
@member
def bulk(request: HttpRequest, user_id: str) -> HttpResponse:
    """Change or export the ticked invoices together; each change has its own condition, and what was refused is told."""
    ticked = request.POST.getlist("invoice")[:_AT_ONCE]
    if ticked and request.POST.get("action") in exports.FORMS:
        return exported(request, user_id, request.POST["action"], store.some(user_id, ticked))
    done = sum(_changed(request, user_id, invoice_id) for invoice_id in ticked)
    if not ticked:
        messages.info(request, _("Nothing was ticked."))
    elif done:
        messages.success(request, ngettext("%(n)d invoice changed.", "%(n)d invoices changed.", done) % {"n": done})
    if done < len(ticked):
        left = len(ticked) - done
        messages.warning(
            request, ngettext("%(n)d was left as it was.", "%(n)d were left as they were.", left) % {"n": left}
        )
    return back(request, reverse("invoices:list"))


def _changed(request: HttpRequest, user_id: str, invoice_id: str) -> bool:
    try:
        _apply(request, store.invoice(user_id, invoice_id))
    except PayPulseError:
        return False
    return True


def _apply(request: HttpRequest, asked: Invoice) -> None:
    action = request.POST.get("action", "")
    user_id, invoice_id, version = asked.user_id, asked.invoice_id, asked.version
    if action in ("paid", "unpaid"):
        day = here_today(request) if action == "paid" else None
        store.set_paid(user_id, invoice_id, expected_version=version, paid_on=day)
    elif action == "not_an_invoice":
        store.set_state(user_id, invoice_id, expected_version=version, state=InvoiceState.NOT_AN_INVOICE)
    else:
        store.correct(user_id, invoice_id, expected_version=version, changes={"sub_type": action})
