"""Judge what a source's `parse` gave: is it what the contract says, and does it keep the source's own gates?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from tracker.errors import SnapshotRefused, SourceError, TrackerError
from tracker.landing import LandedRun
from tracker.sources.contract import Gate, Rule, Source, Table, Tables, name_of


def parsed(source: Source, landed: LandedRun) -> Tables:
    """Return the tables of a landed run, each as the contract says it.

    Raises SourceError where parsing fails or gives other tables or columns, SnapshotRefused for a key that comes twice.
    """
    try:
        tables = dict(source.parse(landed))
    except TrackerError:
        raise
    except Exception as error:
        raise SourceError(f"{name_of(source)} cannot be parsed: {type(error).__name__}: {error}") from error
    if tables.keys() != {table.name for table in source.TABLES}:
        raise SourceError(f"source {name_of(source)}: parse gave {sorted(tables)}, TABLES says {_names(source)}")
    for table in source.TABLES:
        _check(source, table, tables[table.name])
    return tables


def broken(source: Source, tables: Tables, last: Tables | None) -> list[str]:
    """Return what is wrong by the source's gates, a sentence each, with its numbers and the gate's story."""
    before = last or {}
    bounded = (gate for gate in source.GATES if isinstance(gate, Gate))
    found = [said for gate in bounded for said in _broken(gate, tables[gate.table], before.get(gate.table))]
    return found or list(_ruled(source, tables, last, refuses=True))  # rules may rely on the bounds


def remarks(source: Source, tables: Tables, last: Tables | None) -> list[str]:
    """Return what is worth saying by the source's gates, and no reason to refuse; a sentence each."""
    return list(_ruled(source, tables, last, refuses=False))


def _ruled(source: Source, tables: Tables, last: Tables | None, *, refuses: bool) -> Iterator[str]:
    for rule in source.GATES:
        if isinstance(rule, Rule) and rule.refuses == refuses:
            yield from (f"{sentence} ({rule.story})" for sentence in rule.wrong(tables, last))


def _broken(gate: Gate, frame: pl.DataFrame, last: pl.DataFrame | None) -> Iterator[str]:
    found = _measured(gate, frame, last)
    what = {
        "rows": "rows",
        "change": "times the rows of the last run",
        "least": f"is the least {gate.column}",
        "most": f"is the most {gate.column}",
        "filled": f"of {gate.column} filled",
    }[gate.what]
    if found is not None and gate.at_least is not None and found < gate.at_least:
        yield f"{gate.table}: {found:,.6g} {what}; must be at least {gate.at_least:,.6g} ({gate.story})"
    if found is not None and gate.at_most is not None and found > gate.at_most:
        yield f"{gate.table}: {found:,.6g} {what}; must be at most {gate.at_most:,.6g} ({gate.story})"


def _measured(gate: Gate, frame: pl.DataFrame, last: pl.DataFrame | None) -> float | None:
    """Return the number that a gate bounds; None where there is nothing to measure or to compare with."""
    if gate.what == "rows":
        return frame.height
    if gate.what == "change":
        return frame.height / last.height if last is not None and last.height else None
    assert gate.column is not None
    values = frame[gate.column]
    there = values.drop_nulls().drop_nans() if values.dtype.is_float() else values.drop_nulls()
    if gate.what == "filled":
        return there.len() / frame.height if frame.height else None
    found = (there.min() if gate.what == "least" else there.max()) if there.len() else None
    return None if found is None else float(found)  # type: ignore[arg-type]  # a gate is about numbers


def _check(source: Source, table: Table, frame: pl.DataFrame) -> None:
    if frame.schema != table.schema:
        raise SourceError(f"source {name_of(source)}: {table.name} came as {frame.schema}, TABLES says {table.schema}")
    if table.key and (twice := frame.height - frame.n_unique(list(table.key))):
        raise SnapshotRefused(f"{table.name}: {twice:,} rows repeat a key ({', '.join(table.key)})")


def _names(source: Source) -> list[str]:
    return sorted(table.name for table in source.TABLES)
