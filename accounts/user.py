"""A person, as the rest of the code sees one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person. `home_currency` is None until chosen; `last_retail_invoice_fetch` until every mailbox has been fetched."""

    user_id: str
    email: str
    name: str
    created_at: datetime
    is_active: bool
    is_staff: bool
    is_superuser: bool
    permissions: tuple[str, ...]
    session_version: int
    language: str
    time_zone: str
    home_currency: str | None
    preferences: Mapping[str, Any]
    shares_samples: bool
    last_retail_invoice_fetch: datetime | None
