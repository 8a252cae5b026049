"""Pieces: the tables that a copy holds itself, also as immutable files. A lost copy is rebuilt from them.

    <data_dir>/pieces/<table>/<digest>.parquet    rows of a table: of a day or a month, or all of them

A table that grows with the nights has a piece for each day of the newest month and one for each earlier month, so a
night writes only its own rows. A piece is written only if its rows differ from those of the generation before.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from tracker import files
from tracker.sql.connect import Connection, literal, parquet, rows, transaction, value
from tracker.store.base import data_folder
from tracker.store.publish import annotated, newest
from tracker.store.publish.selects import PARTED

FOLDER = "pieces"
WHOLE = "all"  # the name of the piece of a table with only one

_PARQUET = "format parquet, parquet_version v2, compression zstd, compression_level 3"
_MADE_BY = "pieces_made_by"  # fact of the folder: a digest of how pieces were last written
_OF_DAY = "if({0} >= $newest_month, {0}::varchar, strftime({0}, '%Y-%m'))"

# for each table that grows with the nights, the SQL of a row's piece
_CUT: Mapping[str, str] = {
    "nights": _OF_DAY.format("snapshot_date"),
    "events": _OF_DAY.format("snapshot_date"),
    "runs": _OF_DAY.format("snapshot_date"),
    "night_remarks": _OF_DAY.format("snapshot_date"),
    "night_quality": _OF_DAY.format("snapshot_date"),
    "recorded_nights": _OF_DAY.format("snapshot_date"),
    "agreements": _OF_DAY.format("snapshot_date"),
    "open_rollup": _OF_DAY.format("snapshot_date"),
    "open_families": _OF_DAY.format("snapshot_date"),
    "flow_classes": _OF_DAY.format("snapshot_date"),
    "flow_incidents": "strftime(first_label, '%Y-%m')",
    "flow_days": "strftime(label, '%Y-%m')",
    "open_flow_flags": _OF_DAY.format("snapshot_date"),
    "open_flow_families": _OF_DAY.format("snapshot_date"),
    "open_flow_publishers": _OF_DAY.format("snapshot_date"),
    "open_daily_flow": "strftime(month, '%Y-%m')",
    "open_daily_flow_of_publishers": "strftime(month, '%Y-%m')",
    "token_sums": "strftime(day, '%Y-%m')",
    "second_hub_sums": "strftime(snapshot_date, '%Y-%m')",
    "source_files": _OF_DAY.format("snapshot_date"),
    "former_names": _OF_DAY.format("until"),
    "watch_matches": _OF_DAY.format("snapshot_date"),
    "derivatives_vintages": _OF_DAY.format("said_on"),
    "restatements": _OF_DAY.format("restated_on"),
}

# tables that are rebuilt from the manifest and the parts instead
TOLD = ("about", "record_files", "rollup_files", "part_files", "changed_models", newest.TABLE)

CUT_BY: Mapping[str, str] = {
    each.name: _CUT.get(each.name, literal(WHOLE))
    for each in annotated.relations("published.sql")
    if each.name not in (*PARTED, *TOLD)
}


def bring_up_to_date(connection: Connection, data_dir: Path) -> None:
    """Write those pieces of the copy attached as `fresh` whose rows changed."""
    with transaction(connection):
        if data_folder.get(connection, _MADE_BY) != _made_by():
            connection.execute("delete from pieces")
        month = value(connection, "select date_trunc('month', max(snapshot_date))::date from fresh.nights")
        noted, columns = _noted(connection), _columns(connection)
        for table, cut_by in CUT_BY.items():
            piece = cut_by.replace("$newest_month", literal(month))
            cut = f"(select *, {piece} as piece from fresh.{table})"
            _write_changed(connection, data_dir, table, cut, columns[table], noted.get(table, {}))
        night = data_dir / value(connection, "select arg_max(file, snapshot_date) from fresh.nights")
        cut = newest.piece(night, literal(WHOLE))
        described = [name for (name,) in rows(connection, f"select column_name from (describe from {cut})")]
        told = [name for name in described if name != "piece"]
        _write_changed(connection, data_dir, newest.TABLE, cut, told, noted.get(newest.TABLE, {}))
        data_folder.put(connection, _MADE_BY, _made_by())


def _noted(connection: Connection) -> dict[str, dict[str, str]]:
    """Return by table and piece the count and hash of the rows when the piece was written."""
    noted: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for table, piece, said in rows(connection, "select table_name, piece, said from pieces"):
        noted[table][piece] = said
    return noted


def _columns(connection: Connection) -> dict[str, list[str]]:
    """Return the names of the columns of each table of the copy, in their order."""
    known = """
    select table_name, column_name from duckdb_columns() where database_name = 'fresh' order by table_name, column_index
    """
    columns: defaultdict[str, list[str]] = defaultdict(list)
    for table, column in rows(connection, known):
        columns[table].append(column)
    return columns


def _made_by() -> str:
    """Return a digest of all that determines a piece's content; pieces with another digest are rewritten."""
    tables = [(each.name, each.statement) for each in annotated.relations("published.sql") if each.name in CUT_BY]
    return hashlib.sha256(repr((tables, CUT_BY, _PARQUET, newest.PIECE)).encode()).hexdigest()


def _write_changed(
    connection: Connection, data_dir: Path, table: str, cut: str, columns: Sequence[str], noted: Mapping[str, str]
) -> None:
    """Write the pieces of a table whose count and hash differ from `noted`. `cut`: its rows with the column `piece`."""
    names = ", ".join(f'"{name}"' for name in columns)
    said_of = f"count(*) || ' ' || sum(hash({names}))"
    found = rows(connection, f"select piece, count(*), {said_of} from {cut} group by piece order by piece")
    for piece, count, said in found:
        if noted.get(piece) != said:
            select = f"select {names} from {cut} where piece = {literal(piece)}"
            _write(connection, data_dir, (table, piece, said, count), select)
    for piece in sorted(noted.keys() - {piece for piece, _, _ in found}):
        _forget(connection, table, piece)


def _write(connection: Connection, data_dir: Path, cells: tuple[str, str, str, int], select: str) -> None:
    table, piece, said, count = cells
    folder = data_dir / FOLDER / table
    path, digest = files.write_by_content(
        folder,
        lambda new: connection.execute(f"copy ({select}) to {literal(str(new))} ({_PARQUET})"),
        lambda digest: folder / f"{digest[:16]}.parquet",
    )
    _forget(connection, table, piece)
    connection.execute(
        "insert into pieces values ($table, $piece, $said, $file, $rows, $sha256, $bytes)",
        {
            "table": table,
            "piece": piece,
            "said": said,
            "file": path.relative_to(data_dir).as_posix(),
            "rows": count,
            "sha256": digest,
            "bytes": path.stat().st_size,
        },
    )


def _forget(connection: Connection, table: str, piece: str) -> None:
    connection.execute(
        "delete from pieces where table_name = $table and piece = $piece", {"table": table, "piece": piece}
    )


def select(connection: Connection, relation: annotated.Relation, places: Sequence[Path]) -> str:
    """Return a select of a table's rows from its pieces; a column that the pieces lack is null."""
    source = parquet(places)
    known = {name for (name,) in rows(connection, f"select column_name from (describe from {source})")}
    values = {each.name: f'"{each.name}"' if each.name in known else "null" for each in relation.columns}
    columns = ", ".join(f'{values[each.name]}::{each.type} as "{each.name}"' for each in relation.columns)
    return f"select {columns} from {source}"
