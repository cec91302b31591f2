"""Asking a person for their Gmail in the browser: the two legs of Google's consent, with state and PKCE."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Final

from accounts import google
from accounts.google import GMAIL_READONLY, GoogleTokens, Identity
from paypulse.core.config import config
from paypulse.core.errors import PayPulseError

if TYPE_CHECKING:  # large, and no page needs it but those that lead to Google and back
    from google_auth_oauthlib.flow import Flow

LIFETIME_S: Final = 600


class ConsentError(PayPulseError):
    """The consent did not come to an end; the message is for the person to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Where to send the browser, and what the session must keep until it comes back."""

    url: str
    state: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the person agreed to."""

    identity: Identity
    tokens: GoogleTokens
    scopes: tuple[str, ...]

    @property
    def reads_mail(self) -> bool:
        """Whether the box for reading mail was left ticked."""
        return GMAIL_READONLY in self.scopes


def begin(redirect_uri: str, *, hint: str | None = None) -> Request:
    """A request for consent; `hint` is the address that is to be connected again. Raises ConfigError without a client id."""
    google.demand_configured()
    flow = _flow(redirect_uri, scopes=list(google.SCOPES))
    # Google gives a refresh token on the first consent only, or whenever it is asked to show the page.
    options = {"login_hint": hint, "prompt": "consent"} if hint else {"prompt": "select_account consent"}
    url, state = flow.authorization_url(access_type="offline", include_granted_scopes="true", **options)
    return Request(url=url, state=state, verifier=flow.code_verifier)


def complete(redirect_uri: str, *, code: str, verifier: str) -> Consent:
    """What the person agreed to, for the code Google's page sent back. Raises ConsentError or GoogleUnavailableError."""
    import requests
    from oauthlib.oauth2 import OAuth2Error

    # Without scopes: un-ticking a box is a choice to read, not the error oauthlib would make of it.
    flow = _flow(redirect_uri, scopes=None, code_verifier=verifier)
    try:
        answer = flow.fetch_token(code=code, timeout=10)
    except OAuth2Error:
        raise ConsentError("Google did not accept the answer. Please start again.") from None
    except requests.RequestException:
        raise google.GoogleUnavailableError("Google did not answer") from None
    tokens = google.tokens_from(answer)
    return Consent(identity=google.identity(tokens.access_token), tokens=tokens, scopes=_words(answer.get("scope")))


def states_match(kept: str | None, returned: str | None) -> bool:
    """Whether the state that came back is the one this session was given."""
    return bool(kept and returned) and compare_digest(str(kept), str(returned))


def _flow(redirect_uri: str, **options: Any) -> Flow:
    from google_auth_oauthlib.flow import Flow

    settings = config().google
    client = {
        "client_id": settings.client_id,
        "client_secret": settings.client_secret,
        "auth_uri": settings.auth_uri,
        "token_uri": settings.token_uri,
    }
    return Flow.from_client_config({"web": client}, redirect_uri=redirect_uri, **options)


def _words(scope: object) -> tuple[str, ...]:
    return tuple(scope.split()) if isinstance(scope, str) else tuple(str(each) for each in scope or ())  # type: ignore[attr-defined]
