"""Rollups in files beside the copy, of months and nights: written when they change, gone when nothing names them."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.registry_folder import write_registry
from tests.store.nights import land, model, small_registry, update
from tracker import registry, store
from tracker.pipeline import trace
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.sql import connect
from tracker.store.publish import annotated

Ask = Callable[..., pl.DataFrame]

FIRST = date(2026, 10, 30)  # two nights of October, then November
NIGHTS = 4
ROLLUPS = ("daily_rollup", "daily_families")
SHOWN = ("models", "new_models", "derivatives", "downloads_30d", "downloads_all_time", "likes")  # what the views make
DOWNLOADS = "select snapshot_date, sum(downloads_30d)::int as downloads from daily_rollup group by all order by all"


@pytest.fixture
def small(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


@pytest.fixture
def closed(settings: Settings, small: Registry) -> Settings:
    for number in range(NIGHTS):
        landed = land(settings.data_dir, FIRST + timedelta(days=number), models(number))
        update(settings, small, landed, publish=number == NIGHTS - 1)
    return settings


def models(number: int) -> list[dict[str, object]]:
    root = model("Qwen/Qwen3-8B", 1, downloads_30d=100 + number)
    return [root, model("a/tuned", 2, downloads_30d=10, parents=[(1, "Qwen/Qwen3-8B")])]


def rollup_files(settings: Settings, rollup: str = "daily_rollup", month: str = "2026-10") -> list[Path]:
    """Return the files of a month, of the one that is closed unless another is named."""
    return sorted((settings.data_dir / "rollups" / f"month={month}").glob(f"{rollup}-*.parquet"))


def in_work(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every rollup as the collector keeps them."""
    connection = connect.instance("500MB")
    connect.attach(connection, settings.data_dir / "work.duckdb", "work", read_only=True)
    found = {rollup: connect.rows(connection, f"from {rollup} order by all") for rollup in ROLLUPS}
    connection.close()
    return found


