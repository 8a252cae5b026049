"""Lineage: from declared parents to roots, families and origins. Pure: arrays in, arrays out, no I/O.

    Candidates ──choose(registry, variant)──► Edges ──resolve──► Resolved

`choose` has the rules of evidence, `cycles` breaks loops, `resolve` shares credit, `variants` computes the other
readings from their differences to the default one.

May import: errors, graph, lineage.choose, registry, words.
"""

from tracker.graph.shapes import (
    ADAPTER,
    COPY,
    CYCLE,
    DANGLING,
    DERIVED,
    FINETUNE,
    HUB,
    INFERRED,
    MERGE,
    MIRROR,
    NO_EVIDENCE,
    OTHER,
    OUTSIDE,
    OVERRIDE,
    QUANTIZED,
    ROOT,
    SCALE,
    TAG,
    Candidates,
    Edges,
    Resolved,
)
from tracker.lineage.choose.evidence import choose
from tracker.lineage.choose.named import Named
from tracker.lineage.resolve import resolve
from tracker.lineage.variants import resolve_all
from tracker.words import EVIDENCES, RELATIONS, STATUSES, VARIANTS

__all__ = [
    "ADAPTER",
    "COPY",
    "CYCLE",
    "DANGLING",
    "DERIVED",
    "EVIDENCES",
    "FINETUNE",
    "HUB",
    "INFERRED",
    "MERGE",
    "MIRROR",
    "NO_EVIDENCE",
    "OTHER",
    "OUTSIDE",
    "OVERRIDE",
    "QUANTIZED",
    "RELATIONS",
    "ROOT",
    "SCALE",
    "STATUSES",
    "TAG",
    "VARIANTS",
    "Candidates",
    "Edges",
    "Named",
    "Resolved",
    "choose",
    "resolve",
    "resolve_all",
]
