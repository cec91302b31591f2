"""A stored row that nobody can read any more: the others are fetched, and staff see which one it is."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from django.test import Client

from paypulse.core.clock import now
from paypulse.sandbox.google import FakeGoogle
from tests.feature.invoices.world import SHOP, World
from tests.feature.vendors.conftest import LIST, shop
from vendors import store


def _put_wrong(vendor_id: str, wrong: dict[str, Any]) -> None:
    """Change what is stored of a row beneath everything that checks it."""
    table = boto3.client("dynamodb")
    item = table.get_item(TableName="VendorConfig", Key={"vendor_id": {"S": vendor_id}})["Item"]
    table.put_item(TableName="VendorConfig", Item={**item, **wrong})


WRONG = {
    "state": {"state": {"S": "resting"}},
    "hints": {"field_hints": {"S": "not JSON"}},
    "senders": {"email_patterns": {"S": "shop1.se"}},
    "version": {"version": {"S": "one"}},
}


@pytest.fixture(params=WRONG, ids=str)
def wrong(request: pytest.FixtureRequest, aws: None) -> str:
    store.save(shop(2), by="user_stina", expected_version=None)
    store.save(shop(4), by="user_stina", expected_version=None)
    _put_wrong("shop-02", WRONG[request.param])
    return "shop-02"


def test_the_others_are_fetched_and_the_log_names_the_row_alone(
    wrong: str, google: FakeGoogle, caplog: pytest.LogCaptureFixture
):
    world = World.made(google)
    world.receipt(1)

    world.sync()

    assert len(world.invoices()) == 1
    assert {each.vendor.vendor_id for each in store.fetched()} >= {SHOP.vendor_id, "shop-04"}
    assert {(each.levelname, each.vendor_id) for each in caplog.records if hasattr(each, "vendor_id")} == {
        ("WARNING", wrong)
    }


def test_staff_see_it_among_the_rows_with_problems(wrong: str, stina: Client):
    shown = stina.get(LIST, {"problems": "yes"})

    assert [row.pk for row in shown.context["cl"].result_list] == [wrong]
    assert "cannot be read" in shown.content.decode()


def test_the_other_rows_can_be_edited(wrong: str, stina: Client):
    form = stina.get(f"{LIST}shop-04/change/").context["adminform"].form
    typed = {**form.initial, "email_patterns": "shop4.se", "subject_keywords": "kvitto", "notes": "seen"}

    stina.post(f"{LIST}shop-04/change/", {name: value for name, value in typed.items() if value not in (None, {})})

    changed = store.vendor("shop-04")
    assert changed and changed.notes == "seen"


def test_a_row_that_is_mended_is_searched_for_anew(aws: None):
    """Its mails of the meantime were passed over, and the marks with them."""
    store.save(shop(2), by="user_stina", expected_version=None)
    _put_wrong("shop-02", WRONG["state"])
    broken_until = now()

    store.save(shop(2), by="user_stina", expected_version=1)

    mended = store.row("shop-02")
    assert mended and mended.fetched_since and mended.fetched_since >= broken_until
