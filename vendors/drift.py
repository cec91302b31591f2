"""Whether a vendor's documents still come, and still read, as they used to; and telling staff when they do not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from statistics import median
from typing import Final

from paypulse.core.clock import now
from vendors import readings, store
from vendors.readings import Reading

_LATE: Final = 3  # how many of its usual intervals a vendor may be silent
_QUIET: Final = timedelta(days=14)
_RECENT: Final = 3
_WINDOW: Final = 10
_HISTORY: Final = 5
_USUAL: Final = 0.8
_OFTEN: Final = 0.3
_MONTH: Final = timedelta(days=30)
_LOOKED_AT: Final = 50
_ALIKE: Final = 2

# In how many of these documents people put each field right.
PutRight = Callable[[Sequence[Reading]], Mapping[str, int]]


class SignKind(StrEnum):
    LAYOUT = "layout"
    MISSING = "missing"
    ASKING = "asking"
    SILENT = "silent"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Sign:
    """One way in which it is not as it was: `before` and `after` in words."""

    kind: SignKind
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a vendor's documents are doing: hits in 30 days, days between two, share that asks the person, and the signs."""

    hits: int
    rhythm_days: float | None
    ask_rate: float | None
    missing: tuple[str, ...]
    signs: tuple[Sign, ...]


def health(found: Sequence[Reading], *, at: datetime) -> Health:
    """What the readings (newest first) say at the moment `at`."""
    once = _each_once(found)
    recent = [each for each in once if _at(each) > at - _MONTH]
    return Health(
        hits=len(recent),
        rhythm_days=_rhythm(once),
        ask_rate=_ask_rate(recent) if recent else None,
        missing=tuple(_missing(once)),
        signs=tuple(_signs(once, at)),
    )


def of(vendor_id: str) -> Health:
    """The vendor's health now, from its last 200 readings."""
    return health(readings.latest(vendor_id), at=now())


def watch(put_right: PutRight) -> int:
    """Look at every active vendor and keep on its row what has changed; returns how many rows have something for staff.

    `put_right` says in how many of some documents people corrected each field.
    """
    found = {vendor.vendor_id: _seen(vendor.vendor_id, put_right) for vendor in store.active(shadow=True)}
    for vendor_id, signs in found.items():
        store.note_drift(vendor_id, [asdict(sign) for sign in signs], digest=_digest(signs))
    return sum(1 for signs in found.values() if signs)


def _seen(vendor_id: str, put_right: PutRight) -> tuple[Sign, ...]:
    found = readings.latest(vendor_id)
    return (*health(found, at=now()).signs, *_corrected(put_right(_each_once(found)[:_LOOKED_AT])))


def _corrected(counted: Mapping[str, int]) -> Iterator[Sign]:
    for name, number in sorted(counted.items()):
        if number >= _ALIKE:
            yield Sign(SignKind.CORRECTED, f"{name} as it was read", f"put right in {number} of the last documents")


def _digest(signs: Sequence[Sign]) -> str:
    """What stays the same while the signs do; how long a vendor has been silent does not count."""
    same = [[sign.kind, sign.before] for sign in signs]
    return sha256(json.dumps(same).encode()).hexdigest()[:16]


def _each_once(found: Sequence[Reading]) -> list[Reading]:
    """Each document as it was read last, at the time it was read first: reading all again is no sign of life."""
    first = {each.s3_path: each for each in found}
    last = {each.s3_path: each for each in reversed(found)}
    once = [replace(last[path], at=each.at) for path, each in first.items()]
    return sorted(once, key=_at, reverse=True)


def _at(reading: Reading) -> datetime:
    assert reading.at is not None, "a stored reading has its time"
    return reading.at


def _rhythm(found: Sequence[Reading]) -> float | None:
    days = sorted({_at(each).date() for each in found})
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return median(gaps) if len(gaps) >= _RECENT else None


def _ask_rate(found: Sequence[Reading]) -> float:
    return sum(each.statuses.get("total_amount", "unsure") == "unsure" for each in found) / len(found)


def _missing(found: Sequence[Reading]) -> Iterator[str]:
    """The fields that used to be there and are not in the last three."""
    recent, earlier = found[:_RECENT], found[_RECENT:]
    if len(earlier) >= _HISTORY:
        counted = Counter(name for each in earlier for name in each.statuses)
        usual = [name for name, number in counted.items() if number >= _USUAL * len(earlier)]
        yield from (name for name in sorted(usual) if not any(name in each.statuses for each in recent))


def _signs(found: Sequence[Reading], at: datetime) -> Iterator[Sign]:
    yield from _changed_layout(found)
    if gone := list(_missing(found)):
        yield Sign(SignKind.MISSING, f"found: {', '.join(gone)}", f"not in the last {_RECENT} documents")
    yield from _asks_more(found)
    yield from _fell_silent(found, at)


def _changed_layout(found: Sequence[Reading]) -> Iterator[Sign]:
    known = [each for each in found if each.fingerprint]
    recent, earlier = known[:2], known[2:]
    if len(earlier) < _HISTORY or len(recent) < 2:
        return
    fresh, old = {each.fingerprint for each in recent}, {each.fingerprint for each in earlier}
    if not fresh & old:
        yield Sign(SignKind.LAYOUT, _described(earlier[0]), _described(recent[-1]))


def _described(reading: Reading) -> str:
    fields = ", ".join(f"{name} {status}" for name, status in sorted(reading.statuses.items())) or "nothing"
    return f"{_at(reading):%Y-%m-%d}, layout {reading.fingerprint}: {fields}"


def _asks_more(found: Sequence[Reading]) -> Iterator[Sign]:
    recent, earlier = found[:_WINDOW], found[_WINDOW:]
    if len(recent) == _WINDOW and len(earlier) >= _HISTORY:
        before, after = _ask_rate(earlier), _ask_rate(recent)
        if after > _OFTEN and after > 2 * before:
            yield Sign(SignKind.ASKING, f"{before:.0%} asked the person", f"{after:.0%} of the last {_WINDOW} do")


def _fell_silent(found: Sequence[Reading], at: datetime) -> Iterator[Sign]:
    rhythm = _rhythm(found)
    if rhythm is None or len(found) < _HISTORY:
        return
    silent = at - _at(found[0])
    if silent > max(_QUIET, _LATE * timedelta(days=rhythm)):
        yield Sign(SignKind.SILENT, f"a document every {rhythm:g} days", f"none for {silent.days} days")
