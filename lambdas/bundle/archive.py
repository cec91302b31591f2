"""ZIP files that come out byte for byte the same whenever their contents are the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# The earliest date a ZIP can hold. Bytecode is therefore never checked against it (see bytecode.py).
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_READABLE_BY_ALL: Final = 0o100644 << 16


def write(path: Path, files: Mapping[str, bytes]) -> int:
    """Write `files` ({name: content}) as a ZIP and give back its size in bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w") as archive:
        for name in sorted(files):
            entry = ZipInfo(name, _DATE)
            entry.create_system = 3
            entry.external_attr = _READABLE_BY_ALL
            archive.writestr(entry, files[name], ZIP_DEFLATED)
    return path.stat().st_size
