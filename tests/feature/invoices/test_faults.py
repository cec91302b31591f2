"""A small run of the fault harness: nothing is lost and nothing counted twice, whatever goes wrong."""

from __future__ import annotations

import pytest

from paypulse.core.config import config
from paypulse.sandbox.google import FakeGoogle
from tests.conftest import all_tables
from tests.faults.harness import Report, compare, put_back
from tests.faults.mailbox import fill
from tests.feature.invoices.world import World


def test_the_tables_end_the_same_with_and_without_faults(world: World):
    fill(world, mails=12, seed=7)

    report = compare(world, mails=12, faults=120, seed=7, say=lambda _: None)

    assert (report.differences, report.doubles, report.unfinished) == ([], [], {})
    assert report.untold <= report.unconfirmed
    assert sum(report.injected.values()) >= 120


def test_a_seed_gives_the_same_faults_again(aws: None, monkeypatch: pytest.MonkeyPatch):
    first, again, other = (_run(monkeypatch, seed=seed) for seed in (3, 3, 4))

    assert first.injected == again.injected != other.injected


def _run(monkeypatch: pytest.MonkeyPatch, *, seed: int) -> Report:
    put_back({table: [] for table in all_tables()})
    with FakeGoogle() as google:
        for name, value in google.environment().items():
            monkeypatch.setenv(name, value)
        config.cache_clear()
        world = World.made(google)
        fill(world, mails=5, seed=1)
        return compare(world, mails=5, faults=40, seed=seed, say=lambda _: None)
