"""POST /v1/auth/gmail/store-tokens: connects a mailbox with tokens that an app obtained itself."""

from __future__ import annotations

from datetime import timedelta

from accounts import google, mailboxes, throttles
from accounts.claims import Scope
from accounts.google import GoogleTokens, GrantEndedError, ScopeError, TokenFacts
from lambdas.api.contract import StoredTokens, StoreTokens
from lambdas.api.door import ApiRequest, Door
from lambdas.responses import Answer, ApiError, Code
from paypulse.core.clock import now

handler = Door()


@handler.opens(
    "POST /v1/auth/gmail/store-tokens",
    scope=Scope.ACCOUNT,
    body=StoreTokens,
    media=("application/json", "application/x-www-form-urlencoded"),
    returns={201: (StoredTokens,)},
    fails=(401, 403, 422, 429),
)
def store_tokens(request: ApiRequest) -> Answer:
    """Connect a Gmail account with tokens the app obtained; a missing refresh token never erases a stored one."""
    # Each try asks Google about somebody's token.
    throttles.check(f"store-tokens|{request.user_id}", limit=30, seconds=3600)
    body: StoreTokens = request.body
    facts = _facts(body)
    before = {each.email for each in mailboxes.mailboxes(request.user_id)}
    mailboxes.connect(
        request.user_id,
        google_id=facts.google_id,
        email=facts.email,
        tokens=_tokens(body, facts),
        scopes=facts.scopes,
    )
    switch = bool(before) and facts.email not in before
    message = "Another Gmail account was added." if switch else "Gmail is connected."
    stored = StoredTokens(
        google_email=facts.email, scope=" ".join(facts.scopes), account_switch=switch, message=message
    )
    return Answer(stored, message, 201)


def _facts(body: StoreTokens) -> TokenFacts:
    """Google's word on the token: what the app says of scope and address is not taken on trust."""
    if google.GMAIL_READONLY not in body.scope:
        raise ApiError(403, Code.INVALID_REQUEST, "The scope gmail.readonly is needed.")
    try:
        facts = google.identify(body.access_token)
    except ScopeError as error:
        raise ApiError(403, Code.INVALID_REQUEST, "Google says that the token may not read mail.") from error
    except GrantEndedError as error:
        raise ApiError(401, Code.GMAIL_TOKEN_EXPIRED, "Google does not accept the token.") from error
    if body.email and body.email.strip().casefold() != facts.email:
        raise ApiError(422, Code.INVALID_REQUEST, "The token belongs to another address.")
    return facts


def _tokens(body: StoreTokens, facts: TokenFacts) -> GoogleTokens:
    lasts = timedelta(seconds=min(body.expires_in, facts.expires_in))
    return GoogleTokens(access_token=body.access_token, refresh_token=body.refresh_token, expires_at=now() + lasts)
