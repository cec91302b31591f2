"""The names of all facts, and how the text beside a vendor row's hint becomes the value of one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from invoices.parsing.fields import references
from invoices.parsing.fields.amounts import CODES, currency_of, find_amounts
from invoices.parsing.fields.dates import find_dates
from paypulse.core.text import fold_space

AMOUNT_FIELDS = frozenset("total_amount tax subtotal shipping discount tip delivery_fee".split())
DATE_FIELDS = frozenset(
    "invoice_date due_date period_start period_end billing_period_start billing_period_end departure_date arrival_date".split()
)
NUMBER_FIELDS = frozenset("invoice_number order_number receipt_number booking_reference".split())
TEXT_FIELDS = frozenset(
    "vendor_name restaurant promo_code payment_method plan duration store_name store_location utility_type provider usage_details "
    "category description notes transport_type transport_company".split()
)
_REFERENCES: dict[str, Callable[[str], str | None]] = {
    "ocr_number": references.ocr,
    "bankgiro": references.bankgiro,
    "plusgiro": references.plusgiro,
    "iban": references.iban,
    "creditor_reference": references.creditor_reference,
}
FIELDS = AMOUNT_FIELDS | DATE_FIELDS | NUMBER_FIELDS | TEXT_FIELDS | frozenset(_REFERENCES) | {"currency"}
_NUMBER = re.compile(r"[^\W_](?:[\w/.-]*\w)?", re.ASCII)


def value_of(field: str, text: str) -> Decimal | date | str | None:
    """The value that `text` holds for `field`, in the field's type, or None where it holds none."""
    if field in AMOUNT_FIELDS:
        return next((found.value for found in find_amounts(text)), None)
    if field in DATE_FIELDS:
        return next((found.value for found in find_dates(text)), None)
    if field in NUMBER_FIELDS:
        return number_of(text)
    if field in _REFERENCES:
        return _REFERENCES[field](text)
    return _currency(text) if field == "currency" else fold_space(text)[:200] or None


def number_of(text: str) -> str | None:
    """The first word of `text` with a digit in it, as invoice and order numbers have, or None; a date is no number."""
    plain = text.translate(dict.fromkeys(map(ord, "#№")))
    if find_dates(plain):
        return None
    return next((word[0] for word in _NUMBER.finditer(plain) if any(map(str.isdigit, word[0]))), None)


def _currency(text: str) -> str | None:
    code = fold_space(text).upper()
    if code in CODES:
        return code
    return next((currency_of(found.mark) for found in find_amounts(text) if found.mark), None) or currency_of(code)
