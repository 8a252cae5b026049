"""Values that duckdb has and no answer can hold are told by their column; all others leave in every format."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

import tracker
from tests.command_line import called
from tracker import store
from tracker.errors import QueryRefused, SettingsError


@pytest.fixture(scope="module")
def published(small_folder: Path) -> Iterator[store.Published]:
    with store.open_published(small_folder, memory_limit="500MB") as opened:
        yield opened


@pytest.mark.parametrize(
    "value",
    [
        "date 'infinity'",
        "date '10000-01-01'",
        "timestamp '-infinity'",
        "timestamp_s '200000-01-01 00:00:00'",
        "timestamptz 'infinity'",
        "timestamp '290309-12-22 (BC) 00:00:00'",
        "[null, date 'infinity']",
        "array_value(date 'infinity')",
        "[{'a': [timestamp 'infinity']}]",
        "map(['a'], [date 'infinity'])",
    ],
)
def test_times_that_no_calendar_has_are_told(published: store.Published, value: str) -> None:
    with pytest.raises(QueryRefused, match=r"column then holds a time beyond the years 1 to 9999; .* cast it to text"):
        published.foreign(f'select 1 as one, {value} as "then"')
    assert published.foreign(f'select ({value})::varchar as "then"').height == 1


def test_the_first_and_the_last_time_of_a_calendar_are_taken(published: store.Published) -> None:
    row = published.foreign(
        "select date '0001-01-01' as a, date '9999-12-31' as b, timestamp '9999-12-31 23:59:59.999999' as c,"
        " [date '2026-01-01', null] as d, null::date as e, []::date[] as f, map(['a'], [date '2026-01-01']) as g"
    ).row(0)
    assert [str(each) for each in row[:3]] == ["0001-01-01", "9999-12-31", "9999-12-31 23:59:59.999999"]


def test_a_whole_number_that_is_too_wide_is_told_by_its_column(published: store.Published) -> None:
    with pytest.raises(QueryRefused, match=r"^column a b holds a whole number of more than 64 bits; cast it to double"):
        published.foreign('select 1 as one, (1::hugeint << 100) as "a b"')
    assert published.foreign("select (1::hugeint << 100)::varchar as a").item() == str(1 << 100)
    with pytest.raises(QueryRefused, match="Conversion Error"):  # a cast of the one that asks
        published.foreign("select (1::hugeint << 100)::bigint")


@pytest.mark.parametrize("format", ["table", "tsv", "csv", "json", "jsonl", "markdown"])
def test_bytes_are_shown_as_text(small_folder: Path, format: str) -> None:
    sql = "select 'ab'::blob as a, ['cd'::blob] as b"
    done = called("sql", sql, "--format", format, "--data-dir", str(small_folder))
    assert done.returncode == 0 and "ab" in done.stdout and "cd" in done.stdout, done.stderr


@pytest.mark.parametrize("seconds", [math.nan, math.inf, -1.0, 0.0, 1e300])
def test_a_time_limit_that_is_none_is_told(small_folder: Path, seconds: float) -> None:
    with pytest.raises(SettingsError, match="timeout must be a positive number of seconds, not"):
        tracker.open(small_folder, timeout=seconds)
