"""Lineage of everything against networkx, and against the oracle on a sample.

    python -m tests.bench.bench_lineage [MODELS] [--without-networkx]

A generated Hub with the proportions of the real one: 45 % of the models have a parent, 6 % of those are
merges, 2 % hang on parents that are not there, there are loops, self references and a chain of 45. Each
engine runs in a process of its own; seconds are wall time, `resolve` is the graph alone (what networkx
does, too), `choose` reads all names under the registry that ships.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import time
from fractions import Fraction
from typing import Any

import networkx
import numpy as np
import polars as pl

from tests.bench.figure import Figure
from tests.lineage.oracle import World, counted, lineages
from tracker import lineage, registry
from tracker.lineage import Candidates, Edges, Resolved

STUBS = 20_000
SEED = 20261122


def figures(scale: float = 1.0) -> list[Figure]:
    """Return the figures of 3.5 million models, and how ten million compare."""
    usual = run(int(3_500_000 * scale))
    large = run(int(10_000_000 * scale), against_networkx=False)
    assert usual["equal_to_networkx"], "the two engines disagree"
    size = f"{usual['models'] / 1e6:g} M models"
    networkx_seconds = usual["networkx_seconds"]
    growth = large["seconds"] / usual["seconds"]
    return [
        Figure(f"lineage, {size}, {usual['edges']:,} edges: choose and resolve", usual["seconds"], "s", 6),
        Figure("of it choose, which reads all names", usual["choose_seconds"], "s"),
        Figure(
            "of it resolve, the graph alone, over networkx",
            usual["seconds_ratio"],
            "",
            0.1,
            alternative=f"networkx: {networkx_seconds:.1f} s, {usual['networkx_megabytes']:,.0f} MB",
            ratio=usual["seconds_ratio"],
        ),
        Figure("choose and resolve over networkx, which has no choosing", usual["seconds"] / networkx_seconds),
        Figure(
            "lineage, peak memory",
            usual["peak_megabytes"],
            "MB",
            1500,
            alternative=f"its input alone: {usual['input_megabytes']:,.0f} MB",
            ratio=usual["peak_megabytes"] / usual["input_megabytes"],
        ),
        Figure("largest error of a model's weights", usual["largest_weight_error"], "", 1e-12),
        Figure("models compared with the oracle, all equal", usual["oracle_sample"], "", 2000, at_least=True),
        Figure(
            f"lineage, {large['models'] / 1e6:g} M models over {size}",
            growth,
            "",
            3.5,
            alternative=f"{large['models'] / usual['models']:.2f} times the models: {large['seconds']:.1f} s",
            ratio=growth,
        ),
        Figure(f"lineage, {large['models'] / 1e6:g} M models, peak memory", large["peak_megabytes"], "MB"),
    ]


def run(models: int, against_networkx: bool = True) -> dict[str, Any]:
    """Return the figures of one size."""
    ours = _in_process("ours", models)
    found = {"models": models, **ours}
    if against_networkx:
        theirs = _in_process("networkx", models)
        found["networkx_seconds"] = theirs["seconds"]
        found["networkx_megabytes"] = theirs["megabytes"]
        found["seconds_ratio"] = ours["resolve_seconds"] / theirs["seconds"]
        found["equal_to_networkx"] = math.isclose(ours["checksum"], theirs["checksum"], rel_tol=1e-9)
    return found


def _in_process(engine: str, models: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.bench_lineage", str(models), "--engine", engine]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def generate(models: int) -> Candidates:
    """Return a Hub of this size; every edge is declared twice, by the Hub and by a tag, as real ones are."""
    rng = np.random.default_rng(SEED)
    derivative, parent = _edges(models, rng)
    count = len(derivative)
    return Candidates(
        model_keys=np.arange(models, dtype=np.int32),
        names=pl.Series(_names(models, rng)),
        created_at=np.arange(models, dtype=np.int64),
        present=np.ones(models, dtype=np.bool_),
        derivative=np.tile(derivative, 2).astype(np.int32),
        parent=np.tile(parent, 2).astype(np.int32),
        relation=np.zeros(2 * count, dtype=np.int8),
        evidence=np.repeat(np.array([lineage.HUB, lineage.TAG], dtype=np.int8), count),
        ordinal=np.zeros(2 * count, dtype=np.int32),
    )


def _edges(models: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return derivative and parent: mostly to old, popular models, some to close relatives."""
    derived = np.flatnonzero(rng.random(models) < 0.451)
    derived = derived[derived >= 1000]
    popular = (derived * rng.random(len(derived)) ** 6).astype(np.int64)
    close = derived - rng.integers(1, 50, len(derived))
    parent = np.where(rng.random(len(derived)) < 0.35, close, popular)
    missing = rng.random(len(derived)) < 0.036
    parent[missing] = models + rng.integers(0, STUBS, int(missing.sum()))
    merges = derived[rng.random(len(derived)) < 0.065]
    more = np.repeat(merges, rng.integers(1, 6, len(merges)))
    chain = np.arange(2000, 2045)
    loops = rng.integers(3000, models - 9, 129)
    itself = rng.integers(0, models, 350)
    return (
        np.concatenate((derived, more, chain, loops, loops + 5, itself)),
        np.concatenate(
            (parent, (more * rng.random(len(more)) ** 3).astype(np.int64), chain - 1, loops + 5, loops, itself)
        ),
    )


