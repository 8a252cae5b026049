"""What a reduced archive says of models, in the columns of a landed night: a few of them, the rest is null."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tracker.columns import LANDED
from tracker.sources.archives.rows.counters import PARQUET, count, moment, rows_of, types_of
from tracker.sql import connect
from tracker.sql.connect import Connection


def write(connection: Connection, place: Path, names: Sequence[str], target: Path) -> None:
    """Write what a file of models says of these to `target`, one row a model."""
    types = types_of(connection, rows_of(place))
    connection.execute(
        "create or replace temp table asked as select unnest($names::varchar[]) as id", {"names": list(names)}
    )
    said = {
        "created_at": f"({moment('created_at', types)})::timestamptz",
        "last_modified": f"({moment('last_modified', types)})::timestamptz",
        "pipeline_tag": _word("pipeline_tag", types),
        "library_name": _word("library_name", types),
        "parameters": count("params", types),
    }
    if types.get("license") == "VARCHAR":
        said["tags"] = "case when license is not null then ['license:' || license] end"
    relation = _word("base_relation", types)
    if types.get("base_ids") == "VARCHAR[]":
        said["base_models"] = "list_transform(base_ids, lambda b: {'hub_id': null::varchar, 'model_id': b})"
    columns = [f"{said.get(column.name, 'null')}::{column.sql_type} as {column.name}" for column in LANDED]
    connection.execute(f"""
        copy (
          select null::varchar as hub_id, id as model_id,
            case when contains(id, '/') then split_part(id, '/', 1) else '' end as publisher,
            {relation} as base_relation, {", ".join(columns)},
            1::integer as page, file_row_number::integer as position
          from {rows_of(place)}
          where id in (select id from asked)
          order by position
        ) to {connect.literal(str(target))} {PARQUET}""")


def _word(name: str, types: dict[str, str]) -> str:
    return f"{name}::varchar" if types.get(name) == "VARCHAR" else "null::varchar"
