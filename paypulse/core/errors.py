"""The root of every error PayPulse raises on purpose."""

from __future__ import annotations


class PayPulseError(Exception):
    """An expected failure; `retryable` says whether trying again later can help.

    Subclasses live where they are raised. The keyword data given to the constructor is kept in `data`, so that a handler
    can log it (ids and counts only, never content).
    """

    retryable = False

    def __init__(self, message: str, **data: object) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class ConflictError(PayPulseError):
    """A conditional write found another state than the caller had read."""


class NotFoundError(PayPulseError):
    """The owner has no such thing. Another person's thing is answered the same way."""
