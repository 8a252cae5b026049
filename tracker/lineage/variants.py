"""The four variants of lineage: the default for all models, the others only for models that may differ from it.

    changed (other edges) ──all below──► may differ ──all above──► resolved again

A model's answer depends only on its own edges and those of its ancestors. If none of these nodes is changed, the answer
is the default's. Otherwise the model is below a changed node, and edges of the default lead there: an edge that only
the variant has starts at a node that is itself changed.

The models that may differ are resolved in a subgraph: these models and all nodes above them in the variant. So every
parent of every node of the subgraph is in it. The members of a loop are above each other, so the subgraph has all edges
of a loop or none: the same loops are found, and the same edges dropped. Credit is counted in integers and remainders
are assigned by name, so it is the same as in the whole graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tracker.graph.ragged import heads, pairs, positions, starts_of
from tracker.graph.shapes import Bools, Candidates, Edges, Int32s, Int64s, Resolved
from tracker.lineage.choose.evidence import choose
from tracker.lineage.choose.named import Named
from tracker.lineage.resolve import resolve
from tracker.registry import Registry
from tracker.words import VARIANTS


def resolve_all(candidates: Candidates, registry: Registry, variants: Sequence[str] = VARIANTS) -> dict[str, Resolved]:
    """Return the lineage of every model by default, and for each other variant that of models that may differ.

    The default is the first of `variants`.
    """
    edges, *others = _choose_all(candidates, registry, variants)
    default = resolve(edges)
    return {each.variant: each for each in (default, *resolve_others(edges, default, others))}


def _choose_all(candidates: Candidates, registry: Registry, variants: Sequence[str]) -> list[Edges]:
    """Return the edges of the variants; names are read once for all, and freed before anything is resolved."""
    named = Named(candidates, registry)
    return [choose(candidates, registry, variant, named) for variant in variants]


def resolve_others(edges: Edges, default: Resolved, others: Iterable[Edges]) -> Iterator[Resolved]:
    """Yield for each other variant of the same nodes the lineage of the models that may differ from the default."""
    below = _Steps.of(edges.nodes, edges.parent, edges.derivative)
    for other in others:
        yield _resolve_part(other, _may_differ(edges, other, below), default)


@dataclass(frozen=True)
class _Steps:
    """The edges of a graph by their start node, in one direction."""

    starts: Int64s
    counts: Int64s
    ends: Int32s

    @classmethod
    def of(cls, nodes: int, start: Int32s, end: Int32s) -> _Steps:
        counts = np.bincount(start, minlength=nodes)
        return cls(starts_of(counts), counts, end[np.argsort(start)])

    def reach(self, marked: Bools) -> None:
        """Mark all nodes that can be reached from marked ones."""
        here = np.flatnonzero(marked)
        while len(here):
            there = self.ends[positions(self.starts[here], self.counts[here])]
            there = np.sort(there[~marked[there]])
            here = there[heads(there)].astype(np.int64)
            marked[here] = True


def _may_differ(default: Edges, other: Edges, below: _Steps) -> Bools:
    """Return for each node whether the other variant may differ there, or at a descendant of it.

    Stubs with parents are always marked, so that every variant has their edges.
    """
    marked = _changed(default, other)
    below.reach(marked)
    marked[other.derivative[np.searchsorted(other.derivative, other.models) :]] = True
    _Steps.of(other.nodes, other.derivative, other.parent).reach(marked)
    return marked


def _changed(default: Edges, other: Edges) -> Bools:
    """Return for each node whether its edges differ."""
    ours, theirs = pairs(other.derivative, other.parent), pairs(default.derivative, default.parent)
    place = np.minimum(np.searchsorted(theirs, ours), max(len(theirs) - 1, 0))
    same = np.zeros(len(ours), dtype=np.bool_)
    if len(theirs):
        same = theirs[place] == ours
        same &= (default.relation[place] == other.relation) & (default.evidence[place] == other.evidence)
    gone = np.ones(len(theirs), dtype=np.bool_)
    gone[place[same]] = False
    changed = np.zeros(other.nodes, dtype=np.bool_)
    changed[other.derivative[~same]] = True
    changed[default.derivative[gone]] = True
    return changed


def _resolve_part(edges: Edges, part: Bools, default: Resolved) -> Resolved:
    """Return the lineage of the models of a subgraph, which has all parents of its nodes."""
    nodes = np.flatnonzero(part).astype(np.int32)
    models = nodes[: np.searchsorted(nodes, edges.models)]
    places = np.cumsum(part, dtype=np.int32) - 1
    inside = part[edges.derivative]
    resolved = resolve(
        replace(
            edges,
            models=len(models),
            names=edges.names.gather(nodes),
            created_at=edges.created_at[models],
            present=edges.present[models],
            sought=edges.sought[nodes],
            line=edges.line[nodes],
            self_reference=edges.self_reference[models],
            derivative=places[edges.derivative[inside]],
            parent=places[edges.parent[inside]],
            relation=edges.relation[inside],
            evidence=edges.evidence[inside],
        )
    )
    in_cycle = default.in_cycle.copy()
    in_cycle[models] = resolved.in_cycle
    return replace(
        resolved,
        names=edges.names,
        models=edges.models,
        covered=models,
        line=edges.line,
        model=nodes[resolved.model],
        root=nodes[resolved.root],
        near_model=nodes[resolved.near_model],
        edge_derivative=nodes[resolved.edge_derivative],
        edge_parent=nodes[resolved.edge_parent],
        self_reference=edges.self_reference,
        in_cycle=in_cycle,
    )
