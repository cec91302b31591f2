"""The phones that get a person's push messages: registered by an app, seen and removed by their person.

What SNS calls the endpoint of a token says whose it is, so that one phone shows the messages of one person. A phone that is handed on
is made the new person's there first, and then taken from the one before: whoever was registering it for them at that moment looks
last of all whether it is still theirs, and takes back what it did.

Access patterns
- a person's devices: PushDevices[user_id], consistent; one of them: PushDevices[user_id, device_id]
- who else has a device: DeviceID-index, beside what SNS says
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pynamodb.exceptions import DoesNotExist, PutError, UpdateError

from accounts import audit, preferences, push, store, tables
from paypulse.core.clock import now
from paypulse.core.errors import ConflictError, NotFoundError, PayPulseError

MOST: Final = 10
_CONDITION_FAILED: Final = "ConditionalCheckFailedException"


class PushDeviceError(PayPulseError):
    """The device cannot be registered; the message says what is to be done about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushDevice:
    """A phone that gets push messages. `is_reached` is False when its app was removed, or its token has changed."""

    device_id: str
    name: str
    added_at: datetime
    is_reached: bool


def is_on(user_id: str) -> bool:
    """Whether the person has push messages. Raises NotFoundError when there is no such person."""
    user = store.user(user_id)
    return push.is_offered() and user.is_active and bool(preferences.push_topic(user.preferences))


def turn_on(user_id: str) -> None:
    """Have the person told by push messages, on the devices that their apps register."""
    topic = push.open_topic(user_id)
    store.edit_preferences(user_id, lambda kept: preferences.with_push(kept, topic))


def turn_off(
    user_id: str, *, edit: Callable[[Mapping[str, Any]], Mapping[str, Any]] = preferences.without_push
) -> None:
    """End the person's push messages with all their devices; `edit` takes them out of the preferences."""
    names = [row.name for row in _rows(user_id)]
    forget(user_id)
    store.edit_preferences(user_id, edit)
    # A device that was being registered meanwhile, and found them still on.
    forget(user_id)
    for name in names:
        audit.record(user_id, audit.Action.PUSH_DEVICE_REMOVED, device=name)


def devices(user_id: str) -> tuple[PushDevice, ...]:
    """The person's devices, the one added first at the head."""
    return tuple(_device(row, is_reached=_is_reached(row)) for row in _rows(user_id))


def register(user_id: str, *, token: str, name: str) -> PushDevice:
    """The device with this token, which is told what the person is told from now on; registering it again changes nothing.

    A device of somebody else is taken from them. Raises PushDeviceError, push.PushTokenError, and ConflictError when it was removed or
    registered by somebody else meanwhile.
    """
    device_id = _id_of(token)
    if not is_on(user_id):
        raise PushDeviceError("Push messages are not offered here, or are turned off in the settings.")
    _demand_room(user_id, device_id)
    endpoint = ""
    try:
        endpoint = _made_theirs(user_id, device_id, token=token)
        is_new = _keep(user_id, device_id, name=name, endpoint=endpoint)
        push.subscribe(user_id, endpoint)
        found = _still_theirs(user_id, device_id)
    except NotFoundError:
        _end(user_id, device_id, endpoint=endpoint)
        raise ConflictError("The device was removed or registered by somebody else meanwhile.") from None
    if is_new:
        audit.record(user_id, audit.Action.PUSH_DEVICE_ADDED, device=name)
    return found


def remove(user_id: str, device_id: str) -> None:
    """Have one of the person's devices told nothing more, and forget it. Raises NotFoundError."""
    name = _row(user_id, device_id).name
    _end(user_id, device_id)
    audit.record(user_id, audit.Action.PUSH_DEVICE_REMOVED, device=name)


def forget(user_id: str) -> None:
    """End everything of the person's push messages but their wish for them. May be run again at any time."""
    rows = _rows(user_id)
    if push.is_offered():
        push.close_topic(user_id)
        for row in rows:
            push.delete(row.endpoint, owner=user_id)
    for row in rows:
        row.delete()


