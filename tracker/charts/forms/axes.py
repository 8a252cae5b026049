"""Axes: where a plot stands in its scene, its grid of values, and its months or days."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.charts.look import type as letters
from tracker.charts.look.figure import WIDE
from tracker.charts.look.numbers import MONTHS
from tracker.charts.look.scene import Scene

NARROW_BELOW = 520.0  # pixels: below it a figure is drawn as on a phone
_STEPS = (1, 2, 2.5, 5, 10)
MONTHS_NAMED = 14  # up to so many months each has its name below it


@dataclass(frozen=True)
class Sizes:
    """Text sizes of a plot in pixels."""

    axis: float
    label: float
    small: float
    is_narrow: bool


def sizes(width: float) -> Sizes:
    """Return the text sizes of a plot of a width."""
    return Sizes(11.5, 12.5, 10.5, True) if width < NARROW_BELOW else Sizes(12.5, 13.5, 11.5, False)


def height_of(width: float, wide: float = 430, narrow: float = 330) -> float:
    """Return how high a plot of a width is where nothing else asks: `wide` at 840 pixels, `narrow` on a phone."""
    return narrow if width < NARROW_BELOW else wide * min(1.15, max(0.75, width / WIDE))


@dataclass(frozen=True)
class Panel:
    """The plot's own rectangle within a scene, and the values of its edges."""

    left: float
    top: float
    right: float
    bottom: float
    first: float  # positions
    last: float
    floor: float  # values
    ceiling: float
    is_log: bool = False

    def x(self, position: float) -> float:
        """Return the pixel of a position."""
        return self.left + (position - self.first) / ((self.last - self.first) or 1) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Return the pixel of a value; on a logarithmic axis what is below the floor stands on it."""
        if self.is_log:
            held = max(value, self.floor)
            part = math.log(held / self.floor) / (math.log(self.ceiling / self.floor) or 1)
        else:
            part = (value - self.floor) / ((self.ceiling - self.floor) or 1)
        return self.bottom - part * (self.bottom - self.top)


def ticks(highest: float, most: int = 6) -> list[float]:
    """Return round values from nothing to `highest` or just above it, four to six of them."""
    if highest <= 0:
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(highest / 5))
    for step in (each * scale * power for scale in (1, 10) for each in _STEPS):
        if math.ceil(highest / step - 1e-9) < most:
            return [round(step * at, 12) for at in range(math.ceil(highest / step - 1e-9) + 1)]
    raise AssertionError("a step of ten powers always fits")


def log_ticks(least: float, highest: float) -> list[float]:
    """Return powers of ten around the values, at least two."""
    low = math.floor(math.log10(least)) if least > 0 else 0
    high = max(low + 1, math.ceil(math.log10(highest))) if highest > 0 else low + 1
    return [10.0**at for at in range(low, high + 1)]


def value_axis(scene: Scene, panel: Panel, values: Sequence[float], texts: Sequence[str], look: Sizes) -> None:
    """Draw the grid: labels left of the plot, on a phone inside, above their line; in a low plot every other one."""
    line = look.axis * (letters.ASCENT + letters.DESCENT)
    free = math.inf  # the lowest pixel at which a label touches none before
    for value, text in zip(values, texts, strict=True):
        y = panel.y(value)
        scene.line([(panel.left, y), (panel.right, y)], "axis" if value == values[0] else "grid")
        if y > free:
            continue
        free = y - line
        if not look.is_narrow:
            scene.text(panel.left - 8, y + 4, text, look.axis, "muted", anchor="end")
        elif value != values[0]:
            scene.text(panel.left, y - 4, text, look.axis, "muted", halo=True)


def gutter(texts: Sequence[str], look: Sizes) -> float:
    """Return how many pixels the labels of values take left of a plot."""
    return 0.0 if look.is_narrow else max((letters.width(each, look.axis) for each in texts), default=0) + 8


Ticks = Callable[[float, Sizes], list[tuple[float, str]]]  # room in pixels, sizes -> positions and their texts


def time_axis(scene: Scene, panel: Panel, marks: Ticks, look: Sizes) -> None:
    """Draw ticks with texts below the plot, never outside the scene and never one over another."""
    end = -math.inf
    for position, text in marks(panel.right - panel.left, look):
        x = panel.x(position)
        wide = letters.width(text, look.axis)
        at = min(max(x, wide / 2), scene.width - wide / 2)
        scene.line([(x, panel.bottom), (x, panel.bottom + 5)], "axis")
        if at - wide / 2 > end + 6:
            scene.text(at, panel.bottom + 18, text, look.axis, "muted", anchor="middle")
            end = at + wide / 2


def step_of_counting(scene: Scene, panel: Panel, position: float) -> None:
    """Draw a diamond on the axis: from there on something else is counted."""
    x, y = panel.x(position), panel.bottom
    scene.line([(x, y), (x, y - 18)], "muted", 1.0, dash=(1.5, 2.5))
    scene.area([(x, y - 4.5), (x + 3.5, y), (x, y + 4.5), (x - 3.5, y)], "muted")


def month_ticks(months: Sequence[str]) -> Ticks:
    """Return the ticks of YYYY-MM at positions 0, 1, ...: the year at January, names of months up to 14 of them."""

    def marks(room: float, look: Sizes) -> list[tuple[float, str]]:
        named = [(at, _month_name(month, at == 0)) for at, month in enumerate(months)]
        wide = max((letters.width(text, look.axis) for _, text in named), default=0) + 8
        if len(months) <= MONTHS_NAMED:
            step = max(1, math.ceil(wide * len(months) / room))
            return [(at, text) for at, text in named if at % step == 0]
        return [(at, month[:4]) for at, month in enumerate(months) if month.endswith("-01")]

    return marks


def day_ticks(first: date, last: date) -> Ticks:
    """Return the ticks of days at positions 0 (the first), 1, ...: days, or months, or years, as there is room."""

    def marks(room: float, look: Sizes) -> list[tuple[float, str]]:
        span = (last - first).days
        days = [first + timedelta(days=at) for at in range(span + 1)]
        starts = [day for day in days if day.day == 1]
        if span < 62:
            step = max(1, math.ceil((span + 1) * 52 / room))
            chosen = [day for at, day in enumerate(reversed(days)) if at % step == 0][::-1]
            texts = [f"{day.day} {MONTHS[day.month - 1]}" for day in chosen]
        elif len(starts) <= MONTHS_NAMED and len(starts) * 60 <= room:
            chosen, texts = starts, [_month_name(f"{day:%Y-%m}", at == 0) for at, day in enumerate(starts)]
        else:
            chosen = [day for day in starts if day.month == 1 or (span < 800 and day.month == 7)]
            texts = [f"{day.year}" if day.month == 1 else f"Jul {day.year}" for day in chosen]
        return [((day - first).days, text) for day, text in zip(chosen, texts, strict=True)]

    return marks


def _month_name(month: str, is_first: bool) -> str:
    name = MONTHS[int(month[5:7]) - 1]
    return f"{name} {month[:4]}" if is_first or month.endswith("-01") else name
