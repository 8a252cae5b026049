"""A reading: all points of a claim, computed under one definition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from tracker.claims.desk import CannotCompute, Desk
from tracker.claims.figure import Figure
from tracker.claims.figures import NotHere, compute, unit_of
from tracker.claims.question import Question
from tracker.errors import SettingsError
from tracker.registry.claims import Claim
from tracker.registry.definitions import Definition
from tracker.registry.points import Point


class Seen(NamedTuple):
    """A point and our figure (None: it cannot be computed), with the nights that stood for its days."""

    point: Point
    figure: Figure | None
    nights: dict[date, date]


@dataclass(frozen=True)
class Reading:
    """A claim's points as computed under one definition: our figures, and what is missing for the others.

    `whatever_the_rule`: what is missing is missing under every definition.
    """

    claim: Claim
    definition: Definition
    points: tuple[Seen, ...]
    missing: str = ""
    whatever_the_rule: bool = False

    @property
    def distances(self) -> list[float]:
        """How far each computed figure lies from the published one, relative to it."""
        return [point.distance(figure.value) for point, figure, _ in self.points if figure]

    @property
    def order(self) -> tuple[Any, ...]:
        """What readings are sorted by: the closest first, those that miss something last."""
        distances = self.distances
        return bool(self.missing), max(distances, default=0), sum(distances), self.definition.name

    @property
    def off(self) -> str:
        """How far the farthest point is off, in its own unit."""
        known = [(point, figure.value) for point, figure, _ in self.points if figure]
        point, ours = max(known, key=lambda each: each[0].distance(each[1]))
        said = unit_of(self.claim, point).off(point, ours)
        return said if said == "agrees" or len(known) == 1 else f"{said} at {point.label}"

    @property
    def text(self) -> str | None:
        """Our figures in words: `2026-02 Qwen 65.0%; 2024-01 Qwen 1.2%`; None where there are none."""
        known = [(point, figure.value) for point, figure, _ in self.points if figure]
        return "; ".join(f"{point.label} {unit_of(self.claim, point).say(ours)}" for point, ours in known) or None

    @property
    def stand_ins(self) -> list[str]:
        """A sentence for each day that another night stands for."""
        pairs = dict(pair for _, figure, nights in self.points if figure for pair in nights.items())
        return [_stand_in(day, night) for day, night in sorted(pairs.items()) if day != night]


def read(desk: Desk, claim: Claim, definition: Definition) -> Reading:
    """Compute all points of a claim under a definition."""
    points: list[Seen] = []
    missing: list[str] = []
    here = True
    for point in claim.points:
        question, figure = Question(desk, claim, definition, point), None
        try:
            figure = compute(question)
        except CannotCompute as reason:
            missing.append(str(reason))
            here = here and not isinstance(reason, NotHere)
        except SettingsError as reason:  # a reading that cannot be grouped so
            missing.append(f"needs another rule: {reason}")
        points.append(Seen(point, figure, question.nights))
    others = f"; {len(missing) - 1} more of its points need something as well" if len(set(missing)) > 1 else ""
    return Reading(claim, definition, tuple(points), f"{missing[0]}{others}" if missing else "", not here)


def _stand_in(day: date, night: date) -> str:
    days = abs((night - day).days)
    return f"the night of {night} stands for {day}, {days} {'day' if days == 1 else 'days'} off"
