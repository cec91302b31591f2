"""What every page of a signed-in person gets: their language and time zone, and headers that keep it out of caches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.models import User
from paypulse.core.clock import epoch

type_of_response = Callable[[HttpRequest], HttpResponse]
_SEEN_EVERY_S: Final = 600
# However much it is used, a session ends after this and the password is asked for again.
_LONGEST_S: Final = 90 * 86400
_POLICY: Final = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


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


def _note_visit(request: HttpRequest) -> None:
    # Saving the session notes when the device was seen; every ten minutes is enough for the list of devices.
    if epoch() - request.session.get("seen_at", 0) > _SEEN_EVERY_S:
        request.session["seen_at"] = epoch()
