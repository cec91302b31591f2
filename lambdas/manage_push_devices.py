"""The phones that a person's push messages come to: registered by their apps, listed and removed."""

from __future__ import annotations

from accounts import preferences, push, push_devices
from accounts.claims import Scope
from accounts.push_devices import PushDevice
from lambdas.api.contract import NewPushDevice, PushDeviceList, PushDeviceRow
from lambdas.api.door import ApiRequest, Door
from lambdas.responses import Answer

handler = Door()


@handler.opens("GET /v1/user/push-devices", scope=Scope.ACCOUNT, returns={200: (PushDeviceList,)})
def listed(request: ApiRequest) -> Answer:
    """The caller's phones, the one added first at the head, and whether push messages are offered and on."""
    wanted = bool(preferences.push_topic(request.user().preferences))
    found = push_devices.devices(request.user_id) if push.is_offered() else ()
    return Answer(
        PushDeviceList(
            offered=push.is_offered(), on=push.is_offered() and wanted, devices=[_row(each) for each in found]
        )
    )


@handler.opens(
    "POST /v1/user/push-devices",
    scope=Scope.ACCOUNT,
    body=NewPushDevice,
    returns={201: (PushDeviceRow,)},
    fails=(422,),
)
def registered(request: ApiRequest) -> Answer:
    """Have a phone told what the caller is told, and nobody else; the same token again changes nothing."""
    body: NewPushDevice = request.body
    if body.turn_on and push.is_offered():
        push_devices.turn_on(request.user_id)
    made = push_devices.register(request.user_id, token=body.token, name=body.name)
    return Answer(_row(made), "Push messages come to this phone.", 201)


@handler.opens(
    "DELETE /v1/user/push-devices/{device_id}", scope=Scope.ACCOUNT, returns={200: (PushDeviceList,)}, fails=(404,)
)
def removed(request: ApiRequest) -> Answer:
    """Tell one of the caller's phones nothing more; gives those that are left."""
    push_devices.remove(request.user_id, request.path["device_id"])
    return listed(request)


def _row(device: PushDevice) -> PushDeviceRow:
    return PushDeviceRow(
        device_id=device.device_id,
        name=device.name,
        added_at=device.added_at.isoformat(),
        reached=device.is_reached,
    )
