"""Panels on one scale: each has its own line and band over those of the others in grey, its name and value above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Panel, Sizes
from tracker.charts.forms.lines import Line
from tracker.charts.look import type as letters
from tracker.charts.look.numbers import percent
from tracker.charts.look.scene import Point, Scene

_HEAD = 26.0  # pixels above a panel for its name and value
_GAP = 14.0
_FINE = 14  # points of the lines of others, about: of more months they have one every second or third
_BAND = 0.18


@dataclass(frozen=True)
class Panels:
    """One panel a line, in rows. `months` are those of the values, `told` what hovering says first of each panel."""

    lines: Sequence[Line]
    months: Sequence[str]
    running: bool = False

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width: four panels a row, on a phone two."""
        look = axes.sizes(width)
        across = min(len(self.lines), 2 if look.is_narrow else 4)
        down = -(-len(self.lines) // across)
        tall = 132.0 if look.is_narrow else 150.0
        tall = max(tall, min(230.0, height / down)) if height else tall
        scene = Scene(width, tall * down)
        values = axes.ticks(max(v for line in self.lines for v in [*line.values, *line.high] if v is not None), 5)
        texts = [f"{100 * value:.10g}%" for value in values]
        left = max(letters.width(text, look.axis) for text in texts) + 8
        wide = (width - left + _GAP) / across - _GAP
        wide = min(wide, 300.0)
        for at, line in enumerate(self.lines):
            x, y = left + at % across * (wide + _GAP), at // across * tall
            panel = Panel(x, y + _HEAD, x + wide, y + tall - 24, 0, len(self.months) - 1 or 1, values[0], values[-1])
            self._grid(scene, panel, values, texts if at % across == 0 else None, look)
            self._years(scene, panel, look)
            self._panel(scene, panel, line, look)
        return scene

    def _grid(
        self, scene: Scene, panel: Panel, values: Sequence[float], texts: Sequence[str] | None, look: Sizes
    ) -> None:
        above: list[Point | None] = []
        for at, value in enumerate(values):
            y = panel.y(value)
            above += [(panel.left, y), (panel.right, y), None] if at else []
            if texts:
                scene.text(panel.left - 6, y + 4, texts[at], look.axis, "muted", anchor="end")
        scene.line(above, "grid")
        scene.line([(panel.left, panel.bottom), (panel.right, panel.bottom)], "axis")

    def _years(self, scene: Scene, panel: Panel, look: Sizes) -> None:
        starts = [(at, month[:4]) for at, month in enumerate(self.months) if month.endswith("-01")]
        starts = starts or [(0, self.months[0][:4])]
        wide = letters.width("2026", look.small)
        end = panel.left - _GAP
        for at, text in starts:
            x = min(max(panel.x(at), panel.left + wide / 2), panel.right - wide / 2)
            scene.line([(panel.x(at), panel.bottom), (panel.x(at), panel.bottom + 4)], "axis")
            if x - wide / 2 > end + 6:
                scene.text(x, panel.bottom + 16, text, look.small, "muted", anchor="middle")
                end = x + wide / 2

    def _panel(self, scene: Scene, panel: Panel, line: Line, look: Sizes) -> None:
        scene.line(self._others(panel, line), "axis", 1.0, opacity=0.75)
        for run in _runs(panel, line):
            scene.area(run, line.role, _BAND)
        drawn = _points(panel, line.values)
        if self.running and len(drawn) > 1 and drawn[-1] and drawn[-2]:
            scene.line([drawn[-2], drawn[-1]], line.role, 1.4, dash=(2, 3))
            drawn = drawn[:-1]
        scene.line(_trim(drawn), line.role, 2.2)
        if drawn and drawn[-1]:
            scene.dot(*drawn[-1], 3.2, line.role, "bg")
        value = letters.width(line.value, look.label, letters.BOLD)
        scene.text(panel.right, panel.top - 10, line.value, look.label, anchor="end", face=letters.BOLD)
        room = panel.right - panel.left - value - 8
        scene.text(panel.left, panel.top - 10, line.name, look.label, line.ink, face=letters.BOLD, room=room)
        known = [(month, value) for month, value in zip(self.months, line.values, strict=True) if value is not None]
        told = [f"{month}\t{percent(value)}" for month, value in known[-13:]]
        scene.hover(panel.left, panel.top - _HEAD, panel.right - panel.left, panel.bottom - panel.top + _HEAD,
                    [line.name, *told])  # fmt: skip

    def _others(self, panel: Panel, line: Line) -> list[Point | None]:
        """Return the lines of the others as one path, coarser than their own: eight panels of them fill a file."""
        points: list[Point | None] = []
        step = -(-len(self.months) // _FINE)
        for other in self.lines:
            if other is not line:
                drawn = _points(panel, other.values)[::-step]
                points += [each and (round(each[0]), round(each[1])) for each in drawn]
                points.append(None)
        return _trim(points)


def _points(panel: Panel, values: Sequence[float | None]) -> list[Point | None]:
    return [None if value is None else (panel.x(at), panel.y(value)) for at, value in enumerate(values)]


def _trim(points: Sequence[Point | None]) -> list[Point | None]:
    """Return points without gaps at either end."""
    held = [at for at, point in enumerate(points) if point]
    return list(points[held[0] : held[-1] + 1]) if held else []


def _runs(panel: Panel, line: Line) -> list[list[Point]]:
    """Return the outline of each unbroken band."""
    runs: list[tuple[list[Point], list[Point]]] = [([], [])]
    for at, (low, high) in enumerate(zip(line.low, line.high, strict=True)):
        if low is None or high is None:
            runs.append(([], []))
        else:
            runs[-1][0].append((round(panel.x(at)), round(panel.y(high))))
            runs[-1][1].append((round(panel.x(at)), round(panel.y(low))))
    return [[*upper, *reversed(lower)] for upper, lower in runs if upper]
