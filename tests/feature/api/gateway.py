"""The HTTP API without a network: a WSGI application that hands each request to its function, as API Gateway would."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from tests.feature.api.conftest import route_of, through_the_gateway


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request."""
    event = _event(environ)
    answer = through_the_gateway(event)
    status = answer["statusCode"]
    start_response(f"{status} {HTTPStatus(status).phrase}", list(answer["headers"].items()))
    return [answer["body"].encode()]


def _event(environ: dict[str, Any]) -> dict[str, Any]:
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    key, found = route_of(method, path)
    length = int(environ.get("CONTENT_LENGTH") or 0)
    raw = environ["wsgi.input"].read(length)
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    return {
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "headers": headers,
        "queryStringParameters": _query(environ.get("QUERY_STRING", "")) or None,
        "pathParameters": found or None,
        "body": base64.b64encode(raw).decode() if raw else None,
        "isBase64Encoded": bool(raw),
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "203.0.113.7"}, "routeKey": key},
    }


def _query(text: str) -> dict[str, str]:
    """The parameters by name; several of one name are joined by commas, as API Gateway does."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        found[name] = f"{found[name]},{value}" if name in found else value
    return found
