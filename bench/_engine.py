"""A DynamoDB for the benchmarks whose queries cost what a page holds, as on AWS: dynoxide, where npm can bring it."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import tests.conftest  # noqa: F401  (sets a test's environment before anything of ours is imported)
from invoices.tables import RentalInvoice, RetailInvoice

_PACKAGE: Final = "@dynoxide/linux-x64@1.2.1"
_FOLDER: Final = Path(__file__).resolve().parent.parent / "build" / "dynoxide"
_PROGRAM: Final = _FOLDER / "node_modules" / "@dynoxide" / "linux-x64" / "dynoxide"


@contextmanager
def engine() -> Iterator[bool]:
    """Whether DynamoDB is dynoxide meanwhile; where it cannot be had it stays the one in memory."""
    if not _installed():
        print("npm cannot bring dynoxide here: over DynamoDB in memory, whose queries walk the whole table")
        yield False
        return
    port = _free_port()
    _drop_streams()
    with subprocess.Popen([_PROGRAM, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        try:
            _wait(port)
            os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = f"http://127.0.0.1:{port}"
            yield True
        finally:
            os.environ.pop("AWS_ENDPOINT_URL_DYNAMODB", None)
            run.terminate()


def _drop_streams() -> None:
    """Nobody reads the streams here, and dynoxide's writes slow down with every record they hold."""
    for table in (RentalInvoice, RetailInvoice):
        if hasattr(table.Meta, "stream_view_type"):
            del table.Meta.stream_view_type


def _installed() -> bool:
    npm = shutil.which("npm")
    if _PROGRAM.exists() or not npm or platform.machine() != "x86_64":
        return _PROGRAM.exists()
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(_FOLDER), _PACKAGE]
    return subprocess.run(command, check=False, timeout=120).returncode == 0 and _PROGRAM.exists()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("dynoxide did not start")
