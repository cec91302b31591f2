"""The connection Django asks for: it holds the registered tables and runs no SQL."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import NotSupportedError, utils
from django.db.backends.base.features import BaseDatabaseFeatures
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.dummy import base as dummy
from django.db.models import Model
from django.utils.module_loading import import_string

from paypulse.dynamodb.tables import ContentTypes, ItemTable, Rows


def _no_sql(*_args: object, **_kwargs: object) -> None:
    raise ImproperlyConfigured("DynamoDB runs no SQL.")


def _nothing(*_args: object, **_kwargs: object) -> None:
    """One item's write is atomic by itself, so there is nothing to open, commit or take back."""


class _Late:
    """A function that is imported when it is called: what it belongs to may need Django."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __call__(self) -> Any:
        return import_string(self._path)()


class DatabaseFeatures(BaseDatabaseFeatures):
    supports_transactions = False
    uses_savepoints = False
    supports_foreign_keys = False
    supports_ignore_conflicts = False
    can_return_columns_from_insert = True
    can_return_rows_from_bulk_insert = True


class DatabaseOperations(BaseDatabaseOperations):
    """Values go to PynamoDB as they are: its attributes take Python's own types."""

    compiler_module = "paypulse.dynamodb.compiler"

    def quote_name(self, name: str) -> str:
        return name

    def _as_is(self, value: Any, *_args: object) -> Any:
        return value

    adapt_datefield_value = _as_is
    adapt_datetimefield_value = _as_is
    adapt_timefield_value = _as_is
    adapt_decimalfield_value = _as_is  # type: ignore[assignment]


class DatabaseWrapper(dummy.DatabaseWrapper):
    """The engine's connection. `tables` maps a Django model's lower-case label to where its rows are."""

    vendor = "dynamodb"
    display_name = "DynamoDB"
    Database = utils  # the names of the DB-API's exceptions
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
    create_cursor = _cursor = _no_sql
    ensure_connection = _commit = _set_autocommit = _nothing

    def __init__(self, settings_dict: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(settings_dict, *args, **kwargs)
        self.autocommit = True
        changes = {label.lower(): _Late(path) for label, path in settings_dict["SCANNABLE"].items()}
        self.tables: dict[str, Rows] = {
            label.lower(): ItemTable(import_string(path), changes=changes.get(label.lower()))
            for label, path in settings_dict["TABLES"].items()
        }
        self.tables["contenttypes.contenttype"] = ContentTypes()

    def table(self, model: type[Model]) -> Rows:
        """Where the rows of a Django model are. Raises NotSupportedError for a model that has no table."""
        try:
            return self.tables[model._meta.label_lower]
        except KeyError:
            raise NotSupportedError(f"{model._meta.label} has no DynamoDB table") from None
