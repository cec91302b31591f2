"""Run as a process of its own: provisions the emulator that the environment names as `make run` does."""

from __future__ import annotations

import sys
from pathlib import Path

from lambdas.bundle import build_local
from lambdas.catalogue import functions
from paypulse.sandbox import provision

provision.make_tables()
provision.make_buckets()
provision.make_queues()
provision.make_key()
provision.make_sender()
provision.make_push()
built = build_local(Path(sys.argv[1]) / "functions")
packages = [provision.Package(function, each.path) for function, each in zip(functions(), built, strict=True)]
for _ in provision.deploy(packages, {}):
    pass
provision.connect(functions())
provision.make_api(functions())
