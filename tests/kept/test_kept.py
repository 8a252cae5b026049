"""Data folders of earlier versions keep opening: as they are, migrated, and where a migration fails."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.kept.said import OF_THE_FILE, Said, answered, said
from tests.kept.words import in_todays_words
from tests.planted import SNAPSHOT
from tracker import METHOD_VERSION, answers, landing, measures, pipeline, registry, store
from tracker.errors import QueryRefused, SettingsError, StoreError
from tracker.pipeline import trace
from tracker.settings import Settings
from tracker.signals.collecting import abouts
from tracker.sql import connect
from tracker.store.base import migrate

ARCHIVES = sorted(Path(__file__).parent.glob("*.tar.gz"))


# the oldest and the newest in each run, those between them in the slow part
OUTER = (ARCHIVES[0], ARCHIVES[-1])


@pytest.fixture(
    params=[pytest.param(each, marks=() if each in OUTER else pytest.mark.slow) for each in ARCHIVES],
    ids=[path.name.removesuffix(".tar.gz") for path in ARCHIVES],
)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """One of the folders, as the version of its time left it."""
    with tarfile.open(request.param) as archive:
        archive.extractall(tmp_path, filter="data")
    return Settings(data_dir=tmp_path / "data", memory_limit="1GB")


def told(settings: Settings) -> dict[str, Any]:
    """Return what the published copy said when the folder was kept, in today's words."""
    found: dict[str, Any] = json.loads((settings.data_dir / "said.json").read_text(encoding="utf-8"))
    for answer in found["answers"]["lineage"]:
        answer.pop("sql", None)  # how a version asks is its own
    return in_todays_words(found)


def check_says(settings: Settings) -> None:
    """Check that every table says the same in every column that it had, and every answer the same in every value."""
    expected = told(settings)
    with store.open_published(settings.data_dir) as published:
        tables, answers = said(published), answered(published)
    for table, wanted in expected["tables"].items():
        # what fell was said to be downloads below 0, and what came back to be new ones
        if table in (*OF_THE_FILE, "daily_downloads"):
            continue
        names = [name for name in wanted["columns"] if name != "file"]  # nights may be written anew, under other names
        assert ordered(_narrow(tables[table], names)) == ordered(_narrow(wanted, names)), table
    for question, wanted_rows in expected["answers"].items():
        rows = json.loads(json.dumps(answers[question]))
        held = [narrow(_as_bounded(row, old), old) for row, old in zip(rows, wanted_rows, strict=True)]
        assert held == wanted_rows, question


def _as_bounded(row: Any, old: Any) -> Any:
    """Return a share with its bounds of before, which did not hold without the one model of 2026-09 that is gone since.

    That is Mistral's: bounds of today have to be the outermost of those with it and those without it.
    """
    if not isinstance(old, dict) or row.get("month") != "2026-09" or row.get("low") is None or row == old:
        return row
    low, high = ((old[each] * row["n"] - ("Mistral" in row.values())) / (row["n"] - 1) for each in ("low", "high"))
    assert (row["low"], row["high"]) == pytest.approx((min(low, old["low"]), max(high, old["high"])))
    return row | {"low": old["low"], "high": old["high"]}


def _narrow(table: Mapping[str, Any], names: Sequence[str]) -> list[list[str | None]]:
    places = [table["columns"].index(name) for name in names]
    return [[row[place] for place in places] for row in table["rows"]]


def ordered(rows: Iterable[list[str | None]]) -> list[list[str | None]]:
    return sorted(rows, key=lambda row: [(value is not None, value or "") for value in row])


def narrow(value: Any, old: Any) -> Any:
    """Return what was said before of what is said now: columns and fields that came later are left out."""
    if isinstance(old, dict):
        return {name: narrow(value[name], each) for name, each in old.items()}
    if isinstance(old, list) and len(old) == len(value):
        return [narrow(each, before) for each, before in zip(value, old, strict=True)]
    return value


def files_of(settings: Settings) -> dict[str, str]:
    """Return every file but the collector's database, with the hash of its content."""
    return {
        path.relative_to(settings.data_dir).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in settings.data_dir.rglob("*")
        if path.is_file() and not path.name.startswith("work.duckdb")
    }


def schema(settings: Settings) -> tuple[list[Any], list[Any]]:
    """Return the migrations that work.duckdb has seen, and its columns."""
    connection = connect.instance("500MB")
    connect.attach(connection, settings.data_dir / "work.duckdb", "work", read_only=True)
    columns = (
        "select table_name, column_name, data_type from duckdb_columns() where database_name = 'work' order by all"
    )
    found = connect.rows(connection, "from migrations order by number"), connect.rows(connection, columns)
    connection.close()
    return found


