"""The planted truth, held against an obvious walk over the items and against the tracker's own engine."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.demo.synthetic_registry import OVERRIDES, ROOTS, small_registry
from tracker import lineage, registry
from tracker.demo.synthetic import SyntheticEcosystem, Truth
from tracker.lineage.choose.from_tags import candidates_from_tags

Items = dict[str, dict[str, Any]]
RULED = {"mirror", "in_cycle", "self_reference", "hostile", "missing_tag"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_registry(tmp_path_factory.mktemp("registry"))


@pytest.fixture(scope="module")
def ecosystem(folder: Path) -> SyntheticEcosystem:
    return SyntheticEcosystem(8_000, 30, seed=3, registry=folder)


@pytest.fixture(scope="module")
def items(ecosystem: SyntheticEcosystem) -> Items:
    return {item["id"]: item for item in map(json.loads, ecosystem.lines(ecosystem.nights[0]))}


@pytest.fixture(scope="module")
def truth(ecosystem: SyntheticEcosystem) -> dict[str, Truth]:
    return ecosystem.truth(ecosystem.nights[0])


def walk(name: str, items: Items, seen: tuple[str, ...] = ()) -> dict[str, float]:
    """Return root -> weight by nothing but the tags; a model that names itself among its ancestors raises."""
    assert name not in seen, seen
    tags = items[name]["tags"] if name in items else []
    parents = [tag[11:] for tag in tags if tag.startswith("base_model:") and tag.count(":") == 1]
    if not parents:
        return {name: 1.0}
    weights: dict[str, float] = {}
    for parent in parents:
        for root, weight in walk(parent, items, (*seen, name)).items():
            weights[root] = weights.get(root, 0.0) + weight / len(parents)
    return weights


def roots(each: Truth) -> dict[str, float]:
    return {root.root_id: root.weight for root in each.roots}


def test_the_truth_is_what_an_obvious_walk_finds(items: Items, truth: dict[str, Truth]) -> None:
    # everything that is decided by declared parents alone: no rule of the registry, nothing hidden, no loop on the way
    ruled = {name for name, each in truth.items() if RULED & set(each.flags)} | {row[0] for row in OVERRIDES}
    compared = 0
    for name, each in truth.items():
        if name in ruled or ruled & set(ancestors(each, truth)):
            continue
        assert roots(each) == pytest.approx(walk(name, items)), name
        compared += each.declared
    assert compared > 2_000


def ancestors(each: Truth, truth: dict[str, Truth]) -> set[str]:
    found: set[str] = set()
    waiting = list(each.parents)
    while waiting:
        parent = waiting.pop()
        if parent not in found:
            found.add(parent)
            waiting += truth[parent].parents if parent in truth else ()
    return found


def test_weights_sum_to_one_and_roots_are_roots(truth: dict[str, Truth]) -> None:
    for each in truth.values():
        assert sum(roots(each).values()) == pytest.approx(1.0, abs=1e-12)
        assert list(each.roots) == sorted(each.roots, key=lambda root: (-root.weight, root.root_id))
        for root in each.roots:
            assert root.on_hub == (root.root_id in truth)
            assert not root.on_hub or roots(truth[root.root_id]) == {root.root_id: 1.0}


def test_what_builds_on_a_removed_root_is_dangling_from_that_night_on(ecosystem: SyntheticEcosystem) -> None:
    before, after = ecosystem.truth(ecosystem.nights[0]), ecosystem.truth(ecosystem.nights[-1])
    orphans = [
        name
        for name, each in after.items()
        if name in before and each.status == "dangling" and before[name].status == "derived"
    ]

    assert orphans
    for name in orphans:
        gone = {root.root_id for root in after[name].roots if not root.on_hub}
        assert gone <= before.keys()
        assert gone.isdisjoint(after)
    for name, each in after.items():
        assert (each.status == "dangling") == (not all(root.on_hub for root in each.roots)), name


def test_families_and_countries_are_the_registrys(truth: dict[str, Truth]) -> None:
    found = {root.root_id: root for each in truth.values() for root in each.roots}

    assert (found["Qwen/Qwen3-8B"].family, found["Qwen/Qwen3-8B"].line) == ("Qwen", "Qwen3")
    assert found["Qwen/Qwen3-8B"].origin_country == "CN"
    assert found["mistralai/Mistral-7B-v0.1"].developer == "Mistral AI"
    assert found["nobody/riddle"].family == found["nobody/riddle"].origin_country == "unknown"
    withdrawn = [
        root for root in found.values() if root.root_id.startswith(("Qwen/", "meta-llama/")) and not root.on_hub
    ]
    assert {root.line for root in withdrawn} == {"Qwen", "Qwen3", "Llama"}, "a missing parent is known by its name"
    invented = [root for name, root in found.items() if name not in ROOTS and root not in withdrawn]
    assert {root.line for root in invented} == {"unreviewed"}


def test_overrides_and_mirrors_are_true_although_the_hub_does_not_say_so(items: Items, truth: dict[str, Truth]) -> None:
    distill = truth["deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"]
    silent = [each for each in truth.values() if "mirror" in each.flags and not each.declared]

    assert roots(distill) == {"Qwen/Qwen2.5-7B": 1.0}
    assert not distill.declared
    assert distill.traceable
    assert "baseModels" not in items[distill.model_id]
    assert truth["Qwen/Qwen3-8B"].status == "root", "the registry says that it does not derive from its base"
    assert len(silent) > 5
    for each in silent:
        assert each.status == "derived"
        assert each.traceable
        assert "baseModels" not in items[each.model_id]


def test_what_names_itself_is_a_root_or_what_its_other_parents_make_it(items: Items, truth: dict[str, Truth]) -> None:
    planted = [each for each in truth.values() if "self_reference" in each.flags]

    assert Counter(each.status for each in planted) == {"root": 4, "derived": 4}
    for each in planted:
        assert each.model_id in {parent["id"] for parent in items[each.model_id]["baseModels"]["models"]}
        assert each.model_id not in each.parents


def test_rings_are_closed_on_the_hub_and_open_in_the_truth(items: Items, truth: dict[str, Truth]) -> None:
    members = {name for name, each in truth.items() if "in_cycle" in each.flags}
    inside = {
        name: [parent["id"] for parent in items[name]["baseModels"]["models"] if parent["id"] in members]
        for name in members
    }

    assert len(members) >= 16
    assert all(len(parents) == 1 for parents in inside.values())
    lengths = Counter(ring_length(name, inside) for name in members)
    assert set(lengths) == {2, 3}
    assert all(truth[name].status == "cycle" for name in members)


def ring_length(start: str, inside: dict[str, list[str]]) -> int:
    at, steps = inside[start][0], 1
    while at != start:
        at, steps = inside[at][0], steps + 1
    return steps


def test_missing_tags_hide_a_model_and_what_builds_on_it(items: Items, truth: dict[str, Truth]) -> None:
    hidden = [each for each in truth.values() if "missing_tag" in each.flags]
    behind = [each for each in truth.values() if each.declared and not each.traceable]

    assert 100 < len(hidden) < 400
    assert all(each.parents and not each.traceable and not each.declared for each in hidden)
    assert not any("base_model:" in tag for each in hidden for tag in items[each.model_id]["tags"][:-1])
    assert behind, "some declare a parent that hides its own"


def test_the_trackers_engine_finds_every_traceable_root(
    ecosystem: SyntheticEcosystem, items: Items, truth: dict[str, Truth], folder: Path
) -> None:
    book = registry.load(folder)
    models = pl.DataFrame(
        [{"model_id": name, "tags": item["tags"], "created_at": item["createdAt"]} for name, item in items.items()]
    ).with_columns(pl.col("created_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_zone="UTC"))
    candidates = candidates_from_tags(models, full_scope=True)

    resolved = lineage.resolve(lineage.choose(candidates, book))
    names = list(resolved.names)

    found: dict[str, dict[str, float]] = {name: {} for name in truth}
    status: dict[str, set[str]] = {name: set() for name in truth}
    rows = zip(resolved.model, resolved.root, resolved.credit / lineage.SCALE, resolved.status, strict=True)
    for model, root, weight, code in rows:
        found[names[model]][names[root]] = float(weight)
        status[names[model]].add(lineage.STATUSES[code])
    for name, each in truth.items():
        if each.traceable and "hostile" not in each.flags:
            assert found[name] == pytest.approx(roots(each), abs=1e-9), name
            assert each.status in status[name]
        for root in each.roots:
            ruling = book.ruling(root.root_id)
            assert (ruling.family, ruling.line, ruling.developer, ruling.origin_country) == (
                root.family,
                root.line,
                root.developer,
                root.origin_country,
            )


def test_truth_lines_hold_the_truth(ecosystem: SyntheticEcosystem) -> None:
    night = ecosystem.nights[12]
    lines = [json.loads(line) for line in ecosystem.truth_lines(night)]
    truth = ecosystem.truth(night)

    assert len(lines) == len(truth)
    for line in lines:
        each = truth[line["model_id"]]
        assert line["roots"] == [vars(root) for root in each.roots]
        assert (line["hub_id"], line["status"], tuple(line["flags"])) == (each.hub_id, each.status, each.flags)
