"""How far back a mailbox's mail is fetched: three choices, each with what it would take."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import mailboxes
from accounts.google import GoogleUnavailableError
from accounts.mailboxes import Mailbox, ReconnectNeededError
from invoices import ingestion, limits
from invoices.gmail import AccessRefusedError, GmailUnavailableError, OutOfTimeError
from invoices.views.door import member, page

_DAYS: Final[dict[str, int | None]] = {"3-months": 92, "1-year": 365, "everything": None}
_PROPOSED: Final = "1-year"


@require_http_methods(["GET", "POST"])
@member
def lookback(request: HttpRequest, user_id: str, mailbox_id: str) -> HttpResponse:
    """The choices; posted, the one that was made is kept and the mailbox fetched. `count` asks what one would take."""
    mailbox = mailboxes.mailbox(user_id, mailbox_id)
    chosen = request.POST.get("choice", "")
    if request.method == "POST" and chosen in _DAYS:
        limits.fetching(user_id)
        mailboxes.look_back(user_id, mailbox_id, days=_DAYS[chosen])
        ingestion.request_sync(user_id, mailbox_id, category=None)
        messages.success(request, _("We are fetching your mail. It shows here as it comes in."))
        return redirect("invoices:activity")
    context = {
        "mailbox": mailbox,
        "choices": _choices(mailbox),
        "counted": request.GET.get("count", ""),
        **_counted(request, mailbox),
    }
    return page(request, "invoices/lookback.html", context, status=400 if request.method == "POST" else 200)


def _choices(mailbox: Mailbox) -> list[tuple[str, str, bool]]:
    """Each choice by its name, in words, and whether it stands."""
    words = {"3-months": _("The last three months"), "1-year": _("The last year"), "everything": _("Everything")}
    names = {days: name for name, days in _DAYS.items()}
    stands = names.get(mailbox.lookback_days, _PROPOSED) if mailbox.lookback_set_at else _PROPOSED
    return [(name, words[name], name == stands) for name in _DAYS]


def _counted(request: HttpRequest, mailbox: Mailbox) -> dict[str, Any]:
    """What the choice in question would take, when Gmail says."""
    asked = request.GET.get("count")
    if asked not in _DAYS or not mailbox.is_connected:
        return {}
    since = mailbox.reaches_back(days=_DAYS[asked])
    try:
        found = ingestion.estimate(mailbox.user_id, mailbox.mailbox_id, since=since)
    except (AccessRefusedError, GmailUnavailableError, GoogleUnavailableError, OutOfTimeError, ReconnectNeededError):
        return {}
    return {"estimate": found, "minutes": -(-found.seconds // 60)}
