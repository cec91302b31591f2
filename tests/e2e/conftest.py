"""One sandbox for all stories: starting one takes longer than most of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import chromium, opened
from tests.e2e.running import Running, running


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A whole PayPulse with the demo mailbox fetched."""
    with running(tmp_path_factory.mktemp("sandbox")) as place:
        yield place


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium, where the machine has one. It is closed with its module: Django refuses to work beside its event loop."""
    if not chromium():
        pytest.skip("needs Chromium")
    with opened() as browser:
        yield browser
