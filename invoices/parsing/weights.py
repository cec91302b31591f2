"""The weights that rank candidates, from weights.toml beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

Weights = Mapping[str, Mapping[str, float]]
SHIPPED = Path(__file__).parent / "weights.toml"


@cache
def shipped() -> Weights:
    """The shipped weights, by table (total, source, proof, date) and name."""
    with SHIPPED.open("rb") as file:
        table: Weights = tomllib.load(file)
    return table
