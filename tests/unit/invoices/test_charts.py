"""Charts keep their proportions whatever the numbers."""

from __future__ import annotations

import itertools
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from invoices import charts

amounts = st.decimals(min_value=0, max_value=Decimal("9999999"), places=2)


@given(amounts)
def test_the_scale_reaches_the_highest_in_few_round_steps(highest: Decimal) -> None:
    scale = charts.ticks(highest)

    assert scale[0] == 0 and scale[-1] >= highest and len(scale) <= 5
    assert len({later - earlier for earlier, later in itertools.pairwise(scale)}) <= 1


@given(st.lists(st.dictionaries(st.sampled_from("abc"), amounts), min_size=1, max_size=13))
def test_every_bar_stands_inside_and_columns_tell_their_totals(months: list[dict[str, Decimal]]) -> None:
    chart = charts.stacked([(f"2026-{index:02}", each) for index, each in enumerate(months, 1)], order="abc")

    for column, month in zip(chart.columns, months, strict=True):
        assert column.total == (sum(month.values(), Decimal(0)) if month else None)
        for bar in column.bars:
            assert bar.y >= 0 and bar.y + bar.height <= chart.baseline + 0.2
            assert chart.left <= bar.x and bar.x + bar.width <= chart.width


def test_a_refund_is_told_but_not_drawn_below_the_ground() -> None:
    chart = charts.stacked([("2026-01", {"a": Decimal(100), "b": Decimal(-30)})], order="ab")

    assert chart.columns[0].total == 70
    assert [bar.name for bar in chart.columns[0].bars] == ["a"]


def test_a_month_without_anything_has_no_amount():
    drawn = charts.stacked([("2026-10", {}), ("2026-11", {"rental": Decimal(5)})], order=["rental"])

    assert [column.total for column in drawn.columns] == [None, Decimal(5)]
