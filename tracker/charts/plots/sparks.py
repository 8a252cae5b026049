"""A matrix of small areas on one scale: a row a group, a column a kind, the last value beside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Panel, Sizes
from tracker.charts.look import type as letters
from tracker.charts.look.numbers import label
from tracker.charts.look.scene import Point, Scene

_BAND = 0.24
_VALUE = 44.0  # pixels of a value right of its area
_PHONE_VALUE = 36.0


@dataclass(frozen=True)
class SparkRow:
    """One group: values of each column at each position, None where there is none."""

    name: str
    role: str
    ink: str
    cells: Sequence[Sequence[float | None]]
    told: Sequence[str] = ()


@dataclass(frozen=True)
class Sparks:
    """Rows of areas below `heads`. `ends` name the first and the last position."""

    rows: Sequence[SparkRow]
    heads: Sequence[str]
    ends: tuple[str, str]

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width: names left of the areas, on a phone above them."""
        look = axes.sizes(width)
        head, foot = 28.0, 22.0
        least = (48.0 if height else 66.0) if look.is_narrow else 54.0
        tall = max(least, min(96.0, (height - head - foot) / len(self.rows))) if height else least
        scene = Scene(width, head + tall * len(self.rows) + foot)
        values = axes.ticks(max((v for row in self.rows for cell in row.cells for v in cell if v), default=0), 5)
        line, top = values[len(values) // 2], values[-1]
        text = f"{100 * line:.10g}%"
        left = 0.0 if look.is_narrow else self._names(look, width) + letters.width(text, look.small) + 18
        wide = (width - left) / len(self.heads)
        for at, name in enumerate(self.heads):
            x = left + at * wide
            scene.text(x, 14, name, look.label, face=letters.BOLD, room=wide - 6)
        for place, row in enumerate(self.rows):
            below = head + tall * place
            base = below + tall - (8 if tall < 60 and look.is_narrow else 12)
            panel = Panel(left, below + (18 if look.is_narrow else 4), left, base, 0, 1, 0, top)
            middle = below + 13 if look.is_narrow else (panel.top + base) / 2 + 6
            room = width if look.is_narrow else self._names(look, width)
            scene.text(0, middle, row.name, look.label, row.ink, face=letters.BOLD, room=room)
            for at, cell in enumerate(row.cells):
                self._cell(scene, panel, left + at * wide, wide, cell, line, row, look)
            if place == 0:
                self._scale(scene, panel, line, text, look)
            if row.told:
                scene.hover(0, below, width, tall, row.told)
        self._ends(scene, left, wide, look)
        return scene

    def _names(self, look: Sizes, width: float) -> float:
        return min(
            0.18 * width, max((letters.width(row.name, look.label, letters.BOLD) for row in self.rows), default=0)
        )

    def _area(self, wide: float, look: Sizes) -> float:
        return wide - (_PHONE_VALUE if look.is_narrow else _VALUE) - (6 if look.is_narrow else 20)

    def _cell(
        self, scene: Scene, panel: Panel, x: float, wide: float, cell: Sequence[float | None], line: float,
        row: SparkRow, look: Sizes,
    ) -> None:  # fmt: skip
        right = x + self._area(wide, look)
        own = Panel(x, panel.top, right, panel.bottom, 0, len(cell) - 1, 0, panel.ceiling)
        scene.line([(x, own.y(line)), (right, own.y(line))], "grid")
        scene.line([(x, own.bottom), (right, own.bottom)], "axis")
        for run in _runs(own, cell):
            scene.area([(run[0][0], own.bottom), *run, (run[-1][0], own.bottom)], row.role, _BAND)
            scene.line(run, row.role, 1.6)
            if len(run) == 1:
                scene.dot(*run[0], 2.0, row.role)
        last = cell[-1] if cell else None
        if last is not None:
            scene.dot(right, own.y(last), 2.8, row.role, "bg")
            # beside the end of its area, never outside its row
            y = min(max(own.y(last) + 4, own.top + 6), own.bottom + 1)
            scene.text(right + 7, y, label(last), look.label, face=letters.BOLD)

    def _scale(self, scene: Scene, panel: Panel, line: float, text: str, look: Sizes) -> None:
        y = Panel(0, panel.top, 0, panel.bottom, 0, 1, 0, panel.ceiling).y(line)
        if look.is_narrow:
            scene.text(panel.left, y - 3, text, look.small, "muted", halo=True)
        else:
            scene.text(panel.left - 6, y + 4, text, look.small, "muted", anchor="end")

    def _ends(self, scene: Scene, left: float, wide: float, look: Sizes) -> None:
        y, right = scene.height - 6, left + self._area(wide, look)
        first, last = self.ends
        scene.text(left, y, first, look.small, "muted")
        at = max(right, left + letters.width(first, look.small) + 8 + letters.width(last, look.small))
        scene.text(at, y, last, look.small, "muted", anchor="end")


def _runs(panel: Panel, cell: Sequence[float | None]) -> list[list[Point]]:
    """Return unbroken runs of points."""
    runs: list[list[Point]] = [[]]
    for at, value in enumerate(cell):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((panel.x(at), panel.y(value)))
    return [run for run in runs if run]
