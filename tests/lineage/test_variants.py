"""Variants are resolved from how they differ: the answer must be the one that resolving them whole would give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lineage.oracle import World
from tests.lineage.worlds import candidates, edges_of, random_world, worlds
from tests.registry_folder import write_registry
from tracker import registry
from tracker.lineage import VARIANTS, Edges, Resolved, choose, resolve, resolve_all
from tracker.lineage.variants import resolve_others

BOTH, DEFAULT, OTHER, CHANGED = range(4)  # in which variant an edge is; changed: in both, on other evidence

COLUMNS = {
    "model": ("root", "credit", "depth", "status", "evidence"),
    "near_model": ("near_line", "near_credit"),
    "edge_derivative": ("edge_parent", "edge_relation", "edge_evidence", "edge_credit"),
}


def rows(resolved: Resolved, nodes: np.ndarray) -> list[list[float]]:
    """Return all that is said of some nodes, to the last bit."""
    found = []
    for owner, columns in COLUMNS.items():
        ours = np.isin(getattr(resolved, owner), nodes)
        found += [getattr(resolved, column)[ours].tolist() for column in (owner, *columns)]
    return found


def check(part: Resolved, whole: Resolved, default: Resolved) -> None:
    """Fail unless a part, and where it tells nothing the default, says what the whole variant says."""
    told = np.isin(np.arange(whole.models), part.covered)
    stubs = np.arange(whole.models, len(whole.names))
    assert np.isin(part.model, part.covered).all()
    assert rows(part, np.append(part.covered, stubs)) == rows(whole, np.append(part.covered, stubs))
    assert rows(default, np.flatnonzero(~told)) == rows(whole, np.flatnonzero(~told))
    above = whole.edge_parent[np.isin(whole.edge_derivative, part.covered)]
    assert np.isin(above[above < whole.models], part.covered).all()
    assert (list(part.names), part.models, part.variant) == (list(whole.names), whole.models, whole.variant)
    for name in ("line", "self_reference", "in_cycle"):
        assert np.array_equal(getattr(part, name), getattr(whole, name))


def pair(world: World, where: np.ndarray) -> tuple[Edges, Edges]:
    """Return two variants of one world; `where` says for each edge in which of them it is."""
    edges = edges_of(world)
    changed = replace(edges, variant="other", evidence=(edges.evidence + (where == CHANGED)) % 5)
    return some(edges, where != OTHER), some(changed, where != DEFAULT)


def some(edges: Edges, kept: np.ndarray) -> Edges:
    columns = {name: getattr(edges, name)[kept] for name in ("derivative", "parent", "relation", "evidence")}
    return replace(edges, **columns)


def solve(default: Edges, other: Edges) -> Resolved:
    """Return the other variant's part after checking it against the whole."""
    resolved = resolve(default)
    (part,) = resolve_others(default, resolved, [other])
    check(part, resolve(other), resolved)
    return part


@settings(max_examples=400, derandomize=True, deadline=None)
@given(worlds(), st.data())
def test_random_differences_resolve_as_the_whole_does(world: World, data: st.DataObject) -> None:
    count = len(edges_of(world).derivative)
    where = data.draw(st.lists(st.sampled_from([BOTH, BOTH, DEFAULT, OTHER, CHANGED]), min_size=count, max_size=count))
    solve(*pair(world, np.array(where, dtype=np.int64)))


@pytest.mark.parametrize("worlds_made", [500, pytest.param(1200, marks=pytest.mark.slow)])
def test_larger_random_differences_resolve_as_the_whole_does(worlds_made: int) -> None:
    shares = []
    for seed in range(worlds_made):
        rng = np.random.default_rng(seed)
        world = random_world(seed, models=40, edges=48)
        likely = np.array([1, 0.02, 0.02, 0.02]) * [1, *rng.integers(0, 4, 3)]
        where = rng.choice(4, len(edges_of(world).derivative), p=likely / likely.sum())
        part = solve(*pair(world, where))
        shares.append(len(part.covered) / part.models)
    assert np.mean(shares) < 0.5  # else nothing was saved, and little of the rest was tested


