"""One meaning: `family` is the whole (Qwen), `line` its finest registered part (Qwen3), in all that is published."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest

from tests import planted
from tracker import answers, store
from tracker.answers import Axes
from tracker.registry import definitions

LATEST = planted.SNAPSHOT
KINDS = ("", "own_", "parent_")


@pytest.fixture(scope="module")
def published() -> Iterator[store.Published]:
    with planted.published() as handle:
        yield handle


def named(published: store.Published) -> list[tuple[str, str]]:
    """Return every table with a line, and the beginning of that column's name."""
    columns = published.schema().filter(pl.col("type") != "function").select("table", "column").rows()
    return [(table, kind) for table, column in columns for kind in KINDS if column == f"{kind}line"]


def test_where_there_is_a_line_there_is_its_family(published: store.Published) -> None:
    tables = named(published)
    assert {"lineage", "lineage_variants", "nearest", "daily_rollup", "daily_families", "families"} <= set(dict(tables))
    assert {("models", "own_"), ("parents", "parent_")} <= set(tables)
    families = dict(published.query("select line, family from families").iter_rows())
    assert (families["Qwen3"], families["Qwen"], families["Llama 3"]) == ("Qwen", "Qwen", "Llama")
    for table, kind in tables:
        pairs = published.query(f"select distinct {kind}line, {kind}family from {table}").rows()
        assert [(line, families[line]) for line, _ in pairs] == pairs, table
    for table, kind in (("lineage", ""), ("nearest", ""), ("daily_rollup", ""), ("models", "own_")):
        found = published.query(f"select distinct {kind}line as line from {table} where {kind}family = 'Qwen'")
        assert found["line"].to_list() == ["Qwen3"], table


def test_no_column_calls_a_line_family(published: store.Published) -> None:
    """A family without a line beside it is that of a table by family."""
    columns = published.schema().filter(pl.col("type") != "function").select("table", "column").rows()
    alone = {table for table, column in columns if column == "family"} - {table for table, kind in named(published)}
    assert alone == {"downloads_by_family", "derivatives_vintages", "token_sums", "second_hub_sums"}
    assert {column for _, column in columns if "family" in column} == {
        "family",
        "own_family",
        "parent_family",
        "weights_family",
    }


def test_a_join_with_families_loses_nothing_and_doubles_nothing(published: store.Published) -> None:
    for table, kind in named(published):
        joined = f"select count(*) from {table} as t join families as f on f.line = t.{kind}line"
        assert published.query(joined).item() == published.query(f"select count(*) from {table}").item(), table


def test_sql_and_the_command_line_mean_the_same(published: store.Published) -> None:
    default = definitions.find(published.definitions(), "default")
    said = answers.trend(published, default, Axes("families", "downloads"), first=LATEST).frame
    of_day = "from downloads_by_family where snapshot_date = $day and downloads_30d > 0"
    asked = published.query(f"select family, downloads_30d {of_day}", {"day": LATEST})
    assert dict(said.select("family", "value").rows()) == dict(asked.rows())
    sql = """
        select l.family, sum(l.weight) as derivatives
        from lineage as l
        join models as m on m.model_key = l.model_key
        where l.status <> 'root' and m.created_month = '2026-09-01' and m.removed_at is null
        group by l.family
    """
    kept = definitions.find(published.definitions(), "default+removed=out")
    share = answers.share(published, kept, by="family", first=LATEST.replace(month=9), until=LATEST).frame
    month = share.filter(month="2026-09").select("family", "derivatives").rows()
    assert dict(month) == dict(published.query(sql).rows())
