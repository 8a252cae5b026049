"""Rows of different lengths kept end to end: the index tricks that the engine is made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracker.graph.shapes import Int32s, Int64s


def starts_of(counts: Int32s | Int64s) -> Int64s:
    """Return where each run begins when runs of these lengths stand end to end."""
    starts = np.zeros(len(counts), dtype=np.int64)
    np.cumsum(counts[:-1], out=starts[1:])
    return starts


def positions(starts: Int64s, counts: Int32s | Int64s) -> Int64s:
    """Return the positions of all elements of the given runs, run after run."""
    return np.repeat(starts - starts_of(counts), counts) + np.arange(int(counts.sum()), dtype=np.int64)


def pairs(first: Int32s | Int64s, second: Int32s) -> Int64s:
    """Return two numbers as one, which sorts by the first and then by the second; neither is negative."""
    return (first.astype(np.int64) << 32) | second


def runs(ordered: Int32s, values: Int32s) -> tuple[Int64s, Int64s]:
    """Return where each value's run begins in an ordered array, and how long it is: 0 where the value is not in it."""
    starts = np.searchsorted(ordered, values)
    return starts, np.searchsorted(ordered, values, side="right") - starts


def heads(ordered: NDArray[np.int32] | NDArray[np.int64]) -> Int64s:
    """Return the positions at which a new value begins in an ordered array.

    numpy's own unique hashes, which is many times slower than a sort and this.
    """
    if not len(ordered):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
