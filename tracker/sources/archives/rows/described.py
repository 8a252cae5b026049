"""What a revision says of models beside their counters, in the columns of a landed night: descriptions and parents.

Only what is asked for here is read; a column whose payload nobody wants is not touched. What cannot be made sense of
is null: a description is a help, and no reason to refuse what was counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tracker.columns import LANDED, Column
from tracker.errors import SnapshotRefused
from tracker.sources.archives.rows.counters import PARQUET, Fields, count, moment, quoted, rows_of, types_of
from tracker.sql import connect
from tracker.sql.connect import Connection

Types = Mapping[str, str]
# every file of an archive has these; one that was kept for its counters has not
TOLD_BY = "tags"
_READ = frozenset({"id", "_id", *(column.field.partition(".")[0] for column in LANDED if column.kind != "providers")})


def wanted(path: str) -> bool:
    """Return whether a column, by its path in the file, is read for descriptions; of an object all members are."""
    return path.partition(", ")[0] in _READ


def write(connection: Connection, place: Path, fields: Fields, names: Sequence[str], target: Path) -> None:
    """Write what a file says of these models to `target`: the columns of a landed night, one row a model.

    Raises SnapshotRefused for a file without descriptions.
    """
    types = types_of(connection, rows_of(place))
    if TOLD_BY not in types:
        raise SnapshotRefused(f"it has no column {TOLD_BY}: it was kept for its counters, and describes no model")
    connection.execute("create or replace temp table asked as select unnest($names::varchar[]) as id",
                       {"names": list(names)})  # fmt: skip
    name = quoted(fields.model_id)
    hub_id = quoted(fields.hub_id) if fields.hub_id in types else "null"
    columns = ",\n  ".join(_typed(column, types) for column in LANDED)
    connection.execute(f"""
        copy (
          select {hub_id}::varchar as hub_id, {name} as model_id,
            case when contains({name}, '/') then split_part({name}, '/', 1) else '' end as publisher,
            {columns},
            1::integer as page, file_row_number::integer as position
          from {rows_of(place)}
          where {name} in (select id from asked)
          qualify row_number() over (partition by {name} order by file_row_number desc) = 1
          order by position
        ) to {connect.literal(str(target))} {PARQUET}""")


def _typed(column: Column, types: Types) -> str:
    """Return the select items of a column; null where a file has none, or one of another shape."""
    try:
        return _TYPED[column.kind](column, types)
    except SnapshotRefused:
        return _null(column)


def _null(column: Column) -> str:
    relation = "null::varchar as base_relation, " if column.kind == "parents" else ""
    return f"{relation}null::{column.sql_type} as {column.name}"


def _moment(column: Column, types: Types) -> str:
    return f"({moment(column.field, types)})::timestamptz as {column.name}"


def _count(column: Column, types: Types) -> str:
    field, _, member = column.field.partition(".")
    if not member:
        return f"{count(field, types)} as {column.name}"
    if f" {member} " not in types.get(field, "").replace("(", "( ").replace('"', ""):
        return _null(column)
    return f"try_cast({quoted(field)}.{quoted(member)} as bigint) as {column.name}"


def _plain(column: Column, types: Types) -> str:
    """Return a word, number or flag; of `gated` the word, which some eras write as true or false."""
    kind = types.get(column.field, "")
    if kind not in ("VARCHAR", "BOOLEAN", "DOUBLE", "FLOAT", "INTEGER", "BIGINT"):
        return _null(column)
    typed = f"try_cast({quoted(column.field)} as {column.sql_type})"
    if column.kind == "number":
        typed = f"case when isfinite({typed}) then {typed} end"
    return f"{typed} as {column.name}"


def _tags(column: Column, types: Types) -> str:
    if types.get(column.field) != "VARCHAR[]":
        return _null(column)
    return f"list_filter({quoted(column.field)}, lambda tag: tag is not null) as {column.name}"


def _parents(column: Column, types: Types) -> str:
    kind, field = types.get(column.field, "").replace('"', ""), quoted(column.field)
    if not (kind.startswith("STRUCT(") and "models STRUCT(" in kind and "relation VARCHAR" in kind):
        return _null(column)
    hub_id = "m._id" if "_id VARCHAR" in kind else "null::varchar"
    models = f"list_transform({field}.models, lambda m: {{'hub_id': {hub_id}, 'model_id': m.id}})"
    named = f"list_filter({models}, lambda m: m.model_id is not null)"
    return f"{field}.relation as base_relation, {named} as {column.name}"


_TYPED: Mapping[str, Callable[[Column, Types], str]] = {
    "moment": _moment,
    "count": _count,
    "number": _plain,
    "word": _plain,
    "flag": _plain,
    "tags": _tags,
    "parents": _parents,
    "providers": lambda column, types: _null(column),
}