def published(query: Ask) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every rollup as analysts read them, without what a view makes of it."""
    kept = f"* exclude ({', '.join(SHOWN)})"
    return {rollup: query(f"select {kept} from {rollup} order by all").rows() for rollup in ROLLUPS}


def test_a_copy_names_a_file_of_each_night_and_closed_month(closed: Settings, ask: Ask) -> None:
    assert ask("select count(*) from open_rollup").item() == 0
    [file] = rollup_files(closed)
    found = {pl.read_parquet(path)["snapshot_date"][0]: path for path in rollup_files(closed, month="2026-11")}
    nights = [found.pop(date(2026, 11, day)) for day in (1, 2)]
    assert not found
    assert file.parent.name == "month=2026-10"
    assert ask(
        "select month, file, groups, bytes from rollup_files where rollup = 'daily_rollup' order by month, file"
    ).rows() == [
        (date(2026, 10, 1), file.relative_to(closed.data_dir).as_posix(), 4, file.stat().st_size),
        *(
            (date(2026, 11, 1), night.relative_to(closed.data_dir).as_posix(), 2, night.stat().st_size)
            for night in sorted(nights)
        ),
    ]
    assert rollup_files(closed, "daily_families") == []  # small: a copy carries all of it
    assert published(ask) == in_work(closed)
    assert ask("select snapshot_date, downloads_30d from downloads_by_family order by 1").rows() == [
        (FIRST + timedelta(days=number), 110 + number) for number in range(NIGHTS)
    ]
    assert ask(DOWNLOADS)["downloads"].to_list() == [110, 111, 112, 113]
    assert store.verify_record(closed.data_dir) == []


def test_nights_of_a_month_that_closes_are_one_file(settings: Settings, small: Registry, ask: Ask) -> None:
    """Each night has a file until then, written anew where the night is stated anew."""
    for number in range(6):
        night = date(2026, 10, 29) + timedelta(days=number)
        update(settings, small, land(settings.data_dir, night, models(number)))
        named = ask("select month, file from rollup_files where rollup = 'daily_rollup' order by month, file").rows()
        of_october = [file for month, file in named if month == date(2026, 10, 1)]
        assert len(of_october) == {0: 1, 1: 2, 2: 3}.get(number, 1)
        assert len(named) - len(of_october) == max(0, number - 2)
        assert published(ask) == in_work(settings)
    update(settings, small, land(settings.data_dir, date(2026, 11, 3), models(9), attempt=2))
    with store.open_work(settings) as work:
        trace(work, small, restate=True)
        work.publish()
    assert published(ask) == in_work(settings)
    assert ask(DOWNLOADS)["downloads"].to_list() == [110, 111, 112, 113, 114, 119]
    assert store.verify_record(settings.data_dir) == []


def test_publishing_again_leaves_the_file_as_it_is(closed: Settings, small: Registry) -> None:
    before = rollup_files(closed)[0].stat()
    with store.open_work(closed) as work:
        work.publish()
        trace(work, small, restate=True)  # everything is built again, and comes out the same
        work.publish()

    [file] = rollup_files(closed)
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    for _ in range(4):
        with store.open_work(closed) as work:
            work.publish()
    assert file.exists()


def test_a_late_night_writes_its_month_again_under_a_new_name(closed: Settings, small: Registry, ask: Ask) -> None:
    [first] = rollup_files(closed)
    with store.open_published(closed.data_dir) as old:
        update(closed, small, land(closed.data_dir, date(2026, 10, 5), models(7)))
        assert old.query(DOWNLOADS)["downloads"].to_list() == [110, 111, 112, 113]
    assert ask(DOWNLOADS)["downloads"].to_list() == [117, 110, 111, 112, 113]
    assert published(ask) == in_work(closed)
    assert len(rollup_files(closed)) == 2  # the generations before still read the first

    for _ in range(2):
        with store.open_work(dataclasses.replace(closed, grace_seconds=0.001, keep_generations=1)) as work:
            work.publish()
    assert first not in rollup_files(closed)
    assert len(rollup_files(closed)) == 1
    assert store.verify_record(closed.data_dir) == []


def test_a_restatement_writes_closed_months_again(closed: Settings, ask: Ask, tmp_path: Path) -> None:
    write_registry(
        tmp_path / "other",
        organizations=[{"namespace": "d", "organization": "Dee", "country": "FR"}],
        families=[{"line": "Tuned", "developer": "Dee", "first_release": "2026-01"}],
        roots=[{"pattern": "Qwen/*", "line": "Tuned"}],
    )
    other = registry.load(tmp_path / "other")
    with store.open_published(closed.data_dir) as old:
        with store.open_work(closed) as work:
            trace(work, other, restate=True)
            work.publish()
        assert old.query("select distinct family, line from daily_rollup").rows() == [("Qwen", "Qwen3")]

    assert ask("select distinct family, line from daily_rollup").rows() == [("Tuned", "Tuned")]
    assert ask(DOWNLOADS)["downloads"].to_list() == [110, 111, 112, 113]
    assert store.verify_record(closed.data_dir) == []


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-40]), "bytes"),
        (lambda path: path.write_bytes(path.read_bytes()[:20] + b"!" + path.read_bytes()[21:]), "checksum"),
        (lambda path: path.with_name("month.parquet.new").write_text(""), "cut off"),
    ],
)
def test_verify_names_what_is_wrong(closed: Settings, harm: Callable[[Path], object], told: str) -> None:
    harm(rollup_files(closed)[0])

    [problem] = store.verify_record(closed.data_dir)
    assert told in problem.message
    assert problem.file.startswith("rollups/month=2026-10/")


def test_a_damaged_file_is_written_anew_when_its_month_is_built_again(closed: Settings, small: Registry) -> None:
    rollup_files(closed)[0].write_bytes(b"damaged")
    with store.open_work(closed) as work:
        trace(work, small, restate=True)
        work.publish()

    assert store.verify_record(closed.data_dir) == []


def test_a_moved_folder_reads_and_exports_its_rollups(closed: Settings, tmp_path: Path) -> None:
    expected = in_work(closed)
    moved = closed.data_dir.rename(tmp_path / "elsewhere")
    with store.open_published(moved) as copy:
        assert published(copy.query) == expected
        assert copy.query("select sum(downloads_30d) from downloads_by_country").item() == 446

    exported = store.export_single_file(moved, tmp_path / "one.duckdb")
    folder = tmp_path / "export"
    store.export_parquet(moved, folder)
    shutil.rmtree(moved)
    connection = connect.instance("500MB")
    connect.attach(connection, exported, "exported", read_only=True)
    assert published(lambda sql: connect.frame(connection, sql)) == expected
    connection.close()
    for rollup, rows in expected.items():
        assert sorted(pl.read_parquet(folder / f"{rollup}.parquet").drop(SHOWN).rows()) == sorted(rows)


def test_months_rolled_up_before_there_were_files_get_theirs(closed: Settings, ask: Ask) -> None:
    """A folder of the schema before holds the rows of all months and no file."""
    connection = connect.instance("500MB")
    connect.attach(connection, closed.data_dir / "work.duckdb", "work")
    connection.execute("drop table rollup_months")
    connection.execute("delete from migrations where name in ('0003_rollup_files.sql', '0025_rollups_of_nights.sql')")
    connection.close()
    shutil.rmtree(closed.data_dir / "rollups")
    with store.open_work(closed) as work:
        work.publish()

    assert len(rollup_files(closed)) == 1
    assert published(ask) == in_work(closed)


def test_a_copy_that_holds_all_rollups_itself_is_still_read(closed: Settings, tmp_path: Path) -> None:
    """A copy published before there were files has tables where newer ones have views."""
    expected = in_work(closed)
    path = (closed.data_dir / "tracker.duckdb").resolve()
    path.chmod(0o644)
    connection = connect.instance("500MB")
    connect.attach(connection, path, "older")
    for rollup, newest in (("daily_rollup", "open_rollup"), ("daily_families", "open_families")):
        connection.execute(f"create table kept as from {rollup}")
        connection.execute(f"drop view {rollup}")
        connection.execute(f"drop table {newest}")
        connection.execute(f"alter table kept rename to {rollup}")
    connection.execute("drop table rollup_files")
    for later in annotated.relations("published.sql"):
        if later.name.removeprefix("open_").startswith("flow_"):
            connection.execute(f"drop table {later.name}")
    connection.close()
    for newer in ("rollups", "generations"):
        shutil.rmtree(closed.data_dir / newer)

    with store.open_published(closed.data_dir) as copy:
        assert published(copy.query) == expected
    moved = closed.data_dir.rename(tmp_path / "elsewhere")
    with store.open_published(moved) as copy:
        assert published(copy.query) == expected
        assert copy.query("select sum(downloads_30d) from downloads_by_family").item() == 446
    assert store.verify_record(moved) == []
