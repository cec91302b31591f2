"""The OpenAPI 3.1 document of /v1, made from the operations themselves.

`python -m lambdas.api.openapi` writes it to lambdas/api/openapi.json, which is deployed, so that serving it imports none of
the functions it describes. A test holds the file to the code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import NoneType
from typing import Any, Final

import msgspec

from lambdas.api import contract
from lambdas.api.door import FORM, Door, Operation
from lambdas.api.examples import example
from lambdas.catalogue import Function, functions
from lambdas.responses import Code

FILE: Final = Path(__file__).with_name("openapi.json")
_REFERENCE: Final = "#/components/schemas/{name}"
_FAILURES: Final = {
    400: ("The request does not fit.", Code.INVALID_REQUEST),
    401: ("Not signed in, or not with a token that holds.", Code.INVALID_TOKEN),
    403: ("The token may not do this.", Code.INVALID_TOKEN),
    404: ("There is no such thing of the caller's.", Code.INVALID_REQUEST),
    409: ("It was changed meanwhile, or exists already.", Code.INVALID_REQUEST),
    413: ("The body is too large.", Code.INVALID_REQUEST),
    415: ("The body's media type is not taken.", Code.INVALID_REQUEST),
    422: ("Well formed, but not possible.", Code.INVALID_REQUEST),
    429: ("Too many tries; see Retry-After.", Code.RATE_LIMITED),
    500: ("A fault of ours.", Code.INTERNAL_SERVER_ERROR),
    503: ("A service we need did not answer.", Code.DEPENDENCY_FAILURE),
}


def operations() -> Iterator[tuple[Function, Operation]]:
    """Every operation behind a route of functions.yaml, with its function."""
    for function in functions():
        if function.routes:
            module = import_module(function.module)
            door = getattr(module, "api", module.handler)
            if isinstance(door, Door):
                yield from ((function, operation) for operation in door.operations.values())


def document() -> dict[str, Any]:
    """The whole document, ready for JSON."""
    listed = [operation for _, operation in operations()]
    types = [each for operation in listed for each in _types(operation)]
    schemas, components = _with_numbers(
        msgspec.json.schema_components([*types, contract.Failure], ref_template=_REFERENCE)
    )
    known = {_key(each): schema for each, schema in zip([*types, contract.Failure], schemas, strict=True)}
    paths: dict[str, Any] = {}
    for operation in listed:
        method, _, path = operation.route.partition(" ")
        paths.setdefault(path, {})[method.lower()] = _described(operation, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": "PayPulse Cloud", "version": "1", "license": {"name": "MIT", "identifier": "MIT"}},
        "servers": [{"url": "/", "description": "Where this document is served from"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def written() -> str:
    """The document as the file holds it."""
    return json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _types(operation: Operation) -> Iterator[Any]:
    yield from (each for each in (operation.query, operation.body) if each not in (None, bytes))
    yield from (each for kinds in operation.returns.values() for each in kinds)


def _with_numbers(schema: Any) -> Any:
    """The schema with amounts as the numbers they are sent as; msgspec describes a Decimal as a string."""
    if isinstance(schema, Mapping):
        if schema.get("format") == "decimal":
            return {"type": "number"}
        return {name: _with_numbers(each) for name, each in schema.items()}
    return [_with_numbers(each) for each in schema] if isinstance(schema, list | tuple) else schema


def _key(kind: Any) -> str:
    return "nothing" if kind is NoneType else str(kind.__name__)


def _described(operation: Operation, known: Mapping[str, Any]) -> dict[str, Any]:
    method, _, path = operation.route.partition(" ")
    about: dict[str, Any] = {
        "operationId": re.sub(r"[^a-z0-9]+", "_", operation.route.lower()).strip("_"),
        "summary": operation.summary,
        "tags": [path.split("/")[2]],
        "parameters": [*_path_parameters(path), *_query_parameters(operation)],
        "responses": _responses(operation, known),
    }
    if operation.scope is None:
        about["security"] = []
    else:
        about["x-scope"] = operation.scope
    if operation.body is not None:
        about["requestBody"] = _request_body(operation.body, operation, known)
    if method == "POST" and operation.scope is not None:
        about["parameters"].append(_IDEMPOTENCY)
    if method == "GET":
        about["parameters"].append(_IF_NONE_MATCH)
    return about


_IDEMPOTENCY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key within a day gives the same answer, and the work is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[A-Za-z0-9_-]+$"},
}
_BYTES: Final = {"type": "string", "format": "binary"}
_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of what the client has already.",
    "schema": {"type": "string"},
}
_HEADERS: Final[dict[int, dict[str, Any]]] = {
    401: {"WWW-Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds.", "required": True, "schema": {"type": "string"}}},
    503: {"Retry-After": {"description": "Seconds.", "required": True, "schema": {"type": "string"}}},
}
_ETAG: Final = {"ETag": {"description": "Names this answer.", "required": True, "schema": {"type": "string"}}}


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", path):
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        }


def _query_parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    if operation.query is None:
        return
    _, components = msgspec.json.schema_components([operation.query], ref_template=_REFERENCE)
    for name, schema in components[operation.query.__name__]["properties"].items():
        plain = _without_null(schema)
        said = {"description": plain.pop("description")} if "description" in plain else {}
        yield {"name": name, "in": "query", "required": False, "schema": plain, **said}


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A query parameter is there or it is not: null cannot be sent."""
    kept = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    plain = {name: value for name, value in schema.items() if name != "anyOf" and value is not None}
    return {**kept[0], **plain} if kept else plain