def test_there_are_folders_to_keep() -> None:
    assert {f"folder-{number}.tar.gz" for number in (1, 2, 3, 4)} <= {path.name for path in ARCHIVES}


def test_its_copy_answers_as_it_lies(kept: Settings) -> None:
    check_says(kept)


def test_it_says_the_same_once_it_is_migrated_and_published(kept: Settings) -> None:
    before = files_of(kept)
    with store.open_work(kept):
        pass
    assert before.items() <= files_of(kept).items()  # a migration leaves what is published
    check_says(kept)
    with store.open_work(kept) as work:
        work.publish()
    check_says(kept)
    assert store.verify_record(kept.data_dir) == []
    with store.open_published(kept.data_dir) as published:
        assert published.facts().copy_id


def test_the_same_landed_nights_give_the_same_tables_and_id(kept: Settings, tmp_path: Path) -> None:
    """In an empty folder, by today's code, as in the kept one after its migration; whatever depends on history aside.

    Where the kept copy has another id, METHOD_VERSION has been raised since; where it has not, it has to be, or a hash
    has changed.
    """
    with store.open_published(kept.data_dir) as published:
        before = published.facts().copy_id  # None: copies had no id yet
    manifest = max(kept.data_dir.glob("generations/*.json"), default=None)
    method = json.loads(manifest.read_text())["method_version"] if manifest else None
    own = registry.load(kept.data_dir.parent / "registry")
    with store.open_work(kept) as work:
        work.tell_sources(abouts())
        work.publish()
    shutil.copytree(kept.data_dir / "landing", tmp_path / "fresh" / "landing")
    fresh = Settings(data_dir=tmp_path / "fresh", memory_limit="1GB")
    with store.open_work(fresh) as work:
        for run in landing.runs(fresh.data_dir):
            work.load(run)
        trace(work, own, restate=True)
        work.tell_sources(abouts())
        work.publish()
    with store.open_published(kept.data_dir) as migrated, store.open_published(fresh.data_dir) as anew:
        assert of_no_history(said(migrated)) == of_no_history(said(anew))
        expected = anew.facts().copy_id
    if before is None:
        return
    with store.open_work(kept) as work:
        trace(work, own, restate=True)
        work.publish()
    with store.open_published(kept.data_dir) as published:
        assert published.facts().copy_id == expected
    assert (before == expected) == (method == METHOD_VERSION)


def of_no_history(tables: Said) -> Said:
    """Return tables without runs, restatements, numbers of models and names of files, their rows sorted.

    Of vintages what was said last, since how often something was said depends on how often was published.
    """
    found: Said = {}
    for name, table in tables.items():
        if name == "derivatives_vintages":
            found[name] = said_last(table)
        elif name not in ("runs", "source_files", "sources", "restatements"):
            names = [str(each) for each in table["columns"]]
            kept = [at for at, each in enumerate(names) if each != "file" and not each.endswith("_key")]
            rows = ordered([row[at] for at in kept] for row in table["rows"])
            found[name] = {"columns": [names[at] for at in kept], "rows": rows}
    return found


