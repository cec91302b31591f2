"""Small pure rules about text that several features share."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = dict.fromkeys(
    map(
        ord,
        "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad\u034f",
    )
)
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "ß": "ss", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "œ": "oe"})


def fold_space(text: str) -> str:
    """The text without direction marks and zero-width padding, every run of white space one blank."""
    visible = text if text.isascii() else text.translate(_INVISIBLE)
    return " ".join(visible.split())


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, safe in an S3 key and a URL; empty when nothing is left."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
