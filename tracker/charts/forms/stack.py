"""A stack of columns that sum to the whole, one a month; parts are labelled at the right, blocks have brackets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import polars as pl

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Panel, Sizes, Ticks, month_ticks
from tracker.charts.forms.ends import LEADER
from tracker.charts.forms.labels import spread
from tracker.charts.forms.months import Months
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look import type as letters
from tracker.charts.look.figure import Plot
from tracker.charts.look.numbers import label, percent
from tracker.charts.look.scene import Point, Scene
from tracker.findings.chance import THIN
from tracker.findings.monthly import spelt

MOST_HOVERS = 40  # areas under the pointer: beyond that neighbours share one, which tells of the newest
WIDEST = 40.0  # pixels of a column: with few months the chart is narrower
_GUTTER = 42.0
_LABELS = 252.0  # pixels of labels and brackets at the right of a wide chart
_PHONE_LABELS = 128.0


@dataclass(frozen=True)
class Part:
    """One part of every column, 0 to 1 each; None: that column is not drawn. `block` is what brackets sum up."""

    name: str
    role: str
    ink: str
    shares: Sequence[float | None]
    block: str = ""
    is_bold: bool = False


@dataclass(frozen=True)
class Stack:
    """Columns at positions 0, 1, ...; `parts` from the top to the foot. Labels give the values of column `last`."""

    parts: Sequence[Part]
    ticks: Ticks
    told: Sequence[str]  # heads of what hovering tells of each column
    last: int
    running: bool = False  # whether the last column is not over

    @property
    def columns(self) -> int:
        """How many columns there is room for."""
        return len(self.told)

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width."""
        look = axes.sizes(width)
        scene = Scene(width, height or axes.height_of(width, 440, 380))
        left = 38.0 if look.is_narrow else _GUTTER
        free = width - left - (_PHONE_LABELS if look.is_narrow else _LABELS)
        wide = min(WIDEST, free / max(1, self.columns))
        panel = Panel(left, 8, left + wide * self.columns, scene.height - 24, -0.5, self.columns - 0.5, 0, 1)
        for value in (0, 0.25, 0.5, 0.75, 1):
            scene.line([(panel.left, panel.y(value)), (panel.right, panel.y(value))], "grid" if value else "axis")
            scene.text(panel.left - 6, panel.y(value) + 4, f"{value:.0%}", look.axis, "muted", anchor="end")
        self._columns(scene, panel, wide)
        axes.time_axis(scene, panel, self.ticks, look)
        self._labels(scene, panel, look)
        self._hovers(scene, panel, wide)
        return scene

    def _columns(self, scene: Scene, panel: Panel, wide: float) -> None:
        """Draw every part as one shape, which is shorter than a rectangle a month."""
        levels, gap = [1.0] * self.columns, 1.0 if wide > 4 else 0.4
        for part in self.parts:
            points: list[Point | None] = []
            for at, share in enumerate(part.shares):
                top, bottom = panel.y(levels[at]), panel.y(levels[at] - (share or 0))
                levels[at] -= share or 0
                bottom -= 0.8 if bottom - top > 2 else 0
                if bottom - top > 0.05:
                    left, right = panel.x(at - 0.5) + gap / 2, panel.x(at + 0.5) - gap / 2
                    points += [(left, top), (right, top), (right, bottom), (left, bottom), None]
            scene.area(points, part.role)
        if self.running:
            scene.hatch(panel.x(self.columns - 1.5) + gap / 2, panel.top, wide - gap, panel.bottom - panel.top)

    def _hovers(self, scene: Scene, panel: Panel, wide: float) -> None:
        step = -(-self.columns // MOST_HOVERS)
        for at in reversed(range(self.columns - 1, -1, -step)):
            held = [(part.name, share) for part in self.parts if (share := part.shares[at])]
            rows = [f"{name}\t{percent(share)}" for name, share in held]
            if rows:
                first = max(0, at - step + 1)
                room = wide * (at - first + 1)
                scene.hover(panel.x(first - 0.5), panel.top, room, panel.bottom - panel.top, [self.told[at], *rows])

    def _labels(self, scene: Scene, panel: Panel, look: Sizes) -> None:
        shown = [(part, part.shares[self.last] or 0.0) for part in self.parts]
        kept = [(part, share) for part, share in shown if any(each for each in part.shares)]
        heights = [letters.LINE * look.small + 1.5] * len(kept)
        wanted, newest = [], self._middles(self.columns - 1)
        for part, _ in kept:
            wanted.append(panel.y(newest[self.parts.index(part)]))
        placed = spread(wanted, heights, 0, panel.bottom + 16)
        x = panel.right + LEADER
        names = max((letters.width(part.name, look.small, letters.BOLD) for part, _ in kept), default=0)
        value_at = scene.width if look.is_narrow else min(scene.width - 92, x + names + 52)
        for (part, share), at, middle in zip(kept, wanted, placed, strict=True):
            scene.line([(panel.right + 3, at), (x - 3, middle)], "axis", 0.9)
            face = letters.BOLD if part.is_bold else letters.SANS
            value = label(share)
            free = value_at - x - letters.width(value, look.small, face) - 6
            scene.text(x, middle + 4, part.name, look.small, part.ink, face=face, room=free)
            scene.text(
                value_at, middle + 4, value, look.small, "ink" if part.is_bold else "muted", anchor="end", face=face
            )
        if not look.is_narrow:
            self._brackets(scene, [part for part, _ in kept], placed, value_at + 8, look)

    def _middles(self, at: int) -> list[float]:
        level, found = 1.0, []
        for part in self.parts:
            share = part.shares[at] or 0.0
            found.append(level - share / 2)
            level -= share
        return found

    def _brackets(self, scene: Scene, parts: Sequence[Part], placed: Sequence[float], x: float, look: Sizes) -> None:
        for block, members in groupby(zip(parts, placed, strict=True), key=lambda each: each[0].block):
            held = list(members)
            if not block or len(held) < 2:
                continue
            top, bottom = held[0][1] - 6, held[-1][1] + 6
            scene.line([(x, top), (x + 4, top), (x + 4, bottom), (x, bottom)], held[0][0].ink, 1.0)
            total = sum(part.shares[self.last] or 0.0 for part, _ in held)
            name = {"United States": "US"}.get(block, block)
            scene.text(
                x + 9, (top + bottom) / 2 + 4, f"{name} {label(total)}", look.small, held[0][0].ink,
                face=letters.BOLD, room=scene.width - x - 9,
            )  # fmt: skip


Classes = Sequence[tuple[str, Sequence[str], str]]  # from the top: what each part is called, its classes, its role


@dataclass(frozen=True)
class Columns:
    """The `parts` of each month that is `held`, from the top of a column."""

    held: Months
    parts: Sequence[Part]

    @property
    def last(self) -> int:
        """The place of the last whole month, whose values are named."""
        return self.held.every.index(self.held.last) if self.held.last else 0

    @property
    def plot(self) -> Plot:
        """The columns, or a sentence where no month counts enough for one."""
        if not self.held.drawn:
            return Sentence(f"No month counts {THIN} models or more, so no column is drawn.")
        return Stack(self.parts, month_ticks(self.held.every), self.held.heads(), self.last, self.held.running)

    @property
    def values(self) -> str:
        """What a subtitle adds of the values beside the columns: of which month they are, and of how many models."""
        last = self.held.last
        return f". Values: {spelt(last)}, n = {self.held.sizes[last]:,}" if last else ""

    def read_out(self, of: str, what: str) -> str:
        """Return the columns in words, for who cannot see them. `of`: the models; `what`: what is drawn of them."""
        if not self.held.last:
            return f"No month of {of} counts {THIN} models or more."
        shares = [(part.name, part.shares[self.last]) for part in self.parts]
        values = ", ".join(f"{name} {percent(share)}" for name, share in shares if share)
        period = f"{spelt(self.held.every[0])} to {spelt(self.held.every[-1])}"
        return f"Stacked columns, {period}: {what}. {spelt(self.held.last)}: {values}."


def of_classes(frame: pl.DataFrame, column: str, classes: Classes, held: Months) -> Columns:
    """Return the columns of rows of `month`, `share` and a class in `column`; a month that is not drawn is a gap."""
    shares = {(month, name): share or 0.0 for month, name, share in frame.select("month", column, "share").rows()}
    parts = []
    for name, merged, role in classes:
        values = [
            sum(shares.get((month, each), 0.0) for each in merged) if month in held.drawn else None
            for month in held.every
        ]
        parts.append(Part(name, role, "uni" if role == "un1" else "ink", values))
    return Columns(held, parts)
