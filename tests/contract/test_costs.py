"""The figures in docs/deploy.md are the ones its script computes."""

from __future__ import annotations

import re
import subprocess
import sys

from lambdas.bundle.imports import ROOT


def test_the_costs_in_the_guide_are_the_scripts() -> None:
    printed = subprocess.run(
        [sys.executable, str(ROOT / "docs/costs.py")], capture_output=True, text=True, check=True
    ).stdout
    computed = re.findall(r"\*\*together\*\* \| \| \| \*\*([\d,.]+)\*\*", printed)[:3]
    guide = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| [\d,]+ \| ([\d,.]+) \|", guide, re.MULTILINE)
    assert told == computed, "run docs/costs.py and take its sums over into docs/deploy.md"
