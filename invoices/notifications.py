"""What a person is told, and that they are told once: decided from the rows alone, then sent under a guard.

Deciding is pure (`for_change`, `due_soon`, ...); the guard is the row in Notices. Nothing is said of an unsure amount: the
person is asked instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from accounts import mailboxes
from accounts import store as people
from accounts.preferences import Channel, Kind, push_topic, wants
from accounts.push import Message, PushRefusedError, publish
from accounts.user import User
from invoices import notices
from invoices.insights import LineChange, line_changes, recurring
from invoices.invoice import Invoice, InvoiceState
from invoices.notices import Notice, NoticeState
from invoices.requests import REMINDERS, put
from invoices.telling import letter, opened_at
from invoices.webhooks import Webhook, WebhookAddressError, WebhookError, post
from paypulse.core import mail
from paypulse.core.errors import NotFoundError
from paypulse.core.money import minor_units
from paypulse.core.text import slug

DUE_SOON_DAYS: Final = 3
WEBHOOK: Final = "webhook"
PUSH: Final = "push"
# When a server that is down is told again: soon, while it may only be restarting, and less and less so.
_PAUSES_S: Final = (60, 300, 900)
# Rent that should have come by now is missed this many days after its usual day.
_LATE_DAYS: Final = 7
_FORGET_DAYS: Final = 40
_MOST_PUSHED: Final = 800


class NoticeKind(StrEnum):
    """What a person can be told of."""

    NEW_RENT = "new-rent"
    NEEDS_LOOK = "needs-look"
    DIGEST = "digest"
    DUE_SOON = "due-soon"
    RENT_MISSING = "rent-missing"
    PRICE_RAISED = "price-raised"
    ACCESS_ENDED = "access-ended"

    @property
    def preference(self) -> Kind | None:
        """The preference that turns its mail on and off; None where accounts writes the mail itself."""
        return _PREFERENCES.get(self)


_PREFERENCES: Final = {
    NoticeKind.NEW_RENT: Kind.NEW_RENT,
    NoticeKind.NEEDS_LOOK: Kind.NEEDS_LOOK,
    NoticeKind.DIGEST: Kind.NEEDS_LOOK,
    NoticeKind.DUE_SOON: Kind.DUE_SOON,
    NoticeKind.RENT_MISSING: Kind.DUE_SOON,
    NoticeKind.PRICE_RAISED: Kind.RENT_CHANGED,
}


def for_change(
    old: Invoice | None, new: Invoice | None, *, today: date, earlier: Sequence[Invoice] = ()
) -> tuple[Notice, ...]:
    """What the owner is told when a rent row changed from `old` to `new` (None: not there).

    `earlier` are the owner's rent notices, for what changed since last month. A row that the person corrected, and rent that
    was due before `today`, tell them nothing they do not know.
    """
    if new is None or not new.is_rental or new.corrections:
        return ()
    if new.due_date is not None and new.due_date < today:
        # A first fetch finds a year of rent that was due long ago.
        return ()
    if new.state is InvoiceState.OK and (old is None or old.state is InvoiceState.NEEDS_LOOK):
        return (_new_rent(new, _before(new, earlier)),)
    if new.state is InvoiceState.NEEDS_LOOK and old is None:
        data = {"vendor": new.vendor_name, "reasons": list(new.reasons)}
        return (
            Notice(
                user_id=new.user_id,
                kind=NoticeKind.NEEDS_LOOK,
                key=new.invoice_id,
                data=data,
                invoice_id=new.invoice_id,
            ),
        )
    return ()


def due_soon(rents: Iterable[Invoice], *, today: date, days: int) -> tuple[Notice, ...]:
    """Reminders of unpaid rent that is due within `days` days."""
    last = today + timedelta(days=days)
    return tuple(
        _about(each, NoticeKind.DUE_SOON)
        for each in rents
        if each.is_counted and each.paid_on is None and each.due_date and today <= each.due_date <= last
    )


def rent_missing(rents: Sequence[Invoice], *, today: date) -> tuple[Notice, ...]:
    """Rent that came regularly and has not come a week after it was expected."""
    return tuple(
        Notice(
            user_id=rents[0].user_id,
            kind=NoticeKind.RENT_MISSING,
            key=f"{slug(each.name)}:{each.next_expected}",
            data={"vendor": each.name, "due": str(each.next_expected)},
        )
        for each in recurring(rents)
        if each.next_expected + timedelta(days=_LATE_DAYS) < today <= each.next_expected + timedelta(days=_FORGET_DAYS)
    )


def price_raised(user_id: str, invoices: Sequence[Invoice], *, today: date) -> tuple[Notice, ...]:
    """Recurring payments that cost more since an invoice of the last month."""
    return tuple(
        Notice(
            user_id=user_id,
            kind=NoticeKind.PRICE_RAISED,
            key=str(each.change.invoice_id),
            data={
                "vendor": each.name,
                "amount": _amount(each.change.now, each.currency),
                "before": _amount(each.change.was, each.currency),
                "currency": each.currency,
                "on": str(each.change.on),
                "changes": [_changed(line, each.currency) for line in each.change.lines],
            },
            invoice_id=each.change.invoice_id,
        )
        for each in recurring(invoices)
        if each.change and each.change.now > each.change.was and each.change.on >= today - timedelta(days=_FORGET_DAYS)
    )


def digest(user_id: str, *, asks: int, today: date) -> tuple[Notice, ...]:
    """What waits for a look, told once a week."""
    if not asks:
        return ()
    year, week, _ = today.isocalendar()
    return (Notice(user_id=user_id, kind=NoticeKind.DIGEST, key=f"{year}-W{week:02d}", data={"asks": asks}),)


def due_soon_days(user_id: str) -> int:
    """How many days before it is due a person wants to be reminded of rent."""
    try:
        chosen = people.user(user_id).preferences.get("due_soon_days", DUE_SOON_DAYS)
    except NotFoundError:
        return DUE_SOON_DAYS
    return chosen if isinstance(chosen, int) and 0 <= chosen <= 30 else DUE_SOON_DAYS


def tell(told: Iterable[Notice]) -> None:
    """Send each notification that was not sent yet, and those alone. Raises MailRefusedError when sending fails; it can be tried again."""
    for notice in told:
        _tell(notice)


def _tell(notice: Notice) -> None:
    user = _active(notice.user_id)
    if user and (channels := _channels(user, NoticeKind(notice.kind))):
        notices.decide(notice, channels=channels)
        for channel in channels:
            _tell_by(channel, user, notice)


def _active(user_id: str) -> User | None:
    """The person, unless they are gone or going."""
    try:
        user = people.user(user_id)
    except NotFoundError:
        return None
    return user if user.is_active else None


def _channels(user: User, kind: NoticeKind) -> tuple[str, ...]:
    webhook = (WEBHOOK,) if Webhook.of(user.preferences) else ()
    push = (PUSH,) if push_topic(user.preferences) else ()
    mail = (Channel.MAIL,) if kind.preference else ()
    return (*webhook, *push, *mail)


def _tell_by(channel: str, user: User, notice: Notice) -> None:
    if not notices.take(notice, channel=channel):
        return
    if channel == WEBHOOK:
        _send_to_webhook(user, notice)
    elif channel == PUSH:
        _push(user, notice)
    elif (kind := NoticeKind(notice.kind).preference) and wants(user.preferences, kind, channel=Channel.MAIL):
        _send_mail(user, notice)
    else:
        notices.mark(notice, channel=channel, state=NoticeState.MUTED)


def _send_mail(user: User, notice: Notice) -> None:
    subject, text = letter(user, notice)
    try:
        mail.send(user.email, subject=subject, text=text)
    except mail.MailRefusedError:
        # SES refused it, so that nothing was sent. Any other failure leaves open whether it was, and nobody is told twice.
        notices.give_back(notice, channel=Channel.MAIL)
        raise
    notices.mark(notice, channel=Channel.MAIL, state=NoticeState.SENT)


def _send_to_webhook(user: User, notice: Notice) -> None:
    """Tell the person's own server; one that is down is told again, after pauses that grow, and holds up nobody."""
    hook = Webhook.of(user.preferences)
    assert hook is not None
    message = {"id": notice.notice_id, "kind": notice.kind, "invoice_id": notice.invoice_id, "data": dict(notice.data)}
    try:
        post(hook, message)
    except WebhookAddressError:
        notices.mark(notice, channel=WEBHOOK, state=NoticeState.FAILED)
    except WebhookError:
        _come_back_to(notice, tries=notices.give_back(notice, channel=WEBHOOK))
    else:
        notices.mark(notice, channel=WEBHOOK, state=NoticeState.SENT)


