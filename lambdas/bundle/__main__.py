"""`python -m lambdas.bundle OUT [--local] [--arch arm64] [--only NAME ...]`: pack the functions and print how large each became."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from lambdas.bundle import Architecture, Built, build, build_local
from lambdas.bundle.bytecode import RUNTIME
from lambdas.catalogue import functions
from paypulse.core.errors import PayPulseError

# A package is unpacked at every cold start; and 50 MB is the most that Lambda takes by hand.
LARGEST: Final = 20_000_000


def main(arguments: Iterable[str]) -> int:
    """Build, print the table, and give back the exit code: 1 when a package cannot be built or is too large."""
    asked = _parser().parse_args(list(arguments))
    try:
        built = _build(asked)
    except PayPulseError as error:
        print(f"bundle: {error}", file=sys.stderr)
        return 1
    _report(built, asked.out)
    for each in too_large(built):
        print(f"bundle: {each} has more than {LARGEST // 1_000_000} MB", file=sys.stderr)
    return int(bool(too_large(built)))


def too_large(built: Iterable[Built], *, largest: int = LARGEST) -> list[str]:
    """The names of the packages with more than `largest` bytes."""
    return [each.name for each in built if each.size > largest]


def _build(asked: Namespace) -> tuple[Built, ...]:
    chosen = [each for each in functions() if each.name in asked.only or not asked.only]
    if asked.local:
        return build_local(asked.out, only=chosen)
    wheelhouse = asked.wheels or asked.out / "wheels"
    return tuple(each for arch in asked.arch for each in build(asked.out, arch, wheelhouse=wheelhouse, only=chosen))


def _report(built: Iterable[Built], out: Path) -> None:
    lines = [f"{'package':<44}{'MB':>8}{'unpacked':>10}{'files':>7}{'wheels':>8}"]
    lines += [
        f"{each.path.relative_to(out).as_posix():<44}{each.size / 1e6:>8.2f}{each.unpacked / 1e6:>10.2f}{each.files:>7}{len(each.wheels):>8}"
        for each in built
    ]
    if any(each.wheels and not each.bytecode for each in built):
        lines.append(f"No Python {RUNTIME} here: the packages carry no bytecode and start slower.")
    print("\n".join(lines))
    (out / "sizes.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m lambdas.bundle", description="Pack the functions into repeatable ZIPs.")
    parser.add_argument("out", type=Path, help="folder to write to")
    parser.add_argument("--local", action="store_true", help="our own code alone, for the emulator")
    parser.add_argument(
        "--arch", type=Architecture, nargs="+", default=list(Architecture), help="arm64, x86_64 or both"
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these functions alone")
    parser.add_argument("--wheels", type=Path, help="folder that keeps the wheels (OUT/wheels)")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
