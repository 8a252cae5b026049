"""Credit in whole units: a model's credit is split into 10^9 units, and each root gets at least one.

Paths upwards are counted in parts, 10^18 of a credit, as exact integers: sums do not depend on their order. Remainders
of less than a unit are assigned by name, so the keys that a data folder gives its models have no influence.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tracker.graph.ragged import heads, starts_of
from tracker.graph.shapes import SCALE, Bools, Int32s, Int64s

FINE = 10**18  # a model's whole credit while paths are followed; twice that still fits 64 bits
_GRAIN = 1000  # parts are rounded to a thousandth of a unit, since divisions drop a little


def in_units(parts: Int64s, owner: Int64s | Int32s, places: Callable[[Int64s], Int64s], scale: int = SCALE) -> Int64s:
    """Return each row's units of its owner's credit; an owner's sum to exactly `scale`, and no row has none.

    Rows are sorted by owner; the `parts` of an owner sum to FINE, less the remainders of divisions. Parts are rounded
    down to whole units. The units that remain go, one each, first to rows that had a remainder, in the order of
    `places`, a function from row indices to 0 to 2^32. A row of less than a unit gets one, taken from the largest row.
    Raises ValueError for more rows of an owner than units.
    """
    units = np.full(len(parts), scale, dtype=np.int64)
    first = heads(owner)
    counts = np.diff(np.append(first, len(owner)))
    if len(counts) and counts.max() > scale:
        raise ValueError(f"{counts.max():,} roots cannot share {scale:,} units of credit")
    several = np.flatnonzero(np.repeat(counts > 1, counts))  # most models have one root
    counts = counts[counts > 1]
    grain = FINE // (scale * _GRAIN)
    rounded = (parts[several] + grain // 2) // grain
    whole = np.maximum(rounded // _GRAIN, 1)
    left = scale - np.add.reduceat(whole, starts_of(counts)) if len(counts) else counts
    units[several] = whole
    for spread, some in ((_give, left > 0), (_take, left < 0)):
        rows = several[np.repeat(some, counts)]  # few owners: most have no remainder and need no order
        even = rounded[np.repeat(some, counts)] % _GRAIN == 0
        units[rows] = spread(units[rows], even, counts[some], left[some], places(rows))
    return units


def _give(units: Int64s, even: Bools, counts: Int64s, left: Int64s, place: Int64s) -> Int64s:
    """Return the units of owners of `counts` rows each, with the units `left` of each given to the first by name."""
    owner = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    by_name = np.argsort((owner << 1 | even) << 32 | place)
    units[by_name] += _rank(counts) < np.repeat(left, counts)
    return units


def _take(units: Int64s, _even: Bools, counts: Int64s, left: Int64s, place: Int64s) -> Int64s:
    """Return the units of owners of `counts` rows each, with the surplus of each taken from its largest rows."""
    owner = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    by_size = np.lexsort((place, -units, owner))
    spare = units[by_size] - 1
    before = np.cumsum(spare) - spare
    before -= np.repeat(before[starts_of(counts)], counts)
    units[by_size] -= np.clip(np.repeat(-left, counts) - before, 0, spare)
    return units


def _rank(counts: Int64s) -> Int64s:
    return np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(starts_of(counts), counts)
