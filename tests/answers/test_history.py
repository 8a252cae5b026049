"""Nights of several sources in one record: what covers which days, and how a series says that it passes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.store.archived import land_archived, row
from tests.store.nights import land, model, night, update
from tracker import registry, store
from tracker.api import Copy
from tracker.pipeline import trace
from tracker.settings import Settings
from tracker.signals.collecting import abouts
from tracker.store import OtherNames

NAMES = ("Qwen/Qwen3-8B", "meta-llama/Llama-3", "a/x", "b/y")
WEEKS = (9, 8, 7, 5, 4, 3, 2, 1)  # before our first night: one is missed


def ever(day: date) -> int:
    """Return an all-time counter that grows by three a day."""
    return 3 * (day - date(2026, 1, 1)).days


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    place: Path = tmp_path_factory.mktemp("history")
    settings = Settings(data_dir=place / "data", memory_limit="1GB", threads=2)
    curated = registry.load()
    for number in (0, 1, 3):
        models = [
            model(name, 1 + at, downloads_30d=100 * (1 + at), downloads_all_time=ever(night(number)))
            for at, name in enumerate(NAMES)
        ]
        update(settings, curated, land(settings.data_dir, night(number), models), publish=False)
    with store.open_work(settings) as work:
        for day in [night(0) - timedelta(weeks=weeks) for weeks in WEEKS] + [night(0), night(1)]:
            rows = [
                row(name, 1 + at, downloads_30d=110 * (1 + at), downloads_all_time=ever(day))
                for at, name in enumerate((*NAMES[:3], "gone/one"))
            ]
            work.load_archived([land_archived(settings.data_dir, day, rows, source="weekly_snapshots")], OtherNames())
        refused = land_archived(settings.data_dir, night(0) - timedelta(weeks=6), [], source="weekly_snapshots")
        work.note_run(refused.manifest, "refused", "holds half as many models as its neighbours")
        trace(work, curated)
        work.tell_sources(abouts())
        work.publish()
    with Copy(settings) as copy:
        yield copy


def test_history_says_what_covers_which_days(copy: Copy) -> None:
    answer = copy.history()
    covers, ours = ([row for row in answer.plain_rows if row["kind"] == "covers" and row["source"] == name]
                    for name in ("weekly_snapshots", "hub_models"))  # fmt: skip
    keys = ("first", "last", "nights", "shown", "every_days", "missing")
    assert [[each[key] for key in keys] for each in covers] == [["2026-08-30", "2026-11-02", 10, 8, 7, 7]]
    assert [[each[key] for key in keys] for each in ours] == [["2026-11-01", "2026-11-04", 3, 3, 1, 1]]

    (agrees,) = [each for each in answer.plain_rows if each["kind"] == "agrees"]
    assert (agrees["source"], agrees["other"], agrees["nights"]) == ("hub_models", "weekly_snapshots", 2)
    assert agrees["in_both"] == 3 / 5  # one is ours alone, one the archive's
    assert agrees["median_difference"] == pytest.approx(10 / 110)
    assert agrees["p95_difference"] == pytest.approx(10 / 110)

    gaps = [(each["source"], each["first"], each["last"]) for each in answer.plain_rows if each["kind"] == "gap"]
    assert gaps == [("hub_models", "2026-11-03", "2026-11-03"), ("weekly_snapshots", "2026-09-14", "2026-09-26")]
    refused = [(each["first"], each["reason"]) for each in answer.plain_rows if each["kind"] == "refused"]
    assert refused == [("2026-09-20", "holds half as many models as its neighbours")]


def test_a_series_says_where_it_passes_from_one_source_to_another(copy: Copy) -> None:
    answer = copy.trend(by="downloads", of="families", only=["Qwen"], first="2026-08-01")
    assert [(each["snapshot_date"], each["value"], each["source"]) for each in answer.plain_rows][-4:] == [
        ("2026-10-25", 110, "weekly_snapshots"),
        ("2026-11-01", 100, "hub_models"),
        ("2026-11-02", 100, "hub_models"),
        ("2026-11-04", 100, "hub_models"),
    ]
    assert "8 nights are missing between 2026-08-30 and 2026-11-04" in answer.notes
    passed, agreed = answer.notes[-2:]
    assert passed == (
        "on 2026-11-01 the series passes from weekly_snapshots to hub_models: a step there may be a difference of "
        "sources"
    )
    assert agreed == (
        "on 2 days that hub_models and weekly_snapshots both cover, downloads of a model differ by 9.1% in the median "
        "and 9.1% at the 95th percentile, and 60.0% of models are in both"
    )
    ours = copy.trend(by="downloads", of="families", only=["Qwen"], first="2026-11-01")
    assert "source" not in ours.frame.columns and not any("passes" in note for note in ours.notes)


def test_differences_are_taken_inside_one_source(copy: Copy) -> None:
    flow = copy.trend(by="downloads", of="families", only=["Qwen"], first="2026-08-01", flow=True)
    assert [(str(day), days) for day, days in flow.frame.select("snapshot_date", "days").rows()][-3:] == [
        ("2026-10-25", 7),
        ("2026-11-02", 1),
        ("2026-11-04", 2),
    ]
    assert copy.top(of="models").frame["compared_with"].to_list() == [None] * 4
    assert copy.sql("select count(*) as n from movers(date '2026-10-25', date '2026-11-01')").plain_rows == [{"n": 0}]
    moved = copy.diff("2026-10-25", "2026-11-01")
    assert "the two nights differ in source or scope, so nothing is said of what moved" in moved.notes
    assert any(note.startswith("moved: downloads") for note in copy.diff("2026-10-18", "2026-10-25").notes)


def test_new_models_of_a_night_are_those_since_the_night_before_of_its_source(copy: Copy) -> None:
    assert copy.sql("select models from downloads_by_family where snapshot_date = date '2026-11-01'").plain_rows != []
    checked = copy.sql(
        "select snapshot_date, sum(models_n)::bigint as n from daily_families group by 1 order by 1"
    ).plain_rows
    assert [each["n"] for each in checked] == [4] * 11
