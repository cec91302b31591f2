"""Signing in with an address and a password: the one way for pages and API, throttled, telling nothing apart."""

from __future__ import annotations

from typing import Final

from accounts import audit, security_log, store, throttles
from accounts.security_log import Event, named
from accounts.user import User
from paypulse.core.errors import PayPulseError

_WINDOW_S: Final = 15 * 60
_PER_ADDRESS: Final = 10
_PER_SOURCE: Final = 100


class CredentialsError(PayPulseError):
    """Address and password do not go together. Whether the address is known is not said."""


def authenticate(email: str, password: str, *, source: str) -> User:
    """The person. `source` is the caller's network address.

    Raises CredentialsError, or ThrottledError after ten failures for an address or a hundred attempts from a source in a
    quarter of an hour. A success forgives the address's failures.
    """
    spelled = _one_spelling(email)
    account, seen = f"signin|{spelled}", {"account": named(spelled), "source": named(throttles.network(source))}
    throttles.check_source("signin-from", source, limit=_PER_SOURCE, seconds=_WINDOW_S)
    throttles.check(account, limit=_PER_ADDRESS, seconds=_WINDOW_S)
    user = store.authenticated(email, password)
    if user is None:
        security_log.note(Event.PASSWORD_REFUSED, **seen)
        raise CredentialsError("The address and the password do not go together.")
    throttles.forgive(account, seconds=_WINDOW_S)
    store.signed_in(user.user_id)
    security_log.note(Event.PASSWORD_ACCEPTED, user_id=user.user_id, **seen)
    return user


def demand_password(user_id: str, password: str) -> None:
    """Return when `password` is the person's; throttled. Raises CredentialsError or ThrottledError.

    A failure is written to the trail of the account.
    """
    throttles.check(f"sudo|{user_id}", limit=_PER_ADDRESS, seconds=_WINDOW_S)
    if not store.password_matches(user_id, password):
        audit.record(user_id, audit.Action.SIGN_IN_REFUSED, at="password asked again")
        security_log.note(Event.PASSWORD_REFUSED, user_id=user_id)
        raise CredentialsError("This is not your password.")
    throttles.forgive(f"sudo|{user_id}", seconds=_WINDOW_S)


def _one_spelling(email: str) -> str:
    """The address as the store looks it up, so that writing it in another way is no new set of tries."""
    try:
        return store.normalised(email)
    except store.InvalidEmailError:
        return email.strip().casefold()
