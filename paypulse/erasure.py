"""Forgetting a person everywhere, so that nothing is left in any table or bucket.

The account is closed first, so that nobody signs in and no job goes on; then the mailboxes go, given back at Google; then
the originals, every version and delete marker; then every row of every table; the person's own row goes last. Each step
looks for what is left and removes it, so that a run that was killed anywhere is made whole by running it again. A second
sweep a quarter of an hour later takes what a job wrote that was under way: no function runs longer than five minutes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from secrets import token_hex
from typing import Any, Final, TypeVar

from pynamodb.exceptions import DeleteError, UpdateError

import accounts.tables
import vendors.tables
from accounts import audit, devices, letters, mailboxes, push_devices, store
from accounts.google import Revocation
from paypulse import holdings
from paypulse.core.aws import client
from paypulse.core.config import config
from paypulse.core.errors import ConflictError, NotFoundError, PayPulseError
from paypulse.core.tables import Table

_Each = TypeVar("_Each")
_FORMER: Final = "erased"
_LATE_SWEEP_S: Final = 900


class StaffError(PayPulseError):
    """The account has staff rights; somebody else must take them over first."""


@dataclass(slots=True)
class Receipt:
    """What was erased: how many rows of each table, how many versions of originals, and what Google said."""

    number: str
    erased: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, number: int) -> None:
        """Add `number` of `what`."""
        if number:
            self.erased[what] = self.erased.get(what, 0) + number

    def __str__(self) -> str:
        return "\n".join(f"{number:>8}  {what}" for what, number in sorted(self.erased.items()))


def request(user_id: str) -> None:
    """Close the account at once and have it erased. Raises StaffError or NotFoundError; asking twice changes nothing."""
    if store.user(user_id).is_staff:
        raise StaffError("a staff account cannot be erased", user_id=user_id)
    audit.record(user_id, audit.Action.ERASURE_ASKED)
    # First of all: an account that is closed, and that nobody erases, its owner could not ask for again.
    _ask(user_id, in_seconds=0)
    with suppress(NotFoundError):
        store.close(user_id)
    devices.end_all(user_id)


def erase(user_id: str) -> Receipt:
    """Erase the person and say what it was. May be run again at any time, after a failure or for late writes.

    Raises StaffError, or whatever AWS raises; what is done already stays done, and is in the next run's receipt.
    """
    try:
        person = store.user(user_id)
    except NotFoundError:
        receipt = Receipt(token_hex(8))
        _sweep(user_id, receipt)
        return receipt
    if person.is_staff:
        raise StaffError("a staff account cannot be erased", user_id=user_id)
    store.close(user_id)
    receipt = _begun(user_id)
    _give_back(user_id, receipt)
    _sweep(user_id, receipt)
    _forget_staff_work(user_id)
    _ask(user_id, in_seconds=_LATE_SWEEP_S)
    letters.send(person, letters.Letter.ERASED, receipt=str(receipt), number=receipt.number)
    _remove_person(user_id, email=person.email)
    return receipt


def _sweep(user_id: str, receipt: Receipt) -> None:
    steps = (_end_push, _erase_originals, _erase_details, _erase_rows)
    while sum(step(user_id, receipt) for step in steps):
        pass


def _end_push(user_id: str, receipt: Receipt) -> int:
    """Remove the phones that were told; their rows go last, since they alone name what SNS knows of them."""
    found = len(list(holdings.rows(accounts.tables.PushDevice, user_id)))
    if found:
        receipt.count(accounts.tables.PushDevice.Meta.table_name, found)
        _keep(user_id, receipt)
    push_devices.forget(user_id)
    return found


def _erase_rows(user_id: str, receipt: Receipt) -> int:
    keyed = [table for table in holdings.KEYED if table is not accounts.tables.PushDevice]
    return sum(_delete(table, holdings.rows(table, user_id), user_id=user_id, receipt=receipt) for table in keyed)


def _erase_details(user_id: str, receipt: Receipt) -> int:
    """Remove the details before the base rows that lead to them."""
    return sum(
        _delete(table, holdings.details(table, user_id), user_id=user_id, receipt=receipt) for table in holdings.DETAILS
    )


def _delete(table: type[Table], rows: Iterable[Any], *, user_id: str, receipt: Receipt) -> int:
    found = 0
    for some in _chunks(rows, 100):
        receipt.count(table.Meta.table_name, len(some))
        _keep(user_id, receipt)
        with table.batch_write() as batch:
            for row in some:
                batch.delete(row)
        found += len(some)
    return found


def _erase_originals(user_id: str, receipt: Receipt) -> int:
    found = 0
    for some in _chunks(holdings.versions(user_id), 1000):
        receipt.count("versions of originals", len(some))
        _keep(user_id, receipt)
        _delete_versions(some)
        found += len(some)
    return found


def _delete_versions(some: list[Mapping[str, str]]) -> None:
    answer = client("s3").delete_objects(Bucket=config().invoices_bucket, Delete={"Objects": some, "Quiet": True})
    if refused := answer.get("Errors"):
        raise ConflictError("S3 did not delete every version", refused=len(refused))


def _give_back(user_id: str, receipt: Receipt) -> None:
    said = {
        Revocation.REVOKED: "mailboxes ended at Google",
        Revocation.ALREADY_GONE: "mailboxes that Google had ended",
        Revocation.UNREACHABLE: "mailboxes forgotten here, that Google could not be told of",
    }
    for each in mailboxes.mailboxes(user_id):
        receipt.count(said[mailboxes.disconnect(user_id, each.mailbox_id)], 1)
        _keep(user_id, receipt)


def _forget_staff_work(user_id: str) -> None:
    """What a person did while they were staff stays, without their name; what staff did to their account goes."""
    log = accounts.tables.AdminLog
    theirs = list(log.user_index.query(user_id))
    for row in theirs:
        row.update([log.user_id.set(_FORMER)])
    for row in list(log.object_index.query(user_id)):
        row.delete()
    if theirs:
        _forget_editor(user_id)


def _forget_editor(user_id: str) -> None:
    row, version = vendors.tables.VendorConfig, vendors.tables.VendorConfigVersion
    for each in row.scan():
        if each.updated_by == user_id:
            each.update([row.updated_by.set(_FORMER)])
        for kept in version.query(each.vendor_id, filter_condition=version.changed_by == user_id):
            kept.update([version.changed_by.set(_FORMER)])


def _remove_person(user_id: str, *, email: str) -> None:
    claim, person = accounts.tables.EmailClaim(email), accounts.tables.User(user_id)
    try:
        claim.delete(accounts.tables.EmailClaim.user_id == user_id)
    except DeleteError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
    person.delete()


def _begun(user_id: str) -> Receipt:
    """The receipt of an earlier run that did not come to its end, or a new one."""
    row = accounts.tables.User.get(user_id, consistent_read=True)
    kept = row.erasure or {}
    return Receipt(kept.get("number") or token_hex(8), dict(kept.get("erased", {})))


def _keep(user_id: str, receipt: Receipt) -> None:
    # Written before the deletion it counts: a run that is killed in between counts twice rather than not at all.
    row = accounts.tables.User
    kept = {"number": receipt.number, "erased": receipt.erased}
    try:
        row(user_id).update([row.erasure.set(kept)], condition=row.user_id.exists())
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise


def _ask(user_id: str, *, in_seconds: int) -> None:
    queue = client("sqs")
    address = queue.get_queue_url(QueueName=config().erase_user_queue)["QueueUrl"]
    queue.send_message(QueueUrl=address, MessageBody=json.dumps({"user_id": user_id}), DelaySeconds=in_seconds)


def _chunks(items: Iterable[_Each], size: int) -> Iterator[list[_Each]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
