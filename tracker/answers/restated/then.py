"""A question as it was answered on an earlier day, beside the answer of now: every value twice, and the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tracker.answers.answer import Answer
from tracker.answers.shown.cells import plain
from tracker.errors import SettingsError
from tracker.table import Row, Table

THEN = "then"  # the parameter that names the other copy
ONLY = "only"  # column: the side that alone has a row

RANK = "rank"

_SAID_OF_A_ROW = ("flag", "source", "every_days", "compared_with")  # they tell of a value, and name no row
_LEFT_OUT = ("low", "high", "n", "firm")


def then_and_now(then: Answer, now: Answer, first: int | None = None) -> Answer:
    """Return the rows of both, joined by what names them: each value as `<name>_then`, `<name>` and `<name>_change`.

    `only` says `then` or `now` for a row that the other has not. The rows of now come first, in their order. `first`:
    of two rankings, with their ranks, what is or was among the first so many. Raises SettingsError for an answer whose
    rows have no names, or no values, that could be compared.
    """
    table = joined(then.table, now.table, first)
    day = then.facts.as_of
    alone = [sum(side == each for each in table[ONLY]) for side in ("then", "now")]
    notes = [f"then: as it was said on {day}, by generation {then.facts.generation}; now: by {now.facts.generation}"]
    notes += [f"{alone[0]:,} rows were there then alone, {alone[1]:,} are there now alone"] if any(alone) else []
    if then.facts.snapshot_date.replace(day=1) < now.facts.snapshot_date.replace(day=1):
        notes.append(f"{then.facts.snapshot_date:%Y-%m} was not over then: what came since is a difference too")
    if then.parameters.get("version") != now.parameters.get("version"):
        notes.append(f"the definition was version {then.parameters.get('version')} then")
    return replace(
        now,
        table=table,
        parameters={**now.parameters, THEN: _pinned(then, first)},
        notes=(*notes, *now.notes, *(f"then: {each}" for each in then.notes if each not in now.notes)),
        shares=tuple(name for name in table.columns if name.rpartition("_")[0] == "share" or name in now.shares),
    )


def _pinned(then: Answer, first: int | None) -> dict[str, Any]:
    """Return what names the earlier answer, so that it can be asked again."""
    facts = then.facts
    pinned = {
        "as_of": facts.as_of,
        "generation": facts.generation,
        "copy_id": facts.copy_id,
        "registry_version": facts.registry_version,
        "snapshot_date": facts.snapshot_date,
        "sql": then.sql,
        **({} if first is None else {"first": first}),
    }
    return dict(plain(pinned))


def joined(then: Table, now: Table, first: int | None = None) -> Table:
    """Return the rows of two tables of one question side by side; `first` is that of `then_and_now`."""
    left_out = (*_LEFT_OUT, RANK if first is None else "change")  # the change is of a ranking's own month
    values = [name for name in now.columns if now.is_number(name) and name not in left_out]
    keys = [name for name in now.columns if not now.is_number(name) and name not in _SAID_OF_A_ROW]
    if not keys or not values:
        raise SettingsError("this has no series whose values could be compared with those of then")
    before, after = _by_name(then, keys, values), _by_name(now, keys, values)
    types = {name: now.types[name] for name in keys}
    for name in values:
        kind = "BIGINT" if name == RANK else "DOUBLE"
        types |= {f"{name}_then": kind, name: kind, f"{name}_change": kind}
    rows = [_row(name, before.get(name), after.get(name), values) for name in {**after, **before}]
    table = Table({**types, ONLY: "VARCHAR"}, rows)
    return table if first is None else _among_the_first(table, first)


def _among_the_first(table: Table, count: int) -> Table:
    ranks = zip(table[f"{RANK}_then"], table[RANK], strict=True)
    kept = [any(rank is not None and rank <= count for rank in both) for both in ranks]
    return Table(table.types, [row for row, is_kept in zip(table.rows, kept, strict=True) if is_kept])


def _by_name(table: Table, keys: Sequence[str], values: Sequence[str]) -> Mapping[Row, Row]:
    """Return the values of each row by what names it; a column that a table lacks has none."""
    columns = table.columns
    places = [[columns.index(name) if name in columns else None for name in names] for names in (keys, values)]
    found: dict[Row, Row] = {}
    for row in table.rows:
        name, cells = (tuple(None if at is None else row[at] for at in place) for place in places)
        if name in found:
            raise SettingsError(f"its rows cannot be told apart by {', '.join(keys)}; ask for less at once")
        found[name] = cells
    return found


def _row(name: Row, before: Row | None, after: Row | None, values: Sequence[str]) -> Row:
    nothing = (None,) * len(values)
    cells: list[Any] = []
    for value, was, now in zip(values, before or nothing, after or nothing, strict=True):
        number = int if value == RANK else float
        was, now = (None if each is None else number(each) for each in (was, now))
        cells += [was, now, None if was is None or now is None else now - was]
    return (*name, *cells, "now" if before is None else "then" if after is None else None)
