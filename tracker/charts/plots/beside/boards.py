"""Ratings of boards, one panel each on its own scale: steps with intervals, labels at their ends, a headline above.

Points of two boards are not comparable: panels stand side by side, on a phone below each other, and share no axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from tracker.charts.forms import axes, ends
from tracker.charts.forms.axes import Panel, Sizes
from tracker.charts.forms.ends import End
from tracker.charts.forms.lines import Line
from tracker.charts.look import type as letters
from tracker.charts.look.numbers import day
from tracker.charts.look.scene import Point, Scene

_GAP = 26.0  # pixels between two panels
_HEAD = 60.0  # above a panel, for its name and what is said of it
_WIDE, _NARROW = 300.0, 284.0  # pixels of a panel's height
_FOOT = {False: 26.0, True: 40.0}  # below the axis: on a phone the next panel follows
_BAND = 0.16
_MOST_HOVERS = 24
_DASH = (3.0, 3.0)


@dataclass(frozen=True)
class Board:
    """One panel: its name, what is said of its newest day, days, lines with intervals, days of another method.

    `dashed` is the last of `lines` where it is one to compare with. A value holds until the next day.
    """

    name: str
    said: str
    days: Sequence[date]
    lines: Sequence[Line]
    changed: Sequence[date] = ()

    @property
    def span(self) -> int:
        """Days from the first to the last."""
        return (self.days[-1] - self.days[0]).days


@dataclass(frozen=True)
class Boards:
    """A plot of boards."""

    boards: Sequence[Board]

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width."""
        look = axes.sizes(width)
        across = 1 if look.is_narrow else min(2, len(self.boards))
        down = -(-len(self.boards) // across)
        tall = _HEAD + (_NARROW if look.is_narrow else _WIDE)
        tall = max(tall, min(1.4 * tall, height / down)) if height else tall
        scene = Scene(width, tall * down)
        wide = (width + _GAP) / across - _GAP
        for at, board in enumerate(self.boards):
            scene.place(_drawn(board, wide, tall, look), at % across * (wide + _GAP), at // across * tall)
        return scene


def _drawn(board: Board, width: float, height: float, look: Sizes) -> Scene:
    """Return one panel as a scene of its own."""
    scene = Scene(width, height)
    values = _ticks(board)
    texts = [f"{value:,.10g}" for value in values]
    right = width - ends.room(_ends(board, None), look, width * 0.42)
    panel = Panel(
        axes.gutter(texts, look),
        _HEAD,
        right,
        height - _FOOT[look.is_narrow],
        0,
        board.span or 1,
        values[0],
        values[-1],
    )
    scene.text(0, 14, board.name, look.label, "ink", face=letters.BOLD, room=width)
    for at, said in enumerate(letters.wrap(board.said, look.small, width)[:2]):
        scene.text(0, 28 + 12 * at, said, look.small, "muted")
    axes.value_axis(scene, panel, values, texts, look)
    axes.time_axis(scene, panel, axes.day_ticks(board.days[0], board.days[-1]), look)
    for changed in board.changed:
        axes.step_of_counting(scene, panel, (changed - board.days[0]).days)
    for line in board.lines:
        _band(scene, panel, board, line)
    for line in sorted(board.lines, key=lambda each: not each.is_quiet):
        _line(scene, panel, board, line)
    ends.draw(scene, _ends(board, panel), panel.right, _HEAD - 8, panel.bottom + 6, look)
    _hovers(scene, panel, board)
    return scene


def _ticks(board: Board) -> list[float]:
    """Return round values around all ratings and intervals: an axis of points has no meaningful zero."""
    held = [v for line in board.lines for v in (*line.values, *line.low, *line.high) if v is not None]
    floor, ceiling = min(held), max(held)
    steps = axes.ticks((ceiling - floor) or 1.0)
    step = steps[1] - steps[0]
    first, last = int(floor // step), int(-(-ceiling // step))
    return [step * at for at in range(first, max(last, first + 1) + 1)]


def _ends(board: Board, panel: Panel | None) -> list[End]:
    return [
        End(panel.y(line.values[line.end] or 0) if panel else 0.0, line.name, line.value, line.ink, line.small,
            not line.is_quiet)
        for line in board.lines if line.end >= 0
    ]  # fmt: skip


def _runs(board: Board, values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Return unbroken runs of positions and values: what is missing breaks them, and so does another method."""
    runs: list[list[tuple[int, float]]] = [[]]
    before: date | None = None
    for each, value in zip(board.days, values, strict=True):
        if value is None or any(before and before < changed <= each for changed in board.changed):
            runs.append([])
        if value is not None:
            runs[-1].append(((each - board.days[0]).days, value))
        before = each
    return [run for run in runs if run]


def _steps(panel: Panel, run: Sequence[tuple[int, float]]) -> list[Point]:
    """Return points of which each holds its level until the next begins; levels that stay are one line."""
    points: list[Point] = []
    for (at, value), after in zip(run, [*run[1:], None], strict=True):
        y = panel.y(value)
        if not points or abs(points[-1][1] - y) > 0.05:
            points.append((panel.x(at), y))
        until = (panel.x(after[0] if after else at), y)
        if len(points) > 1 and points[-1][1] == y and points[-2][1] == y:
            points[-1] = until
        else:
            points.append(until)
    return points


def _band(scene: Scene, panel: Panel, board: Board, line: Line) -> None:
    if line.is_quiet or not line.low:
        return
    for low, high in zip(_runs(board, line.low), _runs(board, line.high), strict=True):
        scene.area([*_steps(panel, high), *reversed(_steps(panel, low))], line.role, _BAND)


def _line(scene: Scene, panel: Panel, board: Board, line: Line) -> None:
    for run in _runs(board, line.values):
        scene.line(_steps(panel, run), line.role, 1.4 if line.is_quiet else 2.4, dash=_DASH if line.is_quiet else None)
    if line.end >= 0:
        x = panel.x((board.days[line.end] - board.days[0]).days)
        scene.dot(x, panel.y(line.values[line.end] or 0), 2.6 if line.is_quiet else 3.4, line.role, "bg")


def _hovers(scene: Scene, panel: Panel, board: Board) -> None:
    step = -(-len(board.days) // _MOST_HOVERS)
    held = list(range(len(board.days) - 1, -1, -step))[::-1]
    pixels = [panel.x((board.days[at] - board.days[0]).days) for at in held]
    middles = [(one + other) / 2 for one, other in pairwise(pixels)]
    for at, left, right in zip(held, [panel.left, *middles], [*middles, panel.right], strict=True):
        rows = [f"{line.name}\t{value:,.0f}" for line in board.lines if (value := line.values[at]) is not None]
        told = [day(board.days[at]), *rows]
        scene.hover(left, panel.top, max(1.0, right - left), panel.bottom - panel.top, told)


def thinned(board: Board, most: int) -> Board:
    """Return a board with at most so many of its days, the last among them."""
    step = -(-len(board.days) // most)
    held = list(range(len(board.days) - 1, -1, -step))[::-1]

    def chosen(values: Sequence[float | None]) -> list[float | None]:
        return [values[at] for at in held] if values else []

    lines = [
        replace(line, values=chosen(line.values), low=chosen(line.low), high=chosen(line.high)) for line in board.lines
    ]
    return replace(board, days=[board.days[at] for at in held], lines=lines)
