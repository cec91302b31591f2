"""What docs/security.md says is shown by a test, is shown by a test, and no requirement is left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/security.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"(tests/[\w/]+\.py)::(test_\w+)", DOCUMENT)))
# The sections of ASVS 5.0.0, and up to which number their requirements are of level 1 or 2; those of level 3 come after.
SECTIONS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3
6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4
10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4
13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3
"""
_ROW = re.compile(r"^\| ((?:\d+\.\d+\.\d+[–, ]*)+)[^|]*\| (held|does not apply) \| (.+) \|$", re.MULTILINE)


def rows() -> Iterator[str]:
    """The number of each requirement that the document has a row for."""
    for numbers, _state, _shown in _ROW.findall(DOCUMENT):
        for first, last in re.findall(r"(\d+\.\d+\.\d+)(?:–(\d+\.\d+\.\d+))?", numbers):
            section, _, start = first.rpartition(".")
            end = (last or first).rpartition(".")[2]
            yield from (f"{section}.{number}" for number in range(int(start), int(end) + 1))


def test_every_requirement_has_one_row() -> None:
    wanted = [
        f"{section}.{number + 1}"
        for section, _, last in (each.partition(":") for each in SECTIONS.split())
        for number in range(int(last))
    ]
    found = list(rows())
    assert len(wanted) > 200 and sorted(found) == sorted(wanted)


def test_the_document_names_tests() -> None:
    assert len(NAMED) > 100


@pytest.mark.parametrize("path", sorted({path for path, _ in NAMED}))
def test_every_named_test_exists(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {name for where, name in NAMED if where == path} - there == set()


def test_a_row_is_held_by_a_test_or_says_why_it_does_not_apply_and_nothing_else() -> None:
    found = _ROW.findall(DOCUMENT)
    assert len(found) == len(re.findall(r"^\| \d+\.\d+\.\d+", DOCUMENT, re.MULTILINE)) > 150
    assert {state for _, state, _ in found} == {"held", "does not apply"}
    assert [row for row in found if row[1] == "held" and "::test_" not in row[2]] == []
    assert [row for row in found if row[1] != "held" and ("::" in row[2] or len(row[2].split()) < 3)] == []
