"""Charts as shapes: plain numbers that a template draws as SVG attributes, and a table tells again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """One coloured piece of a column, in the chart's own units from its top left corner."""

    name: str
    amount: Decimal
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One month (or other step): its label, its whole amount (None without any) and its pieces from the bottom up."""

    label: str
    total: Decimal | None
    center: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale and the amount it stands for."""

    y: float
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked columns on a scale; `names` are the pieces that occur, in the order they are stacked."""

    width: int
    height: int
    left: int
    baseline: float
    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """The same chart drawn for a wide screen and for a phone."""

    wide: Chart
    narrow: Chart


def both(
    steps: Sequence[tuple[str, Mapping[str, Decimal]]], *, order: Sequence[str], height: int = 260, width: int = 760
) -> Pair:
    """The chart of `steps` for both widths."""
    wide = stacked(steps, order=order, height=height, width=width)
    return Pair(wide, stacked(steps, order=order, width=360, height=min(height, 220)))


def stacked(
    steps: Sequence[tuple[str, Mapping[str, Decimal]]], *, order: Sequence[str], width: int = 760, height: int = 260
) -> Chart:
    """Columns of `steps` (label, amounts by name), pieces stacked in `order`. Negative pieces are left out of the drawing."""
    left, top, bottom = (52 if width > 500 else 38), 12, 26
    space, baseline = height - top - bottom, float(height - bottom)
    whole = [sum((max(amount, Decimal(0)) for amount in amounts.values()), Decimal(0)) for _, amounts in steps]
    scale = ticks(max(whole, default=Decimal(0)))
    unit = space / float(scale[-1]) if scale[-1] else 0.0
    step = (width - left) / max(len(steps), 1)
    columns = tuple(
        _column(label, amounts, order, at=(left + step * index, step), ground=(baseline, unit))
        for index, (label, amounts) in enumerate(steps)
    )
    names = tuple(name for name in order if any(name in amounts for _, amounts in steps))
    lines = tuple(Tick(round(baseline - float(amount) * unit, 1), amount) for amount in scale)
    return Chart(width, height, left, baseline, columns, lines, names)


def _column(
    label: str,
    amounts: Mapping[str, Decimal],
    order: Sequence[str],
    *,
    at: tuple[float, float],
    ground: tuple[float, float],
) -> Column:
    (start, step), (level, unit) = at, ground
    width = min(step * 0.62, 44.0)
    x = start + (step - width) / 2
    bars = []
    for name in order:
        height = float(max(amounts.get(name, Decimal(0)), Decimal(0))) * unit
        if height:
            level -= height
            bars.append(Bar(name, amounts[name], round(x, 1), round(level, 1), round(width, 1), round(height, 1)))
    total = sum(amounts.values(), Decimal(0)) if amounts else None
    return Column(label, total, round(start + step / 2, 1), tuple(bars))


def ticks(highest: Decimal, *, count: int = 4) -> tuple[Decimal, ...]:
    """Round amounts from zero to at least `highest`, at most `count` steps of 1, 2, 2.5 or 5 times a power of ten."""
    if highest <= 0:
        return (Decimal(0),)
    power = Decimal(1).scaleb((highest / count).adjusted())
    size = next(power * each for each in map(Decimal, ("1", "2", "2.5", "5", "10")) if power * each * count >= highest)
    steps = int((highest / size).to_integral_value(ROUND_CEILING))
    return tuple(size * index for index in range(steps + 1))


def spark(amounts: Sequence[Decimal], *, width: int = 104, height: int = 28) -> tuple[Bar, ...]:
    """Small bars for a run of amounts, the highest as tall as the drawing."""
    highest = max((max(amount, Decimal(0)) for amount in amounts), default=Decimal(0))
    step = width / max(len(amounts), 1)
    return tuple(
        Bar("", amount, round(step * index + 1, 1), round(height - tall, 1), round(step - 2, 1), round(tall, 1))
        for index, amount in enumerate(amounts)
        for tall in [max(float(max(amount, Decimal(0)) / highest) * height, 1.5) if highest else 1.5]
    )
