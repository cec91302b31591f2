"""The shapes in which Google answers: JSON, and the two kinds of error that its clients tell apart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from paypulse.core.errors import PayPulseError

_JSON = "application/json; charset=UTF-8"
_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
}


def answer(body: Mapping[str, Any], status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json.dumps(body), status, content_type=_JSON)


class ApiError(PayPulseError):
    """An error as Google's REST APIs report it: a code, a reason such as rateLimitExceeded, and perhaps headers."""

    def __init__(self, code: int, *, reason: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.headers = dict(headers or {})

    def response(self) -> Response:
        detail = {"message": self.message, "domain": "global", "reason": self.reason}
        error = {"code": self.code, "message": self.message, "errors": [detail]}
        status = _STATUS.get(self.code, "UNAVAILABLE")
        reply = answer({"error": {**error, "status": status}}, self.code)
        reply.headers.extend(self.headers)
        return reply


class OAuthError(PayPulseError):
    """An error of the token and revocation endpoints (RFC 6749, section 5.2)."""

    def __init__(self, error: str, description: str, *, code: int = 400, subtype: str | None = None) -> None:
        super().__init__(description)
        self.error = error
        self.subtype = {"error_subtype": subtype} if subtype else {}
        self.code = code

    def response(self) -> Response:
        return answer({"error": self.error, "error_description": self.message} | self.subtype, self.code)


def not_found() -> ApiError:
    """What Google says of anything that the caller has not."""
    return ApiError(404, reason="notFound", message="Requested entity was not found.")
