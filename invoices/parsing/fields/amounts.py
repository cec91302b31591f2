"""Reads amounts of money in every locale's writing, and decides what a document's "kr" and "$" mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

# Codes of ISO 4217 that occur in mail from shops; three capitals beside a number are read as one of these only.
CODES = frozenset(
    "AED ARS AUD BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES KRW KWD MAD MXN MYR NGN "
    "NOK NZD OMR PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD VND ZAR".split()
)
# Signs that mean one currency wherever they stand.
_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₪": "ILS",
    "₺": "TRY",
    "₽": "RUB",
    "₩": "KRW",
    "฿": "THB",
    "₫": "VND",
    "₱": "PHP",
    "₴": "UAH",
    "zł": "PLN",
    "kč": "CZK",
    "us$": "USD",
    "ca$": "CAD",
    "c$": "CAD",
    "cad$": "CAD",
    "a$": "AUD",
    "au$": "AUD",
    "nz$": "NZD",
    "hk$": "HKD",
    "s$": "SGD",
    "r$": "BRL",
    "mx$": "MXN",
    "nt$": "TWD",
    "円": "JPY",
    "元": "CNY",
    "원": "KRW",
    "ft": "HUF",
    "lei": "RON",
    "rs": "INR",
    "rs.": "INR",
    "euro": "EUR",
    "euros": "EUR",
    "eur": "EUR",
    "fr.": "CHF",
    "sfr.": "CHF",
    "руб": "RUB",
    "лв": "BGN",
    "tl": "TRY",
    "rmb": "CNY",
    "rm": "MYR",
    "rp": "IDR",
    "dhs": "AED",
    "ευρω": "EUR",
}
# Signs that several countries share; the document decides (see resolve_currency).
_SHARED = {
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "kr.": ("DKK", "NOK", "SEK", "ISK"),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "¥": ("JPY", "CNY"),
    "￥": ("JPY", "CNY"),
}
_SIGN = "|".join(
    sorted(
        (
            re.escape(sign) + (r"(?![^\W\d_])" if sign[-1].isalpha() and sign[-1].isascii() else "")
            for sign in [*_SIGNS, *_SHARED]
        ),
        key=len,
        reverse=True,
    )
)
_CODE = "(?:" + "|".join(sorted(CODES)) + r")(?![^\W\d_])"
_NUMBER = r"(?:\d{1,3}(?:[ .,'’]\d{3})+(?:[.,]\d{1,4})?|\d{1,3}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?|\d{1,12}(?:[.,]\d{1,4})?)(?!\d)"
_AMOUNT = re.compile(
    rf"(?<![\w/#@])(?<!\d[.,:])(?<!\*\*)(?<!\w[-–])(?P<open>\()?(?P<sign>[-−–+]\s?)?(?:(?P<pre>{_SIGN}|{_CODE})\s?)?(?P<sign2>[-−–])?"
    rf"(?P<number>{_NUMBER})(?P<ore>:\d\d(?![:\d]))?(?P<whole>[.,:]?[-–—](?![\d\w]))?"
    rf"(?:\s?(?P<post>{_CODE}|{_SIGN}))?(?P<trail>[-−–](?=\s|$|\))|\s[-−–]$)?(?P<close>\))?",
    re.IGNORECASE,
)
_GLUED_AFTER = re.compile(
    r"(?!/(?:mo|mon|month|mån|månad|md|mnd|monat|mois|mes|mese|mês|miesiąc|měsíc|kk|yr|year|år|jahr|an|année|año|anno|ano|jaar|rok|maand|week|vecka|woche)\b)"
    r"(?:[\w%‰]|[.,:/°@][\d\w]|\s?%|-\d|-\w|\s(?:miles|points|pts|poäng|punkte|meilen|puntos|punti|punkter|bonuspunkte|km|kwh)\b)",
    re.I,
)
_CENTS = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:[ .,'’]\d{3})+|\d{1,6})([.,])\d{2}(?![\d.,/:]|\s?%)")
_CARD = re.compile(r"\d{4}")  # the last digits of a card after a star; a sum in bold has cents or a sign
_FULL_WIDTH = str.maketrans("０１２３４５６７８９，．￥－（）％", "0123456789,.¥-()%")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u3000": " "})
_STRICT_CASE = frozenset(("ft", "rs", "tl", "rm", "rp", "rs.", "fr.", "dhs"))
_LOWER_CODES = frozenset(("eur", "sek", "nok", "dkk", "usd", "gbp", "chf", "pln", "czk"))


class Point(StrEnum):
    """What separates the units from the cents in a document."""

    COMMA = ","
    DOT = "."


@dataclass(frozen=True, slots=True)
class AmountMention:
    """A number in a text that can be money. `decimals` is how many it was written with; `mark` the sign or code beside it."""

    value: Decimal
    start: int
    end: int
    mark: str | None
    decimals: int
    text: str

    @property
    def is_money(self) -> bool:
        """Whether it looks like an amount of money by itself: a currency beside it, or cents."""
        return self.mark is not None or self.decimals == 2


def parse_number(text: str, *, point: Point | None = None) -> Decimal | None:
    """The number written in `text` (digits and separators only), or None.

    A lone separator before exactly three digits is read by `point`, the document's decimal separator; where that is
    unknown it groups thousands.
    """
    plain = text.translate(_SPACES).replace(" ", "").replace("'", "").replace("’", "")
    last = max(plain.rfind("."), plain.rfind(","))
    if last >= 0:
        separator, after = plain[last], len(plain) - last - 1
        other = "," if separator == "." else "."
        groups = plain.count(separator) > 1 or (
            after == 3 and other not in plain and _groups_thousands(separator, plain, point)
        )
        plain = (
            plain.replace(".", "").replace(",", "")
            if groups
            else plain[:last].replace(other, "").replace(separator, "") + "." + plain[last + 1 :]
        )
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def _groups_thousands(separator: str, plain: str, point: Point | None) -> bool:
    return (point is None or point.value != separator) and not plain.startswith("0")


def find_amounts(text: str, *, point: Point | None = None) -> tuple[AmountMention, ...]:
    """The numbers of `text` that can be amounts, left to right; percentages and parts of codes, times and ids are none."""
    prepared = text[:2000] if text.isascii() else text[:2000].translate(_FULL_WIDTH).translate(_SPACES)
    return tuple(mention for match in _AMOUNT.finditer(prepared) if (mention := _mention(match, prepared, point)))


def _mention(match: re.Match[str], text: str, point: Point | None) -> AmountMention | None:
    if _GLUED_AFTER.match(text, match.end()) and not match["trail"] and not match["whole"]:
        return None
    mark = _mark(match)
    if mark is None and text[match.start() - 1 : match.start()] == "*" and _CARD.fullmatch(match["number"]):
        return None
    if match["ore"] and not (mark and mark.startswith("kr")):
        return None
    number = match["number"] + (match["ore"] or "").replace(":", ".")
    value = parse_number(number, point=point)
    if value is None:
        return None
    trailing = match["trail"] or (match["whole"] and re.search(r"[.,]\d\d$", match["number"]))
    negative = bool(
        (match["sign"] or "").strip() in ("-", "−", "–")
        or match["sign2"]
        or trailing
        or (match["open"] and match["close"])
    )
    return AmountMention(
        -value if negative else value, match.start(), match.end(), mark, _decimals(value, match), match[0].strip()
    )


def _mark(match: re.Match[str]) -> str | None:
    """The currency beside the number; a code (USD) says more than a sign ($)."""
    marks = [mark for mark in (match["post"], match["pre"]) if mark and _is_written_so(mark)]
    codes = [mark for mark in marks if mark.upper() in CODES and mark.isupper()]
    return codes[0] if codes else marks[0].lower() if marks else None


def _is_written_so(mark: str) -> bool:
    """Whether a currency is written in these capitals; "try" and "all" are words."""
    if mark.upper() in CODES:
        return mark.isupper() or mark.lower() in _LOWER_CODES
    return not (mark.lower() in _STRICT_CASE and mark.islower())


def _decimals(value: Decimal, match: re.Match[str]) -> int:
    exponent = value.as_tuple().exponent
    written = -exponent if isinstance(exponent, int) else 0
    return 2 if match["whole"] else written


def decimal_point(texts: Iterable[str]) -> Point | None:
    """The separator before cents in these texts, by the numbers whose writing leaves no doubt; None when none does."""
    votes: Counter[Point] = Counter()
    for text in texts:
        if "," in text or "." in text:
            votes.update(Point(match[1]) for match in _CENTS.finditer(text.translate(_SPACES)))
    return votes.most_common(1)[0][0] if votes else None


def currency_of(mark: str | None) -> str | None:
    """The ISO 4217 code a mark means by itself; None for a shared sign such as "kr" or "$"."""
    if mark is None:
        return None
    return mark.upper() if mark.upper() in CODES else _SIGNS.get(mark.lower())


def is_shared(mark: str | None) -> bool:
    """Whether several currencies are written with `mark`."""
    return mark is not None and mark.lower() in _SHARED


# What else in a document tells its country, and so which crown or dollar it means. Searched in lower-case text.
_COUNTRY_CLUES = {
    "SEK": r"\bsek\b|\bmoms\b.{0,40}\b(?:25|12|6)\s?%|\borg\.?\s?nr\b|bankgiro|plusgiro|swish|\bsverige\b|\bsweden\b|\.se\b|\bse\d{12}\b|förfall|\böre",
    "NOK": r"\bnok\b|\bmva\b|\bnorge\b|\bnorway\b|\.no\b|\bvipps\b|\bkid\b|å betale|kjøp|beløp å|fakturadato.{0,80}forfallsdato.{0,200}mva",
    "DKK": r"\bdkk\b|\bcvr\b|danmark|denmark|\.dk\b|mobilepay|dankort|betalingsfrist.{0,60}moms|\bat betale\b|\bi alt\b",
    "ISK": r"\bisk\b|\bkennitala\b|\biceland\b|\.is\b",
    "USD": r"\busd\b|\bus dollars?\b|united states|\busa\b|\bllc\b|\binc\b(?!\.? (?:tax|vat|gst))|\bsales tax\b|\bein\b|\bzip\b|"
    r"\b(?:a[klrz]|c[aot]|d[ce]|fl|ga|hi|i[adln]|k[sy]|la|m[adeinost]|n[cdehjmvy]|o[hkr]|pa|ri|s[cd]|t[nx]|ut|v[at]|w[aivy])\s\d{5}(?:-\d{4})?\b",
    "CAD": r"\bcad\b|\bcanada\b|\bcanadian\b|\bhst\b|\bgst/hst\b|\bqst\b|\.ca\b|\btps\b|\btvq\b",
    "AUD": r"\baud\b|\baustralia\b|\babn\b|\.com\.au\b|\bpty\b",
    "NZD": r"\bnzd\b|new zealand|\.co\.nz\b|\bnzbn\b",
    "SGD": r"\bsgd\b|\bsingapore\b|\.sg\b",
    "HKD": r"\bhkd\b|\.hk\b",
    "MXN": r"\bmxn\b|\bm[eé]xico\b|\.mx\b|\brfc\b",
    "JPY": r"\bjpy\b|[ぁ-んァ-ヶ]|消費税|\.jp\b|japan",
    "CNY": r"\bcny\b|\brmb\b|[订单总额运费]|增值税|发票|\.cn\b|china",
    "INR": r"\binr\b|\bgstin\b|\b[cis]gst\b|\bindia\b|\bpvt\b|\bhsn\b|\.in\b",
    "GBP": r"\bgbp\b|\bunited kingdom\b|\bengland\b|\bscotland\b|\bwales\b|\.co\.uk\b|\b[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}\b",
    "ZAR": r"\bzar\b|south africa|\.co\.za\b|\(pty\)|\br ?\d{1,3}(?:[ ,]?\d{3})*\.\d{2}\b",
    "BRL": r"\bbrl\b|\bcnpj\b|\bcpf\b|\bltda\b|\bbrasil\b|\.com\.br\b",
    "CHF": r"\bchf\b|\bche-\d{3}|\bschweiz\b|\bsuisse\b|\bsvizzera\b|\.ch\b",
    "EUR": r"\beur\b|\beuros?\b|\bsiret\b|\bust-?id|\bp\.? ?iva\b|\bkvk\b|\by-tunnus\b|\bdeutschland\b|\bfrance\b|\bitalia\b|\bespaña\b|\bnederland\b",
    "PLN": r"\bpln\b|\bnip\b|\bregon\b|\bpolska\b|\.pl\b",
    "CZK": r"\bczk\b|\bičo?\b|\bdič\b|\bčeská\b|\.cz\b",
}


# The legal forms of companies that tell the country of a crown, as they are written after a name.
_FORMS = {"SEK": r"\w (?:AB|HB)\b", "NOK": r"\w ASA?\b", "DKK": r"\w (?:ApS|A/S|IVS)\b", "ISK": r"\w (?:ehf|hf)\b"}
# The crown of a language's country, for documents that say nothing else.
_CROWNS = {"sv": "SEK", "no": "NOK", "da": "DKK", "ja": "JPY"}


def resolve_currency(
    mark: str, text: str, *, default: str | None = None, languages: Mapping[str, int] | None = None
) -> tuple[str | None, bool]:
    """The code that a shared sign means in this text, and whether the text says so (else it is the usual guess).

    `languages` counts the labels that belong to one language only.
    """
    options = _SHARED.get(mark.lower(), ())
    if default in options:
        return default, True
    lowered = text[:60_000].lower()
    votes = {code: _weight(code, lowered) for code in options}
    for code in votes.keys() & _FORMS:
        votes[code] += bool(re.search(_FORMS[code], text[:60_000]))
    for language, count in (languages or {}).items():
        if _CROWNS.get(language) in votes:
            votes[_CROWNS[language]] += min(count, 4)
    best = max(votes, key=lambda code: votes[code], default=None)
    if best and votes[best] > 0:
        rivals = [code for code in options if code != best and votes[code] >= votes[best]]
        return best, not rivals
    return (options[0] if options and mark.lower() in ("$", "¥", "￥") else None), False


def likely_currency(text: str) -> str | None:
    """The currency of the country that a text without any sign of money speaks of most, or None where two are level."""
    lowered = text[:60_000].lower()
    ranked = sorted(((_weight(code, lowered), code) for code in _COUNTRY_CLUES), reverse=True)
    (most, code), (second, _) = ranked[:2]
    return code if most > second else None


def _weight(code: str, lowered: str) -> int:
    named = len(re.findall(rf"\b{code.lower()}\b", lowered))
    return 4 * min(named, 3) + len({match[0] for match in re.finditer(_COUNTRY_CLUES.get(code, r"(?!)"), lowered)})
