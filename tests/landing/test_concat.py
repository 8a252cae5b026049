"""Parquet files put behind one another read as one, in every engine at hand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from tracker.errors import StoreError
from tracker.landing.parse.concat import concatenate


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    """Three files of nested rows, of several row groups, and one that is empty."""
    found = []
    with duckdb.connect() as connection:
        for number, (first, last) in enumerate([(0, 5000), (5000, 5001), (0, 0), (5001, 9000)]):
            found.append(tmp_path / f"{number}.parquet")
            connection.execute(
                f"""
                copy (
                  select i::integer as i, 'name-' || (i % 97) as name, if(i % 3 = 0, null, i * 1e10::bigint) as big,
                    i % 2 = 0 as even, i / 7.0 as part, list_transform(range(i % 5), lambda x: 'tag-' || x) as tags,
                    if(i % 4 = 0, null, [{{'a': i::varchar, 'b': null::varchar}}]) as parents,
                    timestamptz '2026-11-22 00:00:00+00' + to_seconds(i) as moment
                  from range({first}, {last}) t(i)
                ) to '{found[-1]}' (format parquet, compression zstd, row_group_size 2048)
                """
            )
    return found


def rows(source: object) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.execute(
            f"select * replace (epoch_us(moment) as moment) from read_parquet({source!r}) order by i"
        ).fetchall()


def test_the_whole_has_the_rows_of_its_parts(parts: list[Path], tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    concatenate(parts, whole)
    assert rows(str(whole)) == rows([str(part) for part in parts])
    assert pl.read_parquet(whole).equals(pl.concat([pl.read_parquet(part) for part in parts]))


def test_statistics_and_bloom_filters_still_find_their_rows(parts: list[Path], tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    concatenate(parts, whole)
    with duckdb.connect() as connection:
        for condition in ("i = 8999", "i between 4999 and 5001", "name = 'name-5'", "name = 'no-such'", "big > 8e13"):
            count = f"select count(*) from read_parquet(?) where {condition}"
            found = connection.execute(count, [str(whole)]).fetchall()
            assert found == connection.execute(count, [[str(part) for part in parts]]).fetchall()


def test_one_file_alone_is_copied_byte_for_byte(parts: list[Path], tmp_path: Path) -> None:
    concatenate(parts[:1], tmp_path / "whole.parquet")
    assert (tmp_path / "whole.parquet").read_bytes() == parts[0].read_bytes()


def test_the_whole_can_be_a_part(parts: list[Path], tmp_path: Path) -> None:
    concatenate(parts[:2], tmp_path / "a.parquet")
    concatenate([tmp_path / "a.parquet", *parts[2:]], tmp_path / "b.parquet")
    concatenate(parts, tmp_path / "c.parquet")
    assert (tmp_path / "b.parquet").read_bytes() == (tmp_path / "c.parquet").read_bytes()


def test_files_that_do_not_match_are_refused(parts: list[Path], tmp_path: Path) -> None:
    pl.DataFrame({"i": [1]}).write_parquet(tmp_path / "other.parquet")
    with pytest.raises(StoreError, match="other columns"):
        concatenate([parts[0], tmp_path / "other.parquet"], tmp_path / "whole.parquet")
    parts[1].write_bytes(parts[1].read_bytes()[:-3])
    with pytest.raises(StoreError, match="not a whole Parquet file"):
        concatenate(parts, tmp_path / "whole.parquet")


def test_files_of_another_engine_are_read_and_written_as_well(tmp_path: Path) -> None:
    frames = [pl.DataFrame({"a": [[1, None], None], "b": ["x", "é"], "c": [{"d": 1.5}, None]}) for _ in range(2)]
    for number, frame in enumerate(frames):
        frame.write_parquet(tmp_path / f"{number}.parquet")
    concatenate([tmp_path / "0.parquet", tmp_path / "1.parquet"], tmp_path / "whole.parquet")
    assert pl.read_parquet(tmp_path / "whole.parquet").equals(pl.concat(frames))
