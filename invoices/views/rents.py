"""Rent: each month with its parts, what changed and since when, what is due and what is paid."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.preferences import Channel, Kind, wants
from invoices import charts, rent, store
from invoices.notifications import DUE_SOON_DAYS
from invoices.views.door import here_today, member, page


@require_GET
@member
def rents(request: HttpRequest, user_id: str) -> HttpResponse:
    """One read: the person's rent notices."""
    notices = store.list_rental(user_id)
    months = rent.months(notices)
    currency = next((month.invoice.currency for month in months if month.invoice.currency), "SEK")
    drawn = [(month.label, month.parts) for month in reversed(months[:12]) if month.invoice.currency == currency]
    used = [name for name in rent.COMPONENTS if any(name in month.parts for month in months)]
    preferences = getattr(request.user, "preferences", None) or {}
    context = {
        "reminds": wants(preferences, Kind.DUE_SOON, channel=Channel.MAIL),
        "reminder_days": preferences.get("due_soon_days", DUE_SOON_DAYS),
        "months": months,
        "currency": currency,
        "components": used,
        "chart": charts.both(drawn, order=rent.COMPONENTS, width=540) if drawn else None,
        "changes": rent.changes(months)[:5],
        "next_due": rent.next_due(notices, today=here_today(request)),
        "overdue": rent.overdue(notices, today=here_today(request)),
        "year": _year(months, currency, request),
    }
    return page(request, "invoices/rent.html", context)


def _year(months: tuple[rent.Month, ...], currency: str, request: HttpRequest) -> Decimal:
    """What this year's rent comes to so far: sure amounts of one currency alone."""
    year = here_today(request).year
    of_year = [each.invoice for each in months if each.invoice.day.year == year and each.invoice.currency == currency]
    amounts = [each.signed_amount for each in of_year if each.is_counted]
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
