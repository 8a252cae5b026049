"""Farms of uploads and mass deletions are labelled in the copy, said where they are counted, left out when asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.store.nights import land, model, night, small_registry, update
from tracker import answers, registry, store
from tracker.errors import SettingsError, UnknownName
from tracker.settings import Settings

ROOT = (1, "Qwen/Qwen3-8B")
BEGIN = datetime(2026, 10, 5, tzinfo=UTC)
NIGHTS = 8


def made(publisher: str, first: int, count: int, created: datetime, days: int = 1) -> list[dict[str, Any]]:
    """Return tunes of Qwen by one account, evenly spread over days."""
    gap = timedelta(days=days) / count
    return [
        model(f"{publisher}/m-{number}", first + number, created_at=created + number * gap, parents={ROOT: "finetune"})
        for number in range(count)
    ]


WORLD = [
    model("Qwen/Qwen3-8B", 1, created_at=datetime(2026, 1, 1, tzinfo=UTC)),
    model("meta-llama/Llama-3.1-8B", 2, created_at=datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC)),
    *made("farm", 1_000, 1_010, BEGIN, days=7),  # a thousand and ten in a week
    *made("slow", 3_000, 1_010, BEGIN - timedelta(days=60), days=30),  # as many in a month
    *made("daily", 5_000, 100, BEGIN + timedelta(days=20)),  # a hundred of the 102 models of a day
    *made("other", 5_500, 2, BEGIN + timedelta(days=20)),
    *made("busy", 6_000, 99, BEGIN + timedelta(days=22)),  # one too few for a share to say something
    *made("early", 7_000, 1_200, datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC), days=0),  # whenever they came
]
# each night loses two, the last but one sixty
GONE = [*(f"slow/m-{number}" for number in range(200))]


def there(number: int) -> list[dict[str, Any]]:
    lost = 2 * number + (58 if number >= NIGHTS - 2 else 0)
    away = set(GONE[:lost])
    if number == 3:  # a walk that lost what was there all the same
        away |= {f"early/m-{each}" for each in range(300)}
    return [each for each in WORLD if each["model_id"] not in away]


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Published]:
    place = tmp_path_factory.mktemp("labelled")
    folder = small_registry(place / "registry").directory
    shutil.copy(registry.default_directory() / "definitions.csv", folder)
    settings, curated = Settings(data_dir=place / "data", memory_limit="1GB", threads=2), registry.load(folder)
    for number in range(NIGHTS):
        landed = land(settings.data_dir, night(number), there(number))
        update(settings, curated, landed, publish=number == NIGHTS - 1)
    with store.open_published(settings.data_dir) as published:
        yield published


def test_what_is_a_farm_and_what_is_not(labelled: store.Published) -> None:
    sql = (
        "select publisher, first_day, last_day, models, share from night_labels where label = 'bulk upload' order by 1"
    )
    assert [row[:4] for row in labelled.table(sql).rows] == [
        ("daily", date(2026, 10, 25), date(2026, 10, 25), 100),
        ("farm", date(2026, 10, 5), date(2026, 10, 11), 1_010),
    ]


def test_a_night_that_loses_five_times_the_usual_is_a_mass_deletion(labelled: store.Published) -> None:
    sql = "select first_day, last_day, models, usual, remark from night_labels where label = 'mass deletion'"
    day = night(NIGHTS - 2)
    told = "60 models were gone, usual are 2 a night; most were of slow: 60"
    assert labelled.table(sql).rows == [(day, day, 60, 2.0, told)]


def test_labels_stand_among_the_remarks_of_the_night_that_shows_them(labelled: store.Published) -> None:
    rows = labelled.table("select snapshot_date, gate, remark from night_remarks where gate in "
                          "('bulk_upload', 'mass_deletion') order by 1, 2").rows  # fmt: skip
    assert [row[:2] for row in rows] == [(night(0), "bulk_upload"), (night(NIGHTS - 2), "mass_deletion")]
    assert rows[0][2] == (
        "daily uploaded 100 models from 2026-10-25 to 2026-10-25, at most 98 % of the new models of a day"
    )


OCTOBER = {"first": date(2026, 10, 1), "until": date(2026, 10, 31)}


def shared(published: store.Published, **named: Any) -> answers.Answer:
    return answers.share(published, published.definitions()["default"], **OCTOBER | named)


def test_a_share_counts_farms_and_says_so_unless_it_is_asked_to_leave_them_out(labelled: store.Published) -> None:
    every = shared(labelled)
    assert sum(every.frame["derivatives"]) == 1_010 + 100 + 2 + 99
    (first, second) = (note for note in every.notes if note.startswith("counted with all others: "))
    assert "farm uploaded 1,010 models from 2026-10-05 to 2026-10-11" in first and "daily uploaded 100" in second
    robust = shared(labelled, where=["upload=singly"])
    assert sum(robust.frame["derivatives"]) == 2 + 99
    assert "left out: 1,110 models of 2 bulk uploads by 2 accounts" in robust.notes
    assert "upload singly" in robust.denominator
    alone = shared(labelled, where=["upload=bulk"])
    assert sum(alone.frame["derivatives"]) == 1_110


def test_other_months_say_nothing_of_it(labelled: store.Published) -> None:
    august = shared(labelled, first=date(2026, 8, 1), until=date(2026, 8, 31))
    assert not any("uploaded" in note for note in august.notes)


def test_a_trend_says_what_a_night_in_it_has_lost(labelled: store.Published) -> None:
    axes = answers.Axes("families", "derivatives")
    told = answers.trend(labelled, labelled.definitions()["default"], axes, first=night(1), until=night(NIGHTS - 1))
    assert "in this period 60 models were gone, usual are 2 a night; most were of slow: 60" in told.notes
    narrowed = answers.trend(labelled, labelled.definitions()["default"], axes, first=night(7), where=["upload=singly"])
    assert not any("gone" in note for note in narrowed.notes)
    assert narrowed.frame["value"].sum() == len(there(7)) - 2 - 1_110


def test_ways_of_uploading_are_known_by_name_and_not_to_copies_of_before(
    labelled: store.Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnknownName, match="singly"):
        shared(labelled, where=["upload=single"])
    monkeypatch.setattr(labelled, "has", lambda table: table != "night_labels")
    with pytest.raises(SettingsError, match="before bulk uploads were told"):
        shared(labelled, where=["upload=singly"])
    assert not any("uploaded" in note for note in shared(labelled).notes)
