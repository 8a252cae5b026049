"""Rankings: the largest families, models, publishers or countries of the latest night, with changes in a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tracker import measures
from tracker.answers import names
from tracker.answers.answer import Answer, answered
from tracker.answers.counted import counting, totals, within
from tracker.answers.counted.totals import Axes
from tracker.answers.reach import cover, empty, untold
from tracker.answers.reach.cover import Cover
from tracker.answers.shares import check_computable
from tracker.registry.definitions import Definition

if TYPE_CHECKING:
    from tracker.store import Published

MONTH = timedelta(days=30)
TOLERANCE = timedelta(days=3)  # a night this far from 30 days ago is still used for it


def top(
    published: Published,
    definition: Definition,
    axes: Axes,
    *,
    only: Sequence[str] = (),
    where: Sequence[str] = (),
    rows: int = 20,
    models: Sequence[str] = (),
    of_all: bool = False,
) -> Answer:
    """Return one row per group: `rank`, the group, `value`, `change`, `compared_with`, `new_derivatives_30d`.

    `change` is relative to the night about 30 days before (null if there is none within three days). New derivatives
    are those created in the 30 days before the snapshot. `of_all` raises SettingsError if the newest night covers only
    a part of the Hub. Raises UnknownName for an unknown name in `only`.
    """
    check_computable(definition, models, *totals.measures_of(axes))
    night = published.facts().snapshot_date
    definition = names.resolve_definition(published, definition)
    covered = cover.of_nights(published)
    covered.require_all(of_all)
    axes = replace(axes, within=within.read(published, where))
    only = names.resolve(published, axes.column, only)
    before = _night_before(published, night, covered.name)
    values = counting.values(definition, before or night, night, models) | {
        "first": before or night,
        "since": night - MONTH,
        "night": night,
        "before": before,
        "scope": covered.name,
        "only": names.joined(only),
        "rows": rows,
        **within.values(axes.within),
    }
    sql = query(axes, definition, only, has_list=bool(models))
    values = measures.bound(sql, values)
    table = published.table(sql, values)
    names.check(published, axes.column, only, table[axes.column])
    return answered(
        published,
        "top",
        sql,
        values,
        table=table,
        parameters={**_parameters(axes, night, before, only), "version": definition.version},
        scope=covered.name,
        definition=definition.name,
        denominator=totals.denominator(axes, covered),
        notes=(
            *((empty.of_top(published, night, only, axes.by, definition.name),) if not table.rows else ()),
            *(() if before else (f"no night within three days of {night - MONTH}, so no change is given",)),
            *covered.notes(),
            *_new_ones(cover.of_creation(published, night - MONTH, night), covered),
            *untold.notes(published, (*axes.columns, *(each.column for each in axes.within))),
        ),
    )


def query(axes: Axes, definition: Definition, only: Sequence[str], *, has_list: bool = False) -> str:
    """Return the SQL of a ranking."""
    parts = {
        "last_of_month": "  and snapshot_date in ($night, $before)",
        "totals": totals.totals(axes, definition, has_list=has_list),
        "new": totals.new_derivatives(axes, definition),
        "unit": counting.UNIT,
        **axes.grouping.holes(),
        "shown": f"and {names.among(axes.grouping.sql_name(axes.column), only)}" if only else "",
    }
    return measures.fill(measures.load("top").sql, parts)


def _night_before(published: Published, night: date, scope: str) -> date | None:
    """Return the night of the same source and scope that is nearest to 30 days before `night`."""
    nights = published.table(
        """
        select snapshot_date
        from nights
        where scope = $scope and snapshot_date between $first and $until
          and source = (select max(source) from nights where snapshot_date = $night)
        order by snapshot_date
        """,
        {"scope": scope, "first": night - MONTH - TOLERANCE, "until": night - MONTH + TOLERANCE, "night": night},
    )["snapshot_date"]
    return min(nights, key=lambda each: abs(night - MONTH - each), default=None)


def _new_ones(created: Cover, covered: Cover) -> tuple[str, ...]:
    """Return a note on the part of the Hub of new derivatives, if it differs from that of the ranking."""
    if created.scopes == covered.scopes:
        return ()
    return (f"new_derivatives_30d counts the new derivatives {created.of_models}",)


def _parameters(axes: Axes, night: date, before: date | None, only: Sequence[str]) -> dict[str, Any]:
    asked: dict[str, Any] = {"by": axes.by, "of": axes.of, "night": night, "compared_with": before}
    if "countries" in axes.lists:
        asked["country"] = axes.country
    if only:
        asked["only"] = list(only)
    if axes.within:
        asked["where"] = within.texts(axes.within)
    return {**asked, "unit": totals.UNITS[axes.by]}
