"""Bars to both sides of nothing, each with its interval: what moved beyond chance is full, the rest is pale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Panel, Sizes
from tracker.charts.look import type as letters
from tracker.charts.look.numbers import MINUS, points
from tracker.charts.look.scene import Scene

_PALE = 0.35


@dataclass(frozen=True)
class Move:
    """One row: a change in parts of 1, the half-width of its interval, whether it is larger than that."""

    name: str
    role: str
    ink: str
    change: float
    chance: float
    is_beyond: bool
    told: Sequence[str] = ()


@dataclass(frozen=True)
class Moves:
    """Rows from the top on one axis of points; `heading` stands above the values at the right."""

    moves: Sequence[Move]
    heading: str

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width: as high as the rows need."""
        look = axes.sizes(width)
        top, foot, tall = 26.0, 30.0, 30.0
        if height:
            tall = max(tall, min(52.0, (height - top - foot) / len(self.moves)))
        scene = Scene(width, top + tall * len(self.moves) + foot)
        names = max(letters.width(move.name, look.label, letters.BOLD) for move in self.moves) + 16
        left = min(width * (0.32 if look.is_narrow else 0.28), names)
        values = [points(move.change) for move in self.moves]
        right = width - max(letters.width(value, look.label, letters.BOLD) for value in values) - 16
        held = [(move.change - move.chance, move.change + move.chance) for move in self.moves]
        steps = axes.ticks(max(max(abs(low), abs(high)) for low, high in held), 4)
        panel = Panel(left, top, right, top + tall * len(self.moves), -steps[-1], steps[-1], 0, 1)
        self._axis(scene, panel, steps, look)
        scene.text(scene.width - 2, 14, self.heading, look.small, "muted", anchor="end")
        for at, (move, value) in enumerate(zip(self.moves, values, strict=True)):
            self._move(scene, panel, move, value, top + tall * (at + 0.5), tall, look)
        return scene

    def _axis(self, scene: Scene, panel: Panel, steps: Sequence[float], look: Sizes) -> None:
        end = -1e9
        for step in sorted({*steps, *(-step for step in steps)}):
            x = panel.x(step)
            scene.line([(x, panel.top), (x, panel.bottom)], "axis" if step == 0 else "grid")
            sign = "+" if step > 0 else MINUS if step < 0 else ""
            text = f"{sign}{100 * abs(step):.10g}"
            wide = letters.width(text, look.axis)
            at = min(x, scene.width - wide / 2)
            if at - wide / 2 > end + 6:
                scene.text(at, panel.bottom + 18, text, look.axis, "muted", anchor="middle")
                end = at + wide / 2

    def _move(self, scene: Scene, panel: Panel, move: Move, value: str, y: float, tall: float, look: Sizes) -> None:
        face = letters.BOLD if move.is_beyond else letters.SANS
        scene.text(0, y + 4.5, move.name, look.label, move.ink, face=face, room=panel.left - 8)
        zero, end = panel.x(0), panel.x(move.change)
        thick = min(18.0, tall - 12)
        opacity = 1.0 if move.is_beyond else _PALE
        scene.rect(min(zero, end), y - thick / 2, max(1.0, abs(end - zero)), thick, move.role, opacity=opacity)
        low, high = panel.x(move.change - move.chance), panel.x(move.change + move.chance)
        scene.line([(low, y), (high, y)], "ink", 1.2)
        for x in (low, high):
            scene.line([(x, y - 3), (x, y + 3)], "ink", 1.2)
        scene.text(scene.width - 2, y + 4.5, value, look.label, "ink" if move.is_beyond else "muted", anchor="end",
                   face=face)  # fmt: skip
        if move.told:
            scene.hover(0, y - tall / 2, scene.width, tall, move.told)
