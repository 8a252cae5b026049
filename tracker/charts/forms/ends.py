"""Labels at the end of marks: a name with its value, a small line below, moved apart, joined by a thin leader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.charts.forms.axes import Sizes
from tracker.charts.forms.labels import spread
from tracker.charts.look import type as letters
from tracker.charts.look.scene import Scene


@dataclass(frozen=True)
class End:
    """What stands beside the end of a mark at height `y`."""

    y: float
    name: str
    value: str
    fill: str  # role of the text
    small: str = ""
    is_bold: bool = True


LEADER = 14.0  # pixels between the mark and its label


def room(ends: Sequence[End], look: Sizes, most: float) -> float:
    """Return how many pixels labels take to the right of their marks, `most` at most."""
    wide = [letters.width(f"{end.name} {end.value}", look.label, letters.BOLD) for end in ends]
    wide += [letters.width(end.small, look.small) for end in ends]
    return min(most, LEADER + max(wide, default=0) + 2)


def height(ends: Sequence[End], look: Sizes) -> float:
    """Return how many pixels labels take below each other."""
    return sum(letters.LINE * look.label + (1.25 * look.small if end.small else 0) for end in ends)


def draw(scene: Scene, ends: Sequence[End], x: float, top: float, bottom: float, look: Sizes) -> None:
    """Draw labels right of `x`, between `top` and `bottom`, none over another."""
    heights = [letters.LINE * look.label + (1.25 * look.small if end.small else 0) for end in ends]
    placed = spread([end.y for end in ends], heights, top, bottom)
    free = scene.width - x - LEADER
    for end, middle, height in zip(ends, placed, heights, strict=True):
        scene.line([(x + 5, end.y), (x + LEADER - 4, middle)], "axis", 0.9)
        face = letters.BOLD if end.is_bold else letters.SANS
        base = middle - height / 2 + 1.02 * look.label
        value = letters.width(f" {end.value}", look.label, face) if end.value else 0
        name = letters.cut(end.name, look.label, free - value, face)
        scene.text(x + LEADER, base, f"{name} {end.value}".strip(), look.label, end.fill, face=face)
        if end.small:
            scene.text(x + LEADER, base + 1.25 * look.small, end.small, look.small, "muted", room=free)
