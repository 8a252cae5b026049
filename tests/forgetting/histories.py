"""Histories of a few models, and how two folders are compared: by everything that is published, names for numbers."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from tests.store.nights import hub_id, land, model
from tracker import answers, store
from tracker.answers import Axes, ancestry
from tracker.pipeline import trace
from tracker.registry import Registry, definitions
from tracker.settings import Settings
from tracker.signals.collecting import abouts
from tracker.store.publish.generation import LINK
from tracker.words import VARIANTS

# what may differ: numbers of models, names and bytes of files that hold such numbers, and what says that it differs
OF_NUMBERS = ("model_key", "root_key", "parent_key", "via_key", "file", "sha256", "bytes")
NOT_COMPARED = ("about", "runs", "restatements", "derivatives_vintages", "sources")


@dataclass(frozen=True)
class Fate:
    """What asking the Hub for a model by name shows whenever it is missing."""

    hub_id: str
    outcome: str
    now: str | None = None


@dataclass(frozen=True)
class Step:
    """One thing that happens to a folder: a run is loaded, or, without a day, all nights are restated."""

    day: date | None = None
    models: Sequence[Mapping[str, Any]] = ()
    scope: str = "full"
    attempt: int = 1
    source: str = "hub_models"
    registry: Registry | None = field(default=None, compare=False)  # another one from here on


def live(data_dir: Path, steps: Sequence[Step], curated: Registry, fates: Mapping[str, Fate] | None = None) -> Settings:
    """Let the steps happen to a new folder, as the nightly job would, and publish at the end."""
    settings = Settings(data_dir=data_dir, memory_limit="500MB", threads=1)
    with store.open_work(settings) as work:
        for step in steps:
            curated = step.registry or curated
            if step.day is not None:
                landed = land(
                    data_dir, step.day, step.models, scope=step.scope, attempt=step.attempt, source=step.source
                )
                missing = [hub_id for hub_id, _ in work.missing_candidates(landed, 0)]
                work.load(landed, confirmations=[fates[each] for each in missing if each in fates] if fates else ())
                trace(work, curated, variants=VARIANTS[:1])
            elif work.recorded_runs():
                trace(work, curated, restate=True, variants=VARIANTS[:1])
        if work.recorded_runs():
            trace(work, curated)
            work.tell_sources(abouts())
            work.publish(today=date(2026, 12, 31))
    return settings


def check_alike(found: Settings, expected: Settings) -> None:
    """Check that two folders say the same: every table, view and answer, and the id of the copy."""
    if not (expected.data_dir / LINK).exists():
        assert not (found.data_dir / LINK).exists()
        return
    seen, wanted = _said(found), _said(expected)
    assert seen.keys() == wanted.keys()
    for table, frame in wanted.items():
        assert seen[table].columns == frame.columns, table
        assert seen[table].rows() == frame.rows(), table
    assert _answered(found) == _answered(expected)
    assert store.verify_record(found.data_dir) == []


def _said(settings: Settings) -> dict[str, pl.DataFrame]:
    with store.open_published(settings.data_dir, memory_limit="500MB") as published:
        listed = published.schema().filter(pl.col("type") != "function")["table"].unique().sort()
        found = {}
        for table in set(listed) - set(NOT_COMPARED):
            names = [name for name in published.query(f"from {table} limit 0").columns if name not in OF_NUMBERS]
            texts = ", ".join(f'"{name}"::varchar as "{name}"' for name in names)
            found[table] = published.query(f"select {texts} from {table} order by all")
        return found


def _answered(settings: Settings) -> dict[str, Any]:
    with store.open_published(settings.data_dir, memory_limit="500MB") as published:
        default = definitions.find(published.definitions(), "default")
        nights = published.query("select snapshot_date from nights order by 1")["snapshot_date"].to_list()
        first = published.query("select min(model_id) from models").item()
        asked: dict[str, Callable[[], Any]] = {
            "share": lambda: answers.share(published, default, first=nights[0] - timedelta(400)),
            "trend": lambda: answers.trend(published, default, Axes("families", "downloads")),
            "top": lambda: answers.top(published, default, Axes("models", "downloads")),
            "diff": lambda: answers.diff(published, nights[0], nights[-1]),
        }
        if first is not None:
            asked["lineage"] = lambda: ancestry.ancestors(published, first)
        facts = published.facts()
        found: dict[str, Any] = {"copy_id": facts.copy_id, "scope": facts.scope, "endpoint": facts.endpoint}
        for name, ask in asked.items():
            told = ask().as_json()
            about = told.pop("about", {})
            found[name] = told | {"id": about.get("id"), "rows_id": about.get("rows_id")}
        return found


def random_history(chance: random.Random, others: Registry) -> tuple[list[Step], dict[str, Fate]]:
    """Return nights in which models come, go, come back, are renamed, change hands and parents; and their fates.

    Nights are partial, loaded late, restated with another registry, or collected again at once: what was resolved
    while a run stood that was replaced since is made anew with the one that replaced it.
    """
    people = list(range(1, chance.randint(5, 12)))
    names = {n: f"{chance.choice(OWNERS)}/m{n}" for n in people}
    words: dict[int, dict[str, Any]] = {n: {} for n in people}
    fates = {
        hub_id(n): Fate(hub_id(n), *chance.choice([("gone",), ("disabled",), ("renamed", f"zed/now{n}")]))
        for n in people
        if chance.random() < 0.3
    }
    steps: list[Step] = []
    days: list[date] = []
    for attempt in range(1, chance.randint(4, 8)):
        for n in people:
            _live_on(chance, n, names, words[n])
        there = [n for n in people if chance.random() < 0.8]
        models = [model(names[n], n, **{"downloads_30d": chance.randint(0, 50), **words[n]}) for n in there]
        steps.append(_run(chance, days, models, attempt, once_more=bool(steps) and steps[-1].day == max(days)))
        if chance.random() < 0.15:
            steps.append(Step(registry=others))
    return steps, fates


def _live_on(chance: random.Random, n: int, names: dict[int, str], words: dict[str, Any]) -> None:
    """Let something happen to a model, or nothing."""
    happens = chance.random()
    if happens < 0.1:
        names[n] = f"{chance.choice(OWNERS)}/r{n}-{chance.randint(0, 9)}"
    elif happens < 0.15:  # a name changes hands
        other = chance.choice(list(names))
        names[n], names[other] = names[other], names[n]
    elif happens < 0.3:
        parent = chance.choice(list(names))
        words.pop("parents", None)
        words["tags"] = [f"base_model:{chance.choice(RELATIONS)}:{names[parent]}", f"base_model:{names[parent]}"]
    elif happens < 0.4:
        parent = chance.choice(list(names))
        words |= {"parents": [(parent, names[parent])], "relation": chance.choice(RELATIONS), "tags": []}
    elif happens < 0.6:
        words |= chance.choice(WORDS)


def _run(
    chance: random.Random, days: list[date], models: list[dict[str, Any]], attempt: int, *, once_more: bool
) -> Step:
    """Return a run of these models: mostly a new full night."""
    kind, newest = chance.random(), max(days, default=date(2026, 10, 29))
    scope = chance.choice(["full", "full", "full", "top:3", "publisher:a"])
    if once_more and kind < 0.12:
        day = newest  # the same scope, or beside another
    elif days and kind < 0.25:
        free = {min(days) + timedelta(n) for n in range(-3, 40)} - set(days)
        day = chance.choice(sorted(each for each in free if each < newest))  # loaded late
    else:
        day = newest + timedelta(chance.choice([1, 1, 1, 2, 30]))
    days.append(day)
    if scope == "publisher:a":
        models = [each for each in models if each["publisher"] == "a"]
    return Step(day, models[:3] if scope == "top:3" else models, scope, attempt)


OWNERS = ("a", "b", "Qwen", "meta-llama", "unsloth")
RELATIONS = ("finetune", "adapter", "quantized", "merge")
WORDS: Sequence[dict[str, Any]] = (
    {"pipeline_tag": "text-generation"},
    {"pipeline_tag": "fill-mask", "library_name": "transformers"},
    {"gated": "manual"},
    {"gated": "false"},
    {"disabled": True},
    {"last_modified": datetime(2026, 10, 5, tzinfo=UTC)},
    {"last_modified": datetime(2026, 10, 9, tzinfo=UTC), "trending_score": 3.0},
    {"tags": ["license:mit"]},
    {"parameters": 7},
)
