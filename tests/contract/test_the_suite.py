"""The suite's own arrangement: what cannot be shared between workers stays with one of them."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("kept together")
def test_a_group_of_tests_stays_with_one_worker(request: pytest.FixtureRequest) -> None:
    """A group is known by the suffix that pytest-xdist puts behind the name; without it every worker starts a sandbox."""
    if not hasattr(request.config, "workerinput"):
        pytest.skip("runs in one process")
    assert request.node.nodeid.endswith("@kept together")
