"""The API describes itself: its OpenAPI document, a page to read it, and an answer to every route there is not."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from lambdas.responses import ApiError, Code, failure, gateway

_FILE: Final = Path(__file__).parent / "api" / "openapi.json"
_PAGE_CSP: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"


def handler(event: Mapping[str, Any], _context: object = None) -> dict[str, Any]:
    """Answer GET /v1/openapi.json and GET /v1/docs, and refuse whatever else comes as 404 or 405."""
    match event["routeKey"]:
        case "GET /v1/openapi.json":
            return gateway(200, _text().encode(), {"cache-control": "public, max-age=300"})
        case "GET /v1/docs":
            headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": _PAGE_CSP}
            return gateway(200, _page().encode(), headers)
    return failure(_unknown(event["requestContext"]["http"]["path"]))


def _unknown(path: str) -> ApiError:
    """405 with what the path allows, as the document has it, or 404; a path in full goes before one with a variable."""
    known = next((each for each in sorted(_paths(), key=lambda each: each.count("{")) if _matches(each, path)), None)
    if known is None:
        return ApiError(404, Code.INVALID_REQUEST, "There is no such route.")
    allowed = ", ".join(method.upper() for method in _paths()[known])
    return ApiError(405, Code.INVALID_REQUEST, "Not with this method.", headers={"allow": allowed})


def _matches(known: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"{\w+}", "[^/]+", known), path) is not None


@cache
def _text() -> str:
    return _FILE.read_text(encoding="utf-8")


@cache
def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = json.loads(_text())["paths"]
    return paths


@cache
def _page() -> str:
    """The document as one plain page: every route, what it takes and what it answers."""
    routes = "".join(
        _section(f"{method.upper()} {path}", about)
        for path, methods in _paths().items()
        for method, about in methods.items()
    )
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>PayPulse API</title><h1>PayPulse API /v1</h1>{routes}'


def _section(route: str, about: Mapping[str, Any]) -> str:
    answers = "".join(
        f"<h3>{status} {html.escape(answer['description'])}</h3>{_shown(answer)}"
        for status, answer in about["responses"].items()
    )
    taken = "".join(f"<li><code>{html.escape(each['name'])}</code> ({each['in']})" for each in about["parameters"])
    body = _shown(about["requestBody"]) if "requestBody" in about else ""
    return f"<h2>{html.escape(route)}</h2><p>{html.escape(about['summary'])}</p><ul>{taken}</ul>{body}{answers}"


def _shown(holder: Mapping[str, Any]) -> str:
    media: Mapping[str, Any] = next(iter(holder.get("content", {}).values()), {})
    examples = [each["value"] for each in media.get("examples", {}).values()] or [media.get("example")]
    return "".join(
        f"<pre>{html.escape(json.dumps(each, indent=2, ensure_ascii=False))}</pre>" for each in examples if each
    )
