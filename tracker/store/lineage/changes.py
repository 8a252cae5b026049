"""Tables of what was resolved are brought up to date: only rows of models that are other than before are written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from tracker.sql.connect import Connection, frame, parquet


def settle(connection: Connection, place: Path, table: str, key: str, lines: Sequence[pl.DataFrame]) -> None:
    """Let a table hold these rows; those that are written go by way of Parquet files in `place`.

    `key`: the column that says what a row is about. Leaves the temporary table `others` with the keys (`of`) whose
    rows are others than before.
    """
    before = frame(connection, f"from {table}")
    now = [each.match_to_schema(before.schema, missing_columns="insert", integer_cast="upcast") for each in lines]
    told, before_told = _told(now, key), _told([before], key)
    found = told.join(before_told, on="of", how="full", coalesce=True, nulls_equal=True)
    others = found.filter(pl.col("said").ne_missing(pl.col("said_right"))).select("of")
    connection.execute(f"create or replace temp table others as from {_written(place / f'{table}-others', [others])}")
    if others.is_empty():
        return
    rows = [each.join(others, left_on=key, right_on="of", how="semi", nulls_equal=True) for each in now]
    connection.execute(f"delete from {table} as t using others as o where o.of is not distinct from t.{key}")
    connection.execute(f"insert into {table} by name from {_written(place / table, rows)}")


def _told(lines: Sequence[pl.DataFrame], key: str) -> pl.DataFrame:
    """Return one number a key that is another where a row of it is, whatever order they stand in."""
    told = [each.select(pl.col(key).alias("of"), each.hash_rows().alias("said")) for each in lines]
    return pl.concat(told).group_by("of").agg(pl.col("said").sum())


def _written(path: Path, lines: Sequence[pl.DataFrame]) -> str:
    """Return a table expression over rows, written as a Parquet file."""
    pl.concat(lines).write_parquet(path, compression="zstd")
    return parquet(path)
