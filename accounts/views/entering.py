"""Signing up, in and out, and a new password for who forgot theirs."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit, devices, forms, links, recovery, second, signin, signup, store
from accounts.backends import source_of
from accounts.models import User
from accounts.passwords import WeakPasswordError
from accounts.throttles import ThrottledError
from accounts.views.door import please_wait, safe
from paypulse.core.clock import epoch

_BACKEND = "accounts.backends.Backend"
# From the password to the code.
_HALF_IN_S = 300


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Address and password; then on to where the person was going."""
    going = safe(request, request.POST.get("next") or request.GET.get("next", ""), "invoices:overview")
    if request.user.is_authenticated:
        return redirect(going)
    form = forms.SignIn(request.POST or None)
    if form.is_valid() and (user_id := _proved(request, form)):
        return proceed(request, user_id, going)
    return render(request, "accounts/sign_in.html", {"form": form, "next": going})


def _proved(request: HttpRequest, form: forms.SignIn) -> str | None:
    given = form.cleaned_data
    try:
        return signin.authenticate(given["email"], given["password"], source=source_of(request)).user_id
    except signin.CredentialsError:
        form.add_error(None, _("The address and the password do not go together."))
    except ThrottledError as error:
        form.add_error(None, please_wait(error))
    return None


def proceed(request: HttpRequest, user_id: str, going: str) -> HttpResponse:
    """On to where somebody was going who has proved their password or address; first to the second step when they have one."""
    if not second.is_on(user_id):
        enter(request, user_id)
        return redirect(going)
    request.session["half_in"] = {"user_id": user_id, "until": epoch() + _HALF_IN_S, "going": going}
    return redirect("accounts:second-step")


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """A code, of who has given the password a moment ago."""
    half = request.session.get("half_in") or {}
    if half.get("until", 0) <= epoch():
        return redirect("accounts:sign-in")
    form = forms.SecondStep(request.POST or None)
    if form.is_valid() and is_code(form, half["user_id"]):
        del request.session["half_in"]
        enter(request, half["user_id"])
        return redirect(half["going"])
    return render(request, "accounts/second_step.html", {"form": form})


def is_code(form: forms.SecondStep, user_id: str) -> bool:
    """Whether the form holds a good code of the person, which it then uses up; otherwise the form says so."""
    try:
        second.demand(user_id, form.cleaned_data["code"])
    except second.CodeError:
        form.add_error("code", _("This is not a code that works now."))
        return False
    except ThrottledError as error:
        form.add_error("code", please_wait(error))
        return False
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
            user = recovery.reset(token, form.cleaned_data["password"])
            messages.success(request, _("Your password is changed, and every other device is signed out."))
            return proceed(request, user.user_id, reverse("accounts:settings"))
    except links.LinkError:
        return render(request, "accounts/stale_link.html", {"again": "accounts:reset"}, status=410)
    except WeakPasswordError as error:
        form.add_error("password", _(error.message))
    return render(request, "accounts/new_password.html", {"form": form})
