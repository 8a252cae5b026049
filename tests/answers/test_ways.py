"""Descendants and roots against a walk of every path, on random worlds under every reading of lineage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.lineage.worlds import candidates
from tests.registry_folder import write_registry
from tests.store.nights import FIRST, land, model, update
from tracker import registry, store
from tracker.answers.ancestry import ancestors, descendants
from tracker.lineage import EVIDENCES, RELATIONS, Resolved, choose, resolve
from tracker.settings import Settings
from tracker.words import VARIANTS

QWEN, LLAMA, DISTILL = "Qwen/Qwen3-8B", "meta-llama/Llama-3-8B", "Qwen/Distill-1B"
COPY, UNSEEN, TEACHER = "unsloth/Qwen3-8B", "unsloth/Llama-3-8B", "gone/Teacher"
RULED = [
    QWEN,
    LLAMA,
    DISTILL,
    COPY,
    "me/Qwen3-8B-GGUF",
]  # these declare nothing: rules and names say where they are from
RANDOM = [f"u/{name}" for name in "abcdefghijkl"]
CERTAIN = [("u/c", "u/d"), ("u/d", "u/c"), ("u/e", UNSEEN), ("u/f", COPY)]  # a circle, derivatives of mirrors
STUBS = [UNSEEN, "gone/x", "gone/Y"]


@dataclass(frozen=True)
class Step:
    name: str
    relation: str
    evidence: str
    weight: Fraction


@dataclass(frozen=True)
class Way:
    """One path: the names beyond the one asked for, what the last and all steps are, the share that runs along it."""

    names: tuple[str, ...] = ()
    relation: str | None = None
    evidences: tuple[str, ...] = ()
    weight: Fraction = Fraction(1)

    def on(self, step: Step) -> Way:
        return Way((*self.names, step.name), step.relation, (*self.evidences, step.evidence), self.weight * step.weight)


Steps = Mapping[str, Sequence[Step]]


def all_ways(name: str, steps: Steps) -> dict[str, list[Way]]:
    """Return every path to each name that steps lead to, best first."""
    found: dict[str, list[Way]] = {}
    todo = [(name, Way())]
    while todo:
        here, way = todo.pop()
        found.setdefault(here, []).append(way)
        todo += [(step.name, way.on(step)) for step in steps.get(here, ())]
    return {end: sorted(ways, key=lambda way: (-way.weight, len(way.names), way.names)) for end, ways in found.items()}


@dataclass(frozen=True)
class World:
    """A published copy, and by reading the steps down and up that the engine finds in the same declarations."""

    folder: Path
    published: store.Published
    down: Mapping[str, Steps]
    up: Mapping[str, Steps]
    models: frozenset[str]


@pytest.fixture(scope="module", params=range(2))
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder, rng = tmp_path_factory.mktemp("world"), np.random.default_rng(request.param)
    book = curated(folder / "registry")
    created = {name: int(rng.integers(0, 5)) for name in rng.permutation([*RULED, *RANDOM]).tolist()}
    created["me/Qwen3-8B-GGUF"] = 9  # what a name suggests is older
    drawn = [
        (name, str(parent))
        for name in RANDOM
        for parent in rng.choice([*created, *STUBS], int(rng.choice([0, 1, 1, 2, 3])), replace=False)
    ]
    relation = {name: ("finetune", "adapter", "merge")[int(rng.integers(0, 3))] for name in RANDOM}
    declared = [(name, parent, "hub", relation[name]) for name, parent in dict.fromkeys([*CERTAIN, *drawn])]
    settings = Settings(data_dir=folder / "data", memory_limit="1GB", threads=2)
    update(settings, book, land(settings.data_dir, FIRST, landed(created, declared)))
    edges = candidates({name: 1_000_000 * age for name, age in created.items()}, declared)
    down, up = {}, {}
    for variant in VARIANTS:
        down[variant], up[variant] = steps(resolve(choose(edges, book, variant)))
    with store.open_published(settings.data_dir) as published:
        yield World(settings.data_dir, published, down, up, frozenset(created))


def curated(folder: Path) -> registry.Registry:
    """Write and load a registry with a rule of every kind that makes readings differ."""
    corrections = [(DISTILL, LLAMA, "teacher"), ("u/a", TEACHER, "teacher"), ("u/b", LLAMA, "weights_parent")]
    write_registry(
        folder,
        organizations=[
            {"namespace": "Qwen", "organization": "Alibaba", "country": "CN"},
            {"namespace": "meta-llama", "organization": "Meta"},
            {"namespace": "unsloth", "organization": "Unsloth"},
        ],
        families=[{"line": "Qwen3", "developer": "Alibaba"}, {"line": "Llama", "developer": "Meta"}],
        roots=[{"pattern": "Qwen/Qwen3-*", "line": "Qwen3"}, {"pattern": "meta-llama/*", "line": "Llama"}],
        mirrors=[{"pattern": "unsloth/*", "rule": "same_name", "target": "Qwen meta-llama", "relation": "copy"}],
        overrides=[
            {"model_id": name, "parent_id": parent, "role": role, "relation": "finetune"}
            for name, parent, role in corrections
        ],
    )
    return registry.load(folder)


def landed(created: Mapping[str, int], declared: Sequence[tuple[str, ...]]) -> Iterator[dict[str, object]]:
    number = {name: place for place, name in enumerate([*created, *STUBS], start=1)}
    for name, age in created.items():
        parents = [(number[each[1]], each[1]) for each in declared if each[0] == name]
        relation = next((each[3] for each in declared if each[0] == name), None)
        at = datetime.fromtimestamp(1_000_000 * age, UTC)
        about = {"relation": relation, "parents": parents} if parents else {}
        yield model(name, number[name], created_at=at, downloads_30d=number[name] % 4, **about)


def steps(resolved: Resolved) -> tuple[Steps, Steps]:
    down: dict[str, list[Step]] = {}
    up: dict[str, list[Step]] = {}
    names = list(resolved.names)
    parents = Counter(resolved.edge_derivative.tolist())
    columns = ("edge_derivative", "edge_parent", "edge_relation", "edge_evidence")
    for name, parent, relation, evidence in zip(*(getattr(resolved, each).tolist() for each in columns), strict=True):
        step = (RELATIONS[relation], EVIDENCES[evidence], Fraction(1, parents[name]))
        down.setdefault(names[parent], []).append(Step(names[name], *step))
        up.setdefault(names[name], []).append(Step(names[parent], *step))
    return down, up


def weakest(way: Way) -> str | None:
    return max(way.evidences, key=EVIDENCES.index) if way.evidences else None


def names(world: World, variant: str) -> list[str]:
    """Return every other name in a reading, the others in the next."""
    every = sorted({*world.models, *(name for each in VARIANTS for name in world.down[each])})
    return every[VARIANTS.index(variant) % 2 :: 2]


@pytest.mark.parametrize("variant", VARIANTS)
def test_descendants_are_what_a_walk_of_every_path_finds(world: World, variant: str) -> None:
    for name in names(world, variant):
        ways = {end: found for end, found in all_ways(name, world.down[variant]).items() if end != name}
        rows = descendants(world.published, name.upper(), variant=variant).plain_rows
        assert [row["model_id"] for row in rows] == [row["model_id"] for row in sorted(rows, key=order)]
        expected = {
            end: (len(found[0].names), found[0].relation, [name, *found[0].names], weakest(found[0]))
            for end, found in ways.items()
        }
        assert {
            row["model_id"]: (row["depth"], row["relation"], row["path"], row["evidence"]) for row in rows
        } == expected
        for row in rows:
            found = ways[row["model_id"]]
            assert row["weight"] == pytest.approx(float(sum(way.weight for way in found)), abs=1e-15)
            assert row["path_weight"] == pytest.approx(float(found[0].weight), abs=1e-15)


def order(row: Mapping[str, object]) -> tuple[object, ...]:
    downloads, created = row["downloads_30d"], row["created_at"]
    return (row["depth"], downloads is None, -(downloads or 0), created is None, created or "", " > ".join(row["path"]))


@pytest.mark.parametrize("variant", VARIANTS)
def test_roots_are_what_a_walk_of_every_path_finds(world: World, variant: str) -> None:
    for name in names(world, variant):
        steps = world.up[variant]
        ways = {end: found for end, found in all_ways(name, steps).items() if end not in steps}
        answer = ancestors(world.published, name.lower(), variant=variant)
        rows = answer.plain_rows
        assert {row["root_id"]: row["path"] for row in rows} == {
            end: [name, *found[0].names] for end, found in ways.items()
        }
        for row, root in zip(rows, answer.as_json()["roots"], strict=True):
            found = ways[row["root_id"]]
            assert row["weight"] == pytest.approx(float(sum(way.weight for way in found)), abs=1e-9)
            assert row["depth"] == max(len(way.names) for way in found)
            assert [step["model_id"] for step in root["path"]] == row["path"][1:]
            assert [step["evidence"] for step in root["path"]] == list(found[0].evidences)
        if name not in world.models and len(rows) == 1 and rows[0]["root_id"] == name:
            assert rows[0]["status"] == "dangling" and "is not on the Hub" in rows[0]["why"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_sql_of_each_gives_its_rows_with_one_thread_too(world: World, variant: str) -> None:
    with store.open_published(world.folder, threads=1) as published:
        for name in names(world, variant)[::4]:
            for ask in (descendants, ancestors):
                answer = ask(world.published, name, variant=variant)
                assert published.query(answer.sql).rows() == answer.frame.rows()


def test_the_worlds_have_what_is_to_be_tested(world: World) -> None:
    """Merges, diamonds, circles that were cut, stubs above and below, and a difference in every reading."""
    ways = [found for name in world.models for found in all_ways(name, world.down["default"]).values()]
    assert any(len(found) > 1 for found in ways) and any(found[0].weight < 1 for found in ways)
    assert world.published.query("select 1 from lineage where in_cycle").height
    stubs = set(world.down["default"]) - world.models
    assert stubs and stubs & set(world.up["default"])
    assert all(world.down[variant] != world.down["default"] for variant in VARIANTS[1:])
