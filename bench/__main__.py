"""Run every benchmark, each in a process of its own so that none warms another up: `python -m bench [name ...]`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; gives the number that failed."""
    known = sorted(each.stem for each in Path(__file__).parent.glob("[a-z]*.py"))
    failed = 0
    for name in names or known:
        print(f"\n=== {name} " + "=" * (70 - len(name)), flush=True)
        failed += subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
