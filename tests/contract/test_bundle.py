"""The packages: repeatable, complete, free of Django, and no larger than they must be."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from lambdas.bundle import Architecture, build, build_local
from lambdas.bundle.__main__ import too_large
from lambdas.bundle.bytecode import RUNTIME, interpreter
from lambdas.bundle.imports import ROOT, ImportTraceError, reach
from lambdas.bundle.wheels import closure, needed
from lambdas.catalogue import CatalogueError, Function, Package, functions

TABLES = Function(name="tables", does="", module="invoices.tables", package=Package.ZIP, memory_mb=128, timeout_s=3)
# Modules that a process may hold after importing a handler: a guard against growth, steadier than milliseconds.
LIMITS = {"api": 505, "signing": 550, "stream": 570, "fetch": 610, "parser": 540}

# Imports the handler from the ZIP alone (dependencies come from this environment), with Django made unimportable.
IMPORT_BLOCKED = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "django":
            raise ImportError("Django is blocked")
sys.meta_path.insert(0, Blocked())
sys.path.insert(0, sys.argv[1])
module = __import__(sys.argv[2], fromlist=["_"])
assert module.__file__.startswith(sys.argv[1]), module.__file__
print(len(sys.modules))
"""


def kind(function: Function) -> str:
    """What a function's cold start is measured as."""
    if function.objects:
        return "parser"
    if "signing" in function.rights.secrets:
        return "signing"
    if function.streams:
        return "stream"
    return "fetch" if function.queues else "api"


def imported(archive: Path, module: str) -> int:
    """How many modules a clean process holds after importing `module` from `archive`."""
    command = [sys.executable, "-c", IMPORT_BLOCKED, str(archive), module]
    done = subprocess.run(command, capture_output=True, text=True, cwd=archive.parent, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every function's ZIP of our own code."""
    out = tmp_path_factory.mktemp("packed")
    build_local(out)
    return out


@pytest.mark.parametrize("function", functions(), ids=lambda function: function.name)
def test_every_entry_has_its_module_and_imports_with_django_blocked(packed: Path, function: Function) -> None:
    held = imported(packed / f"{function.name}.zip", function.module)
    assert held <= LIMITS[kind(function)], f"{function.name} imports {held} modules; what became heavier?"


@pytest.mark.parametrize("function", functions(), ids=lambda function: function.name)
def test_a_package_describes_the_service_that_keeps_its_settings(function: Function) -> None:
    """Settings are read before anything else; a client needs the service's description, and packages leave most out."""
    found = reach(function.module)
    if Path("paypulse/core/config.py") in found.files:
        assert "secretsmanager" in found.clients


@pytest.mark.parametrize("function", functions(), ids=lambda function: function.name)
def test_only_those_that_issue_or_look_at_tokens_carry_what_that_takes(function: Function) -> None:
    assert ("jwt" in reach(function.module).outside) is ("signing" in function.rights.secrets)


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    once, again = ([each.path.read_bytes() for each in build_local(tmp_path / name)] for name in ("once", "again"))
    assert once == again


def test_a_zip_carries_only_what_its_handler_reaches(tmp_path: Path) -> None:
    (built,) = build_local(tmp_path, only=[TABLES])
    names = ZipFile(built.path).namelist()
    assert "invoices/tables.py" in names
    assert not [name for name in names if name.startswith(("accounts/", "vendors/", "lambdas/", "invoices/parsing/"))]


def test_a_module_that_reaches_django_cannot_be_packed() -> None:
    with pytest.raises(ImportTraceError, match="imports django"):
        reach("paypulse.urls")


def test_a_module_that_is_missing_says_so() -> None:
    with pytest.raises(ImportTraceError, match=r"lambdas\.nowhere has no file"):
        reach("lambdas.nowhere")


def test_an_entry_that_nobody_understands_names_its_function(tmp_path: Path) -> None:
    listed = tmp_path / "functions.yaml"
    listed.write_text(
        "defaults: {package: zip, memory_mb: 1, timeout_s: 1}\nfunctions:\n  odd: {does: x, colour: red}\n"
    )
    with pytest.raises(CatalogueError, match=r"odd: .*colour"):
        functions(listed)


def test_of_googles_and_amazons_descriptions_only_those_in_use_are_packed() -> None:
    google = "googleapiclient/discovery_cache/documents/{}.v1.json"
    amazon = "botocore/data/{}/2020-01-01/service-2.json.gz"
    assert needed(google.format("gmail"), frozenset()) and not needed(google.format("drive"), frozenset())
    assert needed(amazon.format("s3"), frozenset({"s3"})) and not needed(amazon.format("ec2"), frozenset({"s3"}))
    assert needed("botocore/data/endpoints.json", frozenset())


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The complete package of the tables, for the processor that runs this test."""
    out = tmp_path_factory.mktemp("bundle")
    build(out, Architecture.X86_64, wheelhouse=ROOT / "build" / "wheels", only=[TABLES])
    return out / "x86_64" / "tables.zip"


def test_a_complete_zip_repeats_too(complete: Path, tmp_path: Path) -> None:
    (again,) = build(tmp_path, Architecture.X86_64, wheelhouse=ROOT / "build" / "wheels", only=[TABLES])
    assert hashlib.sha256(complete.read_bytes()).digest() == hashlib.sha256(again.path.read_bytes()).digest()


def test_a_complete_zip_carries_bytecode_where_the_runtimes_python_is_at_hand(complete: Path) -> None:
    if not interpreter():
        pytest.skip(f"no Python {RUNTIME} on this machine")
    with ZipFile(complete) as archive:
        compiled = archive.read(f"invoices/__pycache__/tables.cpython-{RUNTIME.replace('.', '')}.pyc")
    # PEP 552: the second word's flags say "by hash" and not "check the source".
    assert int.from_bytes(compiled[4:8], "little") == 0b01


def test_a_complete_zip_lists_its_materials(complete: Path) -> None:
    bill = json.loads(complete.with_suffix("").with_suffix(".cdx.json").read_text(encoding="utf-8"))
    listed = {each["name"]: each for each in bill["components"]}
    assert {"pynamodb", "botocore"} <= set(listed) and "django" not in listed
    assert all(each["version"] and len(each["hashes"][0]["content"]) == 64 for each in listed.values())


def test_a_package_above_the_limit_is_named(tmp_path: Path) -> None:
    (built,) = build_local(tmp_path, only=[TABLES])
    assert too_large([built]) == []
    assert too_large([built], largest=built.size - 1) == ["tables"]


def test_requirements_are_those_of_the_functions_system() -> None:
    from importlib.metadata import distribution

    pins = closure({"moto": distribution("moto")}, "aarch64")
    assert any(pin.startswith("boto3==") for pin in pins) and not any(pin.startswith("colorama") for pin in pins)
