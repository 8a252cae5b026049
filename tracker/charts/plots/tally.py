"""Rows of a published figure beside ours on one axis of shares: a tick, a pill that agrees, and our dot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Panel, Sizes
from tracker.charts.look import type as letters
from tracker.charts.look.numbers import percent
from tracker.charts.look.scene import Scene

_KEY = ("published", "agrees within", "ours, agrees", "ours, differs", "ours, not judged", "ours, all readings")
_LOOKS = {True: ("accent", "bg", 1.2), False: ("bg", "accent", 2.0), None: ("muted", "bg", 1.2)}  # of a dot
_DOTS = {"ours, agrees": True, "ours, differs": False, "ours, not judged": None}


@dataclass(frozen=True)
class Said:
    """One published figure: its place in the ledger, what it is about, when; parts of 1."""

    id: str
    name: str
    when: str
    said: tuple[float, float]
    band: tuple[float, float]
    ours: float
    agrees: bool | None  # None: not judged, as where the rule is not published
    ends: tuple[float, float] | None = None  # the lowest and the highest of all readings
    statement: str = ""

    @property
    def figure(self) -> str:
        """What is said, as people write it."""
        low, high = self.said
        return percent(low) if low == high else f"{percent(low)} to {percent(high)}"


@dataclass(frozen=True)
class Tally:
    """A plot of rows from the top."""

    rows: Sequence[Said]

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width, as high as the rows need."""
        look = axes.sizes(width)
        keys = self._keys(look, width)
        above, below = 18.0 * len(keys) + 12, 28.0
        tall = 38.0 if look.is_narrow else 32.0
        if height:
            tall = max(tall - 6, min(44.0, (height - above - below) / max(1, len(self.rows))))
        bottom = above + tall * len(self.rows)
        scene = Scene(width, bottom + below)
        for at, row in enumerate(keys):
            for x, text in row:
                _sample(scene, text, x, 10 + 18 * at)
                scene.text(x + 28, 14 + 18 * at, text, look.small, "muted")
        values = axes.ticks(max(v for row in self.rows for v in (row.said[1], row.ours, *(row.ends or ()))), 7)
        panel = Panel(self._left(look, width), above, width - 20, bottom, 0, values[-1], 0, 1)
        for value in values:
            x = panel.x(value)
            scene.line([(x, panel.top), (x, panel.bottom)], "grid" if value else "axis")
            scene.text(x, panel.bottom + 18, f"{100 * value:.10g}%", look.axis, "muted", anchor="middle")
        for at, each in enumerate(self.rows):
            self._row(scene, panel, each, above + tall * (at + 0.5), tall, look)
        return scene

    def _keys(self, look: Sizes, width: float) -> list[list[tuple[float, str]]]:
        dots = {text for text, agrees in _DOTS.items() if agrees in {row.agrees for row in self.rows}}
        used = [text for text in _KEY if text not in _DOTS or text in dots]
        used = [text for text in used if text != _KEY[-1] or any(row.ends for row in self.rows)]
        rows: list[list[tuple[float, str]]] = [[]]
        x = 0.0
        for text in used:
            wide = 28 + letters.width(text, look.small)
            if rows[-1] and x + wide > width:
                rows.append([])
                x = 0.0
            rows[-1].append((x, text))
            x += wide + 18
        return rows

    def _left(self, look: Sizes, width: float) -> float:
        if look.is_narrow:
            wide = [letters.width(row.name, look.label) for row in self.rows]
            wide += [letters.width(f"{row.id} · {row.when}", look.small) for row in self.rows]
            return min(width * 0.36, max(wide) + 14)
        names = max(letters.width(f"{row.name}, {row.when}", look.label) for row in self.rows)
        return min(width * 0.42, self._ids(look) + names + 20)

    def _ids(self, look: Sizes) -> float:
        return max(letters.width(row.id, look.small) for row in self.rows) + 14

    def _row(self, scene: Scene, panel: Panel, row: Said, y: float, tall: float, look: Sizes) -> None:
        if look.is_narrow:
            scene.text(0, y - 1, row.name, look.label, room=panel.left - 10)
            scene.text(0, y + 13, f"{row.id} · {row.when}", look.small, "muted", room=panel.left - 10)
        else:
            scene.text(0, y + 4, row.id, look.small, "muted")
            x = self._ids(look)
            scene.text(x, y + 4.5, f"{row.name}, {row.when}", look.label, room=panel.left - x - 12)
        low, high = panel.x(max(0.0, row.band[0])), panel.x(min(row.band[1], panel.last))
        scene.rect(low, y - 5, max(2.0, high - low), 10, "grid", radius=5)
        if row.ends:
            scene.line([(panel.x(row.ends[0]), y), (panel.x(row.ends[1]), y)], "accent", 1.4)
        for said in dict.fromkeys(row.said):
            scene.rect(panel.x(said) - 1.1, y - 9, 2.2, 18, "ink")
        scene.dot(panel.x(row.ours), y, 5.4, *_LOOKS[row.agrees])
        told = [f"{row.id}: {row.statement}", f"published\t{row.figure}", f"ours\t{percent(row.ours)}"]
        if row.ends:
            told.append(f"ours, all readings\t{percent(row.ends[0])} to {percent(row.ends[1])}")
        scene.hover(0, y - tall / 2, scene.width, tall, told)


def _sample(scene: Scene, text: str, x: float, y: float) -> None:
    if text == "published":
        scene.rect(x + 10, y - 7, 2.2, 14, "ink")
    elif text == "agrees within":
        scene.rect(x, y - 4.5, 22, 9, "grid", radius=4.5)
    elif text == "ours, all readings":
        scene.line([(x, y), (x + 22, y)], "accent", 1.4)
    else:
        scene.dot(x + 12, y, 5, *_LOOKS[_DOTS[text]])
