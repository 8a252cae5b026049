"""Rows of dots, one row a rule: the leader's larger, joined from row to row and valued; names once above the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.charts.forms import axes
from tracker.charts.forms.axes import Panel, Sizes
from tracker.charts.forms.labels import spread
from tracker.charts.look import type as letters
from tracker.charts.look.numbers import label
from tracker.charts.look.scene import Scene


@dataclass(frozen=True)
class Rule:
    """One rule: its name, its gist, the share of each group by name (none: the rule gives no figure)."""

    name: str
    gist: str
    shares: Mapping[str, float]
    is_ours: bool = False
    told: Sequence[str] = ()


@dataclass(frozen=True)
class Rules:
    """Rules from the top. `groups` are name, role of the dot, role of the text; the first of them is the leader."""

    rules: Sequence[Rule]
    groups: Sequence[tuple[str, str, str]]

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene of a width: name and gist left of the dots, on a phone above them."""
        look = axes.sizes(width)
        top, foot, tall = 40.0, 28.0, (44.0 if height else 62.0) if look.is_narrow else 50.0
        if height:
            tall = max(tall, min(76.0, (height - top - foot) / len(self.rules)))
        scene = Scene(width, top + tall * len(self.rules) + foot)
        values = axes.ticks(max((value for rule in self.rules for value in rule.shares.values()), default=0))
        left = 8.0 if look.is_narrow else self._left(look, width)
        panel = Panel(left, top, width - 44, top + tall * len(self.rules), values[0], values[-1], 0, 1)
        for at, rule in enumerate(self.rules):
            if rule.is_ours:
                scene.rect(0, top + tall * at, width, tall, "surface", radius=4)
        for value in values:
            x = panel.x(value)
            scene.line([(x, panel.top), (x, panel.bottom)], "axis" if value == values[0] else "grid")
        self._axis(scene, panel, values, look)
        middles = [
            top + tall * at + (tall - (12 if tall < 60 else 16) if look.is_narrow else tall / 2)
            for at in range(len(self.rules))
        ]
        if not look.is_narrow:  # where it would cross the names of rules
            self._joined(scene, panel, middles)
        for at, rule in enumerate(self.rules):
            self._rule(scene, panel, rule, top + tall * at, middles[at], tall, look)
        self._names(scene, panel, middles, look)
        return scene

    def _left(self, look: Sizes, width: float) -> float:
        wide = [letters.width(rule.name, look.label, letters.BOLD) for rule in self.rules]
        wide += [letters.width(rule.gist, look.small) for rule in self.rules]
        return min(0.36 * width, max(wide) + 30)

    def _axis(self, scene: Scene, panel: Panel, values: Sequence[float], look: Sizes) -> None:
        end = -1e9
        for value in values:
            text = f"{100 * value:.10g}%"
            wide = letters.width(text, look.axis)
            at = max(panel.x(value), wide / 2)
            if at - wide / 2 > end + 6:
                scene.text(at, panel.bottom + 18, text, look.axis, "muted", anchor="middle")
                end = at + wide / 2

    def _joined(self, scene: Scene, panel: Panel, middles: Sequence[float]) -> None:
        leader, role, _ = self.groups[0]
        points = [
            (panel.x(rule.shares[leader]), y) for rule, y in zip(self.rules, middles, strict=True)
            if leader in rule.shares
        ]  # fmt: skip
        scene.line(points, role, 1.2, opacity=0.5)

    def _rule(self, scene: Scene, panel: Panel, rule: Rule, top: float, y: float, tall: float, look: Sizes) -> None:
        room = scene.width - 16 if look.is_narrow else panel.left - 20
        base = top + 16 if look.is_narrow else y - 3
        scene.text(8, base, rule.name, look.label, face=letters.BOLD, room=room)
        if look.is_narrow and tall < 60:  # a sheet with little room: both on one line
            beside = min(room, letters.width(rule.name, look.label, letters.BOLD)) + 16
            scene.text(beside, base, rule.gist if room - beside > 40 else "", look.small, "muted", room=room - beside)
        else:
            scene.text(8, base + 15, rule.gist, look.small, "muted", room=room)
        pixels = sorted(panel.x(value) for value in rule.shares.values())
        scene.line([(pixels[0], y), (pixels[-1], y)] if pixels else [], "axis", 1.2)
        for name, role, _ in reversed(self.groups):
            if name in rule.shares:
                radius = 5.5 if name == self.groups[0][0] else 4.2
                scene.dot(panel.x(rule.shares[name]), y, radius, role, "bg")
        leader = self.groups[0][0]
        if leader in rule.shares:
            self._value(scene, panel, rule.shares[leader], pixels, y, look)
        if rule.told:
            scene.hover(0, top, scene.width, tall, rule.told)

    def _value(self, scene: Scene, panel: Panel, value: float, pixels: Sequence[float], y: float, look: Sizes) -> None:
        text = label(value)
        wide, at = letters.width(text, look.label, letters.BOLD), panel.x(value) + 10
        for x in pixels:  # right of every dot that would stand on it
            if at - 8 < x < at + wide + 4 and x > panel.x(value):
                at = x + 9
        at = min(at, scene.width - wide)
        scene.text(at, y + 4.5, text, look.label, face=letters.BOLD, halo=True)

    def _names(self, scene: Scene, panel: Panel, middles: Sequence[float], look: Sizes) -> None:
        """Draw the names above the first row, moved apart, each joined to its first dot."""
        shown = [(group, row) for group in self.groups for row in self._first(group[0])]
        most = (scene.width - 8) / max(1, len(shown)) - 8
        texts = [letters.cut(name, look.small, most, letters.BOLD) for (name, _, _), _ in shown]
        wide = [letters.width(text, look.small, letters.BOLD) + 8 for text in texts]
        wanted = [panel.x(self.rules[row].shares[name]) for (name, _, _), row in shown]
        low = 0.0 if look.is_narrow else min(panel.left - 40, scene.width - sum(wide))
        placed = spread(wanted, wide, low, scene.width)
        for ((name, _, ink), row), text, x, at in zip(shown, texts, wanted, placed, strict=True):
            dot = (x, middles[row] - (7 if name == self.groups[0][0] else 6))
            # on a phone the rule's own name stands between
            scene.line([(at, 17), (at, 24) if look.is_narrow else dot], "axis", 0.9)
            scene.text(at, 13, text, look.small, ink, anchor="middle", face=letters.BOLD)

    def _first(self, name: str) -> list[int]:
        """Return the first row that has a dot of a group, none where no row has."""
        return [at for at, rule in enumerate(self.rules) if name in rule.shares][:1]
