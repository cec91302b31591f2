"""The settings: profile, address, password, devices, notifications, tokens, and the trail of the account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import (
    audit,
    devices,
    forms,
    letters,
    links,
    personal_tokens,
    preferences,
    push,
    push_devices,
    recovery,
    second,
    signin,
    store,
    throttles,
)
from accounts.models import User
from accounts.passwords import WeakPasswordError
from accounts.throttles import ThrottledError
from accounts.views.door import confirmed, member, please_wait, safe
from invoices import summaries
from invoices.paying import code_svg
from paypulse.core.clock import epoch


@require_http_methods(["GET", "POST"])
@member
def profile(request: HttpRequest, user_id: str) -> HttpResponse:
    """Name, language, time zone, home currency."""
    user = store.user(user_id)
    now = {name: getattr(user, name) or "" for name in ("name", "language", "time_zone", "home_currency")}
    form = forms.Profile(request.POST or None, initial=now)
    if not form.is_valid():
        return render(request, "accounts/profile.html", {"form": form, "email": user.email})
    given = form.cleaned_data
    store.change_profile(user_id, **{**given, "home_currency": given["home_currency"] or None})
    if given["home_currency"] != now["home_currency"]:
        past, coming = summaries.span(user_id)
        for month in (*past, *coming):
            summaries.recompute(user_id, month.month)
    messages.success(request, _("Saved."))
    answer = redirect("accounts:settings")
    answer.set_cookie(django_settings.LANGUAGE_COOKIE_NAME, given["language"], samesite="Lax", max_age=365 * 86400)
    return answer


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@member
def confirm(request: HttpRequest, user_id: str) -> HttpResponse:
    """The password again, before something that matters; then on to it."""
    going = safe(request, request.POST.get("next") or request.GET.get("next", ""))
    form = forms.Password(request.POST or None)
    if form.is_valid() and is_password(form, user_id, field="password"):
        request.session.cycle_key()
        request.session["confirmed_at"] = epoch()
        return redirect(going)
    return render(request, "accounts/confirm.html", {"form": form, "next": going})


def is_password(form: forms.Password | forms.ChangedPassword, user_id: str, *, field: str) -> bool:
    """Whether `field` of the form holds the person's password; otherwise the form says so."""
    try:
        signin.demand_password(user_id, form.cleaned_data[field])
    except signin.CredentialsError:
        form.add_error(field, _("This is not your password."))
        return False
    except ThrottledError as error:
        form.add_error(field, please_wait(error))
        return False
    return True


