"""The types of /v1 as published: the only place where our facts take the names that clients already read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

from accounts.claims import Scope
from lambdas.responses import Code
from paypulse.core.categories import SubType

Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@ ]+@[^@ ]+$", examples=["alice@example.com"])]
Password = Annotated[str, Meta(min_length=1, max_length=256, examples=["correct horse battery staple"])]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2026-11-24"])]
Limit = Annotated[int, Meta(ge=1, le=500, description="How many rows at most; without it, all of them in one answer.")]
From = Annotated[date, Meta(description="The first day, included.")]
To = Annotated[date, Meta(description="The last day, included.")]
Year = Annotated[str, Meta(pattern=r"^\d{4}$", description="The year it is due in.")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$", examples=["SEK"])]
Number = Annotated[str, Meta(max_length=100)]
Cursor = Annotated[str, Meta(min_length=1, max_length=2048, description="Goes on where the answer with it ended.")]


class Request(Struct, kw_only=True, forbid_unknown_fields=False):
    """A body or a query string; unknown members are ignored, as the published clients expect."""


# --- accounts ---------------------------------------------------------------------------------------------------------
class Signup(Request):
    email: Email
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    password: Password


class Login(Request):
    """`code` is for people who turned on the second step: of their authenticator app, or a recovery code."""

    email: Email
    password: Password
    code: Annotated[str, Meta(max_length=40, examples=["123456"])] = ""


class SignedIn(Struct, kw_only=True):
    """What signing up and signing in give: who it is, and a bearer token."""

    username: str
    access_token: str
    token_type: str = "Bearer"


class StoreTokens(Request):
    """Google tokens that an app obtained itself."""

    access_token: Annotated[str, Meta(min_length=1, max_length=4096)]
    scope: Annotated[list[Annotated[str, Meta(max_length=300)]], Meta(min_length=1, max_length=50)]
    refresh_token: Annotated[str, Meta(min_length=1, max_length=4096)] | None = None
    expires_in: Annotated[int, Meta(ge=0, le=86400)] = 3600
    # Apps send an empty text where Google told them no address.
    email: Annotated[str, Meta(max_length=254)] | None = None


class StoredTokens(Struct, kw_only=True):
    """The mailbox that is connected now. `scope` is OAuth's: words with a blank between them."""

    google_email: str
    scope: str
    account_switch: bool
    message: str


class Profile(Struct, kw_only=True):
    name: str
    email: str
    created_on: Day
    gmail_account_connected: bool


class Erasure(Struct, kw_only=True):
    """How far the forgetting is; a mail with the receipt follows when it is done."""

    state: str


# --- invoices ---------------------------------------------------------------------------------------------------------
class RentalRow(Struct, kw_only=True):
    """A rent notice under its published names; an amount that was not found is null.

    A component is 0 where the notice does not list it and the lines it does list make up its total.
    """

    invoice_id: str = field(name="InvoiceID")
    user_id: str = field(name="UserID")
    due_date: Annotated[str, Meta(pattern=r"^\d{2}-\d{2}-\d{4}$")] | None = field(name="Due Date")
    due_date_month: Annotated[str, Meta(pattern=r"^([1-9]|1[0-2])$")] | None
    due_date_year: Annotated[str, Meta(pattern=r"^\d{4}$")] | None
    total_amount: Decimal | None = field(name="Total Amount")
    ocr: str | None = field(name="OCR")
    vat: Decimal | None = field(name="Moms")
    base_rent: Decimal | None = field(name="Hyra")
    electricity: Decimal | None = field(name="El")
    cold_water: Decimal | None = field(name="Kallvatten")
    warm_water: Decimal | None = field(name="Varmvatten")
    filename: str = field(name="Filename")
    vendor_name: str | None
    currency: str | None
    state: str
    statuses: dict[str, str]
    paid_on: Day | None
    version: int


class RentalList(Struct, kw_only=True):
    invoice_count: int = field(name="invoiceCount")
    invoices: dict[str, list[RentalRow]]
    cursor: str | UnsetType = UNSET


class _Retail(Struct, kw_only=True):
    invoice_id: str = field(name="InvoiceID")
    invoice_date: Day
    total_amount: Decimal | None
    currency: str | None
    vendor_name: str | None
    state: str
    paid_on: Day | None
    version: int


class RetailRow(_Retail, kw_only=True):
    """A retail invoice in a list; an amount that was not found is null."""

    sub_type: SubType


class RetailList(Struct, kw_only=True):
    """Rows by sub_type, or by year when one sub_type was asked for."""

    invoice_count: int = field(name="invoiceCount")
    invoices: dict[str, list[RetailRow]]
    cursor: str | UnsetType = UNSET


