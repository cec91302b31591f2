"""Each fault of a row is named, with the field it is in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invoices.parsing import hints
from paypulse.core.categories import Category
from vendors.validation import problems
from vendors.vendor import FieldHint, InvalidRowError, ParserType, State, Vendor, content, from_content

SHOP = Vendor(
    vendor_id="shop",
    vendor_name="Shop",
    invoice_category=Category.RETAIL,
    invoice_sub_type="clothing",
    email_patterns=("shop.se",),
    subject_keywords=(("kvitto",),),
)


def faults(**changes):
    return [(each.field, each.message) for each in problems(replace(SHOP, **changes), hint_fault=hint_fault)]


def hint_fault(field, hint):
    try:
        hints.check(field, hint)
    except hints.HintError as error:
        return error.fault
    return None


def test_a_good_row_has_no_faults():
    assert faults() == []


@pytest.mark.parametrize(
    ("field", "changes", "said"),
    [
        ("vendor_id", {"vendor_id": "Jack & Jones"}, "jack-jones"),
        ("vendor_id", {"vendor_id": "british_airways"}, "british-airways"),
        ("vendor_id", {"vendor_id": "../x"}, "Use x"),
        ("vendor_id", {"vendor_id": "a" * 61}, "file name"),
        ("vendor_name", {"vendor_name": "  "}, "name"),
        ("invoice_sub_type", {"invoice_sub_type": "shoes"}, "kind"),
        ("invoice_sub_type", {"invoice_category": Category.RENTAL}, "rental"),
        ("email_patterns", {"email_patterns": ()}, "every mail"),
        ("email_patterns", {"email_patterns": ("gmail.com",)}, "everyone"),
        ("email_patterns", {"email_patterns": ("co.uk",)}, "everyone"),
        ("email_patterns", {"email_patterns": ("se",)}, "neither"),
        ("email_patterns", {"email_patterns": ("@shop.se",)}, "neither"),
        ("email_patterns", {"email_patterns": ("shop.se or from:x",)}, "neither"),
        ("email_patterns", {"email_patterns": ("Shop.se",)}, "lower case"),
        ("email_patterns", {"email_patterns": tuple(f"a{i}.se" for i in range(31))}, "at most"),
        ("subject_keywords", {"subject_keywords": (("!",),)}, "letter"),
        ("subject_keywords", {"subject_keywords": (('a"b',),)}, "leave out"),
        ("field_hints", {"parser_type": ParserType.HINTS}, "at least one"),
        ("field_hints", {"field_hints": {"shoe_size": FieldHint(label="Size")}}, "not a field"),
        ("field_hints", {"field_hints": {"total_amount": FieldHint(expression="(")}}, "expression"),
        ("field_hints", {"field_hints": {"total_amount": FieldHint(expression=r"(a+)\1")}}, "bounded time"),
        (
            "field_hints",
            {"field_hints": {"total_amount": FieldHint(expression="((a{1000}){1000}){1000}")}},
            "bounded time",
        ),
        ("field_hints", {"field_hints": {"total_amount": FieldHint(selector="td >> b[")}}, "selector"),
        ("supports_html", {"supports_html": False, "supports_pdf": False}, "Nothing"),
        ("currency", {"currency": "kr"}, "ISO 4217"),
        ("locale", {"locale": "Swedish"}, "sv-SE"),
        ("logo_url", {"logo_url": "https://shop.se/logo.png"}, "own files"),
    ],
)
def test_a_fault_names_its_field(field, changes, said):
    found = faults(**changes)
    assert [(f, True) for f, m in found if said in m] == [(field, True)], found


def test_a_single_address_at_a_public_provider_is_fine():
    assert faults(email_patterns=("my.landlord@gmail.com",)) == []


def other(**changes):
    return replace(SHOP, vendor_id="other", vendor_name="Other", **changes)


@pytest.mark.parametrize(
    "rival",
    [
        other(),
        other(subject_keywords=()),
        other(email_patterns=("billing@mail.shop.se",)),
        other(subject_keywords=(("kvitto", "resa"),)),
    ],
)
def test_two_rows_may_not_claim_one_mail(rival):
    assert [each.field for each in problems(SHOP, others=[rival])] == ["email_patterns"]


@pytest.mark.parametrize(
    "neighbour",
    [
        other(subject_keywords=(("resa",),)),
        other(email_patterns=("shop.de",)),
        other(state=State.RETIRED),
        other(email_patterns=("notshop.se",)),
    ],
)
def test_rows_that_cannot_meet_do_not_clash(neighbour):
    assert problems(SHOP, others=[neighbour, SHOP]) == ()


def test_a_row_survives_its_plain_form():
    row = replace(
        SHOP, field_hints={"total_amount": FieldHint(label="Summa")}, subject_keywords=(("a b", "c"), ("d",)), version=4
    )
    assert from_content(content(row), version=4) == row
    assert content(row)["subject_keywords"] == ["a b + c", "d"]


@pytest.mark.parametrize(
    "broken", [{"shoe": 1}, {"invoice_category": "x"}, {"field_hints": {"a": {"where": "b"}}}, {"email_patterns": None}]
)
def test_another_shape_is_refused(broken):
    with pytest.raises(InvalidRowError, match="shop"):
        from_content({**content(SHOP), **broken})
