"""How the sandbox behaves towards the person at the terminal and the rest of the machine."""

from __future__ import annotations

import socket
from argparse import Namespace
from io import StringIO
from pathlib import Path

import pytest

from paypulse.sandbox.emulator import free_port
from paypulse.sandbox.run import AlreadyRunningError, alone, sandbox
from paypulse.sandbox.show import Show


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def counted(out: StringIO) -> str:
    with Show(out).step("Inbox") as step:
        for _ in step.each(range(4), 4):
            step.note = "4 mails"
    return out.getvalue()


def test_a_file_gets_one_line_a_step() -> None:
    assert counted(StringIO()).splitlines() == [" ✓ Inbox                                0.0 s  4 mails"]


def test_a_terminal_sees_the_bar_move() -> None:
    drawn = counted(Terminal())
    assert "[######..................] 1/4" in drawn
    assert "[########################] 4/4" in drawn
    assert drawn.endswith("4 mails\n")


def test_a_port_in_use_is_left_alone() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) != port


def test_a_free_port_is_taken_as_asked() -> None:
    port = free_port()
    assert free_port(port) == port


def test_two_cannot_run_on_one_folder(tmp_path: Path) -> None:
    asked = Namespace(folder=tmp_path, port=0, new_passwords=False)
    with alone(tmp_path), pytest.raises(AlreadyRunningError, match="stop that one"), sandbox(asked, Show(StringIO())):
        pass
