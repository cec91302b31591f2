"""Staff of three kinds, some vendors, and a count of the DynamoDB calls a page makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from botocore.client import BaseClient
from django.test import Client

from accounts import store as people
from accounts.models import User
from paypulse.core.categories import Category
from paypulse.core.clock import epoch
from vendors import store
from vendors.vendor import State, Vendor

VIEW, CHANGE, ADD, DELETE = (f"vendors.{may}_vendorconfig" for may in ("view", "change", "add", "delete"))
STAFF = {
    "stina": {"is_staff": True, "is_superuser": True},
    "editor": {"is_staff": True, "permissions": (VIEW, CHANGE, ADD)},
    "viewer": {"is_staff": True, "permissions": (VIEW,)},
    "nobody": {"is_staff": True},
    "alice": {},
}
PASSWORD = "correct horse battery"
LIST = "/admin/vendors/vendorconfig/"


def shop(at: int = 0, **changes) -> Vendor:
    given = {
        "vendor_id": f"shop-{at:02}",
        "vendor_name": f"Shop {at:02}",
        "invoice_category": Category.RETAIL,
        "invoice_sub_type": ("grocery", "travel", "clothing")[at % 3],
        "email_patterns": (f"shop{at}.se",),
        "subject_keywords": (("kvitto",),),
        "state": State.ACTIVE if at % 2 == 0 else State.DRAFT,
    }
    return Vendor(**{**given, **changes})


@pytest.fixture
def shops(aws: None) -> tuple[Vendor, ...]:
    return tuple(store.save(shop(at), by="user_stina", expected_version=None) for at in range(12))


@pytest.fixture
def enter(aws: None) -> Callable[..., Client]:
    """A browser in which one of the staff is signed in."""

    def signed_in(who: str, *, csrf: bool = False) -> Client:
        email = f"{who}@example.com"
        known = people.user_by_email(email)
        user = known or people.create_user(email=email, name=who.title(), password=PASSWORD, **STAFF[who])
        browser = Client(enforce_csrf_checks=csrf)
        browser.force_login(User.objects.get(pk=user.user_id))
        session = browser.session
        session["confirmed_at"] = epoch()
        session.save()
        return browser

    return signed_in


@pytest.fixture
def stina(enter: Callable[..., Client]) -> Client:
    return enter("stina")


@pytest.fixture
def calls() -> Iterator[Counter[str]]:
    """The DynamoDB calls made so far, by name."""
    made: Counter[str] = Counter()
    original = BaseClient._make_api_call

    def counted(self, name, arguments):
        made[name] += 1
        return original(self, name, arguments)

    BaseClient._make_api_call = counted
    yield made
    BaseClient._make_api_call = original
