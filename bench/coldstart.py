"""How long the packed functions and the site take to be ready, as ratios to a bare DynamoDB client: `python -m bench.coldstart [ROUNDS]`.

Each subject starts in clean processes of the functions' own Python, from its complete package (wheels, bytecode, no writable
cache), in turn with the others so that the machine's mood falls on all alike. What is measured is processor time from the
interpreter's first line until a function's handler is imported and its DynamoDB client is made, as the bare one makes its own;
for the site, to its first page. The second table shows what each choice about the packages buys. Fails above the limits.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from zipfile import ZipFile

from lambdas.bundle import Architecture, Built, build, site
from lambdas.bundle.bytecode import RUNTIME, interpreter
from lambdas.bundle.imports import ROOT
from lambdas.catalogue import Function, functions

ROUNDS = 15
LIMITS = {"api": 1.4, "fetch": 2.2, "parser": 1.6, "site": 3.0}
WHEELS = ROOT / "build/wheels"
MEASURE = """
import time, sys
{work}
with open("/proc/self/status") as status:  # what getrusage tells is the parent's peak
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(time.process_time() * 1000, int(peak) / 1024, len(sys.modules), file=sys.stderr)
"""
BARE = 'import boto3; boto3.client("dynamodb", region_name="eu-north-1")'
READY = """
from importlib import import_module
import_module("lambdas.{name}")
tables = [sys.modules[f"{{each}}.tables"] for each in ("accounts", "vendors", "invoices") if f"{{each}}.tables" in sys.modules]
for each in tables[:1]: each.TABLES[0]._get_connection().connection.client
"""
EVERYTHING = """
from importlib import import_module
for name in {names!r}:
    import_module(f"lambdas.{{name}}")
import accounts.tables
accounts.tables.TABLES[0]._get_connection().connection.client
"""
# A client for each table, as PynamoDB makes them when the tables do not share one.
CLIENTS = """
from pynamodb.models import Model
from paypulse.core.tables import Table
import accounts.tables, invoices.tables
for table in (*accounts.tables.TABLES, *invoices.tables.TABLES):
    {connection}.connection.client
"""
# On AWS a function whose entry names a secret also makes the client that reads it, before anything else.
SECRET = 'import boto3; boto3.client("secretsmanager", region_name="eu-north-1")'
# What a fetch function loads when it first asks Gmail, and nobody before.
GMAIL = "import httplib2, googleapiclient.discovery\n"
SHARED, APART = "table._get_connection()", "super(Table, table)._get_connection()"
FIRST_PAGE = """
import handler, json
page = handler.lambda_handler(json.loads({event!r}), None)
assert page["statusCode"] == 200, page
"""
# Bytecode is looked for elsewhere, where there is none: as if the package carried sources alone.
WITHOUT_BYTECODE = {"PYTHONPYCACHEPREFIX": "/nonexistent"}


@dataclass(slots=True)
class Subject:
    """One thing to start, from a package of so many bytes, and what each start took."""

    name: str
    folder: Path
    work: str
    kind: str | None = None
    size: int = 0
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
    architecture = Architecture.here()
    with tempfile.TemporaryDirectory() as folder:
        built = build(Path(folder), architecture, wheelhouse=WHEELS)
        packed = site.build(Path(folder), architecture, wheelhouse=WHEELS)
        subjects, choices = list(_subjects(built, packed)), list(_choices(built, packed))
        for _ in range(rounds):
            for subject in (*subjects, *choices):
                subject.start(python)
    print(f"median of {rounds} starts, processor time\n")
    over = _report(subjects, bare=subjects[0].ms)
    print("\nWhat each choice costs or buys.\n")
    over += _report(choices, bare=subjects[0].ms)
    fetch = next(each for each in built if each.name == "fetch_invoices")
    whole = sum(wheel.path.stat().st_size for wheel in fetch.wheels) / 1e6
    print(
        f"\nfetch_invoices with its wheels whole, every API's description among them: {whole:.1f} MB, without bytecode"
    )
    return over


def kind_of(function: Function) -> str | None:
    """What a function's limit goes by; None for one that nobody waits for."""
    if function.objects:
        return "parser"
    if function.name.startswith("fetch_"):
        return "fetch"
    return "api" if function.authorizes or (function.routes and not function.queues) else None


