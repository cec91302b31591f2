"""A filter is its address: what is read is written back, and nonsense narrows nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from invoices.filters import CATEGORIES, Filter, Sort, Standing

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), max_size=20)
filters = st.builds(
    Filter,
    category=st.none() | st.sampled_from(CATEGORIES),
    vendor=st.none() | texts.filter(bool),
    since=st.none() | st.dates(),
    until=st.none() | st.dates(),
    least=st.none() | st.decimals(0, 10**9, places=2),
    most=st.none() | st.decimals(0, 10**9, places=2),
    state=st.none() | st.sampled_from(Standing),
    text=texts,
    sort=st.sampled_from(Sort),
)


@given(filters)
def test_a_filter_survives_its_address(wanted: Filter) -> None:
    assert Filter.read(dict(parse_qsl(wanted.query()))) == wanted


@given(
    st.dictionaries(
        st.sampled_from(("category", "since", "until", "month", "least", "most", "state", "sort", "cursor")), st.text()
    )
)
def test_no_address_is_refused(query: dict[str, str]) -> None:
    Filter.read(query).query()


def test_a_month_stands_for_its_days() -> None:
    assert (Filter.read({"month": "2028-02"}).since, Filter.read({"month": "2028-02"}).until) == (
        date(2028, 2, 1),
        date(2028, 2, 29),
    )


def test_amounts_may_be_written_with_a_comma() -> None:
    assert Filter.read({"least": "1 234,50"}).least == Decimal("1234.50")
