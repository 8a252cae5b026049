"""Crossings: who led when, and who passed whom, in monthly shares or in nightly totals.

A lead is stated if bounds and chance allow it at its last point. A crossing is stated if the later leader was behind
beyond doubt, is ahead beyond doubt at the end, and has been ahead for long enough. The rules are those of
`findings.chance` and `findings.nights.nightly`, here as SQL, so that the rows can be asked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tracker import measures
from tracker.answers import names
from tracker.answers.answer import Answer, answered
from tracker.answers.counted import counting, totals
from tracker.answers.counted.totals import Axes
from tracker.answers.reach import empty
from tracker.answers.shares import ask as ask_shares
from tracker.answers.trends import ask as ask_trend
from tracker.errors import SettingsError
from tracker.findings import chance
from tracker.findings.crossings import statement
from tracker.findings.nights import nightly
from tracker.registry.definitions import Definition

if TYPE_CHECKING:
    from tracker.store import Published
    from tracker.table import Table

ROWS = 10  # groups, compared pair by pair

_OF_SHARES = {
    "loose": "max(high - low)",
    "clears": "one.low > other.high",
    "beyond": (
        f"one.n >= {chance.THIN}\n"
        f"  and one.value - other.value > {chance.Z} * sqrt(\n"
        "    greatest(0, one.value + other.value - (one.value - other.value) * (one.value - other.value))\n"
        "      / nullif(one.n, 0)\n"
        "  )"
    ),
    "within_chance": f"within chance, or under {chance.THIN} models",
    "lasting": "judged.lasted >= 2",
    "too_young": "for one month only",
}
_OF_TOTALS = {
    "loose": "sum(case when name in ('unknown', 'unreviewed') then value else 0 end)",
    "clears": "one.value > other.value + one.loose",
    "beyond": f"one.value > {nightly.LEVEL} * (other.value + one.loose)",
    "within_chance": f"closer than {nightly.LEVEL - 1:.0%}",
    "lasting": f"date_diff('day', judged.since, judged.last) >= {nightly.LASTING.days}",
    "too_young": f"for less than {nightly.LASTING.days} days",
}
_NAMED = {"chosen": "name", "led_by": "spells.first"}
_LARGEST = "order by value desc, name\nlimit $rows"


def of_shares(
    published: Published,
    definition: Definition,
    *,
    by: str | None = None,
    first: date | None = None,
    until: date | None = None,
    only: Sequence[str] = (),
    where: Sequence[str] = (),
    rows: int = ROWS,
    models: Sequence[str] = (),
    of_all: bool = False,
) -> Answer:
    """Return who led monthly shares and who passed whom, over whole months from `first` (2022-04 at the earliest).

    One row per lead, and per pair of groups of which one passed the other: `kind` (leads or passes), `since`, `first`,
    `second`, `lasted` (months), `is_stated` (bounds and chance allow the claim), `why`, `until`, `crossed` (how often
    their order changed), `first_value`, `second_value`. It compares the `rows` largest groups, or `only`.
    """
    begin, end = _whole_months(published, first, until)
    asked = ask_shares(published, definition, by, (begin, end), where=where, models=models, of_all=of_all)
    column = _one(asked.by)
    only = names.resolve(published, column, only)
    sql, values = asked.query(counting.values(asked.definition, begin, end, models))
    parts = {**_OF_SHARES, "series": "{series_of_shares}", "column": column, "asked": sql}
    sql, values, table = _rows(published, parts, values, only, rows)
    names.check(published, column, only, [*table["first"], *table["second"]])
    parameters = asked.parameters(begin, end, only, models, rows)
    notes = (
        [empty.of_crossings(published, (begin, end if until else max(begin, end)), None, only)]
        if not table.rows
        else []
    )
    return answered(
        published, "crossings", sql, values,
        table=table, scope=asked.covered.name, parameters={**parameters, "crossings": True, "unit": "share"},
        definition=asked.definition.name, denominator=asked.denominator,
        notes=(*notes, *_stated(table), *asked.notes()), shares=("first_value", "second_value"),
    )  # fmt: skip


def of_totals(
    published: Published,
    definition: Definition,
    axes: Axes,
    *,
    first: date | None = None,
    until: date | None = None,
    every: str = "night",
    only: Sequence[str] = (),
    where: Sequence[str] = (),
    rows: int = ROWS,
    models: Sequence[str] = (),
    of_all: bool = False,
) -> Answer:
    """Return who led a trend's totals and who passed whom; the rows are those of `of_shares`, `lasted` in points."""
    if axes.flow:
        raise SettingsError("crossings are of levels; leave --flow out")
    column = _one(axes.columns)
    asked = ask_trend(published, definition, axes, first, until, every, where=where, models=models, of_all=of_all)
    only = names.resolve(published, column, only)
    parts = {
        **_OF_TOTALS,
        "series": "{series_of_totals}",
        "column": column,
        "asked": asked.query((), has_list=bool(models)),
    }
    sql, values, table = _rows(published, parts, asked.values(models), only, rows)
    names.check(published, column, only, [*table["first"], *table["second"]])
    period, scope = (asked.first, asked.until), asked.covered.name
    notes = [empty.of_crossings(published, period, scope, only)] if not table.rows else []
    return answered(
        published, "crossings", sql, values,
        table=table, scope=scope,
        parameters={**asked.parameters(only), "rows": rows, "crossings": True},
        definition=asked.definition.name, denominator=totals.denominator(asked.axes, asked.covered),
        notes=(*notes, *_stated(table), *asked.covered.notes()),
    )  # fmt: skip


def _rows(
    published: Published, parts: Mapping[str, str], values: Mapping[str, Any], only: Sequence[str], rows: int
) -> tuple[str, dict[str, Any], Table]:
    """Return the SQL over a series, its bound values, and its rows."""
    chosen = {hole: f"and {names.among(name, only)}" for hole, name in _NAMED.items()}
    holes = chosen if only else {"chosen": _LARGEST, "led_by": ""}
    sql = measures.fill(measures.load("crossings").sql, {**parts, **holes})
    bound = measures.bound(sql, {**values, "only": names.joined(only), "rows": rows})
    return sql, bound, published.table(sql, bound)


def _stated(table: Table) -> tuple[str, ...]:
    """Return the statement that the rows allow, as one note or none."""
    said = statement(table.dicts())
    return (said,) if said else ()


def _whole_months(published: Published, first: date | None, until: date | None) -> tuple[date, date]:
    """Return the period: from the first dated month, 2022-04 or later, to the end of the last month that is over."""
    dated = empty.created(published)
    after_floor = date(2022, 4, 1)  # the Hub dates everything older to 2022-03
    begin = first or max(after_floor, dated[0] if dated else after_floor)
    over = published.facts().snapshot_date.replace(day=1) - timedelta(days=1)
    return begin, min(until or over, over)


def _one(columns: Sequence[str]) -> str:
    if len(columns) > 1:
        raise SettingsError(f"crossings are of one group, not of {' and '.join(columns)}")
    return columns[0]
