"""How long the packed functions and the site take to be ready, as ratios to a bare DynamoDB client: `python -m bench.coldstart [ROUNDS]`.

Each subject starts in clean processes of the functions' own Python, from its complete package (wheels, bytecode, no writable
cache), in turn with the others so that the machine's mood falls on all alike. What is measured is processor time from the
interpreter's first line to the handler being imported; for the site, to its first page. Fails above the limits.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from zipfile import ZipFile

from lambdas.bundle import Architecture, build, site
from lambdas.bundle.bytecode import RUNTIME, interpreter
from lambdas.bundle.imports import ROOT
from lambdas.catalogue import functions

ROUNDS = 15
LIMITS = {"api": 1.4, "fetch": 2.2, "parser": 1.6, "site": 3.0}
KINDS = {
    "get_user_profile": "api",
    "get_rental_invoices": "api",
    "signup_user": "api",
    "fetch_invoices": "fetch",
    "fetch_retail_invoices": "fetch",
    "parse_invoice": "parser",
    "parse_retail_invoice": "parser",
}
MEASURE = """
import time, sys
{work}
with open("/proc/self/status") as status:  # what getrusage tells is the parent's peak
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(time.process_time() * 1000, int(peak) / 1024, len(sys.modules), file=sys.stderr)
"""
BARE = 'import boto3; boto3.client("dynamodb", region_name="eu-north-1")'
IMPORT = 'from importlib import import_module; import_module("lambdas.{name}")'
FIRST_PAGE = """
import handler, json
page = handler.lambda_handler(json.loads({event!r}), None)
assert page["statusCode"] == 200, page
"""
# Bytecode is looked for elsewhere, where there is none: as if the package carried sources alone.
WITHOUT_BYTECODE = {"PYTHONPYCACHEPREFIX": "/nonexistent"}


@dataclass(slots=True)
class Subject:
    """One thing to start, and what each start took."""

    name: str
    folder: Path
    work: str
    kind: str | None = None
    settings: dict[str, str] = field(default_factory=dict)
    took: list[tuple[float, float, int]] = field(default_factory=list)

    def start(self, python: Path) -> None:
        """Start it once in a clean process."""
        environment = {
            "PATH": os.defpath,
            "PYTHONPATH": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_REGION": "eu-north-1",
        }
        command = [str(python), "-S", "-c", MEASURE.format(work=self.work)]
        done = subprocess.run(
            command, cwd=self.folder, env={**environment, **self.settings}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{self.name}: {done.stderr}"
        ms, mebibytes, modules = done.stderr.splitlines()[-1].split()
        self.took.append((float(ms), float(mebibytes), int(modules)))

    @property
    def ms(self) -> float:
        return median(each[0] for each in self.took)


def main(rounds: int) -> int:
    """Measure and print; the exit code says whether every subject keeps its limit."""
    python = interpreter()
    if not python:
        print(f"left out: no Python {RUNTIME} on this machine")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        subjects = list(_subjects(Path(folder)))
        for _ in range(rounds):
            for subject in subjects:
                subject.start(python)
    return _report(subjects)


def _subjects(folder: Path) -> Iterable[Subject]:
    architecture = Architecture.ARM64 if platform.machine() in ("arm64", "aarch64") else Architecture.X86_64
    chosen = [each for each in functions() if each.name in KINDS]
    wheelhouse = ROOT / "build/wheels"
    unpacked = {
        built.name: _unpacked(built.path) for built in build(folder, architecture, wheelhouse=wheelhouse, only=chosen)
    }
    yield Subject("boto3.client alone", unpacked["get_user_profile"], BARE)
    for name, kind in KINDS.items():
        yield Subject(name, unpacked[name], IMPORT.format(name=name), kind)
    yield Subject(
        "fetch_invoices, no bytecode",
        unpacked["fetch_invoices"],
        IMPORT.format(name="fetch_invoices"),
        settings=WITHOUT_BYTECODE,
    )
    yield from _site(_unpacked(site.build(folder, architecture, wheelhouse=wheelhouse)))


def _site(folder: Path) -> Iterable[Subject]:
    event = json.loads((ROOT / "tests/data/apigateway_v2.json").read_text(encoding="utf-8"))
    event["rawPath"] = event["requestContext"]["http"]["path"] = "/accounts/sign-in/"
    settings = {
        "PAYPULSE_ENV": "production",
        "PAYPULSE_SECRET_KEY": "bench" * 10,
        "PAYPULSE_JWT_KEYS": "bench" * 10,
        "PAYPULSE_ALLOWED_HOSTS": event["headers"]["host"],
        "DJANGO_SETTINGS_MODULE": "paypulse.settings",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "1",
    }
    work = FIRST_PAGE.format(event=json.dumps(event))
    yield Subject("site, first page", folder, work, "site", settings)
    yield Subject("site, no bytecode", folder, work, settings={**settings, **WITHOUT_BYTECODE})


def _unpacked(package: Path) -> Path:
    folder = package.with_suffix("")
    with ZipFile(package) as archive:
        archive.extractall(folder)
    return folder


def _report(subjects: list[Subject]) -> int:
    bare, over = subjects[0].ms, 0
    print(f"{'subject':<30}{'ms':>8}{'ratio':>8}{'limit':>8}{'MiB':>8}{'modules':>9}")
    for each in subjects:
        limit = LIMITS.get(each.kind or "")
        ratio = each.ms / bare
        over += limit is not None and ratio > limit
        memory, modules = max(one[1] for one in each.took), each.took[0][2]
        print(f"{each.name:<30}{each.ms:>8.0f}{ratio:>8.2f}{limit or '':>8}{memory:>8.0f}{modules:>9}")
    print(f"median of {len(subjects[0].took)} starts, processor time")
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
