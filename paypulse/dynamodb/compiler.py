"""Answers Django's queries from the registered tables.

Understood: filter, exclude and Q with the lookups of `conditions` on the model's own columns, order_by, slices, values,
distinct, count, exists, Count/Min/Max (also with `filter=`), insert, update, delete. Everything else (joins, subqueries,
F(), GROUP BY, ...) raises NotSupportedError. A key or index narrows what is read; the whole condition is then checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

from django.db import NotSupportedError
from django.db.models import Count, Field, Max, Min, Model
from django.db.models.expressions import Col, Ref, Star
from django.db.models.sql import compiler
from django.db.models.sql.constants import GET_ITERATOR_CHUNK_SIZE, MULTI, SINGLE

from paypulse.dynamodb.conditions import (
    Getter,
    NothingMatches,
    equalities,
    getter,
    only_equalities,
    predicate,
)
from paypulse.dynamodb.tables import Order, Rows


class SQLCompiler(compiler.SQLCompiler):
    """SELECT: find by key, index or allowed scan, keep what matches, order, slice."""

    def __init__(self, query: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(query, *args, **kwargs)
        query.select_related = False  # a related object is one key lookup, made when it is asked for

    @property
    def _model(self) -> type[Model]:
        assert self.query.model is not None, "a subquery without a model is refused before this"
        return self.query.model

    @cached_property
    def rows(self) -> Rows:
        return self.connection.table(self._model)  # type: ignore[attr-defined, no-any-return]

    def execute_sql(  # type: ignore[override]
        self, result_type: str = MULTI, chunked_fetch: bool = False, chunk_size: int = GET_ITERATOR_CHUNK_SIZE
    ) -> Any:
        self._refuse_what_is_not_understood()
        self.setup_query()
        found = self._selected()
        if result_type == SINGLE:
            return next(iter(found), None)
        return list(found)

    def results_iter(self, results: Any = None, **_kwargs: Any) -> Iterator[Any]:  # type: ignore[override]
        return iter(self.execute_sql(MULTI) if results is None else results)

    def compile(self, node: Any) -> Any:
        return "", ()  # nothing is ever rendered as SQL

    def _refuse_what_is_not_understood(self) -> None:
        query = self.query
        if query.combinator or query.group_by or query.extra or query.distinct_fields or query.subquery:
            raise NotSupportedError("UNION, GROUP BY, extra(), DISTINCT ON and subqueries are not supported")
        if query.select_for_update:
            raise NotSupportedError("there are no row locks; save with a version condition instead")

    def _selected(self) -> Iterable[tuple[Any, ...]]:
        columns = [expression for expression, _, _ in self.select or ()]
        low, high = self.query.low_mark, self.query.high_mark
        if any(expression.contains_aggregate for expression in columns):
            measures = [self._measure(expression) for expression in columns]
            items = self._matching()
            return islice([tuple(measure(items) for measure in measures)], low, high)
        getters = [getter(expression, self._model) for expression in columns]
        if self.query.distinct:
            distinct = dict.fromkeys(tuple(get(item) for get in getters) for item in self._ordered(None))
            return islice(distinct, low, high)
        return (tuple(get(item) for get in getters) for item in islice(self._ordered(high), low, high))

    def _matching(self) -> list[Any]:
        return list(self._ordered(None, ()))

    def _ordered(self, enough: int | None, orders: Sequence[tuple[Getter, Order]] | None = None) -> Iterable[Any]:
        """The matching items in order; at most `enough` of them are read where the table already sorts them."""
        orders = self._orders() if orders is None else orders
        holds = predicate(self.query.where, self._model)
        try:
            found = self.rows.find(equalities(self.query.where), order=orders[0][1] if len(orders) == 1 else None)
        except NothingMatches:
            return []
        matching = filter(holds, found.items)
        if found.ordered:
            return islice(matching, enough)
        return _sorted(matching, orders) if orders else matching

    def _orders(self) -> list[tuple[Getter, Order]]:
        return [self._order(order) for order, _ in self._order_by_pairs()]  # type: ignore[func-returns-value, attr-defined]

    def _order(self, order: Any) -> tuple[Getter, Order]:
        if order.nulls_first or order.nulls_last:
            raise NotSupportedError("NULLS FIRST and NULLS LAST")
        column = order.expression
        while isinstance(column, Ref):
            column = column.source  # type: ignore[attr-defined]
        name = column.target.attname if isinstance(column, Col) else ""
        return getter(column, self._model), Order(name, order.descending)

    def _measure(self, expression: Any) -> Callable[[list[Any]], Any]:
        """How an aggregate is computed from the matching items."""
        condition = getattr(expression.filter, "condition", expression.filter)
        counted = predicate(condition, self._model) if condition is not None else lambda _item: True
        source = expression.get_source_expressions()[0]
        if isinstance(source, Star):
            return lambda items: sum(map(counted, items))
        value, fold = getter(source, self._model), _fold(expression)
        return lambda items: fold([v for item in items if counted(item) and (v := value(item)) is not None])

    def _prepared(self, field: Field[Any, Any], value: Any) -> Any:
        if hasattr(value, "resolve_expression"):
            raise NotSupportedError(f"{field.name} = {value!r}")
        return field.get_db_prep_save(value, self.connection)

    def _each_key(self) -> list[tuple[Any, dict[str, Any]]]:
        """The key of every matching item, and the values it must still have when it is written.

        A condition made of equalities on one key needs no read: the write itself carries it.
        """
        where, key = self.query.where, self.rows.key
        try:
            known = equalities(where)
        except NothingMatches:
            return []
        expected = {name: values[0] for name, values in known.items() if name != key and len(values) == 1}
        if len(known.get(key, ())) == 1 and only_equalities(where):
            return [(known[key][0], expected)]
        return [(getattr(item, key), expected) for item in self._matching()]


class SQLInsertCompiler(SQLCompiler, compiler.SQLInsertCompiler):
    """INSERT: one conditional put an object."""

    def execute_sql(self, returning_fields: Sequence[Field[Any, Any]] | None = None) -> Any:  # type: ignore[override]
        inserted = [self.rows.insert(self._values(instance)) for instance in self.query.objs]
        return [tuple(row[field.attname] for field in returning_fields or ()) for row in inserted]

    def _values(self, instance: Any) -> Mapping[str, Any]:
        values = {field.attname: self._prepared(field, field.pre_save(instance, True)) for field in self.query.fields}
        return {name: value for name, value in values.items() if value is not None}


class SQLUpdateCompiler(SQLCompiler, compiler.SQLUpdateCompiler):
    """UPDATE: one conditional update an item; the count is of the items that still satisfied the condition."""

    def execute_sql(self, result_type: Any = None, **_kwargs: Any) -> int:  # type: ignore[override]
        changes = {field.attname: self._prepared(field, value) for field, _, value in self.query.values}  # type: ignore[attr-defined]
        keys = self._each_key()
        return sum(self.rows.update(key, changes=changes, expected=expected) for key, expected in keys)


class SQLDeleteCompiler(SQLCompiler, compiler.SQLDeleteCompiler):
    """DELETE: one conditional delete an item."""

    def execute_sql(self, result_type: Any = None, **_kwargs: Any) -> int:  # type: ignore[override]
        return sum(self.rows.delete(key, expected=expected) for key, expected in self._each_key())


class SQLAggregateCompiler(SQLCompiler):
    """count() of a slice or of distinct rows; no other aggregate of a subquery."""

    def execute_sql(self, result_type: Any = SINGLE, **_kwargs: Any) -> Any:  # type: ignore[override]
        counts = self.query.annotation_select.values()
        if not all(isinstance(each, Count) and isinstance(each.get_source_expressions()[0], Star) for each in counts):
            raise NotSupportedError("only count() works on slices and distinct rows")
        inner = self.query.inner_query  # type: ignore[attr-defined]
        inner.subquery = False
        rows = inner.get_compiler(self.using, elide_empty=self.elide_empty).execute_sql(MULTI)  # type: ignore[attr-defined]
        return tuple(len(rows) for _ in counts)


def _fold(expression: Any) -> Callable[[list[Any]], Any]:
    if isinstance(expression, Count):
        return (lambda values: len(set(values))) if expression.distinct else len  # type: ignore[attr-defined]
    if isinstance(expression, Min):
        return lambda values: min(values, default=None)
    if isinstance(expression, Max):
        return lambda values: max(values, default=None)
    raise NotSupportedError(f"{expression!r}")


def _sorted(items: Iterable[Any], orders: Sequence[tuple[Getter, Order]]) -> list[Any]:
    found = list(items)
    for get, order in reversed(orders):
        found.sort(key=lambda item: _sort_key(get(item)), reverse=order.descending)
    return found


def _sort_key(value: Any) -> tuple[bool, Any]:
    """Missing values sort last; text sorts without regard to case."""
    if value is None:
        return True, ""
    return False, value.casefold() if isinstance(value, str) else value
