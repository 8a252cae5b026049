"""What is known of models is changed in place: the newest night leaves no trace once another takes its place."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.store.nights import land, night, small_registry, update
from tests.store.test_parts import World
from tracker import store
from tracker.pipeline import trace
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.sql.connect import rows
from tracker.store.base import migrate

SEEDS = (0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(1, 20)))
# what loading writes of models, and what is resolved of them
LOADED = ("models", "models_before", "tags", "model_versions", "edges", "edge_versions", "former_names", "events")
RESOLVED = ("lineage", "nearest", "counted_edges", "roots", "verdicts", "stub_verdicts")
TABLES = (*LOADED, *RESOLVED)

Told = dict[str, list[str]]


@pytest.fixture
def small(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


def told(settings: Settings, tables: tuple[str, ...]) -> Told:
    """Return the rows of some tables of work.duckdb, sorted; models by the name that sources have for them."""
    with store.open_work(settings) as work:
        connection = work._connection
        connection.execute(
            "create or replace temp table bearers as select model_key, min(hub_id) as hub_id from keys group by all"
        )
        found = {}
        for table in tables:
            columns = [name for (name,) in rows(connection, f"select column_name from (describe {table})")]
            texts = ", ".join(
                f"(select b.hub_id from bearers as b where b.model_key = t.{name}) as {name}"
                if name.endswith("_key")
                else f"t.{name}"
                for name in columns
            )
            found[table] = sorted(map(repr, rows(connection, f"select {texts} from {table} as t")))
    return found


def after(world: World, nights: int) -> World:
    """Return the world some nights later; this one stays."""
    later = copy.deepcopy(world)
    for _ in range(nights):
        later.pass_a_night()
    return later


@pytest.mark.parametrize("seed", SEEDS)
def test_a_night_that_is_loaded_again_leaves_no_trace_of_what_it_said_before(
    settings: Settings, small: Registry, tmp_path: Path, seed: int
) -> None:
    """Gone and back, renamed, described otherwise; with a lesser scope beside it, and a night that comes late."""
    twice, once = settings, replace(settings, data_dir=tmp_path / "once")
    world = World(seed)
    nights: list[tuple[int, World, dict[str, Any]]] = [(0, world, {}), (1, world := after(world, 3), {})]
    wrong, right = after(world, 6), after(after(world, 1), 6)
    late = after(world, 2)
    for each in (twice, once):
        for number, said, about in nights:
            update(each, small, land(each.data_dir, night(number), said.models(), **about), publish=False)
    for models, about in ((wrong.models()[::2], {"scope": "top:30"}), (wrong.models(), {"attempt": 2})):
        update(twice, small, land(twice.data_dir, night(3), models, **about), publish=False)
    update(once, small, land(once.data_dir, night(3), right.models(), attempt=3), publish=False)
    update(twice, small, land(twice.data_dir, night(3), right.models(), attempt=3), publish=False)
    assert told(twice, TABLES) == told(once, TABLES)

    for each in (twice, once):
        update(each, small, land(each.data_dir, night(2), late.models()), publish=False)
    update(twice, small, land(twice.data_dir, night(3), wrong.models(), attempt=4), publish=False)
    for each in (twice, once):
        update(each, small, land(each.data_dir, night(3), right.models(), attempt=5), publish=False)
        update(each, small, land(each.data_dir, night(4), after(right, 3).models()), publish=False)
    assert told(twice, TABLES) == told(once, TABLES)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_saved_of_changes_is_what_would_be_saved_of_all(settings: Settings, small: Registry, seed: int) -> None:
    world = World(seed)
    for number in range(6):
        update(settings, small, land(settings.data_dir, night(number), world.models()), publish=False)
        saved = told(settings, RESOLVED)
        with store.open_work(settings) as work:
            for table in RESOLVED:
                work._connection.execute(f"delete from {table}")
            trace(work, small)
        assert saved == told(settings, RESOLVED)
        world = after(world, 2)


def test_what_a_night_replaces_is_kept_until_the_next(settings: Settings, small: Registry) -> None:
    world = World(1)
    models = world.models()
    update(settings, small, land(settings.data_dir, night(0), models), publish=False)
    models[3]["pipeline_tag"] = "text-generation"
    for each in models:
        each["downloads_30d"] += 5  # numbers that move every night are no reason to write anything
    update(settings, small, land(settings.data_dir, night(1), models), publish=False)
    with store.open_work(settings) as work:
        before = rows(work._connection, "select model_id, pipeline_tag from facts_before")
    assert before == [(models[3]["model_id"], None)]


def test_no_two_migrations_have_one_number() -> None:
    numbers = [number for number, _, _ in migrate.migrations()]
    assert numbers == sorted(set(numbers))
