"""What the account pages have in common: who may open them, and asking for the password again before what matters."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.throttles import ThrottledError
from paypulse.core.clock import epoch
from paypulse.core.errors import ConflictError, NotFoundError

View = Callable[..., HttpResponse]
_CONFIRMED_FOR_S: Final = 15 * 60


def member(view: View) -> View:
    """A page for whoever is signed in, called with (request, user_id, ...); what is not theirs is not there."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, str(request.user.pk), *args, **kwargs)
        except NotFoundError as error:
            raise Http404 from error
        except ConflictError:
            messages.warning(request, _("It was changed in the meantime, so nothing was saved. Look again."))
            return HttpResponseRedirect(safe(request, request.headers.get("Referer", "")))

    return login_required(opened)


def confirmed(view: View) -> View:
    """A page for which the password was given in the last quarter of an hour; otherwise it is asked for first."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return asked_again(request) or view(request, *args, **kwargs)

    return opened


def asked_again(request: HttpRequest) -> HttpResponse | None:
    """The way to the page that asks a signed-in person for the password again; None where it was given a moment ago."""
    if not request.user.is_authenticated or epoch() - request.session.get("confirmed_at", 0) < _CONFIRMED_FOR_S:
        return None
    # What was posted is not kept: the page with its form is where to go on.
    place = request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "")
    return HttpResponseRedirect(f"{reverse('accounts:confirm')}?{urlencode({'next': safe(request, place)})}")


def safe(request: HttpRequest, place: str, fallback: str = "accounts:settings") -> str:
    """`place` when it is on this site, otherwise the address of the page `fallback`."""
    if place and url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure()):
        return place
    return reverse(fallback)


def please_wait(error: ThrottledError) -> str:
    """What to say to somebody who tried too often."""
    minutes = max(1, round(error.retry_after / 60))
    return _("Too many attempts. Please try again in %(minutes)s minutes.") % {"minutes": minutes}
