"""A PDF page that is written on from the top; the same writing gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

_HEIGHT = A4[1]


class Sheet:
    """One A4 page; places are points from the left and from the top."""

    def __init__(self, author: str) -> None:
        self._bytes = BytesIO()
        self._canvas = Canvas(self._bytes, pagesize=A4, invariant=1)
        self._canvas.setAuthor(author)

    def write(
        self, text: str, at: tuple[float, float], *, size: float = 9, bold: bool = False, right: bool = False
    ) -> None:
        self._canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
        draw = self._canvas.drawRightString if right else self._canvas.drawString
        draw(at[0], _HEIGHT - at[1], text)

    def column(self, texts: Sequence[str], at: tuple[float, float], *, step: float = 14, right: bool = False) -> None:
        """The texts beneath each other."""
        for count, text in enumerate(texts):
            self.write(text, (at[0], at[1] + count * step), right=right)

    def pairs(self, pairs: Sequence[tuple[str, str | None]], at: tuple[float, float], *, across: float = 120) -> float:
        """Labels with their values beside them, a pair without a value left out; the height after the last."""
        shown = [(label, value) for label, value in pairs if value]
        for count, (label, value) in enumerate(shown):
            self.write(label, (at[0], at[1] + 14 * count))
            self.write(value, (at[0] + across, at[1] + 14 * count))
        return at[1] + 14 * len(shown)

    def row(self, cells: tuple[str, str, str] | Sequence[str], top: float) -> None:
        """A short cell, a text and an amount at the right edge."""
        for text, left in zip(cells[:2], (60, 110), strict=True):
            self.write(text, (left, top))
        self.write(cells[2], (535, top), right=True)

    def rule(self, top: float) -> None:
        self._canvas.setLineWidth(0.5)
        self._canvas.line(50, _HEIGHT - top, 545, _HEIGHT - top)

    def page(self) -> None:
        """Begin another page."""
        self._canvas.showPage()

    def finished(self) -> bytes:
        self._canvas.save()
        return self._bytes.getvalue()
