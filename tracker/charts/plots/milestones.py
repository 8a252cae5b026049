"""Rows of milestones on a logarithmic axis of days: hollow dot, diamond, bar and solid dot, joined by a line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Panel, Sizes
from tracker.charts.look import type as letters
from tracker.charts.look.scene import Scene

KEY = (("first", "first derivative"), ("quantized", "first quantization"), ("tenth", "tenth derivative"),
       ("half", "half of all"))  # fmt: skip
_TICKS = ((1, "1 day"), (7, "1 week"), (30.4, "1 month"), (91.3, "3 months"), (365.25, "1 year"), (1461, "4 years"))
_FLOOR = 0.25  # days: what is sooner stands there


@dataclass(frozen=True)
class Course:
    """One row: the days of each milestone that was reached, and what is said at the right."""

    name: str
    role: str
    ink: str
    days: Mapping[str, float]
    small: str


@dataclass(frozen=True)
class Milestones:
    """A plot of rows from the top, the days of the last milestone beside it."""

    rows: Sequence[Course]

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width, as high as the rows need."""
        look = axes.sizes(width)
        keys = self._keys(look, width)
        above, below = 18.0 * len(keys) + 10, 44.0
        tall = 40.0 if look.is_narrow else 38.0
        if height:
            tall = max(30.0, min(56.0, (height - above - below) / max(1, len(self.rows))))
        bottom = above + tall * len(self.rows)
        scene = Scene(width, bottom + below)
        for at, row in enumerate(keys):
            for x, mark, text in row:
                _mark(scene, mark, x + 5, 10 + 18 * at, "muted")
                scene.text(x + 15, 14 + 18 * at, text, look.small, "muted")
        left, right = self._edges(look, width)
        every = [day for row in self.rows for day in row.days.values()]
        low, high = max(_FLOOR, min([*every, 1.0]) * 0.8), max([*every, 365.25]) * 1.1
        panel = Panel(left, above, right, bottom, math.log(low), math.log(high), 0, 1)
        self._axis(scene, panel, look)
        for at, course in enumerate(self.rows):
            self._row(scene, panel, course, above + tall * (at + 0.5), tall, look)
        return scene

    def _keys(self, look: Sizes, width: float) -> list[list[tuple[float, str, str]]]:
        """Return the key as rows of x, mark and text, as many as the width asks for."""
        rows: list[list[tuple[float, str, str]]] = [[]]
        x = 0.0
        for mark, text in KEY:
            wide = letters.width(text, look.small) + 32
            if rows[-1] and x + wide - 16 > width:
                rows.append([])
                x = 0.0
            rows[-1].append((x, mark, text))
            x += wide
        return rows

    def _edges(self, look: Sizes, width: float) -> tuple[float, float]:
        names = [letters.width(row.name, look.label, letters.BOLD) for row in self.rows]
        smalls = [letters.width(row.small, look.small) for row in self.rows]
        value = max(letters.width(_days(row.days["half"]), look.small, letters.BOLD) for row in self.rows) + 12
        if look.is_narrow:
            return min(width * 0.34, max([*names, *smalls]) + 12), width - value
        return min(width * 0.3, max(names) + 18), width - value - max(smalls) - 14

    def _axis(self, scene: Scene, panel: Panel, look: Sizes) -> None:
        end = -1e9
        for value, text in _TICKS:
            x, wide = panel.x(math.log(value)), letters.width(text, look.axis)
            if not panel.left <= x <= panel.right:
                continue
            scene.line([(x, panel.top), (x, panel.bottom)], "grid")
            at = min(x, scene.width - wide / 2)
            if at - wide / 2 > end + 6:
                scene.text(at, panel.bottom + 18, text, look.axis, "muted", anchor="middle")
                end = at + wide / 2
        told = "after the root's release, logarithmic axis"
        scene.text(min(panel.left, scene.width - letters.width(told, look.small)), panel.bottom + 37, told, look.small,
                   "muted")  # fmt: skip

    def _row(self, scene: Scene, panel: Panel, course: Course, y: float, tall: float, look: Sizes) -> None:
        base = y - 2 if look.is_narrow else y + 4.5
        scene.text(0, base, course.name, look.label, course.ink, face=letters.BOLD, room=panel.left - 10)
        if look.is_narrow:
            scene.text(0, y + 12, course.small, look.small, "muted", room=panel.left - 10)
        else:
            scene.text(scene.width, base, course.small, look.small, "muted", anchor="end")
        places = {mark: panel.x(math.log(max(course.days[mark], _FLOOR))) for mark, _ in KEY if mark in course.days}
        scene.line([(min(places.values()), y), (max(places.values()), y)], course.role, 2.0, opacity=0.5)
        for mark, x in places.items():
            _mark(scene, mark, x, y, course.role)
        half = _days(course.days["half"])
        scene.text(max(places.values()) + 10, y + 4, half, look.small, face=letters.BOLD)
        told = [f"{text}\t{_days(course.days[mark])}" for mark, text in KEY if mark in course.days]
        scene.hover(0, y - tall / 2, scene.width, tall, [f"{course.name}\t{course.small}", *told])


def _mark(scene: Scene, mark: str, x: float, y: float, role: str) -> None:
    if mark == "first":
        scene.dot(x, y, 4.4, "bg", role, 1.8)
    elif mark == "quantized":
        scene.area([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], role)
    elif mark == "tenth":
        scene.rect(x - 1.2, y - 7, 2.4, 14, role)
    else:
        scene.dot(x, y, 5.2, role, "bg")


def _days(days: float) -> str:
    if days < 1:
        return "same day"
    return "1 day" if round(days) == 1 else f"{round(days):,} days"