def _request_body(body: type, operation: Operation, known: Mapping[str, Any]) -> dict[str, Any]:
    if body is bytes:
        return {"required": True, "content": {media: {"schema": _BYTES} for media in operation.media}}
    shown = {"schema": known[_key(body)], "example": example(body)}
    content = {media: _form(body) if media == FORM else shown for media in operation.media}
    return {"required": any(each.required for each in msgspec.structs.fields(body)), "content": content}


def _form(body: type) -> dict[str, Any]:
    """A form's fields: there or not, and a list as words in one field."""
    _, components = msgspec.json.schema_components([body], ref_template=_REFERENCE)
    schema = components[body.__name__]
    words = {"type": "string", "minLength": 1}
    fields = {
        name: words if each.get("type") == "array" else _without_null(each)
        for name, each in schema["properties"].items()
    }
    shown = {name: " ".join(value) if isinstance(value, list) else value for name, value in example(body).items()}
    return {"schema": {**schema, "properties": fields}, "example": shown}


def _responses(operation: Operation, known: Mapping[str, Any]) -> dict[str, Any]:
    method = operation.route.partition(" ")[0]
    found = {str(status): _success(status, kinds, known) for status, kinds in operation.returns.items()}
    if method == "GET":
        found["200"]["headers"] = _ETAG
        found["304"] = {"description": "What the client has is still so.", "headers": _ETAG}
    fails = {400, 500, 503, *operation.fails}
    fails |= {401, 403, 429} if operation.scope else set()
    fails |= {413, 415} if operation.body is not None else set()
    fails |= {409} if method == "POST" and operation.scope else set()
    return found | {str(status): _failure(status) for status in sorted(fails)}


def _success(status: int, kinds: tuple[Any, ...], known: Mapping[str, Any]) -> dict[str, Any]:
    if not kinds:
        return {"description": "Nothing there yet."}
    shapes = [known[_key(kind)] for kind in kinds]
    envelope = {
        "type": "object",
        "required": ["message", "code", "data"],
        "properties": {
            "message": {"type": "string"},
            "code": {"const": status},
            "data": shapes[0] if len(shapes) == 1 else {"anyOf": shapes},
        },
    }
    shown = {_key(kind): _shown(status, kind) for kind in kinds}
    return {"description": "Done.", "content": {"application/json": {"schema": envelope, "examples": shown}}}


def _shown(status: int, kind: Any) -> dict[str, Any]:
    return {"value": {"message": "OK", "code": status, "data": None if kind is NoneType else example(kind)}}


def _failure(status: int) -> dict[str, Any]:
    says, code = _FAILURES[status]
    shown = {"error": {"code": code, "message": says}}
    schema = {"$ref": _REFERENCE.format(name="Failure")}
    answer = {"description": says, "content": {"application/json": {"schema": schema, "example": shown}}}
    return {**answer, "headers": _HEADERS[status]} if status in _HEADERS else answer


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
