"""The envelope every /v1 answer comes in, and the codes a failure may carry."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import msgspec

from paypulse.core.errors import PayPulseError

# Amounts leave as JSON numbers with every digit they have; a client that reads them as decimals loses nothing.
_json = msgspec.json.Encoder(decimal_format="number")


class Code(StrEnum):
    """The failure codes of the published contract."""

    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    INVALID_TOKEN = "INVALID_TOKEN"
    TOKEN_EXPIRED = "TOKEN_EXPIRED"
    GMAIL_TOKEN_EXPIRED = "GMAIL_TOKEN_EXPIRED"
    USER_NOT_FOUND = "USER_NOT_FOUND"
    USER_ALREADY_EXISTS = "USER_ALREADY_EXISTS"
    JWT_ERROR = "JWT_ERROR"
    INVALID_JSON = "INVALID_JSON"
    MISSING_FIELDS = "MISSING_FIELDS"
    INVALID_REQUEST = "INVALID_REQUEST"
    INVOICE_PARSE_ERROR = "INVOICE_PARSE_ERROR"
    RATE_LIMITED = "RATE_LIMITED"
    DEPENDENCY_FAILURE = "DEPENDENCY_FAILURE"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


class ApiError(PayPulseError):
    """A failure with its place in the contract: an HTTP status and a code."""

    def __init__(self, status: int, code: Code, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code = status, code
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation gives back: its data, a sentence, and the HTTP status it ends with."""

    data: Any
    message: str = "OK"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def encoded(answer: Answer) -> bytes:
    """The success envelope as JSON; nothing at all for a status that has no body."""
    if answer.status in (204, 304):
        return b""
    return _json.encode({"message": answer.message, "code": answer.status, "data": answer.data})


# No browser guesses another type, frames an answer, runs anything in it, or asks for it in the clear.
_ALWAYS: Final = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
}


def gateway(status: int, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """The answer in API Gateway's payload format 2.0."""
    return {
        "statusCode": status,
        "headers": {**_ALWAYS, **headers},
        "body": body.decode(),
        "isBase64Encoded": False,
    }


def unavailable() -> ApiError:
    """503 with the seconds to wait: something that we ask did not answer."""
    return ApiError(
        503, Code.DEPENDENCY_FAILURE, "A service we need did not answer; try again.", headers={"retry-after": "5"}
    )


def fault() -> ApiError:
    """500 for what nobody expected, which says nothing of its cause."""
    return ApiError(500, Code.INTERNAL_SERVER_ERROR, "Something went wrong on our side.")


def failure(error: ApiError) -> dict[str, Any]:
    """The failure envelope in payload format 2.0."""
    body = _json.encode({"error": {"code": error.code, "message": error.message}})
    return gateway(error.status, body, error.headers)


def body_bytes(event: Mapping[str, Any]) -> bytes:
    """The request's body as it was sent."""
    body = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def number(value: Decimal | None) -> Decimal | None:
    """An amount for JSON, in plain digits: a Decimal in exponent form would be written as 1E+2."""
    return None if value is None else Decimal(format(value, "f"))
