"""Many at once against the emulator, whose writes are atomic as DynamoDB's are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from paypulse.sandbox import emulator

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.sandbox


def test_one_holder_of_an_address_and_one_renewal(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GOOGLE_", "PAYPULSE_"))}
    with emulator.running(tmp_path) as aws:
        done = subprocess.run(
            [sys.executable, "-m", "tests.e2e.racing"],
            cwd=ROOT,
            env={**kept, **aws.environment()},
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["signups"] == {"made": 1, "people": 1, "claims": 1, "others": ["UserExistsError"]}
    assert found["renewals"] == {"failed": [], "calls": 1}
