"""The monthly share of new derivatives by what they are built on, under a definition."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tracker import measures
from tracker.answers import names
from tracker.answers.answer import Answer, answered
from tracker.answers.counted import counting, surviving, within
from tracker.answers.counted.grouping import Grouping
from tracker.answers.counted.within import Within, of_base, texts, told
from tracker.answers.reach import cover, empty, labelled, survived, untold
from tracker.answers.reach.cover import Cover
from tracker.errors import SettingsError
from tracker.registry.definitions import Definition
from tracker.table import Table

if TYPE_CHECKING:
    from tracker.store import Published

NAMELESS = frozenset(("unknown", "unreviewed"))
COMMON = "based"  # the last table that shares of all groups and denominators have in common
# with the columns of the usual groups, since a caller that asks for one will ask for others
_KEPT = f"{COMMON} family line developer origin_country relation license_class publisher_country"
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
    where: Sequence[str] = (),
    rows: int | None = None,
    models: Sequence[str] = (),
    of_all: bool = False,
) -> Answer:
    """Return one row per month and group: derivatives, share, low, high, and `n`.

    `by` is one column, or two with a comma between them. `n` is the number of models that the month's denominator
    counts, unweighted. `low` and `high` are null if the nights cover a part of the Hub, or if `where` names what the
    models are built on; `of_all` raises SettingsError for a part. `until` is the last day counted (None: that of the
    snapshot). `first` is a day of the first month (None: so that there are `months`, the running one included).
    `where` narrows the denominator by `column=name`. `only` limits the rows to groups of the first column and `rows`
    to the largest of each month; neither changes the denominator. `models` is the list of a definition that has its
    own. Raises UnknownName for an unknown group or name.
    """
    snapshot_date = published.facts().snapshot_date
    last = until or max(first or snapshot_date, snapshot_date)
    until = min(last, snapshot_date)
    first = first or _months_before(until, months - 1)
    asked = ask(published, definition, by, (first, until), where=where, models=models, of_all=of_all)
    definition, covered = asked.definition, asked.covered
    values = counting.values(definition, first, until, models)
    every = published.table(*asked.query(values, hidden=", firm"), common=_KEPT)
    only = names.resolve(published, asked.by[0], only)
    names.check(published, asked.by[0], only, every[asked.by[0]])
    shown = asked.shown(every, only, rows).without(["firm"])
    parameters = asked.parameters(first, until if first <= until else last, only, models, rows)
    notes = [empty.of_share(published, (first, last), only, every.height, asked.rule)] if not shown.rows else []
    return answered(
        published,
        "share",
        *asked.query(values, only=only, rows=rows),
        table=shown,
        scope=covered.name,
        parameters=parameters,
        definition=definition.name,
        denominator=asked.denominator,
        coverage=_coverage(every, asked.by),
        notes=(
            *notes,
            *_notes(definition, first, until, last, snapshot_date),
            *survived.notes(published, definition, first, until),
            *labelled.notes(published, first, until, asked.within, of_new=definition.time_axis != "stock"),
            *asked.notes(),
            *untold.notes(published, (*asked.by, *(each.column for each in asked.within))),
        ),
    )


def ask(
    published: Published,
    definition: Definition,
    by: str | None,
    period: tuple[date, date],
    *,
    where: Sequence[str] = (),
    models: Sequence[str] = (),
    of_all: bool = False,
) -> Asked:
    """Return a validated question for a share, with all names as the copy spells them. Raises what `share` raises."""
    check_computable(definition, models, "share", "totals")
    resolved = names.resolve_definition(published, definition)
    covered = cover.of_creation(published, *period, by_counter=resolved.min_downloads > 0)
    covered.require_all(of_all)
    columns = tuple((by or resolved.group_by).split(","))
    return Asked(resolved, columns, within.read(published, where), covered)


@dataclass(frozen=True)
class Asked:
    """A question for a share: its definition, groups, filters, and the part of the Hub that the nights cover."""

    definition: Definition
    by: tuple[str, ...]
    within: tuple[Within, ...]
    covered: Cover

    @property
    def rule(self) -> str:
        """The definition and its filters, as words."""
        return f"{self.definition.name}{told(self.within)}"

    @property
    def denominator(self) -> str:
        """The denominator, as words."""
        return _denominator(self)

    @property
    def is_bounded(self) -> bool:
        """Whether low and high can be computed from the untraced part."""
        return self.covered.is_full and not of_base(self.within)

    def query(
        self, values: dict[str, Any], *, only: Sequence[str] = (), rows: int | None = None, hidden: str = ""
    ) -> tuple[str, dict[str, Any]]:
        """Return the SQL and the values it binds; `hidden` names more columns of `shares` to select."""
        asked = {"only": names.joined(only), "rows": rows, **within.values(self.within)}
        return query(
            self.definition, self.by, values | asked, bounded=self.is_bounded, only=only, largest=rows is not None,
            narrowed=self.within, hidden=hidden,
        )  # fmt: skip

    def shown(self, every: Table, only: Sequence[str], rows: int | None) -> Table:
        """Return the requested rows of all; `rows` keeps the largest of each month, and always the nameless groups."""
        groups = list(zip(*(every[column] for column in self.by), strict=True))
        before: Counter[str] = Counter()
        kept = []
        for row, month, group in zip(every.rows, every["month"], groups, strict=True):
            if only and group[0] not in only:
                continue
            if rows is None or before[month] < rows or NAMELESS.issuperset(group):
                kept.append(row)
            before[month] += 1
        return Table(every.types, kept)

    def parameters(
        self, first: date, until: date, only: Sequence[str], models: Sequence[str], rows: int | None
    ) -> dict[str, Any]:
        """Return the parameters of an answer: the given ones, and every choice of the definition."""
        given = {"only": list(only), "where": texts(self.within), "rows": rows, "list": len(models)}
        choices = self.definition.choices()
        choices.pop("group_by")
        return {
            "by": ",".join(self.by),
            "from": f"{first:%Y-%m}",
            "to": until,
            **{name: value for name, value in given.items() if value},
            "version": self.definition.version,
            **choices,
        }

    def notes(self) -> Iterator[str]:
        """Yield notes on low and high."""
        if self.covered.is_full and (narrowed := of_base(self.within)):
            what = " and ".join(map(str, narrowed))
            yield f"what is untraced may be {what} as well, so low and high are not given"
        yield from self.covered.notes(bounds=True)


def query(
    definition: Definition,
    by: Sequence[str],
    values: dict[str, Any],
    *,
    bounded: bool = True,
    only: Sequence[str] = (),
    largest: bool = False,
    narrowed: Sequence[Within] = (),
    hidden: str = "",
    figures: str = "derivatives, share, low, high, n",
) -> tuple[str, dict[str, Any]]:
    """Return the SQL of a share and the values it binds; `hidden` names more columns of `shares` to select.

    `figures` are the columns besides month and groups: fewer of them take less time. Without `bounded` low and high are
    null. If `values` has `months` (their first days, separated by commas), only these are counted.
    """
    has_months = "months" in values
    parts = counting.parts(definition, by, has_list=bool(values["models"]), has_months=has_months, within=narrowed)
    first = Grouping(by).sql_name(by[0])
    parts |= {
        "columns": f"month, {parts['columns_named']}, {figures}{hidden}",
        "size": "count(distinct model_key)" if ", n" in figures else "null",
        **surviving.parts(definition, bounded=bounded and "low" in figures),
        "shown": "{largest}" if largest else "shares\n{only}",
        "only": f"where {names.among(first, only)}" if only else "",
    }
    sql = measures.fill(measures.load("share").sql, parts)
    return sql, measures.bound(sql, values)


def _months_before(day: date, months: int) -> date:
    """Return the first day of the month `months` before that of `day`."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def check_computable(definition: Definition, models: Sequence[str], *measures_allowed: str) -> None:
    """Raise SettingsError if `definition` is not made for the measure, or needs a list that is not given."""
    if definition.measure not in measures_allowed:
        raise SettingsError(
            f"definition {definition.name} is about {definition.measure}, not {' or '.join(measures_allowed)}"
        )
    if definition.needs_list and not models:
        raise SettingsError(f"definition {definition.name} counts a list of models; name the file with --list FILE")


