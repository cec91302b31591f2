"""Compiled bytecode for the functions' own Python, which may be another than the one that builds.

Files in a package are dated 1980 and nothing on Lambda can be written, so ordinary bytecode would never match its source
and every cold start would compile everything again. Unchecked-hash bytecode is taken as it is.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Final

RUNTIME: Final = "3.13"
_TAG: Final = f"cpython-{RUNTIME.replace('.', '')}"
_COMPILE: Final = """
import os, py_compile, sys
for name in sorted(sys.stdin.read().splitlines()):
    py_compile.compile(name, cfile=name + "c", dfile=name, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
"""


def interpreter() -> Path | None:
    """A Python of the functions' version on this machine, or None: then packages carry sources alone and start slower."""
    named = [sys.executable, which(f"python{RUNTIME}")]
    kept = sorted(Path.home().glob(f".pyenv/versions/{RUNTIME}.*/bin/python"))
    return next((Path(each) for each in [*named, *kept] if each and _is_runtime(each)), None)


def compiled(sources: Mapping[str, bytes], python: Path) -> dict[str, bytes]:
    """{name of the .pyc: content} for every .py of `sources`. One process with a fixed hash seed: the same bytes each time."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        modules = [name for name in sources if name.endswith(".py")]
        for name in modules:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(sources[name])
        _run(python, modules, root)
        return {cached(name): (root / f"{name}c").read_bytes() for name in modules}


def _run(python: Path, modules: list[str], root: Path) -> None:
    subprocess.run(  # noqa: S603 - the interpreter that this module itself found
        [str(python), "-S", "-c", _COMPILE],
        input="\n".join(modules),
        text=True,
        cwd=root,
        env={"PYTHONHASHSEED": "0"},
        check=True,
    )


def cached(name: str) -> str:
    """Where the bytecode of the module file `name` lies."""
    folder, _, file = name.rpartition("/")
    return "/".join(filter(None, [folder, "__pycache__", f"{file.removesuffix('.py')}.{_TAG}.pyc"]))


def _is_runtime(python: str | Path) -> bool:
    ask = [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    answer = subprocess.run(ask, capture_output=True, text=True, check=False)  # noqa: S603 - as above
    return answer.stdout.strip() == RUNTIME
