"""Whether what is deployed keeps to the time frames for mending and renewing it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests import audit

TODAY = date(2026, 11, 30)
CLEAN = {"name": "segno", "version": "1.6.6", "vulns": []}
HURT = {"name": "django", "version": "5.2.19", "vulns": [{"id": "PYSEC-2026-1"}]}


def told(*packages: dict[str, Any], locked: date = TODAY, **noted: Any) -> list[str]:
    known = [{"package": "django", "id": "PYSEC-2026-1", **noted}] if noted else []
    return list(audit.breaches({"dependencies": packages}, known, locked=locked, today=TODAY))


def test_what_is_known_to_nobody_and_new_is_fine() -> None:
    assert told(CLEAN) == []


def test_a_vulnerability_is_told_until_somebody_writes_down_when_it_was_found() -> None:
    (said,) = told(CLEAN, HURT)
    assert "django 5.2.19: PYSEC-2026-1" in said


@pytest.mark.parametrize(("reached", "days"), [(True, 7), (False, 30)])
def test_it_may_stand_for_its_time_and_no_longer(reached: bool, days: int) -> None:
    assert told(HURT, since=TODAY - timedelta(days=days), reached=reached) == []
    assert len(told(HURT, since=TODAY - timedelta(days=days + 1), reached=reached)) == 1


def test_another_ones_entry_is_no_excuse() -> None:
    assert len(told({**HURT, "vulns": [{"id": "PYSEC-2026-2"}]}, since=TODAY, reached=True)) == 1


def test_what_could_not_be_looked_at_is_not_taken_for_safe() -> None:
    (said,) = told({"name": "segno", "skip_reason": "not found"})
    assert "could not be looked at" in said


def test_everything_is_brought_up_to_date_every_quarter() -> None:
    assert told(CLEAN, locked=TODAY - timedelta(days=92)) == []
    assert len(told(CLEAN, locked=TODAY - timedelta(days=93))) == 1


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_says_when_it_was_made(name: str) -> None:
    assert audit.locked_on((audit.ROOT / name).read_text("utf-8")) >= date(2026, 11, 24)
