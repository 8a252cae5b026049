"""One value in whatever type an era wrote it: the same counts and instants come of it, or none, never another."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tracker.errors import SnapshotRefused
from tracker.sources.archives.rows import counters
from tracker.sql import connect

AT = datetime.fromisoformat("2024-07-31 23:30")
TWICE = pl.Series([AT, AT], dtype=pl.Datetime("us"))
NULLS = pl.Series([None, None], dtype=pl.Null)


def read(tmp_path: Path, **columns: Any) -> tuple[list[tuple[Any, ...]], counters.Counted]:
    """Return created_at, downloads_30d, downloads_all_time, likes of two models, and what was counted."""
    usual = {"id": ["a/b", "c/d"], "likes": [1, 2], "createdAt": TWICE, "downloads": [5, 7]}
    pl.DataFrame({**usual, **columns}).write_parquet(tmp_path / "models.parquet")
    with connect.instance("500MB", 1) as connection:
        source = counters.rows_of(tmp_path / "models.parquet")
        counted = counters.write(connection, source, counters.Fields(), date(2024, 8, 1), tmp_path / "typed.parquet")
        sql = f"select * exclude (model_id, hub_id) from '{tmp_path / 'typed.parquet'}' order by model_id"
        return connect.rows(connection, sql), counted


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (NULLS, [None, None]),
        (pl.Series([None, None], dtype=pl.Int32), [None, None]),
        (pl.Series([12.0, None]), [12, None]),
        (pl.Series([12.0, float("nan")]), [12, None]),
        (pl.Series([12, 3], dtype=pl.UInt8), [12, 3]),
        (pl.Series([12, None], dtype=pl.Float32), [12, None]),
        (pl.Series([Decimal(12), Decimal(3)], dtype=pl.Decimal(20, 2)), [12, 3]),
        (pl.Series(["12", "3"]), [12, 3]),
        (pl.Series([12.5, 3.0]), [None, 3]),
        (pl.Series([float("inf"), 3.0]), [None, 3]),
        (pl.Series([2**63, 3], dtype=pl.UInt64), [None, 3]),
        (pl.Series(["many", "3"]), [None, 3]),
        (pl.Series(["12.5", "3.0"]), [None, 3]),
        (pl.Series([-1, 3]), [None, 3]),
    ],
)
def test_counts(tmp_path: Path, values: pl.Series, expected: list[int | None]) -> None:
    rows, counted = read(tmp_path, downloadsAllTime=values)
    assert [row[2] for row in rows] == expected
    given = [each for each in values.to_list() if each is not None and each == each]
    assert counted.unreadable == len(given) - len([each for each in expected if each is not None])


@pytest.mark.parametrize(
    "values",
    [
        TWICE.cast(pl.Datetime("ms")),
        TWICE.cast(pl.Datetime("ns")),
        TWICE.dt.replace_time_zone("UTC"),
        TWICE.dt.replace_time_zone("UTC").dt.convert_time_zone("America/New_York"),
        pl.Series(["2024-07-31T23:30:00.000Z", "2024-08-01T01:30:00+02:00"]),
        pl.Series(["2024-07-31 23:30:00", "2024-07-31T23:30:00"]),
    ],
)
def test_instants(tmp_path: Path, values: pl.Series) -> None:
    rows, counted = read(tmp_path, createdAt=values)
    assert [row[0] for row in rows] == [AT, AT]
    assert counted.late == 0  # 23:30 of the last day of July is no August, whatever the zone


def test_what_is_no_instant_is_none(tmp_path: Path) -> None:
    for text in ("", "infinity", "yesterday"):
        rows, counted = read(tmp_path, createdAt=["2024-07-31T23:30:00.000Z", text])
        assert ([row[0] for row in rows], counted.unreadable) == ([AT, None], 1)
    with pytest.raises(SnapshotRefused, match="createdAt is of the type BIGINT, which holds no moments"):
        read(tmp_path, createdAt=[1722468600000, 1722468600000])


def test_private_models_are_left_out_and_gates_are_no_concern(tmp_path: Path) -> None:
    for private in (
        [True, False], ["true", "false"], [" True", "0"], ["hidden", None], ["yes", ""], ["t", "NaN"], [1, 0],
        [1.0, float("nan")], [2, None],
    ):  # fmt: skip
        rows, counted = read(tmp_path, private=private, gated=pl.Series([False, None]))
        assert (len(rows), counted.private, rows[0][1]) == (1, 1, 7)
    assert len(read(tmp_path, gated=pl.Series(["auto", None], dtype=pl.Categorical))[0]) == 2
    with pytest.raises(SnapshotRefused, match="which says neither yes nor no"):
        read(tmp_path, private=[["true"], []])


@pytest.mark.parametrize("names", [[1, 2], [b"a/b", b"c/d"]])
def test_names_are_text(tmp_path: Path, names: list[Any]) -> None:
    with pytest.raises(SnapshotRefused, match="which holds no names"):
        read(tmp_path, id=names)
