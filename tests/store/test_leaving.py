"""What of the record may leave the machine: nights of an archive leave as its use rights say."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.store.archived import land_archived, row
from tests.store.nights import land, model, night, small_registry, update
from tracker import store
from tracker.errors import QueryRefused
from tracker.pipeline import trace
from tracker.settings import Settings
from tracker.signals.collecting import abouts
from tracker.store import OtherNames, SourceAbout

ALIKE = SourceAbout("alike_archive", "Alike", "https://example.org", "ODbL-1.0", "The Alike", "share-alike", 168.0)
CLOSED = SourceAbout("closed_archive", "Closed", "https://example.org", "none", "The Closed", "none", 24.0)
OPEN = SourceAbout("open_archive", "Open", "https://example.org", "Apache-2.0", "The Open", "rows", 24.0)
TOLD = (
    "left out 1 night of alike_archive, and models that they alone show: its rows may leave only in a data set under "
    "the same licence (ODbL-1.0)"
)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("leaving")
    settings, curated = Settings(data_dir=place / "data", memory_limit="1GB"), small_registry(place / "registry")
    update(settings, curated, land(settings.data_dir, night(0), [model("a/x", 1)]), publish=False)
    with store.open_work(settings) as work:
        for days, source, names in (
            (20, "open_archive", ["gone/open"]),
            (10, "alike_archive", ["gone/open", "gone/alike"]),
        ):
            rows = [row(name, 5 + at) for at, name in enumerate(names)] + [row("a/x", 1)]
            work.load_archived([land_archived(settings.data_dir, night(-days), rows, source=source)], OtherNames())
        trace(work, curated)
        work.tell_sources([*abouts(), ALIKE, OPEN])
        work.publish()
    return settings.data_dir


def test_a_copy_says_where_its_rows_come_from_and_holds_all_of_them(data_dir: Path) -> None:
    with store.open_published(data_dir) as published:
        assert published.query("select count(*) as n from snapshots")["n"].to_list() == [6]
        licences = {each.name: each.licence for each in published.facts().sources if each.of_nights}
    assert licences == {"hub_models": licences["hub_models"], "alike_archive": "ODbL-1.0", "open_archive": "Apache-2.0"}
    assert store.left_out(data_dir) == [TOLD]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_rows_that_are_shared_alike_stay(data_dir: Path, tmp_path: Path, kind: str) -> None:
    place = tmp_path / ("all.duckdb" if kind == "file" else "all")
    if kind == "file":
        store.export_single_file(data_dir, place)
    else:
        store.export_parquet(data_dir, place)
        assert not list(place.rglob(f"snapshot_date={night(-10)}"))
    with store.open_published(place) as published:
        rows = published.query("select snapshot_date, model_id from snapshots order by all").rows()
        models = published.query("select model_id from models order by 1")["model_id"].to_list()
        nights = published.query("select snapshot_date, models from nights order by 1").rows()
        sums = published.query("select distinct snapshot_date from daily_families order by 1")[
            "snapshot_date"
        ].to_list()
        told = dict(published.query("select key, value from about where key = 'left_out'").rows())
    assert rows == [(night(-20), "a/x"), (night(-20), "gone/open"), (night(0), "a/x")]
    assert models == ["a/x", "gone/open"]
    assert nights == [(night(-20), 2), (night(-10), 3), (night(0), 1)]  # sums leave, and say of whom
    assert sums == [night(-20), night(-10), night(0)]
    assert told == {"left_out": TOLD}


def test_no_name_of_it_stands_in_a_file_that_leaves(data_dir: Path, tmp_path: Path) -> None:
    store.export_single_file(data_dir, tmp_path / "all.duckdb")
    with duckdb.connect(str(tmp_path / "all.duckdb"), read_only=True) as single:
        named = single.execute(
            "select table_name from duckdb_columns() where data_type = 'VARCHAR' and schema_name = 'main' group by 1"
        ).fetchall()
        for (table,) in named:
            assert not single.execute(f"select 1 from {table} as t where t::varchar like '%gone/alike%'").fetchall(), (
                table
            )


def test_a_row_shared_alike_has_no_name_that_another_told_whose_rows_stay(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", memory_limit="1GB")
    curated = small_registry(tmp_path / "registry")
    update(settings, curated, land(settings.data_dir, night(0), [model("a/x", 1)]), publish=False)
    with store.open_work(settings) as work:
        for days, source, name in ((20, "alike_archive", "gone/before"), (10, "closed_archive", "secret/after")):
            rows = [row(name, 7, with_id=True), row("gone/stays", 8, with_id=True), row("a/x", 1)]
            rows = rows[:: 1 if source == "alike_archive" else 2]
            work.load_archived([land_archived(settings.data_dir, night(-days), rows, source=source)], OtherNames())
        trace(work, curated)
        work.tell_sources([*abouts(), ALIKE, CLOSED])
        work.publish()
    with store.open_published(settings.data_dir) as published:
        assert "secret/after" in published.query("select model_id from models")["model_id"].to_list()
        generation = published.facts().generation
    store.export_parquet(settings.data_dir, tmp_path / "all")
    (alike,) = store.export_alike(settings.data_dir, tmp_path / "all", generation)
    told = [duckdb.read_parquet(str(path)).fetchall() for path in (tmp_path / "all").rglob("*.parquet")]
    assert "secret/after" not in str(told)
    (night_file,) = alike.files
    names = duckdb.read_parquet(str(tmp_path / "all" / night_file)).project("model_id").fetchall()
    assert sorted(names, key=str) == [("a/x",), ("gone/stays",), (None,)]


@pytest.mark.parametrize("is_moved", [False, True])
def test_others_meet_the_copy_as_an_export_has_it(data_dir: Path, tmp_path: Path, is_moved: bool) -> None:
    place = shutil.copytree(data_dir, tmp_path / "moved", symlinks=True) if is_moved else data_dir
    statements = (
        "select snapshot_date, model_id from snapshots order by all",
        "select model_id from models order by 1",
        "select distinct snapshot_date from daily_families order by 1",
        "select count(*) from lineage_of('default')",
    )
    store.export_single_file(data_dir, tmp_path / "all.duckdb")
    with store.open_published(tmp_path / "all.duckdb") as exported:
        expected = [exported.query(sql).rows() for sql in statements]
    with store.open_published(place) as published, published.cursor(20, 500 << 20, 1 << 24) as asked:
        assert [asked.foreign(sql).rows() for sql in statements] == expected
        for sql in (
            "from tracker.models",
            f"from read_parquet('{place}/snapshots/**/*.parquet')",
            "from main.snapshots",
        ):
            with pytest.raises(QueryRefused):
                asked.foreign(sql)
    with store.open_published(place) as published:
        assert len(published.foreign(statements[0])) == 6, "who sits at the machine has all of it"
