"""Due dates as a calendar that other programs subscribe to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Alarm, Calendar, Event

from invoices.invoice import Invoice


def feed(invoices: Iterable[Invoice], *, site: str) -> bytes:
    """An iCalendar (RFC 5545) with an all-day event and a reminder for each unpaid invoice that is due some day."""
    calendar = Calendar()
    calendar.add("prodid", "-//PayPulse//Due dates//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "PayPulse")
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for each in invoices:
        if each.is_payable:
            calendar.add_component(_event(each, site))
    return bytes(calendar.to_ical())


def _event(invoice: Invoice, site: str) -> Event:
    assert invoice.due_date is not None
    event = Event()
    event.add("uid", f"{invoice.invoice_id}@paypulse")
    event.add("dtstamp", invoice.updated_at)
    event.add("dtstart", invoice.due_date)
    event.add("dtend", invoice.due_date + timedelta(days=1))
    event.add("summary", f"{invoice.vendor_name or 'PayPulse'}: {invoice.total_amount} {invoice.currency}")
    event.add("url", f"{site}/invoices/{invoice.invoice_id}/")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event["summary"])
    alarm.add("trigger", timedelta(hours=-15))
    event.add_component(alarm)
    return event
