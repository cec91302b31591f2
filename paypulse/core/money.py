"""Money as exact decimals with an ISO 4217 currency."""

from __future__ import annotations

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


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
