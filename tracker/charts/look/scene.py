"""A scene: what a figure is drawn of. Marks in pixels that name colour roles, so that two writers draw the same.

x grows to the right and y downwards, as in SVG. A scene knows nothing of data, of themes or of files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from tracker.charts.look import type as letters

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Rect:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    opacity: float = 1.0
    radius: float = 0.0


@dataclass(frozen=True)
class Path:
    """Points joined by straight lines: stroked, or closed and filled where `fill` names a role.

    None among the points lifts the pen.
    """

    points: tuple[Point | None, ...]
    stroke: str = ""
    width: float = 1.0
    fill: str = ""
    opacity: float = 1.0
    dash: tuple[float, float] | None = None
    halo: bool = False  # a wider line of the background below it


@dataclass(frozen=True)
class Circle:
    """A dot, filled or hollow."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str = ""
    width: float = 1.0


@dataclass(frozen=True)
class Text:
    """One line of text on its baseline; `whole` is what it was cut from."""

    x: float
    y: float
    text: str
    size: float
    fill: str = "ink"
    anchor: Anchor = "start"
    face: str = letters.SANS
    halo: bool = False
    whole: str = ""

    def box(self) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom as measured with the package's fonts."""
        wide = letters.width(self.text, self.size, self.face)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return left, self.y - letters.ASCENT * self.size, left + wide, self.y + letters.DESCENT * self.size


@dataclass(frozen=True)
class Hover:
    """An invisible area that tells its lines under the pointer: the first is a heading, others are `name<TAB>value`."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


Mark = Rect | Path | Circle | Text | Hover


@dataclass
class Scene:
    """A canvas of `width` x `height` pixels and its marks, the first drawn first."""

    width: float
    height: float
    marks: list[Mark] = field(default_factory=list)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        opacity: float = 1.0,
        radius: float = 0.0,
    ) -> None:
        """Add a rectangle; nothing where it has no area."""
        if width > 0 and height > 0:
            self.marks.append(Rect(x, y, width, height, fill, opacity, radius))

    def line(
        self,
        points: Sequence[Point | None],
        stroke: str,
        width: float = 1.0,
        dash: tuple[float, float] | None = None,
        opacity: float = 1.0,
        halo: bool = False,
    ) -> None:
        """Add a line through points; nothing where there are fewer than two."""
        if len(points) > 1:
            self.marks.append(Path(tuple(points), stroke, width, dash=dash, opacity=opacity, halo=halo))

    def area(self, points: Sequence[Point | None], fill: str, opacity: float = 1.0, stroke: str = "") -> None:
        """Add a filled shape, with an edge where `stroke` names a role; nothing for fewer than three points."""
        if len(points) > 2:
            self.marks.append(Path(tuple(points), stroke, fill=fill, opacity=opacity))

    def hatch(self, x: float, y: float, width: float, height: float, stroke: str = "bg", step: float = 6.0) -> None:
        """Add diagonals over a rectangle: what is below them is not over yet."""
        points: list[Point | None] = []
        at = step - height
        while at < width:
            left, right = max(at, 0.0), min(at + height, width)
            points += [(x + left, y + height - (left - at)), (x + right, y + height - (right - at)), None]
            at += step
        self.line(points, stroke, 1.4)

    def dot(self, x: float, y: float, radius: float, fill: str, stroke: str = "", width: float = 1.0) -> None:
        """Add a dot."""
        self.marks.append(Circle(x, y, radius, fill, stroke, width))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        fill: str = "ink",
        *,
        anchor: Anchor = "start",
        face: str = letters.SANS,
        halo: bool = False,
        room: float | None = None,
    ) -> None:
        """Add a line of text, cut by its measured width where `room` pixels are all it has."""
        written = letters.spelt(text)
        shown = written if room is None else letters.cut(written, size, room, face)
        self.marks.append(Text(x, y, shown, size, fill, anchor, face, halo, text if shown != written else ""))

    def hover(self, x: float, y: float, width: float, height: float, lines: Sequence[str]) -> None:
        """Add an area that tells its lines under the pointer and by keyboard."""
        self.marks.append(Hover(x, y, width, height, tuple(lines)))

    def place(self, other: Scene, x: float, y: float, scale: float = 1.0) -> None:
        """Add another scene's marks with its corner at (x, y)."""
        self.marks += [_moved(mark, x, y, scale) for mark in other.marks]

    def texts(self) -> list[Text]:
        """Return the texts in order."""
        return [mark for mark in self.marks if isinstance(mark, Text) and mark.text.strip()]


def _moved(mark: Mark, x: float, y: float, scale: float) -> Mark:
    if isinstance(mark, Path):
        points = tuple(None if at is None else (x + scale * at[0], y + scale * at[1]) for at in mark.points)
        dash = None if mark.dash is None else (mark.dash[0] * scale, mark.dash[1] * scale)
        return replace(mark, points=points, width=mark.width * scale, dash=dash)
    left, top = x + scale * mark.x, y + scale * mark.y
    if isinstance(mark, Text):
        return replace(mark, x=left, y=top, size=mark.size * scale)
    if isinstance(mark, Circle):
        return replace(mark, x=left, y=top, radius=mark.radius * scale, width=mark.width * scale)
    return replace(mark, x=left, y=top, width=mark.width * scale, height=mark.height * scale)
