"""The invented goods, subjects and habits of the senders in the demo mailbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from invoices.parsing.result import Kind
from paypulse.core.categories import SubType
from paypulse.sandbox.documents.receipts import Design, Item, Leg, Markup, ReceiptFacts

Details = Callable[[date, Random], Mapping[str, str | date]]


def _nothing(_on: date, _random: Random) -> Mapping[str, str | date]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One sender: what it sells, how its mails look, and in which months (0 is this one) it writes."""

    vendor_id: str | None
    vendor: str
    sender: str
    sub_type: SubType
    subject: str
    goods: tuple[Item, ...]
    months: tuple[int, ...] = ()
    language: str = "sv"
    currency: str = "SEK"
    kind: Kind = Kind.RECEIPT
    vat: Decimal = Decimal("0.25")
    shipping: Decimal | None = None
    tip: Decimal | None = None
    discount: Decimal | None = None
    tax_on_top: bool = False
    billed: bool = False
    as_pdf: bool = False
    design: Design = Design.TABLE
    markup: Markup = Markup.NONE
    cover: str = "Hej! Ditt kvitto är bifogat."
    old_price: Decimal | None = None
    details: Details = _nothing
    route: tuple[str, str] | None = None
    passengers: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)

    def facts(self, on: date, random: Random) -> ReceiptFacts:
        """A purchase of that day: one or a few of the goods, numbered."""
        items = tuple(random.sample(self.goods, k=min(len(self.goods), random.randint(1, 3))))
        number = f"{on:%y%m}{random.randint(10000, 99999)}"
        numbered = self.billed or self.as_pdf
        return ReceiptFacts(
            vendor=self.vendor,
            sub_type=self.sub_type,
            kind=self.kind,
            invoice_date=on,
            due_date=on + timedelta(days=20) if self.billed else None,
            items=items,
            language=self.language,
            currency=self.currency,
            invoice_number=number if numbered else None,
            order_number=None if numbered or self.route else number,
            tax=self._tax(items),
            tax_on_top=self.tax_on_top,
            shipping=self.shipping,
            discount=self.discount,
            tip=self.tip,
            details={**self.details(on, random), **self.extra},
            legs=self._legs(on),
            passengers=self.passengers,
        )

    def _tax(self, items: tuple[Item, ...]) -> Decimal | None:
        taxed = sum((item.total for item in items), Decimal(0)) + (self.shipping or 0) - (self.discount or 0)
        rate = self.vat if self.tax_on_top else self.vat / (1 + self.vat)
        return (taxed * rate).quantize(Decimal("0.01")) if self.vat else None

    def _legs(self, on: date) -> tuple[Leg, ...]:
        if not self.route:
            return ()
        leaves = datetime.combine(on + timedelta(days=30), time(8, 15))
        return (Leg(self.route[0], self.route[1], leaves, leaves + timedelta(hours=2, minutes=40)),)


def _things(**prices: str) -> tuple[Item, ...]:
    return tuple(Item(name=name.replace("_", " "), price=Decimal(price)) for name, price in prices.items())


def _month_plan(plan: str) -> Details:
    def details(on: date, _random: Random) -> Mapping[str, str | date]:
        return {"plan": plan, "billing_period_start": on, "billing_period_end": on + timedelta(days=30)}

    return details


def _usage(kind: str, provider: str, *, unit: str) -> Details:
    def details(on: date, random: Random) -> Mapping[str, str | date]:
        end = on.replace(day=1) - timedelta(days=1)
        usage = f"{random.randint(90, 480)} {unit}"
        return {
            "utility_type": kind,
            "provider": provider,
            "period_start": end.replace(day=1),
            "period_end": end,
            "usage_details": usage,
        }

    return details


def _reference(_on: date, random: Random) -> Mapping[str, str | date]:
    return {"booking_reference": "".join(random.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=6))}


