"""A bump chart: ranks over quarters as thick lines that cross, names at both ends, entering and leaving as stubs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Panel, Sizes
from tracker.charts.look import type as letters
from tracker.charts.look.scene import Point, Scene

FEW = 6  # quarters that a phone has room for
_BENDS = 10  # pieces of a curve between two quarters
_ROW = 38.0  # pixels of a rank; 32 on a phone


@dataclass(frozen=True)
class Track:
    """One group's rank in each quarter, 1 for the first, None where it is not in the list."""

    name: str
    role: str
    ink: str
    ranks: Sequence[int | None]
    values: Sequence[str]  # what hovering says of each quarter
    value: str = ""  # beside the last name

    @property
    def is_quiet(self) -> bool:
        """Whether it is no longer in the list."""
        return self.ranks[-1] is None


@dataclass(frozen=True)
class Bump:
    """Tracks over `quarters` (Q3 2026) in `rows` ranks; a phone shows the newest six quarters."""

    tracks: Sequence[Track]
    quarters: Sequence[str]
    rows: int

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width, as high as the ranks need."""
        look = axes.sizes(width)
        first = max(0, len(self.quarters) - FEW) if look.is_narrow else 0
        row = 34.0 if look.is_narrow else _ROW
        row = max(26.0, min(row * 1.4, (height - 64) / self.rows)) if height else row
        scene = Scene(width, 48 + row * self.rows + 16)
        left = self._room(self._at(first), look, width) + 30
        values = max((letters.width(each.value, look.small) for each in self.tracks), default=0) + 16
        right = self._room(self._at(-1), look, width) + 30 + (0 if look.is_narrow else values)
        bottom = 48 + row * self.rows
        panel = Panel(left, 48, width - right, bottom, first, len(self.quarters) - 1, self.rows + 0.5, 0.5)
        self._columns(scene, panel, first, look)
        order = sorted(self.tracks, key=lambda each: (not each.is_quiet, -(each.ranks[-1] or 0)))
        for track in order:
            self._track(scene, panel, track, first)
        self._ends(scene, panel, first, look, values)
        self._hovers(scene, panel, first)
        return scene

    def _at(self, quarter: int) -> list[Track]:
        return [track for track in self.tracks if track.ranks[quarter] is not None]

    def _room(self, tracks: Sequence[Track], look: Sizes, width: float) -> float:
        wide = max((letters.width(track.name, look.label, letters.BOLD) for track in tracks), default=0)
        return min(wide, width * (0.21 if look.is_narrow else 0.2))

    def _columns(self, scene: Scene, panel: Panel, first: int, look: Sizes) -> None:
        end = -1e9
        for at in range(first, len(self.quarters)):
            x, (name, _, year) = panel.x(at), self.quarters[at].partition(" ")
            scene.line([(x, panel.top - 4), (x, panel.bottom)], "grid")
            scene.text(x, 16, name, look.small, "muted", anchor="middle")
            if (name == "Q1" or at == first) and x > end:
                scene.text(x, 32, year, look.small, "ink", anchor="middle", face=letters.BOLD)
                end = x + letters.width(year, look.small, letters.BOLD) + 4

    def _track(self, scene: Scene, panel: Panel, track: Track, first: int) -> None:
        role, wide = ("axis", 1.6) if track.is_quiet else (track.role, 3.6)
        held = {at: track.ranks[at] for at in range(first, len(self.quarters))}
        for run in self._runs(panel, held, first):
            scene.line(run, role, wide, halo=not track.is_quiet)
        for at, rank in held.items():
            if rank is not None:
                dot = (panel.x(at), panel.y(rank))
                scene.dot(*dot, 2.6 if track.is_quiet else 5.0, role, "bg", 1.4)

    def _hovers(self, scene: Scene, panel: Panel, first: int) -> None:
        step = (panel.right - panel.left) / max(1, len(self.quarters) - 1 - first)
        for at in range(first, len(self.quarters)):
            held = sorted(self._at(at), key=lambda track: track.ranks[at] or 0)
            rows = [f"{track.ranks[at]} {track.name}\t{track.values[at]}" for track in held]
            scene.hover(panel.x(at) - step / 2, 0, step, panel.bottom, [self.quarters[at], *rows])

    def _runs(self, panel: Panel, held: dict[int, int | None], first: int) -> list[list[Point]]:
        """Return the curves of a track: whole spells in the list, with a stub where one begins or ends within it."""
        outside = panel.bottom + 10
        step = panel.x(first + 1) - panel.x(first) if len(held) > 1 else 40.0
        runs: list[list[Point]] = []
        for before, at in pairwise([None, *held]):
            rank, earlier = held[at] if at is not None else None, None if before is None else held[before]
            if at is None or (rank is None and earlier is None):
                continue
            here = (panel.x(at), panel.y(rank)) if rank is not None else None
            if here and earlier is None:
                stub = [] if before is None else _bend((here[0] - 0.45 * step, outside), here)
                runs.append(stub or [here])
            elif here and before is not None and earlier is not None:
                runs[-1] += _bend((panel.x(before), panel.y(earlier)), here)[1:]
            elif before is not None and earlier is not None:
                there = (panel.x(before), panel.y(earlier))
                runs[-1] += _bend(there, (there[0] + 0.45 * step, outside))[1:]
        return runs

    def _ends(self, scene: Scene, panel: Panel, first: int, look: Sizes, values: float) -> None:
        for track in self._at(first):
            y, face = panel.y(track.ranks[first] or 0) + 4.5, letters.SANS
            scene.text(panel.left - 12, y, str(track.ranks[first]), look.label, anchor="end", face=letters.BOLD)
            room = panel.left - 30
            ink = "muted" if track.is_quiet else track.ink
            name = letters.cut(track.name, look.label, room, face)
            scene.text(room, y, name, look.label, ink, anchor="end", face=face)
        for track in self._at(-1):
            y = panel.y(track.ranks[-1] or 0) + 4.5
            face = letters.BOLD if (track.ranks[-1] or 0) <= 3 else letters.SANS
            scene.text(panel.right + 12, y, str(track.ranks[-1]), look.label, face=letters.BOLD)
            room = scene.width - panel.right - 30 - (0 if look.is_narrow else values)
            scene.text(panel.right + 30, y, track.name, look.label, track.ink, face=face, room=room)
            if not look.is_narrow:
                scene.text(scene.width, y, track.value, look.small, "muted", anchor="end")


def _bend(start: Point, end: Point) -> list[Point]:
    """Return a curve that leaves and arrives level; a straight line where it is level all the way."""
    if start[1] == end[1]:
        return [start, end]
    parts = [at / _BENDS for at in range(_BENDS + 1)]
    return [
        (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part * part * (3 - 2 * part))
        for part in parts
    ]
