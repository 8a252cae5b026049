"""One point of a claim as a question to the published copy, and what the copy can say to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from tracker.answers import whereabouts
from tracker.answers.counted import counting, stocks
from tracker.answers.counted.totals import under_definition
from tracker.answers.shares import COMMON
from tracker.answers.shares import query as query_of_share
from tracker.claims.desk import Asked, CannotCompute, Desk
from tracker.claims.figure import Figure
from tracker.registry.claims import Claim
from tracker.registry.definitions import Definition
from tracker.registry.points import Point

DEFAULT_GROUP = "publisher_country"  # of claims that name no group, so that everything is summed


@dataclass(frozen=True)
class Question:
    """One point of a claim, to be computed under a definition. `group` is the point's, '' for everything.

    `nights` fills with the nights that stood for the point's days.
    """

    desk: Desk
    claim: Claim
    definition: Definition
    point: Point
    nights: dict[date, date] = field(default_factory=dict, compare=False)

    @property
    def group(self) -> str:
        """What its figure is of."""
        return self.point.group

    @property
    def by(self) -> str:
        """What the point's groups are groups of."""
        return self.claim.by or DEFAULT_GROUP

    @property
    def night(self) -> date:
        """The night that stands for the point's last day."""
        return self.nights.setdefault(self.point.until, self.desk.night(self.point.until))

    @property
    def both_nights(self) -> dict[str, date]:
        """The nights of one source that stand for the point's `first` and last day (`until`)."""
        before, after = self.desk.both_nights(self.point.first, self.point.until)
        self.nights.update({self.point.first: before, self.point.until: after})
        return {"first": before, "until": after}

    def of(self, group: str) -> Question:
        """Return the same question of another group."""
        return replace(self, point=replace(self.point, group=group))

    def created(self, first: date, until: date) -> Asked:
        """Return the rows of a share, with `firm`, for the months of a period: month, group and derivatives."""
        chosen = replace(self.definition, time_axis="created", measure="share")
        values = counting.values(chosen, first, until, self.desk.models)
        alone = query_of_share(chosen, (self.by,), values, hidden=", firm")
        lean = query_of_share(chosen, (self.by,), values, hidden=", firm", figures="derivatives")
        return Asked(*alone, self.desk.ask(*lean).rows)

    def stock(self, day: date) -> Asked:
        """Return the rows of the stock at the end of a day; days of several claims are asked together as months are."""
        chosen = replace(self.definition, time_axis="stock", measure="share")
        values = counting.values(chosen, day, day, self.desk.models)
        alone = query_of_share(chosen, (self.by,), values, hidden=", firm")
        told, every = self.desk.days_with(self.by, self.claim.definition, day)
        is_shared = stocks.is_shared(chosen)
        values |= {"names": self.desk.names} if chosen.edge == "name" else {}
        asked = stocks.query(chosen, self.by, told, values, every if is_shared else told)
        rows = self.desk.ask(*asked, stocks.COMMON if is_shared else "").rows
        return Asked(*alone, rows.filter(day=day))

    def share_of(self, month: date) -> Asked:
        """Return the rows of the share of one month; all that claims speak of are asked together, each stands alone."""
        chosen = replace(self.definition, time_axis="created", measure="share")
        values = counting.values(chosen, month, self.desk.facts.snapshot_date, self.desk.models)
        every = self.desk.months_with(self.by, month)
        told = {"first_month": every[0], "months": ",".join(map(str, every))}
        together = query_of_share(chosen, (self.by,), values | told, hidden=", firm", figures="derivatives, share")
        told = {"first_month": month, "months": str(month)}
        alone = query_of_share(chosen, (self.by,), values | told, hidden=", firm")
        return Asked(*alone, self.desk.ask(*together, COMMON).rows.filter(month=f"{month:%Y-%m}"))

    def totals(self, night: date, counter: str) -> Asked:
        """Return what each group (`name`) holds of a counter on a night (`value`)."""
        models = self.desk.models
        sql = under_definition(self.definition, (self.by,), counter, has_list=bool(models))
        values = counting.values(self.definition, night, night, models) | {"night": night}
        asked = self.desk.measure("totals", values, {"totals": sql})
        if asked.rows["value"].null_count() == asked.rows.height:
            raise CannotCompute(f"needs {counter}, which the source of {night} does not have")
        return asked

    def credit(self, asked: Asked, column: str) -> Figure:
        """Return the group's part of a share's rows, with how much of all credit is traced and unreviewed.

        Raises CannotCompute for a group that nothing in the copy is called by, or that has no such figure.
        """
        every = asked.rows
        own = every.filter(pl.col(self.by) == self.group)
        names_in = "base_publisher" if self.by == "publisher_organization" else self.by
        if self.group and own.is_empty() and not self.desk.knows(names_in, self.group):
            kind = whereabouts.kind(self.by)
            raise CannotCompute(f"needs the {kind} {self.group}; nothing here is called so")
        if own.height and own[column].null_count():
            raise CannotCompute(f"needs a denominator that holds {self.group}; that of {self.definition.name} does not")
        figure = self.figure(asked, column, {self.by: self.group} if self.group else {})
        counted = _sum(every["derivatives"])
        if not counted:
            return figure
        unreviewed = _sum(every.filter(pl.col(self.by) == "unreviewed")["derivatives"])
        return replace(figure, traced=_sum(every["firm"]) / counted, unreviewed=unreviewed / counted)

    def counter(self, asked: Asked) -> Figure:
        """Return the group's part of totals, with how much of them is unreviewed."""
        figure = self.figure(asked, "value", {"name": self.group} if self.group else {})
        held, unreviewed = (_sum(rows["value"]) for rows in (asked.rows, asked.rows.filter(name="unreviewed")))
        return replace(figure, unreviewed=unreviewed / held if held else None)

    def figure(self, asked: Asked, column: str, wanted: Mapping[str, str]) -> Figure:
        """Return the sum of a column over the rows that are wanted, 0 where there is none."""
        rows = asked.rows.filter(**wanted)
        conditions = " and ".join(f"{name} = $wanted_{name}" for name in wanted)
        sql = f"select coalesce(sum({column}), 0)::double as value\nfrom (\n{asked.sql}) as answer"
        sql += f"\nwhere {conditions}" if wanted else ""
        values = {**asked.values} | {f"wanted_{name}": value for name, value in wanted.items()}
        return Figure(_sum(rows[column]), self.desk.published.render(sql, values))

    def measured(self, measure: str, what: str, column: str = "value", **values: Any) -> Figure:
        """Return the figure of a measure's one row; raise CannotCompute that needs `what` where there is none."""
        asked = self.desk.measure(measure, values)
        if asked.rows[column].null_count() == asked.rows.height:
            raise CannotCompute(f"needs {what}, of which there is nothing here")
        return self.figure(asked, column, {})


def given(figure: Figure, what: str) -> Figure:
    """Return a figure that others can be divided by; raise CannotCompute that needs `what` where it is zero."""
    if not figure.value:
        raise CannotCompute(f"needs {what}, of which there is nothing here")
    return figure


def _sum(column: pl.Series) -> float:
    return float(column.sum() or 0)
