"""Each category's own facts are read from HTML in three designs and from PDF, in three languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.parsing import open_document
from invoices.parsing.details import Passenger, TravelLeg, details
from invoices.parsing.result import Field, Kind, LineItem, Reading, Status
from paypulse.core.categories import SubType
from paypulse.sandbox.documents.receipts import Design, Item, Leg, ReceiptFacts, receipt_html, receipt_pdf

THING = (Item(name="Ting", price=Decimal("99.00")),)
OWN: dict[SubType, dict[str, str | date]] = {
    SubType.FOOD_DELIVERY: {"restaurant": "Köket vid Ån", "promo_code": "HÖST20"},
    SubType.CLOTHING: {"payment_method": "Visa •••• 4321"},
    SubType.TECHNOLOGY: {"payment_method": "Swish", "notes": "Hämtas i butik"},
    SubType.SUBSCRIPTIONS: {
        "receipt_number": "2026-118-7",
        "plan": "Premium Family",
        "billing_period_start": date(2026, 3, 5),
        "billing_period_end": date(2026, 4, 4),
        "duration": "3 månader",
    },
    SubType.GROCERY: {"store_name": "Lunden", "store_location": "Storgatan 4, Göteborg"},
    SubType.UTILITY: {
        "provider": "Ljuskraft",
        "period_start": date(2026, 2, 1),
        "period_end": date(2026, 2, 28),
        "usage_details": "312 kWh",
    },
    SubType.MISCELLANEOUS: {"category": "Nöje", "notes": "Gäller hela dagen"},
    SubType.TRAVEL: {"transport_company": "Nordflyg", "booking_reference": "K7Q2LM"},
}


def facts_of(sub_type: SubType, language: str = "sv") -> ReceiptFacts:
    return ReceiptFacts(
        vendor="Exempel AB",
        sub_type=sub_type,
        invoice_date=date(2026, 3, 5),
        order_number="778812",
        items=THING,
        language=language,
        details=OWN[sub_type],
    )


def found_in(content: bytes, sub_type: SubType, **known: Any) -> dict[str, Any]:
    found = details(open_document(content), sub_type, reading=Reading(kind=Kind.RECEIPT, **known))
    return {name: field.value for name, field in found.items()}


@pytest.mark.parametrize("language", ["sv", "en", "de"])
@pytest.mark.parametrize("sub_type", SubType)
@pytest.mark.parametrize("shape", [*Design, "pdf"])
def test_the_categorys_own_facts_are_read(sub_type, language, shape):
    facts = facts_of(sub_type, language)
    content = receipt_pdf(facts) if shape == "pdf" else receipt_html(facts, shape).encode()
    found = found_in(content, sub_type)
    assert {name: found.get(name) for name in facts.details} == facts.details


@pytest.mark.parametrize("shape", [*Design, "pdf"])
def test_a_journey_has_its_leg_and_travellers(shape):
    leg = Leg("Göteborg C", "Hamburg Hbf", datetime(2026, 5, 2, 8, 15), datetime(2026, 5, 2, 16, 40))
    facts = replace(
        facts_of(SubType.TRAVEL),
        legs=(leg, replace(leg, departure="Hamburg Hbf", arrival="Göteborg C")),
        passengers=("Alice Andersson", "Bob Berg"),
    )
    found = found_in(receipt_pdf(facts) if shape == "pdf" else receipt_html(facts, shape).encode(), SubType.TRAVEL)
    day = date(2026, 5, 2)
    assert found["travel_details"] == (
        TravelLeg("Göteborg C", "Hamburg Hbf", day, day),
        TravelLeg("Hamburg Hbf", "Göteborg C", day, day),
    )
    assert found["passengers"] == (Passenger("Alice Andersson"), Passenger("Bob Berg"))


def test_a_month_long_period_gives_the_duration():
    page = b"<p>Billing period: 5 March 2026 - 4 April 2026</p>"
    assert found_in(page, SubType.SUBSCRIPTIONS)["duration"] == "1 month"


def test_what_the_reading_already_knows_is_handed_on():
    shipping = Field(Decimal("29.00"), 0.9, Status.READ, "label")
    assert found_in(b"<p>Tack!</p>", SubType.FOOD_DELIVERY, shipping=shipping) == {"delivery_fee": Decimal("29.00")}


def test_the_only_line_of_a_subscription_is_its_plan():
    item = LineItem("Basic plan", total_price=Decimal("9.00"))
    assert found_in(b"<p>Thanks!</p>", SubType.SUBSCRIPTIONS, line_items=(item,))["plan"] == "Basic plan"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Elförbrukning 312 kWh", "electricity"),
        ("Fjärrvärme mars", "heating"),
        ("Ihr Erdgas", "gas"),
        ("Bredband 250", "broadband"),
    ],
)
def test_the_kind_of_utility_is_told_by_its_word(text, kind):
    assert found_in(f"<p>{text}</p>".encode(), SubType.UTILITY)["utility_type"] == kind


@pytest.mark.parametrize("text", ["Paid with Visa ending in 4321", "Mastercard **** 1177", "Klarna"])
def test_a_card_is_found_without_a_label(text):
    assert found_in(f"<p>Thank you. {text}</p>".encode(), SubType.CLOTHING)["payment_method"] in text


def test_a_pickup_place_is_the_restaurant_and_a_sender_is_not():
    assert found_in(b"<p>From</p><p>Golden Wok</p>", SubType.FOOD_DELIVERY)["restaurant"] == "Golden Wok"
    assert "restaurant" not in found_in(b"<p>From: a@example.com</p>", SubType.FOOD_DELIVERY)


def test_the_way_of_travel_is_the_one_most_spoken_of():
    page = b"<p>Take a cab to the airport.</p><p>Flight NF 118</p><p>Your flight leaves at 8.</p>"
    assert found_in(page, SubType.TRAVEL)["transport_type"] == "flight"


def test_a_head_row_of_departure_and_arrival_is_no_journey():
    page = (
        b"<table><tr><td>Departure</td><td>Arrival</td></tr></table><p>Passenger</p><p>Civil Aviation Security Fee</p>"
    )
    assert {"travel_details", "passengers"}.isdisjoint(found_in(page, SubType.TRAVEL))


def test_a_head_row_has_its_journeys_beneath():
    rows = "".join(
        f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in (("Departure", "Arrival"), ("Lund C", "Berlin Hbf"))
    )
    assert found_in(f"<table>{rows}</table>".encode(), SubType.TRAVEL)["travel_details"] == (
        TravelLeg("Lund C", "Berlin Hbf"),
    )


def test_a_label_that_goes_on_is_no_note():
    assert "notes" not in found_in(b"<p>Note to seller</p>", SubType.MISCELLANEOUS)


def test_what_is_not_there_is_left_out():
    assert found_in(b"<p>Hej!</p>", SubType.GROCERY) == {}
