"""A heat map whose cells print their value: rows of names, columns in a hue each, what has no name below a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Sizes
from tracker.charts.look import colors
from tracker.charts.look import type as letters
from tracker.charts.look.scene import Scene

_GAP = 2.0
_RULE = 14.0  # pixels that the line between named rows and others takes


@dataclass(frozen=True)
class Head:
    """A column: its name, a short one for a phone, the role of its cells and of its text."""

    name: str
    short: str
    role: str
    ink: str


@dataclass(frozen=True)
class GridRow:
    """A row: its name, a part of 1 in each cell, what stands at the right; `is_quiet`: below the line."""

    name: str
    cells: Sequence[float]
    value: str
    is_quiet: bool = False
    told: Sequence[str] = ()


@dataclass(frozen=True)
class Grid:
    """Rows under `heads`; `corner` stands above the names, `over` above the heads, `heading` above the values."""

    rows: Sequence[GridRow]
    heads: Sequence[Head]
    corner: str
    over: str
    heading: str

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width: as high as the rows need, higher where there is room."""
        look = axes.sizes(width)
        top = 42.0
        split = _RULE if 0 < sum(row.is_quiet for row in self.rows) < len(self.rows) else 0.0
        tall = 32.0
        if height:
            tall = max(tall, min(48.0, (height - top - split) / len(self.rows)))
        scene = Scene(width, top + tall * len(self.rows) + split + 2)
        names = self._wide([row.name for row in self.rows] + [self.corner], look) + (10 if look.is_narrow else 18)
        left = min(width * (0.3 if look.is_narrow else 0.26), names)
        right = (
            width - self._wide([*(row.value for row in self.rows), self.heading], look) - (8 if look.is_narrow else 24)
        )
        wide = (right - left) / len(self.heads)
        self._heads(scene, left, wide, look)
        y, was_quiet = top, bool(self.rows) and self.rows[0].is_quiet
        for row in self.rows:
            if row.is_quiet and not was_quiet:
                scene.line([(0, y + split / 2 - 1), (width, y + split / 2 - 1)], "grid")
                y, was_quiet = y + split, True
            self._row(scene, row, y, tall, left, wide, look)
            y += tall
        return scene

    def _wide(self, texts: Sequence[str], look: Sizes) -> float:
        return max((letters.width(text, look.axis) for text in texts), default=0)

    def _heads(self, scene: Scene, left: float, wide: float, look: Sizes) -> None:
        scene.text(0, 33, self.corner, look.small, "muted", room=left - 6)
        scene.text(left, 12, self.over, look.small, "muted")
        scene.text(scene.width, 33, self.heading, look.small, "muted", anchor="end")
        for at, head in enumerate(self.heads):
            fits = letters.width(head.name, look.label, letters.BOLD) < wide - 4
            name = head.name if fits else head.short
            scene.text(left + wide * (at + 0.5), 33, name, look.label if fits else look.small, head.ink,
                       anchor="middle", face=letters.BOLD, room=wide - 2)  # fmt: skip

    def _row(self, scene: Scene, row: GridRow, y: float, tall: float, left: float, wide: float, look: Sizes) -> None:
        base = y + tall / 2 + 4
        ink = "muted" if row.is_quiet else "ink"
        scene.text(0, base, row.name, look.axis, ink, room=left - 6)
        for at, (value, head) in enumerate(zip(row.cells, self.heads, strict=True)):
            role = colors.step(head.role, value) if value else "surface"
            scene.rect(left + wide * at + _GAP / 2, y + _GAP / 2, wide - _GAP, tall - _GAP, role)
            ink = colors.text_on(role) if value else "muted"
            text = "–" if not value else f"{value:.0%}" if value >= 0.005 else "<1%"
            scene.text(left + wide * (at + 0.5), base, text, look.axis, ink, anchor="middle")
        scene.text(scene.width, base, row.value, look.axis, "muted", anchor="end")
        if row.told:
            scene.hover(0, y, scene.width, tall, row.told)
