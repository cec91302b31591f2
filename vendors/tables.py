"""The tables of from whom: the vendor rows, their versions, and what readings say about them."""

from __future__ import annotations

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from paypulse.core.tables import Table


class VendorConfig(Table):
    """One vendor. `subject_keywords` holds one group an entry, its words joined by " + "; `active` is state == "active".

    `drift` is what a nightly look at the readings found changed: {signs, digest, since, acknowledged}. `fetched_since` is when
    the row began to be fetched in its present state and with its present senders and subjects.
    """

    class Meta(Table.Settings):
        table_name = "VendorConfig"

    vendor_id = UnicodeAttribute(hash_key=True)
    vendor_name = UnicodeAttribute()
    invoice_category = UnicodeAttribute()
    invoice_sub_type = UnicodeAttribute(null=True)
    email_patterns = ListAttribute(of=UnicodeAttribute, default=list)
    subject_keywords = ListAttribute(of=UnicodeAttribute, default=list)
    parser_type = UnicodeAttribute(default="generic")
    field_hints = JSONAttribute(default=dict)
    supports_pdf = BooleanAttribute(default=True)
    supports_html = BooleanAttribute(default=True)
    currency = UnicodeAttribute(null=True)
    locale = UnicodeAttribute(null=True)
    logo_url = UnicodeAttribute(null=True)
    notes = UnicodeAttribute(null=True)
    state = UnicodeAttribute(default="draft")
    active = BooleanAttribute(default=False)
    version = NumberAttribute(default=1)
    catalogue_hash = UnicodeAttribute(null=True)
    drift = JSONAttribute(null=True)
    fetched_since = UTCDateTimeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    updated_by = UnicodeAttribute()


class VendorConfigVersion(Table):
    """A row as it was, kept whenever it changes: who, when, and the whole content, so that it can be compared and put back."""

    class Meta(Table.Settings):
        table_name = "VendorConfigVersions"

    vendor_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(range_key=True)
    content = JSONAttribute()
    changed_at = UTCDateTimeAttribute()
    changed_by = UnicodeAttribute()
    note = UnicodeAttribute(null=True)


class VendorReadingUserIndex(GlobalSecondaryIndex["VendorReading"]):
    class Meta:
        index_name = "UserID-index"
        projection = KeysOnlyProjection()

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")


class VendorReading(Table):
    """How one document of a vendor was read, without its content: what drift and ask-rate are computed from.

    Shadow rows write here only. `reading_id` is the reading's ISO time and the hash of the object's key.
    """

    class Meta(Table.Settings):
        table_name = "VendorReadings"

    vendor_id = UnicodeAttribute(hash_key=True)
    reading_id = UnicodeAttribute(range_key=True)
    user_id = UnicodeAttribute(attr_name="UserID")
    s3_path = UnicodeAttribute()
    invoice_id = UnicodeAttribute(null=True)
    vendor_version = NumberAttribute(default=0)
    fingerprint = UnicodeAttribute(null=True)
    statuses = JSONAttribute(default=dict)
    shadow = BooleanAttribute(default=False)
    expires_at = TTLAttribute(null=True)
    user_index = VendorReadingUserIndex()


TABLES: tuple[type[Table], ...] = (VendorConfig, VendorConfigVersion, VendorReading)
