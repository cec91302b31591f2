"""A row's way from draft to retired, and what may stop it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from paypulse.core.errors import PayPulseError
from vendors import store
from vendors.vendor import State, Vendor

# Where a row may go from where it is.
NEXT: Final[Mapping[State, tuple[State, ...]]] = {
    State.DRAFT: (State.SHADOW, State.ACTIVE, State.RETIRED),
    State.SHADOW: (State.ACTIVE, State.DRAFT, State.RETIRED),
    State.ACTIVE: (State.SHADOW, State.RETIRED),
    State.RETIRED: (State.DRAFT,),
}


class MoveRefusedError(PayPulseError):
    """The row may not go there; `reasons` say why, one line each."""

    def __init__(self, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)


def move(vendor: Vendor, to: State, *, by: str, objections: Sequence[str] = ()) -> Vendor:
    """Put the row in another state and return it as saved.

    `objections` are reasons not to let the row go there. Raises MoveRefusedError, or ConflictError when the row was changed
    since it was read.
    """
    if to not in NEXT[vendor.state]:
        raise MoveRefusedError(f"A row cannot go from {vendor.state} to {to}.")
    if objections:
        raise MoveRefusedError(f"{vendor.vendor_name} stays {vendor.state}.", objections)
    moved = replace(vendor, state=to)
    return store.save(moved, by=by, expected_version=vendor.version, note=f"{vendor.state} to {to}")
