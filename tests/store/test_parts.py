"""What a copy says of models stands in parts: what a night adds to them says the same as parts made from nothing."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.store.nights import land, model, night, small_registry, update
from tests.store.published_copy import check_same, contents
from tracker import registry, store
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.store.base import generations, touched
from tracker.store.publish import parts
from tracker.store.publish.selects import PARTED

SEEDS = (0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(1, 20)))
NAMES = (
    "Qwen/Qwen3-8B",
    "Qwen/Qwen3-8B-Base",
    "meta-llama/Llama-3.1-8B",
    "unsloth/Qwen3-8B",
    "a/tuned",
    "b/merged",
    "c/alone",
)


@pytest.fixture
def small(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


class World:
    """A few models that change from night to night in every way that the Hub knows."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._number = 0
        self._there: dict[int, dict[str, Any]] = {}
        self._gone: list[dict[str, Any]] = []
        for name in NAMES:
            self._add(name)
        for _ in range(40):
            self._add(f"u{self._random.randrange(9)}/m{self._number}")

    def models(self) -> list[dict[str, Any]]:
        return [dict(each) for each in self._there.values()]

    def pass_a_night(self) -> None:
        for each in self._there.values():
            each["downloads_30d"] = self._random.randrange(1000)
            each["trending_score"] = float(self._random.choice((0, 0, 3)))
        for _ in range(self._random.randrange(1, 4)):
            self._random.choice(
                (self._add_some, self._remove, self._bring_back, self._rename, self._describe, self._reparent)
            )()

    def _add_some(self) -> None:
        self._add(f"u{self._random.randrange(9)}/m{self._number}")

    def _add(self, name: str) -> None:
        self._number += 1
        self._there[self._number] = model(name, self._number, trending_score=0.0)
        if self._number > len(NAMES):
            self._declare(self._number)

    def _declare(self, number: int) -> None:
        """Name parents: present, gone, never seen, itself, or none, by id or by tag."""
        known = [(key, each["model_id"]) for key, each in self._there.items()]
        unseen = [(9000 + at, f"lost/parent-{at}") for at in range(3)]
        chosen = self._random.sample([*known, *unseen], self._random.choice((0, 1, 1, 1, 2)))
        new = model(self._there[number]["model_id"], number, parents=chosen)
        if self._random.random() < 0.4:
            tags = [f"base_model:{kind}{name}" for _, name in chosen for kind in ("", "finetune:")]
            new = model(self._there[number]["model_id"], number, tags=tags)
        kept = {key: self._there[number].get(key) for key in ("pipeline_tag", "trending_score", "last_modified")}
        self._there[number] = {**new, **kept}

    def _any(self) -> int:
        return self._random.choice(list(self._there))

    def _remove(self) -> None:
        number = self._any()
        self._gone.append({"number": number, "model": self._there.pop(number)})

    def _bring_back(self) -> None:
        if self._gone:
            back = self._gone.pop(self._random.randrange(len(self._gone)))
            self._there[back["number"]] = back["model"]

    def _rename(self) -> None:
        number = self._any()
        self._there[number]["model_id"] = f"u{self._random.randrange(9)}/renamed{self._random.randrange(10**6)}"

    def _describe(self) -> None:
        each = self._there[self._any()]
        each["pipeline_tag"] = self._random.choice(("text-generation", "image-to-text"))
        each["last_modified"] = each["created_at"].replace(year=2026, day=self._random.randrange(1, 28))

    def _reparent(self) -> None:
        self._declare(self._any())


def anew(settings: Settings, place: Path) -> dict[str, pl.DataFrame]:
    """Return what a copy holds that is published from parts which are all made anew."""
    other = replace(settings, data_dir=place / "anew")
    shutil.copytree(settings.data_dir, other.data_dir, symlinks=True)
    with store.open_work(other) as work:
        touched.note_all(work._connection)
        work.publish()
    found = contents(other.data_dir)
    shutil.rmtree(other.data_dir)
    return found


