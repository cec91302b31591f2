"""`python -m paypulse.sandbox run`: see run.py."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from paypulse.sandbox.run import run


def main() -> int:
    """Read the command line and run. Returns the exit code."""
    parser = ArgumentParser(
        prog="python -m paypulse.sandbox", description="PayPulse on one machine, with invented mail."
    )
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("run", help="start everything and serve the site")
    command.add_argument("--folder", type=Path, default=Path(".sandbox"), help="where the data lives (.sandbox)")
    command.add_argument("--port", type=int, default=8000, help="the site's port, if it is free (8000)")
    command.add_argument("--new-passwords", action="store_true", help="choose and print new passwords")
    command.set_defaults(command=run)
    asked = parser.parse_args()
    exit_code: int = asked.command(asked)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
