"""Connecting Gmail: what is asked for and why, Google's consent and the way back, and disconnecting."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import asdict
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import consent, letters, links, mailboxes, vault
from accounts.consent import Consent, ConsentError
from accounts.google import GoogleTokens, GoogleUnavailableError, GrantEndedError, Identity, Revocation, revoke
from accounts.views.door import member
from invoices import ingestion
from paypulse.core.clock import epoch
from paypulse.core.config import ConfigError, config

_SWITCH_LASTS = timedelta(minutes=10)
_PROPOSED_DAYS = 365


@require_GET
@member
def mailbox_list(request: HttpRequest, user_id: str) -> HttpResponse:
    """The connected mailboxes, and what is wrong with them."""
    found = mailboxes.mailboxes(user_id)
    language = get_language() or "en"
    shown = [(each, letters.cause_in_words(each.cause, language=language) if each.cause else "") for each in found]
    missing = "" if config().google.client_id and config().google.client_secret else _missing()
    return render(request, "accounts/mailboxes.html", {"mailboxes": shown, "missing": missing})


def _missing() -> str:
    return _("Connecting Gmail needs GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET, which are not set on this server.")


@require_http_methods(["GET", "POST"])
@member
def start(request: HttpRequest, user_id: str) -> HttpResponse:
    """What will be asked for; posted, on to Google. `mailbox` names the one that is to be connected again."""
    expected = request.POST.get("mailbox", "")
    hint = mailboxes.mailbox(user_id, expected).email if expected else None
    if request.method == "GET":
        return redirect("accounts:mailboxes")
    try:
        asked = consent.begin(_callback_address(), hint=hint)
    except ConfigError:
        messages.error(request, _missing())
        return redirect("accounts:mailboxes")
    request.session["google"] = {
        "state": asked.state,
        "verifier": asked.verifier,
        "mailbox": expected,
        "until": epoch() + consent.LIFETIME_S,
    }
    return redirect(asked.url)


@require_GET
@member
def callback(request: HttpRequest, user_id: str) -> HttpResponse:
    """The way back from Google: good once, for the session that began it, for ten minutes."""
    begun = request.session.pop("google", None) or {}
    fresh = begun.get("until", 0) > epoch()
    if not (fresh and consent.states_match(begun.get("state"), request.GET.get("state"))):
        messages.error(request, _("This answer from Google does not belong to a request of yours. Please start again."))
        return render(request, "accounts/consent_refused.html", status=400)
    if "code" not in request.GET:
        messages.info(request, _("Nothing was connected, because the consent was not given."))
        return redirect("accounts:mailboxes")
    try:
        given = consent.complete(_callback_address(), code=request.GET["code"], verifier=begun["verifier"])
    except (ConsentError, GrantEndedError):
        messages.error(request, _("Google did not accept the answer. Please start again."))
    except GoogleUnavailableError:
        messages.error(request, _("Google does not answer right now. Please try again in a moment."))
    else:
        return _consented(request, user_id, given, expected=begun.get("mailbox", ""))
    return redirect("accounts:mailboxes")


def _consented(request: HttpRequest, user_id: str, given: Consent, *, expected: str) -> HttpResponse:
    if not given.reads_mail:
        revoke(given.tokens.access_token)
        messages.warning(
            request,
            _("The box for reading mail was not ticked, so nothing was connected. Please try again and tick it."),
        )
        return redirect("accounts:mailboxes")
    chosen = mailboxes.mailbox_id_of(given.identity.google_id)
    known = {each.mailbox_id for each in mailboxes.mailboxes(user_id)}
    if expected and chosen != expected and chosen not in known:
        return _ask_about_switch(request, user_id, given, expected=expected)
    return _connect(request, user_id, given)


def _connect(request: HttpRequest, user_id: str, given: Consent) -> HttpResponse:
    mailbox = mailboxes.connect(
        user_id,
        google_id=given.identity.google_id,
        email=given.identity.email,
        tokens=given.tokens,
        scopes=given.scopes,
    )
    messages.success(request, _("%(mailbox)s is connected.") % {"mailbox": mailbox.email})
    if mailbox.retail_settled_until or mailbox.rental_settled_until or mailbox.lookback_set_at:
        # Fetching goes on at once from where it stopped, and not at the next round.
        ingestion.request_sync(user_id, mailbox.mailbox_id)
        return redirect("accounts:mailboxes")
    # Whoever leaves the question open gets what it proposes.
    mailboxes.look_back(user_id, mailbox.mailbox_id, days=_PROPOSED_DAYS)
    return redirect("invoices:lookback", mailbox.mailbox_id)


def _ask_about_switch(request: HttpRequest, user_id: str, given: Consent, *, expected: str) -> HttpResponse:
    # The tokens wait sealed for the answer, and nowhere a page or a cookie could show them.
    sealed = b64encode(vault.seal(user_id, json.dumps(asdict(given), default=datetime.isoformat))).decode()
    token = links.make(links.Purpose.SWITCH, user_id=user_id, lasts=_SWITCH_LASTS, data={"sealed": sealed})
    request.session["switch"] = token
    former = mailboxes.mailbox(user_id, expected).email
    return render(request, "accounts/switch.html", {"former": former, "chosen": given.identity.email})


@require_POST
@member
def switch(request: HttpRequest, user_id: str) -> HttpResponse:
    """The answer to "that was another account": connect it as well, or give it back."""
    try:
        link = links.used(request.session.pop("switch", ""), links.Purpose.SWITCH)
    except links.LinkError:
        messages.error(request, _("That took too long. Please start again."))
        return redirect("accounts:mailboxes")
    given = _unsealed(user_id, str(link.data["sealed"]))
    if request.POST.get("answer") == "connect":
        return _connect(request, user_id, given)
    revoke(given.tokens.refresh_token or given.tokens.access_token)
    messages.info(request, _("Nothing was connected."))
    return redirect("accounts:mailboxes")


def _unsealed(user_id: str, sealed: str) -> Consent:
    kept = json.loads(vault.opened(user_id, b64decode(sealed)))
    tokens = kept["tokens"]
    ends = tokens["grant_expires_at"]
    return Consent(
        identity=Identity(**kept["identity"]),
        tokens=GoogleTokens(
            access_token=tokens["access_token"],
            refresh_token=tokens["refresh_token"],
            expires_at=datetime.fromisoformat(tokens["expires_at"]),
            grant_expires_at=datetime.fromisoformat(ends) if ends else None,
        ),
        scopes=tuple(kept["scopes"]),
    )


@require_POST
@member
def disconnect(request: HttpRequest, user_id: str, mailbox_id: str) -> HttpResponse:
    """Forget the mailbox, and say what Google answered."""
    email = mailboxes.mailbox(user_id, mailbox_id).email
    said = {
        Revocation.REVOKED: _("%(mailbox)s is disconnected, and Google has ended our access."),
        Revocation.ALREADY_GONE: _("%(mailbox)s is disconnected. Google had ended our access already."),
        Revocation.UNREACHABLE: _(
            "%(mailbox)s is disconnected here, but Google could not be told. End the access at "
            "myaccount.google.com/connections."
        ),
    }
    messages.info(request, said[mailboxes.disconnect(user_id, mailbox_id)] % {"mailbox": email})
    return redirect("accounts:mailboxes")


def _callback_address() -> str:
    return config().site_url + reverse("accounts:google-callback")
