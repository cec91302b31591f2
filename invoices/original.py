"""Showing an original safely: HTML with everything that acts or calls out taken away, PDF pages as pictures."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from lxml import etree, html

from invoices.parsing.document.html import decode
from paypulse.core.errors import PayPulseError

# The frame may style itself and show pictures it carries inside; it may load, run, send or open nothing.
CONTENT_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
MAX_PAGES: Final = 20

_TAGS: Final = frozenset(
    "html head body div p span table tbody thead tfoot tr td th colgroup col caption br hr h1 h2 h3 h4 h5 h6 b strong i em u s "
    "small sub sup a ul ol li dl dt dd img center font blockquote pre code address section article header footer main nav "
    "aside figure figcaption style label time del ins q cite abbr mark bdi bdo wbr big strike tt".split()
)
_GONE: Final = frozenset(
    "script noscript iframe frame frameset applet title svg math template audio video canvas "
    "button select textarea option datalist dialog portal".split()
)
# The parser may have taken what follows one of these for its content: they go, what is in them stays.
_EMPTIED: Final = frozenset("embed object base link meta input".split())
_ATTRIBUTES: Final = frozenset(
    "style class align valign width height bgcolor color face size border cellpadding cellspacing colspan rowspan dir lang "
    "alt title span nowrap".split()
)
_ROWS: Final = frozenset("table tbody thead tfoot tr colgroup".split())
_PICTURE: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z")
_CALLS_OUT: Final = re.compile(
    r"url\s*\(|@import|image-set|expression\s*\(|javascript:|behavior\s*:|-moz-binding|[\\<]|src\s*\(", re.I
)
_OUR_STYLE: Final = (
    "html{background:#fff;color:#111;font:15px/1.5 Arial,sans-serif}body{margin:12px;overflow-wrap:anywhere}img{max-width:100%;height:auto}"
    ".pp-at{outline:2px solid #d9a400;outline-offset:1px;background-color:#fff4bf!important;color:#111!important}"
    ".pp-at:has(>.pp-here:target){outline:3px solid #7a5500;background-color:#ffdf6b!important}.pp-here{scroll-margin:30vh}"
)
_pdfium: Final = Lock()


class UnshowableError(PayPulseError):
    """The original cannot be shown on a page (damaged, encrypted or empty); it can still be downloaded."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A PDF page: its number from 1 and its size in points."""

    number: int
    width: float
    height: float


def safe_html(content: bytes, *, marks: Mapping[str, Iterable[str]]) -> bytes:
    """The page as UTF-8 HTML that can do nothing, the elements at `marks` (name → CSS paths) lit and reachable as #at-name."""
    root = _parsed(content)
    for name, paths in marks.items():
        _mark(root, name, paths)
    _clean(root)
    return _document(root)


def _parsed(content: bytes) -> Any:
    text = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", decode(content).replace("\x00", ""))
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser, ensure_head_body=False)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnshowableError("the page cannot be shown") from error


def _mark(root: Any, name: str, paths: Iterable[str]) -> None:
    for index, element in enumerate(_found(root, paths)):
        element.set("class", f"{element.get('class', '')} pp-at")
        if index == 0:
            here = element.makeelement("span", {"class": "pp-here", "data-at": name})
            here.tail, element.text = element.text, None
            element.insert(0, here)


def _found(root: Any, paths: Iterable[str]) -> Iterator[Any]:
    for path in paths:
        element = _select(root, path.split(",")[0].strip())
        if element is not None and element.tag in _ROWS:
            element = next(element.iter("td", "th"), None)
        if element is not None and element.tag not in ("html", "body", "br", "hr", "col"):
            yield element


def _select(root: Any, path: str) -> Any:
    try:
        return next(iter(root.cssselect(path)), None)
    except Exception as error:  # cssselect's own errors are SyntaxErrors; a place we cannot find is simply not lit
        if isinstance(error, (MemoryError, RecursionError)):
            raise
        return None


def _clean(root: Any) -> None:
    for element in list(root.iter()):
        if element is root:
            _clean_attributes(element)
        elif not isinstance(element.tag, str) or element.tag in _GONE or _is_foreign(element):
            _drop(element)
        elif element.tag in _EMPTIED:
            element.drop_tag()
        elif element.tag not in _TAGS:
            element.attrib.clear()
            element.tag = "div"
        elif element.tag == "style":
            _clean_style(element)
        else:
            _clean_attributes(element)


def _is_foreign(element: Any) -> bool:
    return ":" in element.tag or "{" in element.tag


def _drop(element: Any) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _clean_style(element: Any) -> None:
    css = element.text or ""
    element.attrib.clear()
    element.text = "" if _CALLS_OUT.search(re.sub(r"/\*.*?\*/", "", css, flags=re.S)) else css


def _clean_attributes(element: Any) -> None:
    kept = {name: value for name, value in element.attrib.items() if name in _ATTRIBUTES and _is_harmless(name, value)}
    source = element.get("src", "") if element.tag == "img" else ""
    at = element.get("data-at") if element.get("class") == "pp-here" else None
    element.attrib.clear()
    element.attrib.update(kept)
    if _PICTURE.match(source.strip()):
        element.set("src", source.strip())
    if at:
        element.set("id", f"at-{at}")


def _is_harmless(name: str, value: str) -> bool:
    return name != "style" or not _CALLS_OUT.search(value)


def _document(root: Any) -> bytes:
    inner = etree.tostring(root, method="html", encoding="unicode")
    head = f"<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><style>{_OUR_STYLE}</style>"
    return (head + inner).encode()


def sheets(content: bytes) -> tuple[Sheet, ...]:
    """The PDF's pages, at most MAX_PAGES of them; raises UnshowableError when it cannot be opened."""
    with _pdfium, _opened(content) as pdf:
        return tuple(
            Sheet(number + 1, *(round(side, 1) for side in pdf[number].get_size()))
            for number in range(min(len(pdf), MAX_PAGES))
        )


def page_picture(content: bytes, number: int, *, width: int = 1100) -> bytes:
    """Page `number` (from 1) as a PNG `width` pixels wide; raises UnshowableError when there is none."""
    with _pdfium, _opened(content) as pdf:
        if not 1 <= number <= min(len(pdf), MAX_PAGES):
            raise UnshowableError("no such page")
        page = pdf[number - 1]
        picture = page.render(scale=min(width / page.get_width(), 4.0)).to_pil().convert("RGB")
    out = io.BytesIO()
    picture.quantize(64).save(out, "PNG", optimize=False)
    return out.getvalue()


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    """A PDF while it is open, with the reader's errors turned into ours."""
    import pypdfium2

    try:
        with closing(pypdfium2.PdfDocument(content)) as pdf:
            yield pdf
    except pypdfium2.PdfiumError as error:
        raise UnshowableError("the PDF cannot be shown") from error
