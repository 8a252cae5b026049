"""The unit of each figure: how it is said, and how far off another one is, in words that mean something.

A place is places off, a share or a growth percentage points, a number per cent; nothing is "2700 % off".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.registry.points import Point


@dataclass(frozen=True)
class Unit:
    """How figures of a kind are said (`say`), and what their distance is counted in: `of` as one, `units` as several.

    `scale` turns a gap into these. A relative one is told in per cent of what is said, where that is not zero.
    """

    say: Callable[[float], str]
    of: str
    units: str
    scale: float = 1
    is_relative: bool = False

    def distance(self, point: Point, ours: float) -> float:
        """Return how far `ours` lies from what a point says, in `distance_unit`."""
        said = abs(point.nearest(ours))
        if self._in_per_cent(point, ours):
            return 100 * point.gap(ours) / said if said else 0.0
        return self.scale * point.gap(ours)

    def distance_unit(self, point: Point, ours: float) -> str:
        """Return what the distance is counted in: places, percentage points, per cent, models, ..."""
        return "per cent" if self._in_per_cent(point, ours) else self.units

    def off(self, point: Point, ours: float) -> str:
        """Say the distance: `27 places off`, `3.2 percentage points off`, `2.6% off`, `agrees`."""
        distance, said = self.distance(point, ours), point.nearest(ours)
        if not distance:
            return "agrees"
        if not self._in_per_cent(point, ours):
            number = _short(distance)
            return f"{number} {self.of if number == '1' else self.units} off"
        if distance > 100:
            return f"{_short(ours / said)} times what is said"
        return f"{per_cent(distance / 100)} off"

    def _in_per_cent(self, point: Point, ours: float) -> bool:
        return self.is_relative and (not point.gap(ours) or point.nearest(ours) != 0)


def per_cent(value: float) -> str:
    """Return a part of 1 in per cent, with as many digits as it takes to tell it from zero."""
    percent = 100 * value
    if percent and abs(percent) < 0.01:
        return "under 0.01%" if value > 0 else "over -0.01%"
    return f"{percent:.1f}%" if not percent or abs(percent) >= 0.1 else f"{percent:.2g}%"


def number(value: float) -> str:
    """Return a number with three digits, or all those before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _short(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0") if value >= 0.1 else f"{value:.1g}"


def numbers_of(thing: str) -> Unit:
    """Return the unit of numbers that are large: told in per cent of what is said, in things where that is zero."""
    return Unit(number, thing, f"{thing}s" if " " not in thing else thing.replace(" ", "s ", 1), is_relative=True)


SHARE = Unit(per_cent, "percentage point", "percentage points", scale=100)
GROWTH = Unit(lambda value: f"{'+' if value > 0 else ''}{per_cent(value)}", SHARE.of, SHARE.units, scale=100)
PLACE = Unit(number, "place", "places")
FEW_MODELS = Unit(number, "model", "models")  # of 25
MODELS, DOWNLOADS, PARAMETERS, TOKENS = map(numbers_of, ("model", "download", "parameter", "token"))
RATIO = Unit(number, "time", "times", is_relative=True)
