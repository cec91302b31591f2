"""Watches every AWS call that a function (or the site) makes in any test, and holds it against its entry in functions.yaml.

An emulator in memory lets everybody do everything; on AWS a right that an entry forgot is an error in production alone. So
the tests that run a handler are made to tell which right each of its calls needs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import FrameType
from typing import Any

import yaml
from botocore.handlers import BUILTIN_HANDLERS

from lambdas.catalogue import LIST, Rights, functions, rights_of
from paypulse.core.config import Config

_SITE = "django.core.handlers.base"
# Work that one function alone does on AWS, and that tests also ask for without its handler.
_WORK = {
    ("paypulse.erasure", "erase"): "delete_user",
    ("paypulse.takeout", "make"): "export_account",
    ("invoices.ingestion", "sync"): "fetch_retail_invoices",
    ("invoices.processing", "process"): "parse_invoice",
    ("invoices.audit", "audit"): "audit_gaps",
}
_ITEM_CALLS = {
    "GetItem": "read",
    "Query": "read",
    "PutItem": "write",
    "UpdateItem": "write",
    "DeleteItem": "write",
    "Scan": "scan",
}
_OBJECT_CALLS = {
    "GetObject": ("read",),
    "GetObjectTagging": ("read",),
    "HeadObject": ("read",),
    "PutObject": ("write",),
    "CopyObject": ("read", "write"),
    "DeleteObject": ("delete",),
    "DeleteObjects": ("delete",),
    "ListObjectsV2": ("read",),
    "ListObjectVersions": ("delete",),
}
_KEY_CALLS = {"Encrypt": "encrypt", "GenerateDataKey": "encrypt", "Decrypt": "decrypt"}
_PUSH_CALLS = {
    "Publish": {"publish"},
    "CreateTopic": {"manage", "register"},
    "DeleteTopic": {"manage"},
    "ListSubscriptionsByTopic": {"manage", "register"},
    "Subscribe": {"register"},
    "Unsubscribe": {"manage", "register"},
    "CreatePlatformEndpoint": {"register"},
    "GetEndpointAttributes": {"manage", "register"},
    "SetEndpointAttributes": {"register"},
    "DeleteEndpoint": {"manage", "register"},
}

# What of the settings lies in which secret.
_SECRETS = {"secret_key": "settings", "jwt_keys": "signing"}

_missing: set[str] = set()


def watch() -> None:
    """From now on look at every call of every client that is made after this, and at every secret that is used."""
    BUILTIN_HANDLERS.append(("before-parameter-build", _look))
    for name, secret in _SECRETS.items():
        setattr(Config, name, property(partial(_used, getattr(Config, name).fget, secret)))


def taken() -> set[str]:
    """What was called without a right to it since this was last asked: "who: what"."""
    found = set(_missing)
    _missing.clear()
    return found


def _look(params: Mapping[str, Any], model: Any, **_: Any) -> None:
    who = _caller()
    if who:
        _missing.update(f"{who}: {each}" for each in _unmet(model.service_model.service_name, model.name, params, who))


def _used(read: Callable[[Config], Any], secret: str, settings: Config) -> Any:
    who = _caller()
    if who and secret not in _rights(who).secrets:
        _missing.add(f"{who}: needs the secret {secret}")
    return read(settings)


def _caller() -> str | None:
    """The function whose handler is on the stack, or "site" below Django's; None for a test's own calls."""
    frame: FrameType | None = sys._getframe(1)
    found = None
    while frame:
        module = frame.f_globals.get("__name__", "")
        if module == "lambdas.api.door" and frame.f_code.co_name == "__call__":
            return _by_route().get(frame.f_locals["event"]["routeKey"])
        if module in _by_module():
            return _by_module()[module]
        found = "site" if module == _SITE else _WORK.get((module, frame.f_code.co_name), found)
        frame = frame.f_back
    return found


@cache
def _by_module() -> dict[str, str]:
    return {each.module: each.name for each in functions()}


@cache
def _by_route() -> dict[str, str]:
    return {str(route): each.name for each in functions() for route in each.routes}


@cache
def _rights(who: str) -> Rights:
    if who == "site":
        return rights_of(yaml.safe_load(LIST.read_text(encoding="utf-8"))["site"]["rights"])
    return next(each.rights for each in functions() if each.name == who)


def _unmet(service: str, call: str, params: Mapping[str, Any], who: str) -> Iterator[str]:
    rights = _rights(who)
    for kind, name, verbs in _needs(service, call, params):
        if not verbs & _held(rights, kind, name):
            yield f"{call} needs {' or '.join(sorted(verbs))} on {kind} {name}"


def _held(rights: Rights, kind: str, name: str) -> set[str]:
    if kind == "tables":
        return set(rights.tables.get(name, rights.tables.get("*", ())))
    if kind in ("buckets", "queues"):
        return set(getattr(rights, kind).get(name, ()))
    return set({"mail": ["send"] * rights.mail, "kms": rights.kms, "push": rights.push}.get(kind, ()))


def _needs(service: str, call: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str, set[str]]]:
    """(kind, name, verbs of which one is enough) for each thing that the call touches."""
    if service == "dynamodb":
        yield from (("tables", name, verbs) for name, verbs in _rows(call, params))
    elif service == "s3":
        place = params.get("Key") or params.get("Prefix") or params["Delete"]["Objects"][0]["Key"]
        yield from (("buckets", place.split("/")[0], {verb}) for verb in _OBJECT_CALLS.get(call, ("unheard of",)))
    elif service == "sqs":
        sends = call in ("SendMessage", "SendMessageBatch", "GetQueueUrl")
        name = params.get("QueueName") or params["QueueUrl"].rpartition("/")[2]
        yield "queues", name, {"send" if sends else "unheard of"}
    elif service == "kms":
        yield "kms", "", {_KEY_CALLS.get(call, "unheard of")}
    elif service == "sns":
        yield "push", "", _PUSH_CALLS.get(call, {"unheard of"})
    else:
        yield "mail" if service == "sesv2" else service, "", {"send" if call == "SendEmail" else "unheard of"}


def _rows(call: str, params: Mapping[str, Any]) -> Iterator[tuple[str, set[str]]]:
    if call in ("TransactWriteItems", "TransactGetItems"):
        for item in params["TransactItems"]:
            ((kind, about),) = item.items()
            check = {"Get": {"read"}, "ConditionCheck": {"read", "write"}}
            yield about["TableName"], check.get(kind, {"write"})
    elif call in ("BatchGetItem", "BatchWriteItem"):
        yield from ((name, {"read" if call == "BatchGetItem" else "write"}) for name in params["RequestItems"])
    else:
        yield params["TableName"], {_ITEM_CALLS.get(call, "unheard of")}
