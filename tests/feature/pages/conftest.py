"""Alice with a year of invoices, and windows in which she and Bob are signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts import store as people
from accounts.models import User as WebUser
from accounts.user import User
from invoices.invoice import Invoice
from paypulse.core.clock import epoch, today
from tests import household

PHRASE = "a long and quiet phrase"


@pytest.fixture
def alice(aws: None) -> User:
    return people.create_user(email="alice@example.com", name="Alice Andersson", password=PHRASE)


@pytest.fixture
def bob(aws: None) -> User:
    return people.create_user(email="bob@example.com", name="Bob Berg", password=PHRASE)


@pytest.fixture
def year(alice: User) -> list[Invoice]:
    return household.a_year(alice.user_id, today=today(alice.time_zone))


@pytest.fixture
def window() -> Callable[[User], Client]:
    """A browser in which the person is signed in."""

    def opened(person: User) -> Client:
        client = Client()
        client.force_login(WebUser.objects.get(pk=person.user_id))
        session = client.session
        session["confirmed_at"] = epoch()  # signing in is giving the password
        session.save()
        return client

    return opened
