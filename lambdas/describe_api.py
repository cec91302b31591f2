"""The API describes itself: its OpenAPI document, a page to read it, and an answer to every route there is not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from lambdas.api.page import page
from lambdas.responses import ApiError, Code, failure, gateway

_FOLDER: Final = Path(__file__).parent / "api"
_PAGE_CSP: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_KEPT: Final = {"cache-control": "public, max-age=300"}
# What this function answers itself stands in no document.
_OWN: Final = ("/v1/openapi.json", "/v1/docs", "/v1/docs.css")


def handler(event: Mapping[str, Any], _context: object = None) -> dict[str, Any]:
    """Answer with the document, the page or its stylesheet, and refuse whatever else comes as 404 or 405."""
    match event["routeKey"]:
        case "GET /v1/openapi.json":
            return gateway(200, _text("openapi.json").encode(), _KEPT)
        case "GET /v1/docs":
            headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": _PAGE_CSP}
            return gateway(200, _page().encode(), {**_KEPT, **headers})
        case "GET /v1/docs.css":
            return gateway(200, _text("docs.css").encode(), {**_KEPT, "content-type": "text/css; charset=utf-8"})
    return failure(_unknown(event["requestContext"]["http"]["path"]))


def _unknown(path: str) -> ApiError:
    """405 with what the path allows, as the document has it, or 404; a path in full goes before one with a variable."""
    known = next((each for each in sorted(_methods(), key=lambda each: each.count("{")) if _matches(each, path)), None)
    if known is None:
        return ApiError(404, Code.INVALID_REQUEST, "There is no such route.")
    return ApiError(405, Code.INVALID_REQUEST, "Not with this method.", headers={"allow": ", ".join(_methods()[known])})


def _matches(known: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"{\w+}", "[^/]+", known), path) is not None


@cache
def _methods() -> Mapping[str, tuple[str, ...]]:
    paths = _document()["paths"]
    return {path: tuple(method.upper() for method in methods) for path, methods in paths.items()} | dict.fromkeys(
        _OWN, ("GET",)
    )


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_text("openapi.json"))
    return document


@cache
def _page() -> str:
    return page(_document())


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
