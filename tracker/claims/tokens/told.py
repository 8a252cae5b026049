"""A claim about tokens with our figures: which denominator makes it true, which does not, of which nothing is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.claims.desk import CannotCompute
from tracker.claims.figure import Figure
from tracker.claims.tokens.weeks import ASKS, DENOMINATORS, PEAK, SUM, WEEK
from tracker.registry.claims import Claim
from tracker.registry.points import NOISE, Point
from tracker.words import CANNOT, IMPOSSIBLE, POSSIBLE

NEAR: Mapping[str, str] = {  # what comes before figures that decide nothing
    PEAK: "the highest of which gives",
    WEEK: "the closest of which has",
    SUM: "since then there are",
}


class Undecided(CannotCompute):
    """Weeks that lack, and what those that are here come closest to, which decides nothing."""

    def __init__(self, lacking: str, near: str) -> None:
        super().__init__(lacking)
        self.near = near


@dataclass(frozen=True)
class Told:
    """Our figure for a point out of one denominator; why there is none otherwise, and what there is instead (near)."""

    point: Point
    denominator: str
    figure: Figure | None
    missing: str = ""
    near: str = ""
    week: date | None = None  # the one that it is of, where it is of one

    def fits(self, claim: Claim) -> bool:
        """Whether it falls within the tolerance of what is claimed."""
        return self.figure is not None and self.point.distance(self.figure.value) <= claim.tolerance + NOISE


@dataclass(frozen=True)
class Judged:
    """A claim about tokens with its figures, by denominator and point."""

    claim: Claim
    told: Sequence[Told]
    is_synthetic: bool

    @property
    def true_of(self) -> list[str]:
        """The denominators that make every point true."""
        return [name for name in DENOMINATORS if all(each.fits(self.claim) for each in self._of(name))]

    @property
    def known_of(self) -> list[str]:
        """The denominators of which every point can be computed."""
        return [name for name in DENOMINATORS if all(each.figure for each in self._of(name))]

    @property
    def verdict(self) -> str:
        """`possible` where a denominator makes it true, `impossible` where all are known and none does."""
        if self.is_synthetic or not self.known_of:
            return CANNOT
        if self.true_of:
            return POSSIBLE
        return IMPOSSIBLE if len(self.known_of) == len(DENOMINATORS) else CANNOT

    @property
    def why(self) -> str:
        """Which denominators make it true, which do not, and of which it cannot be computed."""
        if self.is_synthetic:
            return "needs the real OpenRouter; this copy is synthetic demo data"
        if not self.known_of:
            return self._lacking
        others = [name for name in self.known_of if name not in self.true_of]
        said = [f"true of {self._figures(name)}" for name in self.true_of]
        said += [f"not of {self._figures(name)}" for name in others]
        return "; ".join([*said, *([self._lacking] if self._lacking else [])])

    @property
    def _lacking(self) -> str:
        """What is missing, and what there is instead, out of each denominator."""
        lacking = [each for each in self.told if each.missing]
        near = list(dict.fromkeys(each.near for each in lacking if each.near))
        first = next((each.missing for each in lacking if each.near), lacking[0].missing if lacking else "")
        return f"{first}; {NEAR[self.claim.asks]} {'; '.join(near)}" if near else first

    @property
    def ours(self) -> str | None:
        """Each point with its lowest and highest figure."""
        unit = ASKS[self.claim.asks].unit
        runs = []
        for point in self.claim.points:
            known = sorted(each.figure.value for each in self.told if each.point == point and each.figure)
            if known:
                low, high = unit.say(known[0]), unit.say(known[-1])
                runs.append(f"{point.label} {low if low == high else f'{low} to {high}'}")
        return "; ".join(runs) or None

    def of_point(self, point: Point) -> list[Told]:
        """Return the figures of a point, those closest to what is claimed first."""
        known = [each for each in self.told if each.point == point and each.figure]
        return sorted(known, key=lambda each: point.distance(each.figure.value) if each.figure else 0)

    def _of(self, name: str) -> list[Told]:
        return [each for each in self.told if each.denominator == name]

    def _figures(self, name: str) -> str:
        unit = ASKS[self.claim.asks].unit
        said = [
            f"{each.point.label} {unit.say(each.figure.value)}{f' in the week of {each.week}' if each.week else ''}"
            for each in self._of(name)
            if each.figure
        ]
        return f"{name} ({'; '.join(said)})"
