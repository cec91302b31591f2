"""The installed distributions as wheels for the machine that will run them, and the part of each that a function needs."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

from lambdas.bundle.bytecode import RUNTIME
from lambdas.bundle.imports import ROOT, ImportTraceError, normal
from paypulse.core.errors import PayPulseError

# The functions' system is Amazon Linux 2023 with glibc 2.34: any of these wheels runs there.
_GLIBC: Final = ("_2_34", "_2_31", "_2_28", "_2_27", "_2_26", "_2_24", "_2_17", "2014")
# Every distribution's own tests and type stubs, and what only a compiler reads.
_NEVER: Final = (".pyi", ".pyx", ".pxd", ".c", ".h", ".typed", ".po")
_SERVICES: Final = frozenset({"dynamodb"})
# Large parts that nothing of ours imports.
_UNUSED: Final = ("django/contrib/gis/", "lxml/objectify", "lxml/isoschematron/", "lxml/includes/", "pypdfium2_cli/")
# What the site speaks, and what Babel falls back to.
_LANGUAGES: Final = ("en", "sv", "root")
_GMAIL: Final = "googleapiclient/discovery_cache/documents/gmail.v1.json"


class WheelError(PayPulseError):
    """A distribution has no wheel for the functions' system; the message is pip's last word."""


class Architecture(StrEnum):
    """A processor that Lambda offers."""

    ARM64 = "arm64"
    X86_64 = "x86_64"

    @classmethod
    def here(cls) -> Architecture:
        """This machine's."""
        return cls.ARM64 if platform.machine() in ("arm64", "aarch64") else cls.X86_64

    @property
    def machine(self) -> str:
        """Its name in wheel tags."""
        return "aarch64" if self is Architecture.ARM64 else "x86_64"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A distribution's file for one architecture; `pin` is "name==version"."""

    pin: str
    path: Path

    @property
    def name(self) -> str:
        return self.pin.partition("==")[0]

    @property
    def version(self) -> str:
        return self.pin.partition("==")[2]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    def files(self, services: frozenset[str]) -> Iterator[tuple[str, bytes]]:
        """(name, content) of what runs: no tests, of Google's descriptions Gmail's, of AWS's the `services` in use."""
        with ZipFile(self.path) as archive:
            for name in archive.namelist():
                if not name.endswith("/") and needed(name, services):
                    yield name, archive.read(name)


def closure(direct: Mapping[str, Distribution], machine: str) -> tuple[str, ...]:
    """`direct` and all they require on the functions' system, as sorted "name==version" of what is installed here."""
    found: dict[str, str] = {}
    waiting = [(each, _wanted_extras().get(name, frozenset())) for name, each in direct.items()]
    while waiting:
        current, extras = waiting.pop()
        key = f"{normal(current.name)}[{','.join(sorted(extras))}]"
        if key in found:
            continue
        found[key] = f"{normal(current.name)}=={current.version}"
        waiting += [
            (_installed(each.name, current.name), frozenset(each.extras))
            for each in _required(current, extras, machine)
        ]
    return tuple(sorted(set(found.values())))


def fetched(pins: Iterable[str], folder: Path, architecture: Architecture) -> tuple[Wheel, ...]:
    """The wheels of `pins` ("name==version") for `architecture`, downloaded into `folder` unless they lie there already."""
    wanted = sorted(pins)
    folder.mkdir(parents=True, exist_ok=True)
    missing = [pin for pin in wanted if pin not in _kept(folder)]
    if missing:
        _download(missing, folder, architecture)
    kept = _kept(folder)
    return tuple(Wheel(pin, kept[pin]) for pin in wanted)


def needed(name: str, services: frozenset[str]) -> bool:
    """Whether a function that talks to `services` (and DynamoDB) needs the wheel's file `name` when it runs."""
    parts = name.split("/")
    if (
        name.endswith(_NEVER)
        or {"tests", "test", "testing"} & set(parts[1:-1])
        or parts[-1] in ("RECORD", "WHEEL", "top_level.txt")
    ):
        return False
    if parts[:2] == ["googleapiclient", "discovery_cache"] and name.endswith(".json"):
        return name == _GMAIL
    if parts[:2] == ["botocore", "data"] and len(parts) > 3:
        return parts[2] in services | _SERVICES
    if name.startswith(_UNUSED):
        return False
    if parts[:2] == ["babel", "locale-data"]:
        return parts[2].replace(".", "_").split("_")[0] in _LANGUAGES
    if parts[0] == "django" and "locale" in parts:
        return parts[parts.index("locale") + 1].split("_")[0] in (*_LANGUAGES, "")
    return parts[:2] not in (["boto3", "data"], ["boto3", "examples"])


def _download(pins: list[str], folder: Path, architecture: Architecture) -> None:
    platforms = [f"--platform=manylinux{each}_{architecture.machine}" for each in _GLIBC]
    asked = ["--only-binary=:all:", "--no-deps", "--implementation=cp", f"--python-version={RUNTIME}", *platforms]
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        f"--dest={folder}",
        *asked,
        *pins,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our interpreter's own pip
    if done.returncode:
        raise WheelError(f"no wheel for {architecture}: {done.stderr.strip().splitlines()[-1]}")


def _kept(folder: Path) -> dict[str, Path]:
    kept = {}
    for path in sorted(folder.glob("*.whl")):
        name, version, _, _ = parse_wheel_filename(path.name)
        kept[f"{name}=={version}"] = path
    return kept


def _required(of: Distribution, extras: frozenset[str], machine: str) -> Iterator[Requirement]:
    system = {
        "python_version": RUNTIME,
        "python_full_version": f"{RUNTIME}.0",
        "platform_machine": machine,
        "sys_platform": "linux",
    }
    for line in of.requires or ():
        requirement = Requirement(line)
        if not requirement.marker or any(
            requirement.marker.evaluate({**system, "extra": extra}) for extra in extras | {""}
        ):
            yield requirement


def _installed(name: str, needed_by: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError as error:
        raise ImportTraceError(f"{name}, which {needed_by} requires on Lambda, is not installed") from error


def asked_for(extra: str) -> dict[str, Distribution]:
    """{name: distribution} of what the project's optional dependencies `extra` list."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [Requirement(each).name for each in project["optional-dependencies"][extra]]
    return {normal(name): distribution(name) for name in names}


@cache
def _wanted_extras() -> Mapping[str, frozenset[str]]:
    """{distribution: extras} that the project itself asks for."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    return {normal(each.name): frozenset(each.extras) for each in map(Requirement, asked)}
