"""The tables of who: people, what proves them, and the mailboxes they connected."""

from __future__ import annotations

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from paypulse.core.tables import Table


class EmailIndex(GlobalSecondaryIndex["User"]):
    class Meta:
        index_name = "Email-index"
        projection = AllProjection()

    email = UnicodeAttribute(hash_key=True, attr_name="Email")


class User(Table):
    """A person. `last_retail_invoice_fetch` is the earliest of the mailboxes' retail marks."""

    class Meta(Table.Settings):
        table_name = "Users"

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    email = UnicodeAttribute(attr_name="Email")
    name = UnicodeAttribute(attr_name="Name")
    password = UnicodeAttribute(attr_name="PasswordHash")
    created_at = UTCDateTimeAttribute(attr_name="CreatedAt")
    last_retail_invoice_fetch = UTCDateTimeAttribute(null=True)
    last_login = UTCDateTimeAttribute(null=True, attr_name="LastLogin")
    is_active = BooleanAttribute(default=True, attr_name="IsActive")
    is_staff = BooleanAttribute(default=False, attr_name="IsStaff")
    is_superuser = BooleanAttribute(default=False, attr_name="IsSuperuser")
    permissions = ListAttribute(of=UnicodeAttribute, default=list, attr_name="Permissions")
    session_version = NumberAttribute(default=1, attr_name="SessionVersion")
    language = UnicodeAttribute(default="en", attr_name="Language")
    time_zone = UnicodeAttribute(default="Europe/Stockholm", attr_name="TimeZone")
    home_currency = UnicodeAttribute(null=True, attr_name="HomeCurrency")
    preferences = JSONAttribute(default=dict, attr_name="Preferences")
    shares_samples = BooleanAttribute(default=False, attr_name="SharesSamples")
    erasure = JSONAttribute(null=True, attr_name="Erasure")
    version = NumberAttribute(default=1, attr_name="Version")
    email_index = EmailIndex()


class EmailClaim(Table):
    """Who holds an address. Written in one transaction with the user, because an index cannot enforce uniqueness."""

    class Meta(Table.Settings):
        table_name = "EmailClaims"

    email = UnicodeAttribute(hash_key=True, attr_name="Email")
    user_id = UnicodeAttribute(attr_name="UserID")


class SessionUserIndex(GlobalSecondaryIndex["Session"]):
    class Meta:
        index_name = "UserID-index"
        projection = AllProjection()

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")


class Session(Table):
    """A browser that is signed in, or about to be; DynamoDB forgets it at `expire_date`."""

    class Meta(Table.Settings):
        table_name = "Sessions"

    session_key = UnicodeAttribute(hash_key=True)
    session_data = UnicodeAttribute()
    expire_date = TTLAttribute()
    user_id = UnicodeAttribute(null=True, attr_name="UserID")
    user_agent = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute(null=True)
    last_seen_at = UTCDateTimeAttribute(null=True)
    user_index = SessionUserIndex()


class Throttle(Table):
    """How often something was tried in a window (sign-ins of an account or an address, API calls of a user)."""

    class Meta(Table.Settings):
        table_name = "Throttles"

    key = UnicodeAttribute(hash_key=True, attr_name="ThrottleKey")
    attempts = NumberAttribute(default=0)
    expires_at = TTLAttribute()


class OneTimeTokenUserIndex(GlobalSecondaryIndex["OneTimeToken"]):
    class Meta:
        index_name = "UserID-index"
        projection = KeysOnlyProjection()

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")


class OneTimeToken(Table):
    """A link that works once (sign-up, password reset, account switch), kept as a hash until it expires.

    A sign-up has no `user_id` yet, and so stays out of the index.
    """

    class Meta(Table.Settings):
        table_name = "OneTimeTokens"

    token_hash = UnicodeAttribute(hash_key=True, attr_name="TokenHash")
    user_id = UnicodeAttribute(null=True, attr_name="UserID")
    purpose = UnicodeAttribute()
    data = JSONAttribute(default=dict)
    used_at = UTCDateTimeAttribute(null=True)
    expires_at = TTLAttribute()
    user_index = OneTimeTokenUserIndex()


class ApiTokenUserIndex(GlobalSecondaryIndex["ApiToken"]):
    class Meta:
        index_name = "UserID-index"
        projection = AllProjection()

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")


class ApiToken(Table):
    """A personal token for scripts and feeds: its hash, what it may do and when it was last used."""

    class Meta(Table.Settings):
        table_name = "ApiTokens"

    token_hash = UnicodeAttribute(hash_key=True, attr_name="TokenHash")
    user_id = UnicodeAttribute(attr_name="UserID")
    name = UnicodeAttribute()
    scopes = ListAttribute(of=UnicodeAttribute, default=list)
    created_at = UTCDateTimeAttribute()
    last_used_at = UTCDateTimeAttribute(null=True)
    user_index = ApiTokenUserIndex()


class SecondFactor(Table):
    """A person's authenticator app: its secret sealed with KMS, hashes of the recovery codes, and the last code's half minute.

    Without `enabled_at` it is only offered.
    """

    class Meta(Table.Settings):
        table_name = "SecondFactors"

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    sealed = BinaryAttribute(legacy_encoding=False)
    enabled_at = UTCDateTimeAttribute(null=True)
    last_step = NumberAttribute(default=0)
    recovery = ListAttribute(of=UnicodeAttribute, default=list)


class ConnectedIndex(GlobalSecondaryIndex["Mailbox"]):
    class Meta:
        index_name = "ConnectedShard-index"
        projection = KeysOnlyProjection()

    connected_shard = UnicodeAttribute(hash_key=True, attr_name="ConnectedShard")
    mailbox_id = UnicodeAttribute(range_key=True, attr_name="MailboxID")


