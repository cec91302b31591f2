"""Where rows are: finding, inserting, updating and deleting the items of one PynamoDB model."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import chain
from operator import and_
from secrets import randbits
from typing import Any, Final, Protocol

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, NotSupportedError
from django.db.models import Model as DjangoModel
from pynamodb.attributes import Attribute
from pynamodb.exceptions import DoesNotExist, PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import Index
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from paypulse.core.clock import now

Known = Mapping[str, Sequence[Any]]
# A value that no other change has, and the key of what was written.
Change = tuple[Any, Any]
_Stored = Mapping[Any, Mapping[str, Any]]

_NULL = {"NULL": True}
# For what was written by no door of ours, and so left no mark.
_KEPT_S: Final = 60.0
_memory: ContextVar[dict[type[Model], list[Any]] | None] = ContextVar("remembered_scans", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Scan a table at most once inside the block. For pages that only show: a write in the block would not be seen."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


@dataclass(frozen=True, slots=True)
class Order:
    """A wish to have the items in the order of one attribute."""

    attribute: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Items that may match, read as they are asked for; `ordered` when they already come in the wished order."""

    items: Iterable[Any]
    ordered: bool = False


class Rows(Protocol):
    """What a query needs of a table."""

    @property
    def key(self) -> str: ...
    @property
    def attributes(self) -> Iterable[str]: ...
    def find(self, known: Known, *, order: Order | None = None) -> Found: ...
    def insert(self, values: Mapping[str, Any]) -> Mapping[str, Any]: ...
    def update(self, key: Any, *, changes: Mapping[str, Any], expected: Mapping[str, Any]) -> bool: ...
    def delete(self, key: Any, *, expected: Mapping[str, Any]) -> bool: ...


class _Item:
    """An item of a scan: a value is made of what is stored when it is asked for, since most rows are only passed over."""

    def __init__(self, attributes: Mapping[str, Attribute[Any]], stored: Mapping[str, Any]) -> None:
        self._attributes = attributes
        self._stored = stored

    def __getattr__(self, name: str) -> Any:
        attribute = self._attributes[name]
        stored = self._stored.get(attribute.attr_name, _NULL)
        if stored == _NULL:
            value = attribute.default() if callable(attribute.default) else attribute.default
        else:
            value = _value(attribute, stored)
        self.__dict__[name] = value
        return value


