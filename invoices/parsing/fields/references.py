"""Payment references and account numbers, believed only when their check digits agree.

Sources: Bankgirot, "10-modulen" and "OCR-referenskontroll" (Luhn and length digit of OCR, bankgiro and plusgiro numbers);
ISO 13616 (IBAN) and ISO 11649 (RF creditor reference), both checked by ISO 7064 MOD 97-10.
"""

from __future__ import annotations

import re
from itertools import cycle

_OCR_LENGTHS = range(2, 26)
_RF = re.compile(r"RF\d{2}[0-9A-Z]{1,21}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[0-9A-Z]{11,30}")
# ISO 13616 registry lengths of the countries whose invoices are read; another country's is judged by its check digits alone.
_IBAN_LENGTHS = {
    **{
        "AT": 20,
        "BE": 16,
        "CH": 21,
        "CY": 28,
        "CZ": 24,
        "DE": 22,
        "DK": 18,
        "EE": 20,
        "ES": 24,
        "FI": 18,
        "FR": 27,
        "GB": 22,
    },
    **{
        "GR": 27,
        "HR": 21,
        "HU": 28,
        "IE": 22,
        "IS": 26,
        "IT": 27,
        "LI": 21,
        "LT": 20,
        "LU": 20,
        "LV": 21,
        "MC": 27,
        "MT": 31,
    },
    **{"NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26},
}


def digits_of(text: str) -> str:
    """The ASCII digits of `text`, all else dropped."""
    return re.sub(r"[^0-9]", "", text)


def luhn_digit(digits: str) -> str:
    """The check digit that makes `digits` plus it pass the Luhn test (modulus 10, weights 2 1 2 1 from the right)."""
    weighted = (int(digit) * weight for digit, weight in zip(reversed(digits), cycle((2, 1)), strict=False))
    return str(-sum(product // 10 + product % 10 for product in weighted) % 10)


def luhn_holds(digits: str) -> bool:
    """Whether the last of `digits` is the Luhn check digit of those before it."""
    return len(digits) > 1 and luhn_digit(digits[:-1]) == digits[-1]


def length_digit_holds(digits: str) -> bool:
    """Whether the last but one digit is the whole number's length modulo 10, as some Swedish OCR numbers have it."""
    return len(digits) > 2 and int(digits[-2]) == len(digits) % 10


def ocr_with_check(digits: str) -> str:
    """A Swedish OCR number: `digits`, then the length digit, then the Luhn digit."""
    body = digits + str((len(digits) + 2) % 10)
    return body + luhn_digit(body)


def ocr(text: str) -> str | None:
    """The OCR number in `text` as bare digits, or None when it has another length than 2 to 25 or a wrong check digit."""
    digits = digits_of(text)
    return digits if len(digits) in _OCR_LENGTHS and luhn_holds(digits) else None


def bankgiro(text: str) -> str | None:
    """The bankgiro number in `text` as 123-4567 or 1234-5678, or None when length or check digit is wrong."""
    digits = digits_of(text)
    return f"{digits[:-4]}-{digits[-4:]}" if len(digits) in (7, 8) and luhn_holds(digits) else None


def plusgiro(text: str) -> str | None:
    """The plusgiro number in `text` as 12 34 56-7, or None when length or check digit is wrong."""
    digits = digits_of(text)
    if len(digits) not in range(2, 9) or not luhn_holds(digits):
        return None
    body = digits[:-1].rjust(len(digits) - 1 + (len(digits) - 1) % 2)
    return " ".join(body[at : at + 2] for at in range(0, len(body), 2)).strip() + f"-{digits[-1]}"


def iban(text: str) -> str | None:
    """The IBAN in `text` without blanks, or None when country length or check digits are wrong."""
    compact = "".join(text.split()).upper()
    right_length = _IBAN_LENGTHS.get(compact[:2], len(compact)) == len(compact)
    return compact if right_length and _IBAN.fullmatch(compact) and _mod97(compact) == 1 else None


def creditor_reference(text: str) -> str | None:
    """The structured creditor reference (RF18…) in `text` without blanks, or None when its check digits are wrong."""
    compact = "".join(text.split()).upper()
    return compact if _RF.fullmatch(compact) and _mod97(compact) == 1 else None


def iban_with_check(country: str, account: str) -> str:
    """The IBAN of `account` in `country`, its check digits computed."""
    return f"{country}{98 - _mod97(f'{country}00{account}'):02d}{account}"


def reference_with_check(reference: str) -> str:
    """The RF creditor reference of `reference`, its check digits computed."""
    return f"RF{98 - _mod97(f'RF00{reference}'):02d}{reference}"


def _mod97(compact: str) -> int:
    rearranged = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in rearranged)) % 97
