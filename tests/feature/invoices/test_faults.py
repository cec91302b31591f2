"""A small run of the fault harness: nothing is lost and nothing counted twice, whatever goes wrong."""

from __future__ import annotations

from tests.faults.harness import compare
from tests.faults.mailbox import fill
from tests.feature.invoices.world import World


def test_the_tables_end_the_same_with_and_without_faults(world: World):
    fill(world, mails=12, seed=7)

    report = compare(world, mails=12, faults=120, seed=7, say=lambda _: None)

    assert (report.differences, report.doubles, report.unfinished) == ([], [], {})
    assert report.untold <= report.unconfirmed
    assert sum(report.injected.values()) >= 120
