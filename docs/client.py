"""A typed client of the PayPulse API that needs nothing but Python: read it, copy it, change it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen


class ApiError(Exception):
    """The API refused; `code` is the contract's, `status` HTTP's."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class RetailRow:
    """One receipt of a list. `total_amount` is None where it was not found."""

    InvoiceID: str
    invoice_date: str
    total_amount: Decimal | None
    currency: str | None
    vendor_name: str | None
    state: str


@dataclass(slots=True)
class PayPulse:
    """The API at `address`, as the bearer of `token`."""

    address: str
    token: str | None = None

    def login(self, email: str, password: str) -> PayPulse:
        """The same API, signed in."""
        data = self.call("POST", "/v1/auth/login", {"email": email, "password": password})
        return PayPulse(self.address, data["access_token"])

    def retail(self, *, since: str | None = None, until: str | None = None) -> Iterator[RetailRow]:
        """Every receipt between two days (YYYY-MM-DD), newest first within a page, all pages."""
        query = {name: value for name, value in (("from", since), ("to", until)) if value}
        known = {each.name for each in fields(RetailRow)}
        while True:
            data = self.call("GET", f"/v1/invoices/retail?{urlencode(query)}") or {"invoices": {}}
            for rows in data["invoices"].values():
                yield from (RetailRow(**{name: row[name] for name in known}) for row in rows)
            if "cursor" not in data:
                return
            query["cursor"] = data["cursor"]

    def rental(self) -> dict[str, list[dict[str, Any]]]:
        """Rent notices by year."""
        data = self.call("GET", "/v1/invoices/rental")
        return data["invoices"] if data else {}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's data, amounts as Decimal. Raises ApiError."""
        headers = {"content-type": "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        content = None if body is None else json.dumps(body).encode()
        request = Request(self.address + path, content, headers, method=method)
        try:
            with urlopen(request, timeout=60) as answer:
                return json.load(answer, parse_float=Decimal)["data"]
        except HTTPError as error:
            failure = json.load(error)["error"]
            raise ApiError(error.code, failure["code"], failure["message"]) from error