def _value(attribute: Attribute[Any], stored: dict[str, Any]) -> Any:
    """What is stored, None where it is not of the attribute's kind: one spoilt item must not take the whole list away."""
    try:
        return attribute.deserialize(attribute.get_value(stored))
    except (TypeError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class _Scan:
    """What a scan gave by key, the latest change that is in it, and when it was made."""

    items: _Stored = field(default_factory=dict)
    change: Any = None
    at: float = 0.0

    def missed(self, changes: Sequence[Change]) -> set[Any] | None:
        """The keys that were written since; None when that is not known."""
        known = [mark for mark, _ in changes]
        if self.change not in known or time.monotonic() - self.at >= _KEPT_S:
            return None
        return {key for _, key in changes[known.index(self.change) + 1 :]}


class ItemTable:
    """The items of one PynamoDB model with a simple (partition only) key.

    It may be scanned when it has `changes`: a function that gives what was written last, oldest first, each with a value of
    its own and the item's key; nothing when that is not known.
    """

    def __init__(self, item_class: type[Model], *, changes: Callable[[], Sequence[Change]] | None = None) -> None:
        self.item_class = item_class
        self._changes = changes
        self._kept = _Scan()
        self.attributes: Mapping[str, Attribute[Any]] = item_class.get_attributes()
        self.key = _partition(self.attributes)
        if any(attribute.is_range_key for attribute in self.attributes.values()):
            raise ImproperlyConfigured(f"{item_class.__name__} has a sort key; Django knows rows by one value")
        self._indexes = {_partition(index.Meta.attributes): index for index in _whole_indexes(item_class)}

    def find(self, known: Known, *, order: Order | None = None) -> Found:
        """Items that may match; `known` maps an attribute to the only values it may have.

        What a `remembered` block has read comes first, then the key (strongly consistent), then an index that holds whole
        items, then a scan if this table may be scanned. Raises NotSupportedError otherwise.
        """
        memory = _memory.get() or {}
        if self.item_class in memory:
            return Found(memory[self.item_class])
        if self.key in known:
            return Found(self._by_key(_possible(known[self.key])))
        for attribute, index in self._indexes.items():
            if attribute in known:
                return _by_index(index, _possible(known[attribute]), order=order)
        if self._changes:
            return Found(self._all())
        raise NotSupportedError(f"no key or index of {self.item_class.__name__} answers this, and it is never scanned")

    def _all(self) -> Iterable[Any]:
        memory = _memory.get()
        if memory is None:
            return self._scan()
        if self.item_class not in memory:
            memory[self.item_class] = self._scan()
        return memory[self.item_class]

    def _scan(self) -> list[Any]:
        """All items, as they are now. The changes are read first: what is written meanwhile is then read once more."""
        changes = self._changes() if self._changes else ()
        latest = changes[-1][0] if changes else None
        kept = self._kept  # another thread may put its own there meanwhile
        missed = kept.missed(changes)
        if missed is None:
            kept = _Scan(self._stored(), latest, time.monotonic())
        elif missed:
            kept = replace(kept, items=self._renewed(kept.items, missed), change=latest)
        self._kept = kept
        return [_Item(self.attributes, stored) for stored in kept.items.values()]

    def _stored(self) -> _Stored:
        connection = self.item_class._get_connection()
        scan = ResultIterator[Mapping[str, Any]](connection.scan, (), {"consistent_read": True})
        key = self.attributes[self.key]
        return {_value(key, dict(stored[key.attr_name])): stored for stored in scan}

    def _renewed(self, kept: _Stored, keys: Iterable[Any]) -> _Stored:
        """What is kept, with the items of these keys as they are now."""
        get = self.item_class._get_connection().get_item
        renewed = {key: get(key, consistent_read=True).get("Item") for key in keys}
        return {key: stored for key, stored in {**kept, **renewed}.items() if stored}

    def _by_key(self, keys: Sequence[Any]) -> Iterator[Any]:
        if not keys:
            return
        if len(keys) > 1:
            yield from self.item_class.batch_get(list(keys), consistent_read=True)
            return
        try:
            yield self.item_class.get(keys[0], consistent_read=True)
        except DoesNotExist:
            return

    def insert(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write a new item and return its values. Raises IntegrityError when the key is taken.

        A key that Django leaves to the database is made here: milliseconds and 20 random bits, so it sorts by time.
        """
        self._kept = _Scan()
        row = {self.key: int(now().timestamp() * 1000) << 20 | randbits(20), **values}
        item = self.item_class(**{name: value for name, value in row.items() if value is not None})
        if not _holds(lambda: item.save(self.attributes[self.key].does_not_exist())):
            raise IntegrityError(f"{self.key} {row[self.key]!r} already exists")
        return row

    def update(self, key: Any, *, changes: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
        """Change an item in place if it exists and still has the `expected` values; returns whether it did."""
        self._kept = _Scan()
        actions = [self._action(name, value) for name, value in changes.items()]
        return _holds(lambda: self.item_class(key).update(actions, condition=self._condition(expected)))

    def delete(self, key: Any, *, expected: Mapping[str, Any]) -> bool:
        """Delete an item if it exists and still has the `expected` values; returns whether it did."""
        self._kept = _Scan()
        return _holds(lambda: self.item_class(key).delete(self._condition(expected)))

    def _action(self, name: str, value: Any) -> Any:
        attribute = self.attributes[name]
        return attribute.remove() if value is None else attribute.set(value)

    def _condition(self, expected: Mapping[str, Any]) -> Condition:
        same = [self.attributes[name] == value for name, value in expected.items()]
        return reduce(and_, same, self.attributes[self.key].exists())


class ContentTypes:
    """django.contrib.contenttypes without a table: a row for each installed model, its id made from its label."""

    key = "id"
    attributes = ("id", "app_label", "model")

    @dataclass(frozen=True, slots=True)
    class Row:
        id: int
        app_label: str
        model: str

    def find(self, known: Known, *, order: Order | None = None) -> Found:
        return Found(self._row(model) for model in apps.get_models())

    def _row(self, model: type[DjangoModel]) -> ContentTypes.Row:
        meta = model._meta
        return self.Row(zlib.crc32(meta.label_lower.encode()), meta.app_label, str(meta.model_name))

    def insert(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        raise NotSupportedError("content types follow the installed models")

    def update(self, key: Any, *, changes: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
        raise NotSupportedError("content types follow the installed models")

    def delete(self, key: Any, *, expected: Mapping[str, Any]) -> bool:
        raise NotSupportedError("content types follow the installed models")


def _possible(values: Sequence[Any]) -> list[Any]:
    """The values that a key can have: DynamoDB keeps no empty one, and refuses to be asked for it."""
    return [value for value in values if value not in ("", None)]


def _by_index(index: Index[Any], values: Sequence[Any], *, order: Order | None) -> Found:
    ordered = order is not None and len(values) == 1 and _range(index.Meta.attributes) == order.attribute
    forward = not (ordered and order is not None and order.descending)
    return Found(chain.from_iterable(index.query(value, scan_index_forward=forward) for value in values), ordered)


def _whole_indexes(item_class: type[Model]) -> Iterator[Index[Any]]:
    for index in item_class._indexes.values():
        if index.Meta.projection.projection_type == "ALL":
            yield index


def _partition(attributes: Mapping[str, Attribute[Any]]) -> str:
    return next(name for name, attribute in attributes.items() if attribute.is_hash_key)


def _range(attributes: Mapping[str, Attribute[Any]]) -> str | None:
    return next((name for name, attribute in attributes.items() if attribute.is_range_key), None)


def _holds(write: Any) -> bool:
    try:
        write()
    except PynamoDBException as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True
