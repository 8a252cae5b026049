"""How rows are shown, at a prompt and in a notebook. What stands in them was written by strangers."""

from __future__ import annotations

import json
import re
import sys
from html import unescape

import pandas as pd
import pytest
from markdown_it import MarkdownIt

import tracker
from tracker.terminal import ROWS_SHOWN

HOSTILE = "select '<script>alert(1)</script>' as \"<b>name</b>\", chr(27) || '[31m&\"' as text"


def test_html_is_a_table_with_what_defends_it(copy: tracker.Copy) -> None:
    html = copy.share(month="2026-09")._repr_html_()
    assert html.count("<tr>") == copy.share(month="2026-09").frame.height + 1
    for told in ("definition default", "of all new derivatives of the month", "traced", "2026-10-05", "38.9%"):
        assert told in html


def test_strangers_write_no_markup_and_no_escape_sequences(copy: tracker.Copy) -> None:
    rows = copy.sql(HOSTILE)
    html = rows._repr_html_()
    assert "<script" not in html and "<b>" not in html and "\x1b" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "�[31m&amp;&quot;" in html
    assert "\x1b" not in repr(rows) and "<script>alert(1)</script>" in repr(rows)
    assert set(re.findall(r"<(\w+)", html)) == {"div", "table", "thead", "tr", "th", "tbody", "td"}


def test_markdown_shows_what_strangers_write_as_it_is(copy: tracker.Copy) -> None:
    names = [
        "a|b",
        r"c\|d",
        "`x`",
        "<b>",
        "[a](javascript:1)",
        "__proto__",
        "a__b__c",
        "*x*",
        "R&D &lt;",
        "~~x~~",
        "$x$",
    ]
    values = ", ".join(f"({at}, '{name}')" for at, name in enumerate(names))
    told = copy.sql(f"select * from (values {values}) as t(_a_, b) order by _a_")
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(told.as_markdown())
    cells = [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", html)]
    assert cells == ["_a_", "b", *(each for at, name in enumerate(names) for each in (str(at), name))]


def test_what_is_no_number_is_null_in_json(copy: tracker.Copy) -> None:
    asked = copy.sql("select 'nan'::double as a, 'inf'::double as b, ['-inf'::double, 1] as c, 1.5 as d")
    assert asked.as_json()["rows"] == [{"a": None, "b": None, "c": [None, 1.0], "d": 1.5}]
    assert json.loads(json.dumps(asked.as_json(), allow_nan=False))["rows"] == asked.plain_rows


def test_lineage_of_a_stranger_is_no_markup(copy: tracker.Copy) -> None:
    html = copy.lineage("erin/merge")._repr_html_()
    assert re.findall(r"<(\w+)", html) == ["pre"] and "└── " in html


def test_rows_that_are_left_out_are_counted(copy: tracker.Copy) -> None:
    rows = copy.sql(f"select i from range({ROWS_SHOWN + 1234}) as t(i) order by i")
    assert rows._repr_html_().count("<tr>") == ROWS_SHOWN + 1
    for shown in (rows._repr_html_(), repr(rows)):
        assert "1,234 more rows; .frame has all" in shown
    assert "more rows" not in repr(copy.sql("select 1 as one"))


def test_a_prompt_shows_a_table_with_its_footer(copy: tracker.Copy) -> None:
    answer = copy.share(month="2026-09")
    assert repr(answer).splitlines()[1].split() == answer.frame.columns
    assert repr(answer).endswith("\n".join(answer.footer()))


def test_columns_for_programs_are_in_the_frame_alone(copy: tracker.Copy) -> None:
    judged = copy.claims("F21")
    assert "statement" in judged.frame.columns and "statement" not in repr(judged)


def test_pandas_gets_the_same_rows(copy: tracker.Copy) -> None:
    answer = copy.trend(every="month", first="2026-09-01")
    frame = answer.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert (
        list(frame.columns) == answer.frame.columns
        and list(frame.itertuples(index=False, name=None)) == answer.frame.rows()
    )


def test_without_pandas_one_line_says_what_to_install(copy: tracker.Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(tracker.TrackerError, match="pip install pandas"):
        copy.top().to_pandas()