ZALANDO = Shop(
    vendor_id="zalando",
    vendor="Zalando",
    sender="Zalando <info@service-mail.zalando.se>",
    sub_type=SubType.CLOTHING,
    subject="Kvitto på din beställning {number}",
    goods=(
        Item(name="Linneskjorta", price=Decimal("599.00"), brand="Nordhem", size="L"),
        Item(name="Ullstrumpor", price=Decimal("129.00"), brand="Tallkott", size="41-43"),
        Item(name="Jeans", price=Decimal("849.00"), brand="Fjällvik", size="32/34"),
    ),
    months=(0, 3, 6, 9),
    design=Design.STACKED,
    shipping=Decimal("39.00"),
    extra={"payment_method": "Visa •••• 4321"},
)
ELGIGANTEN = Shop(
    vendor_id="elgiganten",
    vendor="Elgiganten",
    sender="Elgiganten <noreply@elgiganten.se>",
    sub_type=SubType.TECHNOLOGY,
    subject="Ditt kvitto {number}",
    goods=_things(Trådlösa_hörlurar="1290.00", HDMI_kabel="149.00", USB_laddare="249.00"),
    months=(2, 7),
    as_pdf=True,
    extra={"payment_method": "Mastercard •••• 1177"},
)
CLAS_OHLSON = Shop(
    vendor_id="clasohlson",
    vendor="Clas Ohlson",
    sender="Clas Ohlson <kundtjanst@clasohlson.se>",
    sub_type=SubType.MISCELLANEOUS,
    subject="Kvitto för order {number}",
    goods=_things(Skruvdragare="699.00", Vattenpass="119.90", LED_lampa="79.90", Måttband="59.90"),
    months=(1, 5, 9),
    shipping=Decimal("49.00"),
)
KNOWN = (
    ZALANDO,
    ELGIGANTEN,
    CLAS_OHLSON,
    Shop(
        vendor_id="foodora",
        vendor="foodora",
        sender="foodora <noreply@foodora.se>",
        sub_type=SubType.FOOD_DELIVERY,
        subject="Kvitto på din beställning {number}",
        goods=_things(Pad_thai="139.00", Vårrullar="59.00", Margherita="115.00", Ramen_tonkotsu="149.00"),
        months=(0, 1, 2, 4, 6, 8, 10),
        vat=Decimal("0.12"),
        shipping=Decimal("29.00"),
        tip=Decimal("10.00"),
        extra={"restaurant": "Köket vid Ån"},
    ),
    Shop(
        vendor_id="dominos",
        vendor="Domino's",
        sender="Domino's <noreply@dominos.se>",
        sub_type=SubType.FOOD_DELIVERY,
        subject="Orderbekräftelse och kvitto {number}",
        goods=_things(Vesuvio="129.00", Vitlöksbröd="45.00", Läsk_150_cl="35.00"),
        months=(3, 7),
        vat=Decimal("0.12"),
        design=Design.INLINE,
        discount=Decimal("20.00"),
        extra={"restaurant": "Torget", "promo_code": "HÖST20"},
    ),
    Shop(
        vendor_id="mediamarkt",
        vendor="MediaMarkt",
        sender="MediaMarkt <noreply@mediamarkt.de>",
        sub_type=SubType.TECHNOLOGY,
        subject="Deine Rechnung {number}",
        goods=_things(Powerbank="39.99", Tastatur="59.90", Webcam="74.50"),
        months=(4, 10),
        language="de",
        currency="EUR",
        vat=Decimal("0.19"),
        as_pdf=True,
        kind=Kind.INVOICE,
        cover="Hallo! Deine Rechnung findest du im Anhang.",
    ),
    Shop(
        vendor_id="dbrand",
        vendor="dbrand",
        sender="dbrand <orders@dbrand.com>",
        sub_type=SubType.TECHNOLOGY,
        subject="Your receipt for order {number}",
        goods=_things(Phone_skin="24.95", Laptop_skin="39.95"),
        months=(5,),
        language="en",
        currency="USD",
        vat=Decimal("0.08"),
        tax_on_top=True,
        shipping=Decimal("6.95"),
        markup=Markup.JSON_LD,
    ),
    Shop(
        vendor_id="spotify",
        vendor="Spotify",
        sender="Spotify <no-reply@spotify.com>",
        sub_type=SubType.SUBSCRIPTIONS,
        subject="Ditt kvitto från {month}",
        goods=_things(Premium_Individual="129.00"),
        old_price=Decimal("119.00"),
        months=tuple(range(12)),
        design=Design.STACKED,
        details=_month_plan("Premium Individual"),
        extra={"payment_method": "Visa •••• 4321"},
    ),
    Shop(
        vendor_id="netflix",
        vendor="Netflix",
        sender="Netflix <info@account.netflix.com>",
        sub_type=SubType.SUBSCRIPTIONS,
        subject="Your receipt for {month}",
        goods=_things(Standard_plan="13.99"),
        months=tuple(range(12)),
        language="en",
        currency="EUR",
        vat=Decimal("0.21"),
        details=_month_plan("Standard"),
    ),
    Shop(
        vendor_id="ica",
        vendor="ICA",
        sender="ICA <kvitto@ica.se>",
        sub_type=SubType.GROCERY,
        subject="Ditt kvitto {number}",
        goods=(
            Item(name="Äpplen", price=Decimal("29.90"), quantity=Decimal("1.240"), unit="kg"),
            *_things(Havremjölk="24.90", Knäckebröd="32.50", Kaffe="69.90", Ost="119.00"),
        ),
        months=(0, 1, 3, 5, 8, 11),
        vat=Decimal("0.12"),
        extra={"store_name": "ICA Lunden", "store_location": "Storgatan 4, Göteborg"},
    ),
    Shop(
        vendor_id="willys",
        vendor="Willys",
        sender="Willys <no-reply@willys.se>",
        sub_type=SubType.GROCERY,
        subject="Kvitto {number}",
        goods=_things(Pasta="18.90", Krossade_tomater="12.50", Basmatiris="45.90", Smör="59.90"),
        months=(2, 4, 7, 10),
        vat=Decimal("0.12"),
        design=Design.INLINE,
        extra={"store_name": "Willys Hamnen"},
    ),
    Shop(
        vendor_id="vattenfall",
        vendor="Vattenfall",
        sender="Vattenfall <faktura@vattenfall.se>",
        sub_type=SubType.UTILITY,
        subject="Din elfaktura för {month}",
        goods=_things(Elförbrukning="412.30", Fast_avgift="49.00", Påslag="18.40"),
        months=(0, 2, 4, 6, 8, 10),
        kind=Kind.INVOICE,
        billed=True,
        as_pdf=True,
        cover="Hej! Din faktura är bifogad.",
        details=_usage("El", "Vattenfall", unit="kWh"),
    ),
    Shop(
        vendor_id="eon",
        vendor="E.ON",
        sender="E.ON <kundservice@eon.se>",
        sub_type=SubType.UTILITY,
        subject="Faktura {number}",
        goods=_things(Fjärrvärme="588.75", Fast_avgift="125.00"),
        months=(1, 5, 9),
        kind=Kind.INVOICE,
        billed=True,
        details=_usage("Fjärrvärme", "E.ON", unit="kWh"),
    ),
    Shop(
        vendor_id="ryanair",
        vendor="Ryanair",
        sender="Ryanair <itinerary@ryanair.com>",
        sub_type=SubType.TRAVEL,
        subject="Your travel booking",
        goods=_things(Fare="64.99"),
        months=(3, 8),
        language="en",
        currency="EUR",
        kind=Kind.BOOKING,
        vat=Decimal(0),
        details=_reference,
        route=("Gothenburg", "London Stansted"),
        passengers=("Alice Andersson",),
        extra={"transport_type": "Flight", "transport_company": "Ryanair"},
    ),
    Shop(
        vendor_id="flixbus",
        vendor="FlixBus",
        sender="FlixBus <noreply@flixbus.de>",
        sub_type=SubType.TRAVEL,
        subject="Deine Buchung",
        goods=_things(Fahrkarte="29.98"),
        months=(2, 6),
        language="de",
        currency="EUR",
        kind=Kind.BOOKING,
        vat=Decimal("0.07"),
        details=_reference,
        route=("Hamburg ZOB", "Berlin ZOB"),
        passengers=("Alice Andersson", "Bob Berg"),
        extra={"transport_type": "Bus", "transport_company": "FlixBus"},
    ),
    Shop(
        vendor_id="liseberg",
        vendor="Liseberg",
        sender="Liseberg <noreply@liseberg.se>",
        sub_type=SubType.MISCELLANEOUS,
        subject="Kvitto på dina biljetter {number}",
        goods=_things(Entré_och_åkpass="475.00"),
        months=(4,),
        vat=Decimal("0.06"),
        extra={"category": "Nöje"},
    ),
)
UNKNOWN = (
    Shop(
        vendor_id=None,
        vendor="Glödlampans Kafferosteri",
        sender="Glödlampans Kafferosteri <order@glodlampan.example>",
        sub_type=SubType.GROCERY,
        subject="Tack för din order {number}",
        goods=_things(Espressobönor_1_kg="249.00", Filterkaffe="99.00"),
        vat=Decimal("0.12"),
        shipping=Decimal("45.00"),
    ),
    Shop(
        vendor_id=None,
        vendor="Harbour Bicycle Works",
        sender="Harbour Bicycle Works <billing@harbourbicycles.example>",
        sub_type=SubType.MISCELLANEOUS,
        subject="Invoice {number}",
        goods=_things(Full_service="85.00", Brake_pads="18.50"),
        language="en",
        currency="GBP",
        vat=Decimal("0.20"),
        kind=Kind.INVOICE,
        billed=True,
        as_pdf=True,
        cover="Thank you! Your invoice is attached.",
    ),
)