class RetailCounts(Struct, kw_only=True):
    """How many invoices each sub_type has, zero where it has none; with `subtype` just that one."""

    food_delivery: int | UnsetType = field(default=UNSET, name="food-delivery")
    clothing: int | UnsetType = UNSET
    technology: int | UnsetType = UNSET
    subscriptions: int | UnsetType = UNSET
    grocery: int | UnsetType = UNSET
    utility: int | UnsetType = UNSET
    miscellaneous: int | UnsetType = UNSET
    travel: int | UnsetType = UNSET


class LineItem(Struct, kw_only=True):
    description: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    total_price: Decimal | None = None


class RetailDetails(_Retail, kw_only=True, tag_field="sub_type"):
    """One retail invoice; each category adds what it has of its own. `statuses` says how far each value may be trusted."""

    kind: str
    due_date: Day | None
    invoice_number: str | None
    order_number: str | None
    tax: Decimal | None
    line_items: list[LineItem]
    statuses: dict[str, str]


class Item(Struct, kw_only=True):
    """One thing that was bought; `price` is that of one of it where the document says so."""

    name: str | None = None
    price: Decimal | None = None
    quantity: Decimal | None = None


class Dish(Item, kw_only=True):
    description: str | None = None


class Garment(Item, kw_only=True):
    brand: str | None = None
    size: str | None = None


class Food(Item, kw_only=True):
    unit: str | None = None
    category: str | None = None


class FoodDelivery(RetailDetails, kw_only=True, tag=str(SubType.FOOD_DELIVERY)):
    delivery_fee: Decimal | None = None
    discount: Decimal | None = None
    tip: Decimal | None = None
    promo_code: str | None = None
    restaurant: str | None = None
    items: list[Dish] = []


class Clothing(RetailDetails, kw_only=True, tag=str(SubType.CLOTHING)):
    delivery_fee: Decimal | None = None
    payment_method: str | None = None
    items: list[Garment] = []


class Technology(RetailDetails, kw_only=True, tag=str(SubType.TECHNOLOGY)):
    description: str | None = None
    delivery_fee: Decimal | None = None
    payment_method: str | None = None
    notes: str | None = None
    items: list[Item] = []


class Subscription(RetailDetails, kw_only=True, tag=str(SubType.SUBSCRIPTIONS)):
    receipt_number: str | None = None
    payment_method: str | None = None
    plan: str | None = None
    billing_period_start: str | None = None
    billing_period_end: str | None = None
    duration: str | None = None


class Grocery(RetailDetails, kw_only=True, tag=str(SubType.GROCERY)):
    store_name: str | None = None
    store_location: str | None = None
    items: list[Food] = []


class Utility(RetailDetails, kw_only=True, tag=str(SubType.UTILITY)):
    utility_type: str | None = None
    provider: str | None = None
    period_start: str | None = None
    period_end: str | None = None
    usage_details: str | None = None


class Miscellaneous(RetailDetails, kw_only=True, tag=str(SubType.MISCELLANEOUS)):
    category: str | None = None
    description: str | None = None
    delivery_fee: Decimal | None = None
    notes: str | None = None
    items: list[Item] = []


class Leg(Struct, kw_only=True):
    """One part of a journey."""

    departure_location: str | None = None
    arrival_location: str | None = None
    departure_date: str | None = None
    arrival_date: str | None = None


class Passenger(Struct, kw_only=True):
    name: str | None = None


class Travel(RetailDetails, kw_only=True, tag=str(SubType.TRAVEL)):
    transport_type: str | None = None
    transport_company: str | None = None
    booking_reference: str | None = None
    travel_details: list[Leg] = []
    passengers: list[Passenger] = []


AnyRetail = FoodDelivery | Clothing | Technology | Subscription | Grocery | Utility | Miscellaneous | Travel


class InvoiceDetails(Struct, kw_only=True):
    invoice_details: AnyRetail = field(name="invoiceDetails")


class RentalQuery(Request):
    year: Year | None = None
    since: From | None = field(default=None, name="from")
    until: To | None = field(default=None, name="to")
    limit: Limit | None = None
    cursor: Cursor | None = None


class RetailQuery(Request):
    subtype: SubType | None = None
    invoice_id: Annotated[str, Meta(max_length=200)] | None = field(default=None, name="invoice-id")
    counts: bool = False
    since: From | None = field(default=None, name="from")
    until: To | None = field(default=None, name="to")
    limit: Limit | None = None
    cursor: Cursor | None = None


class Deleted(Struct, kw_only=True):
    invoice_id: str
    vendor_name: str | None
    sub_type: str
    invoice_date: Day
    total_amount: Decimal | None
    currency: str | None


class DeletedInvoice(Struct, kw_only=True):
    deleted_invoice: Deleted


class Correction(Request):
    """What the person says is so; a member that is left out stays as it is. `version` is the one the client has read."""

    version: Annotated[int, Meta(ge=1)]
    vendor_name: Annotated[str, Meta(min_length=1, max_length=200)] | UnsetType = UNSET
    total_amount: Decimal | UnsetType = UNSET
    tax: Decimal | UnsetType | None = UNSET
    currency: Currency | UnsetType = UNSET
    invoice_date: date | UnsetType = UNSET
    due_date: date | UnsetType | None = UNSET
    invoice_number: Number | UnsetType | None = UNSET
    order_number: Number | UnsetType | None = UNSET
    paid_on: date | UnsetType | None = UNSET


