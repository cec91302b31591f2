"""What is written down of a request to the site: its route, never its address, which may hold a mailed link or a feed's secret."""

from __future__ import annotations

import logging
from typing import Any


class RouteFilter(logging.Filter):
    """Puts the route ("/accounts/reset/<str:token>/") in place of the address, and takes the request off the record."""

    def filter(self, record: logging.LogRecord) -> bool:
        request: Any = record.__dict__.pop("request", None)
        if request is not None and isinstance(record.args, tuple):
            match = request.resolver_match
            route = f"/{match.route}" if match else "(no such address)"
            record.args = tuple(route if each == request.path else each for each in record.args)
        return True


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
