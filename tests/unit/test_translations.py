"""Everything a person reads is there in Swedish, and what is compiled is what is written."""

from __future__ import annotations

import re

from paypulse import translations


def test_every_text_of_the_sources_is_translated() -> None:
    missing = [message.id for message in translations.catalogue() if message.id and not all(_texts(message.string))]

    assert missing == [], "run `python -m paypulse.translations` and fill in locale/sv"


def test_translations_keep_their_placeholders() -> None:
    for message in translations.catalogue():
        if message.id:
            wanted = {name for text in _texts(message.id) for name in re.findall(r"%\(\w+\)\w", text)}
            for text in _texts(message.string):
                assert set(re.findall(r"%\(\w+\)\w", text)) == wanted, message.id


def test_what_is_compiled_is_what_is_written() -> None:
    assert (translations.FOLDER / "django.mo").read_bytes() == translations.compiled(translations.catalogue())


def _texts(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]
