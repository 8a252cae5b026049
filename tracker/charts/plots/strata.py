"""Panels of areas that sum to the whole over time, one a group, each part named with its value at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Panel, Sizes
from tracker.charts.forms.labels import spread
from tracker.charts.look import type as letters
from tracker.charts.look.numbers import label
from tracker.charts.look.scene import Point, Scene

_HEAD = 26.0  # pixels above a panel for its name
_FOOT = 26.0
_LEAST = 0.005  # parts that are smaller at the end have no label


@dataclass(frozen=True)
class Stratum:
    """One part of a panel: its short name, and its part of 1 at each position, None where the month is thin."""

    short: str
    role: str
    ink: str
    shares: Sequence[float | None]


@dataclass(frozen=True)
class Layered:
    """A panel: its name, what stands beside it, its parts from the top."""

    name: str
    small: str
    parts: Sequence[Stratum]
    told: Sequence[str] = ()


@dataclass(frozen=True)
class Strata:
    """Panels in rows on one time axis of `months`."""

    panels: Sequence[Layered]
    months: Sequence[str]

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width: three panels a row, two where there are four or on a phone."""
        look = axes.sizes(width)
        across = min(len(self.panels), 2 if look.is_narrow or len(self.panels) == 4 else 3)
        down = -(-len(self.panels) // across)
        tall = 150.0 if look.is_narrow else 190.0
        tall = max(tall, min(320.0, height / down)) if height else tall
        scene = Scene(width, tall * down)
        gap = 14.0 if look.is_narrow else 26.0
        wide = (width + gap) / across - gap
        for at, layered in enumerate(self.panels):
            left, top = at % across * (wide + gap), at // across * tall
            self._panel(scene, layered, left, top, wide, tall, look)
        return scene

    def _panel(
        self, scene: Scene, layered: Layered, left: float, top: float, wide: float, tall: float, look: Sizes
    ) -> None:
        beside = letters.width(layered.small, look.small)
        scene.text(left, top + 14, layered.name, look.label, face=letters.BOLD, room=wide - beside - 10)
        scene.text(left + wide, top + 14, layered.small, look.small, "muted", anchor="end")
        right = left + wide - self._room(look, wide)
        panel = Panel(left, top + _HEAD, right, top + tall - _FOOT, 0, max(1, len(self.months) - 1), 0, 1)
        level: list[float | None] = [None if share is None else 1.0 for share in layered.parts[0].shares]
        for part in layered.parts:  # each down to the foot, so that the next covers its lower part
            for run in _runs(panel, level):
                scene.area([(run[0][0], panel.bottom), *run, (run[-1][0], panel.bottom)], part.role, stroke="bg")
            level = [None if a is None else a - (b or 0.0) for a, b in zip(level, part.shares, strict=True)]
        scene.line([(panel.left, panel.bottom), (panel.right, panel.bottom)], "axis")
        self._years(scene, panel, look)
        self._labels(scene, panel, layered, left + wide, look)
        scene.hover(left, top, wide, tall - 4, layered.told or [layered.name])

    def _room(self, look: Sizes, wide: float) -> float:
        """Return how many pixels the labels take."""
        names = [part.short for each in self.panels for part in each.parts]
        return min(0.5 * wide, max((letters.width(f"{name} 100%", look.small) for name in names), default=0) + 16)

    def _labels(self, scene: Scene, panel: Panel, layered: Layered, right: float, look: Sizes) -> None:
        last = max((at for at, share in enumerate(layered.parts[0].shares) if share is not None), default=-1)
        level, wanted, shown = 1.0, [], []
        for part in layered.parts:
            share = part.shares[last] or 0.0
            if share >= _LEAST:
                wanted.append(panel.y(level - share / 2))
                shown.append((part, share))
            level -= share
        placed = spread(wanted, [letters.LINE * look.small] * len(shown), panel.top - 4, panel.bottom + 4)
        end = panel.x(last)
        for (part, share), y, middle in zip(shown, wanted, placed, strict=True):
            if abs(middle - y) > 2 or end < panel.right - 1:
                scene.line([(end + 2, y), (panel.right + 8, middle)], "axis", 0.8)
            text = f"{part.short} {label(share)}"
            scene.text(panel.right + 11, middle + 4, text, look.small, part.ink, room=right - panel.right - 11)

    def _years(self, scene: Scene, panel: Panel, look: Sizes) -> None:
        starts = [(at, month[:4]) for at, month in enumerate(self.months) if month.endswith("-01")]
        end = panel.left - 6
        for at, text in starts or [(0, self.months[0][:4])]:
            wide = letters.width(text, look.small)
            x = min(max(panel.x(at), panel.left + wide / 2), panel.right - wide / 2)
            scene.line([(panel.x(at), panel.bottom), (panel.x(at), panel.bottom + 4)], "axis")
            if x - wide / 2 > end + 6:
                scene.text(x, panel.bottom + 16, text, look.small, "muted", anchor="middle")
                end = x + wide / 2


def _runs(panel: Panel, levels: Sequence[float | None]) -> list[list[Point]]:
    """Return unbroken runs of an edge in whole pixels across; a single month has some width."""
    runs: list[list[Point]] = [[]]
    for at, level in enumerate(levels):
        if level is None:
            runs.append([])
        else:
            runs[-1].append((round(panel.x(at)), round(2 * panel.y(max(0.0, level))) / 2))
    half = round((panel.x(1) - panel.x(0)) / 3)
    return [run if len(run) > 1 else _widened(panel, run[0], half) for run in runs if run]


def _widened(panel: Panel, point: Point, half: int) -> list[Point]:
    x, y = point
    return [(max(panel.left, x - half), y), (min(panel.right, x + half), y)]
