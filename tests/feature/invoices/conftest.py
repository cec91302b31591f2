"""The stage of ingestion: Alice with a connected mailbox, vendor rows, and AWS played by hand."""

from __future__ import annotations

import pytest

from paypulse.sandbox.google import FakeGoogle
from tests.feature.invoices.world import World


@pytest.fixture
def world(aws: None, google: FakeGoogle) -> World:
    """Alice, her empty mailbox, and two vendor rows: a shop (HTML and PDF) and a landlord (PDF)."""
    return World.made(google)
