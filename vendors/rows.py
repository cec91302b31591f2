"""The vendor rows that come with PayPulse, and bringing them into the table without undoing what staff did."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from paypulse.core.errors import PayPulseError
from vendors import store
from vendors.shipped import shipped
from vendors.validation import HintCheck, Problem, problems
from vendors.vendor import Vendor, content


class CatalogueError(PayPulseError):
    """A shipped or given row has faults; `faults` maps its vendor_id to them. Nothing was written."""

    def __init__(self, faults: Mapping[str, Sequence[Problem]]) -> None:
        lines = [f"{vendor_id}: {each.field}: {each.message}" for vendor_id, found in faults.items() for each in found]
        super().__init__("\n".join(lines))
        self.faults = faults


class Standing(StrEnum):
    """How a shipped row stands to the table."""

    NEW = "new"
    SAME = "same"
    OUTDATED = "outdated"  # the table has what an earlier catalogue wrote
    EDITED = "edited"  # staff changed it; it is left alone
    DELETED = "deleted"  # staff deleted it; it is left alone


@dataclass(frozen=True, slots=True)
class Change:
    """One field whose value differs: as it is in the table, and as the other side has it."""

    field: str
    old: Any
    new: Any

    @property
    def before(self) -> str:
        """The old value as people read it."""
        return _in_words(self.old)

    @property
    def after(self) -> str:
        """The new value as people read it."""
        return _in_words(self.new)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A shipped row beside the table's."""

    vendor: Vendor
    standing: Standing
    changes: tuple[Change, ...] = ()
    version: int | None = None


def compare(rows: Sequence[Vendor] | None = None) -> tuple[Comparison, ...]:
    """How each of the rows (the shipped ones, unless given) stands to the table."""
    current = {row.vendor.vendor_id: row for row in store.rows()}
    return tuple(_compared(vendor, current.get(vendor.vendor_id)) for vendor in rows or shipped())


def load(
    by: str = "catalogue", *, rows: Sequence[Vendor] | None = None, hint_fault: HintCheck | None = None
) -> tuple[Comparison, ...]:
    """Write the new and the outdated rows; what staff edited or deleted stays. Returns how each row stood before.

    Raises CatalogueError when a row has faults, before anything is written.
    """
    wanted = rows or shipped()
    check(wanted, hint_fault=hint_fault)
    compared = compare(wanted)
    for each in compared:
        if each.standing in (Standing.NEW, Standing.OUTDATED):
            store.save(
                each.vendor,
                by=by,
                expected_version=each.version,
                note="from the catalogue",
                catalogue_hash=fingerprint(each.vendor),
            )
    return compared


def export() -> str:
    """Every row of the table in the form of the catalogue's files."""
    return as_file([row.vendor for row in store.rows()])


def as_file(rows: Sequence[Vendor]) -> str:
    """The rows as the text of a catalogue file."""
    return json.dumps([content(vendor) for vendor in rows], ensure_ascii=False, indent=2) + "\n"


def fingerprint(vendor: Vendor) -> str:
    """A digest of the row's content, by which a later load sees whether anybody changed it."""
    return sha256(json.dumps(content(vendor), sort_keys=True).encode()).hexdigest()


def differences(old: Vendor, new: Vendor) -> tuple[Change, ...]:
    """The fields in which two rows differ, with both values."""
    before, after = content(old), content(new)
    return tuple(Change(name, before[name], after[name]) for name in before if before[name] != after[name])


def _in_words(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_in_words(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_in_words, value))
    return "" if value is None else str(value)


def _compared(vendor: Vendor, row: store.Row | None) -> Comparison:
    if row is None:
        known = store.versions(vendor.vendor_id)
        return Comparison(vendor, Standing.DELETED if known else Standing.NEW)
    changes, version = differences(row.vendor, vendor), row.vendor.version
    if not changes:
        return Comparison(vendor, Standing.SAME, (), version)
    untouched = row.catalogue_hash == fingerprint(row.vendor)
    return Comparison(vendor, Standing.OUTDATED if untouched else Standing.EDITED, changes, version)


def check(rows: Sequence[Vendor], *, hint_fault: HintCheck | None = None) -> None:
    """Raises CatalogueError when one of the rows has faults, or clashes with another of them."""
    found = {vendor.vendor_id: problems(vendor, others=rows, hint_fault=hint_fault) for vendor in rows}
    if faults := {vendor_id: each for vendor_id, each in found.items() if each}:
        raise CatalogueError(faults)
