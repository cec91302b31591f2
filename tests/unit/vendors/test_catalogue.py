"""The rows that come with PayPulse."""

from __future__ import annotations

import pytest

from invoices.parsing import hints
from paypulse.core.categories import SubType
from vendors.shipped import shipped
from vendors.validation import problems

NAMED = """dominos foodora zalando jack-jones elgiganten mediamarkt power cdon proshop dbrand aws anthropic amazon-se amazon-com
    clasohlson liseberg filmstaden sternglas ryanair flixbus vy-bus4you omio eurowings lufthansa british-airways etihad qatar
    turkish saudia uber lyft booking-com apple paypal steam spotify netflix ica coop willys eon vattenfall wallenstam""".split()


def test_every_named_vendor_is_there_once():
    ids = [vendor.vendor_id for vendor in shipped()]
    assert len(ids) == len(set(ids)) >= 40
    assert set(NAMED) <= set(ids)


def test_every_kind_of_purchase_has_a_row():
    assert {vendor.invoice_sub_type for vendor in shipped()} == {*SubType, None}


@pytest.mark.parametrize("vendor", shipped(), ids=lambda vendor: vendor.vendor_id)
def test_a_shipped_row_has_no_faults(vendor):
    assert problems(vendor, others=shipped()) == ()
    hints.check_all(vendor.field_hints)


def test_the_landlord_writes_from_one_address_about_rent():
    wallenstam = next(vendor for vendor in shipped() if vendor.vendor_id == "wallenstam")
    assert wallenstam.email_patterns == ("kundservice@wallenstam.se",)
    assert wallenstam.subject_keywords == (("hyresavi",),)
