"""Vendor rows in the table: conditional writes, kept versions, and the catalogue that never undoes staff."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from paypulse.core.categories import Category
from paypulse.core.errors import ConflictError
from vendors import rows, store
from vendors.forms import hint_fault
from vendors.rows import Standing
from vendors.vendor import FieldHint, State, Vendor

pytestmark = pytest.mark.usefixtures("aws")

SHOP = Vendor(
    vendor_id="shop",
    vendor_name="Shop",
    invoice_category=Category.RETAIL,
    invoice_sub_type="clothing",
    email_patterns=("shop.se",),
    subject_keywords=(("order", "confirmation"), ("kvitto",)),
    field_hints={"total_amount": FieldHint(label="Summa")},
    notes="",
    state=State.ACTIVE,
)
LANDLORD = replace(
    SHOP, vendor_id="landlord", vendor_name="Landlord", invoice_category=Category.RENTAL, invoice_sub_type=None
)


def test_a_saved_row_reads_back_as_it_was():
    saved = store.save(SHOP, by="user_stina", expected_version=None)
    assert saved == store.vendor("shop") == SHOP
    row = store.row("shop")
    assert (row.updated_by, row.catalogue_hash) == ("user_stina", None)


def test_active_rows_come_by_category_and_shadows_only_when_asked_for():
    for row in (
        SHOP,
        LANDLORD,
        replace(SHOP, vendor_id="d", state=State.DRAFT),
        replace(SHOP, vendor_id="s", vendor_name="T", state=State.SHADOW),
    ):
        store.save(row, by="user_stina", expected_version=None)
    assert [v.vendor_id for v in store.active()] == ["landlord", "shop"]
    assert [v.vendor_id for v in store.active(Category.RETAIL)] == ["shop"]
    assert [v.vendor_id for v in store.active(Category.RETAIL, shadow=True)] == ["shop", "s"]


def test_the_second_of_two_savers_is_refused_and_nothing_is_overwritten():
    store.save(SHOP, by="user_stina", expected_version=None)
    store.save(replace(SHOP, notes="first"), by="user_stina", expected_version=1)
    with pytest.raises(ConflictError):
        store.save(replace(SHOP, notes="second"), by="user_sven", expected_version=1)
    with pytest.raises(ConflictError):
        store.save(replace(SHOP, notes="third"), by="user_sven", expected_version=None)
    assert store.vendor("shop").notes == "first"
    assert [v.number for v in store.versions("shop")] == [2, 1]


def test_every_version_says_who_and_what():
    store.save(SHOP, by="user_stina", expected_version=None, note="made")
    store.save(replace(SHOP, notes="x"), by="user_sven", expected_version=1)
    newest, oldest = store.versions("shop")
    assert (newest.changed_by, newest.vendor.notes, oldest.changed_by, oldest.note) == (
        "user_sven",
        "x",
        "user_stina",
        "made",
    )
    assert store.version("shop", 1).vendor == SHOP
    assert store.version("shop", 9) is None


def test_a_deleted_row_keeps_its_versions_and_a_new_one_goes_on_counting():
    store.save(SHOP, by="user_stina", expected_version=None)
    with pytest.raises(ConflictError):
        store.delete("shop", by="user_stina", expected_version=7)
    store.delete("shop", by="user_stina", expected_version=1)
    assert store.vendor("shop") is None
    assert store.versions("shop")[0].vendor is None
    assert store.save(SHOP, by="user_stina", expected_version=None).version == 3


def test_loading_twice_changes_nothing():
    assert {each.standing for each in rows.load()} == {Standing.NEW}
    assert {each.standing for each in rows.load()} == {Standing.SAME}
    assert len(store.rows()) == len(rows.shipped())
    assert {version.number for version in store.versions("spotify")} == {1}


def test_a_newer_catalogue_updates_what_only_the_catalogue_wrote_and_leaves_what_staff_touched():
    ours = {
        "edited": replace(SHOP, vendor_id="edited"),
        "plain": replace(SHOP, vendor_id="plain"),
        "gone": replace(SHOP, vendor_id="gone"),
    }
    for at, each in enumerate(ours.values()):
        rows.load(rows=[replace(each, email_patterns=(f"a{at}.se",))])
    staff = replace(store.vendor("edited"), notes="mind the fee")
    store.save(staff, by="user_stina", expected_version=1)
    store.delete("gone", by="user_stina", expected_version=1)
    newer = [replace(each, email_patterns=(f"b{at}.se",)) for at, each in enumerate(ours.values())]
    assert [each.standing for each in rows.load(rows=newer)] == [Standing.EDITED, Standing.OUTDATED, Standing.DELETED]
    assert store.vendor("edited") == replace(staff, version=2)
    assert store.vendor("plain").email_patterns == ("b1.se",)
    assert store.vendor("gone") is None


def test_a_faulty_catalogue_writes_nothing():
    with pytest.raises(rows.CatalogueError, match="shop: email_patterns"):
        rows.load(rows=[LANDLORD, replace(SHOP, email_patterns=("gmail.com",))])
    assert store.rows() == ()


def test_a_hint_that_the_reader_refuses_is_a_fault_of_the_catalogue():
    bad = replace(SHOP, field_hints={"total_amount": FieldHint(expression="(a+)+\\1")})
    with pytest.raises(rows.CatalogueError, match="bounded time"):
        rows.load(rows=[bad], hint_fault=hint_fault)
    assert store.rows() == ()


def said(*arguments):
    out = StringIO()
    call_command("vendors", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_loads_and_says_what_differs(tmp_path):
    assert f"{len(rows.shipped())} added" in said("load")
    assert said("diff") == ""
    spotify = store.vendor("spotify")
    store.save(replace(spotify, currency="NOK"), by="user_stina", expected_version=1)
    assert said("diff") == "spotify: edited\n  currency: 'NOK' -> 'SEK'\n"
    assert "spotify: edited by staff, left alone. currency" in said("load")
    said("export", "--output", str(tmp_path / "rows.json"))
    exported = json.loads((tmp_path / "rows.json").read_text())
    assert {row["vendor_id"]: row["currency"] for row in exported}["spotify"] == "NOK"
    assert exported == json.loads(said("export"))


def test_the_command_needs_to_be_told_what_to_do():
    with pytest.raises(CommandError):
        call_command("vendors")
