"""One way in for every /v1 route: who calls, what was sent, the operation, and the envelope around what it gives."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec

from accounts import repeats
from accounts import store as people
from accounts.claims import Claims, Scope
from accounts.user import User
from lambdas.api import flood
from lambdas.api.identity import caller, who
from lambdas.logs import log
from lambdas.responses import Answer, ApiError, Code, body_bytes, encoded, failure, gateway
from paypulse.core.errors import NotFoundError

# API Gateway takes 10 MB and Lambda 6 MB of base64; uploads above this go through the page.
MAX_BODY_BYTES: Final = 4_400_000
FORM: Final = "application/x-www-form-urlencoded"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")


def _whole_or_exact(text: str) -> int | Decimal:
    """A JSON number that is no integer literal: 1.0 is the whole number 1, and nothing passes through a float."""
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() and abs(value) < _LARGEST else value


_LARGEST: Final = 10**40
_NOT_KEPT: Final[dict[str, Any]] = {"kept": False}
_json: Final = msgspec.json.Decoder(float_hook=_whole_or_exact)
Call = Callable[["ApiRequest"], Answer]


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request that passed the door: the caller is known, and query and body are of the operation's types."""

    path: Mapping[str, str]
    headers: Mapping[str, str]
    query: Any
    body: Any
    source_ip: str
    claims: Claims | None
    raw: bytes = b""

    @property
    def user_id(self) -> str:
        """The caller's id. Only operations without a scope are reached without one."""
        assert self.claims is not None, "an open operation asked for its caller"
        return self.claims.user_id

    def user(self) -> User:
        """The caller's own row. ApiError 401 when the person was erased since the token was looked at."""
        try:
            return people.user(self.user_id)
        except NotFoundError as error:
            raise ApiError(401, Code.USER_NOT_FOUND, "The account is gone.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One route: what it takes, the shapes its data may have at each status (none: no body), and what a token must be allowed to do.

    An answer that is `shown_once` holds a secret: it is not kept for a request that comes again under its key.
    """

    route: str
    call: Call
    summary: str
    scope: Scope | None
    query: type | None = None
    body: type | None = None
    media: tuple[str, ...] = ("application/json",)
    returns: Mapping[int, tuple[type, ...]] = field(default_factory=dict)
    fails: tuple[int, ...] = ()
    shown_once: bool = False


class Door:
    """A function's operations by route; calling it turns a payload 2.0 event into an answer."""

    def __init__(self) -> None:
        self.operations: dict[str, Operation] = {}

    def opens(self, route: str, **about: Any) -> Callable[[Call], Call]:
        """Register the decorated operation under `route` ("GET /v1/user/me"); its docstring's first line is the summary."""

        def register(call: Call) -> Call:
            summary = (call.__doc__ or "").strip().splitlines()[0]
            self.operations[route] = Operation(route=route, call=call, summary=summary, **about)
            return call

        return register

    def __call__(self, event: Mapping[str, Any], _context: object = None) -> dict[str, Any]:
        try:
            return self._answer(event)
        except ApiError as error:
            return failure(error)

    def _answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        operation = self.operations[event["routeKey"]]
        try:
            return _once(operation, _request(operation, event), event)
        except Exception as error:
            from lambdas.api.failures import as_api_error  # knows the errors of every feature, which few requests meet

            known = as_api_error(error)
            if known.status >= 500:
                log.exception("operation failed", route=operation.route, **who(event))
            raise known from error


def _once(operation: Operation, request: ApiRequest, event: Mapping[str, Any]) -> dict[str, Any]:
    """The answer; for a POST with an Idempotency-Key the one that its first time got."""
    key = request.headers.get("idempotency-key")
    if key is None or request.claims is None or not operation.route.startswith("POST "):
        return _sealed(operation.call(request), event)
    if not _KEY.fullmatch(key):
        raise ApiError(400, Code.INVALID_REQUEST, "Idempotency-Key: up to 200 letters, digits, - and _.")
    content = event.get("rawQueryString", "").encode() + b"\n" + request.raw
    once = repeats.Request(request.user_id, f"{operation.route}#{key}", content)
    kept = repeats.begin(once)
    if kept is not None:
        return _again(kept)
    try:
        answer = _sealed(operation.call(request), event)
    except Exception:
        repeats.forget(once)
        raise
    repeats.finish(once, _NOT_KEPT if operation.shown_once else answer)
    return answer


def _again(kept: dict[str, Any]) -> dict[str, Any]:
    if kept == _NOT_KEPT:
        raise ApiError(409, Code.INVALID_REQUEST, "This was done already, and its answer is shown once.")
    return kept


def _request(operation: Operation, event: Mapping[str, Any]) -> ApiRequest:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    raw = body_bytes(event)
    if len(raw) > MAX_BODY_BYTES:
        raise ApiError(413, Code.INVALID_REQUEST, f"The body may have {MAX_BODY_BYTES} bytes at the most.")
    claims = caller(event, scope=operation.scope) if operation.scope else None
    if claims:
        flood.check(claims.user_id)
    return ApiRequest(
        path=event.get("pathParameters") or {},
        headers=headers,
        query=_query(operation, event.get("queryStringParameters") or {}),
        body=_body(operation, raw, headers.get("content-type", "")),
        source_ip=event["requestContext"]["http"].get("sourceIp", ""),
        claims=claims,
        raw=raw,
    )


def _query(operation: Operation, given: Mapping[str, str]) -> Any:
    if operation.query is None:
        return None
    # msgspec would take the word for a missing value; in a query a value is missing by not being there.
    null = next((name for name, value in given.items() if value.casefold() == "null"), None)
    if null is not None:
        raise ApiError(400, Code.INVALID_REQUEST, f"Query: {null} is null; leave it out instead.")
    try:
        return msgspec.convert(given, operation.query, strict=False, str_keys=True)
    except msgspec.ValidationError as error:
        raise ApiError(400, Code.INVALID_REQUEST, f"Query: {error}") from error


def _body(operation: Operation, raw: bytes, content_type: str) -> Any:
    if operation.body is None:
        return None
    media = content_type.partition(";")[0].strip().lower()
    if (raw or operation.body is bytes) and media not in operation.media:
        raise ApiError(415, Code.INVALID_REQUEST, f"Send {' or '.join(operation.media)}.")
    if operation.body is bytes:
        return raw
    try:
        if media == FORM:
            return msgspec.convert(_form(raw), operation.body, strict=False)
        return msgspec.convert(_json.decode(raw or b"{}"), operation.body)
    except msgspec.ValidationError as error:
        missing = "missing required field" in str(error)
        raise ApiError(400, Code.MISSING_FIELDS if missing else Code.INVALID_REQUEST, str(error)) from error
    except (msgspec.DecodeError, ValueError) as error:
        raise ApiError(400, Code.INVALID_JSON, "The body cannot be read.") from error


def _form(raw: bytes) -> dict[str, Any]:
    fields = parse_qs(raw.decode(), keep_blank_values=False, max_num_fields=50)
    scopes = [scope for value in fields.pop("scope", []) for scope in value.split()]
    return {name: values[-1] for name, values in fields.items()} | ({"scope": scopes} if scopes else {})


def _sealed(answer: Answer, event: Mapping[str, Any]) -> dict[str, Any]:
    """The answer with its ETag; a reader that has the same already gets 304 and no body."""
    body = encoded(answer)
    if event["requestContext"]["http"]["method"] != "GET" or answer.status != 200:
        return gateway(answer.status, body, answer.headers)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    sent = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    headers = {**answer.headers, "etag": etag, "cache-control": "private, no-cache"}
    if _names(sent.get("if-none-match", ""), etag):
        return gateway(304, b"", headers)
    return gateway(200, body, headers)


def _names(if_none_match: str, etag: str) -> bool:
    """Whether the header names this answer: by its tag, weak or not, or by a star (RFC 9110, 13.1.2)."""
    named = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return etag in named or "*" in named
