"""The record: what is in its files, how they are checked, closed months, replaced nights."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.store.nights import land, model, night, small_registry, update
from tracker import store
from tracker.errors import NothingPublished
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.sql import connect
from tracker.store.record import months

Ask = Callable[..., pl.DataFrame]


@pytest.fixture
def small(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


def record_files(settings: Settings, folder: str = "snapshots") -> list[str]:
    return sorted(
        path.relative_to(settings.data_dir).as_posix() for path in (settings.data_dir / folder).rglob("*.parquet")
    )


def load_nights(settings: Settings, small: Registry, first: date, count: int) -> None:
    """Load `count` nights of three models, publishing only the last."""
    with store.open_work(settings) as work:
        for number in range(count):
            day = first + timedelta(days=number)
            models = [model("a/x", 1, downloads_all_time=number), model("b/y", 2), model("c/z", 3 + number % 2)]
            work.load(land(settings.data_dir, day, models))
        work.publish()


def test_a_night_is_one_sorted_file_that_any_engine_reads(settings: Settings) -> None:
    downloads = [5, 100_000, 0, None, 6, 99_999, 4]
    models = [
        model(f"a/m{n}", n, downloads_30d=each, downloads_all_time=each, likes=1) for n, each in enumerate(downloads, 1)
    ]
    with store.open_work(settings) as work:
        work.load(land(settings.data_dir, night(0), models))

    [name] = record_files(settings)
    assert name == "snapshots/snapshot_date=2026-11-01/20261101T071700Z-000001.parquet"
    frame = pl.read_parquet(settings.data_dir / name, hive_partitioning=False)
    assert frame.schema == {
        "snapshot_date": pl.Date,
        "model_key": pl.Int32,
        "downloads_30d": pl.Int64,
        "downloads_all_time": pl.Int64,
        "likes": pl.Int64,
        "source": pl.String,
        "scope": pl.String,
    }
    # by magnitude (none, below 8, ..., 32,768 to 262,143), then by key
    assert frame["downloads_30d"].to_list() == [0, None, 5, 6, 4, 100_000, 99_999]
    manifest = json.loads((settings.data_dir / name).with_suffix(".json").read_text())
    assert manifest["rows"] == 7
    assert manifest["downloads_30d"] == 200_014
    assert manifest["scope"] == "full"


def test_delta_encoding_is_used(settings: Settings) -> None:
    models = [model(f"a/m{n}", n, downloads_30d=n * 37 % 10007) for n in range(1, 3000)]
    with store.open_work(settings) as work:
        work.load(land(settings.data_dir, night(0), models))

    connection = connect.instance("1GB")
    found = connect.rows(
        connection,
        "select path_in_schema, encodings, compression from parquet_metadata($path)",
        {"path": str(settings.data_dir / record_files(settings)[0])},
    )
    connection.close()
    for column, encodings, compression in found:
        assert compression == "ZSTD"
        if column in ("model_key", "downloads_30d", "downloads_all_time"):
            assert "DELTA_BINARY_PACKED" in encodings


def test_a_closed_month_is_kept_once_more_by_model(settings: Settings, small: Registry, ask: Ask) -> None:
    load_nights(settings, small, date(2026, 10, 29), 6)

    [month] = record_files(settings, "history")
    frame = pl.read_parquet(settings.data_dir / month, hive_partitioning=False)
    assert frame.select("model_key", "snapshot_date").rows() == sorted(
        frame.select("model_key", "snapshot_date").rows()
    )
    assert frame["snapshot_date"].n_unique() == 3
    assert len(record_files(settings)) == 6
    counted = "select count(*), sum(downloads_all_time)::bigint, count(distinct snapshot_date) from {}"
    assert ask(counted.format("history")).rows() == ask(counted.format("counters")).rows()
    assert ask("select downloads_all_time from model_history('a/x')")["downloads_all_time"].to_list() == list(range(6))


def test_a_large_month_is_closed_a_file_at_a_time(
    settings: Settings, small: Registry, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(months, "_ROWS_OF_A_FILE", 8)
    models = [model(f"a/m{number}", number, downloads_all_time=10**number) for number in range(1, 9)]
    days = [date(2026, 10, 29), date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1)]
    for day in days:
        update(settings, small, land(settings.data_dir, day, models))
    counted = "select count(*), sum(downloads_all_time)::bigint, count(distinct snapshot_date) from {}"
    shown = "select count(*) from record_files where month is not null"
    for published in (1, 2, 3):  # 24 rows in files of 8
        assert len(record_files(settings, "history")) == published
        assert ask(shown).item() == (3 if published == 3 else 0)
        assert ask(counted.format("history")).rows() == ask(counted.format("counters")).rows()
        assert ask("select count(*) from model_history('a/m7')").item() == 3 + published
        assert store.verify_record(settings.data_dir) == []
        # a night between them brings models that the month has not
        models += [model(f"b/m{published}-{number}", 100 * published + number) for number in range(5)]
        update(settings, small, land(settings.data_dir, date(2026, 11, 1 + published), models))
    assert len(record_files(settings, "history")) == 3
    update(settings, small, land(settings.data_dir, date(2026, 10, 5), models))  # and is begun again
    assert ask(shown).item() == 0
    assert ask(counted.format("history")).rows() == ask(counted.format("counters")).rows()


def test_one_day_reads_the_file_of_that_day(settings: Settings, small: Registry) -> None:
    """Others are passed over by their names: to look into each costs more with every night."""
    load_nights(settings, small, date(2026, 10, 29), 6)
    connection = connect.instance("1GB")
    connect.attach(connection, (settings.data_dir / "tracker.duckdb").resolve(), "tracker", read_only=True)
    for asked in ("counters where snapshot_date = date '2026-10-30'", "counters_as_of('2026-10-30')"):
        assert connect.value(connection, f"select count(*) from {asked}") == 3
    (told,) = connect.rows(connection, "explain from counters where snapshot_date = date '2026-10-30'")
    connection.close()
    assert "Files: 1/6" in told[1]


def test_a_late_night_opens_its_month_again(settings: Settings, small: Registry, ask: Ask) -> None:
    load_nights(settings, small, date(2026, 10, 29), 6)
    update(settings, small, land(settings.data_dir, date(2026, 10, 5), [model("a/x", 1, downloads_all_time=77)]))

    assert len(record_files(settings, "history")) == 2  # the published generations before still read the first
    history = ask("select snapshot_date, downloads_all_time from model_history('a/x')").rows()
    assert history[0] == (date(2026, 10, 5), 77)
    assert len(history) == 7


def test_a_replaced_night_goes_when_no_generation_names_it(settings: Settings, small: Registry, ask: Ask) -> None:
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1)]))
    update(settings, small, land(settings.data_dir, night(0), [model("a/x", 1, likes=4)], attempt=2))
    assert len(record_files(settings)) == 2
    assert ask("select likes from snapshots").item() == 4
    for _ in range(2):
        with store.open_work(dataclasses.replace(settings, grace_seconds=0.001)) as work:
            work.publish()

    assert record_files(settings) == ["snapshots/snapshot_date=2026-11-01/20261101T071700Z-000002.parquet"]
    assert store.verify_record(settings.data_dir) == []


def test_a_rerun_does_not_touch_the_file(settings: Settings, small: Registry) -> None:
    run = land(settings.data_dir, night(0), [model("a/x", 1)])
    update(settings, small, run)
    path = settings.data_dir / record_files(settings)[0]
    before = path.stat()
    update(settings, small, run)

    assert record_files(settings) == [path.relative_to(settings.data_dir).as_posix()]
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_verify_finds_nothing_wrong_with_what_was_written(settings: Settings, small: Registry) -> None:
    load_nights(settings, small, date(2026, 10, 29), 5)

    assert store.verify_record(settings.data_dir) == []


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-40]), "bytes"),
        (lambda path: path.write_bytes(path.read_bytes()[:20] + b"!" + path.read_bytes()[21:]), "checksum"),
        (lambda path: path.with_suffix(".json").unlink(), "manifest"),
        (lambda path: path.with_suffix(".json").write_text('{"rows": 1}'), "manifest says rows 1"),
        (lambda path: path.with_name("x.parquet.tmp").write_text(""), "cut off"),
    ],
)
def test_verify_names_what_is_wrong(
    settings: Settings, small: Registry, harm: Callable[[Path], object], told: str
) -> None:
    load_nights(settings, small, date(2026, 10, 31), 2)
    path = settings.data_dir / record_files(settings)[0]
    harm(path)

    problems = store.verify_record(settings.data_dir)
    assert told in "\n".join(str(problem) for problem in problems)
    assert all(problem.file.startswith("snapshots/snapshot_date=2026-10-31/") for problem in problems)


def test_what_a_killed_writer_left_is_gone_with_the_next_publish(settings: Settings, small: Registry) -> None:
    load_nights(settings, small, date(2026, 10, 31), 2)
    night = settings.data_dir / record_files(settings)[0]
    piece = next(settings.data_dir.glob("pieces/*/*.parquet"))
    for path in (night, piece):
        path.with_name(path.name + ".tmp").write_bytes(b"half")
    assert [problem.message for problem in store.verify_record(settings.data_dir)] == [
        "was left by a run that was cut off; the next publish deletes it"
    ] * 2
    with store.open_work(settings) as work:
        work.publish()
    assert store.verify_record(settings.data_dir) == []


def test_verify_needs_a_published_copy(settings: Settings) -> None:
    with pytest.raises(NothingPublished):
        store.verify_record(settings.data_dir)
