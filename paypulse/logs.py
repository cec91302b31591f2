"""What is written down of a request to the site: its route and who asked, never its address, which may hold a mailed link's secret."""

from __future__ import annotations

import logging
from typing import Any


class RouteFilter(logging.Filter):
    """Puts the route ("/accounts/reset/<str:token>/") in place of the address; takes the request off, and says whose it was."""

    def filter(self, record: logging.LogRecord) -> bool:
        request: Any = record.__dict__.pop("request", None)
        if request is not None and isinstance(record.args, tuple):
            match = request.resolver_match
            route = f"/{match.route}" if match else "(no such address)"
            record.args = tuple(route if each == request.path else each for each in record.args)
            record.__dict__.update(_who(request))
        return True


def _who(request: Any) -> dict[str, str]:
    from accounts.backends import source_of  # the models are not there yet when logging is set up
    from accounts.security_log import named
    from accounts.throttles import network

    # Asking for the person here would read tables, in the middle of what may be their failure.
    person = getattr(request, "_cached_user", None)
    known = {"user_id": str(person.pk)} if person is not None and person.pk else {}
    return {**known, "source": named(network(source_of(request)))}


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"route": {"()": RouteFilter}},
    "loggers": {
        "django.request": {"filters": ["route"]},
        "django.security": {"filters": ["route"]},
        "django.security.csrf": {"filters": ["route"]},
        # Zappa writes down each request with its whole address; the gateway's own access log has route and status.
        "zappa.wsgi": {"level": "WARNING"},
    },
}
