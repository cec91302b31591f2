"""A package's bill of materials in CycloneDX, without a date or a serial number, so that it repeats as the package does."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.metadata import distribution
from typing import Any

from lambdas.bundle.wheels import Wheel


def bill(name: str, wheels: Iterable[Wheel]) -> str:
    """The CycloneDX 1.6 document of the package `name`, as JSON text."""
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": name, "bom-ref": name}},
        "components": [_component(wheel) for wheel in wheels],
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def _component(wheel: Wheel) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": f"pkg:pypi/{wheel.name}@{wheel.version}",
        "purl": f"pkg:pypi/{wheel.name}@{wheel.version}",
        "name": wheel.name,
        "version": wheel.version,
        "hashes": [{"alg": "SHA-256", "content": wheel.sha256}],
        "licenses": [{"license": {"name": _licence(wheel.name)}}],
    }


def _licence(name: str) -> str:
    """What the distribution says of itself: its licence field's first line, or its trove classifier."""
    about = distribution(name).metadata
    classified = [
        each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or () if each.startswith("License ::")
    ]
    stated = [
        line.partition("\n")[0] for field in ("License-Expression", "License") for line in about.get_all(field) or ()
    ]
    return next(iter([*stated[:1], *classified]), "unstated")
