"""What a row keeps packed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paypulse.core.tables import PackedAttribute

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_JSON)
def test_what_was_packed_comes_back_and_is_spelled_the_same_each_time(value: object) -> None:
    packed = PackedAttribute().serialize(value)

    assert PackedAttribute().deserialize(packed) == value
    assert packed == PackedAttribute().serialize(value) and packed.isascii()


def test_facts_with_their_places_take_less_room_than_as_text() -> None:
    place = {"path": "body>table:nth-of-type(3)>tr:nth-of-type(1)>td:nth-of-type(2)", "snippet": "120,50 kr"}
    facts = {name: {"value": "120.50", "status": "read", "evidence": [place]} for name in ("total", "tax", "net")}

    assert len(PackedAttribute().serialize(facts)) < len(str(facts)) / 2
