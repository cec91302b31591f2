"""Money as exact decimals with an ISO 4217 currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from paypulse.core.errors import PayPulseError

# ISO 4217 minor units that are not two (list one, 2026).
_MINOR_UNITS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


_TYPED_NOISE = str.maketrans("", "", " \u00a0\u202f'\u2019")
_MOST_TYPED = 40
_TYPED = re.compile(r"[+-]?[\d.,]*\d[\d.,]*", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*", re.ASCII)
# A table holds 38 digits; what is longer than this was never an amount.
_MOST_DIGITS = 15
_MOST_DECIMALS = 10


class AmountError(PayPulseError):
    """The text is not an exact amount."""


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency. Adding two currencies raises, because no rate is implied."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise AmountError("amounts of two currencies cannot be added", left=self.currency, right=other.currency)
        return Money(self.amount + other.amount, self.currency)

    def rounded(self) -> Money:
        """The same amount in whole minor units of its currency (half up)."""
        return Money(self.amount.quantize(Decimal(1).scaleb(-minor_units(self.currency)), ROUND_HALF_UP), self.currency)


def minor_units(currency: str) -> int:
    """How many decimals ISO 4217 gives `currency`; two where it is not listed otherwise."""
    return _MINOR_UNITS.get(currency.upper(), 2)


def exact(text: str) -> Decimal:
    """The decimal written in plain machine form ("1234.50"); raises AmountError for anything else: NaN, infinity,
    and numbers of more than 15 digits before the point or 10 after it."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise AmountError("not a decimal number") from error
    if not value.is_finite():
        raise AmountError("not a finite number")
    if value.adjusted() >= _MOST_DIGITS or _decimals(value) > _MOST_DECIMALS:
        raise AmountError("not an amount of money: too many digits")
    return value


def as_typed(text: str, *, decimals: int = 2) -> Decimal:
    """The amount that a person wrote: 1 234,50 or 1,234.50 or 1234.5. Raises AmountError for anything else.

    The last of two kinds of separator is the decimal one. A single kind followed by three digits separates thousands
    ("1,234" is twelve hundred and more, wherever it is written), unless the currency has three `decimals`.
    """
    plain = text.translate(_TYPED_NOISE).replace("\u2212", "-")
    if len(plain) > _MOST_TYPED or not _TYPED.fullmatch(plain):
        raise AmountError("not an amount")
    comma, point = plain.rfind(","), plain.rfind(".")
    decimal = "," if comma > point else "."
    if comma < 0 or point < 0:
        grouped = _GROUPED.fullmatch(plain) and (decimals != 3 or plain.count(decimal) > 1)
        return exact(plain.replace(decimal, "" if grouped else "."))
    whole, _, rest = plain.partition(decimal)
    if not _GROUPED.fullmatch(whole):
        raise AmountError("not an amount")
    return exact(whole.replace("." if decimal == "," else ",", "") + "." + rest)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