class RentalCorrection(Correction):
    ocr_number: Number | UnsetType | None = UNSET


class RetailCorrection(Correction):
    sub_type: SubType | UnsetType = UNSET


class Original(Struct, kw_only=True):
    """Where the stored original can be fetched, without a token, until `expires_in` seconds have passed."""

    url: str
    content_type: str
    expires_in: int


# --- fetching ---------------------------------------------------------------------------------------------------------
class Nothing(Request):
    """A request that says nothing in its body."""


class RetailIngest(Request):
    start_date: date | None = None
    end_date: date | None = None
    vendor_category: SubType | None = None


class Ingested(Struct, kw_only=True):
    invoice_count: int = field(name="invoiceCount")


class DateRange(Struct, kw_only=True):
    start_date: Day | None
    end_date: Day | None


class RetailIngested(Struct, kw_only=True):
    total_emails_found: int = field(name="totalEmailsFound")
    by_vendor: dict[str, int] = field(name="byVendor")
    date_range: DateRange = field(name="dateRange")
    errors: Annotated[list[str], Meta(max_length=20)]


class JobStatus(Struct, kw_only=True):
    """Work that goes on after the answer; poll GET /v1/jobs/{job_id} until `state` is done or failed."""

    job_id: str
    kind: str
    state: str
    counts: dict[str, int]
    result: dict[str, Any] = {}
    error: str | None = None


class Accepted(Struct, kw_only=True):
    """Work that takes longer than an answer may: one job for each mailbox, the first of them named apart.

    `invoiceCount` is what has been stored so far, so that a client that knows of no jobs reads it as a short fetch.
    """

    invoice_count: int = field(name="invoiceCount")
    job_id: str
    jobs: list[JobStatus]


# --- ours beside the published ones -----------------------------------------------------------------------------------
class UploadQuery(Request, forbid_unknown_fields=True):
    filename: Annotated[str, Meta(min_length=1, max_length=200)] = "upload"


class Uploaded(Struct, kw_only=True):
    """The invoices an upload becomes; each can be read as soon as its original has been."""

    job_id: str
    invoice_ids: list[str]


class NewToken(Request):
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=4)]


class MadeToken(Struct, kw_only=True):
    """The token itself; it is shown this once."""

    token: str


class Token(Struct, kw_only=True):
    token_id: str
    name: str
    scopes: list[str]
    created_at: str
    last_used_at: str | None


class TokenList(Struct, kw_only=True):
    tokens: list[Token]


class NewWebhook(Request):
    url: Annotated[str, Meta(min_length=9, max_length=500, pattern=r"^https://[!-~]+$")]


class WebhookAddress(Struct, kw_only=True):
    url: str


class MadeWebhook(WebhookAddress, kw_only=True):
    """The secret signs what is sent: header PayPulse-Signature, `t={epoch},v1={hex HMAC-SHA256 of "t.body"}`."""

    secret: str


class NewPushDevice(Request):
    """A phone to be told: the token its push platform gave the app. `turn_on` turns push messages on, where the person just said so."""

    token: Annotated[str, Meta(min_length=8, max_length=2048, pattern=r"^[!-~]+$")]
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    turn_on: bool = False


class PushDeviceRow(Struct, kw_only=True):
    """A phone that gets push messages; `reached` is false when its app was removed or its token has changed."""

    device_id: str
    name: str
    added_at: str
    reached: bool


class PushDeviceList(Struct, kw_only=True):
    """Whether push messages are to be had here, whether the person wants them, and on which phones."""

    offered: bool
    on: bool
    devices: list[PushDeviceRow]


class VendorRow(Struct, kw_only=True):
    """A vendor whose mail is fetched."""

    vendor_id: str
    vendor_name: str
    category: str
    sub_type: str | None


class VendorList(Struct, kw_only=True):
    vendors: list[VendorRow]


class MonthQuery(Request, forbid_unknown_fields=True):
    last: Annotated[int, Meta(ge=1, le=36)] = 12


class CategoryTotal(Struct, kw_only=True):
    """What one month cost in one category and currency; amounts of two currencies are never added."""

    category: str
    currency: str
    amount: Decimal
    invoices: int


class MonthTotal(Struct, kw_only=True):
    """One month; `needs_look` invoices are in no total, because their amounts are not sure."""

    month: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}$")]
    needs_look: int
    totals: list[CategoryTotal]


class Summaries(Struct, kw_only=True):
    months: list[MonthTotal]


# --- envelopes of failure ----------------------------------------------------------------------------------------------
class ErrorBody(Struct, kw_only=True):
    code: Code
    message: str


class Failure(Struct, kw_only=True):
    error: ErrorBody
