"""The typed reading of functions.yaml, the one list of functions that Terraform, the bundle, the sandbox and the tests share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from paypulse.core.errors import PayPulseError

LIST = Path(__file__).with_name("functions.yaml")
_ROOT = Path(__file__).parent.parent


class CatalogueError(PayPulseError):
    """functions.yaml says something that nobody understands; the message names the function."""


class Package(StrEnum):
    """How a function is deployed."""

    ZIP = "zip"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Route:
    """A route of the HTTP API, such as GET /v1/user/me, or $default, which has no path."""

    method: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """An EventBridge Scheduler expression (UTC) under a name of its own."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFeed:
    """A queue whose messages start the function. What keeps failing lands in `dead_letters`."""

    name: str
    batch_size: int = 1

    @property
    def dead_letters(self) -> str:
        return f"{self.name}-dlq"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFeed:
    """A table whose changes start the function, and which of them ("INSERT", "MODIFY", "REMOVE").

    Changes are gathered for `window_s` seconds, unless there are `batch_size` of them before.
    """

    table: str
    events: tuple[str, ...]
    batch_size: int
    window_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectTrigger:
    """Which new objects of the invoices bucket start the function."""

    prefix: str
    suffix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """All a function may touch: {name: (verb, ...)} for tables ("*" is every table), buckets and queues; the secrets it reads when it starts."""

    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    buckets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    queues: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kms: tuple[str, ...] = ()
    mail: bool = False
    push: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function: what starts it, how large it is, and its rights."""

    name: str
    does: str
    module: str
    package: Package
    memory_mb: int
    timeout_s: int
    public: bool = False
    authorizes: bool = False
    routes: tuple[Route, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    queues: tuple[QueueFeed, ...] = ()
    streams: tuple[StreamFeed, ...] = ()
    objects: tuple[ObjectTrigger, ...] = ()
    rights: Rights = field(default_factory=Rights)

    @property
    def handler(self) -> str:
        """What Lambda calls."""
        return f"{self.module}.handler"

    @property
    def source(self) -> Path:
        """The module's file, whether or not it is there."""
        return _ROOT.joinpath(*self.module.split(".")).with_suffix(".py")


@cache
def functions(path: Path = LIST) -> tuple[Function, ...]:
    """Every function of the list, in its order. Raises CatalogueError naming the entry that is wrong."""
    listed = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(_function(name, {**listed["defaults"], **entry}) for name, entry in listed["functions"].items())


def authorizer() -> Function:
    """The function that the gateway asks who is calling, before every route that is not public."""
    (found,) = (each for each in functions() if each.authorizes)
    return found


def queues() -> tuple[QueueFeed, ...]:
    """Every queue that feeds a function, once, in the list's order."""
    return tuple(dict.fromkeys(queue for function in functions() for queue in function.queues))


def _function(name: str, entry: Mapping[str, Any]) -> Function:
    try:
        return Function(
            **{
                "module": f"lambdas.{name}",
                **entry,
                "name": name,
                "package": Package(entry["package"]),
                "routes": tuple(Route(*route.split(" ", 1)) for route in entry.get("routes", ())),
                "schedules": tuple(Schedule(**each) for each in entry.get("schedules", ())),
                "queues": tuple(QueueFeed(**each) for each in entry.get("queues", ())),
                "streams": tuple(_stream(each) for each in entry.get("streams", ())),
                "objects": tuple(ObjectTrigger(**each) for each in entry.get("objects", ())),
                "rights": rights_of(entry.get("rights", {})),
            }
        )
    except (TypeError, KeyError, ValueError) as error:
        raise CatalogueError(f"functions.yaml: {name}: {error}") from error


def _stream(entry: Mapping[str, Any]) -> StreamFeed:
    return StreamFeed(**{**entry, "events": tuple(entry["events"])})


def rights_of(entry: Mapping[str, Any]) -> Rights:
    """The rights that a `rights` entry of the list names."""
    verbs = {kind: _verbs(entry[kind]) for kind in ("tables", "buckets", "queues") if kind in entry}
    lists = {kind: tuple(entry.get(kind, ())) for kind in ("kms", "push", "secrets")}
    return Rights(**{**entry, **verbs, **lists})


def _verbs(rights: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(verbs) for name, verbs in rights.items()}
