"""Check digits: the published examples hold, and one wrong digit is caught."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.parsing.fields import references

DIGITS = st.text("0123456789", min_size=2, max_size=20)


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (references.bankgiro, "5050-1055", "5050-1055"),
        (references.bankgiro, "BG 991-2346", "991-2346"),
        (references.bankgiro, "5050-1056", None),
        (references.plusgiro, "90 20 03-3", "90 20 03-3"),
        (references.plusgiro, "9020033", "90 20 03-3"),
        (references.plusgiro, "90 20 03-4", None),
        (references.iban, "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        (references.iban, "DE89 3704 0044 0532 0130 01", None),
        (references.iban, "DE8937040044053201300", None),
        (references.creditor_reference, "RF18 5390 0754 7034", "RF18539007547034"),
        (references.creditor_reference, "RF19 5390 0754 7034", None),
    ],
)
def test_a_number_is_read_only_with_its_right_check_digits(read, text, expected):
    assert read(text) == expected


@given(DIGITS)
def test_an_ocr_number_with_its_digits_is_read(digits):
    number = references.ocr_with_check(digits)
    assert references.ocr(number) == number and references.length_digit_holds(number)


@given(DIGITS, st.integers(0, 19), st.integers(1, 9))
def test_an_ocr_number_with_one_wrong_digit_is_not_read(digits, place, added):
    number = references.ocr_with_check(digits)
    at = place % len(number)
    wrong = number[:at] + str((int(number[at]) + added) % 10) + number[at + 1 :]
    assert references.ocr(wrong) is None


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=21))
def test_a_creditor_reference_with_its_digits_is_read(reference):
    made = references.reference_with_check(reference)
    assert references.creditor_reference(" ".join(made)) == made


@given(st.text())
def test_any_text_is_a_number_or_none(text):
    for read in (
        references.ocr,
        references.bankgiro,
        references.plusgiro,
        references.iban,
        references.creditor_reference,
    ):
        assert read(text) is None or read(text) == read(str(read(text)))
