"""`python -m tests.contract.terraform_static DIR`: format, then validity where a provider is in reach; says what it left out.

A schema checker named by the variable TFCHECK (a script that takes the folder) is run as well.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.contract.terraforming import plugin_folder


def main(folder: Path) -> int:
    """Run what this machine can; gives back the exit code of the first check that fails."""
    checks = [*_checker(folder), *_terraform(folder)]
    return next((code for code in (run() for run in checks) if code), 0)


def _checker(folder: Path):
    script = os.environ.get("TFCHECK")
    return [lambda: _ran([sys.executable, script, str(folder)], Path.cwd())] if script else []


def _terraform(folder: Path):
    if not shutil.which("terraform"):
        print("terraform: left out format and validity, there is no terraform on this machine")
        return []
    formatted = [lambda: _ran(["terraform", "fmt", "-check", "-diff", "-recursive", str(folder.resolve())], Path.cwd())]
    plugins = plugin_folder()
    if not plugins:
        print("terraform: left out validity, there is no AWS provider in a local plugin folder")
        return formatted
    return [*formatted, lambda: _valid(folder, plugins)]


def _valid(folder: Path, plugins: Path) -> int:
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made) / "terraform"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        (Path(made) / "lambdas").mkdir()
        shutil.copy(folder.parent / "lambdas/functions.yaml", Path(made) / "lambdas")
        code = _ran(["terraform", "init", "-no-color", f"-plugin-dir={plugins}"], copy, quiet=True)
        return code or _ran(["terraform", "validate", "-no-color"], copy)


def _ran(command: list[str], folder: Path, *, quiet: bool = False) -> int:
    with tempfile.NamedTemporaryFile("w", suffix=".rc") as settings:
        settings.write("disable_checkpoint = true\n")
        settings.flush()
        environment = {**os.environ, "TF_CLI_CONFIG_FILE": settings.name, "TF_IN_AUTOMATION": "1"}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode or not quiet:
        print(done.stdout + done.stderr, end="")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
