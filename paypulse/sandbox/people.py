"""The two people of the sandbox, and what the first of them does: fill a mailbox, sign in, and connect it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from accounts import mailboxes, store
from accounts.mailboxes import MailboxState
from accounts.user import User
from paypulse.core.clock import now, today
from paypulse.core.errors import PayPulseError
from paypulse.sandbox.documents.inbox import DemoMessage, Ending, demo_messages
from paypulse.sandbox.google import FakeGoogle, approve
from paypulse.sandbox.visitor import Visitor

ALICE = ("alice@example.com", "Alice Andersson")
_RECENT = 20
STINA = ("stina@example.com", "Stina Stab")


class ConnectingError(PayPulseError):
    """The demo mailbox could not be connected through the pages."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the sandbox. The password is known only in the run that chose it."""

    user: User
    password: str | None


def alice(*, renew: bool) -> Person:
    """The person with the mailbox; with a new password as long as the mailbox is not connected, or on demand."""
    found = store.user_by_email(ALICE[0])
    return _kept(found, renew=renew or not connected(found)) if found else _made(*ALICE, is_staff=False)


def stina(*, renew: bool) -> Person:
    """The member of staff, who may do everything in the admin."""
    found = store.user_by_email(STINA[0])
    return _kept(found, renew=renew) if found else _made(*STINA, is_staff=True)


def _kept(user: User, *, renew: bool) -> Person:
    if not renew:
        return Person(user, None)
    password = secrets.token_urlsafe(15)
    return Person(store.set_password(user.user_id, password), password)


def _made(email: str, name: str, *, is_staff: bool) -> Person:
    password = secrets.token_urlsafe(15)
    user = store.create_user(email=email, name=name, password=password, is_staff=is_staff, is_superuser=is_staff)
    return Person(user, password)


def connected(user: User) -> bool:
    """Whether the person has a mailbox that can be read."""
    return any(each.state is MailboxState.CONNECTED for each in mailboxes.mailboxes(user.user_id))


def new_mail(google: FakeGoogle) -> Sequence[DemoMessage]:
    """The year of mail that the demo mailbox is to be filled with; nothing when it holds mail already."""
    mailbox = google.add_account(ALICE[0], name=ALICE[1])
    return () if mailbox.mails else tuple(demo_messages(today()))


def deliver(google: FakeGoogle, message: DemoMessage) -> None:
    """Put one of the mails into the demo mailbox."""
    google.deliver(ALICE[0], message.raw, sent=message.sent, labels=message.labels)


def another_mail(google: FakeGoogle) -> str:
    """One more mail of that kind arrives in the demo mailbox now; returns its message id."""
    recent = [each for each in demo_messages(today(), seed=secrets.randbelow(10**9)) if each.ending is Ending.STORED]
    return google.deliver(ALICE[0], secrets.choice(recent[-_RECENT:]).raw, sent=now())


def sign_in(site: str, person: Person) -> Visitor:
    """A browser in which the person is signed in. Raises PageError."""
    visitor = Visitor(site)
    address = reverse("accounts:sign-in")
    visitor.send(visitor.open(address), address, email=person.user.email, password=person.password or "")
    return visitor


def connect_mailbox(site: str, person: Person) -> None:
    """Sign in, press "connect", agree on Google's page, and come back. Raises ConnectingError or PageError."""
    visitor = sign_in(site, person)
    page = visitor.open(reverse("accounts:mailboxes"))
    answer = visitor.send(page, reverse("accounts:google-start"), follow=False).answer
    visitor.open(approve(answer.headers["Location"], email=ALICE[0]))
    if not connected(person.user):
        raise ConnectingError("the demo mailbox is not connected after Google's consent")
    for each in mailboxes.mailboxes(person.user.user_id):
        mailboxes.look_back(person.user.user_id, each.mailbox_id, days=None)