def said_last(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return month, family and derivatives of the last generation that said so, but for families that have none now."""
    at = {str(name): place for place, name in enumerate(table["columns"])}
    names = ("month", "family", "derivatives")
    in_order = sorted(table["rows"], key=lambda row: int(row[at["generation"]]))
    last = {(row[at["month"]], row[at["family"]]): [row[at[name]] for name in names] for row in in_order}
    return {"columns": list(names), "rows": ordered(row for row in last.values() if float(row[2]))}


@pytest.mark.parametrize("kept", ARCHIVES[:1], indirect=True, ids=["folder-1"])
def test_an_export_of_an_earlier_copy_asks_for_a_publish_first(kept: Settings, tmp_path: Path) -> None:
    for export in (store.export_single_file, store.export_parquet):
        with pytest.raises(StoreError, match="by an earlier version; run `tracker publish`, then"):
            export(kept.data_dir, tmp_path / "out")
    with store.open_work(kept) as work:
        work.publish()
    store.export_single_file(kept.data_dir, tmp_path / "out.duckdb")


def test_life_goes_on_in_it(kept: Settings) -> None:
    """Resolving with its own registry once more gives what it said; a session that was open before reads on."""
    everything = "select count(*), sum(downloads_30d) from snapshots"
    replaced = kept.data_dir / f"snapshots/snapshot_date={SNAPSHOT}"
    nights = sorted(replaced.glob("*.parquet"))
    lacks_day = "snapshot_date" not in pl.read_parquet_schema(nights[-1])
    with store.open_published(kept.data_dir) as published:
        before = published.query(everything).rows()
        with store.open_work(kept) as work:
            trace(work, registry.load(kept.data_dir.parent / "registry"), restate=True)
            for _ in range(4):
                work.publish()
        assert published.query(everything).rows() == before
    check_says(kept)
    # the night, what it replaced, and itself with its day inside
    assert len(nights) == 2 and len(list(replaced.glob("*.parquet"))) == 2 + lacks_day
    with store.open_work(dataclasses.replace(kept, grace_seconds=0.001)) as work:
        work.publish()
    assert len(list(replaced.glob("*.parquet"))) == 1
    check_says(kept)
    assert store.verify_record(kept.data_dir) == []


def test_what_it_holds_of_private_repositories_is_dropped(kept: Settings) -> None:
    """Its version loaded what only its token could see; of most of its nights no pages are left."""
    shutil.rmtree(kept.data_dir / "landing")
    with store.open_work(kept) as work:
        names = "select model_id from models where removed_at is null order by downloads_30d desc limit 2"
        work._connection.execute(f"update model_facts set private = true where model_id in ({names})")
        hidden = "select model_key, model_id from models where private"
        keys, texts = zip(*connect.rows(work._connection, hidden), strict=True)
    with store.open_published(kept.data_dir) as published:
        nights = published.query("select count(distinct snapshot_date) from snapshots").item()
        assert published.query(f"select count(*) from snapshots where model_key in {keys}").item() > nights
    pipeline.publish(dataclasses.replace(kept, registry=kept.data_dir.parent / "registry"))
    with store.open_published(kept.data_dir) as published:
        for table in ("models", "snapshots", "lineage", "events", "edges", "nearest"):
            found = published.query(f"select count(*) from {table} where model_key in {keys} or model_id in {texts}")
            assert found.item() == 0, table
        told = published.query("select before, after, class from restatements where figure = 'models.private'")
        assert told.rows() == [(2.0, 0.0, "correction")]
        assert published.query("select count(*) from restatements where figure = 'nights.models'").item() == nights
        sums = "select sum(downloads_30d) from {}"
        assert published.query(sums.format("snapshots")).item() == published.query(sums.format("nights")).item()
    assert store.verify_record(kept.data_dir) == []


def test_a_migration_that_fails_changes_nothing(kept: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    files, shape = files_of(kept), schema(kept)
    known = migrate.migrations()
    broken = (9999, "9999_broken.sql", "alter table nights add column more integer; drop table no_such_table;")
    monkeypatch.setattr(migrate, "migrations", lambda: [*known, broken])
    with pytest.raises(StoreError, match=r"9999_broken\.sql failed, the database is as it was"), store.open_work(kept):
        pass
    assert (
        schema(kept) == shape and files.items() <= files_of(kept).items()
    )  # nights that were written anew stay unused
    check_says(kept)

    monkeypatch.setattr(migrate, "migrations", lambda: known)
    with store.open_work(kept) as work:
        work.publish()
    check_says(kept)


@pytest.mark.parametrize("kept", ARCHIVES[:2], indirect=True, ids=["folder-1", "folder-2"])
def test_classes_of_licences_are_told_as_missing(kept: Settings) -> None:
    with store.open_published(kept.data_dir) as published:
        default = published.definitions()["default"]
        told_by = [
            answers.share(published, default, by="license_class"),
            answers.share(published, default, where=["license_class=unreviewed"]),
            answers.top(published, default, answers.Axes("license_classes", "downloads")),
        ]
        for answer in told_by:
            assert any("before classes of licences were told" in note for note in answer.notes), answer.notes
        assert set(told_by[0].frame["license_class"]) == {"unreviewed"}


@pytest.mark.parametrize("kept", ARCHIVES[:3], indirect=True, ids=["folder-1", "folder-2", "folder-3"])
def test_each_measure_answers_or_says_what_to_do(kept: Settings) -> None:
    """A table that came later is no word of the database's."""
    lacking = []
    with store.open_published(kept.data_dir) as published:
        for name in measures.names():
            try:
                answers.measure(published, name, {})
            except QueryRefused as error:
                assert "was published before there was" in str(error) and "tracker publish" in str(error), (name, error)
                lacking.append(name)
            except SettingsError:  # a definition or a name shapes it: it has a command of its own
                continue
    assert lacking, "tables have come since each of them was kept"