def _id_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def _demand_room(user_id: str, device_id: str) -> None:
    """Return when one more device can be had, after removing those that are reached no more if need be."""
    rows = _rows(user_id)
    if len(rows) < MOST or device_id in {row.device_id for row in rows}:
        return
    silent = [row for row in rows if not _is_reached(row)]
    for row in silent:
        remove(user_id, row.device_id)
    if len(rows) - len(silent) >= MOST:
        raise PushDeviceError(f"There are {MOST} devices already; remove one first.")


def _made_theirs(user_id: str, device_id: str, *, token: str) -> str:
    """The endpoint of the device, which is the person's, and nobody else's any more. Raises NotFoundError when it is deleted meanwhile."""
    found = push.endpoint(token, owner=user_id)
    if (found.owner, found.token, found.is_enabled) != (user_id, token, True):
        push.hand_over(found.arn, token=token, owner=user_id)
    others = {found.owner, *(row.user_id for row in tables.PushDevice.device_index.query(device_id))} - {user_id, ""}
    if others and push.known(found.arn).owner != user_id:
        # One of them has said since that it is theirs.
        raise NotFoundError("the device is another person's now", user_id=user_id)
    for other in others:
        if name := _end(other, device_id, endpoint=found.arn):
            audit.record(other, audit.Action.PUSH_DEVICE_REMOVED, device=name)
    return found.arn


def _keep(user_id: str, device_id: str, *, name: str, endpoint: str) -> bool:
    """Write the device down; whether it is new. Raises NotFoundError when it is removed meanwhile."""
    row = tables.PushDevice
    try:
        row(user_id, device_id, name=name, endpoint=endpoint, added_at=now()).save(row.device_id.does_not_exist())
        return True
    except PutError as error:
        _demand_refusal(error)
    try:
        row(user_id, device_id).update(
            [row.name.set(name), row.endpoint.set(endpoint)], condition=row.device_id.exists()
        )
    except UpdateError as error:
        _demand_refusal(error)
        raise NotFoundError("the device was removed meanwhile", user_id=user_id) from error
    return False


def _still_theirs(user_id: str, device_id: str) -> PushDevice:
    """The device, whose person wants to be told there and nobody else. Raises NotFoundError."""
    row = _row(user_id, device_id)
    if not is_on(user_id) or push.known(row.endpoint).owner != user_id:
        raise NotFoundError("the device is another person's now", user_id=user_id)
    return _device(row, is_reached=True)


def _end(user_id: str, device_id: str, *, endpoint: str = "") -> str:
    """Have the device told nothing more of this person; its name, or nothing when they did not have it."""
    row = _found(user_id, device_id)
    endpoints = {endpoint, row.endpoint if row else ""} - {""} if push.is_offered() else set()
    for each in endpoints:
        push.unsubscribe(user_id, each)
        push.delete(each, owner=user_id)
    if row:
        row.delete()
    for each in endpoints:
        # What was registering it meanwhile, and still found the row, has subscribed it by now.
        push.unsubscribe(user_id, each)
    return row.name if row else ""


def _rows(user_id: str) -> list[tables.PushDevice]:
    return sorted(tables.PushDevice.query(user_id, consistent_read=True), key=lambda row: row.added_at)


def _found(user_id: str, device_id: str) -> tables.PushDevice | None:
    try:
        return tables.PushDevice.get(user_id, device_id, consistent_read=True)
    except DoesNotExist:
        return None


def _row(user_id: str, device_id: str) -> tables.PushDevice:
    if row := _found(user_id, device_id):
        return row
    raise NotFoundError("there is no such device", user_id=user_id)


def _is_reached(row: tables.PushDevice) -> bool:
    try:
        endpoint = push.known(row.endpoint)
    except NotFoundError:
        return False
    return endpoint.is_enabled and endpoint.owner == row.user_id


def _device(row: tables.PushDevice, *, is_reached: bool) -> PushDevice:
    return PushDevice(device_id=row.device_id, name=row.name, added_at=row.added_at, is_reached=is_reached)


def _demand_refusal(error: PutError | UpdateError) -> None:
    if error.cause_response_code != _CONDITION_FAILED:
        raise error
