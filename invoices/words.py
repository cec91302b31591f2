"""The words of an original, folded and packed, so that a search finds them in the row itself."""

from __future__ import annotations

import re
import zlib
from base64 import b85decode, b85encode
from typing import Final

# A page of a list is one read of at most a megabyte: a hundred and fifty rows, a few kilobytes each.
_MOST_CHARS: Final = 4000
_LONGEST: Final = 40
_WORD: Final = re.compile(r"\w(?:[\w.,:/@+-]*\w)?")


def packed(text: str) -> str:
    """Each word of `text` once, in the order of the alphabet, compressed and as text; the first 4,000 characters' worth of them."""
    found: dict[str, None] = {}
    room = _MOST_CHARS
    for word in _WORD.findall(text.casefold()):
        if len(word) <= _LONGEST and word not in found:
            room -= len(word) + 1
            if room < 0:
                break
            found[word] = None
    return b85encode(zlib.compress("\n".join(sorted(found)).encode(), 9)).decode() if found else ""


def unpacked(words: str) -> str:
    """The words of `packed`, one a line."""
    return zlib.decompress(b85decode(words)).decode() if words else ""
