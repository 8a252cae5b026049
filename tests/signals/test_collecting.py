"""One run of a source beside the Hub's night: gates and their story, what is unchanged, cut off or busy."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.sources.loopback import Reply, Served, serving
from tests.sources.placed import MADE, placed
from tests.sources.walks import BEGAN, FastClock
from tests.store.nights import land, model, night, small_registry
from tracker import lock, pipeline, store
from tracker.errors import Busy, SnapshotRefused, SourceError, SourceRefused, StoreError
from tracker.landing import LandedRun, RawRun, runs
from tracker.landing.manifest import Manifest
from tracker.settings import Settings
from tracker.signals import collecting, standing
from tracker.sources import find

DAY = date(2026, 11, 22)
HEADER = b"day,model,score,tokens\n"
FIRST = HEADER + b"2026-11-20,a,10,1\n2026-11-20,b,20,2\n2026-11-20,c,30,3\n"


@pytest.fixture
def served() -> Iterator[Served]:
    with serving({"/scores.csv": Reply(FIRST, headers={"ETag": '"v1"'})}) as started:
        yield started


@pytest.fixture
def settings(tmp_path: Path, served: Served) -> Iterator[Settings]:
    """A folder, and the made source in its place."""
    small_registry(tmp_path / "registry")
    with placed(tmp_path / "sources", {"made": MADE}):
        yield Settings(
            data_dir=tmp_path / "data",
            registry=tmp_path / "registry",
            threads=1,
            keep_landings=3,
            source_urls={"made": served.address},
        )


_MINUTES = itertools.count()


def collect(settings: Settings, **options: Any) -> LandedRun:
    """Collect, each time a minute later than the time before: runs are told apart by their seconds."""
    clock = FastClock(began=BEGAN + timedelta(minutes=next(_MINUTES)))
    return collecting.collect(settings, find("made"), **{"snapshot_date": DAY, "clock": clock, **options})


def publish_a_night(settings: Settings, number: int = 0) -> None:
    pipeline.load(settings, land(settings.data_dir, night(number), [model("Qwen/Qwen3-8B", 1)]), force=True)


def told(settings: Settings) -> list[tuple[str, str | None]]:
    """Status and reason of every run of the source, oldest first, as readers of a new copy see them."""
    publish_a_night(settings) if not (settings.data_dir / "tracker.duckdb").exists() else pipeline.publish(settings)
    with store.open_published(settings.data_dir) as published:
        sql = "select status, reason from runs where source = 'made' order by started_at, run_id"
        return published.query(sql).rows()


def shown(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with store.open_published(settings.data_dir) as published:
        return published.query(sql).rows()


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (b"2026-11-21,a,1,1\n", "made_scores: 1 rows; must be at least 2 (2026-10-03: the file was cut to its header)"),
        (
            b"2026-11-21,a,1,1\n2026-11-21,b,1,1\n",
            "made_scores: 0.666667 times the rows of the last run; must be at least 0.8 (2026-10-04: half the models",
        ),
        (
            b"".join(b"2026-11-21,m%d,1,1\n" % number for number in range(10)),
            "made_scores: 3.33333 times the rows of the last run; must be at most 3",
        ),
        (b"2026-11-21,a,1,1\n2026-11-21,b,100.5,1\n2026-11-21,c,1,1\n", "100.5 is the most score; must be at most 100"),
        (b"2026-11-21,a,-1,1\n2026-11-21,b,1,1\n2026-11-21,c,1,1\n", "-1 is the least score; must be at least 0"),
        (b"2026-11-21,a,1,\n2026-11-21,b,1,\n2026-11-21,c,1,1\n", "0.333333 of tokens filled; must be at least 0.5"),
    ],
)
def test_gates_refuse_with_their_story_and_the_last_good_rows_stay(
    settings: Settings, served: Served, rows: bytes, reason: str
) -> None:
    collect(settings)
    served.give("/scores.csv", HEADER + rows)
    with pytest.raises(SnapshotRefused, match="`tracker collect made --force`") as caught:
        collect(settings)
    assert reason in str(caught.value)
    (first, _), (status, why) = told(settings)
    assert (first, status) == ("published", "refused") and reason in (why or "")
    assert shown(settings, "select count(*), max(score) from made_scores") == [(3, 30.0)]

    kept = collect(settings, force=True)  # somebody has looked at it
    assert kept.manifest.status == "landed" and reason in (kept.manifest.reason or "")
    assert len(told(settings)) == 3
    assert shown(settings, "select count(*) from made_scores_current") == [(rows.count(b"\n"),)]


@pytest.mark.parametrize(
    ("body", "error", "reason"),
    [
        (b"day,model,score\n2026-11-21,a,1\n", SourceRefused, "the header is day,model,score"),
        (b"<!doctype html><title>Just a moment</title>", SourceRefused, "a page of HTML where data belong"),
        (HEADER + b"2026-11-21,a,much,1\n", SourceError, "made cannot be parsed: ComputeError"),
        (HEADER + b"2026-11-21,a,1,1.5e12\n2026-11-21,b,1,1\n", None, None),
    ],
)
def test_what_is_not_as_it_should_be_is_refused_or_failed(
    settings: Settings, served: Served, body: bytes, error: type[Exception] | None, reason: str | None
) -> None:
    served.give("/scores.csv", body)
    if error is None:  # polars reads the column as floats, and the cast is the source's own
        assert collect(settings).manifest.rows == 4
        return
    with pytest.raises(error, match=reason):
        collect(settings)
    assert [each for each, _ in told(settings)] == ["failed"]


def test_a_key_that_comes_twice_is_refused(settings: Settings, served: Served, tmp_path: Path) -> None:
    once = ".unique(maintain_order=True)"
    assert once in MADE
    with placed(tmp_path / "other", {"twice": MADE.replace(once, "").replace("made_", "twice_")}):
        served.give("/scores.csv", HEADER + b"2026-11-21,a,1,1\n2026-11-21,a,2,2\n")
        asked = Settings(data_dir=settings.data_dir, source_urls={"twice": served.address})
        with pytest.raises(SnapshotRefused, match=r"twice_days: 1 rows repeat a key \(day, model\)"):
            collecting.collect(asked, find("twice"), snapshot_date=DAY)


def test_tables_are_held_to_the_contract(settings: Settings, tmp_path: Path) -> None:
    changes = {
        "fewer": ('"made_days": frame.select("day", "model").unique(maintain_order=True)', ""),
        "other": ('pl.col("tokens").cast(pl.Int64)', 'pl.col("tokens").cast(pl.Float64)'),
    }
    for name, change in changes.items():
        assert change[0] in MADE
        with placed(tmp_path / name, {name: MADE.replace(*change).replace("made_", f"{name}_")}):
            asked = Settings(data_dir=settings.data_dir, source_urls={name: settings.source_urls["made"]})
            with pytest.raises(SourceError, match=r"TABLES says .*tokens.*Int64|TABLES says"):
                collecting.collect(asked, find(name), snapshot_date=DAY)


def test_a_table_that_the_copy_has_already_is_refused(settings: Settings, tmp_path: Path) -> None:
    with placed(
        tmp_path / "clash", {"clash": MADE.replace("made_scores", "models").replace("made_days", "clash_days")}
    ):
        asked = Settings(data_dir=settings.data_dir, source_urls={"clash": settings.source_urls["made"]})
        with pytest.raises(StoreError, match="gives a table models, which the published copy has already"):
            collecting.collect(asked, find("clash"), snapshot_date=DAY)


def test_what_did_not_change_is_told_and_not_stored_again(settings: Settings, served: Served) -> None:
    first = collect(settings)
    served.give("/scores.csv", Reply(status=304))
    second = collect(settings, snapshot_date=DAY + timedelta(days=1))
    assert served.heard[-1][1]["if-none-match"] == '"v1"'
    assert second.raw("scores.csv") == FIRST  # so that the next run can be compared with it, whatever is pruned
    third = collect(settings, snapshot_date=DAY + timedelta(days=2))
    reason = f"unchanged since {first.manifest.run_id}"
    assert [run.manifest.unchanged_since for run in (first, second, third)] == [None, *[first.manifest.run_id] * 2]
    assert told(settings) == [("published", None), ("published", reason), ("published", reason)]
    assert shown(settings, "select distinct run_id from made_scores") == [(first.manifest.run_id,)]


def test_a_run_under_a_clock_that_was_ahead_puts_nothing_off(settings: Settings, served: Served) -> None:
    """A clock that jumped for an hour must not silence a source for years."""
    collect(settings, clock=FastClock(began=datetime(2028, 5, 1, tzinfo=UTC)))
    now = datetime(2026, 11, 22, 10, 53, tzinfo=UTC)
    assert standing.is_due(settings, find("made"), now)
    served.give("/scores.csv", Reply(b"no", 403))
    with pytest.raises(SourceRefused):
        collect(settings, clock=FastClock(began=now))
    assert not standing.is_due(settings, find("made"), now + timedelta(hours=2))


def test_a_run_that_was_killed_is_told_and_the_next_goes_on(settings: Settings) -> None:
    begun = datetime(2026, 11, 21, tzinfo=UTC)
    RawRun.create(settings.data_dir, Manifest("20261121T000000Z-aaaaaa", "made", "x", "full", DAY, begun))
    collect(settings)
    assert told(settings) == [("interrupted", "cut off, as by a kill"), ("published", None)]


def test_while_the_folder_is_written_a_run_is_landed_and_saved_later(settings: Settings, served: Served) -> None:
    source = find("made")
    with lock.hold(settings.data_dir), pytest.raises(Busy):
        collect(settings)
    assert runs(settings.data_dir, "made")[0].manifest.status == "landed"
    assert "made" in standing.due(settings, datetime(2026, 11, 22, 11, tzinfo=UTC))
    assert standing.collect_if_due(settings, source, datetime(2026, 11, 22, 11, tzinfo=UTC))
    assert len(served.heard) == 1  # nothing was asked again
    assert told(settings) == [("published", None)]
    assert not standing.collect_if_due(settings, source, datetime(2026, 11, 22, 11, tzinfo=UTC))


def test_two_runs_of_one_source_are_held_apart(settings: Settings, served: Served) -> None:
    with lock.hold(settings.data_dir / "landing" / "made"), pytest.raises(Busy):
        collect(settings)
    assert served.heard == []


def test_the_hub_s_night_goes_on_while_a_source_is_asked(settings: Settings, served: Served) -> None:
    """Its own lock is all that a source holds while it waits for its server, however long that takes."""
    held: list[str] = []

    def answer(handler: Any) -> None:
        for name in (settings.data_dir / "landing" / "made", settings.data_dir):
            try:
                with lock.hold(name):
                    held.append("free")
            except Busy:
                held.append("busy")
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(FIRST) + FIRST)

    served.replies["/scores.csv"] = [Reply(talk=answer)]
    assert collect(settings).manifest.status == "landed"
    assert held == ["busy", "free"]


def test_a_landed_run_that_is_damaged_stands_in_the_way_of_no_later_one(settings: Settings, served: Served) -> None:
    with lock.hold(settings.data_dir), pytest.raises(Busy):
        collect(settings)
    damaged = runs(settings.data_dir, "made")[0].folder / "raw" / "scores.csv"
    damaged.write_bytes(b"other bytes")
    collect(settings, snapshot_date=DAY + timedelta(days=1))
    (status, why), (second, _) = told(settings)
    assert (status, second) == ("failed", "published") and "is not as it was landed" in (why or "")


def test_a_night_that_was_loaded_and_not_resolved_is_resolved_before_it_is_shown(settings: Settings) -> None:
    """The Hub's night was killed between loading and lineage; the hourly publish must not show half of it."""
    publish_a_night(settings)
    with store.open_work(settings) as work:
        work.load(land(settings.data_dir, night(1), [model("Qwen/Qwen3-8B", 1), model("meta-llama/L", 2)]))
    collect(settings)
    assert pipeline.publish(settings, if_due=True) is not None
    assert shown(settings, "select count(*) from lineage") == shown(settings, "select count(*) from models") == [(2,)]
    assert pipeline.publish(settings, if_due=True) is None