def _subjects(built: Iterable[Built], packed: Path) -> Iterator[Subject]:
    entries = {each.name: each for each in functions()}
    folders = {each.name: unpacked(each.path) for each in built}
    yield Subject("boto3.client alone", folders["get_user_profile"], BARE)
    for each in built:
        kind = kind_of(entries[each.name])
        yield Subject(each.name, folders[each.name], READY.format(name=each.name), kind, each.size)
    yield Subject("site, first page", unpacked(packed), first_page(), "site", packed.stat().st_size, site_settings())


def _choices(built: Iterable[Built], packed: Path) -> Iterator[Subject]:
    """The same work with one choice taken back, named by the choice."""
    fetch = next(each for each in built if each.name == "fetch_invoices")
    folder, ready = fetch.path.with_suffix(""), READY.format(name="fetch_invoices")
    yield Subject("fetch_invoices, no bytecode", folder, ready, size=fetch.size, settings=WITHOUT_BYTECODE)
    yield Subject("fetch_invoices, asking Gmail", folder, GMAIL + ready, size=fetch.size)
    yield Subject(
        "site, no bytecode", packed.with_suffix(""), first_page(), settings=site_settings() | WITHOUT_BYTECODE
    )
    yield Subject("one client for all tables", folder, CLIENTS.format(connection=SHARED))
    yield Subject("a client for each table", folder, CLIENTS.format(connection=APART))
    guard = next(each for each in built if each.name == "authorize_api")
    asking = SECRET + READY.format(name="authorize_api")
    yield Subject("authorize_api and its secret", guard.path.with_suffix(""), asking, size=guard.size)
    whole = packed.parent / "whole"
    for each in built:
        unpacked(each.path, whole)
    yield Subject("all functions in one package", whole, EVERYTHING.format(names=[each.name for each in built]))
    before = {name: each for name, each in site_settings().items() if not name.startswith("INSTANTIATE")}
    yield Subject("site, until it may be asked", packed.with_suffix(""), "import handler", settings=site_settings())
    yield Subject("site, not built before asked", packed.with_suffix(""), "import handler", settings=before)


def first_page() -> str:
    """What the site does for the first page that somebody sees."""
    event = json.loads((ROOT / "tests/data/apigateway_v2.json").read_text(encoding="utf-8"))
    event["rawPath"] = event["requestContext"]["http"]["path"] = "/accounts/sign-in/"
    return FIRST_PAGE.format(event=json.dumps(event))


def site_settings() -> dict[str, str]:
    """The environment that Terraform gives the site, as far as its first page needs it."""
    event = json.loads((ROOT / "tests/data/apigateway_v2.json").read_text(encoding="utf-8"))
    return {
        "PAYPULSE_ENV": "production",
        "PAYPULSE_SECRET_KEY": "bench" * 10,
        "PAYPULSE_ALLOWED_HOSTS": event["headers"]["host"],
        "DJANGO_SETTINGS_MODULE": "paypulse.settings",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "1",
    }


def unpacked(package: Path, folder: Path | None = None) -> Path:
    """The folder with the package's files: beside it, or the given one."""
    folder = folder or package.with_suffix("")
    with ZipFile(package) as archive:
        archive.extractall(folder)
    return folder


def _report(subjects: list[Subject], *, bare: float) -> int:
    over = 0
    print(f"{'subject':<30}{'ms':>8}{'ratio':>8}{'limit':>8}{'MiB':>8}{'modules':>9}{'ZIP MB':>8}")
    for each in subjects:
        limit, ratio = LIMITS.get(each.kind or ""), each.ms / bare
        over += limit is not None and ratio > limit
        memory, modules = max(one[1] for one in each.took), each.took[0][2]
        size = f"{each.size / 1e6:.1f}" if each.size else ""
        print(f"{each.name:<30}{each.ms:>8.0f}{ratio:>8.2f}{limit or '':>8}{memory:>8.0f}{modules:>9}{size:>8}")
    return over


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
