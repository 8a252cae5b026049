"""Rows of scalars come without Arrow, and are the same; whatever is no scalar, or too much, comes as before."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests import planted
from tracker.errors import QueryRefused
from tracker.sql.foreign import plain

PLAIN = """
select
  1::utinyint as a, -2::bigint as b, 3::hugeint as c, 1.5::float as d, 'nan'::double as e, '-inf'::double as f,
  'x' || chr(10) || '"' as g, null::varchar as h, true as i, date '2026-01-02' as j,
  timestamp '2026-01-02 03:04:05.5' as k, timestamptz '2026-01-02 03:04:05+02' as l
union all
select 2, 2, 2, 2, 2, 2, '', '', false, null, null, null
"""
# what is asked for again as Arrow: no scalar, more rows than are shown, what cannot stand in brackets
AS_ARROW = (
    "select [1, 2] as a, {'b': 1} as c",
    "select 1.5::decimal(9, 2) as a, interval 1 day as b",
    f"from range({plain.MOST + 1})",
    "select 1 as a;",
)


@pytest.mark.parametrize("sql", [PLAIN, *AS_ARROW, f"from range({plain.MOST})", "select 1 as a where false"])
def test_the_rows_are_those_that_arrow_brings(sql: str) -> None:
    with planted.published() as published:
        table, frame = published.foreign_table(sql), published.foreign(sql)
        assert table.frame.equals(frame, null_equal=True) and table.frame.schema == frame.schema
        assert [[*map(str, row)] for row in table.rows] == [[*map(str, row)] for row in frame.rows()]


@pytest.mark.parametrize(("at_once", "whole"), [(60.0, False), (0.0, True)])
def test_rows_that_took_their_time_are_not_made_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: float, whole: bool
) -> None:
    monkeypatch.setattr(plain, "_AT_ONCE", at_once)
    count = 2 * plain.MOST + 7
    written = tmp_path / "rows"
    with written.open("wb") as pipe, duckdb.connect() as connection:
        plain.write(connection, f"select range as n, 'x' || range as word from range({count})", {}, pipe.fileno())
    if not whole:
        assert written.read_bytes() == plain.NOT_PLAIN
        return
    types, rows = plain.read(written.read_bytes())
    assert types == {"n": "BIGINT", "word": "VARCHAR"}
    assert rows == [(number, f"x{number}") for number in range(count)]


@pytest.mark.parametrize("sql", ["select 'infinity'::date as d", "select timestamp '20000-01-01' as d"])
def test_a_time_that_no_calendar_has_is_refused(sql: str) -> None:
    with planted.published() as published, pytest.raises(QueryRefused, match="column d holds a time beyond the years"):
        published.foreign_table(sql)


@pytest.mark.parametrize("sql", ["select 1 as a, 2 as a", "select nothing", "drop table models"])
def test_a_mistake_is_told_as_before(sql: str) -> None:
    said = []
    with planted.published() as published:
        for ask in (published.foreign, published.foreign_table):
            with pytest.raises(QueryRefused) as refused:
                ask(sql)
            said.append(str(refused.value))
    assert said[0] == said[1]