@require_http_methods(["GET", "POST"])
@confirmed
@member
def address(request: HttpRequest, user_id: str) -> HttpResponse:
    """Ask for another address; it is changed when the link mailed there is opened."""
    form = forms.Address(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/address.html", {"form": form})
    asked, user = form.cleaned_data["email"], store.user(user_id)
    token = links.make(links.Purpose.NEW_ADDRESS, user_id=user_id, lasts=timedelta(hours=1), data={"email": asked})
    if throttles.allows(f"mail-to|{asked}", limit=5, seconds=3600):
        letters.send_to(
            asked, letters.Letter.NEW_ADDRESS, language=user.language, path=f"/accounts/settings/address/{token}/"
        )
    messages.info(request, _("Open the link in the mail we sent to %(address)s.") % {"address": asked})
    return redirect("accounts:settings")


@require_http_methods(["GET", "POST"])
@member
def new_address(request: HttpRequest, user_id: str, token: str) -> HttpResponse:
    """What the mailed link opens, for the person who asked: a button that changes the address."""
    try:
        link = links.seen(token, links.Purpose.NEW_ADDRESS)
        if link.user_id != user_id:
            raise links.LinkError("another person's link")
        if request.method == "GET":
            return render(request, "accounts/new_address.html", {"email": link.data["email"]})
        before = store.user(user_id)
        store.change_email(user_id, links.used(token, links.Purpose.NEW_ADDRESS).data["email"])
    except (links.LinkError, store.UserExistsError):
        return render(request, "accounts/stale_link.html", {"again": "accounts:address"}, status=410)
    audit.record(user_id, audit.Action.EMAIL_CHANGED)
    letters.tell(before, letters.Letter.ADDRESS_CHANGED)
    messages.success(request, _("Your address is changed."))
    return redirect("accounts:settings")


@sensitive_post_parameters("current", "password")
@require_http_methods(["GET", "POST"])
@member
def password(request: HttpRequest, user_id: str) -> HttpResponse:
    """The present password and a new one; every other device is signed out."""
    form = forms.ChangedPassword(request.POST or None)
    if form.is_valid() and is_password(form, user_id, field="current") and _changed(request, user_id, form):
        messages.success(request, _("Your password is changed, and every other device is signed out."))
        return redirect("accounts:security")
    return render(request, "accounts/password.html", {"form": form})


def _changed(request: HttpRequest, user_id: str, form: forms.ChangedPassword) -> bool:
    former = request.session.session_key
    try:
        recovery.change(user_id, form.cleaned_data["password"], session_key=former)
    except WeakPasswordError as error:
        form.add_error("password", _(error.message))
        return False
    update_session_auth_hash(request, User.objects.get(pk=user_id))
    return True


@require_GET
@member
def security(request: HttpRequest, user_id: str) -> HttpResponse:
    """The devices and the tokens."""
    return _security(request, user_id, forms.ApiToken())


def _security(request: HttpRequest, user_id: str, form: forms.ApiToken, *, made: str = "") -> HttpResponse:
    here = devices.stored_key(request.session.session_key or "")
    shown = [(each, forms.scope_names(each.scopes)) for each in personal_tokens.of(user_id)]
    context = {"devices": devices.devices(user_id), "here": here, "tokens": shown, "form": form, "made": made}
    return render(request, "accounts/security.html", context)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@confirmed
@member
def second_step(request: HttpRequest, user_id: str) -> HttpResponse:
    """Codes of an authenticator app when signing in: how it stands, and turning it on and off."""
    action, recovery_codes = request.POST.get("action", ""), tuple[str, ...]()
    is_demanded = second.is_demanded(is_staff=store.user(user_id).is_staff)
    form = forms.SecondStep(request.POST if action == "confirm" else None)
    if action == "start" and not second.is_on(user_id):
        second.offer(user_id)
    elif action == "stop" and not is_demanded:
        second.turn_off(user_id)
        request.session.pop("two_steps", None)
        _end_others(request, user_id)
        letters.tell(store.user(user_id), letters.Letter.SECOND_STEP_OFF)
    elif form.is_valid() and (recovery_codes := _turned_on(form, user_id)):
        _end_others(request, user_id)
        letters.tell(store.user(user_id), letters.Letter.SECOND_STEP_ON)
    context = {
        "form": form,
        "recovery_codes": recovery_codes,
        "is_on": second.is_on(user_id),
        "is_demanded": is_demanded,
    }
    return render(request, "accounts/second_step_settings.html", {**context, **_offer(user_id, action)})


def _offer(user_id: str, action: str) -> dict[str, str]:
    if action not in ("start", "confirm"):
        return {}
    try:
        secret = second.offered(user_id)
    except second.CodeError:
        return {}
    address = second.app_address(secret, email=store.user(user_id).email)
    return {"secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)), "qr": code_svg(address)}


def _turned_on(form: forms.SecondStep, user_id: str) -> tuple[str, ...]:
    try:
        return second.turn_on(user_id, form.cleaned_data["code"])
    except second.CodeError:
        form.add_error("code", _("This is not a code that works now."))
    except ThrottledError as error:
        form.add_error("code", please_wait(error))
    return ()


def _end_others(request: HttpRequest, user_id: str) -> None:
    store.end_sessions(user_id)
    devices.end_all(user_id, but=request.session.session_key)
    update_session_auth_hash(request, User.objects.get(pk=user_id))


@require_GET
@member
def trail(request: HttpRequest, user_id: str) -> HttpResponse:
    """What happened to the account, newest first."""
    return render(request, "accounts/trail.html", {"events": audit.events(user_id)})


@require_POST
@confirmed
@member
def end_device(request: HttpRequest, user_id: str, device_id: str) -> HttpResponse:
    """Sign one device out."""
    devices.end(user_id, device_id)
    messages.success(request, _("The device is signed out."))
    return redirect("accounts:security")


@require_POST
@confirmed
@member
def end_other_devices(request: HttpRequest, user_id: str) -> HttpResponse:
    """Sign every other device out, and end what apps signed in with."""
    _end_others(request, user_id)
    audit.record(user_id, audit.Action.DEVICE_ENDED, which="all others")
    messages.success(request, _("Every other device and app is signed out."))
    return redirect("accounts:security")


@require_POST
@confirmed
@member
def make_token(request: HttpRequest, user_id: str) -> HttpResponse:
    """A new personal token, shown in this answer and never again."""
    form = forms.ApiToken(request.POST)
    if personal_tokens.is_full(user_id):
        form.add_error("name", _("You have as many tokens as one can have. Remove one first."))
    if not form.is_valid():
        return _security(request, user_id, form)
    made = personal_tokens.make(user_id, name=form.cleaned_data["name"], scopes=form.chosen())
    return _security(request, user_id, forms.ApiToken(), made=made)


@require_POST
@member
def end_token(request: HttpRequest, user_id: str, token_id: str) -> HttpResponse:
    """Make a personal token worthless."""
    personal_tokens.end(user_id, token_id)
    messages.success(request, _("The token does not work any more."))
    return redirect("accounts:security")


@require_http_methods(["GET", "POST"])
@member
def notifications(request: HttpRequest, user_id: str) -> HttpResponse:
    """What to be told of, and how."""
    kept = store.user(user_id).preferences
    told = preferences.webhook_url(kept)
    form = forms.Notifications(initial={"due_soon_days": kept.get("due_soon_days", 3), "webhook": told})
    secret = ""
    if request.method == "POST":
        form = forms.Notifications(request.POST)
        if form.is_valid():
            secret = token_urlsafe(32) if form.cleaned_data["webhook"] not in ("", told) else ""
            kept = store.edit_preferences(user_id, lambda newest: _chosen(newest, form, secret=secret)).preferences
            _set_push(user_id, kept, wanted=push.is_offered() and form.cleaned_data["push"])
            messages.success(request, _("Saved."))
            if not secret:
                return redirect("accounts:notifications")
    rows = [(name, list(_boxes(kept, kind))) for kind, name in forms.kinds()]
    return render(
        request, "accounts/notifications.html", {"rows": rows, "form": form, "secret": secret, **_push(user_id)}
    )


def _push(user_id: str) -> dict[str, Any]:
    is_on = push_devices.is_on(user_id)
    phones = push_devices.devices(user_id) if is_on else ()
    return {"push_offered": push.is_offered(), "push_on": is_on, "phones": phones}


def _set_push(user_id: str, kept: Mapping[str, Any], *, wanted: bool) -> None:
    if wanted:
        push_devices.turn_on(user_id)
    elif preferences.push_topic(kept):
        push_devices.turn_off(user_id)


@require_POST
@member
def remove_phone(request: HttpRequest, user_id: str, phone_id: str) -> HttpResponse:
    """Have a phone get no more push messages."""
    push_devices.remove(user_id, phone_id)
    messages.success(request, _("The phone gets no more push messages."))
    return redirect("accounts:notifications")


def _chosen(kept: Mapping[str, Any], form: forms.Notifications, *, secret: str) -> dict[str, Any]:
    chosen, url = preferences.with_notifications(kept, form.pairs()), form.cleaned_data["webhook"]
    if secret or not url:
        chosen = preferences.with_webhook(chosen, url, secret=secret)
    days = form.cleaned_data["due_soon_days"]
    return chosen if days is None else {**chosen, "due_soon_days": days}


def _boxes(kept: Mapping[str, Any], kind: preferences.Kind) -> Iterator[tuple[str, Any, bool]]:
    for channel, label in forms.channels():
        yield f"{kind}|{channel}", label, preferences.wants(kept, kind, channel=channel)
