"""Resolving: each rule on the smallest graph that shows it, then thousands of random graphs against the oracle."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from tests.lineage.oracle import World, counted, lineages
from tests.lineage.worlds import edges_of, random_world, read, worlds
from tests.steps import steps_of
from tracker.lineage import SCALE, Edges, resolve

HALF = Fraction(1, 2)


def solve(world: World):
    """Return the oracle's exact lineages after checking the engine against them, to the last unit."""
    families = sorted(set(world.families.values()))
    expected = lineages(world)
    assert read(resolve(edges_of(world)), families) == counted(expected)
    return expected


def test_a_model_without_parents_is_its_own_root():
    assert solve(World({"a": 1}))["a"].roots == {"a": (1, 0, "root", None)}


def test_a_chain_leads_to_its_end_and_the_weakest_evidence_is_kept():
    world = World({"a": 1, "b": 2, "c": 3}, {"b": {"a": "tag"}, "c": {"b": "hub"}})
    assert solve(world)["c"].roots == {"a": (1, 2, "derived", "tag")}


def test_several_parents_share_credit_equally_by_root():
    """c merges b, which comes from a, with a itself and with d: a has two thirds."""
    world = World({"a": 1, "b": 2, "d": 2, "c": 3}, {"b": {"a": "hub"}, "c": {"a": "hub", "b": "tag", "d": "hub"}})
    roots = solve(world)["c"].roots
    assert roots == {"a": (Fraction(2, 3), 2, "derived", "tag"), "d": (Fraction(1, 3), 1, "derived", "hub")}


def test_a_parent_that_is_not_on_the_hub_leaves_its_derivative_dangling():
    world = World({"b": 2}, {"b": {"someone/gone": "tag"}})
    assert solve(world)["b"].roots == {"someone/gone": (1, 1, "dangling", "tag")}


def test_a_removed_root_leaves_its_derivatives_dangling_but_a_removed_link_does_not():
    world = World({"a": 1, "b": 2, "c": 3}, {"b": {"a": "hub"}, "c": {"b": "hub"}}, gone={"b"})
    assert solve(world)["c"].roots == {"a": (1, 2, "derived", "hub")}
    assert solve(replace(world, gone={"a"}))["c"].roots == {"a": (1, 2, "dangling", "hub")}


def test_a_parent_beyond_a_partial_scope_is_outside_not_dangling():
    world = World({"b": 2}, {"b": {"someone/unseen": "hub"}}, full_scope=False)
    assert solve(world)["b"].roots == {"someone/unseen": (1, 1, "outside", "hub")}


def test_in_a_loop_the_older_model_is_the_parent_and_all_members_are_marked():
    world = World({"a": 1, "b": 2, "c": 3}, {"a": {"b": "hub"}, "b": {"a": "hub"}, "c": {"b": "hub"}})
    answer = solve(world)
    assert answer["a"].roots == {"a": (1, 0, "cycle", None)}
    assert answer["b"].roots == {"a": (1, 1, "cycle", "hub")}
    assert answer["c"].roots == {"a": (1, 2, "derived", "hub")}


@pytest.mark.parametrize(
    ("age", "root"), [({"a": 5, "b": 5}, "a"), ({"a": None, "b": 5}, "b"), ({"a": None, "b": None}, "a")]
)
def test_in_a_loop_ties_go_by_id_and_an_unknown_age_counts_as_youngest(age, root):
    world = World(age, {"a": {"b": "hub"}, "b": {"a": "hub"}})
    assert set(solve(world)["a"].roots) == set(solve(world)["b"].roots) == {root}


def test_a_loop_keeps_its_parents_from_outside():
    world = World({"z": 9, "a": 1, "b": 2}, {"a": {"b": "hub", "z": "hub"}, "b": {"a": "hub"}})
    assert solve(world)["b"].roots == {"z": (1, 2, "cycle", "hub")}


def test_nearest_line_is_the_first_one_met_going_up_starting_at_the_model():
    families = {"Qwen/Qwen3": "Qwen3", "Qwen/Qwen3-Coder": "Qwen3-Coder"}
    edges = {"Qwen/Qwen3-Coder": {"Qwen/Qwen3": "hub"}, "me/tune": {"Qwen/Qwen3-Coder": "hub"}}
    near = solve(World({"Qwen/Qwen3": 1, "Qwen/Qwen3-Coder": 2, "me/tune": 3}, edges, families=families))
    assert near["me/tune"].near == near["Qwen/Qwen3-Coder"].near == {"Qwen3-Coder": 1}
    assert set(near["me/tune"].roots) == {"Qwen/Qwen3"}


def test_nearest_families_share_credit_and_a_path_without_one_keeps_its_share():
    world = World({"a": 1, "m": 2}, {"m": {"a": "hub", "who/knows": "tag"}}, families={"a": "Llama"})
    assert solve(world)["m"].near == {"Llama": HALF, "": HALF}


