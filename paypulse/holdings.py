"""Where everything that is kept of a person lies, table by table: what erasure removes and an export takes along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import accounts.tables
import invoices.tables
import vendors.tables
from paypulse.core.aws import client
from paypulse.core.config import config
from paypulse.core.tables import Table

TABLES: Final[tuple[type[Table], ...]] = (
    *accounts.tables.TABLES,
    *vendors.tables.TABLES,
    *invoices.tables.TABLES,
)
DETAILS: Final[tuple[type[Table], ...]] = tuple(invoices.tables.DETAIL_TABLES.values())
# Not found by a person's id: their own row and its claim, hashes that name nobody, what names staff only, and what is the same for everybody.
_APART: Final = frozenset(
    {"Users", "EmailClaims", "Throttles", "AdminLog", "VendorConfig", "VendorConfigVersions", "ExchangeRates"}
)
KEYED: Final[tuple[type[Table], ...]] = tuple(
    table for table in TABLES if table.Meta.table_name not in _APART and table not in DETAILS
)
_PREFIXES: Final = ("invoices", "exports")


def rows(table: type[Table], user_id: str) -> Iterable[Any]:
    """The rows of one of KEYED, by the table's own key or by an index. A table with neither is a mistake: AssertionError."""
    keys = table.specification()
    if keys.key.partition[0] == "UserID":
        return table.query(user_id, consistent_read=True)
    for name, index in keys.indexes.items():
        if index.partition[0] == "UserID":
            return next(each for each in table._indexes.values() if each.Meta.index_name == name).query(user_id)
    raise AssertionError(f"{table.__name__} has no key that leads from a person to their rows")


def details(table: type[Table], user_id: str) -> Iterable[Any]:
    """The rows of one of DETAILS, reached through the base rows."""
    base = [row.invoice_id for row in invoices.tables.RetailInvoice.query(user_id, consistent_read=True)]
    found: Iterable[Any] = table.batch_get(base, consistent_read=True) if base else ()
    return (row for row in found if row.user_id == user_id)


def versions(user_id: str) -> Iterator[Mapping[str, str]]:
    """Every version and delete marker of the person's objects, as S3's DeleteObjects wants them named."""
    pages = client("s3").get_paginator("list_object_versions")
    for prefix in _PREFIXES:
        for page in pages.paginate(Bucket=config().invoices_bucket, Prefix=f"{prefix}/{user_id}/"):
            for each in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
                yield {"Key": each["Key"], "VersionId": each["VersionId"]}
