"""One point of a claim as a question to the published copy, and what the copy can say to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from tracker import measures
from tracker.answers import counting, share
from tracker.answers.totals import under_definition
from tracker.registry.claims import Claim
from tracker.registry.definitions import Definition
from tracker.registry.points import Point

if TYPE_CHECKING:
    from tracker.store import Published

WHOLE_HUB = 1_000_000  # models; the Hub passed them in September 2024, so a copy with fewer is a part of it
FEW = 30  # derivatives of a month; the standard error of a share is 9 points then
NEAR = timedelta(days=10)  # a night this far from a day still stands for it
DEFAULT_GROUP = "publisher_country"  # of claims that name no group, so that everything is summed


class CannotCompute(Exception):
    """What a claim needs and this copy does not have, as the rest of a sentence: 'needs ...'."""


@dataclass
class Desk:
    """The published copy with what was asked of it before, so that claims that share a question ask it once."""

    published: Published
    models: Sequence[str] = ()
    whole_hub: int = WHOLE_HUB
    few: int = FEW
    asked: dict[tuple[Any, ...], pl.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.facts = self.published.facts()
        nights = self.published.query(
            "select snapshot_date from nights where scope = $scope order by snapshot_date", {"scope": self.facts.scope}
        )
        self.nights: list[date] = nights["snapshot_date"].to_list()

    def query(self, name: str, values: Mapping[str, Any], parts: Mapping[str, str] | None = None) -> pl.DataFrame:
        """Ask a measure once, and again from memory."""
        sql = measures.fill(measures.load(name).sql, parts or {})
        bound = measures.bound(sql, values)
        key = (sql, *bound.items())
        if key not in self.asked:
            self.asked[key] = self.published.query(sql, bound)
        return self.asked[key]

    def night(self, day: date) -> date:
        """Return the night that stands for `day`; raise CannotCompute where none is near."""
        nearest = min(self.nights, key=lambda night: abs(night - day), default=None)
        if nearest is None or abs(nearest - day) > NEAR:
            here = f"the nights here run from {self.nights[0]} to {self.nights[-1]}" if self.nights else "there is none"
            raise CannotCompute(f"needs a snapshot of about {day}; {here}")
        return nearest


@dataclass(frozen=True)
class Question:
    """One point of a claim, to be computed under a definition. `group` is the point's, '' for everything."""

    desk: Desk
    claim: Claim
    definition: Definition
    point: Point

    @property
    def group(self) -> str:
        return self.point.group

    @property
    def night(self) -> date:
        """The night that stands for the point's last day."""
        return self.desk.night(self.point.until)

    @property
    def both_nights(self) -> dict[str, date]:
        """The nights that stand for the point's `first` and last day (`until`)."""
        before, after = self.desk.night(self.point.first), self.night
        if before == after:
            raise CannotCompute(f"needs two nights, about {self.point.first} and {self.point.until}")
        return {"first": before, "until": after}

    def of(self, group: str) -> Question:
        """Return the same question of another group."""
        return replace(self, point=replace(self.point, group=group))

    def shares(self, first: date, until: date, axis: str) -> pl.DataFrame:
        """Return the rows of a share, their group called `name`, for the months of a period."""
        chosen = replace(self.definition, time_axis=axis, measure="share")
        by = self.claim.by or DEFAULT_GROUP
        key = (chosen.name, axis, by, first, until)
        if key not in self.desk.asked:
            answer = share(self.desk.published, chosen, by=by, first=first, until=until, models=self.desk.models)
            self.desk.asked[key] = answer.frame.rename({by: "name"})
        return self.desk.asked[key]

    def totals(self, night: date, counter: str) -> pl.DataFrame:
        """Return what each group (`name`) holds of a counter on a night (`value`)."""
        models = self.desk.models
        sql = under_definition(self.definition, self.claim.by or DEFAULT_GROUP, counter, has_list=bool(models))
        values = counting.values(self.definition, night, night, models) | {"night": night}
        rows = self.desk.query("totals", values, {"totals": sql})
        if rows["value"].null_count() == rows.height:
            raise CannotCompute(f"needs {counter}, which the source of {night} does not have")
        return rows

    def number(self, rows: pl.DataFrame, column: str = "value") -> float:
        """Return the group's number of rows with a `name`, or everything's where no group is named."""
        chosen = rows.filter(pl.col("name") == self.group) if self.group else rows
        return float(chosen[column].sum() or 0.0)

    def measured(self, measure: str, what: str, column: str = "value", **values: Any) -> float:
        """Return the figure of a measure's one row; raise CannotCompute that needs `what` where there is none."""
        return given(next(iter(self.desk.query(measure, values)[column]), None), what)


def given(value: float | None, what: str) -> float:
    """Return a figure that is there; raise CannotCompute that needs `what` where it is missing."""
    if value is None:
        raise CannotCompute(f"needs {what}, of which there is nothing here")
    return float(value)
