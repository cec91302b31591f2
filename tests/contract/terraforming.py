"""Running Terraform on a copy of the configuration, with the machine's own provider and a CLI configuration of the tests' own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lambdas.bundle import Architecture, build, build_local
from lambdas.bundle.imports import ROOT

PROVIDER = "registry.terraform.io/hashicorp/aws"
HOME = Path.home()
# Where Terraform itself looks for plugins, then where machines keep software.
FOLDERS = (
    HOME / ".terraform.d/plugins",
    HOME / ".local/share/terraform/plugins",
    Path("/usr/local/share/terraform/plugins"),
    Path("/usr/share/terraform/plugins"),
)
ROOTS = (Path("/opt"), Path("/usr/local"), Path("/usr/lib"), Path("/var/lib"), HOME)


@dataclass(frozen=True)
class Workspace:
    """A copy of terraform/ and functions.yaml with packages beside them, in which Terraform can be run."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, allowed: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
        """Run terraform with `arguments`; fails the test, showing what it said, unless the exit code is `allowed`."""
        settings = self.folder / "terraform.rc"
        settings.write_text("disable_checkpoint = true\n")
        own = {"TF_CLI_CONFIG_FILE": str(settings), "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=self.folder / "terraform",
            env={**os.environ, **self.environment, **own},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in allowed, f"terraform {arguments[0]}:\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
        return done


def workspace(folder: Path, environment: Mapping[str, str] | None = None, *, complete: bool = False) -> Workspace:
    """A fresh copy in `folder`, initialised, with every function's package: `complete` for this machine, or of our own code."""
    require_terraform()
    shutil.copytree(
        ROOT / "terraform", folder / "terraform", ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*")
    )
    (folder / "lambdas").mkdir()
    shutil.copy(ROOT / "lambdas/functions.yaml", folder / "lambdas/functions.yaml")
    bundle = folder / "build/bundle"
    if complete:
        build(bundle, Architecture.here(), wheelhouse=ROOT / "build/wheels")
    else:
        build_local(bundle / Architecture.ARM64)
    made = Workspace(folder, environment or {})
    made.run("init", "-no-color", f"-plugin-dir={require_provider()}")
    return made


def require_terraform() -> None:
    """Skip the test where there is no Terraform."""
    if not shutil.which("terraform"):
        pytest.skip("no terraform on this machine")


def require_provider() -> Path:
    """The plugin folder that holds the AWS provider; skips the test where there is none."""
    found = plugin_folder()
    if not found:
        pytest.skip("no AWS provider in a local plugin folder")
    return found


def plugin_folder() -> Path | None:
    """The plugin folder that holds the AWS provider, or None."""
    return next(_plugin_folders(), None)


def _plugin_folders() -> Iterator[Path]:
    named = os.environ.get("TERRAFORM_PLUGIN_DIR")
    candidates = [*([Path(named)] if named else []), *FOLDERS, *(each for root in ROOTS for each in _below(root))]
    return (folder for folder in candidates if (folder / PROVIDER).is_dir())


def _below(root: Path) -> Iterator[Path]:
    """The folders at `root` and two levels down that could be a plugin folder."""
    for pattern in ("", "*/", "*/*/"):
        try:
            yield from (found.parents[2] for found in root.glob(f"{pattern}{PROVIDER}"))
        except OSError:
            continue
