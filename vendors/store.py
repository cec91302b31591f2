"""Vendor rows and their versions: every read and write of VendorConfig and VendorConfigVersions.

Access patterns
- all rows: scan of VendorConfig (some thousand small items at most; the one table that is scanned)
- one row: VendorConfig[vendor_id], consistent
- a row's history: VendorConfigVersions[vendor_id], newest first
- what has changed about a vendor's documents: an update of the row's `drift` alone, which is no change of the row
- which rows were written last: VendorConfigVersions["*", 0], consistent; after each write its row is put at the end there,
  on the condition that nobody else has put one there meanwhile
- a change: one transaction of the row, on the condition that its version is still the one that was read, and of the
  version that it becomes
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.pagination import ResultIterator
from pynamodb.transactions import TransactWrite

from paypulse.core.categories import Category
from paypulse.core.clock import now
from paypulse.core.errors import ConflictError
from vendors import tables
from vendors.vendor import InvalidRowError, State, Vendor, content, from_content

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Version:
    """A row as it was after one change; `vendor` is None when the change was its deletion."""

    vendor_id: str
    number: int
    vendor: Vendor | None
    changed_at: datetime
    changed_by: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row with what the table knows about it: when it was made, who changed it last, and which shipped row it came from.

    `fetched_since` is when its mails began to be fetched as they are now: in this state, by these senders and subjects.
    """

    vendor: Vendor
    created_at: datetime
    updated_at: datetime
    updated_by: str
    catalogue_hash: str | None
    drift: Mapping[str, Any]
    fetched_since: datetime | None


def rows() -> tuple[Row, ...]:
    """Every row with its metadata, by name. One that cannot be read is logged and left out: the admin shows it as a problem."""
    scan = tables.VendorConfig._get_connection().scan
    found: Iterator[Row | None] = ResultIterator(scan, (), {"consistent_read": True}, map_fn=_readable)
    readable = filter(None, found)
    return tuple(sorted(readable, key=lambda row: (row.vendor.vendor_name.casefold(), row.vendor.vendor_id)))


def active(category: Category | None = None, *, shadow: bool = False) -> tuple[Vendor, ...]:
    """The rows whose mails are fetched, of one category or both, by name; with `shadow` also those that are only watched."""
    return tuple(row.vendor for row in fetched(category) if shadow or row.vendor.active)


def fetched(category: Category | None = None) -> tuple[Row, ...]:
    """The rows whose mails are fetched, to publish or only to watch them, of one category or both, by name."""
    return tuple(
        row for row in rows() if row.vendor.state in _FETCHED and category in (None, row.vendor.invoice_category)
    )


def vendor(vendor_id: str) -> Vendor | None:
    """One row, or None."""
    found = row(vendor_id)
    return found.vendor if found else None


def row(vendor_id: str) -> Row | None:
    """One row with its metadata, or None."""
    try:
        return _row(tables.VendorConfig.get(vendor_id, consistent_read=True))
    except DoesNotExist:
        return None


def save(
    vendor: Vendor, *, by: str, expected_version: int | None, note: str | None = None, catalogue_hash: str | None = None
) -> Vendor:
    """Write the row and its version, and return it with its new version number.

    `expected_version` is the version that was read, None for a new row. `catalogue_hash` marks what the catalogue wrote;
    a person's change keeps the mark it finds. Raises ConflictError when the row is not as expected.
    """
    before = _before(vendor.vendor_id)
    number = expected_version + 1 if expected_version is not None else _next_number(vendor.vendor_id)
    saved, at = replace(vendor, version=number), now()
    mark = catalogue_hash or (before.catalogue_hash if before else None)
    item = tables.VendorConfig(
        **_attributes(saved),
        catalogue_hash=mark,
        drift=dict(before.drift) if before and before.drift else None,
        fetched_since=_fetched_since(before, saved, at),
        created_at=before.created_at if before else at,
        updated_at=at,
        updated_by=by,
    )
    with _guarded(vendor.vendor_id) as write:
        write.save(item, condition=_still(expected_version))
        write.save(_version(saved.vendor_id, number, content(saved), at, by, note), condition=_unwritten())
    return saved


