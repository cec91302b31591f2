"""People: every read and write of Users and EmailClaims.

Access patterns
- one person by id: Users[user_id], consistent
- who holds an address: EmailClaims[email], consistent; then the person
- a new person, or a new address: one transaction over Users and EmailClaims, so that an address has one holder whatever
  the timing
- every change: an update on the condition that the person exists, so that a late one cannot bring back an erased person
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from pynamodb.exceptions import DoesNotExist, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from accounts import passwords, tables
from accounts.user import User
from paypulse.core.clock import now
from paypulse.core.errors import ConflictError, NotFoundError, PayPulseError

_ADDRESS: Final = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_TRIES: Final = 5
# A row nobody has: reading it takes as long as reading somebody's.
_NOBODY: Final = "user_nobody"


class UserExistsError(PayPulseError):
    """The address belongs to somebody already."""


class InvalidEmailError(PayPulseError):
    """The text is no e-mail address."""


def normalised(email: str) -> str:
    """The one form an address is stored and looked up in: no blanks around, lower case, composed, the domain in ASCII.

    Raises InvalidEmailError for what is no address.
    """
    local, _, domain = unicodedata.normalize("NFC", email.strip().casefold()).rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise InvalidEmailError("This is not an e-mail address.") from error
    if len(address) > 254 or not address.isprintable() or not _ADDRESS.fullmatch(address):
        raise InvalidEmailError("This is not an e-mail address.")
    return address


def create_user(
    *,
    email: str,
    name: str,
    password: str,
    is_staff: bool = False,
    is_superuser: bool = False,
    permissions: tuple[str, ...] = (),
) -> User:
    """The new person. Raises UserExistsError when the address is taken, InvalidEmailError, or passwords.WeakPasswordError."""
    address = normalised(email)
    passwords.check_strength(password, email=address, name=name)
    return add(
        email=address,
        name=name,
        password_hash=passwords.hashed(password),
        is_staff=is_staff,
        is_superuser=is_superuser,
        permissions=list(permissions),
    )


def add(*, email: str, name: str, password_hash: str, **flags: Any) -> User:
    """The new person, from a normalised address and a password that is hashed already. Raises UserExistsError."""
    user_id = f"user_{uuid4()}"
    row = tables.User(
        user_id=user_id, email=email, name=name.strip(), password=password_hash, created_at=now(), **flags
    )
    claim = tables.EmailClaim(email=email, user_id=user_id)
    with _claiming() as write:
        write.save(claim, condition=tables.EmailClaim.email.does_not_exist())
        write.save(row, condition=tables.User.user_id.does_not_exist())
    return _user(row)


def user(user_id: str) -> User:
    """The person. Raises NotFoundError."""
    return _user(_row(user_id))


def user_by_email(email: str) -> User | None:
    """The holder of the address, or None; an impossible address is held by nobody."""
    row = _holder(email)
    return _user(row) if row else None


def authenticated(email: str, password: str) -> User | None:
    """The active person whose address and password these are, or None.

    An unknown address costs the same two reads and one hash as a known one, so that the time tells nothing.
    """
    row = _holder(email)
    if row is None:
        passwords.spend_time(password)
        return None
    return _user(row) if passwords.verify(password, row.password) and row.is_active else None


def password_matches(user_id: str, password: str) -> bool:
    """Whether this is the person's password."""
    return passwords.verify(password, _row(user_id).password)


def set_password(user_id: str, password: str) -> User:
    """The person with the new password and the next session version, which ends every JWT. Raises WeakPasswordError."""
    before = _row(user_id)
    passwords.check_strength(password, email=before.email, name=before.name)
    return _user(
        _update(user_id, tables.User.password.set(passwords.hashed(password)), tables.User.session_version.add(1))
    )


def end_sessions(user_id: str) -> User:
    """The person with the next session version: every JWT made before stops working."""
    return _user(_update(user_id, tables.User.session_version.add(1)))


def signed_in(user_id: str) -> None:
    """Note that the person signed in just now."""
    _update(user_id, tables.User.last_login.set(now()))


def change_profile(user_id: str, *, name: str, language: str, time_zone: str, home_currency: str | None) -> User:
    """The person with these settings."""
    currency = tables.User.home_currency
    return _user(
        _update(
            user_id,
            tables.User.name.set(name.strip()),
            tables.User.language.set(language),
            tables.User.time_zone.set(time_zone),
            currency.set(home_currency) if home_currency else currency.remove(),
        )
    )


