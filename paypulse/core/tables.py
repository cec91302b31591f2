"""What every DynamoDB table of ours is made of: a PynamoDB model that also says how its table is to be created."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from pynamodb.attributes import Attribute, TTLAttribute
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.constants import NUMBER, STRING
from pynamodb.models import Model

from paypulse.core.config import config
from paypulse.core.money import exact


class MoneyAttribute(Attribute[Decimal]):
    """An exact decimal stored as a DynamoDB number, never passing through a float.

    It is spelled without trailing zeros, as DynamoDB gives it back, so that a row read and a row made anew compare equal.
    """

    attr_type = NUMBER

    def serialize(self, value: Decimal) -> str:
        if not isinstance(value, Decimal):
            raise TypeError(f"{self.attr_name}: money is a Decimal, not {type(value).__name__}")
        return format(exact(str(value)).normalize(), "f")

    def deserialize(self, value: str) -> Decimal:
        return Decimal(value)


class PackedAttribute(Attribute[Any]):
    """What JSON can say, kept as a compressed text: each KB of a row costs again in every index that holds it."""

    attr_type = STRING

    def serialize(self, value: Any) -> str:
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return b64encode(zlib.compress(plain, 9)).decode("ascii")

    def deserialize(self, value: str) -> Any:
        return json.loads(zlib.decompress(b64decode(value)))


@dataclass(frozen=True, slots=True)
class KeySpec:
    """A partition key and perhaps a sort key, with their DynamoDB types ("S" or "N")."""

    partition: tuple[str, str]
    sort: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """How a table is created; what Terraform declares must equal it."""

    name: str
    key: KeySpec
    indexes: Mapping[str, KeySpec]
    provisioned: tuple[int, int] | None
    stream: bool
    point_in_time_recovery: bool
    ttl_attribute: str | None


class Table(Model):
    """A table. Subclasses give `Meta` (deriving from Table.Settings) with `table_name` and what differs from on-demand.

    All tables share one connection: PynamoDB would make a client for each model, 0.2 s apiece.
    """

    point_in_time_recovery: ClassVar[bool] = False

    class Settings:
        region = config().region
        billing_mode = "PAY_PER_REQUEST"
        connect_timeout_seconds = 3
        read_timeout_seconds = 10
        max_retry_attempts = 4

    @classmethod
    def _get_connection(cls) -> TableConnection:
        fresh = cls._connection is None
        connection = super()._get_connection()
        if fresh:
            _share(connection)
        return connection

    @classmethod
    def specification(cls) -> TableSpec:
        """How this table is created: keys, indexes, billing, stream, recovery and expiry."""
        schema = cls._get_schema()
        types = {each["AttributeName"]: each["AttributeType"] for each in schema["attribute_definitions"]}
        provisioned = getattr(cls.Meta, "billing_mode", None) == "PROVISIONED"
        expiry = [a.attr_name for a in cls.get_attributes().values() if isinstance(a, TTLAttribute)]
        return TableSpec(
            name=cls.Meta.table_name,
            key=_key(schema["key_schema"], types),
            indexes={
                each["index_name"]: _key(each["key_schema"], types) for each in schema["global_secondary_indexes"]
            },
            provisioned=_capacity(cls) if provisioned else None,
            stream=hasattr(cls.Meta, "stream_view_type"),
            point_in_time_recovery=cls.point_in_time_recovery,
            ttl_attribute=expiry[0] if expiry else None,
        )


def read_together(wanted: Mapping[type[Table], Sequence[Mapping[str, Any]]]) -> list[Table]:
    """The rows of these keys, of several tables, in one consistent call; PynamoDB's own batch read knows one table only."""
    models = {model.Meta.table_name: model for model in wanted}
    request: dict[str, Any] = {
        "RequestItems": {
            model.Meta.table_name: {"Keys": list(keys), "ConsistentRead": True} for model, keys in wanted.items()
        }
    }
    found: list[Table] = []
    while request["RequestItems"]:
        answer = next(iter(wanted))._get_connection().connection.dispatch("BatchGetItem", request)
        found += [models[name].from_raw_data(item) for name, items in answer["Responses"].items() for item in items]
        request = {"RequestItems": answer.get("UnprocessedKeys", {})}
    return found


_shared: list[Connection] = []


def _share(connection: TableConnection) -> None:
    if not _shared:
        _shared.append(connection.connection)
        return
    own = connection.connection
    _shared[0].add_meta_table(own.get_meta_table(connection.table_name))
    connection.connection = _shared[0]


def _capacity(table: type[Table]) -> tuple[int, int]:
    read, write = table.Meta.read_capacity_units, table.Meta.write_capacity_units
    assert read is not None and write is not None, f"{table.__name__} is provisioned but names no capacity"
    return read, write


def _key(schema: Sequence[Mapping[str, Any]], types: Mapping[str, str]) -> KeySpec:
    names = {each["KeyType"]: each["AttributeName"] for each in schema}
    sort = names.get("RANGE")
    return KeySpec((names["HASH"], types[names["HASH"]]), (sort, types[sort]) if sort else None)
