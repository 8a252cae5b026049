"""A generation whose database file is gone is made again from files, and says what it said on its day."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.registry_folder import add_row
from tests.store.nights import land, model, small_registry, update
from tests.store.test_parts import World
from tracker import registry, store
from tracker.errors import NothingPublished, StoreError
from tracker.forgetting.night import forget
from tracker.pipeline import trace
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.store.base import generations
from tracker.store.publish import retention

Said = dict[str, pl.DataFrame]
FIRST = date(2090, 1, 20)  # a publish without a walk is of this machine's day, or of the last walk where that is later


def night(number: int) -> date:
    return FIRST + timedelta(days=number)


@pytest.fixture
def small(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


def said(settings: Settings, generation: int | None = None) -> Said:
    """Return the rows of everything that a copy shows, and of some questions that its functions answer."""
    with store.open_published(settings.data_dir, memory_limit="1GB", generation=generation) as published:
        known = published.schema().filter(pl.col("type") != "function")["table"].unique().sort().to_list()
        days = published.query("select min(snapshot_date) as a, max(snapshot_date) as b from nights").row(0)
        calls = [f"movers('{days[0]}', '{days[1]}')", f"models_as_of('{days[1]}')", "lineage_of('teacher')"]
        calls.append("model_history('Qwen/Qwen3-8B')")
        found = {name: published.query(f"from {name} order by all") for name in (*known, *calls)}
        columns = published.schema().drop("comment")
    shown = found["newest_rows"].filter(pl.col("is_shown"))
    return found | {"newest_rows": shown, "the schema": columns}


def check_says(settings: Settings, generation: int, expected: Said) -> None:
    found = said(settings, generation)
    assert found.keys() == expected.keys()
    for name, frame in expected.items():
        assert found[name].schema == frame.schema, (generation, name)
        assert found[name].rows() == frame.rows(), (generation, name)


class Years:
    """Nights of a world; some are collected again, forgotten, late, of two scopes, or read with another registry."""

    def __init__(self, settings: Settings, registry_folder: Path, seed: int) -> None:
        self.settings = settings
        self.told: dict[int, Said] = {}
        self._random = random.Random(seed)
        self._folder = registry_folder
        self._world = World(seed)
        self._attempts: dict[date, int] = {}
        self._rules = 0

    def pass_a_night(self, number: int) -> None:
        """Collect a night and publish, then do one thing more, each published on its own."""
        day = night(number + number // 7)  # one night of a week is missing
        self._load(day, scope="top:30" if number % 9 == 5 else "full")
        more = (self._again, self._late, self._forget, self._rule, self._part)[number % 5]
        more(day)
        newest = generations.numbers(self.settings.data_dir)[-1]
        self.told[newest] = said(self.settings)
        self._world.pass_a_night()

    def _load(self, day: date, scope: str = "full") -> None:
        models = self._world.models()
        if scope != "full":
            models = models[: len(models) // 2]
        self._attempts[day] = attempt = self._attempts.get(day, 0) + 1
        known = registry.load(self._folder)
        update(self.settings, known, land(self.settings.data_dir, day, models, scope=scope, attempt=attempt))

    def _again(self, day: date) -> None:
        self._world.pass_a_night()
        self._load(day)

    def _late(self, day: date) -> None:
        self._load(night(0) - timedelta(days=2 + len(self._attempts)))

    def _forget(self, day: date) -> None:
        gone = self._random.choice([each for each in self._attempts if each != day] or [day])
        if len(self._attempts) > 1:
            settings = dataclasses.replace(self.settings, registry=self._folder)
            forget(settings, gone, "hub_models")
            del self._attempts[gone]

    def _rule(self, day: date) -> None:
        self._rules += 1
        add_row(
            self._folder, "organizations", namespace=f"u{self._rules}", organization=f"U{self._rules}", country="US"
        )
        add_row(self._folder, "families", line=f"U{self._rules}", developer=f"U{self._rules}", first_release="2026-01")
        add_row(self._folder, "roots", pattern=f"u{self._rules}/*", line=f"U{self._rules}")
        with store.open_work(self.settings) as work:
            trace(work, registry.load(self._folder), restate=True)
            work.publish()

    def _part(self, day: date) -> None:
        """The day has a second run, of a part: models that only it has are of the newest night too."""
        extra = [model("late/comer", 7000, downloads_30d=5, trending_score=4.0), *self._world.models()[:3]]
        self._attempts[day] = attempt = self._attempts[day] + 1
        landed = land(self.settings.data_dir, day, extra, scope="top:4", attempt=attempt)
        update(self.settings, registry.load(self._folder), landed)


def check_every_day(settings: Settings, small: Registry, nights: int, seed: int) -> list[int]:
    """Make nights, check what each generation that is the last of its day says, and return those that had no file."""
    years = Years(dataclasses.replace(settings, grace_seconds=0.001), small.directory, seed)
    for number in range(nights):
        years.pass_a_night(number)
    gone = [each for each in years.told if not retention.database(settings.data_dir, each).exists()]
    for generation, expected in years.told.items():
        check_says(settings, generation, expected)
    return gone


def test_every_kept_generation_says_what_it_said_on_its_day(settings: Settings, small: Registry) -> None:
    gone = check_every_day(settings, small, nights=6, seed=1)
    assert len(gone) == 4
    assert store.verify_record(settings.data_dir) == []


@pytest.mark.soak
def test_generations_of_many_nights_say_what_they_said(settings: Settings, small: Registry) -> None:
    seed = int(os.environ.get("SEED", "1"))
    assert len(check_every_day(settings, small, nights=20, seed=seed)) > 12
    assert store.verify_record(settings.data_dir) == []


DAYS = (date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 2))
COUNTED = "select count(*) as n, sum(likes) as likes from snapshots"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days, each published; the databases of the first two are gone."""
    place = tmp_path_factory.mktemp("made")
    settings, known = Settings(data_dir=place / "data", memory_limit="1GB"), small_registry(place / "registry")
    for day in DAYS:
        models = [model("Qwen/Qwen3-8B", 1, likes=day.day), model("a/tuned", 2, parents=[(1, "Qwen/Qwen3-8B")])]
        update(settings, known, land(settings.data_dir, day, models))
    for number in (1, 2):
        retention.database(settings.data_dir, number).unlink()
    return settings.data_dir


