"""Downloads, likes or derivatives over the nights, by group. A night that is missing stays missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from tracker import measures
from tracker.answers import counting, names, totals, within
from tracker.answers.answer import Answer, answered
from tracker.answers.reach import cover, empty
from tracker.answers.share import check_computable
from tracker.answers.totals import Axes
from tracker.errors import UnknownName
from tracker.registry.definitions import Definition

if TYPE_CHECKING:
    from tracker.store import Published

EVERY = {
    "night": "",
    "month": """  and snapshot_date in (
    select max(snapshot_date)
    from nights
    where snapshot_date between $first and $until
      and scope = $scope
    group by date_trunc('month', snapshot_date)
  )""",
}

_LARGEST = """and ({names}) in (
    select {names} from totals
    where snapshot_date = (select max(snapshot_date) from chosen_nights)
    order by value desc nulls last, {names}
    limit $rows
  )"""


def trend(
    published: Published,
    definition: Definition,
    axes: Axes,
    *,
    first: date | None = None,
    until: date | None = None,
    every: str = "night",
    only: Sequence[str] = (),
    where: Sequence[str] = (),
    rows: int = 10,
    models: Sequence[str] = (),
    of_all: bool = False,
) -> Answer:
    """Return one row per night and group: `snapshot_date`, the group, `value`; with a flow also `days` and `flag`.

    `every` month takes the last night of each. Models and publishers are limited to `only`, or to the `rows`
    largest. Nights of another scope than the newest of the period are left out; where that is a part of the Hub,
    `of_all` raises SettingsError. Raises UnknownName for a name of `only`.
    """
    check_computable(definition, models, *totals.measures_of(axes))
    if every not in EVERY:
        raise UnknownName("step", every, EVERY)
    until = until or published.facts().snapshot_date
    first = first or date(until.year - 1, until.month, 1)
    definition = names.resolve_definition(published, definition)
    covered = cover.of_nights(published, first, until)
    covered.require_all(of_all)
    axes = replace(axes, within=within.read(published, where))
    only = names.resolve(published, axes.column, only)
    values = counting.values(definition, first, until, models)
    values |= {"first": first, "scope": covered.name, "only": "|".join(only), "rows": rows}
    values |= within.values(axes.within)
    sql = query(axes, definition, every, only, has_list=bool(models))
    values = measures.bound(sql, values)
    frame = published.query(sql, values)
    names.check(published, axes.column, only, frame[axes.column])
    return answered(
        published,
        "trend",
        sql,
        values,
        frame=frame,
        scope=covered.name,
        parameters={**_parameters(axes, first, until, every, only), "version": definition.version},
        definition=definition.name,
        denominator=totals.denominator(axes, covered),
        notes=(
            *(
                (empty.of_trend(published, (first, until), covered.name, only, axes.by, definition.name),)
                if frame.is_empty()
                else ()
            ),
            *_notes(published, axes, frame, covered.name, first, until, every),
            *covered.notes(),
        ),
    )


def query(axes: Axes, definition: Definition, every: str, only: Sequence[str], *, has_list: bool = False) -> str:
    """Return the SQL of a trend."""
    parts = {
        "last_of_month": EVERY[every],
        "totals": totals.totals(axes, definition, has_list=has_list, only=only),
        **axes.grouping.holes(),
        "shown": _shown(axes, only),
    }
    return measures.fill(measures.load("trend_flow" if axes.flow else "trend").sql, parts)


def _shown(axes: Axes, only: Sequence[str]) -> str:
    if only:
        return f"and list_contains(string_split($only, '|'), {axes.grouping.sql_name(axes.column)})"
    return _LARGEST if {"models", "publishers"} & set(axes.lists) or len(axes.lists) > 1 else ""


def _parameters(axes: Axes, first: date, until: date, every: str, only: Sequence[str]) -> dict[str, Any]:
    asked: dict[str, Any] = {"by": axes.by, "of": axes.of, "from": first, "to": until, "every": every}
    if "countries" in axes.lists:
        asked["country"] = axes.country
    if only:
        asked["only"] = list(only)
    if axes.within:
        asked["where"] = within.texts(axes.within)
    return {**asked, "unit": totals.UNITS["flow" if axes.flow else axes.by]}


def _notes(
    published: Published, axes: Axes, frame: pl.DataFrame, scope: str, first: date, until: date, every: str
) -> tuple[str, ...]:
    """Return what a reader must know: gaps, nights of other scopes, falls of counters."""
    nights = published.query(
        "select snapshot_date, scope from nights where snapshot_date between $first and $until order by 1",
        {"first": first, "until": until},
    )
    mine = nights.filter(pl.col("scope") == scope)["snapshot_date"].to_list()
    missing = (mine[-1] - mine[0]).days + 1 - len(mine) if mine else 0
    others = nights.height - len(mine)
    fallen = frame.filter(pl.col("flag") == "fell").height if axes.flow else 0
    return tuple(
        sentence
        for holds, sentence in (
            (
                missing and every == "night",
                f"{missing} nights are missing between {min(mine, default=first)} and {until}",
            ),
            (others, f"{others} nights of another scope than {scope} are left out"),
            (axes.flow, "a flow is the difference of all-time counters; models that leave take theirs along"),
            (fallen, f"{fallen} differences are negative: the counters fell"),
        )
        if holds
    )
