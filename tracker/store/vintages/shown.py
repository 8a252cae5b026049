"""Show the rows of sources in a copy: a view over exactly its files for each table, and one of the newest vintage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.sql.connect import Connection, literal, parquet, rows

VINTAGE: Mapping[str, str] = {
    "snapshot_date": "vintage: UTC day that the run speaks for",
    "run_id": "vintage: the run of the source",
}


@dataclass(frozen=True)
class Column:
    """A column of such a table; copies of earlier versions do not know the type."""

    name: str
    comment: str
    type: str | None = None


@dataclass(frozen=True)
class Shown:
    """A table of a source in a copy, with its files: none where it has no rows yet."""

    source: str
    use_rights: str
    licence: str
    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    files: tuple[str, ...]

    @property
    def may_leave(self) -> bool:
        """Whether its rows may leave the machine under the licence of anything else."""
        return self.use_rights == "rows"

    def rows_sql(self, data_dir: Path) -> str:
        """Return a table expression over its files, with their places under this folder."""
        if not self.files:
            return f"(select {', '.join(f'null::{each.type} as {each.name}' for each in self._typed())} where false)"
        return parquet([data_dir / file for file in self.files], union_by_name="true")

    def _typed(self) -> tuple[Column, ...]:
        return (Column("snapshot_date", "", "date"), Column("run_id", "", "varchar"), *self.columns)

    def current_sql(self) -> str:
        """Return the statement behind `<name>_current`: the newest vintage as a whole, or of each key."""
        by = f"partition by {', '.join(self.key)} " if self.key else ""
        return f"from {self.name} qualify rank() over ({by}order by snapshot_date desc, run_id desc) = 1"


def shown(connection: Connection, database: str, until: date | None = None) -> list[Shown]:
    """Return the tables that a database knows of; none for a copy of before there were any.

    One without rows is among them where the types of its columns are known. `until`: with vintages up to this day.
    """
    found = rows(
        connection,
        "select count(*) from duckdb_columns() where database_name = $name and table_name = 'source_files'",
        {"name": database},
    )
    if not found[0][0]:
        return []
    select = f"""
        select t.source, s.use_rights, s.licence, t.table_name, t.grain, t.key, t.columns, f.files
        from {database}.source_tables as t
        join {database}.source_facts as s on s.name = t.source
        left join (
          select source, table_name, list(file order by snapshot_date, run_id) as files
          from {database}.source_files
          where $until::date is null or snapshot_date <= $until::date
          group by all
        ) as f on f.source = t.source and f.table_name = t.table_name
        order by t.table_name
    """
    found_tables = [
        Shown(
            *(source, rights, licence, name, grain, tuple(key)),
            columns=tuple(Column(**each) for each in columns),
            files=tuple(named or ()),
        )
        for source, rights, licence, name, grain, key, columns, named in rows(connection, select, {"until": until})
    ]
    return [each for each in found_tables if each.files or all(column.type for column in each.columns)]


def view_statements(tables: list[Shown], data_dir: Path, *, temporary: bool = False) -> Iterator[str]:
    """Yield the statements that create the views, for the folder where it is now."""
    create = "create or replace temp view" if temporary else "create view"
    for table in tables:
        yield f"{create} {table.name} as from {table.rows_sql(data_dir.resolve())}"
        yield f"{create} {table.name}_current as {table.current_sql()}"


def comment_statements(connection: Connection, tables: list[Shown], kind: str = "view") -> Iterator[str]:
    """Yield the comments on the views, or tables, of these names that were created in the database in use."""
    for table in tables:
        there = {name for name, *_ in rows(connection, f"describe {table.name}")}
        current = f"newest of each {', '.join(table.key)}" if table.key else "rows of the newest snapshot"
        yield f"comment on {kind} {table.name} is {literal(f'{table.grain}, as {table.source} said it')}"
        yield f"comment on view {table.name}_current is {literal(f'{table.grain}: the {current} of {table.name}')}"
        for column, said in (*VINTAGE.items(), *((each.name, each.comment) for each in table.columns)):
            for name in (table.name, f"{table.name}_current") if column in there else ():
                yield f"comment on column {name}.{column} is {literal(said)}"


WHY = {
    "share-alike": "may leave only in a data set under the same licence ({licence})",
    "aggregates": "may not leave this machine; sums over them may",
    "none": "may not leave this machine",
}


def left_out(tables: list[Shown]) -> list[str]:
    """Return one sentence for each source whose rows stay on this machine."""
    kept: dict[tuple[str, str, str], list[str]] = {}
    for each in tables:
        if each.files and not each.may_leave:
            kept.setdefault((each.source, each.use_rights, each.licence), []).append(each.name)
    return [
        f"left out {', '.join(names)}: rows of {source} {WHY[rights].format(licence=licence)}"
        for (source, rights, licence), names in kept.items()
    ]