def _denominator(asked: Asked) -> str:
    definition = asked.definition
    text = counting.DENOMINATORS[definition.denominator]
    if definition.denominator == "listed":
        text += f" ({', '.join(definition.listed_groups)})"
    if definition.time_axis == "stock":
        text = text.replace("new ", "").replace("of the month", "that day")
    if definition.counts == "models":
        text = text.replace("derivatives", "models")
    return (text if asked.covered.is_full else _of_a_part(text, asked.covered.of_models)) + told(asked.within)


def _of_a_part(text: str, of_models: str) -> str:
    """Return a denominator with the part of the Hub that it covers: `the new derivatives among the ...`."""
    things, what, rest = text.removeprefix("all ").replace(" of the month", "").partition(_thing(text))
    return f"the {things}{what} {of_models}{rest}"


def _thing(text: str) -> str:
    return "derivatives" if "derivatives" in text else "models"


def _coverage(table: Table, by: Sequence[str]) -> dict[str, float | None]:
    """Return which share of the credit reaches a reviewed base on the Hub, and which has no registry row yet."""
    derivatives = table["derivatives"]
    total = math.fsum(derivatives)
    if not total:
        return {"traced": None, "unreviewed": None}
    groups = zip(*(table[column] for column in by), strict=True)
    unreviewed = math.fsum(each for each, group in zip(derivatives, groups, strict=True) if "unreviewed" in group)
    return {"traced": math.fsum(table["firm"]) / total, "unreviewed": unreviewed / total}


def _notes(definition: Definition, first: date, until: date, last: date, snapshot_date: date) -> tuple[str, ...]:
    """Return the notes that a reader of the rows needs."""
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
            (definition.removed == "only", f"only models are counted that were removed by {until}"),
            (
                first <= FLOOR and definition.time_axis == "created",
                "2022-03 holds everything older as well: the Hub dates it to 2022-03-02",
            ),
        )
        if holds
    )
