"""Telling the person at the terminal what happens: a line a step, with a bar where there is something to count."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO, TypeVar

_WIDTH = 34
_BAR = 24
T = TypeVar("T")


@dataclass
class Show:
    """Steps on a terminal, where the running one is redrawn, or in a file, where each is written once it is done."""

    out: TextIO = field(default_factory=lambda: sys.stdout)

    @property
    def live(self) -> bool:
        return self.out.isatty()

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """A step that took as long as the block; what it came to is in the step's `note`."""
        step = Step(self, title)
        step.draw()
        yield step
        self._write(f"\r\033[K{step.line('✓')}\n" if self.live else f"{step.line('✓')}\n")

    def say(self, *lines: str) -> None:
        """Plain lines."""
        self._write("".join(f"{line}\n" for line in lines))

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()


@dataclass
class Step:
    """One step. `count` moves its bar."""

    show: Show
    title: str
    note: str = ""
    done: int = 0
    total: int = 0
    started: float = field(default_factory=time.monotonic)

    def count(self, done: int, total: int, note: str = "") -> None:
        """So many of so many are done."""
        self.done, self.total, self.note = done, total, note
        self.draw()

    def each(self, things: Iterable[T], total: int) -> Iterator[T]:
        """The things one by one, counting them."""
        for number, thing in enumerate(things, start=1):
            yield thing
            self.count(number, total, self.note)

    def draw(self) -> None:
        """Redraw the line on a terminal; say nothing in a file."""
        if self.show.live:
            self.show._write(f"\r\033[K{self.line('·')}{self._bar()}")

    def line(self, mark: str) -> str:
        seconds = time.monotonic() - self.started
        return f" {mark} {self.title:<{_WIDTH}} {seconds:5.1f} s  {self.note}".rstrip()

    def _bar(self) -> str:
        if not self.total:
            return ""
        full = min(_BAR, _BAR * self.done // self.total)
        return f"  [{'#' * full}{'.' * (_BAR - full)}] {self.done}/{self.total}"