def edit_preferences(user_id: str, edit: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> User:
    """The person with what `edit` makes of their preferences; made anew when they were changed in between.

    Raises NotFoundError, and ConflictError when they keep changing.
    """
    stored = tables.User.preferences
    for _ in range(_TRIES):
        before = _row(user_id).preferences
        unchanged = stored.does_not_exist() if before is None else stored == before
        row = tables.User(user_id)
        try:
            row.update([stored.set(dict(edit(before or {})))], condition=tables.User.user_id.exists() & unchanged)
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            continue
        return _user(row)
    raise ConflictError("the preferences kept changing", user_id=user_id)


def share_samples(user_id: str, *, shares: bool) -> User:
    """The person, who now lets staff try vendor rows on their documents, or no longer does."""
    return _user(_update(user_id, tables.User.shares_samples.set(shares)))


def change_email(user_id: str, email: str) -> User:
    """The person under the new address; the old one is free again. Raises UserExistsError or ConflictError."""
    before, address = _row(user_id), normalised(email)
    if address == before.email:
        return _user(before)
    claim = tables.EmailClaim(email=address, user_id=user_id)
    with _claiming(position=1) as write:
        write.save(claim, condition=tables.EmailClaim.email.does_not_exist())
        write.delete(tables.EmailClaim(email=before.email), condition=tables.EmailClaim.user_id == user_id)
        write.update(before, actions=[tables.User.email.set(address)], condition=tables.User.email == before.email)
    return user(user_id)


def note_retail_fetch(user_id: str, *, until: datetime | None) -> None:
    """Keep `until` as the person's retail mark. An erased person stays erased: NotFoundError."""
    mark = tables.User.last_retail_invoice_fetch
    _update(user_id, mark.set(until) if until else mark.remove())


def close(user_id: str) -> None:
    """Shut the account: nobody signs in, no JWT works, and nothing is fetched any more. Erasure starts with this."""
    _update(user_id, tables.User.is_active.set(False), tables.User.session_version.add(1))


def _holder(email: str) -> tables.User | None:
    try:
        return tables.User.get(_holder_id(email), consistent_read=True)
    except DoesNotExist:
        return None


def _holder_id(email: str) -> str:
    try:
        return tables.EmailClaim.get(normalised(email), consistent_read=True).user_id
    except (DoesNotExist, InvalidEmailError):
        return _NOBODY


def _row(user_id: str) -> tables.User:
    try:
        return tables.User.get(user_id, consistent_read=True)
    except DoesNotExist as error:
        raise NotFoundError("there is no such person", user_id=user_id) from error


def _update(user_id: str, *actions: Action, condition: Condition | None = None) -> tables.User:
    row = tables.User(user_id)
    exists = tables.User.user_id.exists()
    try:
        row.update(list(actions), condition=exists & condition if condition is not None else exists)
    except UpdateError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            raise NotFoundError("there is no such person", user_id=user_id) from error
        raise
    return row


@contextmanager
def _claiming(*, position: int = 0) -> Iterator[TransactWrite]:
    """A transaction whose write at `position` (deletes come before saves) claims an address. Raises UserExistsError or ConflictError when it is refused."""
    try:
        with transaction() as write:
            yield write
    except TransactWriteError as error:
        reasons = [reason.code if reason else None for reason in error.cancellation_reasons]
        # Two at once on one address: the loser of a TransactionConflict has lost to the other claim.
        if reasons and reasons[position] in ("ConditionalCheckFailed", "TransactionConflict"):
            raise UserExistsError("The address belongs to somebody already.") from error
        if reasons:
            raise ConflictError("another change came between") from error
        raise


def transaction() -> TransactWrite:
    """A transaction over the tables of accounts, safe to send twice."""
    # Every model must know its table before a transaction over them can be written down.
    for table in (tables.User, tables.EmailClaim, tables.Mailbox, tables.MailboxToken):
        table._get_connection()
    return TransactWrite(connection=tables.User._get_connection().connection, client_request_token=str(uuid4()))


def _user(row: tables.User) -> User:
    return User(
        user_id=row.user_id,
        email=row.email,
        name=row.name,
        created_at=row.created_at,
        is_active=row.is_active,
        is_staff=row.is_staff,
        is_superuser=row.is_superuser,
        permissions=tuple(map(str, row.permissions)),
        session_version=int(row.session_version),
        language=row.language,
        time_zone=row.time_zone,
        home_currency=row.home_currency,
        preferences=row.preferences or {},
        shares_samples=row.shares_samples,
        last_retail_invoice_fetch=row.last_retail_invoice_fetch,
    )