def test_a_line_is_known_from_a_stub_by_its_name():
    world = World({"m": 2}, {"m": {"meta-llama/gone": "tag"}}, families={"meta-llama/gone": "Llama"})
    assert solve(world)["m"].near == {"Llama": 1}


def test_edges_that_count_carry_the_share_of_each_parent():
    resolved = resolve(edges_of(World({"a": 1, "b": 1, "m": 2}, {"m": {"a": "hub", "b": "hub"}})))
    assert resolved.edge_credit.tolist() == [SCALE // 2, SCALE // 2]


def test_a_stub_between_a_model_and_its_root_is_a_step_like_any_other():
    world = World({"a": 1, "m": 2}, {"m": {"gone/copy": "hub"}, "gone/copy": {"a": "mirror"}})
    assert solve(world)["m"].roots == {"a": (1, 2, "derived", "mirror")}


def test_in_a_loop_a_stub_is_younger_than_every_model():
    world = World({"a": 1}, {"a": {"gone/copy": "hub"}, "gone/copy": {"a": "mirror"}})
    assert solve(world)["a"].roots == {"a": (1, 0, "cycle", None)}


@settings(max_examples=1000, derandomize=True, deadline=None)
@given(worlds())
def test_random_graphs_resolve_as_the_oracle_says(world: World):
    solve(world)


@pytest.mark.parametrize("graphs", [500, pytest.param(2000, marks=pytest.mark.slow)])
def test_larger_random_graphs_resolve_as_the_oracle_says(graphs: int):
    for seed in range(graphs):
        solve(random_world(seed, models=24, edges=30))
    for seed in range(60):
        solve(random_world(seed))


def renumbered(world: World, seed: int) -> World:
    rng = np.random.default_rng(seed)
    names = list(world.created)
    shuffled = [names[number] for number in rng.permutation(len(names))]
    edges = {name: dict(reversed(world.edges[name].items())) for name in reversed(world.edges)}
    return replace(world, created={name: world.created[name] for name in shuffled}, edges=edges)


def test_the_answer_does_not_depend_on_the_order_of_models_and_edges():
    for seed in range(200):
        world = random_world(seed)
        families = sorted(set(world.families.values()))
        one = read(resolve(edges_of(world)), families)
        assert read(resolve(edges_of(renumbered(world, seed))), families) == one


def big(derivatives: np.ndarray, parents: np.ndarray, models: int) -> Edges:
    order = np.lexsort((parents, derivatives))
    edges = len(order)
    return Edges(
        variant="default",
        models=models,
        names=pl.Series([f"u/{number:07d}" for number in range(models)]),
        created_at=np.arange(models, dtype=np.int64),
        present=np.ones(models, dtype=np.bool_),
        sought=np.ones(models, dtype=np.bool_),
        line=np.full(models, -1, dtype=np.int16),
        self_reference=np.zeros(models, dtype=np.bool_),
        derivative=derivatives[order].astype(np.int32),
        parent=parents[order].astype(np.int32),
        relation=np.zeros(edges, dtype=np.int8),
        evidence=np.ones(edges, dtype=np.int8),
    )


def test_a_chain_of_a_hundred_thousand_models_neither_recurses_nor_grows_quadratic():
    def chain(models):
        return big(np.arange(1, models), np.arange(models - 1), models)

    resolved = resolve(chain(100_000))
    assert resolved.root.max() == 0
    assert resolved.depth.max() == 99_999
    short, long = chain(5_000), chain(20_000)
    assert steps_of(lambda: resolve(long)) < 5 * steps_of(lambda: resolve(short))


def test_a_loop_through_a_hundred_thousand_models_is_broken_at_the_oldest():
    models = 100_000
    ring = np.arange(models)
    resolved = resolve(big(ring, (ring + 1) % models, models))
    assert resolved.in_cycle.all()
    # every model names its younger neighbour, which is dropped; only the youngest names an older one
    assert np.flatnonzero(resolved.depth).tolist() == [models - 1]


def test_credit_of_deep_merges_is_still_exact():
    """Each of 3,000 models merges three before it; the same in exact fractions of 10^40, which err by far less."""
    models = 3000
    rng = np.random.default_rng(7)
    derivative = np.repeat(np.arange(40, models), 3)
    parent = derivative - 1 - np.concatenate([rng.choice(30, 3, replace=False) for _ in range(40, models)])
    resolved = resolve(big(derivative, parent, models))
    assert (np.bincount(resolved.model, resolved.credit) == SCALE).all()
    exact = [{model: 10**40} for model in range(40)]
    for above in parent.reshape(-1, 3).tolist():
        roots: dict[int, int] = {}
        for way in above:
            for root, part in exact[way].items():
                roots[root] = roots.get(root, 0) + part // 3
        exact.append(roots)
    rows = zip(resolved.model.tolist(), resolved.root.tolist(), resolved.credit.tolist(), strict=True)
    assert max(abs(credit - exact[model][root] / 10**31) for model, root, credit in rows) < 1
