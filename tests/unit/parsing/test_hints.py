"""A row's hints point at values; a faulty one says what is wrong with it, a catastrophic one cannot hang the reader."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.parsing import open_document
from invoices.parsing.hints import HintError, candidates, check
from paypulse.core.categories import Category
from vendors.vendor import FieldHint, Vendor

PAGE = b"""<html><body><h1>Kvarnby</h1><table><tr><td>Slutpris f\xc3\xb6r dig</td><td class="sum">1 249,00 kr</td></tr></table>
<div><span>Bokad</span></div><div><b>5 mars 2026</b></div><p>Kundorder KO-77812 (klar)</p></body></html>"""


def row(**hints: FieldHint) -> Vendor:
    return Vendor(
        vendor_id="kvarnby",
        vendor_name="Kvarnby",
        invoice_category=Category.RETAIL,
        invoice_sub_type=None,
        email_patterns=(),
        field_hints=hints,
    )


def first(**hints: FieldHint) -> Any:
    return candidates(open_document(PAGE), row(**hints))[0]


@pytest.mark.parametrize(
    ("field", "hint", "expected"),
    [
        ("total_amount", FieldHint(label="Slutpris för dig"), Decimal("1249.00")),
        ("total_amount", FieldHint(selector="td.sum"), Decimal("1249.00")),
        ("total_amount", FieldHint(expression=r"slutpris.*?([\d ]+,\d\d)"), Decimal("1249.00")),
        ("currency", FieldHint(expression=r"(SEK|kr)"), None),
        ("invoice_date", FieldHint(label="Bokad"), date(2026, 3, 5)),
        ("order_number", FieldHint(expression=r"Kundorder (\S+)"), "KO-77812"),
        ("order_number", FieldHint(label="Kundorder"), "KO-77812"),
        ("vendor_name", FieldHint(selector="h1"), "Kvarnby"),
    ],
)
def test_a_hint_finds_its_value(field, hint, expected):
    found = candidates(open_document(PAGE), row(**{field: hint}))
    assert [candidate.value for candidate in found][:1] == ([expected] if expected is not None else [])


def test_what_was_found_says_where():
    assert (
        first(order_number=FieldHint(expression=r"Kundorder (\S+)")).evidence[0].snippet == "Kundorder KO-77812 (klar)"
    )
    assert first(total_amount=FieldHint(selector="td.sum")).evidence[0].path == "td.sum"


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (FieldHint(label="Slutpris för dig"), "label “Slutpris för dig” found, value right of it"),
        (FieldHint(selector="td.sum"), "element “td.sum” found"),
        (FieldHint(expression=r"(1 249,00)"), "“1 249,00” matched"),
    ],
)
def test_how_it_was_found_is_told_in_words(hint, words):
    assert first(total_amount=hint).stands == words


def test_no_vendor_has_no_hints():
    assert candidates(open_document(PAGE), None) == ()


@pytest.mark.parametrize(
    ("field", "hint", "fault"),
    [
        ("shoe_size", FieldHint(label="x"), "not a field"),
        ("total_amount", FieldHint(), "exactly one"),
        ("total_amount", FieldHint(label="a", selector="b"), "exactly one"),
        ("total_amount", FieldHint(label=" "), "empty"),
        ("total_amount", FieldHint(label="x" * 101), "longer"),
        ("total_amount", FieldHint(selector="td["), "selector"),
        ("total_amount", FieldHint(selector="a " * 9), "longer"),
        ("total_amount", FieldHint(selector="tota|t"), "selector"),
        ("total_amount", FieldHint(selector=r"-\er"), "selector"),
        ("total_amount", FieldHint(expression="(a"), "missing"),
        ("total_amount", FieldHint(expression=r"(?=a)b"), "bounded time"),
        ("total_amount", FieldHint(expression=r"(a)\1"), "bounded time"),
        ("total_amount", FieldHint(expression="(" * 40 + "a" + "){1,9}" * 40), "bounded time"),
        ("total_amount", FieldHint(expression="a" * 501), "longer"),
    ],
)
def test_a_faulty_hint_names_the_field_and_the_fault(field, hint, fault):
    with pytest.raises(HintError) as caught:
        check(field, hint)
    assert caught.value.field == field and fault in caught.value.fault


@pytest.mark.parametrize("expression", ["(a+)+$", "(a|a)*b", "(.*)*x", "(?:a?){60}a{60}", r"^(\w+\s?)*$"])
def test_a_catastrophic_expression_ends_at_once(expression):
    page = f"<p>{'a' * 1900}!</p>".encode() * 200
    began = time.perf_counter()
    candidates(open_document(page), row(vendor_name=FieldHint(expression=expression)))
    assert time.perf_counter() - began < 5


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["label", "selector", "expression"]),
    st.text(max_size=60),
    st.sampled_from(["total_amount", "vendor_name", "invoice_date"]),
)
def test_any_hint_is_used_or_refused(way, text, field):
    vendor = row(**{field: FieldHint(**{way: text})})
    with suppress(HintError):
        assert all(candidate.field == field for candidate in candidates(open_document(PAGE), vendor))
