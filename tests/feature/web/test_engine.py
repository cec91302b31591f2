"""The database engine: what it answers is right, what it cannot answer it refuses, and it never reads a table whole unasked."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.client import BaseClient
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, IntegrityError, NotSupportedError, connection, models, transaction
from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import Lower

from accounts import store as people
from accounts.models import User
from paypulse.core.categories import Category
from paypulse.core.clock import now
from paypulse.core.errors import ConflictError
from paypulse.dynamodb.tables import ItemTable
from vendors import store, tables
from vendors.models import VendorConfig
from vendors.tables import VendorConfigVersion
from vendors.vendor import State, Vendor

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def rows():
    for at in range(25):
        store.save(
            Vendor(
                vendor_id=f"v{at:02}",
                vendor_name=f"Vendor {at:02}",
                invoice_category=Category.RETAIL,
                invoice_sub_type=("grocery", "travel", "clothing")[at % 3],
                email_patterns=(f"mail{at}.se",),
                currency="SEK" if at % 5 else None,
                state=State.ACTIVE if at % 2 == 0 else State.DRAFT,
            ),
            by="user_stina",
            expected_version=None,
        )


@pytest.fixture
def calls():
    """The DynamoDB calls made so far, by name."""
    made: Counter[str] = Counter()
    original = BaseClient._make_api_call

    def counted(self, name, arguments):
        made[name] += 1
        return original(self, name, arguments)

    BaseClient._make_api_call = counted
    yield made
    BaseClient._make_api_call = original


def ids(queryset):
    return sorted(each.pk for each in queryset)


def test_conditions_select_what_they_say(rows):
    every = VendorConfig.objects
    assert ids(every.filter(Q(vendor_name="Vendor 01") | Q(vendor_id__gte="v23"))) == ["v01", "v23", "v24"]
    assert ids(every.filter(~Q(state="active"), vendor_id__range=("v05", "v09"))) == ["v05", "v07", "v09"]
    assert ids(every.filter(pk__in=["v01", "v02", "zz"]).exclude(pk="v02")) == ["v01"]
    assert ids(every.filter(vendor_name__icontains="VENDOR 1", vendor_id__lt="v12")) == ["v10", "v11"]
    assert ids(every.filter(email_patterns__contains="mail7.se")) == ["v07"]
    assert ids(every.filter(email_patterns__icontains="mail2", vendor_id__startswith="v0")) == ["v02"]
    assert every.none().count() == 0
    assert every.filter(pk__in=[]).count() == 0
    assert every.filter(pk="").count() == User.objects.filter(email="").count() == 0


def test_a_missing_value_is_neither_equal_nor_greater_but_is_excluded_from_no_exclusion(rows):
    every = VendorConfig.objects
    assert every.filter(currency__isnull=True).count() == 5
    assert every.filter(currency="SEK").count() == 20
    assert every.exclude(currency="SEK").count() == 5
    assert every.filter(currency__gt="A").count() == 20


def test_order_slices_values_and_aggregates(rows):
    every = VendorConfig.objects
    assert every.order_by("-vendor_id").first().pk == every.order_by("vendor_id").last().pk == "v24"
    assert [each.pk for each in every.order_by("invoice_sub_type", "-vendor_id")[:2]] == ["v23", "v20"]
    assert [each.currency for each in every.order_by("currency")][-5:] == [None] * 5
    assert list(every.order_by("pk").values_list("pk", "vendor_name")[3:5]) == [
        ("v03", "Vendor 03"),
        ("v04", "Vendor 04"),
    ]
    assert list(every.order_by("invoice_sub_type").values_list("invoice_sub_type", flat=True).distinct()) == [
        "clothing",
        "grocery",
        "travel",
    ]
    assert every.values("pk").get(pk="v03") == {"pk": "v03"}
    assert every.only("vendor_name").get(pk="v03").state == "draft"
    assert every.in_bulk(["v01", "v09"]).keys() == {"v01", "v09"}
    assert every.filter(pk="v01").exists() and not every.filter(pk="zz").exists()
    assert every.order_by("pk")[:7].count() == 7
    assert every.values("invoice_sub_type").distinct().count() == 3
    assert every.aggregate(last=Max("vendor_id"), first=Min("vendor_id"), n=Count("pk", filter=Q(state="active"))) == {
        "last": "v24",
        "first": "v00",
        "n": 13,
    }
    assert every.aggregate(kinds=Count("invoice_sub_type", distinct=True)) == {"kinds": 3}


REFUSED = {
    "another column": lambda: list(VendorConfig.objects.filter(vendor_name__gt=F("vendor_id"))),
    "group by": lambda: list(VendorConfig.objects.values("state").annotate(n=Count("pk"))),
    "a function": lambda: list(VendorConfig.objects.annotate(low=Lower("vendor_name"))),
    "union": lambda: list(VendorConfig.objects.filter(pk="a").union(VendorConfig.objects.filter(pk="b"))),
    "a part of a date": lambda: list(VendorConfig.objects.filter(updated_at__year=2026)),
    "a computed update": lambda: VendorConfig.objects.filter(pk="v01").update(version=F("version") + 1),
    "a join": lambda: list(LogEntry.objects.filter(user__email="x")),
    "a scan of the log": lambda: list(LogEntry.objects.filter(action_flag=1)),
    "a scan of people": lambda: list(User.objects.filter(is_staff=True)),
    "counting people": lambda: User.objects.count(),
    "a model without a table": lambda: list(Group.objects.all()),
    "SQL": lambda: list(VendorConfig.objects.raw("select 1")),
    "a subquery": lambda: list(VendorConfig.objects.filter(pk__in=VendorConfig.objects.values("pk"))),
    "extra": lambda: list(VendorConfig.objects.extra(select={"a": "1"})),
    "random order": lambda: list(VendorConfig.objects.order_by("?")),
    "an expression": lambda: list(VendorConfig.objects.filter(vendor_name__regex="(a+)+$")),
    "row locks": lambda: list(VendorConfig.objects.select_for_update().filter(pk="v01")),
    "xor": lambda: list(VendorConfig.objects.filter(Q(pk="a") ^ Q(state="b"))),
    "nulls first": lambda: list(VendorConfig.objects.order_by(F("currency").asc(nulls_first=True))),
    "making content types": lambda: ContentType.objects.create(app_label="a", model="b"),
    "unusual aggregates": lambda: VendorConfig.objects.aggregate(models.Sum("version")),
    "passing over taken keys": lambda: VendorConfig.objects.bulk_create([VendorConfig()], ignore_conflicts=True),
    "distinct on": lambda: list(VendorConfig.objects.distinct("state")),
}


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED.keys())
def test_what_it_cannot_answer_it_refuses_before_reading(query, calls):
    with pytest.raises((NotSupportedError, ImproperlyConfigured)):
        query()
    assert not calls, "it was refused only because something was read; an empty table would have hidden it"


def test_a_table_that_is_not_named_scannable_is_never_scanned(calls):
    assert settings.DATABASES["default"]["SCANNABLE"] == {"vendors.VendorConfig": "vendors.store.latest_changes"}
    user = people.create_user(email="stina@example.com", name="Stina", password="a long password")
    assert User.objects.get(pk=user.user_id).email == "stina@example.com"
    assert User.objects.get(email="stina@example.com").pk == user.user_id
    assert calls["Scan"] == 0


def test_a_key_is_one_get_and_an_update_by_key_needs_no_read(rows, calls):
    VendorConfig.objects.get(pk="v01")
    assert calls == {"GetItem": 1}
    calls.clear()
    assert VendorConfig.objects.filter(pk="v01", version=1).update(notes="x") == 1
    assert calls == {"UpdateItem": 1}


def test_an_update_holds_its_condition_to_the_very_write(rows):
    assert VendorConfig.objects.filter(pk="v01", version=7).update(notes="x") == 0
    assert VendorConfig.objects.filter(pk="nobody").update(notes="x") == 0
    assert VendorConfig.objects.filter(pk="nobody").count() == 0
    assert VendorConfig.objects.filter(state="draft").update(notes="later") == 12
    assert VendorConfig.objects.filter(pk="v01").update(notes=None) == 1
    assert VendorConfig.objects.get(pk="v01").notes is None


def test_conditions_that_contradict_each_other_match_and_write_nothing(rows, calls):
    every = VendorConfig.objects
    one_and_another = every.filter(pk="v01").filter(pk="v02")
    two_versions = every.filter(pk="v01", version=1).filter(version=2)
    calls.clear()
    for nothing in (one_and_another, two_versions):
        assert nothing.count() == nothing.update(notes="x") == nothing.delete()[0] == 0
    assert not calls
    assert ids(every.filter(pk__in=["v01", "v02"]).filter(pk="v02")) == ["v02"]
    assert every.count() == 25


def test_inserting_a_taken_key_is_refused(rows):
    made = VendorConfig(
        vendor_id="v01", vendor_name="Again", created_at=now(), updated_at=now(), updated_by="user_stina"
    )
    with pytest.raises(IntegrityError):
        made.save(force_insert=True)
    assert VendorConfig.objects.get(pk="v01").vendor_name == "Vendor 01"


def test_deleting_says_how_many(rows):
    assert VendorConfig.objects.filter(state="draft").delete() == (12, {"vendors.VendorConfig": 12})
    assert VendorConfig.objects.filter(pk="v00").delete()[0] == 1
    assert VendorConfig.objects.filter(pk="v00").delete()[0] == 0
    assert VendorConfig.objects.count() == 12
    with pytest.raises(DatabaseError):
        VendorConfig(vendor_id="v00", vendor_name="x").save(update_fields=["vendor_name"])


def test_the_log_is_read_newest_first_without_reading_all_of_it(calls):
    user = people.create_user(email="stina@example.com", name="Stina", password="a long password")
    for at in range(12):
        LogEntry.objects.create(
            user_id=user.user_id,
            object_id="v01",
            object_repr=str(at),
            action_flag=CHANGE,
            action_time=now() + timedelta(seconds=at),
        )
    calls.clear()
    newest = LogEntry.objects.filter(user__pk=user.user_id).order_by("-action_time")[:3]
    assert [entry.object_repr for entry in newest] == ["11", "10", "9"]
    assert calls == {"Query": 1}
    assert [e.object_repr for e in LogEntry.objects.filter(object_id="v01").order_by("action_time")[10:]] == [
        "10",
        "11",
    ]
    assert len({entry.pk for entry in LogEntry.objects.filter(object_id="v01")}) == 12


def test_content_types_are_there_without_a_table(calls):
    found = ContentType.objects.get_for_model(VendorConfig)
    assert (found.app_label, found.model) == ("vendors", "vendorconfig")
    assert ContentType.objects.get(pk=found.pk).model_class() is VendorConfig
    assert not calls


def test_a_session_is_kept_replaced_and_forgotten():
    Session.objects.create(session_key="k", session_data="d", expire_date=now() + timedelta(days=1))
    assert Session.objects.filter(session_key="k", expire_date__gt=now()).exists()
    assert not Session.objects.filter(session_key="k", expire_date__gt=now() + timedelta(days=2)).exists()
    Session.objects.get(pk="k").delete()
    assert not Session.objects.filter(pk="k").exists()


def test_a_versioned_facade_writes_only_what_changed_and_only_over_what_it_read():
    user_id = people.create_user(email="alice@example.com", name="Alice", password="a long password").user_id
    one, two, three = (User.objects.get(pk=user_id) for _ in range(3))
    one.language = "sv"
    assert one.changed_fields() == ["language"]
    one.save()
    two.time_zone = "Europe/Oslo"
    with pytest.raises(ConflictError):
        two.save()
    three.last_login = now()
    three.save(update_fields=["last_login"])
    after = User.objects.get(pk=user_id)
    assert (after.language, after.time_zone, after.version) == ("sv", "Europe/Stockholm", one.version)
    assert after.last_login is not None


def test_saving_what_did_not_change_writes_nothing(calls):
    user = User.objects.get(pk=people.create_user(email="a@example.com", name="A", password="a long password").user_id)
    calls.clear()
    user.save()
    assert not calls


def test_hooks_run_when_the_block_ends():
    seen: list[int] = []
    with transaction.atomic():
        transaction.on_commit(lambda: seen.append(1))
        assert not seen
    assert seen == [1]


def test_the_facades_are_in_step_with_the_tables():
    call_command("check")


@pytest.mark.parametrize(("attribute", "code"), [("notes", "E001"), ("vendor_id", "E002")])
def test_drift_between_a_facade_and_its_table_stops_the_start(monkeypatch, attribute, code):
    table = connection.tables["vendors.vendorconfig"]
    if code == "E001":
        monkeypatch.setattr(table, "attributes", {name: a for name, a in table.attributes.items() if name != attribute})
    else:
        monkeypatch.setattr(table, "key", "another")
    with pytest.raises(SystemCheckError, match=f"paypulse.{code}"):
        call_command("check")


def test_a_table_with_a_sort_key_cannot_be_a_facade():
    with pytest.raises(ImproperlyConfigured, match="sort key"):
        ItemTable(VendorConfigVersion)


def test_there_is_no_sql_database():
    assert [each["ENGINE"] for each in settings.DATABASES.values()] == ["paypulse.dynamodb"]
    with pytest.raises(ImproperlyConfigured, match="no SQL"):
        connection.cursor()


def test_the_site_never_so_much_as_loads_sqlite():
    asked = (
        "import sys; from paypulse.wsgi import application; print([name for name in sys.modules if 'sqlite' in name])"
    )
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_equal_named_rows_sort_without_regard_to_case(rows):
    store.save(
        replace(store.vendor("v00"), vendor_id="w", vendor_name="vendor 00b"), by="user_stina", expected_version=None
    )
    assert [each.pk for each in VendorConfig.objects.order_by("vendor_name")[:3]] == ["v00", "w", "v01"]


def test_a_table_in_which_nothing_was_written_is_scanned_once(rows, calls):
    assert VendorConfig.objects.count() == len(VendorConfig.objects.all()) == 25
    assert calls == {"GetItem": 2, "Scan": 1}


def test_what_a_store_writes_is_in_the_next_list(rows, calls):
    seen = VendorConfig.objects.count()
    store.delete("v03", by="u", expected_version=1)
    assert VendorConfig.objects.count() == seen - 1 and calls["Scan"] == 1
    store.note_drift("v04", [{"sign": "ask-rate"}], digest="d")
    assert [row.pk for row in VendorConfig.objects.all() if row.drift] == ["v04"]
    changed = replace(store.vendor("v05"), vendor_name="Another")
    store.save(changed, by="u", expected_version=1)
    assert VendorConfig.objects.filter(vendor_name="Another").exists()
    store.save(replace(changed, vendor_id="new", vendor_name="New"), by="u", expected_version=None)
    assert VendorConfig.objects.filter(vendor_name="New").exists() and calls["Scan"] == 1


def test_only_the_rows_that_were_written_are_read_again(rows, calls):
    assert VendorConfig.objects.count() == 25
    for at, vendor_id in enumerate(("v05", "v06", "v05")):
        store.save(replace(store.vendor(vendor_id), vendor_name=f"N{at}"), by="u", expected_version=1 + at // 2)
    calls.clear()
    assert {row.vendor_name for row in VendorConfig.objects.filter(vendor_name__startswith="N")} == {"N1", "N2"}
    assert calls == {"GetItem": 3}  # the latest changes, and two rows


def test_after_more_changes_than_are_remembered_all_rows_are_read_again(rows, calls):
    assert VendorConfig.objects.count() == 25
    last = replace(store.vendor("v00"), vendor_id="last")
    for row in store.rows():
        store.delete(row.vendor.vendor_id, by="u", expected_version=1)
    store.save(last, by="u", expected_version=None)
    assert [row.pk for row in VendorConfig.objects.all()] == ["last"] and calls[
        "Scan"
    ] == 3  # one of them is store.rows


def test_of_changes_at_the_same_time_none_is_forgotten(rows, monkeypatch):
    assert VendorConfig.objects.count() == 25
    looked = store._latest_changes

    def overtaken():
        before = looked()
        monkeypatch.setattr(store, "_latest_changes", looked)
        store.delete("v04", by="u", expected_version=1)
        return before

    monkeypatch.setattr(store, "_latest_changes", overtaken)
    store.delete("v03", by="u", expected_version=1)
    assert [vendor_id for _, vendor_id in store.latest_changes()][-2:] == ["v04", "v03"]
    assert len(VendorConfig.objects.all()) == 23


def test_what_another_process_writes_is_in_the_next_list(rows):
    ours, theirs = (ItemTable(tables.VendorConfig, changes=store.latest_changes) for _ in range(2))
    assert len(ours.find({}).items) == len(theirs.find({}).items) == 25
    store.delete("v03", by="u", expected_version=1)
    assert len(ours.find({}).items) == len(theirs.find({}).items) == 24


def test_what_no_door_of_ours_wrote_is_seen_after_a_minute(rows, monkeypatch):
    assert VendorConfig.objects.count() == 25
    tables.VendorConfig("v03").delete()
    assert VendorConfig.objects.count() == 25
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert VendorConfig.objects.count() == 24


def test_a_table_without_a_known_change_is_scanned_each_time(calls):
    assert VendorConfig.objects.count() == VendorConfig.objects.count() == 0
    assert calls["Scan"] == 2


def test_what_a_page_does_to_a_row_is_in_no_other_list(rows):
    VendorConfig.objects.all()[0].email_patterns.append("spoilt.example")
    next(iter(VendorConfig.objects.all())).field_hints["spoilt"] = "yes"
    assert not any(row.field_hints or len(row.email_patterns) > 1 for row in VendorConfig.objects.all())


def test_a_write_of_the_engine_is_in_the_next_list(rows):
    assert VendorConfig.objects.count() == 25
    VendorConfig.objects.filter(pk="v03").delete()
    assert VendorConfig.objects.count() == 24
