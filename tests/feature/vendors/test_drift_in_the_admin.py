"""A vendor whose documents change becomes a task for staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from invoices import store as invoices
from lambdas.watch_vendors import handler
from paypulse.core.clock import now
from tests.feature.invoices.world import SHOP, World
from tests.feature.vendors.conftest import LIST
from vendors import readings, store
from vendors.readings import Reading
from vendors.vendor import State


def read(week, *, fingerprint, vendor_id="shop-00"):
    at = now() - timedelta(weeks=week, hours=1)
    readings.record(
        Reading(
            vendor_id=vendor_id,
            user_id="user_a",
            s3_path=f"p{week}",
            statuses={"total_amount": "proved"},
            fingerprint=fingerprint,
            at=at,
        )
    )


def template_changes():
    for week in range(10):
        read(week, fingerprint="new" if week < 2 else "old")


def test_a_changed_template_is_shown_with_before_and_after_until_somebody_looked(stina, shops):
    template_changes()
    assert handler({}, None) == {"changed": 1}
    assert "Its documents changed." in stina.get(LIST + "?drift=new").content.decode()
    assert "layout old" in stina.get("/admin/").content.decode()
    shown = stina.get(f"{LIST}shop-00/change/").content.decode()
    assert "layout old" in shown and "layout new" in shown and "usually one every 7 days" in shown
    stina.post(f"{LIST}shop-00/looked/")
    assert "Its documents changed." not in stina.get(LIST + "?drift=new").content.decode()
    assert "layout old" not in stina.get("/admin/").content.decode()
    handler({}, None)
    assert store.row("shop-00").drift["acknowledged"], "the same change is not raised again"
    assert "Shop 00" in stina.get(LIST + "?drift=any&_facets=True").content.decode()


def test_a_field_that_people_put_right_alike_becomes_a_task_that_leads_to_the_proposal(stina, aws, google):
    world = World.made(google)
    for number in (1, 2, 3):
        world.receipt(number, total=f"{100 + number}.50")
    world.sync()
    first, second, _third = world.invoices()
    _put_right(world, first, total_amount="1.00", order_number=first.order_number)
    assert handler({}, None) == {"changed": 0}
    _put_right(world, second, total_amount="2.00")
    assert handler({}, None) == {"changed": 1}
    shown = stina.get(f"{LIST}{SHOP.vendor_id}/change/").content.decode()
    assert "put right in 2 of the last documents" in shown and "order_number as" not in shown
    assert f'href="{LIST}{SHOP.vendor_id}/try/#shared"' in shown
    assert "2.00" not in shown and "total_amount" in stina.get("/admin/").content.decode()


def _put_right(world, invoice, **values):
    invoices.correct(world.user_id, invoice.invoice_id, expected_version=invoice.version, changes=values)


def test_a_retired_row_asks_nobody_for_a_look(stina, shops):
    template_changes()
    handler({}, None)
    store.save(replace(store.vendor("shop-00"), state=State.RETIRED), by="u", expected_version=1)
    assert "layout old" not in stina.get("/admin/").content.decode()
    assert "Shop 00" not in stina.get(LIST + "?drift=new").content.decode()


def test_the_note_is_no_change_of_the_row_and_survives_one(stina, shops):
    template_changes()
    handler({}, None)
    assert store.vendor("shop-00").version == 1
    store.save(replace(store.vendor("shop-00"), notes="x"), by="u", expected_version=1)
    assert store.row("shop-00").drift["signs"][0]["kind"] == "layout"


def test_what_is_as_usual_again_is_taken_back(stina, shops):
    template_changes()
    handler({}, None)
    for week in range(10):
        readings.record(
            Reading(
                vendor_id="shop-00",
                user_id="user_a",
                s3_path=f"p{week}",
                statuses={"total_amount": "proved"},
                fingerprint="old",
                at=now() - timedelta(weeks=week),
            )
        )
    assert handler({}, None) == {"changed": 0}
    assert store.row("shop-00").drift == {}


def test_a_viewer_cannot_say_that_it_was_looked_at(enter, shops):
    template_changes()
    handler({}, None)
    assert enter("viewer").post(f"{LIST}shop-00/looked/").status_code == 403
    assert enter("stina").get(f"{LIST}shop-00/looked/").status_code == 405
    assert not store.row("shop-00").drift["acknowledged"]


def test_readings_come_newest_first_and_bounded(aws):
    for week in range(5):
        read(week, fingerprint=None)
    assert [each.s3_path for each in readings.latest("shop-00", limit=3)] == ["p0", "p1", "p2"]
