"""Downloads between nights, or of days, by group: each value with its flag, and what is left out or spread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from tracker import measures
from tracker.answers import names
from tracker.answers.counted import flowing
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from tracker.answers.counted.totals import Axes
    from tracker.answers.trends import Asked
    from tracker.store import Published
    from tracker.table import Table

Reading = Literal["raw", "robust", "settled"]
MOST_TOLD = 6  # incidents that are told one by one

_PERIODS = {
    ("night", False): ("snapshot_date", "snapshot_date"),
    ("month", False): ("date_trunc('month', snapshot_date - interval 1 day)::date", "month"),
    ("night", True): ("label", "day"),
    ("month", True): ("date_trunc('month', label)::date", "month"),
}

_LARGEST_MODELS = """
select model_id
from models
where removed_at is null
order by downloads_30d desc nulls last, model_id, hub_id
limit $rows
"""
_REGISTERED = """
select distinct publisher
from flow_publishers
where {among}
order by publisher
"""
_UNSETTLED = """
select min(unsettled_from) as since from flow_chains
where scope = $scope and newest_night > $until and unsettled_from < newest_night
union all
select max(unsettled_from) from flow_chains
where scope = $scope and newest_night <= $until and unsettled_from < newest_night
order by since
"""


def reading(published: Published, axes: Axes, *, settled: bool, robust: bool) -> Reading | None:
    """Return how a flow is read: what nights brought, that without one-day bursts, or settled days; None for no flow.

    Raises SettingsError for what does not go together, and for a copy of before flow was kept.
    """
    if not axes.flow:
        if settled or robust:
            raise SettingsError("--settled and --robust are of a flow; ask with --flow")
        return None
    if not published.has("flow_days"):
        raise SettingsError(
            "this copy was published before flow was kept; run `tracker publish`, or ask for a later day"
        )
    if settled and robust:
        raise SettingsError("--robust leaves bursts out of what nights have brought; ask for it without --settled")
    return "settled" if settled else "robust" if robust else "raw"


@dataclass(frozen=True)
class About:
    """What the SQL is about: names, and whether the nights keep sums of all of them where they are publishers."""

    names: Sequence[str]
    is_kept: bool


def about(published: Published, asked: Asked, only: Sequence[str], models: Sequence[str], rows: int) -> About:
    """Return what the SQL is about: of models the largest where none are named."""
    axes = asked.axes
    plain = asked.definition.name == "default" and not (models or axes.within or len(axes.lists) > 1)
    if axes.of == "models" and plain and not only:
        return About(list(published.table(_LARGEST_MODELS, {"rows": rows})["model_id"]), True)
    if axes.of == "publishers" and plain and only:
        sql = _REGISTERED.format(among=names.among("publisher", only))
        known = published.table(sql, {"only": names.joined(only)})["publisher"]
        return About(only, set(known) >= set(only))
    return About(only, axes.of != "publishers")


def query(asked: Asked, reading: Reading, about: About, *, has_list: bool) -> str:
    """Return the SQL of a flow.

    Raw: `snapshot_date`, the group, `days`, `value`, `flag`, `left_out`; settled: `day`, the group, `value`, `spread`,
    `left_out`, `flag`. By month the first column is `month`.
    """
    is_settled = reading == "settled"
    given: dict[str, Any] = {"has_list": has_list, "only": about.names, "is_kept": about.is_kept}
    if is_settled:
        holes = flowing.settled(asked.axes, asked.definition, **given)
    else:
        holes = flowing.raw(asked.axes, asked.definition, **given, robust=reading == "robust")
    period, period_named = _PERIODS[asked.every, is_settled]
    measure = measures.load("trend_settled" if is_settled else "trend_flow")
    return measures.fill(measure.sql, {**holes, "period": period, "period_named": period_named})


def notes(published: Published, asked: Asked, table: Table, reading: Reading) -> Iterator[str]:
    """Yield what a reader must know: what is left out and spread, which days are touched, what is not settled yet."""
    period: dict[str, Any] = {"first": asked.first, "until": asked.until, "scope": asked.covered.name}
    left = sum(value for value in table["left_out"] if value)
    if left:
        yield (
            f"{left:,.0f} downloads are left out of the values: counters that were first seen late, came at once for "
            f"days before, or fell for good{', and one-day bursts' if reading == 'robust' else ''}"
        )
    if reading == "settled":
        spread = sum(value for value in table["spread"] if value)
        if spread:
            yield f"{spread:,.0f} downloads are spread over the days that they were counted for together"
        until = {name: period[name] for name in ("until", "scope")}
        since = [day for (day,) in published.table(_UNSETTLED, until).rows if day]
        if since and max(since) <= asked.until:
            yield f"days from {max(since)} on are not settled: they may still change"
    else:
        yield (
            "each value is of the days since a model's last honest counter: one that fell says nothing until it is back"
        )
    yield from _told(published.table(measures.load("incidents").sql, period).rows)


def _told(incidents: Sequence[tuple[str, date, date, int, float | None, float | None, int]]) -> Iterator[str]:
    for kind, first, last, classes, share, amount, is_open in incidents[-MOST_TOLD:]:
        days = f"{first}" if first == last else f"{first} to {last}"
        is_less = kind == "stall" and (share or 0) < _STOOD_STILL
        what = _WHAT["less" if is_less else kind].format(
            share=f"{share or 0:.0%}", amount=f"{amount or 0:,.0f}", classes=f"{classes} class{'es' * (classes > 1)}"
        )
        yield f"{days}: {what}{'; not over yet' if is_open else ''}"
    if len(incidents) > MOST_TOLD:
        yield f"{len(incidents) - MOST_TOLD} earlier incidents: tracker measure incidents"


_STOOD_STILL = 0.05  # of the models that usually move: with fewer, counters went on, and counted too little
_WHAT = {
    "less": "counters brought less than usual in {classes} of models ({amount} downloads lacking)",
    "stall": "counters stood still in {classes} of models (up to {share} unmoved, {amount} downloads lacking)",
    "catch-up": "{amount} downloads came late in {classes} of models",
    "fall": "counters fell ({share} of the models, {amount} downloads)",
    "recovery": "{amount} downloads that had been lost came back",
    "partial": "{amount} models were missing ({share})",
}
