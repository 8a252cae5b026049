"""What our figures say to a claim: of a rule that is published, how far off we are; of another, what it may give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tracker.claims.figure import Figure
from tracker.claims.figures import unit_of
from tracker.claims.reading import Reading
from tracker.claims.units import per_cent
from tracker.registry import points
from tracker.registry.claims import Claim
from tracker.registry.definitions import Definition
from tracker.words import CANNOT, IMPOSSIBLE, POSSIBLE

NOT_THE_HUB = "needs the real Hub; this copy is synthetic demo data"


@dataclass(frozen=True)
class End:
    """The lowest or the highest figure that any reading gives for a point, and the definition that gives it."""

    definition: Definition
    figure: Figure


@dataclass(frozen=True)
class Judged:
    """A claim with its readings: one where the rule is published, else every combination of what is left open."""

    claim: Claim
    readings: Sequence[Reading]
    is_published: bool
    is_synthetic: bool

    @cached_property
    def computed(self) -> list[Reading]:
        """The readings that give a figure for every point, the closest first."""
        return sorted((each for each in self.readings if not each.missing), key=lambda each: each.order)

    @property
    def closest(self) -> Reading:
        """The closest reading, or what little the first one gives."""
        return self.computed[0] if self.computed else self.readings[0]

    @property
    def within(self) -> int:
        """How many readings fall within the tolerance, at every point."""
        return sum(max(each.distances) <= self.claim.tolerance + points.NOISE for each in self.computed)

    @property
    def verdict(self) -> str:
        """One of the words for verdicts; none but `cannot` where a figure is missing, or says nothing of the Hub."""
        if not self.computed or (self.is_synthetic and self.claim.asks != "listed"):
            return CANNOT
        if self.is_published:
            return points.verdict(self.closest.distances, self.claim.tolerance, self.claim.band)
        if self.within:
            return POSSIBLE
        return IMPOSSIBLE if len(self.computed) == len(self.readings) else CANNOT

    @property
    def why(self) -> str:
        """The reason for the verdict, as the rest of a sentence."""
        if not self.computed:
            return self.closest.missing
        if self.is_synthetic and self.verdict == CANNOT:
            return NOT_THE_HUB
        reasons = [self.closest.off if self.is_published else self._counts, *self.closest.stand_ins]
        if self.verdict == CANNOT:
            missing = next(each.missing for each in self.readings if each.missing)
            reasons = [missing, *reasons]  # which may be the reading that is possible
        return "; ".join(reasons)

    @property
    def ours(self) -> str | None:
        """Our figures in words: under a rule that is not published, from the lowest to the highest of all readings."""
        if self.is_published or not self.computed:
            return self.closest.text
        return "; ".join(f"{label} {run}" for label, run in self._runs)

    def ends(self, place: int) -> tuple[End, End] | None:
        """Return the lowest and the highest of all readings for the point at `place`; None where there is one rule."""
        if self.is_published or not self.computed:
            return None
        ends = [End(each.definition, figure) for each in self.computed if (figure := each.points[place].figure)]
        ends.sort(key=lambda end: end.figure.value)  # of equal ones the closest reading first
        highest = next(end for end in ends if end.figure.value == ends[-1].figure.value)
        return ends[0], highest

    @property
    def _runs(self) -> list[tuple[str, str]]:
        """Each point's label, and the range of its readings."""
        runs = []
        for place, seen in enumerate(self.closest.points):
            ends = self.ends(place)
            if ends:
                low, high = (unit_of(self.claim, seen.point).say(end.figure.value) for end in ends)
                runs.append((seen.point.label, low if low == high else f"{low} to {high}"))
        return runs

    @property
    def _counts(self) -> str:
        """How many readings fall within the tolerance, and the range of all of them."""
        many, tried = len(self.readings), len(self.computed)
        runs = "; ".join(run if len(self._runs) == 1 else f"{label} {run}" for label, run in self._runs)
        readings, falls = "reading" if many == 1 else "readings", "falls" if 1 in (self.within, many) else "fall"
        said = f"{self.within} of {many} {readings} {falls} within the tolerance of {per_cent(self.claim.tolerance)}; "
        if many == 1:
            return f"{said}it gives {runs}, and nothing else is listed of a rule that is not fully published"
        return f"{said}{'all' if tried == many else f'the {tried} that can be computed'} give {runs}"
