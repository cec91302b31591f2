"""What every page of a signed-in person gets: their language and time zone, headers that keep it out of caches, safe cookies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation

from accounts import second
from accounts.models import User
from paypulse.core.clock import epoch

type_of_response = Callable[[HttpRequest], HttpResponse]
_SEEN_EVERY_S: Final = 600
# However much it is used, a session ends after this and the password is asked for again.
_LONGEST_S: Final = 90 * 86400
_ONLY_THIS_HOST: Final = "__Host-"
_POLICY: Final = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class CookieMiddleware:
    """Goes before whatever reads or sets a cookie. Over TLS every cookie is Secure and named so that no other host can set it.

    Inside, names stay as they are written.
    """

    def __init__(self, get_response: type_of_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.SESSION_COOKIE_SECURE:
            return self.get_response(request)
        request.COOKIES = {
            name.removeprefix(_ONLY_THIS_HOST): value
            for name, value in request.COOKIES.items()
            if name.startswith(_ONLY_THIS_HOST)
        }
        response = self.get_response(request)
        for name in list(response.cookies):
            _bind(response, name)
        return response


def _bind(response: HttpResponse, name: str) -> None:
    morsel = response.cookies.pop(name)
    morsel.set(_ONLY_THIS_HOST + name, morsel.value, morsel.coded_value)
    morsel["secure"], morsel["path"], morsel["domain"] = True, "/", ""
    response.cookies[morsel.key] = morsel


class PersonMiddleware:
    """Goes after Django's authentication."""

    def __init__(self, get_response: type_of_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if epoch() - request.session.get("signed_in_at", epoch()) > _LONGEST_S:
            logout(request)
        person = request.user if isinstance(request.user, User) else None
        if person is None:
            response = self.get_response(request)
        else:
            _note_visit(request)
            response = self._as_the_person_likes(request, person)
            response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Permissions-Policy", _POLICY)
        return response

    def _as_the_person_likes(self, request: HttpRequest, person: User) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or person.language
        with timezone.override(ZoneInfo(person.time_zone)), translation.override(chosen):
            request.LANGUAGE_CODE = translation.get_language() or "en"
            return self.get_response(request)


class SecondStepMiddleware:
    """Where a second step is demanded, who has none yet sets it up before anything else opens."""

    _OPEN: Final = frozenset({"accounts:second-step-settings", "accounts:confirm", "accounts:sign-out", "set_language"})

    def __init__(self, get_response: type_of_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """The way to the page that sets it up; None for who may go on."""
        person = request.user
        if not isinstance(person, User) or _takes_two_steps(request, person):
            return None
        is_open = request.resolver_match is not None and request.resolver_match.view_name in self._OPEN
        return None if is_open else redirect("accounts:second-step-settings")


def _takes_two_steps(request: HttpRequest, person: User) -> bool:
    """Whether the person has what is demanded of them. A session remembers that they do, and ends when they turn it off."""
    if not second.is_demanded(is_staff=person.is_staff) or request.session.get("two_steps"):
        return True
    if second.is_on(str(person.pk)):
        request.session["two_steps"] = True
    return "two_steps" in request.session


def _note_visit(request: HttpRequest) -> None:
    # Saving the session notes when the device was seen; every ten minutes is enough for the list of devices.
    if epoch() - request.session.get("seen_at", 0) > _SEEN_EVERY_S:
        request.session["seen_at"] = epoch()
