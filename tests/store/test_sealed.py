"""The sealed connection: what it lets through, and every way out that was thought of."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.store.nights import land, model, night, small_registry, update
from tracker import store
from tracker.errors import NothingPublished, QueryRefused, UnknownName
from tracker.settings import Settings


@pytest.fixture(scope="module")
def published_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    place = tmp_path_factory.mktemp("sealed")
    settings = Settings(data_dir=place / "data", memory_limit="1GB")
    small = small_registry(place / "registry")
    for number in range(2):
        update(settings, small, land(settings.data_dir, night(number), [model("a/x", 1), model("b/y", 2)]))
    (settings.data_dir / "secret.csv").write_text("a\n1\n")
    return settings


@pytest.fixture
def published(published_settings: Settings) -> Iterator[store.Published]:
    with store.open_published(published_settings.data_dir, memory_limit="200MB", timeout_seconds=20) as opened:
        yield opened


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("copy models to '{data}/x.csv'", "COPY"),
        ("copy (select 1) to '{data}/snapshots/x.csv'", "COPY"),
        ("attach '{data}/other.duckdb'", "ATTACH"),
        ("set enable_external_access = true", "SET"),
        ("reset memory_limit", "SET"),
        ("pragma enable_progress_bar", "PRAGMA"),
        ("install httpfs", "LOAD"),
        ("load httpfs", "LOAD"),
        ("create temp table t as select 1", "CREATE"),
        ("create view memory.v as select 1", "CREATE"),
        ("insert into models select * from models", "INSERT"),
        ("delete from models", "DELETE"),
        ("update models set likes = 0", "UPDATE"),
        ("drop table models", "DROP"),
        ("export database '{data}/dump'", "EXPORT"),
        ("call pragma_version()", "CALL"),
        ("checkpoint", ""),
        ("use memory", "SET"),
        ("prepare p as select 1", "PREPARE"),
        ("explain analyze select 1", "EXPLAIN"),
        ("begin", "TRANSACTION"),
        ("vacuum", "VACUUM"),
    ],
)
def test_nothing_but_select(published: store.Published, published_settings: Settings, sql: str, kind: str) -> None:
    with pytest.raises(QueryRefused, match=f"only SELECT is allowed here, not .*{kind}"):
        published.query(sql.format(data=published_settings.data_dir))


@pytest.mark.parametrize("sql", ["", "  ", "-- only a remark", "select 1; select 2", "select 1; drop table models"])
def test_one_statement(published: store.Published, sql: str) -> None:
    with pytest.raises(QueryRefused, match="one SELECT at a time"):
        published.query(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_csv('{data}/secret.csv')",
        "select * from '{data}/secret.csv'",
        "select * from read_text('{data}/snapshots/../secret.csv')",
        "select * from read_blob('{data}/work.duckdb')",
        "select * from read_parquet('{data}/landing/**/*.parquet')",
        "select * from glob('/etc/*')",
        "select * from sniff_csv('/etc/passwd')",
        "select * from read_csv('https://example.org/x.csv')",
        "select * from duckdb_secrets()",
        "with w as (insert into models by name select 'x' as model_id returning *) select * from w",
        "select * from query('copy (select 1) to ''{data}/snapshots/x.csv''')",
        "from enable_logging(storage = 'file', storage_path = '{data}/snapshots/log')",
        "from enable_profiling()",
        "from \"Enable_Logging\" /* hidden */ (storage = 'stdout')",
        "select * from query('from enable_logging()')",
        "select * from force_checkpoint()",
        "select write_log('x')",
        "from start_ui()",
        "select getenv('HOME')",
        "select * from published",
    ],
)
def test_no_way_out(published: store.Published, published_settings: Settings, sql: str) -> None:
    before = sorted(published_settings.data_dir.rglob("*"))
    with pytest.raises(QueryRefused):
        published.query(sql.format(data=published_settings.data_dir))
    assert sorted(published_settings.data_dir.rglob("*")) == before


def test_a_file_outside_the_record_is_named_in_plain_words(published: store.Published) -> None:
    with pytest.raises(QueryRefused, match="only the published tables and their record can be read here"):
        published.query("select * from read_csv('/etc/passwd')")


def test_a_mistake_is_told_in_the_words_of_duckdb(published: store.Published) -> None:
    with pytest.raises(QueryRefused, match=r"modelz.*[Dd]id you mean"):
        published.query("select * from modelz")
    with pytest.raises(QueryRefused, match="syntax error"):
        published.query("select from where")


def test_a_runaway_query_is_stopped_and_the_next_one_runs(published_settings: Settings) -> None:
    with store.open_published(published_settings.data_dir, timeout_seconds=0.5) as published:
        with pytest.raises(QueryRefused, match=r"stopped after 0\.5 seconds"):
            published.query("select count(*) from range(100000000) a, range(100000000) b where a.range + b.range > 5")
        assert published.query("select 1 as one").item() == 1


def test_memory_is_limited(published: store.Published) -> None:
    with pytest.raises(QueryRefused, match="memory"):
        published.query("select list(range) from range(400000000)")


def test_rows_come_with_their_types(published: store.Published) -> None:
    frame = published.query(
        """
        select 1::integer as i, sum(likes) as total, avg(likes) as mean, 1.50::decimal(10, 2) as price,
          max(snapshot_date) as d, true as b, null::varchar as nothing, interval 3 day as span,
          timestamptz '2026-11-22 06:00:00+00' as t, ['a'] as tags
        from snapshots
        """
    )
    assert frame.schema == {
        "i": pl.Int32,
        "total": pl.Int64,
        "mean": pl.Float64,
        "price": pl.Float64,
        "d": pl.Date,
        "b": pl.Boolean,
        "nothing": pl.String,
        "span": pl.String,
        "t": frame.schema["t"],
        "tags": pl.List(pl.String),
    }
    assert frame["t"].to_list()[0].isoformat() == "2026-11-22T06:00:00+00:00"
    assert frame["total"].item() == 6


def test_an_empty_answer_keeps_its_columns(published: store.Published) -> None:
    assert published.query("select model_id, likes from models where false").schema == {
        "model_id": pl.String,
        "likes": pl.Int64,
    }


def test_parameters_are_values_never_sql(published: store.Published) -> None:
    evil = "x' or 1 = 1 --"
    sql = "select count(*) as n from models where model_id = $name -- not $this\n and '$name' = '$name'"
    assert published.query(sql, {"name": evil}).item() == 0
    assert published.query(published.render(sql, {"name": evil})).item() == 0
    assert published.query(published.render(sql, {"name": "a/x"})).item() == 1


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (date(2026, 11, 1), "date '2026-11-01'"),
        (datetime(2026, 11, 1, 2, 3), "timestamp '2026-11-01 02:03:00'"),  # noqa: DTZ001
        (None, "null"),
        (True, "true"),
        (3, "3"),
        (0.1, "0.1"),
        ("it's", "'it''s'"),
        (["a", "b"], "['a', 'b']"),
    ],
)
def test_rendered_values_mean_the_same(published: store.Published, given: object, written: str) -> None:
    assert published.render("select $v as v", {"v": given}) == f"select {written} as v"
    if given is not None:
        assert (
            published.query("select $v as v", {"v": given}).rows() == published.query(f"select {written} as v").rows()
        )


def test_a_missing_parameter_is_named(published: store.Published) -> None:
    for ask in (published.render, published.query):
        with pytest.raises(QueryRefused, match=r"asks for \$month"):
            ask("select $month", {"day": 1})


def test_parameters_that_are_not_asked_for_do_no_harm(published: store.Published) -> None:
    assert published.query("select $a + $a as twice -- $b", {"a": 2, "c": 3}).item() == 4


def test_an_unknown_table_answers_with_the_nearest(published: store.Published) -> None:
    with pytest.raises(UnknownName, match=r"did you mean .*models"):
        published.schema("modles")


def test_everything_has_a_comment(published: store.Published) -> None:
    schema = published.schema()
    assert schema.filter(pl.col("comment").is_null()).rows() == []
    assert {"models", "snapshots", "parents", "lineage", "nearest", "events", "runs", "daily_rollup"} <= set(
        schema["table"]
    )
    assert published.schema("models")["column"].to_list()[:3] == ["model_key", "model_id", "hub_id"]
    tables = published.query(
        "select table_name, comment from duckdb_tables() union all"
        " select view_name, comment from duckdb_views() where not internal"
    )
    assert tables.filter(pl.col("comment").is_null()).rows() == []


def test_nothing_published_yet(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished, match="tracker demo"), store.open_published(tmp_path):
        pass


def test_nothing_is_said_at_exit(published_settings: Settings) -> None:
    """duckdb 2.0 printed lines about leaked instances when frames were read from its relations directly."""
    script = (
        "import sys; from pathlib import Path; from tracker import store\n"
        "with store.open_published(Path(sys.argv[1])) as p: print(p.query('select sum(likes) as s from models').item())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(published_settings.data_dir)], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("3\n", "")