def _names(models: int, rng: np.random.Generator) -> list[str]:
    """Return model names, one in ten in a namespace that the registry speaks of, then the stubs'."""
    patterns = [root.pattern.replace("*", "7B") for root in registry.load().roots if "/" in root.pattern]
    which, users = rng.integers(0, len(patterns), models), rng.integers(0, max(models // 6, 1), models)
    official = rng.random(models) < 0.1
    names = []
    for number, (pattern, user, is_official) in enumerate(
        zip(which.tolist(), users.tolist(), official.tolist(), strict=True)
    ):
        known = patterns[pattern]
        names.append(f"{known}-{number}" if is_official else f"user{user}/{known.split('/')[1]}-tune-{number}")
    return names + [f"gone{number}/model" for number in range(STUBS)]


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def _ours(models: int) -> dict[str, Any]:
    candidates, book = generate(models), registry.load()
    before, started, cpu = _megabytes(), time.perf_counter(), time.process_time()
    edges = lineage.choose(candidates, book)
    chosen = time.perf_counter()
    resolved = lineage.resolve(edges)
    ended, cpu = time.perf_counter(), time.process_time() - cpu
    peak = _megabytes()
    total = np.bincount(resolved.model, resolved.credit) / lineage.SCALE
    return {
        "edges": len(edges.derivative),
        "merges": int((np.bincount(edges.derivative) > 1).sum()),
        "depth": int(resolved.depth.max()),
        "in_cycle": int(resolved.in_cycle.sum()),
        "self_references": int(resolved.self_reference.sum()),
        "choose_seconds": chosen - started,
        "resolve_seconds": ended - chosen,
        "seconds": ended - started,
        "cpu_seconds": cpu,
        "input_megabytes": before,
        "peak_megabytes": peak,
        "largest_weight_error": float(abs(total - 1).max()),
        "checksum": _checksum(resolved.root, resolved.credit / lineage.SCALE, edges.line, resolved),
        "oracle_sample": _agrees(edges, resolved, np.random.default_rng(SEED)),
    }


def _checksum(root: np.ndarray, weight: np.ndarray, line: np.ndarray, resolved: Resolved) -> float:
    """Return a number that any difference in roots, weights or nearest lines changes."""
    near = np.where(resolved.near_line >= 0, resolved.near_line, -1) + 2
    return float((np.sqrt(root + 1.0) * weight).sum() + (np.sqrt(near) * resolved.near_credit / lineage.SCALE).sum())


def _agrees(edges: Edges, resolved: Resolved, rng: np.random.Generator, count: int = 2000) -> int:
    """Compare the roots of some models with the oracle's, on the graph above them; return how many were compared."""
    models = set(rng.integers(0, edges.models, count).tolist()) | set(np.flatnonzero(resolved.in_cycle)[:40].tolist())
    above: dict[int, list[int]] = {}
    todo = list(models)
    while todo:
        node = todo.pop()
        if node not in above:
            start, end = np.searchsorted(edges.derivative, (node, node + 1))
            above[node] = edges.parent[start:end].tolist()
            todo += above[node]
    names = edges.names
    world = World(
        created={names[node]: int(edges.created_at[node]) for node in above if node < edges.models},
        edges={names[node]: {names[parent]: "hub" for parent in parents} for node, parents in above.items()},
    )
    answers = counted(lineages(world))
    for model in sorted(models):
        rows = slice(*np.searchsorted(resolved.model, (model, model + 1)))
        roots = zip(
            resolved.root[rows].tolist(), resolved.credit[rows].tolist(), resolved.depth[rows].tolist(), strict=True
        )
        found = {names[root]: (Fraction(credit, lineage.SCALE), depth) for root, credit, depth in roots}
        assert found == {root: row[:2] for root, row in answers[names[model]].roots.items()}, names[model]
    return len(models)


def _networkx(models: int) -> dict[str, Any]:
    """Resolve the same edges as one would with networkx: components, topological order, dictionaries of weights."""
    edges = lineage.choose(generate(models), registry.load())
    pairs = list(zip(edges.parent.tolist(), edges.derivative.tolist(), strict=True))
    created, line = edges.created_at.tolist(), edges.line.tolist()
    started = time.perf_counter()
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(edges.nodes))
    graph.add_edges_from(pairs)
    for loop in list(networkx.strongly_connected_components(graph)):
        if len(loop) > 1:
            inside = [(parent, derivative) for parent, derivative in graph.subgraph(loop).edges]
            graph.remove_edges_from([(p, c) for p, c in inside if created[p] >= created[c]])
    roots: dict[int, dict[int, float]] = {}
    near: dict[int, dict[int, float]] = {}
    for node in networkx.topological_sort(graph):
        parents = list(graph.predecessors(node))
        roots[node] = _shared([roots[parent] for parent in parents]) if parents else {node: 1.0}
        if line[node] >= 0 or not parents:
            near[node] = {max(line[node], -1): 1.0}
        else:
            near[node] = _shared([near[parent] for parent in parents])
    seconds = time.perf_counter() - started
    total = sum(math.sqrt(root + 1) * w for model in range(models) for root, w in roots[model].items())
    total += sum(math.sqrt(code + 2) * w for model in range(models) for code, w in near[model].items())
    return {"seconds": seconds, "megabytes": _megabytes(), "checksum": total}


def _shared(parents: list[dict[int, float]]) -> dict[int, float]:
    rows: dict[int, float] = {}
    for parent in parents:
        for key, weight in parent.items():
            rows[key] = rows.get(key, 0.0) + weight / len(parents)
    return rows


if __name__ == "__main__":
    size = int(float(sys.argv[1])) if len(sys.argv) > 1 else 350_000
    if "--engine" in sys.argv:
        answer = _networkx(size) if sys.argv[-1] == "networkx" else _ours(size)
    else:
        answer = run(size, against_networkx="--without-networkx" not in sys.argv)
    print(json.dumps(answer, indent=None if "--engine" in sys.argv else 2))