def _come_back_to(notice: Notice, *, tries: int | None) -> None:
    """Have a person's own server told again after a pause; after the last of these each morning tries, until it has failed."""
    if tries is not None and tries <= len(_PAUSES_S):
        message = {"user_id": notice.user_id, "notice_id": notice.notice_id}
        put(message, queue=REMINDERS, delay_s=_PAUSES_S[tries - 1])


def tell_server_again(user_id: str, notice_id: str) -> None:
    """Tell a person's own server what it did not take, unless somebody has done so meanwhile."""
    notice = notices.find(user_id, notice_id, channel=WEBHOOK)
    if notice and notice.state is NoticeState.WAITING and (user := _active(user_id)) and Webhook.of(user.preferences):
        _tell_by(WEBHOOK, user, notice)


def _push(user: User, notice: Notice) -> None:
    """Tell the person's devices; a message that SNS refused is tried again later and holds up no mail."""
    title, text = letter(user, notice, link=False)
    link = {"kind": notice.kind, "url": opened_at(notice)}
    if notice.invoice_id:
        link["invoice_id"] = notice.invoice_id
    try:
        publish(push_topic(user.preferences), Message(title=title, text=_cut(text), link=link))
    except PushRefusedError:
        notices.give_back(notice, channel=PUSH)
    else:
        notices.mark(notice, channel=PUSH, state=NoticeState.SENT)


