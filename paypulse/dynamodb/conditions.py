"""What Django's WHERE trees and columns mean for one item, worked out before anything is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import NotSupportedError
from django.db.models import Model
from django.db.models.expressions import Col, Ref, Value
from django.db.models.lookups import Lookup
from django.db.models.sql.where import AND, OR, NothingNode, WhereNode

Getter = Callable[[Any], Any]
Predicate = Callable[[Any], bool]

# No "regex": an expression typed into an address bar must not run on a backtracking engine.
_LOOKUPS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "exact": lambda value, wanted: value == wanted,
    "in": lambda value, wanted: value in wanted,
    "gt": lambda value, wanted: value > wanted,
    "gte": lambda value, wanted: value >= wanted,
    "lt": lambda value, wanted: value < wanted,
    "lte": lambda value, wanted: value <= wanted,
    "range": lambda value, wanted: wanted[0] <= value <= wanted[1],
    "contains": lambda value, wanted: wanted in value,
    "startswith": lambda value, wanted: value.startswith(wanted),
    "endswith": lambda value, wanted: value.endswith(wanted),
    "iexact": lambda value, wanted: value.casefold() == wanted.casefold(),
    "icontains": lambda value, wanted: wanted.casefold() in str(value).casefold(),
    "istartswith": lambda value, wanted: value.casefold().startswith(wanted.casefold()),
    "iendswith": lambda value, wanted: value.casefold().endswith(wanted.casefold()),
}


class NothingMatches(Exception):  # noqa: N818 - an outcome, not an error
    """The condition excludes every row, so nothing need be read."""


def getter(expression: Any, model: type[Model]) -> Getter:
    """How to take the value of a column or constant from an item. Raises NotSupportedError for anything computed."""
    while isinstance(expression, Ref):
        expression = expression.source  # type: ignore[attr-defined]
    if isinstance(expression, Value):
        constant = expression.value
        return lambda _item: constant
    if isinstance(expression, Col) and expression.target.model._meta.concrete_model is model:
        name = expression.target.attname
        return lambda item: getattr(item, name)
    raise NotSupportedError(f"{expression!r} is not a column of {model._meta.label}")


def predicate(node: Any, model: type[Model]) -> Predicate:
    """Whether an item satisfies the condition. Raises NotSupportedError for what is not understood."""
    if isinstance(node, NothingNode):
        return lambda _item: False
    if isinstance(node, WhereNode):
        return _connected(node, model)
    if isinstance(node, Lookup):
        return _lookup(node, model)
    raise NotSupportedError(f"{node!r}")


def _connected(node: WhereNode, model: type[Model]) -> Predicate:
    if node.connector not in (AND, OR):
        raise NotSupportedError(f"{node.connector} between conditions")
    parts = [predicate(child, model) for child in node.children]
    together, negated = (all if node.connector == AND else any), node.negated
    return lambda item: together(part(item) for part in parts) != negated


def _lookup(node: Lookup[Any], model: type[Model]) -> Predicate:
    value, wanted = getter(node.lhs, model), node.rhs
    if hasattr(wanted, "resolve_expression"):
        raise NotSupportedError(f"{node.lookup_name} of another column or query")
    if node.lookup_name == "in":
        wanted = frozenset(wanted)  # a filter may name thousands
    if node.lookup_name == "isnull":
        return lambda item: (value(item) is None) == wanted
    holds = _LOOKUPS.get(str(node.lookup_name))
    if holds is None:
        raise NotSupportedError(f"lookup {node.lookup_name!r}")
    return lambda item: (found := value(item)) is not None and holds(found, wanted)


def equalities(node: Any) -> dict[str, list[Any]]:
    """{attribute: values} that every match must have: what a key or an index can be asked for.

    Raises NothingMatches for a condition that no row satisfies.
    """
    if isinstance(node, NothingNode):
        raise NothingMatches
    if isinstance(node, Lookup):
        return _equality(node)
    found: dict[str, list[Any]] = {}
    if isinstance(node, WhereNode) and node.connector == AND and not node.negated:
        for name, values in (each for child in node.children for each in equalities(child).items()):
            found[name] = [value for value in found.get(name, values) if value in values]
    if not all(found.values()):
        raise NothingMatches  # two conditions on one attribute that no value satisfies
    return found


def _equality(node: Lookup[Any]) -> dict[str, list[Any]]:
    if not isinstance(node.lhs, Col):
        return {}
    if node.lookup_name == "exact":
        return {node.lhs.target.attname: [node.rhs]}
    if node.lookup_name == "in" and not hasattr(node.rhs, "resolve_expression"):
        return {node.lhs.target.attname: list(dict.fromkeys(node.rhs))}
    return {}


def only_equalities(node: Any) -> bool:
    """Whether the condition is nothing but single values joined by AND, so that a conditional write can carry all of it."""
    if isinstance(node, WhereNode):
        plain = node.connector == AND and not node.negated
        return plain and all(only_equalities(child) for child in node.children)
    if not isinstance(node, Lookup) or not isinstance(node.lhs, Col):
        return False
    return node.lookup_name == "exact" or (node.lookup_name == "in" and len(node.rhs) == 1)
