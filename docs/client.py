"""A typed client of the PayPulse API that needs nothing but Python: read it, copy it, change it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any, TypedDict
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

Amount = Decimal | int

RentalRow = TypedDict(
    "RentalRow",
    {
        "InvoiceID": str,
        "Due Date": str | None,  # dd-mm-YYYY
        "Total Amount": Amount | None,
        "Hyra": Amount | None,
        "El": Amount | None,
        "Kallvatten": Amount | None,
        "Varmvatten": Amount | None,
        "Moms": Amount | None,
        "OCR": str | None,
        "state": str,
        "version": int,
    },
)


class ApiError(Exception):
    """The API refused; `code` is the contract's, `status` HTTP's."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class RetailRow:
    """One receipt of a list. `total_amount` is None where it was not found; `version` is what a correction refers to."""

    InvoiceID: str
    invoice_date: str
    total_amount: Amount | None
    currency: str | None
    vendor_name: str | None
    sub_type: str
    state: str
    version: int


@dataclass(frozen=True, slots=True)
class PayPulse:
    """The API at `address` (up to and with /v1), as the bearer of `token`."""

    address: str
    token: str | None = None

    def login(self, email: str, password: str, *, code: str = "") -> PayPulse:
        """The same API, signed in for an hour; `code` is for who turned on the second step."""
        data = self.call("POST", "/auth/login", {"email": email, "password": password, "code": code})
        return PayPulse(self.address, data["access_token"])

    def retail(self, *, since: str | None = None, until: str | None = None) -> Iterator[RetailRow]:
        """Every receipt between two days (YYYY-MM-DD), page by page."""
        query = {name: value for name, value in (("from", since), ("to", until), ("limit", "100")) if value}
        known = {each.name for each in fields(RetailRow)}
        while True:
            data = self.call("GET", f"/invoices/retail?{urlencode(query)}") or {"invoices": {}}
            for rows in data["invoices"].values():
                yield from (RetailRow(**{name: row[name] for name in known}) for row in rows)
            if "cursor" not in data:
                return
            query["cursor"] = data["cursor"]

    def counts(self) -> dict[str, int]:
        """How many receipts each category has."""
        counts: dict[str, int] = self.call("GET", "/invoices/retail?counts=true")
        return counts

    def rental(self) -> dict[str, list[RentalRow]]:
        """Rent notices by year, newest first."""
        data = self.call("GET", "/invoices/rental")
        return data["invoices"] if data else {}

    def correct(self, row: RetailRow, **changes: str) -> Mapping[str, Any]:
        """Say what is right, as in `correct(row, total_amount="99.90")`. Raises ApiError 409 when somebody was faster."""
        body = {"version": row.version, **changes}
        found: Mapping[str, Any] = self.call("PATCH", f"/invoices/retail/{row.InvoiceID}", body)["invoiceDetails"]
        return found

    def original(self, row: RetailRow) -> bytes:
        """The document as it came in."""
        link = self.call("GET", f"/invoices/retail/{row.InvoiceID}/original")
        with urlopen(link["url"], timeout=60) as answer:
            return bytes(answer.read())

    def upload(self, file: Path) -> list[str]:
        """The ids of the invoices that a PDF becomes; each is there once it has been read."""
        address = f"/invoices/upload?{urlencode({'filename': file.name})}"
        ids: list[str] = self.call("POST", address, file.read_bytes(), media="application/pdf")["invoice_ids"]
        return ids

    def fetch(self, *, once: str, patience: float = 300) -> Mapping[str, Any]:
        """Have new receipts fetched and wait until they are; asked twice with the same `once`, it is done once."""
        data: Mapping[str, Any] = self.call("POST", "/invoices/retail/ingest", {}, once=once)
        deadline = time.monotonic() + patience
        while "job_id" in data and data.get("state") not in ("done", "failed") and time.monotonic() < deadline:
            time.sleep(1)
            data = self.call("GET", f"/jobs/{data['job_id']}")
        return data

    def call(
        self, method: str, path: str, body: Any = None, *, media: str = "application/json", once: str | None = None
    ) -> Any:
        """The answer's data, amounts exact. Raises ApiError."""
        headers = {"content-type": media} | ({"idempotency-key": once} if once else {})
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        try:
            with urlopen(Request(self.address + path, content, headers, method=method), timeout=60) as answer:
                text = answer.read()
                return json.loads(text, parse_float=Decimal)["data"] if text else None
        except HTTPError as error:
            failure = json.load(error)["error"]
            raise ApiError(error.code, failure["code"], failure["message"]) from error
