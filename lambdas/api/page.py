"""The OpenAPI document as one page to read: every route with what it takes and answers, then every type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

Schema = Mapping[str, Any]
_HEAD: Final = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>PayPulse API</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="docs.css"></head>'
)
_INTRODUCTION: Final = (
    "<h1>PayPulse API /v1</h1><p>JSON in and out, a bearer token on everything but signing up and in. "
    'The same as a document for machines: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p>'
)


def page(document: Mapping[str, Any]) -> str:
    """The whole page; its stylesheet and the document lie beside it."""
    operations = [
        (f"{method.upper()} {path}", about)
        for path, methods in document["paths"].items()
        for method, about in methods.items()
    ]
    routes = "".join(_operation(route, about) for route, about in operations)
    types = "".join(_type(name, schema) for name, schema in document["components"]["schemas"].items())
    main = f"<main>{_INTRODUCTION}{routes}<h2>Types</h2>{types}</main>"
    return f"{_HEAD}<body>{_contents(operations)}{main}</body></html>"


def _contents(operations: Iterable[tuple[str, Schema]]) -> str:
    links = "".join(f'<li><a href="#{about["operationId"]}">{escape(route)}</a></li>' for route, about in operations)
    return f'<nav aria-label="Routes"><ul>{links}</ul></nav>'


def _operation(route: str, about: Schema) -> str:
    scope = about.get("x-scope")
    needs = f"Needs the scope <code>{escape(scope)}</code>." if scope else "Open to everybody."
    answers = "".join(_answer(status, answer) for status, answer in about["responses"].items())
    return (
        f'<section id="{about["operationId"]}"><h2><code>{escape(route)}</code></h2>'
        f"<p>{escape(about['summary'])} {needs}</p>{_parameters(about['parameters'])}{_body(about)}"
        f"<h3>Answers</h3>{answers}</section>"
    )


def _parameters(listed: Iterable[Schema]) -> str:
    rows = [(each["name"], each["in"], _kind(each["schema"]), each.get("description", "")) for each in listed]
    return f"<h3>Parameters</h3>{_table(('name', 'in', 'type', ''), rows)}" if rows else ""


def _body(about: Schema) -> str:
    content = about.get("requestBody", {}).get("content", {})
    shown = "".join(
        f"<p><code>{escape(media)}</code>: {_kind(each.get('schema', {}))}</p>{_examples(each)}"
        for media, each in content.items()
    )
    return f"<h3>Body</h3>{shown}" if shown else ""


def _answer(status: str, answer: Schema) -> str:
    headers = ", ".join(f"<code>{escape(name)}</code>" for name in answer.get("headers", ()))
    sent = f"<p>Headers: {headers}</p>" if headers else ""
    shown = "".join(_examples(each) for each in answer.get("content", {}).values())
    is_open = " open" if status < "300" else ""
    return f"<details{is_open}><summary>{status} {escape(answer['description'])}</summary>{sent}{shown}</details>"


def _examples(media: Schema) -> str:
    values = [each["value"] for each in media.get("examples", {}).values()] or [media.get("example")]
    return "".join(f"<pre>{_json(each)}</pre>" for each in values if each is not None)


def _type(name: str, schema: Schema) -> str:
    required = schema.get("required", ())
    rows = [
        (field, _kind(about), "" if field in required else "may be left out")
        for field, about in schema.get("properties", {}).items()
    ]
    said = f"<p>{escape(schema['description'])}</p>" if "description" in schema else ""
    shown = _table(("member", "type", ""), rows) if rows else f"<p>{_kind(schema)}</p>"
    return f'<section id="type-{name}"><h3><code>{name}</code></h3>{said}{shown}</section>'


def _table(head: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    top = "".join(f'<th scope="col">{each}</th>' for each in head)
    body = "".join(
        f"<tr><td><code>{escape(row[0])}</code></td>{''.join(f'<td>{each}</td>' for each in row[1:])}</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _kind(schema: Schema) -> str:
    """What a value may be, in words, with a link where the type has a section of its own."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#type-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"<code>{_json(each)}</code>" for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {_kind(schema['additionalProperties'])} by name"
    return _plain(schema)


def _plain(schema: Schema) -> str:
    limits = {name: schema[name] for name in ("format", "pattern", "minimum", "maximum", "maxLength") if name in schema}
    told = ", ".join(f"{name} <code>{escape(str(value))}</code>" for name, value in limits.items())
    return escape(str(schema.get("type", "anything"))) + (f" ({told})" if told else "")


def _json(value: Any) -> str:
    return escape(json.dumps(value, indent=2, ensure_ascii=False))
