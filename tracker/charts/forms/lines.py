"""Lines over time with bounds as bands, missed nights as gaps, a running month, and one crossing that is named."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from tracker.charts.forms import axes, ends
from tracker.charts.forms.axes import Panel, Sizes, Ticks
from tracker.charts.forms.ends import End
from tracker.charts.look import type as letters
from tracker.charts.look.scene import Point, Scene
from tracker.charts.marked import incidents
from tracker.charts.marked.incidents import Incident

Box = tuple[float, float, float, float]  # left, right, top, bottom
MOST_HOVERS = 40  # areas under the pointer: beyond that neighbours share one
MOST_DOTS = 40  # values of a line that stand alone: of more the dotted line tells enough
_BAND = 0.14


@dataclass(frozen=True)
class Line:
    """One series: a value at each position, None where there is none; `ink` is the role of its label."""

    name: str
    role: str
    ink: str
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    value: str = ""  # beside the name
    small: str = ""  # below the name
    is_quiet: bool = False  # one of the others: thin, without a band

    @property
    def end(self) -> int:
        """The index of its last value, -1 where it has none."""
        return max((at for at, value in enumerate(self.values) if value is not None), default=-1)


@dataclass(frozen=True)
class Crossing:
    """Where one line passes another for good: a position between two steps, a value, and what is said of it."""

    position: float
    value: float
    text: tuple[str, ...]
    radius: float = 6.5  # of the ring


@dataclass(frozen=True)
class Lines:
    """A plot of lines. `positions` are those of the values, ascending; `told` heads what hovering tells of each."""

    lines: Sequence[Line]
    positions: Sequence[float]
    ticks: Ticks
    told: Sequence[str]
    number: Callable[[float], str]  # a value as hovering tells it
    texts: Callable[[Sequence[float]], list[str]]  # values of the axis as its labels
    missed: Sequence[tuple[float, float, str]] = ()  # from, to, what is said
    passed: Sequence[tuple[float, str]] = ()  # where values come from another source from then on, and what is said
    restated: Sequence[tuple[float, str]] = ()  # where what was said before was corrected, and how
    doubtful: Sequence[float] = ()  # positions that gates noticed something about
    recounted: Sequence[float] = ()  # positions from which on something else is counted
    incidents: Sequence[Incident] = ()  # of days, the first position being `begins`
    begins: date = date.min
    estimated: Collection[int] = ()  # indices of values that are spread over their days
    running: bool = False  # whether the last position is not over
    crossing: Crossing | None = None
    others: Sequence[Crossing] = ()  # points of note beside it, such as a peak
    log: bool = False
    stepped: bool = False  # each value holds for its whole step
    wide: float = 430
    narrow: float = 330

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width."""
        look, values = axes.sizes(width), self._ticks()
        texts = self.texts(values)
        right = width - ends.room(self._ends(None), look, width * (0.4 if look.is_narrow else 0.27))
        panel = Panel(
            axes.gutter(texts, look), 16.0, right, 0.0, self.positions[0], self.positions[-1],
            values[0], values[-1], self.log,
        )  # fmt: skip
        strips = incidents.strips(self.incidents, panel, look, self.begins, width)
        below = incidents.height(strips)
        usual = height or axes.height_of(width, self.wide, self.narrow) + below
        scene = Scene(width, max(ends.height(self._ends(None), look) + 24 + below, usual))
        panel = replace(panel, bottom=scene.height - below - (42 if self.log else 24))
        self._over_time(scene, panel, look, texts)
        axes.value_axis(scene, panel, values, texts, look)
        axes.time_axis(scene, panel, self.ticks, look)
        self._doubts(scene, panel)
        for position in self.recounted:
            axes.step_of_counting(scene, panel, position)
        incidents.draw(scene, panel, look, strips)
        for line in self.lines:
            self._band(scene, panel, line)
        for line in sorted(self.lines, key=lambda each: not each.is_quiet):
            self._line(scene, panel, line)
        if self.log:
            scene.text(panel.left, panel.bottom + 39 + below, "logarithmic axis", look.small, "muted")
        placed: list[Box] = []
        for noted in [*([self.crossing] if self.crossing else []), *self.others]:
            placed.append(self._crossing(scene, panel, noted, look, placed))
        ends.draw(scene, self._ends(panel), panel.right, 0, panel.bottom + 6, look)
        self._hovers(scene, panel)
        return scene

    def _ticks(self) -> list[float]:
        held = [
            v for line in self.lines for v in [*line.values, *([] if line.is_quiet else line.high)] if v is not None
        ]
        if self.log:
            return axes.log_ticks(min((v for v in held if v > 0), default=1), max(held, default=1))
        return axes.ticks(max(held, default=0))

    def _ends(self, panel: Panel | None) -> list[End]:
        found = []
        for line in self.lines:
            if line.end >= 0 and line.name:
                y = panel.y(line.values[line.end] or 0) if panel else 0.0
                found.append(End(y, line.name, line.value, line.ink, line.small, not line.is_quiet))
        return found

    def _over_time(self, scene: Scene, panel: Panel, look: Sizes, texts: Sequence[str]) -> None:
        """Draw gaps and passes; what is said of them stands in one row, where there is room for it."""
        inside = letters.width(texts[-1], look.axis) if look.is_narrow else 0.0  # the label of the highest value
        told = [(panel.left, panel.left + inside)] if inside else []
        for first, last, _ in self.missed:  # before anything is written that they would cover
            left, right = panel.x(first), panel.x(last)
            scene.rect(left, panel.top - 12, max(1.5, right - left), panel.bottom - panel.top + 12, "gap")
        for position, text in [*self.passed, *self.restated]:
            x = panel.x(position)
            scene.line([(x, panel.top - 1), (x, panel.bottom + 5)], "muted", 1.0, dash=(1.5, 3))
            self._told(scene, panel, look, (x, text), told)
        for first, last, text in self.missed:
            left, right = panel.x(first), panel.x(last)
            if not (look.is_narrow and right - left < letters.width(text, look.small)):
                self._told(scene, panel, look, ((left + right) / 2, text), told)

    def _told(
        self, scene: Scene, panel: Panel, look: Sizes, said: tuple[float, str], told: list[tuple[float, float]]
    ) -> None:
        """Write what is said at a place above the panel, unless something stands there already."""
        middle, text = said
        half = letters.width(text, look.small) / 2
        at = min(max(middle, panel.left + half), panel.right - half)
        if all(at - half > right + 4 or at + half < left - 4 for left, right in told):
            scene.text(at, panel.top - 3, text, look.small, "muted", anchor="middle")
            told.append((at - half, at + half))

    def _doubts(self, scene: Scene, panel: Panel) -> None:
        for position in self.doubtful:
            x, y = panel.x(position), panel.bottom
            scene.area([(x, y - 1), (x - 4, y - 8), (x + 4, y - 8)], "warn")

    def _band(self, scene: Scene, panel: Panel, line: Line) -> None:
        if line.is_quiet or not line.low:
            return
        bounds = zip(self.positions, line.low, line.high, strict=True)
        for run in _runs([None if low is None or high is None else (at, low, high) for at, low, high in bounds]):
            upper = [(panel.x(at), panel.y(high)) for at, _, high in run]
            lower = [(panel.x(at), panel.y(low)) for at, low, _ in reversed(run)]
            scene.area([*upper, *lower], line.role, _BAND)

    def _line(self, scene: Scene, panel: Panel, line: Line) -> None:
        drawn = [
            None if value is None else (panel.x(at), panel.y(value))
            for at, value in zip(self.positions, line.values, strict=True)
        ]
        dotted: list[list[Point]] = [[one[-1], other[0]] for one, other in pairwise(_broken(drawn, self._breaks()))]
        if self.running and len(drawn) > 1 and drawn[-1] and drawn[-2]:
            dotted.append([drawn[-2], drawn[-1]])
            drawn[-1] = None
        width = 1.4 if line.is_quiet else 2.6
        dotted += _spread(drawn, self.estimated)
        runs = _broken(drawn, self._breaks(), self.estimated)
        for run in runs:
            if len(run) > 1:
                scene.line(_steps(run) if self.stepped else run, line.role, width)
            elif not line.is_quiet and len(runs) <= MOST_DOTS:
                scene.dot(*run[0], 2.2, line.role)
        for bridge in _joined(dotted):
            scene.line(bridge, line.role, 1.6, dash=(2, 3.5))
        self._dots(scene, panel, line)

    def _dots(self, scene: Scene, panel: Panel, line: Line) -> None:
        if line.is_quiet or line.end < 0:
            return
        at = line.end
        if self.running and at == len(self.positions) - 1:
            scene.dot(panel.x(self.positions[at]), panel.y(line.values[at] or 0), 2.8, "bg", line.role, 1.5)
            at -= 1
        if line.name and line.end < len(self.positions) - 1:  # it ends early: a pale line leads to its name
            level = panel.y(line.values[line.end] or 0)
            ends_at = panel.x(self.positions[line.end])
            scene.line([(ends_at + 6, level), (panel.right, level)], line.role, 0.8, dash=(1.5, 3.5))
        if at >= 0 and line.values[at] is not None:
            scene.dot(panel.x(self.positions[at]), panel.y(line.values[at] or 0), 3.6, line.role, "bg")

    def _breaks(self) -> list[int]:
        """Return before which indices the line is broken: a night was missed between two, or another source begins."""
        starts = [first for first, _, _ in self.missed]
        begins = {position for position, _ in self.passed}
        return [
            at
            for at, (one, other) in enumerate(pairwise(self.positions), 1)
            if other in begins or any(one <= each < other for each in starts)
        ]

    def _crossing(self, scene: Scene, panel: Panel, crossing: Crossing, look: Sizes, placed: Sequence[Box]) -> Box:
        x, y = panel.x(crossing.position), panel.y(crossing.value)
        wide = max(letters.width(each, look.small, letters.BOLD) for each in crossing.text)
        tall = letters.LINE * look.small * len(crossing.text)
        middle, top = self._place(panel, (x, y), wide, tall + 8, placed)
        inner, gap = top + tall if top < y else top, crossing.radius + 0.5
        foot = (min(max(x, middle - wide / 2), middle + wide / 2), inner + (5 if top < y else -3))
        scene.line([(x, y + (-gap if top < y else gap)), foot], "ink", 1.0)
        scene.dot(x, y, crossing.radius, "bg", "ink", 1.6)
        for at, text in enumerate(crossing.text):
            base = top + letters.LINE * look.small * (at + 0.8)
            scene.text(middle, base, text, look.small, "ink", anchor="middle", face=letters.BOLD, halo=True)
        return middle - wide / 2 - 6, middle + wide / 2 + 6, top, top + tall + 8

    def _place(self, panel: Panel, at: Point, wide: float, tall: float, placed: Sequence[Box]) -> tuple[float, float]:
        """Return the middle and the top of a label near a point: above or below it, else beside, where it is empty."""
        least, most = panel.left + wide / 2 + 34, panel.right - wide / 2 - 4
        middles = [min(max(at[0] + shift, least), most) for shift in (0.0, -wide / 2 - 8, wide / 2 + 8)]
        tops = [panel.top - 8 + step for step in range(0, max(1, int(panel.bottom - panel.top - tall)), 4)]
        free = [(middle, self._empty(panel, middle, wide, tall, tops, placed)) for middle in middles]
        middle, held = next((each for each in free if each[1]), (middles[0], tops))
        away = [top for top in held if abs(top + tall / 2 - at[1]) > tall / 2 + 16] or held
        return middle, min(away, key=lambda top: (abs(top + tall / 2 - at[1]), top))

    def _empty(
        self, panel: Panel, middle: float, wide: float, tall: float, tops: Sequence[float], placed: Sequence[Box]
    ) -> list[float]:
        """Return where a label around `middle` would stand clear of lines, bands and other labels."""
        left, right = middle - wide / 2 - 6, middle + wide / 2 + 6
        taken = [(top, bottom) for one, other, top, bottom in placed if one < right and other > left]
        for line in self.lines:
            for at, position in enumerate(self.positions):
                if left - 20 <= panel.x(position) <= right + 20 and line.values[at] is not None:
                    held = [line.values[at], *([line.low[at], line.high[at]] if line.low and not line.is_quiet else [])]
                    pixels = [panel.y(each) for each in held if each is not None]
                    taken.append((min(pixels) - 4, max(pixels) + 4))
        return [top for top in tops if all(top + tall < one or top > other for one, other in taken)]

    def _hovers(self, scene: Scene, panel: Panel) -> None:
        step = -(-len(self.positions) // MOST_HOVERS)
        held = list(range(len(self.positions) - 1, -1, -step))[::-1]
        pixels = [panel.x(self.positions[at]) for at in held]
        middles = [(one + other) / 2 for one, other in pairwise(pixels)]
        for at, left, right in zip(held, [panel.left, *middles], [*middles, panel.right], strict=True):
            known = [(line.name, line.values[at]) for line in self.lines if line.name]
            rows = [f"{name}\t{self.number(value)}" for name, value in known if value is not None]
            scene.hover(left, panel.top, max(1.0, right - left), panel.bottom - panel.top, [self.told[at], *rows])


def _steps(run: Sequence[Point]) -> list[Point]:
    """Return points that go level, then up or down half-way between one and the next."""
    found = [run[0]]
    for (x, y), (after, level) in pairwise(run):
        found += [((x + after) / 2, y), ((x + after) / 2, level)]
    return [*found, run[-1]]


def _joined(bridges: Sequence[Sequence[Point]]) -> list[list[Point]]:
    """Return bridges as few lines: one that begins where the one before ends goes on with it."""
    found: list[list[Point]] = []
    for bridge in bridges:
        if found and found[-1][-1] == bridge[0]:
            found[-1] += bridge[1:]
        else:
            found.append(list(bridge))
    return found


def _runs(points: Sequence[tuple[float, float, float] | None]) -> list[list[tuple[float, float, float]]]:
    runs: list[list[tuple[float, float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _spread(points: Sequence[Point | None], estimated: Collection[int]) -> list[list[Point]]:
    """Return runs of steps to, between and from values that are spread over their days."""
    runs: list[list[Point]] = [[]]
    for at, (one, other) in enumerate(pairwise(points)):
        if not one or not other or not (at in estimated or at + 1 in estimated):
            runs.append([])
        elif runs[-1]:
            runs[-1].append(other)
        else:
            runs[-1] += [one, other]
    return [run for run in runs if run]


def _broken(
    points: Sequence[Point | None], breaks: Sequence[int], estimated: Collection[int] = ()
) -> list[list[Point]]:
    """Return unbroken runs of points; None, the given indices and values that are spread break them."""
    runs: list[list[Point]] = [[]]
    for at, point in enumerate(points):
        if point is None or at in breaks:
            runs.append([])
        elif at in estimated:
            runs.append([])
            continue
        elif at - 1 in estimated:
            runs.append([])
        if point is not None:
            runs[-1].append(point)
    return [run for run in runs if run]
