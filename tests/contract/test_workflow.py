"""What GitHub runs is what a machine runs, and nothing reaches AWS that was not checked and packed first."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from lambdas.bundle.imports import ROOT


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    jobs: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text(encoding="utf-8"))["jobs"]
    return jobs


def commands(job: dict[str, Any]) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def test_it_checks_with_the_one_script(jobs: dict[str, Any]) -> None:
    assert "bash .ci/run" in commands(jobs["check"])
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert all(f"\nmake {each}\n" in script for each in ("test", "static", "security"))


def test_it_packs_what_was_checked_and_plans_and_applies_what_was_packed(jobs: dict[str, Any]) -> None:
    assert (jobs["bundle"]["needs"], jobs["plan"]["needs"], jobs["apply"]["needs"]) == ("check", "bundle", "bundle")
    assert "make bundle package-web" in commands(jobs["bundle"])


def test_it_applies_tags_alone_and_plans_our_own_pull_requests_alone(jobs: dict[str, Any]) -> None:
    assert jobs["apply"]["if"] == "startsWith(github.ref, 'refs/tags/v')"
    assert jobs["apply"]["environment"] == "production"
    assert "github.event_name == 'pull_request'" in jobs["plan"]["if"]
    assert [
        name for name, job in jobs.items() if "terraform apply" in commands(job).replace("-chdir=terraform ", "")
    ] == ["apply"]


def test_what_is_deployed_is_audited_every_week() -> None:
    audit = yaml.safe_load((ROOT / ".github/workflows/audit.yml").read_text(encoding="utf-8"))
    ((when,),) = (each.values() for each in audit[True]["schedule"])  # YAML takes the word `on` for true
    assert re.fullmatch(r"\d+ \d+ \* \* MON", when) and commands(audit["jobs"]["audit"]).strip() == "make audit"
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\naudit: ")[2].partition("\n\n")[0]
    assert "tests/audit.py .audit-venv/bin/pip-audit" in recipe and "|| true" not in recipe


@pytest.mark.parametrize("name", ["plan", "apply"])
def test_a_plan_and_its_apply_have_the_same_settings(jobs: dict[str, Any], name: str) -> None:
    run = commands(jobs[name])
    assert '"$TFVARS" > terraform/terraform.tfvars' in run and "remote_state.tf" in run
    assert "-var=architecture=$ARCH -var=site_package=../build/site/$ARCH/site.zip" in run
