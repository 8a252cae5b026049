"""Propagate credit up the graph: each parent of a model gets an equal share, until a stop is reached.

Most models have one parent. Such a chain is skipped by pointer doubling (the parent's parent, and so on), so its
length does not matter. Only nodes with several parents (merges) are processed in order. A node has one row per label:
(label of the stop, parts of the node's credit, longest path, weakest evidence).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tracker.graph.ragged import heads, positions, starts_of
from tracker.graph.shapes import NO_EVIDENCE, Bools, Int8s, Int32s, Int64s
from tracker.lineage.whole import FINE


@dataclass(frozen=True)
class Parents:
    """Acyclic edges sorted by derivative, and an order of the nodes in which parents come first."""

    parent: Int32s
    evidence: Int8s
    counts: Int64s  # how many parents each node has
    starts: Int64s  # the index of a node's first parent
    order: Int32s


@dataclass(frozen=True)
class Rows:
    """Rows of the requested nodes, sorted by node and label.

    A node whose path ends in a stop has one row, with its whole credit. `merged` are the indices of rows of nodes whose
    path ends in a merge; the `parts` of such a node sum to FINE, less the remainders of divisions.
    """

    node: Int32s
    label: Int32s
    depth: Int32s
    evidence: Int8s
    merged: Int64s
    parts: Int64s


@dataclass(frozen=True)
class _Jump:
    """For each node the first merge or stop on its path up, the number of steps to it and their weakest evidence."""

    to: Int32s
    steps: Int32s
    evidence: Int8s


def share_credit(parents: Parents, stops: Bools, labels: Int32s, nodes: int) -> Rows:
    """Return the rows of nodes 0 to `nodes`-1. A node without parents must be a stop; `labels` has one a node."""
    jump = _jump(parents, stops)
    ledger = _Ledger(labels)
    merges = np.flatnonzero(~stops & (parents.counts > 1))
    merges = merges[np.argsort(parents.order[merges], kind="stable")]
    rounds = heads(parents.order[merges])
    for batch in np.split(merges, rounds[1:]) if len(merges) else []:
        ledger.add(batch, *_merge(batch, parents, jump, ledger))
    return _rows_of(slice(nodes), jump, ledger)


def _jump(parents: Parents, stops: Bools) -> _Jump:
    ends = stops | (parents.counts > 1)
    only = np.flatnonzero(~ends)
    edge = parents.starts[only]
    to = np.arange(len(stops), dtype=np.int32)
    to[only] = parents.parent[edge]
    steps = np.zeros(len(stops), dtype=np.int32)
    steps[only] = 1
    evidence = np.full(len(stops), NO_EVIDENCE, dtype=np.int8)
    evidence[only] = parents.evidence[edge]
    while len(only := only[~ends[to[only]]]):
        via = to[only]
        # read all three before writing any: one doubling must see only the state before it
        further, more, weakest = to[via], steps[via], evidence[via]
        to[only] = further
        steps[only] += more
        evidence[only] = np.maximum(evidence[only], weakest)
    return _Jump(to, steps, evidence)


class _Ledger:
    """The rows of all merges processed so far, in growing arrays; a stop has one row, with its entry of `labels`."""

    def __init__(self, labels: Int32s) -> None:
        self.labels = labels
        self.starts = np.zeros(len(labels), dtype=np.int64)
        self.counts = np.zeros(len(labels), dtype=np.int64)
        self._used = 0
        self.label = np.zeros(0, dtype=np.int32)
        self.parts = np.zeros(0, dtype=np.int64)
        self.depth = np.zeros(0, dtype=np.int32)
        self.evidence = np.zeros(0, dtype=np.int8)

    def add(self, nodes: Int64s, counts: Int64s, label: Int32s, parts: Int64s, depth: Int32s, evidence: Int8s) -> None:
        """Append the rows of some nodes, `counts` rows each."""
        begin, end = self._used, self._used + len(label)
        if end > len(self.label):
            self._grow(end)
        self.label[begin:end] = label
        self.parts[begin:end] = parts
        self.depth[begin:end] = depth
        self.evidence[begin:end] = evidence
        self.starts[nodes] = begin + starts_of(counts)
        self.counts[nodes] = counts
        self._used = end

    def _grow(self, needed: int) -> None:
        size = needed + needed // 2
        self.label = np.resize(self.label, size)
        self.parts = np.resize(self.parts, size)
        self.depth = np.resize(self.depth, size)
        self.evidence = np.resize(self.evidence, size)


def _merge(
    merges: Int64s, parents: Parents, jump: _Jump, ledger: _Ledger
) -> tuple[Int64s, Int32s, Int64s, Int32s, Int8s]:
    """Return the rows of merges from their parents' rows: counts, then the columns, sorted by merge and label."""
    counts = parents.counts[merges]
    edges = positions(parents.starts[merges], counts)
    rows = _rows_of(parents.parent[edges], jump, ledger)
    merge = np.repeat(np.arange(len(merges), dtype=np.int64), counts)[rows.node]
    evidence = np.maximum(rows.evidence, parents.evidence[edges][rows.node])
    parts = np.full(len(merge), FINE, dtype=np.int64)
    parts[rows.merged] = rows.parts
    key = (merge << 32) + rows.label
    order = np.argsort(key, kind="stable")
    first = heads(key[order])
    owner = merge[order][first]
    return (
        np.diff(np.append(heads(owner), len(owner))),
        rows.label[order][first],
        np.add.reduceat((parts // counts[merge])[order], first),
        np.maximum.reduceat(rows.depth[order], first) + 1,
        np.maximum.reduceat(evidence[order], first),
    )


def _rows_of(nodes: Int32s | slice, jump: _Jump, ledger: _Ledger) -> Rows:
    """Return the rows of nodes whose jumps end in a stop or a processed merge; `node` is the position in `nodes`."""
    ends = jump.to[nodes]
    counts = ledger.counts[ends]
    merged = np.flatnonzero(counts)
    counts = np.maximum(counts, 1)  # most end in a stop, and have its one row
    here = positions(starts_of(counts)[merged], counts[merged])
    there = positions(ledger.starts[ends[merged]], counts[merged])
    rows = Rows(
        node=np.repeat(np.arange(len(ends), dtype=np.int32), counts),
        label=np.repeat(ledger.labels[ends], counts),
        depth=np.repeat(jump.steps[nodes], counts),
        evidence=np.repeat(jump.evidence[nodes], counts),
        merged=here,
        parts=ledger.parts[there],
    )
    rows.label[here] = ledger.label[there]
    rows.depth[here] += ledger.depth[there]
    rows.evidence[here] = np.maximum(rows.evidence[here], ledger.evidence[there])
    return rows
