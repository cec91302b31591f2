"""Packs the site: Zappa's package, from an environment that holds only what the site imports, made repeatable and compiled.

`python -m lambdas.bundle.site OUT [--arch arm64]` writes OUT/{arch}/site.zip and its bill of materials. Zappa takes the
environment it runs in whole, so it is given one made of wheels for the processor that will run it, and nothing else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZipFile

from lambdas.bundle import archive, bytecode, sbom
from lambdas.bundle.imports import ROOT, Reach, distributions_of, reach_all
from lambdas.bundle.wheels import Architecture, Wheel, asked_for, closure, fetched
from paypulse.core.errors import PayPulseError

# What Zappa's own handler imports beside the site: not all that its command line needs.
_RUNNER: Final = ("zappa", "werkzeug", "markupsafe", "durationpy")
# Services that the web framework's sessions, mail and uploads reach through core.aws by a name known only at run time.
_SERVICES: Final = frozenset({"s3", "sqs", "kms", "sesv2", "secretsmanager"})
_FEATURES: Final = ("accounts", "vendors", "invoices", "paypulse")
_SKIPPED: Final = ("paypulse.sandbox", "invoices.parsing")
_FRAMEWORK_DATA: Final = ("templates", "static", "locale", "templatetags", "catalogue")
# Zappa writes who built it, when, and a random id here.
_NEVER: Final = frozenset({"package_info.json"})
# `zappa package production`, without the command line's look at a registry for a newer Zappa.
_PACKAGE: Final = """
from zappa.cli import ZappaCLI
zappa = ZappaCLI()
zappa.api_stage = "production"
zappa.load_settings("zappa_settings.json")
zappa.package("site.zip")
"""


class SiteError(PayPulseError):
    """The site could not be packed; the message is the last word of what failed."""


def build(out: Path, architecture: Architecture, *, wheelhouse: Path) -> Path:
    """Pack the site for `architecture` and give back its ZIP. Raises SiteError, ImportTraceError, WheelError."""
    found = reach_all(_modules())
    wheels = _wheels(found, architecture, wheelhouse)
    files = _packed(found, wheels)
    python = bytecode.interpreter()
    path = out / architecture / "site.zip"
    archive.write(path, {**files, **(bytecode.compiled(files, python) if python else {})})
    path.with_name("site.cdx.json").write_text(sbom.bill("site", wheels), encoding="utf-8")
    return path


def build_local(path: Path) -> Path:
    """Pack our own code alone as `path`, for the emulator, which finds the rest by PYTHONPATH. Raises SiteError, ImportTraceError."""
    archive.write(path, _packed(reach_all(_modules()), ()))
    return path


def _packed(found: Reach, wheels: Iterable[Wheel]) -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        project, environment = Path(folder) / "project", Path(folder) / "environment"
        _lay_project(project, found)
        _lay_environment(environment, wheels, found.clients | _SERVICES)
        _collect_static(project)
        return dict(_contents(_zappa(project, environment)))


def _modules() -> Iterator[str]:
    """Every module of the features and the project, but for the sandbox and readers nobody imports."""
    for feature in _FEATURES:
        for path in sorted((ROOT / feature).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if not name.startswith(_SKIPPED):
                yield name


def _wheels(found: Reach, architecture: Architecture, wheelhouse: Path) -> tuple[Wheel, ...]:
    runner = {f"{name}=={distribution(name).version}" for name in _RUNNER}
    # What settings name in texts, such as middleware, is among the project's own list for the web.
    direct = {**distributions_of(found.outside), **asked_for("web")}
    pins = {*closure(direct, architecture.machine), *runner}
    return fetched(pins, wheelhouse / architecture, architecture)


def _lay_project(project: Path, found: Reach) -> None:
    data = [path for feature in _FEATURES for path in (ROOT / feature).rglob("*") if _is_data(path)]
    locale = list((ROOT / "locale").rglob("*.mo"))
    for path in [
        *(ROOT / each for each in found.files),
        *data,
        *locale,
        ROOT / "manage.py",
        ROOT / "zappa_settings.json",
    ]:
        target = project / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _is_data(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return (
        path.is_file()
        and "sandbox" not in parts
        and "__pycache__" not in parts
        and bool(set(_FRAMEWORK_DATA) & set(parts))
    )


def _lay_environment(environment: Path, wheels: Iterable[Wheel], services: frozenset[str]) -> None:
    # Zappa looks where its own interpreter would keep packages, whatever interpreter they are for.
    folder = environment / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    folder.mkdir(parents=True)
    for wheel in wheels:
        for name, content in wheel.files(services):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def _collect_static(project: Path) -> None:
    settings = {"PAYPULSE_ENV": "production", "PAYPULSE_SECRET_KEY": "c" * 32}
    _run([sys.executable, "manage.py", "collectstatic", "--noinput"], project, settings)


def _zappa(project: Path, environment: Path) -> Path:
    settings = {
        "VIRTUAL_ENV": str(environment),
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    _run([sys.executable, "-c", _PACKAGE], project, settings)
    return project / "site.zip"


def _run(command: list[str], folder: Path, settings: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        command,
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SiteError((done.stderr or done.stdout).strip()[-2000:])


def _contents(packed: Path) -> Iterator[tuple[str, bytes]]:
    with ZipFile(packed) as package:
        for name in package.namelist():
            if name not in _NEVER and not name.endswith((".pyc", "/")):
                yield name, package.read(name)


def main(arguments: Iterable[str]) -> int:
    """Build and print where the package is and how large; gives back the exit code."""
    parser = ArgumentParser(prog="python -m lambdas.bundle.site", description="Pack the site with Zappa.")
    parser.add_argument("out", type=Path, help="folder to write to")
    parser.add_argument("--arch", type=Architecture, default=Architecture.ARM64, help="arm64 or x86_64")
    parser.add_argument("--wheels", type=Path, help="folder that keeps the wheels (OUT/wheels)")
    asked = parser.parse_args(list(arguments))
    try:
        path = build(asked.out, asked.arch, wheelhouse=asked.wheels or asked.out / "wheels")
    except PayPulseError as error:
        print(f"site: {error}", file=sys.stderr)
        return 1
    print(f"{path}  {path.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
