"""Who is calling and what for: what a verified token comes down to. Whoever only asks this needs neither keys nor tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from paypulse.core.errors import PayPulseError


class InvalidTokenError(PayPulseError):
    """The token proves nothing (any more)."""


class ExpiredTokenError(InvalidTokenError):
    """The token was good until it ran out."""


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "invoices:read"
    WRITE = "invoices:write"
    INGEST = "invoices:ingest"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Claims:
    """Who is calling, and what for."""

    user_id: str
    scopes: frozenset[Scope]
