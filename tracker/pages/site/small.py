"""Small drawings of tables and key figures, which say nothing that the numbers beside them do not: lines, bars."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from tracker.charts.look import svg
from tracker.charts.look.scene import Point, Scene

WIDE, HIGH = 96.0, 24.0
BAR_WIDE, BAR_HIGH, BAR_MOST = 150.0, 20.0, 0.6


def line(values: Sequence[float | None], role: str) -> Markup:
    """Return a small line on a scale of its own from zero, gaps as gaps; nothing for fewer than two values."""
    held = [value for value in values if value is not None]
    if len(held) < 2 or not max(held):
        return Markup("")
    scene, top = Scene(WIDE, HIGH), max(held)
    places: list[Point | None] = [
        None if value is None else (1 + at * (WIDE - 6) / (len(values) - 1), HIGH - 3 - value * (HIGH - 6) / top)
        for at, value in enumerate(values)
    ]
    points = [place for place in places if place]
    if None not in places:
        scene.area([(points[0][0], HIGH - 2), *points, (points[-1][0], HIGH - 2)], role, 0.16)
    scene.line(places, role, 1.5)
    scene.dot(*points[-1], 2.2, role)
    return _shown(scene, "sp")


def bounds(low: float | None, value: float, high: float | None, role: str) -> Markup:
    """Return a share as a dot on its bounds, on a scale from 0 to 60 %."""
    scene = Scene(BAR_WIDE, BAR_HIGH)

    def x(part: float) -> float:
        return 4 + (BAR_WIDE - 8) * min(part, BAR_MOST) / BAR_MOST

    scene.line([(x(0), BAR_HIGH / 2), (x(BAR_MOST), BAR_HIGH / 2)], "grid", 1)
    if low is not None and high is not None:
        scene.rect(x(low), BAR_HIGH / 2 - 3, max(x(high) - x(low), 1), 6, role, opacity=0.3, radius=3)
    scene.dot(x(value), BAR_HIGH / 2, 4, role)
    return _shown(scene, "bound")


def _shown(scene: Scene, css: str) -> Markup:
    return Markup(svg.silent(scene, css))
