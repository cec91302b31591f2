"""`python -m tests.faults --mails N --faults N --seed S`: prints what was injected and what came out differently (nothing)."""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from contextlib import redirect_stdout
from functools import partial
from io import StringIO

os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")

from bench._engine import engine
from paypulse.core.config import config
from paypulse.sandbox.google import FakeGoogle
from tests import conftest
from tests.faults.harness import Report, compare
from tests.faults.mailbox import fill
from tests.feature.invoices.world import World


def main() -> int:
    """0 when both runs ended the same."""
    options = _options()
    started = time.monotonic()
    print(f"{options.mails:,} mails, {options.faults:,} faults, seed {options.seed}")
    with engine(), conftest.cloud(), FakeGoogle() as google:
        os.environ.update(google.environment())
        config.cache_clear()
        world = World.made(google)
        fill(world, mails=options.mails, seed=options.seed)
        # What the functions print meanwhile are their measures, for CloudWatch.
        with redirect_stdout(StringIO()):
            say = partial(print, file=sys.stderr)
            report = compare(world, mails=options.mails, faults=options.faults, seed=options.seed, say=say)
    _print(report, seconds=time.monotonic() - started)
    return 0 if report.is_good else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--faults", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    return parser.parse_args()


def _print(report: Report, *, seconds: float) -> None:
    for kind, count in sorted(report.injected.items()):
        print(f"  {count:7,} {kind}")
    print(
        f"  {sum(report.injected.values()):7,} faults over {report.mails:,} mails, {report.invoices:,} invoice rows, {seconds:.0f} s"
    )
    print(
        f"  {len(report.differences)} differences, {len(report.doubles)} double notifications, unfinished: {report.unfinished or 'none'}"
    )
    print(f"  {report.unconfirmed} notifications cut off while being sent, of which {report.untold} did not go out")
    for each in report.differences[:20]:
        print(f"    {each[:300]}")


if __name__ == "__main__":
    sys.exit(main())
