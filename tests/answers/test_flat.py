"""CSV and TSV are what polars writes of the same rows, byte for byte."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.answers.shown.flat import separated
from tracker.table import Table

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["", " ", '"', "a,b", "a\tb", "\r"]
)
SPAN = (datetime(1900, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001
COLUMNS = {
    "VARCHAR": TEXT,
    "DOUBLE": st.floats() | st.sampled_from([1e-5, 1.5e-5, -1e-5, 9.99e-6, 1e16, 1e-4, 0.1, -0.0]),
    "FLOAT": st.floats(width=32),
    "BIGINT": st.integers(-(2**63), 2**63 - 1),
    "BOOLEAN": st.booleans(),
    "DATE": st.dates(),
    "TIMESTAMP": st.datetimes(*SPAN),
    "TIMESTAMP WITH TIME ZONE": st.datetimes(*SPAN, timezones=st.just(UTC)),
    "TIME": st.times(),
}


@given(st.data(), st.sampled_from([",", "\t"]))
def test_every_value_is_written_as_polars_writes_it(data: st.DataObject, separator: str) -> None:
    rows = data.draw(st.lists(st.tuples(*(st.none() | each for each in COLUMNS.values())), min_size=1, max_size=4))
    table = Table({f"{kind}{separator}": kind for kind in COLUMNS}, rows)
    assert separated(table, separator) == table.frame.write_csv(separator=separator)


def test_lists_structs_and_bytes_are_one_cell() -> None:
    frame = pl.DataFrame({"a": [[1, 2]], "b": [{"c": date(2026, 1, 2)}], "d": [b"x\xff"], "e": [time(1, 2)]})
    assert separated(Table.of(frame), "\t").splitlines()[1].split("\t") == [
        *("[1, 2]", '"{""c"": ""2026-01-02""}"', "x\ufffd", "01:02:00.000000000"),
    ]


@pytest.mark.parametrize("unit", ["ms", "us"])
def test_times_have_the_digits_of_their_unit(unit: str) -> None:
    frame = pl.DataFrame({"at": pl.Series(SPAN, dtype=pl.Datetime(unit))})
    assert separated(Table.of(frame), ",") == frame.write_csv()


def test_a_table_gives_back_the_frame_that_it_was_made_of() -> None:
    frame = pl.DataFrame({"a": [1, None], "b": ["x", "y"], "c": [[1.5], []], "d": [date(2026, 1, 2), None]})
    again = Table(Table.of(frame).types, frame.rows()).frame
    assert again.equals(frame) and again.schema == frame.schema
    assert Table.of(frame).head(1).without(["b"]).dicts() == [{"a": 1, "c": [1.5], "d": date(2026, 1, 2)}]
