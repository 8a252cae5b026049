"""The order of names: what ties end in, since numbers of nodes hang on the history of a data folder."""

from __future__ import annotations

import numpy as np
import polars as pl

from tracker.graph.ragged import heads
from tracker.graph.shapes import Int32s, Int64s


def places(names: pl.Series, nodes: Int64s | Int32s) -> Int64s:
    """Return the place of each of some nodes in the order of names."""
    ordered = np.sort(nodes.astype(np.int64))
    known = ordered[heads(ordered)]
    place = np.empty(len(known), dtype=np.int64)
    place[names.gather(known).arg_sort().to_numpy()] = np.arange(len(known), dtype=np.int64)
    return place[np.searchsorted(known, nodes)]
