"""Rubbish is looked for later while modules are imported, and as usual from the first look on."""

from __future__ import annotations

import subprocess
import sys

SAID = """
import gc
usual = gc.get_threshold()
import lambdas.get_user_profile
later = gc.get_threshold()
gc.collect()
print(later[0] > 100 * usual[0], gc.get_threshold() == usual)
"""


def test_a_function_looks_for_rubbish_as_usual_once_it_is_ready() -> None:
    done = subprocess.run([sys.executable, "-c", SAID], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
