"""Columns of what nights told, as wide as the days that they speak for, and a line of settled days over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Panel, Sizes
from tracker.charts.look import type as letters
from tracker.charts.look.numbers import day, in_one_unit, short
from tracker.charts.look.scene import Point, Scene
from tracker.charts.marked import incidents
from tracker.charts.marked.incidents import Incident

_MOST_HOVERS = 36
_LEVEL = 0.05  # pixels: less is no step
_HATCHED = 5.0  # pixels: a narrower column has no room for it
_KEY = (("told by a night", "un2", ""), ("flagged", "warnbg", "warn"), ("settled", "accent", "line"))


@dataclass(frozen=True)
class Column:
    """What a night told: the days that it speaks for, downloads a day, a flag."""

    first: date
    last: date
    value: float
    flag: str

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Nights:
    """A plot of columns and a line of days; days without a value break the line."""

    columns: Sequence[Column]
    line: Mapping[date, float]
    incidents: Sequence[Incident] = ()
    recounted: Sequence[date] = ()

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width."""
        look = axes.sizes(width)
        first = min([*self.line, *(each.first for each in self.columns)])
        last = max([*self.line, *(each.last for each in self.columns)])
        values = axes.ticks(max([*self.line.values(), *(each.value for each in self.columns)]))
        texts = in_one_unit(values)
        top = 40.0 if look.is_narrow else 28.0
        panel = Panel(axes.gutter(texts, look), top, width - 8, 0.0, -0.5, (last - first).days + 0.5, 0.0, values[-1])
        strips = incidents.strips(self.incidents, panel, look, first, width)
        below = incidents.height(strips) + 24
        scene = Scene(width, height or axes.height_of(width, 360, 280) + incidents.height(strips))
        panel = replace(panel, bottom=scene.height - below)
        self._key(scene, panel, look)
        for each in self.columns:
            self._column(scene, panel, each, first)
        axes.value_axis(scene, panel, values, texts, look)
        axes.time_axis(scene, panel, axes.day_ticks(first, last), look)
        self._settled(scene, panel, first)
        for changed in self.recounted:
            axes.step_of_counting(scene, panel, (changed - first).days)
        incidents.draw(scene, panel, look, strips)
        self._hovers(scene, panel, first)
        return scene

    def _key(self, scene: Scene, panel: Panel, look: Sizes) -> None:
        x = panel.left
        for text, fill, edge in _KEY:
            if edge == "line":
                scene.line([(x, 8), (x + 16, 8)], fill, 2.2)
            else:
                scene.rect(x, 3, 16, 10, fill)
                if edge:
                    scene.hatch(x, 3, 16, 10, edge, 5.0)
            scene.text(x + 21, 12, text, look.small, "muted")
            x += 21 + letters.width(text, look.small) + 18

    def _column(self, scene: Scene, panel: Panel, column: Column, first: date) -> None:
        left, right = panel.x((column.first - first).days - 0.5), panel.x((column.last - first).days + 0.5)
        gap = 1.0 if right - left > 4 else 0.0
        y = panel.y(column.value)
        is_ok = column.flag in ("ok", "gap")  # of a gap the width tells enough
        is_wide = right - left > _HATCHED
        scene.rect(left, y, right - left - gap, panel.bottom - y, "un2" if is_ok else "warnbg" if is_wide else "warn")
        if not is_ok and is_wide:
            scene.hatch(left, y, right - left - gap, panel.bottom - y, "warn", 7.0)

    def _settled(self, scene: Scene, panel: Panel, first: date) -> None:
        runs: list[list[Point]] = [[]]
        held = sorted(self.line.items())
        for at, (each, value) in enumerate(held):
            if at and (each - held[at - 1][0]).days > 1:
                runs.append([])
            x = (each - first).days
            y = panel.y(value)
            if runs[-1] and abs(runs[-1][-1][1] - y) < _LEVEL:
                runs[-1][-1] = (panel.x(x + 0.5), runs[-1][-1][1])  # days that are spread alike are one step
            else:
                runs[-1] += [(panel.x(x - 0.5), y), (panel.x(x + 0.5), y)]
        for run in runs:
            scene.line(run, "bg", 4.2)
            scene.line(run, "accent", 2.2)

    def _hovers(self, scene: Scene, panel: Panel, first: date) -> None:
        held = sorted({*self.line, *(each.last for each in self.columns)})
        told = {each.last: each for each in self.columns}
        step = -(-len(held) // _MOST_HOVERS)
        chosen = held[::-1][::step][::-1]
        pixels = [panel.x((each - first).days) for each in chosen]
        middles = [(one + other) / 2 for one, other in pairwise(pixels)]
        for each, left, right in zip(chosen, [panel.left, *middles], [*middles, panel.right], strict=True):
            rows = [f"settled\t{short(self.line[each])}"] if each in self.line else []
            if column := told.get(each):
                span = f", a day of {column.days}" if column.days > 1 else ""
                rows.append(f"told, {column.flag}{span}\t{short(column.value)}")
            scene.hover(left, panel.top, max(1.0, right - left), panel.bottom - panel.top, [day(each), *rows])
