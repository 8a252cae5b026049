"""Paths and trees of single models."""

from __future__ import annotations

from collections import Counter

from tests.lineage.oracle import World
from tests.lineage.worlds import edges_of
from tracker.lineage import EVIDENCES, Step, paths, resolve, tree


def steps(**parents: str):
    """Return steps from `derivative="parent parent"`."""
    return lambda name: [Step(parent, "finetune", "hub") for parent in parents.get(name, "").split()]


def ways(model, steps_of):
    return [(path.root_id, path.weight, [step.model_id for step in path.steps]) for path in paths(model, steps_of)]


def test_a_root_is_its_own_path():
    assert ways("a", steps()) == [("a", 1.0, [])]


def test_the_heaviest_path_comes_first_then_the_shortest_then_by_id():
    """m = (x, y), y = (p, q), x comes from r through s, and n from t alone."""
    graph = steps(m="x y", y="p q", x="s", s="r")
    assert ways("m", graph) == [
        ("r", 0.5, ["x", "s", "r"]),
        ("p", 0.25, ["y", "p"]),
        ("q", 0.25, ["y", "q"]),
    ]


def test_of_several_paths_to_one_root_the_heaviest_counts_then_the_shortest_then_by_id():
    assert ways("m", steps(m="a r", a="r z")) == [("r", 0.5, ["r"]), ("z", 0.25, ["a", "z"])]
    assert ways("m", steps(m="b a", b="r", a="r")) == [("r", 0.5, ["a", "r"])]
    assert ways("m", steps(m="b a", b="r", a="c", c="r")) == [("r", 0.5, ["b", "r"])]


def test_a_heavier_way_found_later_replaces_a_shorter_lighter_one():
    """Through a the share of r is a sixth, through b and c it is a half."""
    assert ways("m", steps(m="a b", a="r x y", b="c", c="r"))[0] == ("r", 0.5, ["b", "c", "r"])


def test_a_loop_in_the_steps_ends():
    assert ways("a", steps(a="b", b="a r")) == [("r", 0.5, ["b", "r"])]


def test_a_long_chain_is_walked_without_recursion():
    chain = {f"m{number}": f"m{number + 1}" for number in range(30_000)}
    above, asked = steps(**chain), Counter[str]()

    def steps_of(name: str) -> list[Step]:
        asked[name] += 1
        return above(name)

    assert len(paths("m0", steps_of)[0].steps) == 30_000
    assert sum(1 for _ in tree("m0", steps_of)) == 30_000
    assert set(asked.values()) == {2}, "each model is asked once for the paths and once for the tree"


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
