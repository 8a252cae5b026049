"""When the Hub began to count downloads otherwise, said where a series of downloads runs over such a day.

A change of a counting rule is a step that says nothing of use. What concerns little of what is shown is left out, and
so is what a copy of an earlier version does not tell.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.answers.names import among, joined

if TYPE_CHECKING:
    from tracker.answers.counted.totals import Axes
    from tracker.store import Published
    from tracker.table import Table

LEAST_SHARE = 0.001  # of the downloads shown, the least that a library has to have for a rule of its own to be named
WINDOW = timedelta(days=30)
MOST = 3  # rules of libraries are named; a year brings a hundred new ones, of single models mostly
ALL = "all"

# columns whose groups are told apart by library
_TOLD_APART = ("family", "line", "developer", "origin_country", "publisher_country")


class Change(NamedTuple):
    """A change of what counts, and the share of the downloads shown that it concerns; None for every library."""

    changed_on: date
    library: str
    kind: str
    change: str
    source_url: str
    share: float | None


def notes(published: Published, axes: Axes, table: Table) -> tuple[str, ...]:
    """Return a note on each change that concerns the downloads shown; none where something else is counted.

    The counter of a night is of the thirty days before it, so that a change shows for as long.
    """
    if axes.by != "downloads" or not table.rows or "snapshot_date" not in table.columns:
        return ()
    nights = table["snapshot_date"]
    period = (min(nights) - (timedelta() if axes.flow else WINDOW), max(nights))
    shown = {str(name) for name in table[axes.column] if name is not None} if len(axes.lists) == 1 else set()
    found = changes(published, axes.column, shown, period)
    libraries = [each for each in found if each.library != ALL]
    told = sorted(
        [*(each for each in found if each.library == ALL), *libraries[:MOST]],
        key=lambda each: (each.changed_on, each.library != ALL, each.library.lower()),
    )
    more = len(libraries) - MOST
    left = (f"{more} more changes of counting concern libraries of those shown: see counting_rules",)
    return (*map(_sentence, told), *(left if more > 0 else ()))


def changes(published: Published, column: str, shown: Collection[str], period: tuple[date, date]) -> list[Change]:
    """Return what changed within a period and concerns these groups of a column, the largest share first.

    Shares are of the groups' downloads on the newest night, or of the whole where the column tells no libraries apart.
    """
    if not published.has("counting_rules"):
        return []
    values: dict[str, Any] = {"first": period[0], "until": period[1], "least": LEAST_SHARE}
    if column in _TOLD_APART and shown:
        named = sorted(shown)
        sql = _OF_GROUPS.format(among=among(column, named, "shown"), rollup=_rollup(column))
        found = published.table(sql, {**values, "shown": joined(named)})
    else:
        found = published.table(_OF_ALL, values)
    return [Change(*row) for row in found.rows]


def _rollup(column: str) -> str:
    return "daily_rollup" if column == "publisher_country" else "daily_families"


def _sentence(change: Change) -> str:
    whose = "" if change.share is None else f" of {change.library} ({change.share:.1%} of those shown)"
    return (
        f"since {change.changed_on} downloads{whose} are counted otherwise: {change.change} "
        f"({change.kind}, {change.source_url})"
    )


_CHANGED = """
select r.changed_on, r.library, r.kind, r.change, r.source_url, {share} as share
from counting_rules as r
{join}
where r.changed_on between $first and $until and (r.library = 'all' or {share} >= $least)
order by share desc nulls first, r.changed_on, r.number
"""

_OF_ALL = _CHANGED.format(
    share="if(r.library = 'all', null, r.downloads_30d / nullif(t.downloads_30d, 0))",
    join="cross join (select arg_max(downloads_30d, snapshot_date) as downloads_30d from nights) as t",
)

_OF_GROUPS = f"""
with total as (
  select sum(downloads_30d_credit) as credit
  from {{rollup}}
  where snapshot_date = (select max(snapshot_date) from nights)
    and {{among}}
),
mine as (
  select library, sum(downloads_30d_credit) as credit
  from counted_libraries
  where {{among}}
  group by library
)
{
    _CHANGED.format(
        share="if(r.library = 'all', null, coalesce(m.credit, 0) / nullif(t.credit, 0))",
        join="cross join total as t left join mine as m on m.library = lower(r.library)",
    )
}
"""
