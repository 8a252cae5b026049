"""How a table is laid out on lines of a width: numbers stay whole, text gives way, what has no room is named."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tracker.answers.shown.cells import column_cells
from tracker.answers.shown.rows import Rows
from tracker.table import Table
from tracker.terminal.layout import Column, lay_out

NAMES = st.text("ab_漢é- /", min_size=1, max_size=30)
CELLS = {
    pl.Int64: st.integers(-(2**63), 2**63 - 1),
    pl.Float64: st.floats(allow_nan=False, width=32),
    pl.Date: st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    pl.Datetime("us", "UTC"): st.datetimes(timezones=st.just(UTC)),
    pl.String: st.text("ab漢字e\u0301 🚀/-", max_size=90),
}


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    height = draw(st.integers(0, 3))
    kinds = draw(st.lists(st.sampled_from(list(CELLS)), min_size=1, max_size=8))
    names = draw(st.lists(NAMES, min_size=len(kinds), max_size=len(kinds), unique=True))
    columns = zip(names, kinds, strict=True)
    return pl.DataFrame(
        [
            pl.Series(name, draw(st.lists(CELLS[kind] | st.none(), min_size=height, max_size=height)), kind)
            for name, kind in columns
        ]
    )


@settings(max_examples=60, deadline=None)
@given(frames(), st.integers(20, 160))
def test_no_number_is_cut_no_line_is_too_long_and_nothing_is_lost_silently(frame: pl.DataFrame, room: int) -> None:
    table, _, below = Rows.of(frame).as_text(room=room).rpartition("\n\n")
    lines = table.splitlines()
    told = below.replace("\n", " ")
    for column in frame:
        whole = column.dtype != pl.String
        for cell in column_cells(Table.of(column.to_frame()), column.name, is_share=False):
            seen = any(cell in line for line in lines) or cell in told
            assert seen or not whole or f"{column.name}" in told, (cell, column.name)
    widest = max(map(cell_len, lines))
    only_one = len(lay_out([_column(each) for each in frame], room).columns) == 1
    assert widest <= room or only_one
    assert len(lines) >= frame.height + 2


def _column(series: pl.Series) -> Column:
    whole = series.dtype != pl.String
    return Column(
        series.name,
        column_cells(Table.of(series.to_frame()), series.name, is_share=False),
        is_number=whole,
        is_whole=whole,
    )


WIDE = pl.DataFrame(
    {
        "model_id": ["sentence-tools/paraphrase-multilingual-MiniLM-L12-v2-onnx-2-really-long-name", "a/b"],
        "hub_id": ["6594a3800000000000000015", "6594a3800000000000000016"],
        "downloads_30d": [151236567, 12],
        "downloads_all_time": [1551234569, 3],
        "likes": [3, 4],
        "created_at": [datetime(2024, 1, 3, tzinfo=UTC), datetime(2025, 1, 3, 4, 5, 6, 789, tzinfo=UTC)],
        "reason": ["refused: the walk ended after 3 of 5 pages, run it again with --resume", None],
    }
)


@pytest.mark.parametrize("room", [40, 60, 80, 97, 150, 250])
def test_numbers_days_and_ids_are_whole_at_every_width(room: int) -> None:
    text = Rows.of(WIDE).as_text(room=room)
    numbers = ("151,236,567", "1,551,234,569", "6594a3800000000000000015", "2024-01-03 00:00:00Z")
    for column, number in zip(("downloads_30d", "downloads_all_time", "hub_id", "created_at"), numbers, strict=True):
        assert number in text or re.search(rf"no room for .*{column}", text), (column, text)
    assert "sentence-tools" in text


def test_text_gives_way_before_a_column_is_left_out() -> None:
    narrow = Rows.of(WIDE.drop("reason", "created_at")).as_text(room=84)
    assert "no room" not in narrow and re.search(r"sentence-tools/para\w+…", narrow), narrow
    assert "downloads_all_time" not in narrow, "heads are folded before names are cut"


def test_a_sentence_is_folded_between_words() -> None:
    text = Rows.of(WIDE.select("likes", "reason")).as_text(room=40)
    assert "walk ended" in " ".join(text.split()) and "…" not in text


def test_what_all_rows_say_makes_room_first_and_is_told() -> None:
    text = Rows.of(WIDE.with_columns(scope=pl.lit("full"), status=pl.lit("published"))).as_text(room=80)
    assert "in every row shown: scope full, status published" in text
    assert "no room for" in text and "published" not in text.partition("in every row")[0]


def test_a_single_row_loses_nothing() -> None:
    text = Rows.of(WIDE.head(1)).as_text(room=40)
    for told in ("151,236,567", "1,551,234,569", "2024-01-03 00:00:00Z", "with --resume", "likes 3"):
        assert told in text
    assert "no room" not in text


def test_without_a_limit_nothing_gives_way() -> None:
    text = Rows.of(WIDE).as_text()
    assert WIDE["model_id"][0] in text and WIDE["reason"][0] in text


def test_wide_letters_and_marks_that_stand_on_others_keep_columns_straight() -> None:
    frame = pl.DataFrame({"name": ["漢字テスト", "e\u0301e\u0301", "abc", "Å"], "n": [1, 22, 333, 4444]})
    lines = Rows.of(frame).as_text().splitlines()[3:-1]
    assert {cell_len(line) for line in lines} == {cell_len(lines[0])} and len(lines) == 4
    cut = Rows.of(frame.with_columns(pl.col("name").repeat_by(20).list.join("")))
    assert {cell_len(line) for line in cut.as_text(room=40).splitlines()[3:-1]} == {40}


def test_more_rows_than_are_shown_are_counted() -> None:
    text = Rows.of(pl.DataFrame({"i": range(1234)})).as_text(most=50, more="see all with --rows 1234")
    assert "1,184 more rows; see all with --rows 1234" in text and text.count("\n") == 50 + 5
    assert "1 more row; " in Rows.of(pl.DataFrame({"i": range(3)})).as_text(most=2)
