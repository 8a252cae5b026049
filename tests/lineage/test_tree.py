"""Trees of single models."""

from __future__ import annotations

from collections import Counter

from tests.lineage.oracle import World
from tests.lineage.worlds import edges_of
from tracker.graph.steps import Step, tree
from tracker.lineage import EVIDENCES, resolve


def steps(**parents: str):
    """Return steps from `derivative="parent parent"`."""
    return lambda name: [Step(parent, "finetune", "hub") for parent in parents.get(name, "").split()]


def test_a_long_chain_is_walked_without_recursion():
    chain = {f"m{number}": f"m{number + 1}" for number in range(30_000)}
    above, asked = steps(**chain), Counter[str]()

    def steps_of(name: str) -> list[Step]:
        asked[name] += 1
        return above(name)

    assert sum(1 for _ in tree("m0", steps_of)) == 30_000
    assert set(asked.values()) == {1}, "each model is asked once"


def test_a_tree_has_one_line_an_edge_and_draws_nothing_twice():
    lines = [
        (branch.depth, branch.step.model_id, branch.again) for branch in tree("m", steps(m="a b", a="r", b="r", r="z"))
    ]
    assert lines == [(1, "a", False), (2, "r", False), (3, "z", False), (1, "b", False), (2, "r", True)]


def test_a_tree_may_be_cut_at_a_depth():
    assert [branch.step.model_id for branch in tree("m", steps(m="a", a="r"), max_depth=1)] == ["a"]


def test_steps_are_the_edges_that_count():
    """a and b are a loop: only the edge to the older one is a step."""
    world = World({"a": 1, "b": 2, "c": 3}, {"a": {"b": "hub"}, "b": {"a": "tag"}, "c": {"b": "hub"}})
    found = resolve(edges_of(world))
    edges = zip(found.edge_derivative.tolist(), found.edge_parent.tolist(), found.edge_evidence.tolist(), strict=True)
    assert [(found.names[derivative], found.names[parent], EVIDENCES[by]) for derivative, parent, by in edges] == [
        ("b", "a", "tag"),
        ("c", "b", "hub"),
    ]
