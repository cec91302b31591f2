"""The words of an original as its row keeps them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from invoices.words import packed, unpacked


def test_each_word_is_kept_once_and_folded() -> None:
    assert unpacked(packed("Totalt att betala: 1 234,50 kr (Totalt) TACK – a.b@example.com!")).split() == [
        "1", "234,50", "a.b@example.com", "att", "betala", "kr", "tack", "totalt",
    ]  # fmt: skip


def test_a_long_original_stays_small() -> None:
    words = packed(" ".join(f"{number * 7919 % 1000003}" for number in range(20_000)))

    assert len(words) < 4000
    assert 500 < len(unpacked(words).split()) < 700


@given(st.text(max_size=200))
def test_any_text_is_packed(text: str) -> None:
    assert all(word in text.casefold() for word in unpacked(packed(text)).split("\n"))
