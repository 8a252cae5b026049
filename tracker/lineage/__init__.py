"""Lineage: from declared parents to roots, families and origins. Pure: arrays in, arrays out, no I/O.

    Candidates ──choose(registry, variant)──► Edges ──resolve──► Resolved

`choose` holds the rules of evidence, `cycles` how loops are broken, `resolve` how credit is shared.
"""

from tracker.lineage.evidence import choose
from tracker.lineage.graph import (
    ADAPTER,
    COPY,
    CYCLE,
    DANGLING,
    DERIVED,
    EVIDENCES,
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
    RELATIONS,
    ROOT,
    STATUSES,
    TAG,
    VARIANTS,
    Candidates,
    Edges,
    Resolved,
)
from tracker.lineage.named import Named
from tracker.lineage.resolve import resolve

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
    "STATUSES",
    "TAG",
    "VARIANTS",
    "Candidates",
    "Edges",
    "Named",
    "Resolved",
    "choose",
    "resolve",
]
