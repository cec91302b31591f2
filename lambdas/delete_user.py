"""DELETE /v1/user/me closes the account at once; the queue's message then erases it, as often as it takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from accounts.claims import Scope
from lambdas.api.contract import Erasure
from lambdas.api.door import ApiRequest, Door
from lambdas.logs import log
from lambdas.responses import Answer, ApiError, Code
from paypulse import erasure

api = Door()


@api.opens("DELETE /v1/user/me", scope=Scope.ACCOUNT, returns={202: (Erasure,)}, fails=(409,))
def forget(request: ApiRequest) -> Answer:
    """Close the caller's account and erase everything about them; no token works from now on."""
    try:
        erasure.request(request.user_id)
    except erasure.StaffError as error:
        raise ApiError(409, Code.INVALID_REQUEST, "A staff account is handed over first.") from error
    return Answer(Erasure(state="erasing"), "Your account is closed and is being erased.", 202)


def handler(event: Mapping[str, Any], context: object = None) -> Any:
    """A request over HTTP, or the queue's message; what cannot be erased now rises, and the queue brings it again."""
    if "routeKey" in event:
        return api(event, context)
    for record in event["Records"]:
        receipt = erasure.erase(json.loads(record["body"])["user_id"])
        log.info("erased", receipt=receipt.number, erased=receipt.erased)
    return None
