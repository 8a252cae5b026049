"""Signals in a folder: vintages side by side, what is current, what a copy's id says of them, what may leave."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.sources.loopback import Reply, Served, serving
from tests.sources.signals.asked import NIGHT, exports
from tests.sources.signals.test_arena_source import boards, replies
from tests.sources.signals.test_modelscope_source import listed
from tests.sources.walks import FastClock
from tests.store.nights import land, model, night, small_registry
from tracker import pipeline, store
from tracker.answers.provenance.about import sources
from tracker.demo.signals import epoch_eci, openrouter
from tracker.errors import SnapshotRefused
from tracker.landing import DEMO_HEADER
from tracker.settings import Settings
from tracker.signals import collecting, standing
from tracker.sources import find, name_of
from tracker.sources.clock import Clock

DAY = timedelta(days=1)
PLANTED = "planted/secret-slug-42"
EXPORTS = "/datasets/exports/rankings-daily"


def asked(settings: Settings, name: str, served: Served, day: date = NIGHT, **changes: Any) -> Any:
    at = FastClock(scale=2000, began=pl.Series([day]).cast(pl.Datetime("us", "UTC"))[0])
    given = Settings(
        data_dir=settings.data_dir,
        registry=settings.registry,
        threads=1,
        endpoint=served.address,
        source_urls={name: served.address},
        **changes,
    )
    clock: Clock = at
    return collecting.collect(given, find(name), snapshot_date=day, clock=clock)


def query(settings: Settings, sql: str, **options: Any) -> list[tuple[Any, ...]]:
    with store.open_published(settings.data_dir, **options) as published:
        return published.query(sql).rows()


def planted(made: date) -> dict[str, Any]:
    """Return the newest export, whose leader of the last day is a slug that nobody else has."""
    given = exports(made)
    first = openrouter.tokens(made - DAY)[0][0]
    content = openrouter.csv(made).decode().replace(f"{made - DAY},{first},", f"{made - DAY},{PLANTED},").encode()
    told = json.loads(openrouter.manifest(made))
    told["files"]["csv"] |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return given | {f"{EXPORTS}/{made}.csv": content, f"{EXPORTS}/latest.manifest.json": json.dumps(told).encode()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A night, and two runs of OpenRouter: the second no longer names the planted slug on the day that both tell of."""
    place = tmp_path_factory.mktemp("signals")
    small_registry(place / "registry")
    settings = Settings(data_dir=place / "data", registry=place / "registry", threads=1)
    pipeline.load(settings, land(settings.data_dir, night(0), [model("Qwen/Qwen3-8B", 1)]), force=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OPENROUTER_API_KEY", raising=False)
        with serving(planted(NIGHT - DAY)) as served:
            asked(settings, "openrouter", served, NIGHT - DAY)
        with serving(exports(NIGHT)) as served:
            asked(settings, "openrouter", served, NIGHT)
    with serving({"/eci_scores.csv": [epoch_eci.scores(NIGHT - 7 * DAY), epoch_eci.scores(NIGHT)]}) as served:
        asked(settings, "epoch_eci", served, NIGHT - 7 * DAY)
        asked(settings, "epoch_eci", served, NIGHT)
    frame = boards("text", date(2026, 11, 20))
    with serving(replies({"text": frame}, kind="full")) as served:
        asked(settings, "arena", served)
    with listed() as served:
        asked(settings, "modelscope", served)
    pipeline.publish(settings)
    return settings


def test_a_day_is_as_the_newest_run_tells_it_and_a_slug_that_it_leaves_out_is_gone(folder: Settings) -> None:
    both = NIGHT - 2 * DAY
    told = f"from token_days_current where day = date '{both}'"
    assert query(folder, f"select sum(tokens)::bigint, count(*) {told}") == [
        (sum(count for _, count in openrouter.tokens(both)), 51)
    ]
    assert query(folder, f"select count(*) {told} and slug = '{PLANTED}'") == [(0,)]
    assert query(folder, f"select count(*) from token_days where slug = '{PLANTED}'") == [(1,)]  # what it said then
    days = query(folder, "select day, sum(tokens)::bigint from token_days_current group by day order by day")
    assert len(days) == 31
    assert dict(days)[NIGHT - DAY] == sum(count for _, count in openrouter.tokens(NIGHT - DAY))


def test_every_download_of_the_index_stays(folder: Settings) -> None:
    assert query(folder, "select as_of, count(*) from index_scores group by as_of order by as_of") == [
        (day, epoch_eci.scores(day).count(b"\n") - 1) for day in (NIGHT - 7 * DAY, NIGHT)
    ]
    assert query(folder, "select distinct as_of from index_scores_current") == [(NIGHT,)]


def test_every_table_is_there_with_types_and_words(folder: Settings) -> None:
    with store.open_published(folder.data_dir) as published:
        schema = published.schema()
    for name in ("openrouter", "epoch_eci", "arena", "modelscope"):
        for table in find(name).TABLES:
            for shown in (table.name, f"{table.name}_current"):
                said = schema.filter(schema["table"] == shown)
                assert said["column"].to_list() == ["snapshot_date", "run_id", *table.columns]
                assert said["comment"].null_count() == 0
    assert query(folder, "select count(*) > 50 from arena_ratings_current") == [(True,)]
    assert query(folder, "select count(*) > 50 from second_hub_current") == [(True,)]


def test_what_was_said_by_an_earlier_day_knows_no_later_vintage(folder: Settings) -> None:
    """Nothing was published by then: nights up to that day, and vintages up to it."""
    with store.open_published(folder.data_dir) as published:
        newest = published.facts().snapshot_date
    days = "select max(snapshot_date) from index_scores"
    assert query(folder, days) == [(NIGHT,)]
    earlier = query(folder, days, as_of=newest)
    assert newest < NIGHT and earlier == [(None,)]


def test_vintages_are_in_the_copy_s_id_and_what_did_not_change_is_not(folder: Settings, tmp_path: Path) -> None:
    def copy_id() -> str | None:
        with store.open_published(folder.data_dir) as published:
            return published.facts().copy_id

    before = copy_id()
    with serving({"/eci_scores.csv": epoch_eci.scores(NIGHT)}) as served:
        asked(folder, "epoch_eci", served, NIGHT + DAY)  # the same bytes
    pipeline.publish(folder)
    assert copy_id() == before
    with serving({"/eci_scores.csv": epoch_eci.scores(NIGHT + 7 * DAY)}) as served:
        asked(folder, "epoch_eci", served, NIGHT + 7 * DAY)
    pipeline.publish(folder)
    assert copy_id() != before


def test_rows_that_may_not_leave_stay_and_others_leave_with_credit(folder: Settings, tmp_path: Path) -> None:
    store.export_parquet(folder.data_dir, tmp_path / "all")
    store.export_single_file(folder.data_dir, tmp_path / "all.duckdb")
    told = "; ".join(store.left_out(folder.data_dir))
    assert "token_catalogue, token_days: rows of openrouter may not leave this machine; sums over them may" in told
    assert "second_hub, second_hub_counts: rows of modelscope" in told
    names = {path.stem for path in (tmp_path / "all").glob("*.parquet")}
    assert {"index_scores", "arena_ratings"} <= names
    assert not {"token_days", "token_catalogue", "second_hub", "second_hub_counts"} & names
    secrets = (PLANTED, openrouter.tokens(NIGHT - DAY)[0][0])
    for path in (each for each in (tmp_path / "all").rglob("*") if each.is_file()):
        text = repr(duckdb.sql(f"from '{path}'").fetchall()) if path.suffix == ".parquet" else path.read_text()
        assert not any(secret in text for secret in secrets), path
    with duckdb.connect(str(tmp_path / "all.duckdb"), read_only=True) as single:
        tables = [name for (name,) in single.execute("select table_name from duckdb_tables()").fetchall()]
        for table in tables:
            assert not any(secret in repr(single.execute(f"from {table}").fetchall()) for secret in secrets), table
        credited = dict(single.execute("select name, attribution from sources").fetchall())
        assert credited["openrouter"].startswith("Source: OpenRouter (openrouter.ai/rankings)")
        summed = "select sum(tokens)::bigint, sum(slugs)::bigint from {}"
        own = query(folder, "select sum(tokens)::bigint, count(*) from token_days_current")
        assert single.execute(summed.format("token_sums")).fetchall() == own
        assert duckdb.sql(summed.format(f"'{tmp_path / 'all' / 'token_sums.parquet'}'")).fetchall() == own
        said = dict(single.execute("select table_name, comment from duckdb_tables()").fetchall())
    assert "OpenRouter (openrouter.ai/rankings), licensed under CC BY 4.0" in said["token_sums"]
    assert said["second_hub_sums"].endswith("ModelScope (modelscope.cn) (licence: none stated)")
    counted = "select count(*) from index_scores"
    for place in (tmp_path / "all", tmp_path / "all.duckdb"):
        with store.open_published(place) as exported:
            assert exported.query(counted).rows() == query(folder, counted)


def test_an_answer_names_whose_figures_it_shows(folder: Settings) -> None:
    with store.open_published(folder.data_dir) as published:
        facts = published.facts()
    named = sources(facts, "select day, sum(tokens) from token_days_current group by day")
    assert named[-1] == {
        "name": "openrouter",
        "licence": "CC BY 4.0; not to be served on as a competing free API",
        "attribution": f"Source: OpenRouter (openrouter.ai/rankings), licensed under CC BY 4.0, as of {NIGHT}",
    }


def test_synthetic_answers_are_refused_where_nights_are_real_and_ages_are_told(folder: Settings) -> None:
    reply, said = Reply(epoch_eci.scores(NIGHT), headers={DEMO_HEADER: "synthetic"}), "serves synthetic demo data, and"
    with serving({"/eci_scores.csv": reply}) as served, pytest.raises(SnapshotRefused, match=said):
        asked(folder, "epoch_eci", served, NIGHT + 8 * DAY)
    states = {name_of(state.source): state for state in standing.states(folder)}
    for name in ("openrouter", "arena", "modelscope"):
        assert states[name].status == "landed" and states[name].last_success is not None
    assert states["epoch_eci"].status == "refused" and said in (states["epoch_eci"].reason or "")
    assert states["epoch_eci"].last_success is not None  # the last good one stays
