"""Small drawings of tables and key figures, which say nothing that the numbers beside them do not: lines, bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from tracker.charts.look import svg
from tracker.charts.look.scene import Point, Scene

WIDE, HIGH = 96.0, 24.0
BAR_WIDE, BAR_HIGH = 150.0, 20.0
SCALES = (0.6, 1.0)  # where bars end: a table has the first that holds all of its rows


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


def scale(rows: Iterable[Mapping[str, Any]]) -> float:
    """Return where the bars of a table of shares end."""
    most = max((each for row in rows for each in (row["share"], row["high"]) if each is not None), default=0.0)
    return next((each for each in SCALES if most <= each), SCALES[-1])


def bounds(row: Mapping[str, Any], role: str, most: float) -> Markup:
    """Return a share as a dot on its bounds, on a scale from 0 to `most`."""
    low, value, high = row["low"], row["share"], row["high"]
    scene = Scene(BAR_WIDE, BAR_HIGH)

    def x(part: float) -> float:
        return 4 + (BAR_WIDE - 8) * min(part, most) / most

    scene.line([(x(0), BAR_HIGH / 2), (x(most), BAR_HIGH / 2)], "grid", 1)
    if low is not None and high is not None:
        scene.rect(x(low), BAR_HIGH / 2 - 3, max(x(high) - x(low), 1), 6, role, opacity=0.3, radius=3)
    scene.dot(x(value), BAR_HIGH / 2, 4, role)
    return _shown(scene, "bound")


def _shown(scene: Scene, css: str) -> Markup:
    return Markup(svg.silent(scene, css))
