"""The tables of what: invoices and their details, and what keeps them from being lost or counted twice."""

from __future__ import annotations

from pynamodb.attributes import (
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from paypulse.core.categories import SubType
from paypulse.core.tables import MoneyAttribute, PackedAttribute, Table


class _Invoice(Table):
    """What rental and retail rows share.

    `facts` is every fact as it was read ({name: {value, confidence, status, method, evidence}}); the plain attributes hold
    the value in force, which is the person's where `corrections` names the field ({name: {value, at, was}}). `words` are
    those of the original, see invoices.words. `state` is one of ok, needs_look, duplicate, not_an_invoice. `version` guards every update.
    """

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    invoice_id = UnicodeAttribute(range_key=True, attr_name="InvoiceID")
    vendor_id = UnicodeAttribute(null=True)
    kind = UnicodeAttribute()
    state = UnicodeAttribute()
    reasons = ListAttribute(of=UnicodeAttribute, default=list)
    total_amount = MoneyAttribute(null=True)
    currency = UnicodeAttribute(null=True)
    invoice_number = UnicodeAttribute(null=True)
    order_number = UnicodeAttribute(null=True)
    ocr_number = UnicodeAttribute(null=True)
    bankgiro = UnicodeAttribute(null=True)
    plusgiro = UnicodeAttribute(null=True)
    iban = UnicodeAttribute(null=True)
    line_items = JSONAttribute(default=list)
    facts = PackedAttribute(default=dict)
    corrections = JSONAttribute(default=dict)
    history = JSONAttribute(default=list)
    duplicate_of = UnicodeAttribute(null=True)
    duplicate_key = UnicodeAttribute(null=True)
    linked_to = UnicodeAttribute(null=True)
    entry_id = UnicodeAttribute(null=True)
    paid_on = UnicodeAttribute(null=True)
    s3_path = UnicodeAttribute()
    s3_version = UnicodeAttribute(null=True)
    source = UnicodeAttribute()
    content_hash = UnicodeAttribute()
    reader_version = NumberAttribute(default=0)
    vendor_version = NumberAttribute(null=True)
    words = UnicodeAttribute(null=True)
    received_at = UTCDateTimeAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    version = NumberAttribute(default=1)


class DueMonthIndex(GlobalSecondaryIndex["RentalInvoice"]):
    class Meta:
        index_name = "due_date_year-due_date_month-index"
        projection = AllProjection()
        read_capacity_units = 5
        write_capacity_units = 5

    due_date_year = UnicodeAttribute(hash_key=True)
    due_date_month = UnicodeAttribute(range_key=True)


class RentalInvoice(_Invoice):
    """A rent notice. Its `line_items` are the breakdown ({description, total_price, component})."""

    class Meta(Table.Settings):
        table_name = "RentalInvoices"
        billing_mode = "PROVISIONED"
        read_capacity_units = 5
        write_capacity_units = 5
        stream_view_type = "NEW_AND_OLD_IMAGES"

    vendor = UnicodeAttribute(null=True)
    invoice_date = UnicodeAttribute(null=True)
    due_date = UnicodeAttribute(null=True)
    due_date_year = UnicodeAttribute(null=True)
    due_date_month = UnicodeAttribute(null=True)
    vat = MoneyAttribute(null=True)
    period_start = UnicodeAttribute(null=True)
    period_end = UnicodeAttribute(null=True)
    due_month_index = DueMonthIndex()


class InvoiceDateIndex(GlobalSecondaryIndex["RetailInvoice"]):
    class Meta:
        index_name = "invoice_date-index"
        projection = AllProjection()

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    invoice_date = UnicodeAttribute(range_key=True)


class SubTypeDateIndex(GlobalSecondaryIndex["RetailInvoice"]):
    class Meta:
        index_name = "sub_type-invoice_date-index"
        projection = AllProjection()

    user_id_sub_type = UnicodeAttribute(hash_key=True, attr_name="UserID_SubType")
    invoice_date = UnicodeAttribute(range_key=True)


class RetailInvoice(_Invoice):
    """A retail invoice or receipt.

    `invoice_date` is always set, because both indexes sort by it: where the document has none it is the day the mail was
    sent (or the upload's), and the fact `invoice_date` says so and is unsure.
    """

    class Meta(Table.Settings):
        table_name = "RetailInvoices"
        stream_view_type = "NEW_AND_OLD_IMAGES"

    point_in_time_recovery = True

    vendor_name = UnicodeAttribute(null=True)
    sub_type = UnicodeAttribute()
    user_id_sub_type = UnicodeAttribute(attr_name="UserID_SubType")
    invoice_date = UnicodeAttribute()
    due_date = UnicodeAttribute(null=True)
    tax = MoneyAttribute(null=True)
    invoice_date_index = InvoiceDateIndex()
    sub_type_date_index = SubTypeDateIndex()


class _Detail(Table):
    """What only one category has. Keyed by the unguessable InvoiceID alone, carrying its owner, reached through the base row."""

    invoice_id = UnicodeAttribute(hash_key=True, attr_name="InvoiceID")
    user_id = UnicodeAttribute(attr_name="UserID")


class _Purchase(_Detail):
    tax = MoneyAttribute(null=True)
    delivery_fee = MoneyAttribute(null=True)
    items = JSONAttribute(default=list)


class FoodDeliveryInvoice(_Detail):
    class Meta(Table.Settings):
        table_name = "FoodDeliveryInvoices"

    delivery_fee = MoneyAttribute(null=True)
    discount = MoneyAttribute(null=True)
    tip = MoneyAttribute(null=True)
    promo_code = UnicodeAttribute(null=True)
    restaurant = UnicodeAttribute(null=True)
    items = JSONAttribute(default=list)


class ClothingInvoice(_Purchase):
    class Meta(Table.Settings):
        table_name = "ClothingInvoices"

    payment_method = UnicodeAttribute(null=True)


class TechnologyInvoice(_Purchase):
    class Meta(Table.Settings):
        table_name = "TechnologyInvoices"

    description = UnicodeAttribute(null=True)
    payment_method = UnicodeAttribute(null=True)
    notes = UnicodeAttribute(null=True)


class SubscriptionInvoice(_Detail):
    class Meta(Table.Settings):
        table_name = "SubscriptionInvoices"

    receipt_number = UnicodeAttribute(null=True)
    invoice_number = UnicodeAttribute(null=True)
    payment_method = UnicodeAttribute(null=True)
    plan = UnicodeAttribute(null=True)
    billing_period_start = UnicodeAttribute(null=True)
    billing_period_end = UnicodeAttribute(null=True)
    duration = UnicodeAttribute(null=True)


class GroceryInvoice(_Detail):
    class Meta(Table.Settings):
        table_name = "GroceryInvoices"

    store_name = UnicodeAttribute(null=True)
    store_location = UnicodeAttribute(null=True)
    items = JSONAttribute(default=list)


class MiscellaneousUtilityInvoice(_Detail):
    class Meta(Table.Settings):
        table_name = "MiscellaneousUtilityInvoices"

    utility_type = UnicodeAttribute(null=True)
    provider = UnicodeAttribute(null=True)
    period_start = UnicodeAttribute(null=True)
    period_end = UnicodeAttribute(null=True)
    usage_details = UnicodeAttribute(null=True)


class MiscellaneousInvoice(_Purchase):
    class Meta(Table.Settings):
        table_name = "MiscellaneousInvoices"

    category = UnicodeAttribute(null=True)
    description = UnicodeAttribute(null=True)
    notes = UnicodeAttribute(null=True)


class TravelInvoice(_Detail):
    class Meta(Table.Settings):
        table_name = "TravelInvoices"

    transport_type = UnicodeAttribute(null=True)
    transport_company = UnicodeAttribute(null=True)
    booking_reference = UnicodeAttribute(null=True)
    travel_details = JSONAttribute(default=list)
    passengers = JSONAttribute(default=list)


DETAIL_TABLES: dict[SubType, type[_Detail]] = {
    SubType.FOOD_DELIVERY: FoodDeliveryInvoice,
    SubType.CLOTHING: ClothingInvoice,
    SubType.TECHNOLOGY: TechnologyInvoice,
    SubType.SUBSCRIPTIONS: SubscriptionInvoice,
    SubType.GROCERY: GroceryInvoice,
    SubType.UTILITY: MiscellaneousUtilityInvoice,
    SubType.MISCELLANEOUS: MiscellaneousInvoice,
    SubType.TRAVEL: TravelInvoice,
}


class LedgerEntry(Table):
    """What became of one candidate mail part: the proof that nothing was lost.

    `entry_id` is `{mailbox_id}#{message_id}#{part}`, the parts counted from 0 (0 is there before the mail was opened, and
    when it holds no document); `state` one of waiting, stored, recorded, duplicate, ignored, failed, given_up. `job_id` is
    the job that settled it first. `parts`, on line 0, is how many documents the mail holds, once all of them are in S3.
    """

    class Meta(Table.Settings):
        table_name = "MessageLedger"

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    entry_id = UnicodeAttribute(range_key=True, attr_name="EntryID")
    mailbox_id = UnicodeAttribute()
    message_id = UnicodeAttribute()
    state = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    vendor_id = UnicodeAttribute(null=True)
    s3_path = UnicodeAttribute(null=True)
    content_hash = UnicodeAttribute(null=True)
    invoice_id = UnicodeAttribute(null=True)
    duplicate_of = UnicodeAttribute(null=True)
    tries = NumberAttribute(default=0)
    retry_at = UTCDateTimeAttribute(null=True)
    sent_at = UTCDateTimeAttribute(null=True)
    job_id = UnicodeAttribute(null=True)
    parts = NumberAttribute(null=True)
    updated_at = UTCDateTimeAttribute()


class Fingerprint(Table):
    """Which invoices share a content hash or a vendor's number; `version` makes two that arrive at once see each other.

    `holders` is [{id, category, at, day, total, currency, credit, distinct}], see invoices.duplicates.Holder.
    """

    class Meta(Table.Settings):
        table_name = "InvoiceFingerprints"

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    fingerprint = UnicodeAttribute(range_key=True, attr_name="Fingerprint")
    holders = JSONAttribute(default=list)
    version = NumberAttribute(default=1)


class Job(Table):
    """Work that was asked for (a sync, an export, a re-read) and how far it is; forgotten after its expiry."""

    class Meta(Table.Settings):
        table_name = "Jobs"

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    job_id = UnicodeAttribute(range_key=True, attr_name="JobID")
    kind = UnicodeAttribute()
    state = UnicodeAttribute()
    counts = JSONAttribute(default=dict)
    request = JSONAttribute(default=dict)
    result = JSONAttribute(default=dict)
    error = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    version = NumberAttribute(default=1)
    expires_at = TTLAttribute(null=True)


class MonthlySummary(Table):
    """A month of one person, recomputed from the rows whenever one changes, so that a page reads a fixed number of items."""

    class Meta(Table.Settings):
        table_name = "MonthlySummaries"

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    month = UnicodeAttribute(range_key=True, attr_name="Month")
    totals = JSONAttribute(default=dict)
    counts = JSONAttribute(default=dict)
    updated_at = UTCDateTimeAttribute()
    version = NumberAttribute(default=1)


class Notice(Table):
    """A notification that was decided on: its key makes a second one for the same thing impossible."""

    class Meta(Table.Settings):
        table_name = "Notices"

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    notice_id = UnicodeAttribute(range_key=True, attr_name="NoticeID")
    kind = UnicodeAttribute()
    invoice_id = UnicodeAttribute(null=True, attr_name="InvoiceID")
    state = UnicodeAttribute()
    data = JSONAttribute(default=dict)
    tries = NumberAttribute(default=0)
    created_at = UTCDateTimeAttribute()
    sent_at = UTCDateTimeAttribute(null=True)


class Lesson(Table):
    """What a person taught us of a vendor, by the vendor's id or the name on its documents (as a slug)."""

    class Meta(Table.Settings):
        table_name = "Lessons"

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    vendor_key = UnicodeAttribute(range_key=True, attr_name="VendorKey")
    vendor_name = UnicodeAttribute(null=True)
    sub_type = UnicodeAttribute(null=True)
    updated_at = UTCDateTimeAttribute()
    version = NumberAttribute(default=1)


class ExchangeRate(Table):
    """What a euro was worth on a day, as text by currency; nobody's, and the same for everybody."""

    class Meta(Table.Settings):
        table_name = "ExchangeRates"

    day = UnicodeAttribute(hash_key=True, attr_name="Day")
    rates = JSONAttribute(default=dict)


TABLES: tuple[type[Table], ...] = (
    RentalInvoice,
    RetailInvoice,
    *DETAIL_TABLES.values(),
    LedgerEntry,
    Fingerprint,
    Job,
    MonthlySummary,
    Notice,
    Lesson,
    ExchangeRate,
)
