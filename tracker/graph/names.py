"""The order of names: what ties end in, since numbers of nodes hang on the history of a data folder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tracker.graph.ragged import heads
from tracker.graph.shapes import Int32s, Int64s


def places(names: Sequence[str], nodes: Int64s | Int32s) -> Int64s:
    """Return the place of each of some nodes in the order of names."""
    ordered = np.sort(nodes.astype(np.int64))
    known = ordered[heads(ordered)]
    by_name = np.array(sorted(range(len(known)), key=lambda each: names[int(known[each])]), dtype=np.int64)
    place = np.empty(len(known), dtype=np.int64)
    place[by_name] = np.arange(len(known), dtype=np.int64)
    return place[np.searchsorted(known, nodes)]
