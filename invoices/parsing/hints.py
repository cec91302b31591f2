"""A vendor row's hints: where one field stands, as a label, a CSS selector or a regular expression.

Expressions run on RE2, whose time grows with the text alone, so that none can run for ever; selectors and labels are
bounded in length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from invoices.parsing.document.model import Document, Part, PartKind
from invoices.parsing.layout import Places, Side, beside
from invoices.parsing.result import Candidate, Evidence, standing
from invoices.parsing.vocabulary import FIELDS, value_of
from paypulse.core.errors import PayPulseError
from paypulse.core.text import fold_space
from vendors.vendor import FieldHint, Vendor

if TYPE_CHECKING:
    import re2

_MAX_LABEL = 100
_MAX_SELECTOR = 200
_MAX_COMBINATORS = 8
_MAX_EXPRESSION = 500
_RE2_MEMORY = 1 << 20
_MAX_TEXT = 500_000
_MAX_FOUND = 20
_WHERE = {Side.WITHIN: "after it", Side.RIGHT: "right of it", Side.BELOW: "below it"}

# A text that a hint points at, where it stands, and in words how it was found.
_Found: TypeAlias = tuple[str, Evidence, str]


class HintError(PayPulseError):
    """A hint cannot be used; `field` names the hinted field, `fault` says why in words for the person who wrote it."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"{field}: {fault}", field=field, fault=fault)
        self.field = field
        self.fault = fault


def check(field: str, hint: FieldHint) -> None:
    """Raises HintError when `field` cannot be hinted, or the hint has not exactly one way, or that way is faulty."""
    if field not in FIELDS:
        raise HintError(field, "is not a field that can be read")
    ways = [way for way in (hint.label, hint.selector, hint.expression) if way is not None]
    if len(ways) != 1:
        raise HintError(field, "give exactly one of label, selector and expression")
    if not ways[0].strip():
        raise HintError(field, "is empty")
    _compiled(field, hint)


def check_all(hints: Mapping[str, FieldHint]) -> None:
    """Raises the first HintError among a row's hints."""
    for field, hint in hints.items():
        check(field, hint)


def candidates(document: Document, vendor: Vendor | None) -> tuple[Candidate, ...]:
    """The values the row's hints point at, per field in the order they stand; raises HintError for a faulty hint."""
    if vendor is None:
        return ()
    return tuple(found for field, hint in vendor.field_hints.items() for found in _found(document, field, hint))


def _found(document: Document, field: str, hint: FieldHint) -> Iterator[Candidate]:
    check(field, hint)
    method, texts = _texts(document, field, hint)
    count = 0
    for text, evidence, stands in texts:
        value = value_of(field, text)
        if value is not None:
            yield Candidate(field, value, round(0.95 - 0.02 * count, 2), (method,), (evidence,), stands)
            count += 1
        if count == _MAX_FOUND:
            return


def _texts(document: Document, field: str, hint: FieldHint) -> tuple[str, Iterator[_Found]]:
    if hint.label is not None:
        return "hint label", _beside_label(document, hint.label)
    if hint.selector is not None:
        return "hint selector", _selected(document, field, hint.selector)
    return "hint expression", _matched(document, field, hint.expression or "")


def _compiled(field: str, hint: FieldHint) -> None:
    if hint.label is not None and len(hint.label) > _MAX_LABEL:
        raise HintError(field, f"the label is longer than {_MAX_LABEL} characters")
    if hint.selector is not None:
        _selector(field, hint.selector)
    if hint.expression is not None:
        _expression(field, hint.expression)


def _beside_label(document: Document, label: str) -> Iterator[_Found]:
    for neighbour in beside(Places.of(document), fold_space(label).rstrip(" :")):
        yield neighbour.text, neighbour.cell.evidence(), standing(label, _WHERE[neighbour.side])


@lru_cache(maxsize=256)
def _selector(field: str, selector: str) -> Any:
    from cssselect import SelectorError
    from lxml import etree
    from lxml.cssselect import CSSSelector

    if len(selector) > _MAX_SELECTOR or len(selector.replace(">", " ").split()) > _MAX_COMBINATORS:
        raise HintError(field, f"the selector is longer than {_MAX_SELECTOR} characters or {_MAX_COMBINATORS} steps")
    try:
        compiled = CSSSelector(selector, translator="html")
        compiled(etree.Element("html"))  # a namespace prefix that no page declares shows only when it is used
    except (SelectorError, etree.XPathError, ValueError) as error:  # the last for an escaped control character
        raise HintError(field, f"not a CSS selector: {error}") from error
    return compiled


def _selected(document: Document, field: str, selector: str) -> Iterator[_Found]:
    for part in document.parts:
        root = _root(part)
        for element in [] if root is None else _selector(field, selector)(root)[:_MAX_FOUND]:
            text = fold_space("".join(element.itertext()) or element.get("content") or "")
            yield text, Evidence(snippet=text[:200], part=part.index, path=selector), f"element “{selector}” found"


def _root(part: Part) -> Any:
    if part.kind is not PartKind.HTML or not part.source:
        return None
    from invoices.parsing.document.html import parse

    return parse(part.source)


@lru_cache(maxsize=256)
def _expression(field: str, expression: str) -> re2._Regexp:
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _RE2_MEMORY
    if len(expression) > _MAX_EXPRESSION:
        raise HintError(field, f"the expression is longer than {_MAX_EXPRESSION} characters")
    try:
        return re2.compile(f"(?m){expression}", options=options)
    except re2.error as error:
        raise HintError(field, f"not an expression that runs in bounded time: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _matched(document: Document, field: str, expression: str) -> Iterator[_Found]:
    pattern = _expression(field, expression)
    for part in document.parts:
        text, starts = _joined(part)
        for match in pattern.finditer(text):
            group = 1 if pattern.groups else 0
            if match[group]:
                yield (
                    match[group],
                    _evidence_at(part, starts, match.start(group)),
                    f"“{fold_space(match[0])[:80]}” matched",
                )


def _joined(part: Part) -> tuple[str, list[int]]:
    """The part's lines as one text, with the offset at which each line starts."""
    starts: list[int] = []
    length = 0
    texts = [line.text for line in part.lines]
    for text in texts:
        starts.append(length)
        length += len(text) + 1
    return "\n".join(texts)[:_MAX_TEXT], starts


def _evidence_at(part: Part, starts: list[int], offset: int) -> Evidence:
    """The cell in which the character at `offset` of the joined text stands."""
    from bisect import bisect_right

    number = bisect_right(starts, offset) - 1
    at = offset - starts[number]
    for cell in part.lines[number].cells:
        if at <= len(cell.text):
            return cell.evidence()
        at -= len(cell.text) + 2
    return part.lines[number].cells[-1].evidence()
