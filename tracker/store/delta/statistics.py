"""What a Delta log says of the rows of a file, from the file's own footer: so that readers can pass over it.

What cannot be said exactly is left out: a bound that is wrong hides rows. So there is none of doubles, which may be
NaN, none of texts, which may be cut, and those of moments are rounded outwards to the milliseconds that a log has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tracker.sql.connect import Connection, parquet, places, rows, value

_MOMENT = "TIMESTAMP WITH TIME ZONE"
_BOUNDED = {**dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), "bigint"), "DATE": "date", _MOMENT: "moment"}

# `is_bounded`: each part of the file that has values says of them from where to where they reach
_OF_FILE = """
select
  path_in_schema, sum(num_values)::bigint, sum(stats_null_count)::bigint,
  bool_and(stats_null_count is not null) as is_counted,
  bool_and(stats_null_count is not null and (stats_min_value is not null or stats_null_count = num_values)),
  min(try_cast(stats_min_value as bigint)), max(try_cast(stats_max_value as bigint)),
  min(try_cast(stats_min_value as date))::varchar, max(try_cast(stats_max_value as date))::varchar,
  min(epoch_us(try_cast(stats_min_value as timestamptz))), max(epoch_us(try_cast(stats_max_value as timestamptz)))
from parquet_metadata({file})
group by path_in_schema
"""
_PLACES = {"bigint": 5, "date": 7, "moment": 9}


def columns(connection: Connection, path: Path) -> list[tuple[str, Any]]:
    """Return name and type of each column of a Parquet file."""
    relation = connection.sql(f"from {parquet(path)}")
    return list(zip(relation.columns, relation.types, strict=True))


def statistics(connection: Connection, path: Path) -> dict[str, Any]:
    """Return the statistics of a Parquet file, as a Delta log has them."""
    told = {row[0]: row for row in rows(connection, _OF_FILE.format(file=places(path)))}
    nulls: dict[str, int] = {}
    least: dict[str, Any] = {}
    most: dict[str, Any] = {}
    for name, kind in columns(connection, path):
        row = told.get(name)  # columns of lists have none of their own name
        if row is None or not row[3]:
            continue
        nulls[name] = row[2]
        bounds = _bounds(row, str(kind))
        if bounds:
            least[name], most[name] = bounds
    count = value(connection, f"select num_rows from parquet_file_metadata({places(path)})")
    return {"numRecords": count, "minValues": least, "maxValues": most, "nullCount": nulls}


def _bounds(row: Sequence[Any], kind: str) -> tuple[Any, Any] | None:
    if kind not in _BOUNDED or not row[4]:
        return None
    place = _PLACES[_BOUNDED[kind]]
    least, most = row[place], row[place + 1]
    if least is None or most is None:
        return None
    return (_moment(least // 1000), _moment(-(-most // 1000))) if kind == _MOMENT else (least, most)


def _moment(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03}Z"
