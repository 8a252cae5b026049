"""The types of the lineage engine: what is declared, what is chosen, what comes out. Arrays only, no I/O.

Nodes are numbers. 0 to n-1 are models in order of model_key, present or removed; from n on stand *named
stubs*, parents that no snapshot has seen, of which at least the name is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracker.words import EVIDENCES, RELATIONS, STATUSES

# codes are positions in the word lists
ROOT, DERIVED, DANGLING, OUTSIDE, CYCLE = range(len(STATUSES))
OVERRIDE, HUB, TAG, MIRROR, INFERRED = range(len(EVIDENCES))
FINETUNE, ADAPTER, QUANTIZED, MERGE, COPY, OTHER = range(len(RELATIONS))
SCALE = 1_000_000_000  # units that the credit of a model is counted in
NO_EVIDENCE = -1  # of a root: there is no step on its path

Bools = NDArray[np.bool_]
Int8s = NDArray[np.int8]
Int16s = NDArray[np.int16]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


@dataclass(frozen=True)
class Candidates:
    """Everything that is declared, before the evidence ladder.

    `names` holds the n models and then the stubs, as texts; the arrays above the line have one element a model,
    those below one an edge. Edges may repeat, contradict one another and come in any order.
    """

    model_keys: Int32s
    names: pl.Series
    created_at: Int64s  # epoch seconds, -1 unknown
    present: Bools  # False: removed from the Hub (a tombstone)

    derivative: Int32s
    parent: Int32s
    relation: Int8s  # position in RELATIONS
    evidence: Int8s  # position in EVIDENCES: hub or tag
    ordinal: Int32s  # place in the model's own list, 0 = declared first

    full_scope: bool = True  # a night saw the whole Hub; else a parent that was not seen is outside the scope, not gone
    unsought: Int32s = field(default_factory=lambda: np.zeros(0, dtype=np.int32))  # stubs first named after that night
    hints: Sequence[str] | None = None  # one a model, '' for none: architecture tag such as 'qwen2'; used by inference


@dataclass(frozen=True)
class Edges:
    """The edges of one variant after the ladder: unique pairs, no self references, sorted by derivative and parent.

    `names` continues the candidates' with stubs that the registry named. `line` is the registry's
    ruling on each node's own name (position in Registry.lines, or registry.NO_ROW / NO_FAMILY / OWN_LINES and below).
    """

    variant: str
    models: int
    names: pl.Series
    created_at: Int64s  # one a model
    present: Bools  # one a model
    sought: Bools  # one a node: a night that saw the whole Hub would have seen it as well
    line: Int16s  # one a node
    self_reference: Bools  # one a model: it named itself as a parent
    derivative: Int32s
    parent: Int32s
    relation: Int8s
    evidence: Int8s

    @property
    def nodes(self) -> int:
        """How many nodes there are, models and stubs."""
        return len(self.line)


@dataclass(frozen=True)
class Resolved:
    """Where every model comes from, in one variant.

    One row per model and root, sorted by both; the credit of a model sums to SCALE. One `near_` row per model
    and nearest registered line on its paths (or NO_ROW / NO_FAMILY where a path meets none), credit
    likewise. `edges_` are the edges that count after cycles were broken, with the credit of each parent.

    `resolve` covers every model. Variants of `resolve_all` cover the models that may differ from the default,
    all models above these, and all stubs; every other model has the rows and edges of the default.
    """

    variant: str
    names: pl.Series
    models: int  # how many there are, covered or not
    covered: Int32s  # the models that have rows and edges here, ascending
    line: Int16s  # one a node: the registry's ruling on its own name, as in Edges

    model: Int32s
    root: Int32s  # a node: may be a stub
    credit: Int32s
    depth: Int32s  # steps on the longest path to this root
    status: Int8s
    evidence: Int8s  # weakest step on any path to this root, NO_EVIDENCE for a root

    near_model: Int32s
    near_line: Int16s
    near_credit: Int32s

    edge_derivative: Int32s
    edge_parent: Int32s
    edge_relation: Int8s
    edge_evidence: Int8s
    edge_credit: Int32s

    self_reference: Bools  # one a model
    in_cycle: Bools  # one a model