def latest_changes() -> tuple[tuple[str, str], ...]:
    """What was written last, oldest first: a value that no other change has, and the row's id; empty when that is not known.

    A write that died on the way may lack.
    """
    return _changes_in(_latest_changes())


def _latest_changes() -> tables.VendorConfigVersion | None:
    try:
        return tables.VendorConfigVersion.get(*_LATEST, consistent_read=True)
    except DoesNotExist:
        return None


def _changes_in(item: tables.VendorConfigVersion | None) -> tuple[tuple[str, str], ...]:
    return tuple((mark, vendor_id) for mark, vendor_id in item.content.get("latest", ())) if item else ()


def _note_change(vendor_id: str) -> None:
    """Put the row at the end of the latest changes; where many do so at once, each comes after the one that was quicker."""
    for _ in range(_CHANGES_AT_ONCE):
        before, mark = _latest_changes(), uuid4().hex
        latest = [*_changes_in(before), (mark, vendor_id)][-_CHANGES_KEPT:]
        note = tables.VendorConfigVersion.note
        still = note == before.note if before else _unwritten()
        with suppress(PutError):
            _version(*_LATEST, {"latest": latest}, now(), "store", mark).save(still)
            return
    _log.warning("the latest changes are not noted", extra={"vendor_id": vendor_id})


def _before(vendor_id: str) -> Row | None:
    """The row as it is stored; None also for one that cannot be read, whose mails are then searched for anew."""
    try:
        return row(vendor_id)
    except _UNREADABLE:
        return None


def delete(vendor_id: str, *, by: str, expected_version: int) -> None:
    """Delete the row; its versions stay, the last of them saying who deleted it. Raises ConflictError as `save` does."""
    with _guarded(vendor_id) as write:
        write.delete(tables.VendorConfig(vendor_id), condition=_still(expected_version))
        write.save(_version(vendor_id, expected_version + 1, {}, now(), by, "deleted"), condition=_unwritten())


def versions(vendor_id: str, *, limit: int | None = None) -> tuple[Version, ...]:
    """The row's versions, newest first, all or so many; empty when there never was such a row."""
    items = tables.VendorConfigVersion.query(vendor_id, scan_index_forward=False, consistent_read=True, limit=limit)
    return tuple(map(_version_of, items))


def version(vendor_id: str, number: int) -> Version | None:
    """One version of the row, or None."""
    try:
        return _version_of(tables.VendorConfigVersion.get(vendor_id, number, consistent_read=True))
    except DoesNotExist:
        return None


def note_drift(vendor_id: str, signs: Sequence[Mapping[str, Any]], *, digest: str) -> None:
    """Keep on the row what has changed about its documents. The same signs again keep their date and acknowledgement."""
    found = row(vendor_id)
    if found is None or found.drift.get("digest", "") == (digest if signs else ""):
        return
    noted = {"signs": list(signs), "digest": digest, "since": now().isoformat(), "acknowledged": None}
    _set_drift(vendor_id, noted if signs else None)


def acknowledge_drift(vendor_id: str, *, by: str) -> None:
    """Say that somebody has looked at what has changed; it is raised again only when it changes further."""
    found = row(vendor_id)
    if found and found.drift:
        _set_drift(vendor_id, {**found.drift, "acknowledged": by})


def _set_drift(vendor_id: str, noted: Mapping[str, Any] | None) -> None:
    drift = tables.VendorConfig.drift
    action = drift.remove() if noted is None else drift.set(noted)
    with suppress(UpdateError):  # the row was deleted meanwhile
        tables.VendorConfig(vendor_id).update([action], condition=tables.VendorConfig.vendor_id.exists())
    _note_change(vendor_id)


