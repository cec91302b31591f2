"""The AWS of this machine: MiniStack in an environment of its own, kept in a folder, started and stopped with care."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

from paypulse.core.errors import PayPulseError

ROOT = Path(__file__).parents[2]
PINS = Path(__file__).with_name("emulator.txt")
ENVIRONMENT = ROOT / ".sandbox-venv"
REGION = "eu-north-1"
ACCOUNT = "000000000000"
_LOOPBACK = "127.0.0.1"
_PATIENCE = 60.0


class EmulatorError(PayPulseError):
    """The emulator did not install, start or answer; the message says what to look at."""


def install(python: Path | None = None) -> None:
    """Make the emulator's environment, unless it already holds exactly the pinned versions. Others who want it wait.

    `python` is what the emulator, and so its functions, run on: this process's own where none is named.
    """
    environment, maker = _environment(python), str(python or sys.executable)
    with environment.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        version = subprocess.run([maker, "-VV"], capture_output=True, text=True, check=True).stdout
        wanted = hashlib.sha256(PINS.read_bytes() + version.encode()).hexdigest()
        stamp = environment / "pins"
        if not (stamp.exists() and stamp.read_text() == wanted):
            _install(environment, maker)
            stamp.write_text(wanted)


def _install(environment: Path, maker: str) -> None:
    shutil.rmtree(environment, ignore_errors=True)
    pip = [str(environment / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in ([maker, "-m", "venv", str(environment)], [*pip, "--requirement", str(PINS)]):
        if subprocess.run(command, check=False).returncode:
            raise EmulatorError(f"{environment.name} could not be made; what {Path(command[0]).name} said is above")


def _environment(python: Path | None) -> Path:
    return ENVIRONMENT if python is None else ENVIRONMENT.with_name(f"{ENVIRONMENT.name}-{python.resolve().name}")


def free_port(wanted: int = 0) -> int:
    """`wanted` when nobody listens there, else a port that is free now."""
    for port in (wanted, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((_LOOPBACK, port))
            return int(probe.getsockname()[1])
    raise EmulatorError("this machine has no free port")


class Emulator:
    """A running MiniStack. What it holds lives in `folder`."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self.log = log

    def environment(self) -> dict[str, str]:
        """The settings that make AWS's libraries talk to it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def in_work(self) -> bool:
        """Whether a function runs, or a stream has records that its function has not seen."""
        return bool(requests.get(f"{self.url}/_sandbox/in-work", timeout=30).json()["in_work"])

    def outbox(self) -> list[Mapping[str, object]]:
        """The mails that SES would have sent, oldest first: To, Subject, BodyText, Timestamp, ..."""
        answer = requests.get(f"{self.url}/_ministack/ses/messages", timeout=10).json()
        return [mail for mails in answer["messages"].values() for mail in mails]

    def stop(self) -> None:
        """End it gently, so that it saves, and with it every function's process."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_PATIENCE)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def running(folder: Path, *, port: int = 0, rights: bool = False, python: Path | None = None) -> Iterator[Emulator]:
    """The emulator on a loopback port until the block ends. Raises EmulatorError when it does not come up."""
    emulator = start(folder, port=port, rights=rights, python=python)
    try:
        yield emulator
    finally:
        emulator.stop()


def start(folder: Path, *, port: int = 0, rights: bool = False, python: Path | None = None) -> Emulator:
    """Start the emulator with the state that `folder` keeps. Raises EmulatorError when it does not come up.

    With `rights` it allows each caller only what its policies allow; `python` is the one that it was installed for.
    """
    port = free_port(port)
    log = folder / "emulator.log"
    folder.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        # A session of its own: Ctrl-C in the terminal reaches us alone, and we stop it in order.
        process = subprocess.Popen(
            [str(_environment(python) / "bin/python"), str(Path(__file__).with_name("autosaving.py"))],
            env=_settings(folder, port) | ({"AUTH": "true"} if rights else {}),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    (folder / "emulator.pid").write_text(str(process.pid))
    emulator = Emulator(process, f"http://{_LOOPBACK}:{port}", log)
    _await(emulator)
    return emulator


def _settings(folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    return {
        **kept,
        "BIND_HOST": _LOOPBACK,
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": _LOOPBACK,
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "aws"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_WARM_TTL_SECONDS": "60",
        "LOG_LEVEL": "INFO",
        "TMPDIR": str(_made(folder / "tmp")),
    }


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _await(emulator: Emulator) -> None:
    deadline = time.monotonic() + _PATIENCE
    while emulator.process.poll() is None and time.monotonic() < deadline:
        with suppress(requests.RequestException):
            if requests.get(f"{emulator.url}/_ministack/ready", timeout=2).ok:
                return
        time.sleep(0.1)
    emulator.stop()
    raise EmulatorError(f"the AWS emulator did not start; see {emulator.log}")
