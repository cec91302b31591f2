"""Signing up by a mailed link: no account before the address is proven, and no word on whether it has one already."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from accounts import audit, letters, links, passwords, store, throttles
from accounts.user import User

_HOUR: Final = 3600
_LINK_LASTS: Final = timedelta(days=1)


def ask(*, email: str, name: str, password: str, language: str, source: str) -> None:
    """Mail a link that makes the account; somebody who has one is told so in the mail, and only there.

    The same work is done either way, so that the time tells nothing. Raises InvalidEmailError, WeakPasswordError or
    ThrottledError (of the source only).
    """
    address = store.normalised(email)
    passwords.check_strength(password, email=address, name=name)
    throttles.check_source("signup-from", source, limit=30, seconds=_HOUR)
    holder = store.user_by_email(address)
    data = {"email": address, "name": name, "password_hash": passwords.hashed(password), "language": language}
    token = links.make(links.Purpose.SIGN_UP, user_id=None, lasts=_LINK_LASTS, data=data)
    if not throttles.allows(f"mail-to|{address}", limit=5, seconds=_HOUR):
        return
    letter = letters.Letter.ALREADY_HERE if holder else letters.Letter.SIGN_UP
    letters.send_to(address, letter, language=language, path=f"/accounts/welcome/{token}/")


def finish(token: str) -> User:
    """The new person, for the token of the mailed link. Raises LinkError, or UserExistsError when somebody was sooner."""
    data = links.used(token, links.Purpose.SIGN_UP).data
    user = store.add(
        email=data["email"], name=data["name"], password_hash=data["password_hash"], language=data["language"]
    )
    audit.record(user.user_id, audit.Action.SIGNED_UP)
    return user