def parts_of(settings: Settings) -> list[dict[str, Any]]:
    newest = generations.numbers(settings.data_dir)[-1]
    return [dict(each) for each in generations.read(settings.data_dir, newest).facts["tables"]["parts"]]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_night_adds_says_the_same_as_parts_made_anew(
    settings: Settings, small: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(parts, "_TAKES_UP", 2 + seed)
    world = World(seed)
    for number in range(9):
        models, scope = world.models(), "full"
        if number % 4 == 3:
            models, scope = models[: len(models) // 2], "top:30"
        # nights that are loaded and not published are caught up with by the next
        update(settings, small, land(settings.data_dir, night(number), models, scope=scope), publish=number % 3 != 1)
        if number % 3 != 1:
            check_same(contents(settings.data_dir), anew(settings, tmp_path))
        world.pass_a_night()


def test_a_night_writes_the_models_that_it_changed(settings: Settings, small: Registry) -> None:
    models = [model(f"a/m{number}", number) for number in range(1, 201)]
    update(settings, small, land(settings.data_dir, night(0), models))
    models[6]["pipeline_tag"] = "text-generation"
    for each in models:
        each["downloads_30d"] += 5  # numbers that move every night are no reason to write anything
    update(settings, small, land(settings.data_dir, night(1), [*models, model("a/new", 300, parents=[(3, "a/m3")])]))
    later = [each for each in parts_of(settings) if each["part"] == 1]
    assert {each["table"] for each in later} == set(PARTED)
    assert {each["rows"] for each in later if each["table"] == "models"} == {2}


def test_later_parts_are_folded_before_they_outgrow_the_first(settings: Settings, small: Registry) -> None:
    models = [model(f"a/m{number}", number) for number in range(1, 101)]
    grown = []
    for number in range(8):
        for each in models[number * 6 : number * 6 + 6]:
            each["pipeline_tag"] = f"task-{number}"
        update(settings, small, land(settings.data_dir, night(number), models))
        grown.append(sum(each["rows"] for each in parts_of(settings) if each["table"] == "models" and each["part"]))
    assert max(grown) <= 25
    assert grown[5] == 0  # 30 of 100 would be more than a quarter
    assert grown[-1] > 0


def test_later_parts_become_one_after_some_nights(
    settings: Settings, small: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_TAKES_UP", 3)
    models = [model(f"a/m{number}", number) for number in range(1, 101)]
    later = []
    for number in range(8):
        models[number % 2]["pipeline_tag"] = f"task-{number}"
        update(settings, small, land(settings.data_dir, night(number), models))
        of_models = [each for each in parts_of(settings) if each["table"] == "models"]
        later.append([(each["part"], each["rows"]) for each in of_models if each["part"]])
    assert [[part for part, _ in each] for each in later] == [
        [],
        [1],
        [1, 2],
        [3],
        [3, 4],
        [3, 4, 5],
        [3, 6],
        [3, 6, 7],
    ]
    assert later[3] == [(3, 2)]  # a model that changed again and again is in it once
    with store.open_published(settings.data_dir, generation=2) as published:
        assert published.query("select pipeline_tag from models order by 1 limit 2").rows() == [
            ("task-0",),
            ("task-1",),
        ]


def test_generations_share_their_parts_and_each_keeps_its_own(settings: Settings, small: Registry) -> None:
    models = [model(f"a/m{number}", number) for number in range(1, 101)]
    told = []
    for number in range(3):
        models[number]["pipeline_tag"] = "text-generation"
        update(settings, small, land(settings.data_dir, night(number), models))
        told.append({each["file"] for each in parts_of(settings)})
    assert told[0] < told[1] < told[2]
    for generation, there in ((1, 1), (2, 2), (3, 3)):
        with store.open_published(settings.data_dir, generation=generation) as published:
            tagged = published.query("select count(*) from models where pipeline_tag is not null").item()
        assert tagged == there


def test_a_registry_that_changed_writes_everything_anew(settings: Settings, tmp_path: Path) -> None:
    first = small_registry(tmp_path / "first")
    models = [model("Qwen/Qwen3-8B", 1), *(model(f"a/m{number}", number) for number in range(2, 60))]
    update(settings, first, land(settings.data_dir, night(0), models))
    again = small_registry(tmp_path / "again")
    organizations = tmp_path / "again" / "organizations.csv"
    text = organizations.read_text(encoding="utf-8")
    organizations.write_text(text.replace("Alibaba,company,CN", "Alibaba,company,US"), encoding="utf-8")
    again = registry.load(tmp_path / "again")
    update(settings, again, land(settings.data_dir, night(1), models))
    assert {each["part"] for each in parts_of(settings)} == {0}


def test_what_another_version_made_is_made_anew(settings: Settings, small: Registry) -> None:
    models = [model(f"a/m{number}", number) for number in range(1, 101)]
    for number in range(2):
        models[number]["pipeline_tag"] = "text-generation"
        update(settings, small, land(settings.data_dir, night(number), models))
    assert {each["part"] for each in parts_of(settings)} == {0, 1}
    with store.open_work(settings) as work:
        work._connection.execute("update folder set value = 'other selects' where key = 'parts_made_by'")
        work.publish()
    assert {each["part"] for each in parts_of(settings)} == {0}
    with store.open_work(settings) as work:
        work.publish()
    assert {each["part"] for each in parts_of(settings)} == {0}  # and nothing is added where nothing changed
