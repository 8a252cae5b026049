"""Break loops, by the rule that a parent cannot be younger than its derivative.

Models that are each other's parents, over any number of steps, form a loop (a strongly connected component). Inside a
loop every edge whose parent is not older than its derivative is dropped. Age is `created_at`, unknown counts as the
youngest, and ties are broken by model id. The rest has no loop, in any order of the input. All members of a loop are
marked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tracker.graph.ragged import heads
from tracker.graph.shapes import Bools, Edges, Int32s, Int64s
from tracker.lineage.peel import peel


@dataclass(frozen=True)
class Broken:
    """The edges that are kept, the order in which nodes are resolved (parents first), and the members of loops."""

    kept: Bools  # one an edge
    order: Int32s  # one a node
    in_cycle: Bools  # one a node


def break_cycles(edges: Edges) -> Broken:
    """Return the edges without loops. Only nodes that cannot be peeled are searched for loops."""
    order = peel(edges.nodes, edges.derivative, edges.parent)
    kept = np.ones(len(edges.derivative), dtype=np.bool_)
    in_cycle = np.zeros(edges.nodes, dtype=np.bool_)
    stuck = np.flatnonzero(order < 0)
    if not len(stuck):
        return Broken(kept, order, in_cycle)
    # loops and their descendants are few: they are numbered from 0 again, and the rest of this works on them alone
    places = np.cumsum(order < 0, dtype=np.int32) - 1
    rest = np.flatnonzero((order[edges.derivative] < 0) & (order[edges.parent] < 0))
    derivative, parent = places[edges.derivative[rest]], places[edges.parent[rest]]
    loops = _loops(len(stuck), derivative, parent)
    in_cycle[stuck] = loops >= 0
    age = _ages(edges, stuck, loops >= 0)
    kept[rest] = (loops[derivative] != loops[parent]) | (loops[derivative] < 0) | (age[parent] < age[derivative])
    left = kept[rest]
    order[stuck] = int(order.max()) + 1 + peel(len(stuck), derivative[left], parent[left])
    return Broken(kept, order, in_cycle)


def _ages(edges: Edges, nodes: Int64s, members: Bools) -> Int32s:
    """Return for each of some nodes its place from oldest to youngest among the members of loops; 0 for the others."""

    def age(place: int) -> tuple[bool, int, str, int]:
        node = int(nodes[place])
        created = int(edges.created_at[node]) if node < edges.models else -1
        return (created < 0, created, edges.names[node], node)

    ages = np.zeros(len(nodes), dtype=np.int32)
    oldest_first = sorted(np.flatnonzero(members).tolist(), key=age)
    ages[oldest_first] = np.arange(len(oldest_first), dtype=np.int32)
    return ages


def _loops(nodes: int, derivative: Int32s, parent: Int32s) -> Int32s:
    """Return the number of each node's loop, -1 for nodes in none."""
    below = peel(nodes, parent, derivative)  # peel from the other end, which removes the descendants of loops
    core = (below[derivative] < 0) & (below[parent] < 0)
    derivative, parent = derivative[core], parent[core]
    ends = np.sort(np.concatenate((derivative, parent)))
    members = ends[heads(ends)]
    local_derivative, local_parent = np.searchsorted(members, derivative), np.searchsorted(members, parent)
    order = np.argsort(local_derivative, kind="stable")
    starts = np.searchsorted(local_derivative[order], np.arange(len(members) + 1))
    component = _components(starts.tolist(), local_parent[order].tolist())
    loops = np.full(nodes, -1, dtype=np.int32)
    number = np.array(component, dtype=np.int32)
    size = np.bincount(number)
    loops[members] = np.where(size[number] > 1, number, -1)
    return loops


def _components(starts: list[int], targets: list[int]) -> list[int]:
    """Return the strongly connected component of each node (Tarjan 1972, with an explicit stack)."""
    count = len(starts) - 1
    index, low, component = [-1] * count, [0] * count, [-1] * count
    place, open_nodes, counter, found = starts[:-1], list[int](), 0, 0
    for root in range(count):
        if index[root] >= 0:
            continue
        path = [root]
        while path:
            node = path[-1]
            if index[node] < 0:
                index[node] = low[node] = counter
                counter += 1
                open_nodes.append(node)
            if place[node] < starts[node + 1]:
                target = targets[place[node]]
                place[node] += 1
                if index[target] < 0:
                    path.append(target)
                elif component[target] < 0:
                    low[node] = min(low[node], index[target])
                continue
            path.pop()
            if path:
                low[path[-1]] = min(low[path[-1]], low[node])
            if low[node] == index[node]:
                found = _close(node, open_nodes, component, found)
    return component


def _close(root: int, open_nodes: list[int], component: list[int], number: int) -> int:
    """Assign a number to the component of `root`, and return the next number."""
    while True:
        node = open_nodes.pop()
        component[node] = number
        if node == root:
            return number + 1
