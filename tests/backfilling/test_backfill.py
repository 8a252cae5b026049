"""A backfill over real HTTP: what is wanted, what is refused and why, what a second run and a rewritten past change."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.command_line import environment
from tests.sources.archives.data_set import DataSet
from tests.sources.archives.eras import Model, write
from tests.sources.loopback import Served, serving
from tests.sources.walks import settings_for
from tests.store.nights import land, model, small_registry, update
from tracker import store
from tracker.backfilling.plan import plan
from tracker.backfilling.running import Backfill, backfill
from tracker.backfilling.selection import Span, chosen
from tracker.cli import main
from tracker.errors import SettingsError, SnapshotRefused, SourceError
from tracker.landing import LandedRun, runs
from tracker.sources import Revision, find_archive, reach

hub_stats = find_archive("hub_stats")
START = date(2025, 3, 3)  # a Monday
BORN = datetime.fromisoformat("2024-12-20 00:00")


def models(day: date, count: int = 0, **changes: object) -> list[Model]:
    """Twenty models came every day since BORN; counters move every day."""
    age = (day - BORN.date()).days
    every = [
        Model(f"org/model-{at}", BORN + timedelta(hours=1.2 * at), 100 + age + at % 50, 1000 + age, age + at % 3)
        for at in range(20 * age + 2)
    ]
    return [replace(each, **changes) for each in every[: count or len(every)]]  # type: ignore[arg-type]


@pytest.fixture
def data_set(tmp_path: Path) -> DataSet:
    return DataSet("cfahlgren1/hub-stats", tmp_path / "set")


@pytest.fixture
def served() -> Iterator[Served]:
    with serving({}) as server:
        yield server


def run(data_set: DataSet, served: Served, tmp_path: Path, span: Span | None = None, **options: object) -> Backfill:
    served.replies.clear()
    for path, reply in data_set.replies().items():
        served.give(path, reply)  # type: ignore[arg-type]
    context = reach(settings_for(tmp_path / "data", served.address), **options)  # type: ignore[arg-type]
    return backfill(context, hub_stats, span or Span())


def days_of(done: Backfill) -> list[tuple[int, str]]:
    return [((each.day - START).days, each.status) for each in done.observations]


def test_days_land_once_and_a_second_run_fetches_nothing(data_set: DataSet, served: Served, tmp_path: Path) -> None:
    for at in (0, 1, 3):
        data_set.put(START + timedelta(days=at), models(START + timedelta(days=at)))
    done = run(data_set, served, tmp_path)
    assert days_of(done) == [(0, "landed"), (1, "landed"), (3, "landed")]
    landed = [each.manifest for each in runs(tmp_path / "data", "hub_stats")]
    served.heard.clear()
    assert [each.status for each in run(data_set, served, tmp_path).observations] == ["there"] * 3
    assert len(served.heard) == 1  # for the history
    assert [each.manifest for each in runs(tmp_path / "data", "hub_stats")] == landed


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_what_is_no_observation_of_its_day_is_refused_whatever_came_first(
    data_set: DataSet, served: Served, tmp_path: Path, order: tuple[int, ...]
) -> None:
    full, day = models(START + timedelta(days=6)), START + timedelta(days=1)
    data_set.put(START, models(START))
    data_set.put(day, models(day)[: len(models(day)) * 3 // 4])
    data_set.put(START + timedelta(days=2), models(START + timedelta(days=2)))
    for at in order:
        that = START + timedelta(days=at)
        try:
            run(data_set, served, tmp_path, Span(that, that))
        except SnapshotRefused:
            assert at == 1
    state = {each.manifest.snapshot_date: each.manifest for each in runs(tmp_path / "data", "hub_stats")}
    assert [state[START + timedelta(days=at)].status for at in range(3)] == ["landed", "refused", "landed"]
    assert "it is partial" in (state[day].reason or "") and full


def test_the_first_day_of_all_is_judged_by_the_one_after_it(data_set: DataSet, served: Served, tmp_path: Path) -> None:
    data_set.put(START, models(START, 1100))
    data_set.put(START + timedelta(days=1), models(START + timedelta(days=1)))
    done = run(data_set, served, tmp_path)
    assert days_of(done) == [(0, "refused"), (1, "landed")]


def test_files_that_repeat_or_are_old_are_refused(data_set: DataSet, served: Served, tmp_path: Path) -> None:
    data_set.put(START, models(START))
    data_set.put_again(START + timedelta(days=1), 0)  # the same file once more
    data_set.put(START + timedelta(days=2), models(START)[::-1], "text")  # written anew, with the counters of before
    data_set.put(START + timedelta(days=9), models(START, downloads=7))  # an old list
    data_set.put(START + timedelta(days=10), models(START + timedelta(days=12)))  # one of a later day
    done = run(data_set, served, tmp_path)
    assert days_of(done) == [(0, "landed"), *((at, "refused") for at in (1, 2, 9, 10))]
    told = [each.reason or "" for each in done.observations[1:]]
    for reason, said in zip(
        told, ("holds the same as that of", "add up to those of", "an old file", "a later one"), strict=True
    ):
        assert said in reason
    again = run(data_set, served, tmp_path)
    assert [each.reason or "" for each in again.observations[1:]] == told  # kept, and not fetched again


def test_a_server_that_does_not_heed_revisions_gives_one_day_and_not_many(
    data_set: DataSet, served: Served, tmp_path: Path
) -> None:
    newest = START + timedelta(days=3)
    for at in range(3):
        data_set.add(START + timedelta(days=at), "models.parquet", Path())
    data_set.put(newest, models(newest))
    data_set.commits = [(*each[:3], data_set.commits[-1][3]) for each in data_set.commits]
    done = run(data_set, served, tmp_path)
    assert days_of(done) == [(0, "refused"), (1, "refused"), (2, "refused"), (3, "landed")]


def test_a_history_that_was_rewritten_takes_nothing_away(data_set: DataSet, served: Served, tmp_path: Path) -> None:
    for at in range(3):
        data_set.put(START + timedelta(days=at), models(START + timedelta(days=at)))
    run(data_set, served, tmp_path, keep=True)
    old, data_set.commits = data_set.commits, []
    data_set.commits.append(
        ("f" * 40, START + timedelta(days=30), *old[-1][2:])
    )  # squashed: one commit, of another day
    landed = [each.manifest for each in runs(tmp_path / "data", "hub_stats")]
    with pytest.raises(SnapshotRefused, match="nothing of hub_stats can be used") as caught:
        run(data_set, served, tmp_path)
    assert "history of hub_stats was rewritten: 3 of the 3 commits" in str(caught.value)
    assert "the last: it holds the same as that of 2025-03-05" in str(caught.value)
    assert [each.manifest for each in runs(tmp_path / "data", "hub_stats")][:3] == landed
    data_set.put(START + timedelta(days=31), models(START + timedelta(days=31)))
    done = run(data_set, served, tmp_path)
    assert days_of(done) == [(30, "refused"), (31, "landed")] and "was rewritten" in done.notes[0]


def test_a_file_that_is_damaged_is_refused_and_the_others_go_on(
    data_set: DataSet, served: Served, tmp_path: Path
) -> None:
    days = [START + timedelta(days=at) for at in range(5)]
    for day in days:
        data_set.put(day, models(day))
    whole = data_set.commits[1][3].read_bytes()
    data_set.commits[1][3].write_bytes(whole[:60] + b"\xff" * 900 + whole[960:])  # in the first column
    data_set.commits[2][3].write_bytes(b"<!doctype html><html>We could not find that page</html>")
    data_set.commits[3][3].write_bytes(whole[:-300] + b"\xff" * 280 + whole[-20:])  # in the footer
    done = run(data_set, served, tmp_path)
    assert days_of(done) == [(0, "landed"), (1, "refused"), (2, "refused"), (3, "refused"), (4, "landed")]
    told = [each.reason or "" for each in done.observations[1:4]]
    assert told[0].startswith("it cannot be read as Parquet") and told[2].startswith("it cannot be read as Parquet")
    assert "is no Parquet file" in told[1]
    assert not list((tmp_path / "data" / "landing" / "hub_stats").glob("*.tmp"))


def test_of_a_week_the_first_good_day_is_taken() -> None:
    revisions = [
        Revision(START + timedelta(days=at), str(at), "models.parquet", datetime.now().astimezone())
        for at in (0, 2, 6, 7, 13, 20)
    ]
    weeks = chosen(revisions, Span(every="week"))
    assert [[each.commit for each in week] for week in weeks] == [["0", "2", "6"], ["7", "13"], ["20"]]
    assert [
        each[0].commit for each in chosen(revisions, Span(START + timedelta(days=2), START + timedelta(days=7)))
    ] == [*("2", "6", "7")]
    with pytest.raises(SettingsError, match="is later than"):
        Span(START, START - timedelta(days=1))
    assert [[each.commit for each in month] for month in chosen(revisions, Span(every="month"))] == [
        [each.commit for each in revisions]
    ]


def test_what_is_kept_is_read_as_the_archive_was(data_set: DataSet, served: Served, tmp_path: Path) -> None:
    for at, era in enumerate(("2024", "nulls", "text")):
        data_set.put(START + timedelta(days=at), models(START + timedelta(days=at)), era)
    run(data_set, served, tmp_path, keep=True)
    landed = runs(tmp_path / "data", "hub_stats")
    kept = tmp_path / "data" / "kept" / "hub_stats"
    context = reach(settings_for(tmp_path / "other", "http://127.0.0.1:9"), local=kept)
    assert days_of(backfill(context, hub_stats, Span())) == [(0, "landed"), (1, "landed"), (2, "landed")]
    again = runs(tmp_path / "other", "hub_stats")
    assert [_content(each) for each in again] == [_content(each) for each in landed]
    assert [each.manifest.commit for each in again] == [each.manifest.commit for each in landed]
    with pytest.raises(SnapshotRefused, match="kept for its counters, and describes no model"):
        hub_stats.describe(context, hub_stats.revisions(context)[0], ["org/model-1"])
    damaged = next(kept.glob("*/*.parquet"))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    context = reach(settings_for(tmp_path / "third", "http://127.0.0.1:9"), local=kept)
    [refused] = [each for each in backfill(context, hub_stats, Span()).observations if each.status == "refused"]
    assert "its hash is another" in (refused.reason or "")


def test_a_folder_of_days_is_read_in_the_place_of_the_hub(tmp_path: Path) -> None:
    for at in range(2):
        day = START + timedelta(days=at)
        write(tmp_path / "set" / "models" / str(day) / "models.parquet", models(day))
    context = reach(settings_for(tmp_path / "data", "http://127.0.0.1:9"), local=tmp_path / "set" / "models")
    assert days_of(backfill(context, hub_stats, Span())) == [(0, "landed"), (1, "landed")]
    with pytest.raises(SourceError, match=r"holds no revisions\.jsonl and no YYYY-MM-DD/models.parquet"):
        backfill(replace(context, local=tmp_path), hub_stats, Span())


def test_an_archive_that_has_vanished_is_told_of(served: Served, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"hub-stats is not there, or not for everybody \(HTTP 404.*--local"):
        backfill(reach(settings_for(tmp_path, served.address)), hub_stats, Span())


def test_a_plan_fetches_footers_alone_and_says_what_is_left(data_set: DataSet, served: Served, tmp_path: Path) -> None:
    for at in range(5):
        data_set.put(START + timedelta(days=at), models(START + timedelta(days=at)))
    run(data_set, served, tmp_path, Span(START, START))
    context = reach(settings_for(tmp_path / "data", served.address), keep=True)
    before = sorted((tmp_path / "data").rglob("*"))
    planned = plan(context, hub_stats, Span())
    assert sorted((tmp_path / "data").rglob("*")) == before
    assert (planned.days, planned.there, planned.refused) == (5, 1, 0)
    done = run(data_set, served, tmp_path)
    spent = sum(each.fetched_bytes for each in done.observations)
    assert abs(planned.fetched_bytes - spent) < 0.02 * spent
    assert planned.requests == sum(each.manifest.requests for each in runs(tmp_path / "data", "hub_stats")[1:])
    with pytest.raises(SourceError, match="has nothing from 2026-01-01 to its last; it has 5 days, 2025-03-03 to"):
        plan(context, hub_stats, Span(date(2026, 1, 1)))


def _content(run: LandedRun) -> str:
    [file] = run.manifest.files
    return file.sha256


def command(data: Path, address: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "tracker", "backfill", "hub_stats", "--data-dir", str(data), "-q", *arguments]


def test_the_command_is_killed_anywhere_and_goes_on(data_set: DataSet, served: Served, tmp_path: Path) -> None:
    days = [START + timedelta(days=at) for at in range(6)]
    for day in days:
        data_set.put(day, models(day))
    data_set.put_again(START + timedelta(days=6), 5)
    for path, reply in data_set.replies().items():
        served.give(path, reply)  # type: ignore[arg-type]
    registry = small_registry(tmp_path / "registry")
    settings = settings_for(tmp_path / "killed", served.address, registry=tmp_path / "registry")
    environ = environment(HF_ENDPOINT=served.address, TRACKER_REGISTRY=str(tmp_path / "registry"))
    asked = command(tmp_path / "killed", served.address, "--format", "tsv")
    update(settings, registry, land(settings.data_dir, date(2026, 11, 1), [model("org/model-1", 1)]))
    for seconds in (1.6, 2.4):
        with suppress(subprocess.TimeoutExpired):  # subprocess.run kills it then, as kill -9 does
            subprocess.run(asked, env=environ, timeout=seconds, capture_output=True, check=False)
    for again in range(2):
        done = subprocess.run(asked, env=environ, capture_output=True, text=True, check=False)
        assert (done.stderr, done.returncode) == ("", 0)
        rows = [line.split("\t")[:3] for line in done.stdout.splitlines()[1:]]
        if again:
            assert [row[1] for row in rows] == ["there"] * 6 + ["refused"]
        told = {row[0]: row[2] for row in rows[:6]}
        assert told == {str(day): str(len(models(day))) for day in days}
    with store.open_published(tmp_path / "killed") as published:
        nights = published.query(
            "select snapshot_date, models, source, downloads_30d from nights where source = 'hub_stats' order by 1"
        ).rows()
        said = published.query("select pipeline_tag, license, gated from models where model_id = 'org/model-5'").rows()
        refused = published.query("select reason from runs where status = 'refused'").rows()
    assert nights == [
        (day, len(models(day)), "hub_stats", sum(each.downloads or 0 for each in models(day))) for day in days
    ]
    assert said == [("text-generation", "mit", "auto")]  # no night of ours has it: from the newest day that shows it
    assert "holds the same as that of 2025-03-08" in refused[0][0]


def ended(arguments: list[str]) -> object:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    return stop.value.code


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["nope"], 1, "error: no archive called 'nope'; there are hub_stats, model_pulse, weekly_snapshots"),
        (["hub_models"], 1, "error: no archive called 'hub_models'; there are hub_stats"),
        (["hub_stats", "--from", "2026-01-02", "--to", "2026-01-01"], 2, "error: --from 2026-01-02 is later than --to"),
        (["hub_stats", "--local", "/nowhere"], 2, "error: /nowhere is no folder"),
        (["hub_stats", "--local", "/a b/set.zip"], 2, "unpack it: `unzip -d set '/a b/set.zip'`, then --local set"),
        (["hub_stats", "--local", "x.tar.gz"], 2, "unpack it: `mkdir x && tar -xf x.tar.gz -C x`, then --local x"),
        (["hub_stats", "--plan", "--local", "."], 1, "holds no revisions.jsonl"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, told: str
) -> None:
    arguments = [str(tmp_path) if each == "." else each for each in arguments]
    assert ended(["backfill", *arguments, "--data-dir", str(tmp_path / "data")]) == code
    said = capsys.readouterr()
    assert told in said.err and said.out == "" and len(said.err.strip().splitlines()) == 1


def test_a_plan_and_a_backfill_on_a_disk_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for at in range(2):
        write(tmp_path / "set" / str(START + timedelta(days=at)) / "models.parquet", models(START + timedelta(days=at)))
    asked = ["backfill", "hub_stats", "--local", str(tmp_path / "set"), "--data-dir", str(tmp_path / "data")]
    assert ended([*asked, "--plan", "--json"]) == 0
    said = {row["what"]: row["value"] for row in json.loads(capsys.readouterr().out)["rows"]}
    assert said["days wanted"] == "2, 2025-03-03 to 2025-03-04"
    assert (said["there already"], said["requests"]) == ("0", "about 0")
    assert ended(asked) == 2
    assert "before nights of our own, and there is none yet: run `tracker update" in capsys.readouterr().err
