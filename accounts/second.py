"""A second factor for who wants one, or of whom it is demanded: codes of an authenticator app (RFC 6238), and recovery codes for when it is lost.

Access patterns
- whether a person has one, and proving it: SecondFactors[user_id], consistent
- a code counts once: an update on the condition that its half minute is later than the last one's, or that the recovery
  code is still there
"""

from __future__ import annotations

import hashlib
from base64 import b32decode, b32encode
from collections.abc import Sequence
from hmac import compare_digest
from secrets import token_bytes
from typing import Any, Final, cast
from urllib.parse import quote

from pynamodb.attributes import ListAttribute
from pynamodb.exceptions import DoesNotExist, PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from accounts import audit, security_log, throttles, vault
from accounts.tables import SecondFactor
from paypulse.core.clock import epoch, now
from paypulse.core.config import config
from paypulse.core.errors import PayPulseError

_STEP_S: Final = 30
_DIGITS: Final = 6
_WINDOW_S: Final = 15 * 60
_TRIES: Final = 10
_RECOVERY_CODES: Final = 8
_CONDITION_FAILED: Final = "ConditionalCheckFailedException"


class CodeError(PayPulseError):
    """The code is missing, wrong, or was used before."""


def is_on(user_id: str) -> bool:
    """Whether the person signs in with a code as well."""
    row = _row(user_id)
    return row is not None and row.enabled_at is not None


def is_demanded(*, is_staff: bool) -> bool:
    """Whether PAYPULSE_SECOND_STEP asks it of such a person."""
    return config().second_step == "everyone" or (config().second_step == "staff" and is_staff)


def offer(user_id: str) -> str:
    """The secret for an authenticator app, in base32. It counts for nothing until `turn_on`; asking again gives the same one.

    Raises CodeError when the person has a second factor already.
    """
    secret = b32encode(token_bytes(20)).decode()
    row = SecondFactor(user_id=user_id, sealed=vault.seal(user_id, secret))
    try:
        row.save(SecondFactor.user_id.does_not_exist())
    except PutError as error:
        if error.cause_response_code != _CONDITION_FAILED:
            raise
        return offered(user_id)
    return secret


def offered(user_id: str) -> str:
    """The secret that was offered and not confirmed yet. Raises CodeError when there is none."""
    row = _row(user_id)
    if row is None or row.enabled_at is not None:
        raise CodeError("there is nothing to confirm", user_id=user_id)
    return vault.opened(user_id, row.sealed)


def app_address(secret: str, *, email: str) -> str:
    """What an authenticator app reads from the QR code (the key URI format of Google Authenticator)."""
    return f"otpauth://totp/PayPulse:{quote(email)}?secret={secret}&issuer=PayPulse&algorithm=SHA1&digits={_DIGITS}"


def turn_on(user_id: str, code: str) -> tuple[str, ...]:
    """Ask for codes from now on; gives the recovery codes, of which only hashes are kept. Raises CodeError or ThrottledError."""
    throttles.check(f"second|{user_id}", limit=_TRIES, seconds=_WINDOW_S)
    step = _step(offered(user_id), code)
    codes = tuple(b32encode(token_bytes(20)).decode() for _ in range(_RECOVERY_CODES))
    changes = [
        SecondFactor.enabled_at.set(now()),
        SecondFactor.last_step.set(step),
        _recovery().set([_hash(each) for each in codes]),
    ]
    if not _changed(user_id, changes, condition=SecondFactor.enabled_at.does_not_exist()):
        raise CodeError("it is on already", user_id=user_id)
    throttles.forgive(f"second|{user_id}", seconds=_WINDOW_S)
    audit.record(user_id, audit.Action.SECOND_FACTOR_ON)
    return tuple("-".join(each[at : at + 4] for at in range(0, len(each), 4)) for each in codes)


def turn_off(user_id: str) -> None:
    """Ask for codes no longer. Without a second factor, nothing changes."""
    if is_on(user_id):
        SecondFactor(user_id).delete()
        audit.record(user_id, audit.Action.SECOND_FACTOR_OFF)


def demand(user_id: str, code: str) -> None:
    """Return when the person has no second factor, or `code` is a good one of theirs, which it uses up; throttled.

    Raises CodeError or ThrottledError.
    """
    row = _row(user_id)
    if row is None or row.enabled_at is None:
        return
    throttles.check(f"second|{user_id}", limit=_TRIES, seconds=_WINDOW_S)
    plain = "".join(code.split()).replace("-", "").upper()
    factor, use = ("recovery code", _recover) if len(plain) > _DIGITS else ("app", _use_app)
    try:
        use(row, plain)
    except CodeError:
        security_log.note(security_log.Event.CODE_REFUSED, user_id=user_id, factor=factor)
        raise
    security_log.note(security_log.Event.CODE_ACCEPTED, user_id=user_id, factor=factor)
    throttles.forgive(f"second|{user_id}", seconds=_WINDOW_S)


def _use_app(row: SecondFactor, plain: str) -> None:
    step = _step(vault.opened(row.user_id, row.sealed), plain)
    if not _changed(row.user_id, [SecondFactor.last_step.set(step)], condition=SecondFactor.last_step < step):
        raise CodeError("the code was used before", user_id=row.user_id)


def _recover(row: SecondFactor, plain: str) -> None:
    used, kept = _hash(plain), [str(each) for each in cast("ListAttribute[Any]", row.recovery)]
    left = [each for each in kept if each != used]
    if left == kept or not _changed(row.user_id, [_recovery().set(left)], condition=_recovery() == kept):
        raise CodeError("the recovery code is wrong, or was used before", user_id=row.user_id)
    audit.record(row.user_id, audit.Action.RECOVERY_CODE_USED, left=len(left))


def _step(secret: str, code: str) -> int:
    """The half minute that the code is of: this one, or the one before for what took its time. Raises CodeError."""
    # Only who has a second factor pays for loading it.
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    codes = TOTP(b32decode(secret), _DIGITS, SHA1(), _STEP_S)  # noqa: S303 (RFC 6238; what authenticator apps know)
    this = epoch() // _STEP_S
    for step in (this, this - 1):
        if compare_digest(codes.generate(step * _STEP_S), "".join(code.split()).encode()):
            return step
    raise CodeError("the code is wrong")


def _changed(user_id: str, changes: Sequence[Action], *, condition: Condition) -> bool:
    try:
        SecondFactor(user_id).update(list(changes), condition=SecondFactor.user_id.exists() & condition)
    except UpdateError as error:
        if error.cause_response_code != _CONDITION_FAILED:
            raise
        return False
    return True


def _row(user_id: str) -> SecondFactor | None:
    try:
        return SecondFactor.get(user_id, consistent_read=True)
    except DoesNotExist:
        return None


def _recovery() -> ListAttribute[Any]:
    # PynamoDB types the elements of a list as attributes; strings are what it takes.
    return cast("ListAttribute[Any]", SecondFactor.recovery)


def _hash(code: str) -> str:
    # 160 random bits need no slow hash.
    return hashlib.sha256(code.encode()).hexdigest()
