"""What docs/security.md says is shown by a test, is shown by a test."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = sorted(set(re.findall(r"(tests/[\w/]+\.py)::(test_\w+)", (ROOT / "docs/security.md").read_text("utf-8"))))


def test_the_document_names_tests() -> None:
    assert len(NAMED) > 40


@pytest.mark.parametrize("path", sorted({path for path, _ in NAMED}))
def test_every_named_test_exists(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {name for where, name in NAMED if where == path} - there == set()


def test_every_row_that_is_held_names_its_test() -> None:
    rows = (ROOT / "docs/security.md").read_text("utf-8").splitlines()
    held = [row for row in rows if "| held |" in row]
    assert held and [row for row in held if "::test_" not in row] == []
