"""Rows of dots on one axis of shares: a name at the left, bounds as a bar, values named where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Panel, Sizes
from tracker.charts.look import type as letters
from tracker.charts.look.scene import Scene

_TALL = {False: 34.0, True: 32.0}  # pixels of a row, wide and on a phone


@dataclass(frozen=True)
class Dot:
    """One value of a row."""

    value: float
    role: str
    radius: float = 4.5
    is_hollow: bool = False


@dataclass(frozen=True)
class Row:
    """A row: its name, what stands below it, a bar of bounds, dots joined by a line, and a value at the right."""

    name: str
    ink: str
    dots: Sequence[Dot]
    gist: str = ""
    bar: tuple[float, float, str] | None = None  # low, high, role
    value: str = ""
    is_bold: bool = False
    is_shaded: bool = False
    told: Sequence[str] = ()  # what hovering tells
    join: str = ""  # role of a broad line between the dots, where one becomes the other


@dataclass(frozen=True)
class Dots:
    """A plot of rows from the top. `heading` stands above the values at the right, `key` above the plot."""

    rows: Sequence[Row]
    texts: Callable[[Sequence[float]], list[str]]
    heading: str = ""
    key: Sequence[tuple[str, bool]] = ()  # what a dot means, whether it is hollow
    ceiling: float | None = None

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width: as high as the rows need."""
        look = axes.sizes(width)
        above = 30.0 if self.key or self.heading else 12.0
        tall = _TALL[look.is_narrow] + (10 if any(row.gist for row in self.rows) else 0)
        if height:
            tall = max(tall, min(56.0, (height - above - 30) / max(1, len(self.rows))))
        scene = Scene(width, above + tall * len(self.rows) + 30)
        values = axes.ticks(self.ceiling or max((dot.value for row in self.rows for dot in row.dots), default=0))
        left = self._left(look, width)
        right = width - max((letters.width(row.value, look.label, letters.BOLD) for row in self.rows), default=0) - 14
        panel = Panel(left, above, right - 8, above + tall * len(self.rows), values[0], values[-1], 0, 1)
        self._frame(scene, panel, values, look)
        for at, row in enumerate(self.rows):
            self._row(scene, panel, row, above + tall * (at + 0.5), tall, look)
        self._head(scene, look, left)
        return scene

    def _left(self, look: Sizes, width: float) -> float:
        wide = [letters.width(row.name, look.label, letters.BOLD) for row in self.rows]
        wide += [letters.width(row.gist, look.small) for row in self.rows]
        return min(width * (0.34 if look.is_narrow else 0.3), max(wide, default=0) + 16)

    def _frame(self, scene: Scene, panel: Panel, values: Sequence[float], look: Sizes) -> None:
        end = -1e9
        for value, text in zip(values, self.texts(values), strict=True):
            x = panel.x(value)
            scene.line([(x, panel.top), (x, panel.bottom)], "axis" if value == values[0] else "grid")
            if x - letters.width(text, look.axis) / 2 > end + 6:
                scene.text(x, panel.bottom + 18, text, look.axis, "muted", anchor="middle")
                end = x + letters.width(text, look.axis) / 2

    def _row(self, scene: Scene, panel: Panel, row: Row, y: float, tall: float, look: Sizes) -> None:
        if row.is_shaded:
            scene.rect(0, y - tall / 2, scene.width, tall, "surface")
        face = letters.BOLD if row.is_bold or row.gist else letters.SANS
        base = y + (-2 if row.gist else 4.5)
        scene.text(0, base, row.name, look.label, row.ink, face=face, room=panel.left - 10)
        if row.gist:
            scene.text(0, y + 12, row.gist, look.small, "muted", room=panel.left - 10)
        if row.bar:
            low, high, role = row.bar
            scene.rect(panel.x(low), y - 4, max(2.0, panel.x(high) - panel.x(low)), 8, role, opacity=0.28, radius=4)
        held = sorted(row.dots, key=lambda dot: dot.value)
        if len(held) > 1:
            ends = [(panel.x(held[0].value), y), (panel.x(held[-1].value), y)]
            scene.line(ends, row.join or "axis", 4.0 if row.join else 1.2, opacity=0.45 if row.join else 1.0)
        for dot in sorted(held, key=lambda dot: dot.radius):
            fill, stroke = ("bg", dot.role) if dot.is_hollow else (dot.role, "bg")
            scene.dot(panel.x(dot.value), y, dot.radius, fill, stroke, 1.6 if dot.is_hollow else 1.0)
        value_face = letters.BOLD if row.is_bold else letters.SANS
        scene.text(scene.width - 2, y + 4.5, row.value, look.label, "ink", anchor="end", face=value_face)
        if row.told:
            scene.hover(0, y - tall / 2, scene.width, tall, row.told)

    def _head(self, scene: Scene, look: Sizes, x: float) -> None:
        wide = sum(letters.width(text, look.small) + 32 for text, _ in self.key)
        x = max(0.0, min(x, scene.width - letters.width(self.heading, look.small) - wide))
        for text, hollow in self.key:
            scene.dot(x + 4, 10, 4, "bg" if hollow else "muted", "muted", 1.4)
            scene.text(x + 13, 14, text, look.small, "muted")
            x += letters.width(text, look.small) + 32
        scene.text(scene.width - 2, 14, self.heading, look.small, "muted", anchor="end")