class Mailbox(Table):
    """A connected Gmail account: its state, and how far its mail is settled.

    `connected_shard` is set only while connected ("0" to "9"), so that the schedules page over an index of the connected
    mailboxes without one hot partition and without a scan. `grant_expires_at` is set where Google said so (a consent
    screen in testing); `lookback_days` is how far back the person wants their mail fetched (none: all of it), as they said at
    `lookback_set_at`; `warned_at` and `told_at` are when the person was written to about that, and about a lost connection.
    """

    class Meta(Table.Settings):
        table_name = "Mailboxes"

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    mailbox_id = UnicodeAttribute(range_key=True, attr_name="MailboxID")
    email = UnicodeAttribute(attr_name="Email")
    state = UnicodeAttribute()
    cause = UnicodeAttribute(null=True)
    scopes = ListAttribute(of=UnicodeAttribute, default=list)
    connected_at = UTCDateTimeAttribute()
    connected_shard = UnicodeAttribute(null=True, attr_name="ConnectedShard")
    lookback_days = NumberAttribute(null=True)
    lookback_set_at = UTCDateTimeAttribute(null=True)
    retail_history_id = UnicodeAttribute(null=True)
    rental_history_id = UnicodeAttribute(null=True)
    retail_settled_until = UTCDateTimeAttribute(null=True)
    rental_settled_until = UTCDateTimeAttribute(null=True)
    sync_lock = UnicodeAttribute(null=True)
    sync_lock_until = UTCDateTimeAttribute(null=True)
    last_sync_at = UTCDateTimeAttribute(null=True)
    grant_expires_at = UTCDateTimeAttribute(null=True)
    warned_at = UTCDateTimeAttribute(null=True)
    told_at = UTCDateTimeAttribute(null=True)
    version = NumberAttribute(default=1)
    connected_index = ConnectedIndex()


class MailboxToken(Table):
    """A mailbox's Google tokens, encrypted with KMS under the user's encryption context, and the refresh lock."""

    class Meta(Table.Settings):
        table_name = "MailboxTokens"

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    mailbox_id = UnicodeAttribute(range_key=True, attr_name="MailboxID")
    ciphertext = BinaryAttribute(legacy_encoding=False)
    access_expires_at = UTCDateTimeAttribute(null=True)
    granted_at = UTCDateTimeAttribute()
    refreshed_at = UTCDateTimeAttribute(null=True)
    refresh_lock = UnicodeAttribute(null=True)
    refresh_lock_until = UTCDateTimeAttribute(null=True)
    version = NumberAttribute(default=1)


class PushDeviceIndex(GlobalSecondaryIndex["PushDevice"]):
    class Meta:
        index_name = "DeviceID-index"
        projection = KeysOnlyProjection()

    device_id = UnicodeAttribute(hash_key=True, attr_name="DeviceID")


class PushDevice(Table):
    """A phone that gets a person's push messages: its endpoint at SNS, and the hash of the platform's token as its id.

    The index leads from a device to who else has registered it, since a phone that is handed on changes its person.
    """

    class Meta(Table.Settings):
        table_name = "PushDevices"

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    device_id = UnicodeAttribute(range_key=True, attr_name="DeviceID")
    name = UnicodeAttribute()
    endpoint = UnicodeAttribute()
    added_at = UTCDateTimeAttribute()
    device_index = PushDeviceIndex()


class RequestAnswer(Table):
    """What was answered to a request with an Idempotency-Key; forgotten after a day."""

    class Meta(Table.Settings):
        table_name = "RequestAnswers"

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    request_key = UnicodeAttribute(range_key=True, attr_name="RequestKey")
    fingerprint = UnicodeAttribute()
    answer = JSONAttribute(null=True)
    begun_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute()


class AuditEvent(Table):
    """What happened to an account, for its owner to see: sign-ins, connections, exports, deletions."""

    class Meta(Table.Settings):
        table_name = "AuditEvents"

    user_id = UnicodeAttribute(hash_key=True, attr_name="UserID")
    event_id = UnicodeAttribute(range_key=True, attr_name="EventID")
    action = UnicodeAttribute()
    at = UTCDateTimeAttribute()
    data = JSONAttribute(default=dict)
    expires_at = TTLAttribute(null=True)


class AdminLogObjectIndex(GlobalSecondaryIndex["AdminLog"]):
    class Meta:
        index_name = "object_id-index"
        projection = AllProjection()

    object_id = UnicodeAttribute(hash_key=True)
    action_time = UTCDateTimeAttribute(range_key=True)


class AdminLogUserIndex(GlobalSecondaryIndex["AdminLog"]):
    class Meta:
        index_name = "user_id-index"
        projection = AllProjection()

    user_id = UnicodeAttribute(hash_key=True)
    action_time = UTCDateTimeAttribute(range_key=True)


class AdminLog(Table):
    """What staff did in the admin (Django's LogEntry)."""

    class Meta(Table.Settings):
        table_name = "AdminLog"

    id = NumberAttribute(hash_key=True)
    action_time = UTCDateTimeAttribute()
    user_id = UnicodeAttribute()
    content_type_id = NumberAttribute(null=True)
    object_id = UnicodeAttribute(null=True)
    object_repr = UnicodeAttribute()
    action_flag = NumberAttribute()
    change_message = UnicodeAttribute(null=True)
    object_index = AdminLogObjectIndex()
    user_index = AdminLogUserIndex()


TABLES: tuple[type[Table], ...] = (
    User,
    EmailClaim,
    Session,
    Throttle,
    OneTimeToken,
    ApiToken,
    SecondFactor,
    Mailbox,
    MailboxToken,
    PushDevice,
    RequestAnswer,
    AuditEvent,
    AdminLog,
)
