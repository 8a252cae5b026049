"""The weekly archive and the reduced series, over real HTTP: whose day a file is, and what a month says of each day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.backfilling.test_backfill import START, days_of, models
from tests.sources.archives.data_set import DataSet
from tests.sources.loopback import Served, serving
from tests.sources.walks import settings_for
from tracker.backfilling.plan import plan
from tracker.backfilling.running import backfill
from tracker.backfilling.selection import Span
from tracker.landing import runs
from tracker.sources import COUNTERS, Reach, find_archive, reach

WEEKS = [START + timedelta(weeks=at) for at in range(3)]


@pytest.fixture
def served() -> Iterator[Served]:
    with serving({}) as server:
        yield server


def reached(data_set: DataSet, served: Served, tmp_path: Path) -> Reach:
    served.replies.clear()
    for path, reply in data_set.replies().items():
        served.give(path, reply)  # type: ignore[arg-type]
    return reach(settings_for(tmp_path / "data", served.address))


@pytest.mark.parametrize("title", ["Upload {path} with huggingface_hub", "Upload folder using huggingface_hub"])
def test_a_week_has_the_day_of_its_commit_and_not_of_its_folder(tmp_path: Path, served: Served, title: str) -> None:
    data_set = DataSet("hfmlsoc/hub_weekly_snapshots", tmp_path / "set")
    data_set.title = title
    for week in WEEKS:
        data_set.put(week + timedelta(days=6), models(week + timedelta(days=6)), path=f"models/{week}/models.parquet")
    context = reached(data_set, served, tmp_path)
    done = backfill(context, find_archive("weekly_snapshots"), Span())
    assert days_of(done) == [(6, "landed"), (13, "landed"), (20, "landed")]


def test_weeks_that_were_put_there_at_once_are_dated_by_their_newest_model(tmp_path: Path, served: Served) -> None:
    data_set = DataSet("hfmlsoc/hub_weekly_snapshots", tmp_path / "set")
    late = START + timedelta(days=400)
    for week in WEEKS:
        observed = week + timedelta(days=5)
        data_set.put(late, models(observed), path=f"models/{week}/models.parquet")
    data_set.add(late, f"models/{WEEKS[2] + timedelta(weeks=1)}/models.parquet", data_set.commits[2][3])  # a stale copy
    context = reached(data_set, served, tmp_path)
    weekly = find_archive("weekly_snapshots")
    done = backfill(context, weekly, Span())
    assert days_of(done)[:3] == [(5, "landed"), (12, "landed"), (19, "landed")]
    assert done.observations[3].status == "refused" and len(done.observations) == 4
    assert [each.status for each in backfill(context, weekly, Span()).observations] == ["there"] * 3 + ["refused"]


def month(folder: Path) -> DataSet:
    """Two months of a series: seven days, one of them partial, and what is said beside them."""
    data_set = DataSet("modelpulse/model-pulse-data", folder)
    folder.mkdir()
    days = [date(2025, 3, 28) + timedelta(days=at) for at in range(7)]
    with duckdb.connect() as connection:
        connection.execute(
            "create table series as select 'org/model-' || m as id, date '2025-03-28' + d::integer as day, "
            "(100 + m + d)::integer as dl30, case when d > 0 then (1000 + m + d)::bigint end as dl_all, "
            "(m % 5 + d)::integer as likes, repeat('PAYLOAD', 9) || m as noise from range(400) a(m), range(7) b(d) "
            "where d <> 2 or m < 100"
        )
        for name in ("2025-03", "2025-04"):
            connection.execute(
                f"copy (select * from series where strftime(day, '%Y-%m') = '{name}' order by id, day) "
                f"to '{folder}/{name}.parquet' (row_group_size 2048)"
            )
        connection.execute(
            "copy (select 'org/old' as old, 'org/model-1' as new, date '2025-03-30' as came) "
            f"to '{folder}/renames.parquet'"
        )
        connection.execute(
            "copy (select 'org/model-' || m as id, timestamptz '2024-01-01 00:00:00+00' as created_at, "
            "'mit' as license, 7 as params, 'finetune' as base_relation, ['org/root'] as base_ids from range(400) t(m))"
            f" to '{folder}/models.parquet'"
        )
    meta = {"days": [str(day) for day in days], "skip_days": [str(days[1])], "partial": [str(days[2])]}
    (folder / "meta.json").write_text(json.dumps(meta))
    for name in ("2025-03", "2025-04"):
        data_set.add(days[-1], f"series/{name}.parquet", folder / f"{name}.parquet")
    for name in ("renames.parquet", "models.parquet", "meta.json"):
        data_set.add(days[-1], name, folder / name)
    return data_set


def test_a_month_is_fetched_once_for_all_its_days(tmp_path: Path, served: Served) -> None:
    context = reached(month(tmp_path / "set"), served, tmp_path)
    pulse = find_archive("model_pulse")
    first = date(2025, 3, 28)
    planned = plan(context, pulse, Span())
    done = backfill(context, pulse, Span())
    assert [each.status for each in done.observations] == ["landed"] * 2 + ["refused"] + ["landed"] * 4
    assert done.observations[2].reason == "the archive itself says that this day is partial"
    landed = [run for run in runs(tmp_path / "data", "model_pulse") if run.manifest.status == "landed"]
    assert [run.manifest.scope for run in landed] == ["active"] * 6
    fetched = [run.manifest.bytes_fetched for run in landed]
    assert [bool(size) for size in fetched] == [True, False, False, False, True, False][: len(fetched)] or sum(
        bool(size) for size in fetched
    ) == 2
    assert abs(planned.fetched_bytes - sum(fetched)) < 0.5 * sum(fetched)
    with duckdb.connect() as connection:
        for run in landed:
            day = (run.manifest.snapshot_date - first).days
            found = connection.execute(
                f"select count(*), min(downloads_30d), min(downloads_all_time), min(likes), count(created_at) "
                f"from '{run.folder / COUNTERS}'"
            ).fetchone()
            assert found == (400, 100 + day, 1000 + day if day else None, day, 0)
    assert pulse.renames(context) == [(date(2025, 3, 30), "org/old", "org/model-1")]
    kept = replace(context, keep=True, settings=settings_for(tmp_path / "keeping", served.address), shared={})
    backfill(kept, pulse, Span())
    on_disk = reach(settings_for(tmp_path / "again", "http://127.0.0.1:9"), local=tmp_path / "keeping/kept/model_pulse")
    assert days_of(backfill(on_disk, pulse, Span())) == days_of(done)
    again = [run for run in runs(tmp_path / "again", "model_pulse") if run.manifest.status == "landed"]
    assert [run.manifest.files[0].sha256 for run in again] == [run.manifest.files[0].sha256 for run in landed]
    place = pulse.describe(context, pulse.revisions(context)[0], ["org/model-3"])
    with duckdb.connect() as connection:
        said = connection.execute(
            f"select model_id, tags, base_relation, base_models[1].model_id, parameters from '{place}'"
        ).fetchall()
    assert said == [("org/model-3", ["license:mit"], "finetune", "org/root", 7)]


def test_a_series_on_a_disk_is_read_the_same(tmp_path: Path) -> None:
    data_set = month(tmp_path / "set")
    (tmp_path / "set" / "series").mkdir()
    for name in ("2025-03", "2025-04"):
        (tmp_path / "set" / f"{name}.parquet").rename(tmp_path / "set" / "series" / f"{name}.parquet")
    assert data_set.commits
    context = reach(settings_for(tmp_path / "data", "http://127.0.0.1:9"), local=tmp_path / "set")
    pulse = find_archive("model_pulse")
    done = backfill(context, pulse, Span(every="week"))
    assert [(each.day, each.status) for each in done.observations] == [
        (date(2025, 3, 28), "landed"),
        (date(2025, 3, 31), "landed"),
    ]
    assert pulse.renames(context)[0][1] == "org/old"
