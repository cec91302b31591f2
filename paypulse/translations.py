"""`python -m paypulse.translations`: gather what is to be translated into locale/sv, and compile it, without gettext's tools."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "locale" / "sv" / "LC_MESSAGES"
_PARTS: Final = ("accounts", "invoices", "paypulse")
# What only staff see stays English.
_LEFT_OUT: Final = ("accounts/admin.py", "paypulse/site.py", "paypulse/sandbox/", "paypulse/templates/admin/")
_KEYWORDS: Final = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2)}
_TEXT: Final = r"('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_ONE: Final = re.compile(rf"(?<!n)(?:gettext|_)\(u?{_TEXT}\)")
_MANY: Final = re.compile(rf"ngettext\(u?{_TEXT},\s*u?{_TEXT},")
Message = str | tuple[str, str]


def messages() -> Iterator[tuple[Message, str]]:
    """Every text that the sources mark for translation (a pair where it has a plural), and the file it is in."""
    for path in sorted(path for part in _PARTS for path in (ROOT / part).rglob("*.*")):
        place = path.relative_to(ROOT).as_posix()
        if not place.startswith(_LEFT_OUT):
            yield from ((text, place) for text in _of(path))


def _of(path: Path) -> Iterator[Message]:
    if path.suffix == ".html":
        yield from _of_template(path.read_text("utf-8"))
    if path.suffix == ".py":
        yield from _of_module(path.read_bytes())


def _of_template(source: str) -> Iterator[Message]:
    code = templatize(source)
    for one in _ONE.finditer(code):
        yield str(ast.literal_eval(one[1]))
    for many in _MANY.finditer(code):
        yield str(ast.literal_eval(many[1])), str(ast.literal_eval(many[2]))


def _of_module(source: bytes) -> Iterator[Message]:
    if b"gettext" not in source:
        return
    for _line, found, _comments, _context in extract("python", io.BytesIO(source), keywords=_KEYWORDS):
        yield (found[0], found[1]) if isinstance(found, tuple) else found


def catalogue() -> Catalog:
    """The Swedish catalogue with every text of the sources, the translations that are there kept."""
    with (FOLDER / "django.po").open("rb") as kept:
        old = read_po(kept, locale="sv")
    fresh = Catalog(
        locale="sv",
        project="PayPulse",
        charset="utf-8",
        fuzzy=False,
        creation_date=old.creation_date,
        revision_date=old.creation_date,
    )
    for text, place in messages():
        known = old.get(text if isinstance(text, str) else text[0])
        fresh.add(text, known.string if known else "", locations=[(place, 0)])
    return fresh


def compiled(source: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    out = io.BytesIO()
    write_mo(out, source)
    return out.getvalue()


def main() -> None:
    """Bring django.po up to date with the sources and django.mo up to date with it."""
    fresh = catalogue()
    with (FOLDER / "django.po").open("wb") as out:
        write_po(out, fresh, width=120, sort_output=True, omit_header=False, ignore_obsolete=True, include_lineno=False)
    (FOLDER / "django.mo").write_bytes(compiled(fresh))


if __name__ == "__main__":
    main()
