"""Small random worlds: models, parents and counters by chance, through the real load, resolve and publish.

What is planted is known here as well, so that measures can be reckoned from it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.answers.reckoned import Credit, Model, World
from tests.planted import curated
from tests.store.nights import land, model
from tracker import registry, store
from tracker.pipeline import trace
from tracker.settings import Settings
from tracker.signals.collecting import abouts

# months that end with a night, early, within a gap and not at all; the last one runs
NIGHTS = (
    date(2026, 3, 31), date(2026, 5, 12), date(2026, 6, 29), date(2026, 6, 30), date(2026, 7, 1), date(2026, 8, 30),
    date(2026, 10, 3), date(2026, 10, 4),
)  # fmt: skip
FIRST = datetime(2025, 9, 1, tzinfo=UTC)
ROOTS = {"Qwen/Qwen3-": ("Qwen", "Qwen3", "CN"), "meta-llama/Llama-3-": ("Llama", "Llama 3", "US"),
         "mistralai/Mistral-": ("Mistral", "Mistral", "FR"), "someone/own-": ("unreviewed",) * 3}  # fmt: skip
COUNTRIES = {"Qwen": "CN", "meta-llama": "US", "mistralai": "FR"}
RELATIONS = ("finetune", "finetune", "adapter", "quantized", "quantized")
PUBLISHERS = ("Qwen", "mistralai", "ann", "bob", "cyd", "dan")


def planted(seed: int, models: int = 150) -> tuple[World, list[dict[str, Any]]]:
    """Return a world, and its models as a walk lists them, their counters by night under `nights`."""
    chance = random.Random(seed)
    known: dict[int, Model] = {}
    credits: dict[int, list[Credit]] = {}
    listed, counters = [], {night: dict[int, tuple[int | None, int | None]]() for night in NIGHTS}  # type: ignore[misc]
    span = (datetime.combine(NIGHTS[-1], datetime.min.time(), UTC) - FIRST) // timedelta(minutes=1)
    for key in range(1, models + 1):
        created = FIRST + timedelta(minutes=chance.randrange(span))
        parents = (
            chance.sample(sorted(known), 1 + (chance.random() < 0.15)) if key > 12 and chance.random() < 0.9 else []
        )
        if parents:
            relation = "merge" if len(parents) > 1 else chance.choice(RELATIONS)
            gguf = relation == "quantized" and chance.random() < 0.6
            name = f"{chance.choice(PUBLISHERS)}/built-{key}" + "-GGUF" * (gguf and chance.random() < 0.6)
            library = "gguf" if gguf else chance.choice(["transformers", None])
            credits[key] = _shared(parents, credits, relation)
        else:
            start, (family, line, country) = chance.choice(list(ROOTS.items()))
            name, relation, library = f"{start}{key}", None, "transformers"
            credits[key] = [Credit(key, family, line, country, Fraction(1), "root", "root")]
        known[key] = Model(name, created, relation, library, COUNTRIES.get(name.partition("/")[0], "unreviewed"))
        declared = {"relation": relation, "parents": [(each, known[each].name) for each in parents]} if parents else {}
        listed.append(model(name, key, created_at=created, library_name=library, **declared))
        _count(chance, key, created, counters)
    for key, each in known.items():
        known[key] = replace(each, is_removed=key not in counters[NIGHTS[-1]])
    for key, held in credits.items():  # a root that is gone from the Hub is a name without a model there
        credits[key] = [
            replace(each, status="dangling") if each.root != key and known[each.root or 0].is_removed else each
            for each in held
        ]
    return World(counters, dict.fromkeys(NIGHTS, "hub_models"), known, credits, RELEASED), listed


RELEASED = {"Qwen": date(2023, 8, 1), "Qwen3": date(2025, 4, 1), "Llama": date(2023, 2, 1),
            "Llama 3": date(2024, 4, 1), "Mistral": date(2023, 9, 1)}  # fmt: skip


def _shared(parents: list[int], credits: dict[int, list[Credit]], relation: str) -> list[Credit]:
    held: dict[int, Credit] = {}
    for parent in parents:
        for each in credits[parent]:
            assert each.root is not None
            part = each.part / len(parents) + (held[each.root].part if each.root in held else 0)
            held[each.root] = Credit(each.root, each.family, each.line, each.origin, part, relation, "derived")
    return list(held.values())


def _count(
    chance: random.Random, key: int, created: datetime, counters: dict[date, dict[int, tuple[int | None, int | None]]]
) -> None:
    """Let a model's counters run: most grow and fade, few fall back; some are gone before the end."""
    gone = chance.choice([NIGHTS[-2], *[date.max] * 9])
    ever, window = chance.randrange(0, 800), chance.randrange(0, 250)
    for night in NIGHTS:
        if created.date() >= night or (night >= gone and any(key in held for held in counters.values())):
            continue
        ever = max(0, ever + (chance.randrange(0, 400) if chance.random() < 0.93 else -chance.randrange(1, 200)))
        window = chance.randrange(0, 250) if chance.random() < 0.3 else int(window * chance.uniform(0.3, 1.3))
        counters[night][key] = window, ever


@contextmanager
def published(folder: Path, world: World, listed: list[dict[str, Any]]) -> Iterator[store.Published]:
    """Put a world through the pipeline in an empty folder, and open what it publishes."""
    settings = Settings(data_dir=folder / "data", memory_limit="1GB", threads=2)
    curated(folder / "registry")
    known = registry.load(folder / "registry")
    with store.open_work(settings) as work:
        for night, counters in world.nights.items():
            there = [
                {**each, "downloads_30d": counters[key][0], "downloads_all_time": counters[key][1]}
                for key, each in enumerate(listed, 1)
                if key in counters
            ]
            work.load(land(settings.data_dir, night, there), confirmations=())
        trace(work, known)
        work.tell_sources(abouts())
        work.publish()
    with store.open_published(settings.data_dir, memory_limit="1GB") as handle:
        yield handle
