"""python -m tests.fuzz.parsing --minutes 10 [FOLDER]: fuzzes every door of the reader, each in a process of its own.

With atheris installed the mutations follow the reader's own branches; without it they are random. What fails is written
to the folder given by --out, and the command ends with 1.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from random import Random

_TOKENS = [
    b"<td>",
    b"</table>",
    b"0",
    b"9" * 30,
    b"-",
    b",",
    b".",
    b"\xff\xfe",
    b"\x00",
    b"&nbsp;",
    b"Total",
    b"kr",
    b"%",
    b"\r\n\r\n",
    b"--",
    b"=?utf-8?b?",
    b"]]>",
]
_GRACE = 60


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    if options.target:
        return _one(options)
    from tests.fuzz.targets import Target

    targets = [target for target in Target if target is not Target.FOLDER or options.folder]
    seconds = max(1, int(options.minutes * 60 / len(targets)))
    failed = [target for target in targets if not _in_process(target, seconds, options)]
    print(
        f"{len(targets) - len(failed)} of {len(targets)} targets held"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.parsing", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="files to mutate beside our own documents")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "paypulse-fuzz")
    parser.add_argument(
        "--engine",
        choices=("atheris", "random"),
        default="atheris" if importlib.util.find_spec("atheris") else "random",
    )
    parser.add_argument("--target", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, default=60, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _in_process(target: str, seconds: int, options: argparse.Namespace) -> bool:
    """Whether the target held for that long; a process that dies or hangs has not."""
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.parsing",
        "--target",
        target,
        "--seconds",
        str(seconds),
        "--seed",
        str(options.seed),
    ]
    command += [
        "--engine",
        options.engine,
        "--out",
        str(options.out),
        *([str(options.folder)] if options.folder else []),
    ]
    print(f"{target}: {seconds} s with {options.engine}", flush=True)
    began = time.monotonic()
    try:
        done = subprocess.run(
            command, timeout=seconds + _GRACE, capture_output=True, text=True, errors="replace", check=False
        )
    except subprocess.TimeoutExpired:
        print(f"  hangs: no end {_GRACE} s after its time")
        return False
    print(f"  {_last(done)} ({time.monotonic() - began:.0f} s, exit {done.returncode})", flush=True)
    return done.returncode == 0


def _last(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    if done.returncode:
        return "\n  ".join(lines[-25:])
    return next((line for line in reversed(lines) if "runs" in line), lines[-1] if lines else "")


def _one(options: argparse.Namespace) -> int:
    options.out.mkdir(parents=True, exist_ok=True)
    return _guided(options) if options.engine == "atheris" else _random(options)


def _guided(options: argparse.Namespace) -> int:
    """libFuzzer ends the process itself; its exit code says whether an input failed."""
    import atheris

    with atheris.instrument_imports(include=["invoices.parsing"]):
        from tests.fuzz.targets import MAX_BYTES, MAX_SECONDS, Target
    target = Target(options.target)
    with tempfile.TemporaryDirectory() as corpus:
        for seed in target.seeds(options.folder):
            if len(seed) <= MAX_BYTES:
                (Path(corpus) / sha256(seed).hexdigest()).write_bytes(seed)
        limits = [
            f"-max_total_time={options.seconds}",
            f"-timeout={MAX_SECONDS:.0f}",
            f"-max_len={MAX_BYTES}",
            "-rss_limit_mb=1500",
        ]
        atheris.Setup(
            [
                sys.argv[0],
                corpus,
                *limits,
                f"-seed={options.seed}",
                f"-artifact_prefix={options.out}/",
                "-print_final_stats=1",
            ],
            target.run,
        )
        atheris.Fuzz()
    return 0


def _random(options: argparse.Namespace) -> int:
    from tests.fuzz.targets import Target

    target, random = Target(options.target), Random(options.seed)
    seeds, until, runs = target.seeds(options.folder), time.monotonic() + options.seconds, 0
    while time.monotonic() < until:
        data = mutated(random.choice(seeds), random, other=random.choice(seeds))
        try:
            target.run(data)
        except Exception:  # anything that came through is the finding
            _keep(options.out / f"{target}-{sha256(data).hexdigest()[:16]}", data)
            return 1
        runs += 1
    print(f"{runs} runs")
    return 0


def _keep(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    traceback.print_exc()
    print(f"input kept as {path}")


def mutated(data: bytes, random: Random, *, other: bytes) -> bytes:
    """The data with one to twelve random changes: bytes flipped, cut, doubled, taken from `other`, or words put in."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 12)):
        at = random.randint(0, len(changed))
        length = random.choice((1, 2, 8, 64, 512))
        _CHANGES[random.randrange(len(_CHANGES))](changed, at, length, random, other)
    return bytes(changed[:500_000])


def _flip(data: bytearray, at: int, length: int, random: Random, other: bytes) -> None:
    if at < len(data):
        data[at] ^= 1 << random.randrange(8)


def _cut(data: bytearray, at: int, length: int, random: Random, other: bytes) -> None:
    del data[at : at + length]


def _double(data: bytearray, at: int, length: int, random: Random, other: bytes) -> None:
    data[at:at] = bytes(data[at : at + length]) * random.choice((1, 1, 4, 40))


def _splice(data: bytearray, at: int, length: int, random: Random, other: bytes) -> None:
    start = random.randint(0, len(other))
    data[at : at + length] = other[start : start + length]


def _insert(data: bytearray, at: int, length: int, random: Random, other: bytes) -> None:
    data[at:at] = random.choice(_TOKENS)


_CHANGES = (_flip, _cut, _double, _splice, _insert)

if __name__ == "__main__":
    sys.exit(main())
