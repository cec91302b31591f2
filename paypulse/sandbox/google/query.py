"""Gmail's search language, as far as finding invoices needs it, compiled to a test of one mail.

    a b            both            a OR b, {a b}     either          -a       not
    (a b)          grouping        "a b"             phrase          from:(a OR b)
    from: to: cc: subject: filename: label: in: is: category: has:attachment rfc822msgid:
    after: before: (epoch seconds, or YYYY/MM/DD at midnight Pacific time)  newer_than: older_than: (3d 2m 1y)
    larger: smaller: (10M, 500K)

Whole words match, and several words in a row are a phrase. Gmail takes an operator it does not know for text; this one
refuses it, because a test that searches for nothing must not pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from paypulse.sandbox.google.answers import ApiError
from paypulse.sandbox.google.mail import Mail

Test = Callable[[Mail], bool]
Token = tuple[str, str]

_TOKEN = re.compile(r'\s*(?:(-)?([a-z_0-9]+):|(-)|([(){}])|"([^"]*)"|([^\s(){}"]+))', re.IGNORECASE)
_PACIFIC = ZoneInfo("America/Los_Angeles")
_DAY = 86400
_SPANS = {"h": _DAY / 24, "d": _DAY, "m": 30 * _DAY, "y": 365 * _DAY}
_SIZES = {"K": 1024, "M": 1024**2}
_HEADERS = {name: name for name in ("from", "to", "cc", "bcc", "subject")} | {
    "list": "list-id",
    "deliveredto": "delivered-to",
}


def compiled(query: str, *, now: float) -> Test:
    """A test of whether a mail matches `query` at the epoch second `now`. Raises ApiError for an unknown operator."""
    return _Parser(tuple(_tokens(query)), now).terms(until=None, join=all, field="")


def _tokens(query: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(query.rstrip()):
        negated, field, minus, bracket, phrase, word = match.groups()
        if negated or minus:
            yield "-", ""
        if field:
            yield "field", field.lower()
        elif bracket:
            yield bracket, ""
        elif phrase is not None:
            yield "text", phrase
        elif word:
            yield ("OR", "") if word == "OR" else ("text", word)


class _Parser:
    def __init__(self, tokens: Sequence[Token], now: float) -> None:
        self.tokens = tokens
        self.now = now
        self.at = 0

    def terms(self, *, until: str | None, join: Callable[[Iterator[bool]], bool], field: str) -> Test:
        """The terms up to `until`. OR binds tighter than standing side by side, as in Gmail."""
        groups: list[list[Test]] = []
        while (kind := self._peek()) not in (None, until):
            if kind == "OR":
                self.at += 1
            if kind != "OR" or not groups:
                groups.append([])
            groups[-1].append(self._term(field))
        self.at += 1
        return lambda mail: join(any(test(mail) for test in group) for group in groups)

    def _term(self, field: str) -> Test:
        kind, value = self._next()
        if kind == "-":
            return _not(self._term(field))
        if kind == "(":
            return self.terms(until=")", join=all, field=field)
        if kind == "{":
            return self.terms(until="}", join=any, field=field)
        if kind == "field":
            return self._term(value)
        return _test(field, value, now=self.now)

    def _peek(self) -> str | None:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else None

    def _next(self) -> Token:
        if self.at >= len(self.tokens):
            raise _refused("a search that ends in an operator")
        self.at += 1
        return self.tokens[self.at - 1]


def _not(test: Test) -> Test:
    return lambda mail: not test(mail)


def _test(field: str, value: str, *, now: float) -> Test:
    if field in _HEADERS:
        return _in_header(_HEADERS[field], value)
    if field in _TIMES:
        return _TIMES[field](value, now)
    if field in _OTHERS:
        return _OTHERS[field](value)
    if field:
        raise _refused(f"the operator {field}:")
    return _anywhere(value)


def _refused(what: str) -> ApiError:
    return ApiError(400, reason="invalidArgument", message=f"This Gmail does not know {what}.")


def _in_header(name: str, value: str) -> Test:
    wanted = words(value)
    return lambda mail: _holds(words(mail.header(name)), wanted)


def _anywhere(value: str) -> Test:
    wanted = words(value)
    return lambda mail: _holds(words(mail.searchable), wanted)


def _after(instant: float) -> Test:
    return lambda mail: mail.sent >= instant


def _before(instant: float) -> Test:
    return lambda mail: mail.sent < instant


def _instant(value: str) -> float:
    if value.isdigit():
        return int(value)
    year, month, day = map(int, re.split("[/-]", value))
    return datetime(year, month, day, tzinfo=_PACIFIC).timestamp()


def _span(value: str) -> float:
    return int(value[:-1]) * _SPANS[value[-1].lower()]


def _bytes(value: str) -> int:
    return int(re.sub(r"\D", "", value)) * _SIZES.get(value[-1].upper(), 1)


def _larger(value: str) -> Test:
    return lambda mail: len(mail.raw) >= _bytes(value)


def _smaller(value: str) -> Test:
    return lambda mail: len(mail.raw) < _bytes(value)


def _has(value: str) -> Test:
    return lambda mail: value.lower() == "attachment" and bool(mail.filenames)


def _filename(value: str) -> Test:
    name, wanted = value.lower(), words(value)
    return lambda mail: any(
        name == each or each.endswith(f".{name}") or _holds(words(each), wanted) for each in mail.filenames
    )


def _label(value: str) -> Test:
    if value.lower() == "anywhere":
        return lambda _: True
    if value.lower() == "read":
        return lambda mail: "UNREAD" not in mail.labels
    wanted = _label_name(value)
    return lambda mail: wanted in {_label_name(each) for each in mail.labels}


def _label_name(value: str) -> str:
    return value.upper().replace("-", "_").replace("/", "_")


def _rfc822msgid(value: str) -> Test:
    return lambda mail: mail.header("message-id").strip("<>") == value.strip("<>")


_TIMES: dict[str, Callable[[str, float], Test]] = {
    "after": lambda value, _: _after(_instant(value)),
    "newer": lambda value, _: _after(_instant(value)),
    "before": lambda value, _: _before(_instant(value)),
    "older": lambda value, _: _before(_instant(value)),
    "newer_than": lambda value, now: _after(now - _span(value)),
    "older_than": lambda value, now: _before(now - _span(value)),
}
_OTHERS: dict[str, Callable[[str], Test]] = {
    "larger": _larger,
    "size": _larger,
    "smaller": _smaller,
    "has": _has,
    "filename": _filename,
    "label": _label,
    "in": _label,
    "is": _label,
    "category": lambda value: _label(f"category_{value}"),
    "rfc822msgid": _rfc822msgid,
}


@cache
def words(text: str) -> tuple[str, ...]:
    """The words that Gmail's search sees in `text`."""
    return tuple(re.findall(r"\w+", text.casefold()))


def _holds(text: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    size = len(wanted)
    return bool(wanted) and any(text[i : i + size] == wanted for i in range(len(text) - size + 1))
