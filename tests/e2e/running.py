"""A sandbox as `make run` starts it: another process, known by what it prints, used over HTTP alone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import boto3
import requests

from paypulse.sandbox.emulator import REGION
from paypulse.sandbox.people import ALICE, STINA
from paypulse.sandbox.visitor import Visitor

ROOT = Path(__file__).parents[2]
BUCKET = "rental-invoices-bucket"
_PATIENCE = 240
T = TypeVar("T")


class Running:
    """A running sandbox: its addresses, its people's passwords, and what it printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.passwords: dict[str, str] = {}
        self.start()

    def start(self) -> None:
        """`make run`, on free ports, until it says that all is up."""
        command = [sys.executable, "-u", "-m", "paypulse.sandbox", "run", "--folder", str(self.folder), "--port", "0"]
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR", "LANG")}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=kept, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.output = "".join(self._until_up())
        addresses = dict(re.findall(r"^  (PayPulse|API|Google|AWS) +(http\S+?)/?$", self.output, re.MULTILINE))
        self.site, self.api = addresses["PayPulse"], addresses["API"]
        self.google, self.aws = addresses["Google"], addresses["AWS"]
        self.passwords |= dict(re.findall(r"^  (?:person|staff) +(\S+) +([\w-]{20})$", self.output, re.MULTILINE))

    def _until_up(self) -> Iterator[str]:
        assert self.process.stdout
        for line in self.process.stdout:
            yield line
            if "Ctrl-C" in line:
                return
        raise AssertionError("the sandbox did not come up")

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self._ended()

    def crash(self) -> None:
        """The power goes: nothing gets to say goodbye."""
        emulators = (self.folder / "emulator.pid").read_text()
        self.process.kill()
        os.killpg(int(emulators), signal.SIGKILL)
        self._ended()

    def rest(self) -> str:
        """What it printed since it was up; waits for its end."""
        return self.process.stdout.read() if self.process.stdout and not self.process.stdout.closed else ""

    def _ended(self) -> int:
        code = self.process.wait(timeout=_PATIENCE)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    # -- the people

    def alice(self) -> Visitor:
        """A browser in which the person with the mailbox is signed in."""
        return self._signed_in(ALICE[0])

    def stina(self) -> Visitor:
        """A browser in which the member of staff is signed in."""
        return self._signed_in(STINA[0])

    def _signed_in(self, email: str) -> Visitor:
        visitor = Visitor(self.site)
        visitor.send(
            visitor.open("/accounts/sign-in/"), "/accounts/sign-in/", email=email, password=self.passwords[email]
        )
        return visitor

    # -- the world around it

    def deliver(self, raw: bytes) -> str:
        """A mail arrives in the demo mailbox; returns its message id."""
        mail = {"email": ALICE[0], "raw": b64encode(raw).decode()}
        return str(requests.post(f"{self.google}/_control/deliver", json=mail, timeout=10).json()["id"])

    def letters(self) -> list[dict[str, Any]]:
        """What PayPulse sent by mail so far."""
        answer = requests.get(f"{self.aws}/_ministack/ses/messages", timeout=10).json()
        return [mail for mails in answer["messages"].values() for mail in mails]

    def client(self, service: str) -> Any:
        """A client of the emulator's AWS."""
        return boto3.client(service, endpoint_url=self.aws, region_name=REGION)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Every row of a table, as DynamoDB writes them."""
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        return [item for page in pages for item in page["Items"]]

    def keys(self) -> list[str]:
        """The names of all originals."""
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        return [each["Key"] for page in pages for each in page.get("Contents", ())]


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """A sandbox in `folder` until the block ends."""
    sandbox = Running(folder)
    try:
        yield sandbox
    finally:
        if sandbox.process.poll() is None:
            sandbox.stop()
        else:
            print(f"the sandbox had ended by itself: {sandbox.process.returncode}", sandbox.rest())


def eventually(what: Callable[[], T], *, within: float = 60) -> T:
    """What `what` gives as soon as it is true. Fails when it is not in time."""
    deadline = time.monotonic() + within
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.5)
    return found