@pytest.fixture
def gone(settings: Settings, made: Path) -> Settings:
    """The same, free to change."""
    shutil.copytree(made, settings.data_dir, symlinks=True)
    return settings


def test_what_was_said_on_a_day_is_the_highest_generation_of_it_or_before(made: Path) -> None:
    days = (date(2026, 10, 29), *DAYS, date(2026, 11, 1), date(2027, 1, 1))
    assert [store.generation_of_day(made, day) for day in days] == [None, 1, 2, 3, 2, 3]


def test_it_is_asked_as_any_copy_and_leaves_nothing_behind(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with store.open_published(made, generation=2) as published:
        assert published.facts().generation == 2 and published.facts().snapshot_date == DAYS[1]
        assert published.query(COUNTED).rows() == published.foreign(COUNTED).rows() == [(4, 30 + 31 + 4)]
        with pytest.raises(StoreError, match="only the published tables"):
            published.foreign("select * from read_text('/etc/hostname')")
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())
    assert not retention.database(made, 2).exists()


def test_one_that_is_not_kept_says_so(gone: Settings) -> None:
    facts = generations.read(gone.data_dir, 1).facts
    piece = next(each["file"] for each in facts["tables"]["pieces"] if each["table"] == "open_families")
    (gone.data_dir / piece).unlink()
    with (
        pytest.raises(NothingPublished, match="generation 1 of 2026-10-30 is not kept any more: 1 of its files"),
        store.open_published(gone.data_dir, generation=1),
    ):
        pass
    with pytest.raises(NothingPublished), store.open_published(gone.data_dir, generation=99):
        pass


def test_one_of_an_earlier_version_says_so(gone: Settings) -> None:
    path = generations.place(gone.data_dir, 1)
    facts = json.loads(path.read_text(encoding="utf-8"))
    del facts["tables"]["pieces"]
    path.write_text(json.dumps(facts), encoding="utf-8")
    with (
        pytest.raises(NothingPublished, match="published by an earlier version, which kept its tables in its database"),
        store.open_published(gone.data_dir, generation=1),
    ):
        pass


def test_a_damaged_manifest_or_piece_is_named(gone: Settings) -> None:
    tables = generations.read(gone.data_dir, 1).facts["tables"]
    (piece,) = (each["file"] for each in tables["pieces"] if each["table"] == "newest_rows")
    (gone.data_dir / piece).write_bytes(b"nothing of that kind")
    with pytest.raises(StoreError, match="damaged"), store.open_published(gone.data_dir, generation=1):
        pass
    generations.place(gone.data_dir, 1).write_text("{}")
    with pytest.raises(StoreError, match=r"000001\.json cannot be read"):
        store.generation_of_day(gone.data_dir, DAYS[0])


def test_a_column_that_came_later_is_null(gone: Settings) -> None:
    """Pieces of an earlier version lack it."""
    tables = generations.read(gone.data_dir, 1).facts["tables"]
    (piece,) = (gone.data_dir / each["file"] for each in tables["pieces"] if each["table"] == "families")
    pl.read_parquet(piece).drop("license_class_share").write_parquet(piece)
    with store.open_published(gone.data_dir, generation=1) as published:
        found = published.query("select count(*) as n, count(license_class_share) as known from families").row(0)
    assert found[0] > 3 and found[1] == 0
