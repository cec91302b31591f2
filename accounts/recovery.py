"""A new password for somebody who forgot theirs, and a changed one for somebody who did not."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from accounts import (
    audit,
    devices,
    letters,
    links,
    passwords,
    personal_tokens,
    preferences,
    push_devices,
    store,
    throttles,
)
from accounts.user import User
from paypulse.core.errors import NotFoundError

_HOUR: Final = 3600
_LINK_LASTS: Final = timedelta(hours=1)


def ask(email: str, *, language: str, source: str) -> None:
    """Mail a link for a new password; an address without an account is told so in the mail, and only there.

    The same work is done either way, so that the time tells nothing. Raises InvalidEmailError or ThrottledError (of the
    source only).
    """
    address = store.normalised(email)
    throttles.check_source("reset-from", source, limit=30, seconds=_HOUR)
    holder = store.user_by_email(address)
    known = holder.user_id if holder else None
    bound = {"session_version": holder.session_version if holder else 0, "email": address}
    token = links.make(links.Purpose.RESET, user_id=known, lasts=_LINK_LASTS, data=bound)
    if not throttles.allows(f"mail-to|{address}", limit=5, seconds=_HOUR):
        return
    letter = letters.Letter.RESET if holder else letters.Letter.NO_ACCOUNT
    letters.send_to(address, letter, language=holder.language if holder else language, path=f"/accounts/reset/{token}/")


def reset(token: str, password: str) -> User:
    """The person with the new password, signed out everywhere; personal tokens, the calendar's feed, the webhook and push end.

    Whoever held the account before its address was proven, or stole it, may have set those up. Raises LinkError, or
    WeakPasswordError (the link stays good).
    """
    link = links.seen(token, links.Purpose.RESET)
    before = _person(link)
    passwords.check_strength(password, email=before.email, name=before.name)
    links.used(token, links.Purpose.RESET)
    user = _changed(before.user_id, password, action=audit.Action.PASSWORD_RESET, but=None)
    personal_tokens.end_all(user.user_id)
    push_devices.turn_off(user.user_id, edit=preferences.without_standing_access)
    letters.tell(user, letters.Letter.PASSWORD_RESET)
    return user


def change(user_id: str, password: str, *, session_key: str | None) -> User:
    """The person with the new password, signed out everywhere but here. Raises WeakPasswordError."""
    user = _changed(user_id, password, action=audit.Action.PASSWORD_CHANGED, but=session_key)
    letters.tell(user, letters.Letter.PASSWORD_CHANGED)
    return user


def _person(link: links.Link) -> User:
    try:
        user = store.user(link.user_id or "")
    except NotFoundError:
        raise links.LinkError("This link does not work (any more).") from None
    # A password or address that was changed since makes every earlier link worthless.
    bound = {"session_version": user.session_version, "email": user.email}
    if not user.is_active or link.data != bound:
        raise links.LinkError("This link does not work (any more).")
    return user


def _changed(user_id: str, password: str, *, action: audit.Action, but: str | None) -> User:
    user = store.set_password(user_id, password)
    devices.end_all(user_id, but=but)
    audit.record(user_id, action)
    return user
