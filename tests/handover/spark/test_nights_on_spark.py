"""Nights that are collected again, late, forgotten, of two scopes or another registry: both engines say the same.

As of each of five days: before the first copy, while files are all that is left of one, and now.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import tracker
from tests.handover.spark import needed
from tests.handover.spark.both import differing
from tests.store.nights import small_registry
from tests.store.test_past import Years
from tracker import registry, store
from tracker.settings import Settings
from tracker.store.base import generations

pytest.importorskip("pyspark", reason=needed.EXTRA)

NIGHTS = 60
RELATIONS = (  # that nights, their lineage and what was said of them stand in
    "counters", "daily_downloads", "daily_families", "daily_flow", "daily_rollup", "derivatives_vintages", "events",
    "former_names", "lineage", "lineage_variants", "models", "nearest", "night_quality", "nights", "restatements",
    "runs",
)  # fmt: skip
QUESTIONS: Mapping[str, Callable[[tracker.Copy], Any]] = {
    "share": lambda copy: copy.share(),
    "share by country, nearest": lambda copy: copy.share(by="origin_country", edge="nearest"),
    "top": lambda copy: copy.top(of="models"),
    "top by derivatives": lambda copy: copy.top(by="derivatives"),
    "trend": lambda copy: copy.trend(),
    "flow": lambda copy: copy.trend(flow=True),
    "diff": lambda copy: copy.diff(*ends(copy)),
}


def ends(copy: tracker.Copy) -> tuple[date, date]:
    """Return the first and the last night of a copy."""
    nights = copy.published.table("select snapshot_date from nights order by snapshot_date")["snapshot_date"]
    return nights[0], nights[-1]


def live_through(settings: Settings, registry_folder: Path, nights: int, seed: int) -> list[date]:
    """Pass the nights; return the days on which copies were published."""
    small_registry(registry_folder)
    shutil.copy(registry.default_directory() / "definitions.csv", registry_folder)
    years = Years(dataclasses.replace(settings, grace_seconds=0.001), registry_folder, seed)
    for number in range(nights):
        years.pass_a_night(number)
    chain = generations.Chain(settings.data_dir)
    told = [chain.read(number).facts["day"] for number in generations.numbers(settings.data_dir)]
    return sorted({date.fromisoformat(day) for day in told})


def check_a_day(one: tracker.Copy, other: tracker.Copy) -> None:
    """Check that a copy says the same, asked of duckdb and of Spark: whole answers, relations, functions."""
    for name, ask in QUESTIONS.items():
        assert ask(other).as_json() == ask(one).as_json(), name
    for relation in RELATIONS:
        check_relation(one, other, relation)
    check_functions(one, other)


def check_relation(one: tracker.Copy, other: tracker.Copy, relation: str) -> None:
    mounted = other.published.mounted  # type: ignore[attr-defined]
    columns = ", ".join(f'"{name}"' for name in mounted.catalog.columns(f"from {relation}"))
    sql = f"select {columns} from {relation} order by {columns}"
    assert differing(one.published, mounted, sql) == [], relation


def check_functions(one: tracker.Copy, other: tracker.Copy) -> None:
    """Check the functions, as our own text stands for them and as those of Spark."""
    for call in calls(*ends(one)):
        check_relation(one, other, call)
        found = other.spark_sql(f"select * from {call} order by all nulls last").frame.rows()
        assert found == one.published.query(f"select * from {call} order by all").rows(), call


def calls(first: date, last: date) -> list[str]:
    return [
        f"movers('{first}', '{last}')", f"models_as_of('{first + (last - first) / 2}')", f"counters_as_of('{last}')",
        "model_history('Qwen/Qwen3-8B')", "model_history('a/tuned')", "lineage_of('teacher')", "nearest_of('inferred')",
        "edges_of('as_uploaded')",
    ]  # fmt: skip


def check_days(data_dir: Path, days: Sequence[date], spark: Any) -> None:
    for day in days:
        with tracker.open(data_dir, as_of=day) as one, tracker.open(data_dir, as_of=day, spark=spark) as other:
            assert one.facts.as_of == day
            check_a_day(one, other)


@pytest.mark.soak
def test_both_engines_say_the_same_of_sixty_nights(spark: Any, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", memory_limit="1GB", threads=2)
    days = live_through(settings, tmp_path / "registry", NIGHTS, int(os.environ.get("SEED", "1")))
    assert len(days) > NIGHTS // 2
    before = days[0] - timedelta(days=1)
    with tracker.open(settings.data_dir, as_of=before) as copy:
        assert copy.facts.is_reconstructed
    gone = days[len(days) // 3]
    generation = store.generation_of_day(settings.data_dir, gone)
    assert not (settings.data_dir / f"tracker-{generation:06}.duckdb").exists()
    check_days(settings.data_dir, [before, days[0], gone, days[-9], days[-1]], spark)
