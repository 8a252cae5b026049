"""Where a declared chain leads nowhere, an exact row of the registry speaks: the rule that is applied last."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tracker.graph.ragged import starts_of
from tracker.graph.shapes import Bools, Edges


def kept(edges: Edges, exact: Bools) -> Bools:
    """Return which edges stay: a node with an exact row loses its parents where none of them leads to a line.

    Of several such nodes on one way the uppermost does; whatever declares it then leads to its line. In a circle of
    them it is the last by name. `exact` has one flag a node: a row of roots.csv names this repository and its line.
    """
    counts = np.bincount(edges.derivative, minlength=edges.nodes)
    starts = starts_of(counts)
    asked = np.flatnonzero(exact & (edges.line >= 0) & (counts > 0)).tolist()

    def parents(node: int) -> list[int]:
        found = edges.parent[starts[node] : starts[node] + counts[node]].tolist()
        return sorted(found, key=lambda parent: edges.names[parent])

    cut = _without_end(sorted(asked, key=lambda node: edges.names[node]), set(asked), parents, edges)
    stays = np.ones(edges.nodes, dtype=np.bool_)
    stays[list(cut)] = False
    return stays[edges.derivative]


def _without_end(asked: list[int], exact: set[int], parents: Callable[[int], list[int]], edges: Edges) -> set[int]:
    """Return the exact nodes from which no way leads to a line, those above them settled first."""
    ends: dict[int, bool] = {}
    cut: set[int] = set()
    ways = [(node, False) for node in reversed(asked)]
    while ways:
        node, is_settled = ways.pop()
        if is_settled:
            above = parents(node)
            ends[node] = any(ends[parent] for parent in above) if above else bool(edges.line[node] >= 0)
            if not ends[node] and node in exact:
                cut.add(node)
                ends[node] = True
        elif node not in ends:
            ends[node] = False  # until it is settled: who comes back to it in a circle finds no end there
            ways.append((node, True))
            ways += [(parent, False) for parent in reversed(parents(node)) if parent not in ends]
    return cut
