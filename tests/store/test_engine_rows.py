"""Rows of lineage from the engine's arrays: of a part of a variant as of the whole, and the way to each root."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

import numpy as np
import polars as pl
import pytest

from tests.lineage.oracle import World
from tests.lineage.worlds import edges_of, random_world
from tracker.lineage import Resolved, resolve
from tracker.lineage.variants import resolve_others
from tracker.store.lineage import differing, engine_rows


def test_rows_of_a_part_are_those_of_the_whole_variant() -> None:
    """The tables must not show whether a variant was resolved whole or from how it differs."""
    rows = 0
    for seed in range(200):
        edges = edges_of(random_world(seed, models=40, edges=60))
        kept = np.random.default_rng(seed).random(len(edges.derivative)) < 0.95
        columns = {name: getattr(edges, name)[kept] for name in ("derivative", "parent", "relation", "evidence")}
        other = replace(edges, variant="other", **columns)
        default = resolve(edges)
        (part,) = resolve_others(edges, default, [other])
        told, whole = rows_that_differ(default, part), rows_that_differ(default, resolve(other))
        assert all(one.equals(another) for one, another in zip(told, whole, strict=True))
        rows += len(told[0])
    assert rows > 1000


def rows_that_differ(default: Resolved, other: Resolved) -> list[pl.DataFrame]:
    keys = np.arange(other.models, dtype=np.int32) * 3
    kept = differing.lineage(default, other)
    return [
        engine_rows.lineage_rows(other, keys, other.line, kept),
        engine_rows.edge_rows(other, keys, kept | differing.edges(default, other)),
        engine_rows.nearest_rows(other, keys, differing.nearest(default, other)),
    ]


ROWS = {
    "lineage": ("model", "root", "credit", "depth", "status", "evidence"),
    "edges": ("edge_derivative", "edge_parent", "edge_relation", "edge_evidence", "edge_credit"),
    "nearest": ("near_model", "near_line", "near_credit"),
}


@pytest.mark.parametrize("of", ROWS)
def test_models_differ_where_any_of_their_rows_does(of: str) -> None:
    found = 0
    for seed in range(100):
        edges = edges_of(random_world(seed, models=40, edges=60))
        evidence = np.where(np.arange(len(edges.derivative)) == seed % 50, 4, edges.evidence)
        kept = np.arange(len(edges.derivative)) != seed % 30
        columns = {name: getattr(edges, name)[kept] for name in ("derivative", "parent", "relation")}
        other = replace(edges, evidence=evidence[kept], **columns)
        default, resolved = resolve(edges), resolve(other)
        differ = getattr(differing, of)(default, resolved)
        said, now = rows_of(default, ROWS[of]), rows_of(resolved, ROWS[of])
        assert differ.tolist() == [said[model] != now[model] for model in range(edges.models)]
        found += int(differ.sum())
    assert found > 100


def rows_of(resolved: Resolved, columns: tuple[str, ...]) -> dict[int, set[tuple[float, ...]]]:
    rows = defaultdict(set)
    for model, *row in zip(*(getattr(resolved, column).tolist() for column in columns), strict=True):
        rows[model].add(tuple(row))
    return rows


def test_a_root_is_told_through_the_parent_with_most_of_its_credit() -> None:
    """Of several with the same credit any is right here: the unit that is left over may tell thirds apart."""
    merged = 0
    for seed in range(200):
        resolved = resolve(edges_of(random_world(seed, models=30, edges=60)))
        keys = np.arange(resolved.models, dtype=np.int32)
        found = engine_rows.lineage_rows(resolved, keys, resolved.line, None)
        stubs = {name: node for node, name in enumerate(resolved.names) if node >= resolved.models}
        via = [stubs.get(name, key) for key, name in found.select("via_key", "via_name").iter_rows()]
        parents = parents_of(resolved)
        for row, (model, root) in enumerate(zip(resolved.model.tolist(), resolved.root.tolist(), strict=True)):
            credit = {parent: credit_of(parent, root, parents) for parent in parents[model]}
            best = min(credit, key=lambda parent: (-credit[parent], parent), default=None)
            tied = [parent for parent in credit if credit[parent] == credit.get(best)]
            assert via[row] in tied if len(tied) > 1 else via[row] == best
            merged += len(credit) > 1
    assert merged > 1000


def test_of_parents_with_equal_credit_the_first_by_name_is_told() -> None:
    tune = {"b": {"a": "hub"}, "c": {"a": "hub"}, "m": {"c": "hub", "b": "hub"}}
    resolved = resolve(edges_of(World(dict.fromkeys("acbm", 1), tune)))
    rows = engine_rows.lineage_rows(resolved, np.arange(4, dtype=np.int32), resolved.line, None)
    assert rows.filter(pl.col("model_key") == 3)["via_key"].to_list() == [list(resolved.names).index("b")]


def parents_of(resolved: Resolved) -> dict[int, list[int]]:
    parents = defaultdict(list)
    for derivative, parent in zip(resolved.edge_derivative.tolist(), resolved.edge_parent.tolist(), strict=True):
        parents[derivative].append(parent)
    return parents


def credit_of(node: int, root: int, parents: dict[int, list[int]]) -> Fraction:
    """Return how much of a node's credit is a root's, by walking every path."""
    above = parents.get(node, [])
    if not above:
        return Fraction(int(node == root))
    return sum((credit_of(parent, root, parents) for parent in above), Fraction(0)) / len(above)
