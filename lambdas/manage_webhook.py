"""Where a person's own server is told of new rent: set, shown and removed. What is sent is signed with the secret given here."""

from __future__ import annotations

from secrets import token_urlsafe
from types import NoneType
from urllib.parse import urlsplit

from accounts import preferences, store
from accounts.claims import Scope
from invoices.webhooks import Webhook
from lambdas.api.contract import MadeWebhook, NewWebhook, WebhookAddress
from lambdas.api.door import ApiRequest, Door
from lambdas.responses import Answer, ApiError, Code

handler = Door()


@handler.opens("GET /v1/webhook", scope=Scope.ACCOUNT, returns={200: (WebhookAddress, NoneType)})
def shown(request: ApiRequest) -> Answer:
    """The address that is told, or null; the secret is shown only when it is made."""
    hook = Webhook.of(request.user().preferences)
    return Answer(WebhookAddress(url=hook.url) if hook else None)


@handler.opens("PUT /v1/webhook", scope=Scope.ACCOUNT, body=NewWebhook, returns={200: (MadeWebhook,)}, fails=(422,))
def put(request: ApiRequest) -> Answer:
    """Have an https address told from now on, with a new secret to check the signature by."""
    body: NewWebhook = request.body
    _demand_https(body.url)
    hook = Webhook(body.url, token_urlsafe(32))
    _keep(request, hook)
    return Answer(MadeWebhook(url=hook.url, secret=hook.secret), "Keep the secret safe; it is shown this once.")


@handler.opens("DELETE /v1/webhook", scope=Scope.ACCOUNT, returns={200: (NoneType,)})
def removed(request: ApiRequest) -> Answer:
    """Tell nobody's server any more."""
    _keep(request, None)
    return Answer(None, "Removed.")


def _demand_https(url: str) -> None:
    try:
        parts = urlsplit(url)
        fits = parts.scheme == "https" and bool(parts.hostname) and not parts.username and (parts.port or 443) > 0
    except ValueError:
        fits = False
    if not fits:
        raise ApiError(422, Code.INVALID_REQUEST, "A webhook is an https address without a name or password in it.")


def _keep(request: ApiRequest, hook: Webhook | None) -> None:
    url, secret = (hook.url, hook.secret) if hook else ("", "")
    store.edit_preferences(request.user_id, lambda kept: preferences.with_webhook(kept, url, secret=secret))
