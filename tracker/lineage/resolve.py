"""Resolve chosen edges: roots with their credit, nearest lines, depth, status, weakest evidence."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tracker.graph.names import places
from tracker.graph.ragged import starts_of
from tracker.graph.shapes import (
    CYCLE,
    DANGLING,
    DERIVED,
    OUTSIDE,
    ROOT,
    SCALE,
    Bools,
    Edges,
    Int8s,
    Int32s,
    Int64s,
    Resolved,
)
from tracker.lineage.credit import Parents, Rows, share_credit
from tracker.lineage.cycles import Broken, break_cycles
from tracker.lineage.whole import FINE, in_units

LEAST = int(np.iinfo(np.int16).min)  # of codes of lines; places are not negative


def resolve(edges: Edges) -> Resolved:
    """Return where every model comes from. The result does not depend on the order of the edges.

    Credit is split equally over the distinct parents that remain after loops are broken. It runs up to nodes without
    parents (`root`), and separately to the first repository whose own name has a line (`near_`).
    """
    broken = break_cycles(edges)
    parents = _parents(edges, broken)
    rootless = parents.counts == 0
    numbers = np.arange(edges.nodes, dtype=np.int32)
    derivative = edges.derivative[broken.kept]
    with ThreadPoolExecutor(1) as beside:  # numpy releases the GIL, so two cores work
        lines = beside.submit(_near, edges, parents, rootless)
        shares = beside.submit(_edge_credit, edges, parents, derivative)
        roots = share_credit(parents, rootless, numbers, edges.models)
        credit = _units(roots, lambda labels: places(edges.names, labels))
        near, near_credit = lines.result()
    return Resolved(
        variant=edges.variant,
        names=edges.names,
        models=edges.models,
        covered=np.arange(edges.models, dtype=np.int32),
        line=edges.line,
        model=roots.node,
        root=roots.label,
        credit=credit,
        depth=roots.depth,
        status=_status(edges, roots, broken),
        evidence=roots.evidence,
        near_model=near.node,
        near_line=near.label.astype(np.int16),
        near_credit=near_credit,
        edge_derivative=derivative,
        edge_parent=parents.parent,
        edge_relation=edges.relation[broken.kept],
        edge_evidence=parents.evidence,
        edge_credit=shares.result(),
        self_reference=edges.self_reference,
        in_cycle=broken.in_cycle[: edges.models],
    )


def _near(edges: Edges, parents: Parents, rootless: Bools) -> tuple[Rows, Int32s]:
    """Return the rows of the nearest lines, and their units of credit."""
    near = share_credit(parents, rootless | (edges.line >= 0), edges.line.astype(np.int32), edges.models)
    return near, _units(near, lambda labels: labels.astype(np.int64) - LEAST)


def _units(rows: Rows, order: Callable[[Int32s], Int64s]) -> Int32s:
    """Return the units of credit of each row; `order` returns the order of some labels, for the remainders."""
    units = np.full(len(rows.node), SCALE, dtype=np.int32)
    label = rows.label[rows.merged]
    units[rows.merged] = in_units(rows.parts, rows.node[rows.merged], lambda some: order(label[some]))
    return units


def _parents(edges: Edges, broken: Broken) -> Parents:
    counts = np.bincount(edges.derivative[broken.kept], minlength=edges.nodes)
    return Parents(
        parent=edges.parent[broken.kept],
        evidence=edges.evidence[broken.kept],
        counts=counts,
        starts=starts_of(counts),
        order=broken.order,
    )


def _edge_credit(edges: Edges, parents: Parents, derivative: Int32s) -> Int32s:
    """Return each parent's share of credit: equal shares, except for the remainder of units."""
    credit = np.full(len(derivative), SCALE, dtype=np.int32)
    several = np.flatnonzero(parents.counts[derivative] > 1)
    owner, parent = derivative[several], parents.parent[several]
    parts = FINE // parents.counts[owner]
    credit[several] = in_units(parts, owner, lambda rows: places(edges.names, parent[rows]))
    return credit


def _status(edges: Edges, rows: Rows, broken: Broken) -> Int8s:
    """Return the status of each row: CYCLE takes precedence, then the state of the root decides.

    If the root is not on the Hub the row is DANGLING: the root was removed, or a night of full scope did not have it.
    If no such night has looked for the root, the row is OUTSIDE.
    """
    gone = np.ones(edges.nodes, dtype=np.bool_)
    gone[: edges.models] = ~edges.present
    status = np.full(len(rows.node), DERIVED, dtype=np.int8)
    lost = np.flatnonzero(gone[rows.label])
    status[lost] = np.where(edges.sought[rows.label[lost]], DANGLING, OUTSIDE)
    status[rows.node == rows.label] = ROOT
    status[broken.in_cycle[rows.node]] = CYCLE
    return status
