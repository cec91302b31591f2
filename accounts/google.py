"""Google as the identity behind a mailbox: who a token belongs to, renewing it, and giving it back.

Google's library and the HTTP client are imported where they are used: every function that shows a mailbox reaches this module,
few of them speak to Google, and the two would take a quarter of the others' cold start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from paypulse.core.clock import now
from paypulse.core.config import ConfigError, config
from paypulse.core.errors import PayPulseError

if TYPE_CHECKING:
    from google.auth.exceptions import RefreshError
    from requests import Response

GMAIL_READONLY: Final = "https://www.googleapis.com/auth/gmail.readonly"
SCOPES: Final = ("openid", "https://www.googleapis.com/auth/userinfo.email", GMAIL_READONLY)
_TIMEOUT_S: Final = 10


class Cause(StrEnum):
    """Why a mailbox has to be connected again."""

    REVOKED = "revoked"
    TEST_MODE = "test-mode"
    NO_REFRESH_TOKEN = "no-refresh-token"
    SCOPE_WITHDRAWN = "scope-withdrawn"
    ACCOUNT_CLOSED = "account-closed"
    REAUTHENTICATION = "reauthentication"
    POLICY = "policy"


class Revocation(StrEnum):
    """What Google said when a grant was given back."""

    REVOKED = "revoked"
    ALREADY_GONE = "already-gone"
    UNREACHABLE = "unreachable"


class GrantEndedError(PayPulseError):
    """Google no longer honours the grant; `cause` says why as far as Google tells. Only the person can mend it."""

    def __init__(self, cause: Cause) -> None:
        super().__init__("the grant has ended", cause=str(cause))
        self.cause = cause


class ScopeError(PayPulseError):
    """What was granted does not cover reading mail."""


class GoogleUnavailableError(PayPulseError):
    """Google did not answer, or answered that it cannot right now."""

    retryable = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleTokens:
    """What Google gave. `refresh_token` is None where Google left it out; `grant_expires_at` only for a consent screen in testing."""

    access_token: str
    refresh_token: str | None
    expires_at: datetime
    grant_expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"GoogleTokens(expires_at={self.expires_at.isoformat()})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The Google account behind a token: its lasting id and its present address."""

    google_id: str
    email: str


def demand_configured() -> None:
    """Return when a client id and secret are set; raise ConfigError saying what to set otherwise."""
    google = config().google
    for name, value in (("GOOGLE_CLIENT_ID", google.client_id), ("GOOGLE_CLIENT_SECRET", google.client_secret)):
        if not value:
            raise ConfigError(f"{name} is not set: connecting Gmail needs an OAuth client of your own")


def identity(access_token: str) -> Identity:
    """Whose token it is. Raises GrantEndedError when Google refuses it, GoogleUnavailableError when it does not answer."""
    answer = _ask("GET", config().google.userinfo_uri, headers={"Authorization": f"Bearer {access_token}"})
    if answer.status_code in (401, 403):
        raise GrantEndedError(Cause.REVOKED)
    if answer.status_code != HTTPStatus.OK:
        raise GoogleUnavailableError("Google did not say whose token it is", status=answer.status_code)
    body = answer.json()
    return Identity(google_id=str(body["sub"]), email=str(body["email"]).casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFacts:
    """What Google says of an access token: whose it is, what it may do, and for how many seconds yet."""

    google_id: str
    email: str
    scopes: tuple[str, ...]
    expires_in: int


def identify(access_token: str) -> TokenFacts:
    """Google's own word on a token that an app obtained, so that nobody has to believe the app.

    Raises ScopeError when it may not read mail, GrantEndedError when Google refuses it, GoogleUnavailableError.
    """
    answer = _ask("POST", config().google.tokeninfo_uri, data={"access_token": access_token})
    if answer.status_code in (400, 401):
        raise GrantEndedError(Cause.REVOKED)
    if answer.status_code != HTTPStatus.OK:
        raise GoogleUnavailableError("Google did not say what the token is", status=answer.status_code)
    body = answer.json()
    scopes = tuple(str(body.get("scope", "")).split())
    if GMAIL_READONLY not in scopes:
        raise ScopeError("the token may not read mail")
    who = identity(access_token)
    return TokenFacts(
        google_id=who.google_id, email=who.email, scopes=scopes, expires_in=int(body.get("expires_in", 0))
    )


def renewed(refresh_token: str) -> GoogleTokens:
    """A new access token. Raises GrantEndedError, GoogleUnavailableError, or ConfigError when Google does not know us."""
    from google.auth.exceptions import RefreshError, TransportError
    from google.auth.transport.requests import Request
    from google.oauth2.credentials import Credentials

    google = config().google
    credentials = Credentials(
        None,
        refresh_token=refresh_token,
        token_uri=google.token_uri,
        client_id=google.client_id,
        client_secret=google.client_secret,
    )
    try:
        credentials.refresh(partial(Request(), timeout=_TIMEOUT_S))
    except TransportError as error:
        raise GoogleUnavailableError("Google did not answer") from error
    except RefreshError as error:
        # The library's own message repeats Google's answer, which may hold more than a log should.
        raise _meaning(error) from None
    assert credentials.expiry is not None, "Google says how long an access token lasts"
    return GoogleTokens(
        access_token=str(credentials.token),
        refresh_token=credentials.refresh_token,
        expires_at=credentials.expiry.replace(tzinfo=UTC),
    )


def revoke(token: str) -> Revocation:
    """Give the grant behind a refresh or access token back to Google, and what Google said to it."""
    try:
        answer = _ask("POST", config().google.revoke_uri, data={"token": token})
    except GoogleUnavailableError:
        return Revocation.UNREACHABLE
    if answer.status_code == HTTPStatus.OK:
        return Revocation.REVOKED
    return Revocation.ALREADY_GONE if answer.status_code == HTTPStatus.BAD_REQUEST else Revocation.UNREACHABLE


def tokens_from(answer: Mapping[str, Any]) -> GoogleTokens:
    """The tokens in an answer of the token endpoint."""
    grant_lasts = answer.get("refresh_token_expires_in")
    return GoogleTokens(
        access_token=str(answer["access_token"]),
        refresh_token=answer.get("refresh_token"),
        expires_at=now() + timedelta(seconds=int(answer.get("expires_in", 3600))),
        grant_expires_at=now() + timedelta(seconds=int(grant_lasts)) if grant_lasts else None,
    )


def _ask(method: str, address: str, **options: Any) -> Response:
    import requests

    try:
        return requests.request(method, address, timeout=_TIMEOUT_S, **options)
    except requests.RequestException:
        # Without the cause: its text holds the request, and so the token.
        raise GoogleUnavailableError("Google did not answer") from None


def _meaning(error: RefreshError) -> PayPulseError:
    # The library keeps Google's answer to itself where Google wants the person to sign in again (invalid_rapt).
    if str(error.args[0]).startswith("Reauthentication is needed"):
        return GrantEndedError(Cause.REAUTHENTICATION)
    answer = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], Mapping) else {}
    match answer.get("error"):
        case "invalid_grant":
            return GrantEndedError(_cause(answer))
        case "admin_policy_enforced" | "org_internal" | "access_denied":
            return GrantEndedError(Cause.POLICY)
        case "invalid_client" | "unauthorized_client" | "deleted_client":
            return ConfigError("GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET are not known to Google")
    return GoogleUnavailableError("Google could not renew the token")


def _cause(answer: Mapping[str, Any]) -> Cause:
    description = str(answer.get("error_description", "")).casefold()
    return Cause.ACCOUNT_CLOSED if "deleted" in description or "disabled" in description else Cause.REVOKED