def test_without_a_night_nothing_can_be_published_and_nothing_is_lost(settings: Settings) -> None:
    collect(settings)
    assert pipeline.publish(settings, if_due=True) is None
    publish_a_night(settings)
    assert shown(settings, "select count(*) from made_scores") == [(3,)]


def test_failed_runs_do_not_pile_up(settings: Settings, served: Served) -> None:
    served.give("/scores.csv", Reply(b"no", 403))
    for _ in range(6):
        with pytest.raises(SourceRefused):
            collect(settings)
    assert len(runs(settings.data_dir, "made")) == 3


def test_a_source_without_its_key_is_not_asked(settings: Settings, served: Served, tmp_path: Path, monkeypatch) -> None:
    text = MADE.replace("NEEDS = None", 'NEEDS = "MADE_KEY"').replace("made_", "keyed_")
    monkeypatch.delenv("MADE_KEY", raising=False)
    with placed(tmp_path / "keyed", {"keyed": text}):
        asked = Settings(data_dir=settings.data_dir, source_urls={"keyed": served.address})
        settings.data_dir.mkdir(parents=True, exist_ok=True)  # without a folder nothing is due
        now = datetime(2026, 11, 22, 11, tzinfo=UTC)
        assert "keyed" not in standing.due(asked, now)
        row = standing.table(asked, now).filter(pl.col("source") == "keyed").row(0, named=True)
        assert row["reason"] == "needs a key: set MADE_KEY in the environment"
        monkeypatch.setenv("MADE_KEY", "secret-key")
        assert "keyed" in standing.due(asked, now)
        run = collecting.collect(asked, find("keyed"), snapshot_date=DAY)
        assert served.heard[0][1]["authorization"] == "Bearer secret-key"
        assert b"secret-key" not in b"".join(path.read_bytes() for path in run.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("last", "hours", "due"),
    [
        (None, 0, True),
        ("landed", 23, False),
        ("landed", 24, True),
        ("failed", 2, False),
        ("failed", 3, True),
    ],
)
def test_a_source_is_due_by_the_hour(
    settings: Settings, served: Served, last: str | None, hours: int, due: bool
) -> None:
    """A job that runs every hour, some seconds sooner or later, must neither slip nor ask twice."""
    clock = FastClock(began=datetime(2026, 11, 22, 10, 53, 20, tzinfo=UTC))
    if last == "failed":
        served.give("/scores.csv", Reply(b"no", 403))
        with pytest.raises(SourceRefused):
            collect(settings, clock=clock)
    elif last:
        collect(settings, clock=clock)
    now = datetime(2026, 11, 22, 10, 53, 5, tzinfo=UTC) + timedelta(hours=hours)
    assert standing.is_due(settings, find("made"), now) == due


def test_a_signal_is_noted(settings: Settings, served: Served, tmp_path: Path) -> None:
    """A real process, stopped while its server is silent."""
    script = f"""
import os, signal, threading
from datetime import date
from pathlib import Path
from tests.sources.placed import MADE, placed
from tracker import cli
from tracker.settings import Settings
from tracker.signals import collecting
from tracker.sources import find
signal.signal(signal.SIGTERM, cli._on_sigterm)
settings = Settings(data_dir=Path({str(settings.data_dir)!r}), source_urls={{"made": {served.address!r}}})
with placed(Path({str(tmp_path / "again")!r}), {{"made": MADE}}):
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGTERM)).start()
    collecting.collect(settings, find("made"), snapshot_date=date(2026, 11, 22))
"""
    served.give("/scores.csv", Reply(talk=lambda handler: time.sleep(3)))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "stopped by SIGTERM" in done.stderr
    assert told(settings) == [("interrupted", "stopped by a signal")]
