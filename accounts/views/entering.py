"""Signing up, in and out, and a new password for who forgot theirs."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit, devices, forms, links, recovery, signin, signup, store
from accounts.backends import source_of
from accounts.models import User
from accounts.passwords import WeakPasswordError
from accounts.throttles import ThrottledError
from accounts.views.door import please_wait, safe
from paypulse.core.clock import epoch

_BACKEND = "accounts.backends.Backend"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Address and password; then on to where the person was going."""
    going = safe(request, request.POST.get("next") or request.GET.get("next", ""), "invoices:overview")
    if request.user.is_authenticated:
        return redirect(going)
    form = forms.SignIn(request.POST or None)
    if form.is_valid() and _entered(request, form):
        return redirect(going)
    return render(request, "accounts/sign_in.html", {"form": form, "next": going})


def _entered(request: HttpRequest, form: forms.SignIn) -> bool:
    given = form.cleaned_data
    try:
        user = signin.authenticate(given["email"], given["password"], source=source_of(request))
    except signin.CredentialsError:
        form.add_error(None, _("The address and the password do not go together."))
        return False
    except ThrottledError as error:
        form.add_error(None, please_wait(error))
        return False
    enter(request, user.user_id)
    return True


def enter(request: HttpRequest, user_id: str) -> None:
    """Sign the person in with this browser, under a new session key."""
    login(request, User.objects.get(pk=user_id), backend=_BACKEND)
    agent = request.headers.get("User-Agent", "")[:300]
    at = epoch()
    request.session.update({"user_agent": agent, "signed_in_at": at, "confirmed_at": at, "seen_at": at})
    audit.record(user_id, audit.Action.SIGNED_IN, device=devices.name_of(agent))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The end of this browser's session."""
    if request.user.is_authenticated:
        audit.record(str(request.user.pk), audit.Action.SIGNED_OUT)
    logout(request)
    answer = redirect("accounts:sign-in")
    answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Name, address and password; the answer is the same whether the address has an account or not."""
    form = forms.SignUp(request.POST or None)
    if form.is_valid() and _asked(request, form):
        return redirect("accounts:sent")
    return render(request, "accounts/sign_up.html", {"form": form})


def _asked(request: HttpRequest, form: forms.SignUp) -> bool:
    try:
        signup.ask(**form.cleaned_data, language=get_language() or "en", source=source_of(request))
    except WeakPasswordError as error:
        form.add_error("password", _(error.message))
    except ThrottledError as error:
        form.add_error(None, please_wait(error))
    return form.is_valid()


@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """Look into your mail."""
    return render(request, "accounts/sent.html")


@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """What the mailed link opens: a button, because programs that look at mail open links too."""
    try:
        if request.method == "GET":
            links.seen(token, links.Purpose.SIGN_UP)
            return render(request, "accounts/welcome.html")
        user = signup.finish(token)
    except (links.LinkError, store.UserExistsError):
        return render(request, "accounts/stale_link.html", {"again": "accounts:sign-up"}, status=410)
    enter(request, user.user_id)
    messages.success(request, _("Welcome! Connect your Gmail to begin."))
    return redirect("accounts:mailboxes")


@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whether the address has an account or not."""
    form = forms.Address(request.POST or None)
    if form.is_valid():
        try:
            recovery.ask(form.cleaned_data["email"], language=get_language() or "en", source=source_of(request))
            return redirect("accounts:sent")
        except ThrottledError as error:
            form.add_error(None, please_wait(error))
    return render(request, "accounts/reset.html", {"form": form})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """What the mailed link opens: a field for the new password."""
    form = forms.NewPassword(request.POST or None)
    try:
        links.seen(token, links.Purpose.RESET)
        if form.is_valid():
            enter(request, recovery.reset(token, form.cleaned_data["password"]).user_id)
            messages.success(request, _("Your password is changed, and every other device is signed out."))
            return redirect("accounts:settings")
    except links.LinkError:
        return render(request, "accounts/stale_link.html", {"again": "accounts:reset"}, status=410)
    except WeakPasswordError as error:
        form.add_error("password", _(error.message))
    return render(request, "accounts/new_password.html", {"form": form})