def test_only_what_hangs_below_a_difference_and_what_is_above_that_is_told() -> None:
    edges = {"b": {"a": "hub"}, "c": {"b": "hub", "d": "hub"}, "e": {"d": "hub"}, "f": {"a": "hub"}}
    world = World(dict.fromkeys("abcdefg", 1), edges)
    where = np.full(len(edges_of(world).derivative), BOTH)
    where[0] = CHANGED  # b from a
    part = solve(*pair(world, where))
    assert part.names.gather(part.covered).to_list() == ["a", "b", "c", "d"]
    assert len(solve(*pair(world, np.full(len(where), BOTH))).covered) == 0


def test_a_loop_that_only_one_variant_has_is_told_with_all_below_it() -> None:
    world = World(dict.fromkeys("abcd", 1), {"a": {"b": "hub"}, "b": {"a": "hub"}, "c": {"b": "hub"}})
    for only in (DEFAULT, OTHER):
        part = solve(*pair(world, np.array([only, BOTH, BOTH])))
        assert part.names.gather(part.covered).to_list() == ["a", "b", "c"]


QWEN, LLAMA, COPY, DISTILL = "Qwen/Qwen3-8B", "meta-llama/Llama-3-8B", "unsloth/Qwen3-8B-bnb-4bit", "Qwen/Distill-1B"
UNSEEN = "unsloth/Llama-3-8B-bnb-4bit"
NAMES = [
    QWEN,
    LLAMA,
    COPY,
    DISTILL,
    UNSEEN,
    "me/Qwen3-8B-GGUF",
    "me/qwen3-8b-tuned",
    "me/tuned",
    "me/tuned-GGUF",
    "me/a",
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> registry.Registry:
    """Return a registry with a rule of every kind that makes variants differ."""
    corrections = [
        ("me/a", QWEN, "weights_parent", "finetune"),
        ("me/a", LLAMA, "teacher", "finetune"),
        (DISTILL, LLAMA, "teacher", "finetune"),
        ("me/tuned", "gone/teacher", "teacher", "finetune"),
        (UNSEEN, DISTILL, "teacher", "finetune"),
        ("me/tuned", "me/a", "not_parent", ""),
    ]
    folder = write_registry(
        tmp_path_factory.mktemp("book"),
        organizations=[
            {"namespace": "Qwen", "organization": "Alibaba", "country": "CN"},
            {"namespace": "meta-llama", "organization": "Meta"},
            {"namespace": "unsloth", "organization": "Unsloth"},
        ],
        families=[{"line": "Qwen3", "developer": "Alibaba"}, {"line": "Llama", "developer": "Meta"}],
        roots=[{"pattern": "Qwen/Qwen3-*", "line": "Qwen3"}, {"pattern": "meta-llama/*", "line": "Llama"}],
        mirrors=[
            {"pattern": "unsloth/*-bnb-4bit", "rule": "same_name", "target": "Qwen meta-llama", "relation": "quantized"}
        ],
        overrides=[
            {"model_id": model, "parent_id": parent, "role": role, "relation": relation}
            for model, parent, role, relation in corrections
        ],
    )
    return registry.load(folder)


declarations = st.tuples(
    st.sampled_from(NAMES), st.sampled_from([*NAMES, "gone/x"]), st.sampled_from(["hub", "tag"]), st.just("finetune")
)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES), st.one_of(st.none(), st.integers(0, 3)), min_size=4),
    st.lists(declarations, max_size=8),
)
def test_random_declarations_under_rules_resolve_in_each_variant_as_the_whole_does(
    book: registry.Registry, created: dict[str, int | None], drawn: list[tuple[str, str, str, str]]
) -> None:
    declared = candidates(created, [each for each in drawn if each[0] in created])
    resolved = resolve_all(declared, book)
    assert list(resolved) == list(VARIANTS)
    for variant, part in resolved.items():
        check(part, resolve(choose(declared, book, variant)), resolved["default"])


def test_each_variant_differs_where_its_rule_speaks(book: registry.Registry) -> None:
    """The variants of the test before are no copies of one another."""
    declared = candidates([QWEN, LLAMA, COPY, DISTILL, "me/Qwen3-8B-GGUF", "me/a", "me/b"], [("me/b", COPY)])
    told = {variant: set(part.names.gather(part.covered)) for variant, part in resolve_all(declared, book).items()}
    assert told == {
        "default": set(declared.names),
        "as_uploaded": {COPY, "me/b"},
        "teacher": {DISTILL, "me/a", LLAMA},
        "inferred": {"me/Qwen3-8B-GGUF", QWEN},
    }
