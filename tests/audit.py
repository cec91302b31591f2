"""`make audit`: says what of requirements.lock breaks the time frames of docs/security.md, and then ends with 1.

pip-audit asks the package index what is known of each version. What is known and cannot be mended yet stands in tests/audit.toml with
the day it was found; what does not stand there is told at once, so that somebody mends it or writes the day down.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
LOCK: Final = ROOT / "requirements.lock"
# A vulnerability is mended within these, by whether anything of ours reaches it; everything is brought up to date within the last.
REACHED: Final = timedelta(days=7)
UNREACHED: Final = timedelta(days=30)
RENEWED: Final = timedelta(days=92)


def breaches(
    report: Mapping[str, Any], known: Sequence[Mapping[str, Any]], *, locked: date, today: date
) -> Iterator[str]:
    """What is out of its time, in words: of pip-audit's `report`, with what is `known`, for a lock made on the day `locked`."""
    if today - locked > RENEWED:
        yield f"requirements.lock is of {locked}: run `make lock`, every {RENEWED.days} days at the latest"
    noted = {(each["package"], each["id"]): each for each in known}
    for package in report["dependencies"]:
        if "skip_reason" in package:
            yield f"{package['name']} could not be looked at: {package['skip_reason']}"
        for found in package.get("vulns", ()):
            if late := _late(noted.get((package["name"], found["id"])), today=today):
                yield f"{package['name']} {package['version']}: {found['id']} {late}"


def _late(noted: Mapping[str, Any] | None, *, today: date) -> str:
    if noted is None:
        return "is not in tests/audit.toml: mend it, or write down when it was found"
    ends = noted["since"] + (REACHED if noted["reached"] else UNREACHED)
    return f"was to be mended by {ends}" if today > ends else ""


def locked_on(lock: str) -> date:
    """The day on which a lock file says it was made."""
    said = re.search(r"^# Made by `make lock` on (\d{4}-\d{2}-\d{2})", lock)
    assert said, "a lock says when it was made"
    return date.fromisoformat(said[1])


def main(pip_audit: str) -> int:
    asked = [pip_audit, "--requirement", str(LOCK), "--no-deps", "--disable-pip", "--format", "json"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    known = tomllib.loads((ROOT / "tests/audit.toml").read_text())["known"]
    today = datetime.now(UTC).date()
    found = list(breaches(json.loads(told), known, locked=locked_on(LOCK.read_text()), today=today))
    print("\n".join(found) or "Everything deployed keeps to the time frames of docs/security.md.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
