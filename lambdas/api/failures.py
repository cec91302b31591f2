"""Which HTTP status and published code each expected error ends in."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from accounts.push import PushTokenError
from accounts.push_devices import PushDeviceError
from accounts.repeats import OtherRequestError
from accounts.throttles import ThrottledError
from invoices.documents import HeldBackError
from invoices.store import CorrectionError, CursorError
from lambdas.responses import ApiError, Code, fault, unavailable
from paypulse.core.errors import ConflictError, NotFoundError, PayPulseError


def as_api_error(error: Exception) -> ApiError:
    """`error` as the contract has it. What nobody expected is a 500 that says nothing of its cause."""
    match error:
        case ApiError():
            return error
        case ThrottledError():
            return rate_limited(error)
        case HeldBackError():
            return ApiError(
                404, Code.INVALID_REQUEST, "The document is held back: a scanner found malicious software in it."
            )
        case NotFoundError():
            return ApiError(404, Code.INVALID_REQUEST, "There is no such thing here.")
        case ConflictError() | OtherRequestError():
            return ApiError(409, Code.INVALID_REQUEST, error.message)
        case PayPulseError(retryable=True) | ClientError() | BotoCoreError() | PynamoDBException():
            return unavailable()
        case CorrectionError() | CursorError() | PushDeviceError() | PushTokenError():
            return ApiError(422, Code.INVALID_REQUEST, error.message)
        case PayPulseError():
            return ApiError(400, Code.INVALID_REQUEST, error.message)
    return fault()


def rate_limited(error: ThrottledError) -> ApiError:
    """429 with the seconds to wait."""
    headers = {"retry-after": str(error.retry_after)}
    return ApiError(429, Code.RATE_LIMITED, "Too many tries; wait a little.", headers=headers)
