"""Which models a variant answers otherwise for than the default reading: only their rows are stored a second time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.graph.ragged import positions, runs
from tracker.graph.shapes import Resolved

Array = NDArray[Any]
Bools = NDArray[np.bool_]


def lineage(default: Resolved, other: Resolved) -> Bools:
    """Return for each model whether its roots differ between two variants of the same candidates."""
    return _differing(
        other, *((of.model, of.root, of.credit, of.depth, of.status, of.evidence) for of in (default, other))
    )


def edges(default: Resolved, other: Resolved) -> Bools:
    """Return for each model whether the edges that count differ between two variants of the same candidates."""
    return _differing(
        other,
        *(
            (of.edge_derivative, of.edge_parent, of.edge_relation, of.edge_evidence, of.edge_credit)
            for of in (default, other)
        ),
    )


def nearest(default: Resolved, other: Resolved) -> Bools:
    """Return for each model whether its nearest lines differ between two variants of the same candidates."""
    return _differing(other, *((of.near_model, of.near_line, of.near_credit) for of in (default, other)))


def _differing(other: Resolved, ours: tuple[Array, ...], theirs: tuple[Array, ...]) -> Bools:
    """Compare the rows of the models that a variant covers; the others do not differ.

    Both are columns sorted by model and then by what the row is about, so that equal answers are equal row by row.
    """
    covered = other.covered
    (our_starts, our_counts), (their_starts, their_counts) = (runs(rows[0], covered) for rows in (ours, theirs))
    alike = our_counts == their_counts
    here, there = (positions(starts[alike], our_counts[alike]) for starts in (our_starts, their_starts))
    unequal = np.zeros(len(here), dtype=np.bool_)
    for one, another in zip(ours[1:], theirs[1:], strict=True):
        unequal |= one[here] != another[there]
    differs = np.zeros(other.models, dtype=np.bool_)
    differs[covered[~alike]] = True
    differs[ours[0][here[unequal]]] = True
    return differs
