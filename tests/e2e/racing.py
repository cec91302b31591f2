"""Run by test_races.py as a process of its own: many at once against a real DynamoDB engine and KMS, over HTTP."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from accounts import mailboxes, passwords, store, tables
from accounts.google import GMAIL_READONLY, GoogleTokens
from paypulse.core.clock import now
from paypulse.core.config import config
from paypulse.core.errors import PayPulseError
from paypulse.sandbox import provision
from paypulse.sandbox.google import FakeGoogle


def at_once(number: int, work: Callable[[int], object]) -> list[str]:
    """The names of the errors, or "" for each that succeeded."""
    start = Barrier(number)

    def one(place: int) -> str:
        start.wait()
        try:
            work(place)
        except PayPulseError as error:
            return type(error).__name__
        return ""

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def signups() -> dict[str, object]:
    hashed = passwords.hashed("korvstroganoff-och-ris")
    said = at_once(50, lambda n: store.add(email="alice@example.com", name=str(n), password_hash=hashed))
    people, claims = len(list(tables.User.scan())), len(list(tables.EmailClaim.scan()))
    return {"made": said.count(""), "people": people, "claims": claims, "others": sorted(set(said) - {""})}


def renewals(google: FakeGoogle) -> dict[str, object]:
    person = store.create_user(email="bob@example.com", name="Bob", password="korvstroganoff-och-ris")
    granted = google.grant("bob@gmail.example")
    given = GoogleTokens(
        access_token=granted.access_token, refresh_token=granted.refresh_token, expires_at=now() - timedelta(hours=1)
    )
    made = mailboxes.connect(
        person.user_id, google_id="1", email="bob@gmail.example", tokens=given, scopes=(GMAIL_READONLY,)
    )
    google.latency = 0.3
    said = at_once(20, lambda _: mailboxes.access_token(person.user_id, made.mailbox_id))
    return {"failed": sorted(set(said) - {""}), "calls": google.calls["token"]}


if __name__ == "__main__":
    for table in (tables.User, tables.EmailClaim, tables.Mailbox, tables.MailboxToken, tables.AuditEvent):
        table.create_table(wait=True)
    provision.make_key()
    with FakeGoogle() as google:
        os.environ.update(google.environment())
        config.cache_clear()
        print(json.dumps({"signups": signups(), "renewals": renewals(google)}))