def _cut(text: str) -> str:
    """So much of the text as every platform takes, which is 4 KB with all around it."""
    return text if len(text) <= _MOST_PUSHED else f"{text[: _MOST_PUSHED - 1]}…"


def tell_access_ended(user_id: str, mailbox_id: str) -> None:
    """Tell that a mailbox can no longer be read, once for each time that it is lost; the mail about it is accounts' own."""
    try:
        lost = mailboxes.mailbox(user_id, mailbox_id)
    except NotFoundError:
        return
    if lost.cause is not None:
        key, data = f"{mailbox_id}:{lost.version}", {"mailbox_id": mailbox_id, "cause": str(lost.cause)}
        tell([Notice(user_id=user_id, kind=NoticeKind.ACCESS_ENDED, key=key, data=data)])


def tell_waiting(user_id: str) -> None:
    """Try again what a person was to be told and could not be."""
    tell(notices.waiting(user_id))


def _new_rent(new: Invoice, before: Invoice | None) -> Notice:
    notice = _about(new, NoticeKind.NEW_RENT)
    changes = [_changed(each, new.currency) for each in line_changes(new, before)]
    total = _amount(before.total_amount, new.currency) if before and before.currency == new.currency else None
    return Notice(
        user_id=notice.user_id,
        kind=notice.kind,
        key=notice.key,
        data={**notice.data, "changes": changes, "before": total},
        invoice_id=notice.invoice_id,
    )


def _about(invoice: Invoice, kind: NoticeKind) -> Notice:
    """A notice keyed by what the rent is, not by which of its doubles told of it first."""
    due, total = _text(invoice.due_date), _amount(invoice.total_amount, invoice.currency)
    data = {"vendor": invoice.vendor_name, "amount": total, "currency": invoice.currency, "due": due}
    key = f"{slug(invoice.vendor_name or '')}:{due}:{total}"
    return Notice(user_id=invoice.user_id, kind=kind, key=key, data=data, invoice_id=invoice.invoice_id)


def _before(new: Invoice, earlier: Sequence[Invoice]) -> Invoice | None:
    """The same landlord's notice before this one, among those whose amount is sure."""
    same = [each for each in earlier if each.is_counted and slug(each.vendor_name or "") == slug(new.vendor_name or "")]
    return max((each for each in same if each.day < new.day), key=lambda each: each.day, default=None)


def _changed(line: LineChange, currency: str | None) -> list[str | None]:
    return [line.name, _amount(line.was, currency), _amount(line.now, currency)]


def _amount(value: Decimal | None, currency: str | None) -> str | None:
    """The amount with all the decimals of its currency: a row keeps 9199.5, a letter says 9199.50."""
    if value is None:
        return None
    decimals = minor_units(currency) if currency else 2
    return f"{value:.{decimals}f}" if value == round(value, decimals) else f"{value:f}"


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
