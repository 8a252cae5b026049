"""Cells side by side, each of its own source and scale: a course, places among others, parts, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Panel, Sizes
from tracker.charts.look import type as letters
from tracker.charts.look.numbers import MONTHS
from tracker.charts.look.scene import Point, Scene

_GAP = 30.0  # pixels between cells
_TALL = 202.0  # of a cell
_HEAD = 58.0  # above what a cell draws: name, value, what it is of
_ROW = 46.0  # of places and parts
_BAND = 0.16
_GAPPED = 1.5  # times the usual step: something is missing between two days


@dataclass(frozen=True)
class Course:
    """A line over days from zero, with a band where there are bounds; `text` writes a value of the axis."""

    days: Sequence[date]
    values: Sequence[float]
    text: Callable[[float], str]
    low: Sequence[float] = ()
    high: Sequence[float] = ()

    @cached_property
    def runs(self) -> list[list[int]]:
        """The indices of days that follow each other as closely as most do: a gap is drawn as a gap."""
        steps = [(other - one).days for one, other in pairwise(self.days)]
        usual = sorted(steps)[len(steps) // 2] if steps else 0
        runs = [[0]]
        for at, step in enumerate(steps, 1):
            if step > _GAPPED * usual:
                runs.append([])
            runs[-1].append(at)
        return runs


@dataclass(frozen=True)
class Place:
    """Where one stands among others on a scale of their own: a name, a value as text, its interval, all the others."""

    name: str
    value: str
    at: float
    others: Sequence[float]
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Portion:
    """A part of 1 as a bar: what it is of, how it is written."""

    name: str
    value: str
    share: float


@dataclass(frozen=True)
class Cell:
    """One cell: its name, its value, what that is of; a body, a sentence in its place where there is nothing."""

    name: str
    value: str
    gist: str
    body: Course | Sequence[Place | Portion] | str
    told: Sequence[str] = ()  # what hovering tells


@dataclass(frozen=True)
class Cells:
    """A plot of cells, in rows; `role` is the colour of what they are about."""

    cells: Sequence[Cell]
    role: str

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width: three cells a row, on a phone one."""
        look = axes.sizes(width)
        across = 1 if width < 340 else 2 if look.is_narrow else 3
        down = -(-len(self.cells) // across)
        tall = max(_TALL, min(1.5 * _TALL, height / down)) if height else _TALL
        scene = Scene(width, tall * down)
        gap = 18.0 if look.is_narrow else _GAP
        wide = (width + gap) / across - gap
        for at, cell in enumerate(self.cells):
            scene.place(self._cell(cell, wide, tall, look), at % across * (wide + gap), at // across * tall)
        return scene

    def _cell(self, cell: Cell, width: float, height: float, look: Sizes) -> Scene:
        scene, head = Scene(width, height), _HEAD
        scene.line([(0, 0.5), (width, 0.5)], "axis")
        room = width - letters.width(cell.value, look.label, letters.BOLD) - 8
        scene.text(0, 18, cell.name, look.label, face=letters.BOLD, room=room)
        scene.text(width, 18, cell.value, look.label, anchor="end", face=letters.BOLD)
        for at, line in enumerate(letters.wrap(cell.gist, look.small, width)[:2]):
            scene.text(0, 33 + 13 * at, line, look.small, "muted", room=width)
        if isinstance(cell.body, str):
            top = head + 14 if cell.gist else 40
            for at, line in enumerate(letters.wrap(cell.body, look.small + 1, width)[:7]):
                scene.text(0, top + 16 * at, line, look.small + 1, "muted")
        elif isinstance(cell.body, Course):
            self._course(scene, cell.body, head, look)
        else:
            for at, each in enumerate(cell.body[: int((height - head) // _ROW)]):
                self._row(scene, each, head + 6 + _ROW * at, look)
        if cell.told:
            scene.hover(0, 0, width, height - 10, cell.told)
        return scene

    def _course(self, scene: Scene, course: Course, head: float, look: Sizes) -> None:
        top = axes.ticks(max([*course.values, *course.high, 0.0]), 4)
        span = (course.days[-1] - course.days[0]).days
        panel = Panel(0, head + 10, scene.width - 5, scene.height - 38, 0, span or 1, 0, top[-1])
        for value in (0.0, top[-1]):
            y = panel.y(value)
            scene.line([(panel.left, y), (scene.width, y)], "grid" if value else "axis")
        places = [panel.x((each - course.days[0]).days) for each in course.days]
        for run in course.runs:
            if course.low:
                upper = [(places[at], panel.y(course.high[at])) for at in run]
                lower = [(places[at], panel.y(course.low[at])) for at in reversed(run)]
                scene.area([*upper, *lower], self.role, _BAND)
            points = [(places[at], panel.y(course.values[at])) for at in run]
            scene.line(points, self.role, 2.2)
            if len(run) == 1 or run is course.runs[-1]:
                scene.dot(*points[-1], 3.2 if run is course.runs[-1] else 1.6, self.role, "bg")
        scene.text(0, panel.top - 4, course.text(top[-1]), look.small, "muted", halo=True)
        first, until = (f"{MONTHS[each.month - 1]} {each.year}" for each in (course.days[0], course.days[-1]))
        scene.text(0, panel.bottom + 15, first, look.small, "muted")
        if first != until:
            scene.text(scene.width, panel.bottom + 15, until, look.small, "muted", anchor="end")

    def _row(self, scene: Scene, row: Place | Portion, y: float, look: Sizes) -> None:
        """Draw one row: its name and value, below them where it stands."""
        value = letters.width(row.value, look.small, letters.BOLD)
        scene.text(0, y + 10, row.name, look.small, room=scene.width - value - 8)
        scene.text(scene.width, y + 10, row.value, look.small, anchor="end", face=letters.BOLD)
        middle = y + 23
        if isinstance(row, Portion):
            scene.rect(0, middle - 4, scene.width, 8, "grid", radius=2)
            scene.rect(0, middle - 4, max(2.0, row.share * scene.width), 8, self.role, radius=2)
            return
        held = [*row.others, row.at, *(row.interval or ())]
        panel = Panel(5, 0, scene.width - 5, 0, min(held), max(held), 0, 1)
        scene.line([(0, middle), (scene.width, middle)], "grid")
        ticks: list[Point | None] = []
        for other in row.others:
            ticks += [(panel.x(other), middle - 4), (panel.x(other), middle + 4), None]
        scene.line(ticks, "faint", 1.2)
        if row.interval:
            low, high = map(panel.x, row.interval)
            scene.rect(low, middle - 4, max(2.0, high - low), 8, self.role, opacity=0.3, radius=4)
        scene.dot(panel.x(row.at), middle, 4.5, self.role, "bg")
