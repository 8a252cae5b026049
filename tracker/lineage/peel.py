"""Peel a graph from its roots (a topological sort): each round removes the nodes whose parents are all removed.

The nodes that remain at the end are cycles and their descendants.
"""

from __future__ import annotations

import numpy as np

from tracker.graph.ragged import heads, positions, starts_of
from tracker.graph.shapes import Int32s, Int64s

# a round of fewer edges is faster in plain Python than in array calls, so that long chains stay fast
FEW_EDGES = 48


def peel(nodes: int, derivative: Int32s, parent: Int32s) -> Int32s:
    """Return the round of each node, 0 for those without parents, -1 for those in and below cycles."""
    waiting = np.bincount(derivative, minlength=nodes).astype(np.int32)
    counts = np.bincount(parent, minlength=nodes)
    starts = starts_of(counts)
    derivatives = derivative[np.argsort(parent)]
    rounds = np.full(nodes, -1, dtype=np.int32)
    ready, number = np.flatnonzero(waiting == 0), 0
    while len(ready):
        rounds[ready] = number
        ready = _release(ready, waiting, starts, counts, derivatives)
        number += 1
    return rounds


def _release(peeled: Int64s, waiting: Int32s, starts: Int64s, counts: Int64s, derivatives: Int32s) -> Int64s:
    """Remove the edges of the nodes just peeled; return the nodes that are ready now."""
    ours = counts[peeled]
    peeled, ours = peeled[ours > 0], ours[ours > 0]  # most models are nobody's parent
    if int(ours.sum()) < FEW_EDGES:
        return _release_few(peeled, waiting, starts, counts, derivatives)
    reached = np.sort(derivatives[positions(starts[peeled], ours)])
    first = heads(reached)
    targets = reached[first].astype(np.int64)
    waiting[targets] -= np.diff(np.append(first, len(reached))).astype(np.int32)
    return np.asarray(targets[waiting[targets] == 0])


def _release_few(peeled: Int64s, waiting: Int32s, starts: Int64s, counts: Int64s, derivatives: Int32s) -> Int64s:
    free = []
    for node in peeled.tolist():
        start = int(starts[node])
        for target in derivatives[start : start + int(counts[node])].tolist():
            waiting[target] -= 1
            if waiting[target] == 0:
                free.append(target)
    return np.array(free, dtype=np.int64)
