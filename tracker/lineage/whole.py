"""Credit in whole units: a model's credit is cut into 10^9 of them, and each root has some.

Ways upwards are counted in parts of 10^18, which integers hold exactly: sums do not depend on their order. What of
that is less than a unit is given out by name, so no number that a data folder gives its models plays a part.
"""

from __future__ import annotations

import numpy as np

from tracker.graph.ragged import heads, starts_of
from tracker.graph.shapes import SCALE, Int32s, Int64s

FINE = 10**18  # a model's whole credit while ways are followed; twice that still fits 64 bits
_GRAIN = 1000  # parts that differ by less than a thousandth of a unit are taken for equal: divisions drop a little


def in_units(parts: Int64s, owner: Int64s | Int32s, place: Int64s, scale: int = SCALE) -> Int64s:
    """Return each row's units of its owner's credit; an owner's sum to exactly `scale`, and no row has none.

    Rows are sorted by owner; the `parts` of an owner sum to FINE, but for what divisions dropped. Parts are cut to
    whole units; what is left over goes, a unit each, to the first by `place` of those that did not come out even. A row
    of less than a unit has one, taken from the largest. Raises ValueError for more rows of an owner than units.
    """
    units = np.full(len(parts), scale, dtype=np.int64)
    first = heads(owner.astype(np.int64))
    counts = np.diff(np.append(first, len(owner)))
    if len(counts) and counts.max() > scale:
        raise ValueError(f"{counts.max():,} roots cannot share {scale:,} units of credit")
    several = np.repeat(counts > 1, counts)  # most models have one root
    counts = counts[counts > 1]
    units[several] = _shared(parts[several], counts, place[several], scale)
    return units


def _shared(parts: Int64s, counts: Int64s, place: Int64s, scale: int) -> Int64s:
    owner = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    grain = FINE // (scale * _GRAIN)
    rounded = (parts + grain // 2) // grain
    units = np.maximum(rounded // _GRAIN, 1)
    starts = starts_of(counts)
    left = np.repeat(scale - np.add.reduceat(units, starts), counts) if len(counts) else units
    by_name = np.lexsort((place, rounded % _GRAIN == 0, owner))
    units[by_name] += _rank(counts) < left
    by_size = np.lexsort((place, -units, owner))
    spare = units[by_size] - 1
    before = np.cumsum(spare) - spare
    before -= np.repeat(before[starts], counts)
    units[by_size] -= np.clip(-left - before, 0, spare)
    return units


def _rank(counts: Int64s) -> Int64s:
    return np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(starts_of(counts), counts)
