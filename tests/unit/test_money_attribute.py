"""Money as DynamoDB keeps it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from paypulse.core.tables import MoneyAttribute


@pytest.mark.parametrize(
    ("value", "kept"),
    [("386.00", "386"), ("32.50", "32.5"), ("0.00", "0"), ("-899.10", "-899.1"), ("1E+2", "100"), ("0.01", "0.01")],
)
def test_money_is_spelled_as_dynamodb_gives_it_back(value: str, kept: str) -> None:
    # A row that was read and one about to be written are compared by their attributes: 386.00 must be 386 in both.
    spelled = MoneyAttribute().serialize(Decimal(value))
    assert spelled == kept
    assert MoneyAttribute().deserialize(spelled) == Decimal(value)