def _fetched_since(before: Row | None, saved: Vendor, at: datetime) -> datetime | None:
    """Since when the saved row's mails are fetched as it says: `at`, unless it changed nothing about that."""
    if saved.state not in _FETCHED:
        return None
    same = before is not None and all(getattr(before.vendor, each) == getattr(saved, each) for each in _DECIDING)
    return before.fetched_since if before and same else at


def _next_number(vendor_id: str) -> int:
    last = tables.VendorConfigVersion.query(vendor_id, scan_index_forward=False, limit=1, consistent_read=True)
    return max((int(item.version) for item in last), default=0) + 1


def _still(expected_version: int | None) -> Any:
    if expected_version is None:
        return tables.VendorConfig.vendor_id.does_not_exist()
    return tables.VendorConfig.version == expected_version


def _unwritten() -> Any:
    return tables.VendorConfigVersion.vendor_id.does_not_exist()


@contextmanager
def _guarded(vendor_id: str) -> Iterator[TransactWrite]:
    tables.VendorConfigVersion._get_connection()  # both tables must be known before a transaction over them
    connection = tables.VendorConfig._get_connection().connection
    try:
        with TransactWrite(connection=connection, client_request_token=str(uuid4())) as write:
            yield write
    except TransactWriteError as error:
        codes = {reason.code for reason in error.cancellation_reasons if reason}
        if codes & {"ConditionalCheckFailed", "TransactionConflict"}:
            raise ConflictError("The row was changed by somebody else.", vendor_id=vendor_id) from error
        raise
    _note_change(vendor_id)


def _attributes(vendor: Vendor) -> dict[str, Any]:
    return {**content(vendor), "notes": vendor.notes or None, "active": vendor.active, "version": vendor.version}


def _version(vendor_id: str, number: int, row: Mapping[str, Any], at: datetime, by: str, note: str | None) -> Any:
    return tables.VendorConfigVersion(
        vendor_id=vendor_id, version=number, content=row, changed_at=at, changed_by=by, note=note or None
    )


def _version_of(item: tables.VendorConfigVersion) -> Version:
    number = int(item.version)
    was = from_content(item.content, version=number) if item.content else None
    return Version(item.vendor_id, number, was, item.changed_at, item.changed_by, item.note)


def _readable(stored: Mapping[str, Any]) -> Row | None:
    try:
        return _row(tables.VendorConfig.from_raw_data(dict(stored)))
    except _UNREADABLE as error:
        # Not what is wrong with it: that would be its content.
        known = {"vendor_id": stored["vendor_id"].get("S"), "fault": type(error).__name__}
        _log.warning("a vendor row cannot be read", extra=known)
        return None


def _row(item: tables.VendorConfig) -> Row:
    stored = {name: getattr(item, name) for name in _STORED}
    found = from_content({**stored, "notes": item.notes or ""}, version=item.version)
    return Row(
        vendor=found,
        created_at=item.created_at,
        updated_at=item.updated_at,
        updated_by=item.updated_by,
        catalogue_hash=item.catalogue_hash,
        drift=item.drift or {},
        fetched_since=item.fetched_since,
    )


_UNREADABLE = (InvalidRowError, ValueError, TypeError, AttributeError)
# No vendor's slug has an asterisk.
_LATEST = ("*", 0)
_CHANGES_KEPT: Final = 25
_CHANGES_AT_ONCE: Final = 50
_FETCHED = frozenset({State.ACTIVE, State.SHADOW})
# What decides which mails are fetched, and what becomes of them.
_DECIDING = ("state", "invoice_category", "email_patterns", "subject_keywords")
_STORED = (
    "vendor_id",
    "vendor_name",
    "invoice_category",
    "invoice_sub_type",
    "email_patterns",
    "subject_keywords",
    "parser_type",
    "field_hints",
    "supports_pdf",
    "supports_html",
    "currency",
    "locale",
    "logo_url",
    "state",
)
