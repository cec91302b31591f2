"""The parsers' image: built by its own recipe, and reading a document as Lambda would run it.

The base image is not fetched: what stands in for it has its name, its places and its Python, and nothing else.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lambdas.bundle import Architecture, build
from lambdas.bundle.bytecode import RUNTIME, interpreter
from lambdas.bundle.imports import ROOT
from lambdas.catalogue import Package, functions
from paypulse.sandbox import emulator

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("site")]
RECIPE = ROOT / "lambdas/Dockerfile.parser"
ARCHITECTURE = Architecture.here()
SYSTEM = ("libpthread.so.0", "libdl.so.2", "librt.so.1", "libgcc_s.so.1", "libstdc++.so.6")  # what wheels may count on
BASE = """
FROM scratch
COPY root /
ENV PATH=/var/lang/bin:/bin LD_LIBRARY_PATH=/var/lang/lib LAMBDA_TASK_ROOT=/var/task
WORKDIR /var/task
"""
RUN_AS_LAMBDA = """
import importlib, json, os, sys
module, _, name = sys.argv[1].rpartition(".")
getattr(importlib.import_module(module), name)(json.loads(sys.argv[2]), None)
print(os.getuid(), os.access(module.split(".")[0], os.W_OK))
"""
UPLOAD = """
from datetime import date
from decimal import Decimal
from uuid import uuid4
from accounts import store
from invoices.uploads import upload
from paypulse.sandbox import provision
from paypulse.sandbox.documents.rent import RentFacts, RentLine, RentPart, rent_notice
provision.make_tables(); provision.make_buckets(); provision.make_queues(); provision.make_key()
alice = store.create_user(email=f"{uuid4()}@example.com", name="Alice", password="long enough to be good 42")
notice = rent_notice(RentFacts(
    landlord="Björkgården Bostäder AB", tenant="Alice", invoice_number="20261101", invoice_date=date(2026, 11, 1),
    due_date=date(2026, 11, 30), period_start=date(2026, 12, 1), period_end=date(2026, 12, 31),
    lines=(RentLine(RentPart.BASE_RENT, "Hyra", Decimal("8450.00")),)))
kept = upload(alice.user_id, filename="hyra.pdf", content=notice)
print(alice.user_id, *kept.invoice_ids, *kept.keys)
"""
LOOK = """
import sys
from invoices import store
invoice = store.invoice(*sys.argv[1:])
print(invoice.total_amount, invoice.state)
"""


class Buildah:
    """Builds and runs images without a daemon, with all that it keeps in one folder."""

    def __init__(self, folder: Path) -> None:
        self._settings = os.environ | {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}
        self._kept = [f"--root={folder / 'kept'}", f"--runroot={folder / 'running'}"]

    def __call__(self, *arguments: str | Path) -> str:
        command = ["buildah", *self._kept, *map(str, arguments)]
        done = subprocess.run(command, env=self._settings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def buildah(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buildah]:
    if not shutil.which("buildah") or not shutil.which("busybox"):
        pytest.skip("no buildah and busybox on this machine")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted on this machine, as running an image asks for")
    folder = tmp_path_factory.mktemp("images")
    yield Buildah(folder)
    shutil.rmtree(folder, ignore_errors=True)  # images are large


@pytest.fixture(scope="module")
def base(buildah: Buildah, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The base image's name, under which the stand-in lies."""
    python = interpreter()
    if not python:
        pytest.skip(f"no Python {RUNTIME} on this machine")
    folder = tmp_path_factory.mktemp("base")
    stand_in(folder / "root", python)
    (folder / "Dockerfile").write_text(BASE)
    name = f"public.ecr.aws/lambda/python:{RUNTIME}-{ARCHITECTURE}"
    buildah("bud", "--tag", name, folder)
    shutil.rmtree(folder)
    return name


def stand_in(root: Path, python: Path) -> None:
    """Put this machine's Python, the libraries it links to, and a shell where the base image has them."""
    asked = [str(python), "-c", "import sys; print(sys.base_prefix)"]
    prefix = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    left_out = shutil.ignore_patterns("test", "__pycache__", "*.a", "idlelib", "site-packages", "ensurepip")
    shutil.copytree(prefix / "lib", root / "var/lang/lib", symlinks=True, ignore=left_out)
    (root / "var/lang/bin").mkdir()
    shutil.copy(python, root / "var/lang/bin/python3")
    native = [python, *(prefix / f"lib/python{RUNTIME}/lib-dynload").glob("*.so")]
    linked = subprocess.run(["ldd", *map(str, native)], capture_output=True, text=True, check=True).stdout.split()
    libraries = {Path(each) for each in linked if each.startswith("/") and not each.endswith(":")}
    (libc,) = (each for each in libraries if each.name == "libc.so.6")
    for library in {*libraries, *(libc.with_name(each) for each in SYSTEM)}:
        (root / library.relative_to("/")).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, root / library.relative_to("/"))
    (root / "bin").mkdir(exist_ok=True)
    shutil.copy(str(shutil.which("busybox")), root / "bin/busybox")
    for name in ("sh", "chmod"):
        (root / "bin" / name).symlink_to("busybox")
    (root / "tmp").mkdir(mode=0o1777)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[emulator.Emulator]:
    emulator.install()
    with emulator.running(tmp_path_factory.mktemp("aws")) as running:
        yield running


def ours(aws: emulator.Emulator, script: str, *arguments: str) -> list[str]:
    """The words that a script of this checkout prints about that AWS."""
    command = [sys.executable, "-c", script, *arguments]
    settings = os.environ | aws.environment() | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture(scope="module", params=[each.name for each in functions() if each.package is Package.IMAGE])
def image(request: Any, base: str, buildah: Buildah, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One parser's image, by the recipe from a folder that holds what `make bundle` makes."""
    (function,) = (each for each in functions() if each.name == request.param)
    folder = tmp_path_factory.mktemp("context")
    build(folder / "build/bundle", ARCHITECTURE, wheelhouse=ROOT / "build/wheels", only=[function])
    shutil.copy(ROOT / ".dockerignore", folder)
    (folder / "something-secret").write_text("not for an image")
    built_with = (f"--build-arg=FUNCTION={function.name}", f"--build-arg=ARCH={ARCHITECTURE}")
    buildah("bud", "--pull-never", "--tag", function.name, "--file", RECIPE, *built_with, folder)
    return str(function.name)


def test_an_image_reads_what_comes_in(image: str, buildah: Buildah, aws: emulator.Emulator) -> None:
    user_id, invoice_id, key = ours(aws, UPLOAD)
    event = {"Records": [{"s3": {"bucket": {"name": "invoices"}, "object": {"key": key}}}]}
    settings = [f"--env={name}={value}" for name, value in aws.environment().items()]
    container = buildah("from", "--pull-never", image)
    command = ["python3", "-c", RUN_AS_LAMBDA, f"lambdas.{image}.handler", json.dumps(event)]
    said = buildah("run", *settings, container, "--", *command)
    assert said.splitlines()[-1] == "993 False"
    assert ours(aws, LOOK, user_id, invoice_id) == ["8450", "ok"]


def test_an_image_holds_the_package_and_nothing_else_of_the_checkout(image: str, buildah: Buildah) -> None:
    container = buildah("from", "--pull-never", image)
    asked = "import os; print(*sorted(os.listdir()), os.path.exists('/package.zip'))"
    names = buildah("run", container, "--", "python3", "-c", asked).split()
    assert {"lambdas", "invoices", "pynamodb"} <= set(names) and names[-1] == "False"
    assert not {"something-secret", "build", "terraform", "tests", "django"} & set(names)
