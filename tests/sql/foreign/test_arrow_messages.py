"""Rows that come from the lean process are those that duckdb hands over in this one: types, values, nulls, order."""

from __future__ import annotations

import os
import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tracker import store
from tracker.errors import QueryRefused
from tracker.sql import arrow, connect
from tracker.sql.foreign import stream
from tracker.sql.leaving import leaving

VALUES = """
1::tinyint | 1::utinyint | 1::smallint | 1::usmallint | 1 | 1::uinteger | 1::bigint | 1::ubigint | 1::hugeint
1::uhugeint | 1.5::float | 1.5::double | 0/0 | 1.50::decimal(4, 2) | 1.50::decimal(38, 2) | true | null | 1::bignum
'x' | '' | 'ü' | repeat('x', 200) | 'x'::blob | ''::blob | '101'::bit | 'x' collate nocase | '{"a": 1}'::json
date '2026-01-01' | 'infinity'::date | time '01:02:03.5' | '01:02:03+00'::timetz | interval 3 day
timestamp '2026-01-01 01:02:03.5' | '2026-01-01'::timestamp_s | '2026-01-01'::timestamp_ms | '2026-01-01'::timestamp_ns
timestamptz '2026-01-01 01:02:03+00' | uuid '6ccd780c-baba-1026-9564-5b8c656024db' | 'a'::enum('a', 'b')
[1, 2] | ['a', null] | [] | [null] | [[1], [2, 3], null] | [true, null] | [1.5::decimal(5, 2)] | [1::hugeint]
[date '2026-01-01'] | [time '01:02:03'] | ['a'::enum('a', 'b')] | [timestamptz '2026-01-01 01:02:03+00']
[interval 3 day] | {'a': 1, 'b': ['x']} | {'a': null} | {'a': {'b': {'c': [1]}}} | map {'k': 1} | [map {'k': {'a': 1}}]
[{'e': 'a'::enum('a', 'b', 'c'), 'f': 'z'::enum('y', 'z')}] | {'u': uuid '6ccd780c-baba-1026-9564-5b8c656024db'}
[1, 2, 3]::integer[3] | ['a', 'b']::varchar[2]
"""
KINDS = [value.strip() for line in VALUES.strip().splitlines() for value in line.split(" | ")]


def through_a_pipe(source: object) -> pl.DataFrame:
    ours, its = os.pipe()
    got = bytearray()

    def read() -> None:
        while data := os.read(ours, 1 << 20):
            got.extend(data)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        stream.write(source, its)
    finally:
        os.close(its)
        reader.join()
        os.close(ours)
    return pl.read_ipc_stream(bytes(got))


@pytest.mark.parametrize("value", KINDS)
def test_every_type_comes_as_it_is(value: str) -> None:
    connection = connect.instance("500MB")
    mixed = f'select i, v as "a,ü" from (select i, {value} as v from range(150000) t(i)) where i % 3 = 0'
    padded = f"select v from (select {value} as v) full join range(20) t(i) on i = 3 order by i"
    for sql in (f"select {value} as v", f"select {value} as v where false", padded, mixed):
        here = arrow.read(leaving(connection.sql(sql)))
        there = through_a_pipe(leaving(connection.sql(sql)))
        assert there.schema == here.schema
        assert there.equals(here)
    connection.close()


def test_a_union_is_text_and_one_within_is_refused(small_folder: Path) -> None:
    with store.open_published(small_folder) as published:
        assert published.foreign("select union_value(num := 2) as v").rows() == [("2",)]
        with pytest.raises(QueryRefused, match="no answer can hold a column of this type; cast it to text"):
            published.foreign("select {'u': union_value(num := 2)} as v")


def test_parameters_keep_their_types(small_folder: Path) -> None:
    given = {"d": date(2026, 1, 2), "t": datetime(2026, 1, 2, 3, tzinfo=UTC), "f": 0.1, "n": None, "l": ["a", "b"]}
    given |= {"b": True, "i": 3, "m": Decimal("1.50"), "s": "it's", "y": b"\x00"}
    sql = "select " + ", ".join(f"${name} as {name}" for name in given)
    with store.open_published(small_folder) as published:
        assert published.foreign(sql, given | {"more": lambda: None}).equals(published.query(sql, given))
        with pytest.raises(QueryRefused, match="a parameter has a type that no query takes"):
            published.foreign("select $more as more", {"more": lambda: None})


def test_many_columns_and_names(small_folder: Path) -> None:
    sql = "select " + ", ".join(f'{at} as "col {at} ü\'"' for at in range(1500))
    with store.open_published(small_folder) as published:
        assert published.foreign(sql).equals(published.query(sql))
        with pytest.raises(QueryRefused, match="two columns are called b; give each a name of its own with `as`"):
            published.foreign("select 1 as a, 2 as b, 3::hugeint as b")
