"""A caller of the API: requests become API Gateway events and go through the functions' own handlers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from accounts import store, tokens
from accounts.user import User
from lambdas.catalogue import Function, authorizer, functions

PASSWORD = "korvstroganoff-och-ris"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as a client sees it."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def data(self) -> Any:
        return self.body["data"]

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])


@dataclass(slots=True)
class Client:
    """Somebody's client; `token` None sends no Authorization header."""

    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, method: str, address: str, body: Any = None, **headers: str) -> Reply:
        reply = _asked(request_event(method, address, body, {**self._sent(), **_named(headers)}))
        return replace(reply, body=json.loads(reply.body) if reply.body else None)

    def _sent(self) -> dict[str, str]:
        bearer = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return {"content-type": "application/json", **bearer, **self.headers}


def text_of(method: str, address: str) -> Reply:
    """The answer to somebody without a token, its body as it was sent."""
    return _asked(request_event(method, address, None, {}))


def _asked(event: dict[str, Any]) -> Reply:
    answer = through_the_gateway(event)
    return Reply(answer["statusCode"], answer["headers"], answer["body"])


def through_the_gateway(event: dict[str, Any]) -> Any:
    """What the function behind a route answers; for one that is not public the authorizer is asked before, as API Gateway does."""
    function = function_of(event["routeKey"])
    if not function.public:
        event = {**event, "requestContext": {**event["requestContext"], "authorizer": {"lambda": _authorized(event)}}}
    return _handler(function)(event, None)


def _authorized(event: Mapping[str, Any]) -> dict[str, Any]:
    """The context that the authorizer gives, which is told neither body nor more of its own kind, and travels as JSON."""
    asked = {name: value for name, value in event.items() if name not in ("body", "isBase64Encoded")}
    answer = _handler(authorizer())({**asked, "type": "REQUEST", "identitySource": []}, None)
    assert answer["isAuthorized"] is True, "the gateway's own refusal has no envelope"
    assert all(isinstance(each, str) for each in answer["context"].values()), "AWS takes plain values alone"
    context: dict[str, Any] = json.loads(json.dumps(answer["context"]))
    return context


def request_event(method: str, address: str, body: Any, headers: Mapping[str, str]) -> dict[str, Any]:
    """The payload 2.0 event that API Gateway makes of a request."""
    parts = urlsplit(address)
    key, path = route_of(method, parts.path)
    return {
        "version": "2.0",
        "routeKey": key,
        "rawPath": parts.path,
        "rawQueryString": parts.query,
        "headers": dict(headers),
        "queryStringParameters": dict(parse_qsl(parts.query)) or None,
        "pathParameters": path or None,
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
        "isBase64Encoded": False,
        "requestContext": {"http": {"method": method, "path": parts.path, "sourceIp": "203.0.113.7"}, "routeKey": key},
    }


def route_of(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The route API Gateway chooses, the one with the fewest variables first, and the path's variables."""
    routes = [route for function in functions() for route in function.routes]
    for route in sorted(routes, key=lambda each: each.path.count("{")):
        found = _match(route.path, path)
        if route.method == method and found is not None:
            return str(route), found
    return "$default", {}


def function_of(key: str) -> Function:
    """The deployed function behind a route."""
    return next(each for each in functions() if key in map(str, each.routes))


def _handler(function: Function) -> Any:
    module, _, name = function.handler.rpartition(".")
    return getattr(import_module(module), name)


def _match(pattern: str, path: str) -> dict[str, str] | None:
    wanted, given = pattern.split("/"), path.split("/")
    if len(wanted) != len(given):
        return None
    found = {name[1:-1]: value for name, value in zip(wanted, given, strict=True) if name.startswith("{")}
    same = all(name == value or name.startswith("{") for name, value in zip(wanted, given, strict=True))
    return found if same else None


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def person(name: str) -> User:
    """One of the cast, made as the site makes people."""
    return store.create_user(email=f"{name.lower()}@example.com", name=name, password=PASSWORD)


@pytest.fixture
def alice(aws: None) -> User:
    return person("Alice")


@pytest.fixture
def bob(aws: None) -> User:
    return person("Bob")


@pytest.fixture
def nobody(aws: None) -> Client:
    return Client()


@pytest.fixture
def as_alice(alice: User) -> Client:
    return Client(tokens.issue(alice).token)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return Client(tokens.issue(bob).token)
