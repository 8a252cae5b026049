"""The second hub: ModelScope's models with most downloads, and all of the namespaces that makers publish under.

It gives no list beyond 3,000 entries of a question, and no lineage; a whole walk would be impolite. Its downloads are
totals since the beginning, a push counts too, and they are never added to the Hub's. What its list answers is known
from the client that asks it; nothing of it was recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import polars as pl

from tracker.landing import LandedRun
from tracker.sources.contract import Column, Context, Gate, Rule, Table
from tracker.sources.modelscope import gates, lists
from tracker.words import UseRights

TITLE = "ModelScope, most downloaded models and official namespaces"
URL = "https://modelscope.cn"
LICENCE = "none stated"
ATTRIBUTION = "ModelScope (modelscope.cn)"
USE_RIGHTS: UseRights = "aggregates"
CADENCE = timedelta(days=7)
NEEDS: str | None = None
TABLES = (
    Table(
        "second_hub",
        "one row per day and model",
        {
            "day": Column(pl.Date, "UTC day on which it was asked"),
            "model_id": Column(pl.String, "namespace/name on ModelScope, which need not be the Hub's"),
            "namespace": Column(pl.String, "who published it there"),
            "downloads_all_time": Column(pl.Int64, "downloads since the beginning, pushes included"),
            "likes": Column(pl.Int64, "likes"),
            "license": Column(pl.String, "licence as told; null where none is"),
            "created_at": Column(pl.Datetime("us", "UTC"), "when it was made there"),
            "modified_at": Column(pl.Datetime("us", "UTC"), "when it was changed last"),
            "place": Column(pl.Int64, "place among the most downloaded; null for one of a namespace alone"),
        },
        key=("model_id",),
        whole=(),
    ),
    Table(
        "second_hub_counts",
        "one row per day and namespace that was asked, and one of all",
        {
            "day": Column(pl.Date, "UTC day on which it was asked"),
            "namespace": Column(pl.String, "the namespace; null for the whole of it"),
            "models": Column(pl.Int64, "models that it says to have"),
        },
        key=("namespace",),
        whole=(),
    ),
)
GATES: Sequence[Gate | Rule] = gates.GATES


def collect(context: Context) -> LandedRun:
    """Land the pages of the most downloaded models, then those of each namespace; a second lies between two."""
    return context.land(lists.pages(context))


def parse(landed: LandedRun) -> Mapping[str, pl.DataFrame]:
    """Return one row a model, however often pages named it, and what was counted."""
    return lists.tables(landed, TABLES[0].schema, TABLES[1].schema)
