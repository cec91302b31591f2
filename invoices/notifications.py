"""What a person is told, and that they are told once: decided from the rows alone, then sent under a guard.

Deciding is pure (`for_change`, `due_soon`, ...); the guard is the row in Notices. Nothing is said of an unsure amount: the
person is asked instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from accounts import store as people
from accounts.preferences import Channel, Kind, wants
from accounts.user import User
from invoices import notices
from invoices.invoice import Invoice, InvoiceState
from invoices.notices import Notice, NoticeState
from invoices.telling import letter
from paypulse.core import mail
from paypulse.core.errors import NotFoundError
from paypulse.core.text import slug

DUE_SOON_DAYS: Final = 3
# Rent that should have come by now is missed this many days after its usual day.
_LATE_DAYS: Final = 7
_RHYTHM: Final = 3


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line of the rent that differs from last month's; None where it was not there."""

    name: str
    was: Decimal | None
    now: Decimal | None


def for_change(old: Invoice | None, new: Invoice | None, *, earlier: Sequence[Invoice] = ()) -> tuple[Notice, ...]:
    """What the owner is told when a rent row changed from `old` to `new` (None: not there).

    `earlier` are the owner's rent notices, for what changed since last month. A row that the person corrected tells them
    nothing they do not know.
    """
    if new is None or not new.is_rental or new.corrections:
        return ()
    if new.state is InvoiceState.OK and (old is None or old.state is InvoiceState.NEEDS_LOOK):
        return (_new_rent(new, _before(new, earlier)),)
    if new.state is InvoiceState.NEEDS_LOOK and old is None:
        data = {"vendor": new.vendor_name, "reasons": list(new.reasons)}
        return (
            Notice(user_id=new.user_id, kind=Kind.NEEDS_LOOK, key=new.invoice_id, data=data, invoice_id=new.invoice_id),
        )
    return ()


def due_soon(rents: Iterable[Invoice], *, today: date, days: int) -> tuple[Notice, ...]:
    """Reminders of unpaid rent that is due within `days` days."""
    last = today + timedelta(days=days)
    return tuple(
        _about(each, Kind.DUE_SOON)
        for each in rents
        if each.is_counted and each.paid_on is None and each.due_date and today <= each.due_date <= last
    )


def line_changes(new: Invoice, before: Invoice | None) -> tuple[LineChange, ...]:
    """The lines whose amount differs from those of `before`, in the new notice's order, then those that are gone."""
    if before is None or before.currency != new.currency:
        return ()
    was, now = _lines(before), _lines(new)
    names = [*now, *(name for name in was if name not in now)]
    return tuple(LineChange(name, was.get(name), now.get(name)) for name in names if was.get(name) != now.get(name))


def tell(told: Iterable[Notice]) -> None:
    """Send each notification that was not sent yet, and those alone. Raises ClientError when sending fails; it can be tried again."""
    for notice in told:
        _tell(notice)


def _tell(notice: Notice) -> None:
    try:
        user = people.user(notice.user_id)
    except NotFoundError:
        return
    channel = Channel.MAIL
    notices.decide(notice, channel=channel)
    if not user.is_active or not notices.take(notice, channel=channel):
        return
    if not wants(user.preferences, Kind(notice.kind), channel=channel):
        notices.mark(notice, channel=channel, state=NoticeState.MUTED)
        return
    _send_mail(user, notice)


def _send_mail(user: User, notice: Notice) -> None:
    subject, text = letter(user, notice)
    try:
        mail.send(user.email, subject=subject, text=text)
    except (ClientError, BotoCoreError):
        notices.give_back(notice, channel=Channel.MAIL)
        raise
    notices.mark(notice, channel=Channel.MAIL, state=NoticeState.SENT)


def _new_rent(new: Invoice, before: Invoice | None) -> Notice:
    notice = _about(new, Kind.NEW_RENT)
    changes = [[each.name, _text(each.was), _text(each.now)] for each in line_changes(new, before)]
    total = _text(before.total_amount) if before and before.currency == new.currency else None
    return Notice(
        user_id=notice.user_id,
        kind=notice.kind,
        key=notice.key,
        data={**notice.data, "changes": changes, "before": total},
        invoice_id=notice.invoice_id,
    )


def _about(invoice: Invoice, kind: Kind) -> Notice:
    """A notice keyed by what the rent is, not by which of its doubles told of it first."""
    due, total = _text(invoice.due_date), _text(invoice.total_amount)
    data = {"vendor": invoice.vendor_name, "amount": total, "currency": invoice.currency, "due": due}
    key = f"{slug(invoice.vendor_name or '')}:{due}:{total}"
    return Notice(user_id=invoice.user_id, kind=kind, key=key, data=data, invoice_id=invoice.invoice_id)


def _before(new: Invoice, earlier: Sequence[Invoice]) -> Invoice | None:
    """The same landlord's notice before this one, among those whose amount is sure."""
    same = [each for each in earlier if each.is_counted and slug(each.vendor_name or "") == slug(new.vendor_name or "")]
    return max((each for each in same if each.day < new.day), key=lambda each: each.day, default=None)


def _lines(invoice: Invoice) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in invoice.line_items:
        if line.total_price is not None:
            name = line.component or line.description
            found[name] = found.get(name, Decimal(0)) + line.total_price
    return found


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return format(value, "f") if isinstance(value, Decimal) else str(value)
