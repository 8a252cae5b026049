"""Trends: downloads, likes or derivatives over the nights, by group. A missing night is not filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from tracker import measures
from tracker.answers import names, release
from tracker.answers.answer import Answer, answered
from tracker.answers.counted import counting, flows, totals, within
from tracker.answers.counted.totals import Axes
from tracker.answers.reach import cover, empty, labelled, passes, recounted, untold
from tracker.answers.reach.cover import Cover
from tracker.answers.shares import check_computable
from tracker.errors import UnknownName
from tracker.findings.nights import covering
from tracker.registry.definitions import Definition
from tracker.words import several

if TYPE_CHECKING:
    from tracker.store import Published
    from tracker.table import Table

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

_IS = ("is", "are")
# for nights of several sources, the SQL that adds the source of a row
_SOURCES = {"source": ", chosen_nights.source", "of_nights": "join chosen_nights using (snapshot_date)"}

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
    since_release: bool = False,
    settled: bool = False,
    robust: bool = False,
) -> Answer:
    """Return one row per night and group: `snapshot_date`, the group, `value`; of a flow what `flows.flow` returns.

    `since_release` aligns families, lines or models on the day of their release: columns are `days_since_release`
    first, with `released_on`, and groups without a release day have no rows.

    `every` month takes the last night of each month, or the sum of a flow. Models and publishers are limited to `only`,
    or to the `rows` largest. Nights of another scope than the newest of the period are left out; if that scope is a
    part of the Hub, `of_all` raises SettingsError. Raises UnknownName for an unknown name in `only`.
    """
    asked = ask(published, definition, axes, first, until, every, where=where, models=models, of_all=of_all)
    axes = asked.axes
    only = names.resolve(published, axes.column, only)
    reading = flows.reading(published, axes, settled=settled, robust=robust)
    if reading and since_release:
        release.parts(axes)  # raises, and its message names what can be aligned
    if reading:
        about = flows.about(published, asked, only, models, rows)
        named = about.names
        sql = flows.query(asked, reading, about, has_list=bool(models))
    else:
        named = only
        sql = asked.query(only, has_list=bool(models), since_release=since_release)
    values = measures.bound(sql, asked.values(models) | {"only": names.joined(named), "rows": rows})
    table = published.table(sql, values)
    names.check(published, axes.column, only, table[axes.column])
    return answered(
        published,
        "trend",
        sql,
        values,
        table=table,
        scope=asked.covered.name,
        parameters=asked.parameters(only)
        | {name: True for name, on in _switches(since_release, settled, robust).items() if on},
        definition=asked.definition.name,
        denominator=totals.denominator(axes, asked.covered),
        notes=(
            *asked.empty(published, table, only),
            *_notes(published, asked),
            *(flows.notes(published, asked, table, reading) if reading else ()),
            *recounted.notes(published, axes, table),
            *labelled.notes(published, *_shown_nights(table, asked), axes.within),
            *asked.covered.notes(),
            *untold.notes(published, (*axes.columns, *(each.column for each in axes.within))),
        ),
    )


@dataclass(frozen=True)
class Asked:
    """A question for a trend: its definition, axes, period and nights, and the part of the Hub that these cover."""

    definition: Definition
    axes: Axes
    first: date
    until: date
    every: str
    covered: Cover
    nights: Sequence[covering.Night]  # nights of that part, with their sources
    others: int  # number of nights of the period that cover another part

    def query(self, only: Sequence[str], *, has_list: bool = False, since_release: bool = False) -> str:
        """Return the SQL of the trend."""
        parts = {
            "last_of_month": EVERY[self.every],
            "totals": totals.totals(self.axes, self.definition, has_list=has_list, only=only),
            **self.axes.grouping.holes(),
            "shown": _shown(self.axes, only),
            **(_SOURCES if len({source for _, source in self.nights}) > 1 else dict.fromkeys(_SOURCES, "")),
        }
        if since_release:
            parts |= release.parts(self.axes)
        name = "trend_release" if since_release else "trend"
        return measures.fill(measures.load(name).sql, parts)

    def values(self, models: Sequence[str]) -> dict[str, Any]:
        """Return the values that the SQL may bind, except the names and the number of rows."""
        values = counting.values(self.definition, self.first, self.until, models)
        return values | {"first": self.first, "scope": self.covered.name, **within.values(self.axes.within)}

    def parameters(self, only: Sequence[str]) -> dict[str, Any]:
        """Return the parameters of an answer."""
        axes = self.axes
        asked: dict[str, Any] = {
            "by": axes.by,
            "of": axes.of,
            "from": self.first,
            "to": self.until,
            "every": self.every,
        }
        if "countries" in axes.lists:
            asked["country"] = axes.country
        given = {"only": list(only), "where": within.texts(axes.within)}
        unit = totals.UNITS["flow" if axes.flow else axes.by]
        named = {name: value for name, value in given.items() if value}
        return {**asked, **named, "unit": unit, "version": self.definition.version}

    def empty(self, published: Published, table: Table, only: Sequence[str]) -> tuple[str, ...]:
        """Return a note that explains why there are no rows; () if there are rows."""
        if table.rows:
            return ()
        rule = f"{self.definition.name}{within.told(self.axes.within)}"
        period = (self.first, self.until)
        scope, by = self.covered.name, self.axes.by
        return (empty.of_trend(published, period, scope, only, by, rule, flow=self.axes.flow),)


def ask(
    published: Published,
    definition: Definition,
    axes: Axes,
    first: date | None,
    until: date | None,
    every: str,
    *,
    where: Sequence[str] = (),
    models: Sequence[str] = (),
    of_all: bool = False,
) -> Asked:
    """Return a validated question for a trend, with all names as the copy spells them. Raises what `trend` raises."""
    check_computable(definition, models, *totals.measures_of(axes))
    if every not in EVERY:
        raise UnknownName("step", every, EVERY)
    newest = published.facts().snapshot_date
    until = until or (newest if first is None else max(first, newest))
    first = first or date(until.year - 1, until.month, 1)
    covered = cover.of_nights(published, first, until)
    covered.require_all(of_all)
    axes = replace(axes, within=within.read(published, where))
    nights = published.table(
        "select snapshot_date, source, scope from nights where snapshot_date between $first and $until order by 1",
        {"first": first, "until": until},
    )
    mine = [(night, source) for night, source, scope in nights.rows if scope == covered.name]
    rule = names.resolve_definition(published, definition)
    return Asked(rule, axes, first, until, every, covered, mine, nights.height - len(mine))


def _shown_nights(table: Table, asked: Asked) -> tuple[date, date]:
    """Return the first and the last night of the rows; without rows the requested period."""
    nights = table["snapshot_date"] if "snapshot_date" in table.columns else []
    return (min(nights), max(nights)) if nights else (asked.first, asked.until)


def _shown(axes: Axes, only: Sequence[str]) -> str:
    if only:
        return f"and {names.among(axes.grouping.sql_name(axes.column), only)}"
    return _LARGEST if {"models", "publishers"} & set(axes.lists) or len(axes.lists) > 1 else ""


def _switches(since_release: bool, settled: bool, robust: bool) -> dict[str, bool]:
    return {"since_release": since_release, "settled": settled, "robust": robust}


def _notes(published: Published, asked: Asked) -> tuple[str, ...]:
    """Return the notes that a reader needs: gaps, nights of other scopes, other sources."""
    scope, first, until = asked.covered.name, asked.first, asked.until
    mine = asked.nights
    missing = sum(hole.missing for hole in covering.holes(mine))
    others = asked.others
    told = tuple(
        sentence
        for holds, sentence in (
            (
                missing and asked.every == "night",
                f"{several(missing, 'night', _IS)} missing between {mine[0][0] if mine else first} and {until}",
            ),
            (others, f"{several(others, 'night')} of another scope than {scope} {_IS[others != 1]} left out"),
        )
        if holds
    )
    return (*told, *passes.notes(published, mine, scope))
