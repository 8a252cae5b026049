"""The monthly share of new derivatives by what they are built on, under a definition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from tracker import measures
from tracker.answers import counting, names
from tracker.answers.answer import Answer, answered
from tracker.answers.reach import cover, empty
from tracker.answers.reach.cover import Cover
from tracker.errors import SettingsError
from tracker.registry.definitions import Definition

if TYPE_CHECKING:
    from tracker.store import Published

FLOOR = date(2022, 3, 1)  # the Hub dates everything older than 2022-03-02T23:29:04Z to that second


def share(
    published: Published,
    definition: Definition,
    *,
    by: str | None = None,
    first: date | None = None,
    until: date | None = None,
    months: int = 2,
    only: Sequence[str] = (),
    models: Sequence[str] = (),
    of_all: bool = False,
) -> Answer:
    """Return one row per month and group: derivatives, share, low, high, and `n`.

    `n` is how many models the month's denominator counts, unweighted. `low` and `high` are null where the nights
    cover a part of the Hub; `of_all` raises SettingsError there. `until` is the last day that is counted, the
    snapshot's unless given; `first` a day of the first month, unless given such that there are `months`, the running
    one included. `only` limits the rows to groups, not the denominator. `models` is the list of a definition that has
    its own. Raises UnknownName for a group or name that nothing is called by.
    """
    check_computable(definition, models, "share", "totals")
    definition = names.resolve_definition(published, definition)
    by = by or definition.group_by
    snapshot_date = published.facts().snapshot_date
    last, until = until or snapshot_date, min(until or snapshot_date, snapshot_date)
    first = first or _months_before(until, months - 1)
    covered = cover.of_creation(published, first, until, by_counter=definition.min_downloads > 0)
    covered.require_all(of_all)
    values = counting.values(definition, first, until, models)
    every = published.query(*query(definition, by, values, bounded=covered.is_full, hidden=", firm"))
    only = names.resolve(published, by, only)
    names.check(published, by, only, every[by])
    shown = (every.filter(pl.col(by).is_in(list(only))) if only else every).drop("firm")
    return answered(
        published,
        "share",
        *query(definition, by, values, bounded=covered.is_full, only=only),
        frame=shown,
        scope=covered.name,
        parameters=_parameters(definition, by, first, until if first <= until else last, only, models),
        definition=definition.name,
        denominator=_denominator(definition, covered),
        coverage=_coverage(every, by),
        notes=(
            *(
                (empty.of_share(published, (first, last), only, every.height, definition.name),)
                if not shown.height
                else ()
            ),
            *_notes(definition, first, until, last, snapshot_date),
            *covered.notes(bounds=True),
        ),
    )


def query(
    definition: Definition,
    by: str,
    values: dict[str, Any],
    *,
    bounded: bool = True,
    only: Sequence[str] = (),
    hidden: str = "",
) -> tuple[str, dict[str, Any]]:
    """Return the SQL of a share and the values it binds; `hidden` names more columns of `shares` to select.

    Without `bounded` low and high are null.
    """
    parts = counting.parts(definition, by, has_list=bool(values["models"])) | {
        "columns": f"month, name as {by}, derivatives, share, low, high, n{hidden}",
        "bounds": "{bounds_known}" if bounded else "{bounds_open}",
        "shown": "where list_contains(string_split($only, '|'), name)" if only else "",
    }
    sql = measures.fill(measures.load("share").sql, parts)
    return sql, measures.bound(sql, values | {"only": "|".join(only)})


def _months_before(day: date, months: int) -> date:
    """Return the first day of the month `months` before that of `day`."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def check_computable(definition: Definition, models: Sequence[str], *measures_allowed: str) -> None:
    """Raise SettingsError where `definition` is not made for the measure, or needs a list that is not given."""
    if definition.measure not in measures_allowed:
        raise SettingsError(
            f"definition {definition.name} is about {definition.measure}, not {' or '.join(measures_allowed)}"
        )
    if definition.needs_list and not models:
        raise SettingsError(f"definition {definition.name} counts a list of models; name the file with --list FILE")


def _parameters(
    definition: Definition, by: str, first: date, until: date, only: Sequence[str], models: Sequence[str]
) -> dict[str, Any]:
    asked: dict[str, Any] = {"by": by, "from": f"{first:%Y-%m}", "to": until}
    if only:
        asked["only"] = list(only)
    if models:
        asked["list"] = len(models)
    choices = definition.choices()
    choices.pop("group_by")
    return {**asked, "version": definition.version, **choices}


def _denominator(definition: Definition, covered: Cover) -> str:
    text = counting.DENOMINATORS[definition.denominator]
    if definition.denominator == "listed":
        text += f" ({', '.join(definition.listed_groups)})"
    if definition.time_axis == "stock":
        text = text.replace("new ", "").replace("of the month", "that day")
    if definition.counts == "models":
        text = text.replace("derivatives", "models")
    return text if covered.is_full else _of_a_part(text, covered.of_models)


def _of_a_part(text: str, of_models: str) -> str:
    """Return a denominator with the part of the Hub that it is about: `the new derivatives among the ...`."""
    things, what, rest = text.removeprefix("all ").replace(" of the month", "").partition(_thing(text))
    return f"the {things}{what} {of_models}{rest}"


def _thing(text: str) -> str:
    return "derivatives" if "derivatives" in text else "models"


def _coverage(frame: pl.DataFrame, by: str) -> dict[str, float | None]:
    """Return how much of the credit reaches a reviewed base on the Hub, and how much has no registry row yet."""
    total = _sum(frame, "derivatives")
    if not total:
        return {"traced": None, "unreviewed": None}
    unreviewed = _sum(frame.filter(pl.col(by) == "unreviewed"), "derivatives")
    return {"traced": _sum(frame, "firm") / total, "unreviewed": unreviewed / total}


def _sum(frame: pl.DataFrame, column: str) -> float:
    return math.fsum(frame[column])


def _notes(definition: Definition, first: date, until: date, last: date, snapshot_date: date) -> tuple[str, ...]:
    """Return what a reader of the rows must know."""
    month = snapshot_date.replace(day=1)
    running = until.replace(day=1) == month and first <= until and definition.time_axis != "stock"
    return tuple(
        sentence
        for holds, sentence in (
            (running, f"{until:%Y-%m} is not over: it counts what was created until {until}"),
            (
                first <= until and last.replace(day=1) > month,
                f"nothing is known yet of what comes after {snapshot_date}, the newest night",
            ),
            (
                definition.credit == "full",
                "full credit: a merge counts once for each of its groups, so shares may sum to more than 1",
            ),
            (definition.credit == "first", "first credit: a merge counts for its first declared parent only"),
            (
                definition.denominator in ("traced", "listed"),
                "rows outside the denominator have no share; their derivatives are shown",
            ),
            (
                definition.removed == "out",
                "models that were removed since are not counted, which lowers old months",
            ),
            (
                first <= FLOOR and definition.time_axis == "created",
                "2022-03 holds everything older as well: the Hub dates it to 2022-03-02",
            ),
        )
        if holds
    )
