"""What every page has in common: who may open it, whole pages and fragments, and what becomes of errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.throttles import ThrottledError
from accounts.views.door import please_wait
from paypulse.core.clock import today
from paypulse.core.errors import ConflictError, NotFoundError

View = Callable[..., HttpResponse]


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
            return back(request)
        except ThrottledError as error:
            messages.warning(request, please_wait(error))
            return back(request)

    return login_required(opened)


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The page, or for htmx its main part alone, from the same template."""
    htmx = getattr(request, "htmx", None)
    partial = bool(htmx) and not htmx.history_restore_request  # type: ignore[union-attr]
    frame = "fragment.html" if partial else "base.html"
    shared = {"frame": frame, "today": here_today(request)}
    answer = render(request, template, {**shared, **(context or {})}, status=status)
    patch_vary_headers(answer, ["HX-Request", "Cookie"])
    answer["Cache-Control"] = "private, no-cache"
    return answer


def here_today(request: HttpRequest) -> Any:
    """The day it is where the person is."""
    return today(str(getattr(request.user, "time_zone", "") or "UTC"))


def posted_version(request: HttpRequest) -> int:
    """The version of the row that the posted form was made from; -1, which no row has, where it does not say."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else -1


def back(request: HttpRequest, fallback: str = "/") -> HttpResponseRedirect:
    """To the page the form says it came from, or the referring page of our own, or `fallback`."""
    for place in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if place and url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure()):
            return HttpResponseRedirect(place)
    return HttpResponseRedirect(fallback)
