"""Write both lock files: exact versions of everything pyproject.toml asks for, and no index address."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = {"requirements.lock": ("web", "sandbox"), "requirements-dev.lock": ("web", "sandbox", "dev")}


def resolved(requirements: list[str]) -> list[str]:
    """`name==version` lines of a fresh environment into which `requirements` were installed."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.run([*pip, "install", *requirements], check=True)
        frozen = subprocess.run([*pip, "freeze"], check=True, capture_output=True, text=True).stdout
    return sorted(line for line in frozen.splitlines() if "==" in line)


def main() -> None:
    made = f"# Made by `make lock` on {datetime.now(UTC).date()}; do not edit."
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name, extras in LOCKS.items():
        wanted = [
            *project["dependencies"],
            *(each for extra in extras for each in project["optional-dependencies"][extra]),
        ]
        (ROOT / name).write_text(f"{made}\n" + "\n".join(resolved(wanted)) + "\n")


if __name__ == "__main__":
    main()
