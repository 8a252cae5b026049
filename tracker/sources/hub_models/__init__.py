"""The Hub's list of models, walked page by page. Its rows go into the store's own tables, by `tracker update`.

May import: columns, errors, files, landing, landing.parse, logs, scope, settings, sources, sources.outward, words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from tracker.settings import DEFAULT_ENDPOINT
from tracker.sources.contract import HUB_TOKEN, Context, Gate, Rule, Table
from tracker.words import UseRights

if TYPE_CHECKING:
    import polars as pl

    from tracker.landing import LandedRun

TITLE = "Hugging Face Hub, list of models"
URL = DEFAULT_ENDPOINT
LICENCE = "none stated: facts that the Hub's public API gives to everybody"
ATTRIBUTION = "Hugging Face Hub"
USE_RIGHTS: UseRights = "rows"
CADENCE = timedelta(days=1)
NEEDS: str | None = HUB_TOKEN
TABLES: Sequence[Table] = ()
GATES: Sequence[Gate | Rule] = ()  # a night is judged by tracker/gates.py


def collect(context: Context) -> LandedRun:
    """Land one snapshot of the list; an interrupted walk is resumed."""
    from tracker.sources.hub_models import walk  # the Hub's client takes half a second to import

    return walk.collect(
        context.settings,
        scope=context.scope,
        snapshot_date=context.meant_day,
        resume=context.resume,
        force=context.force,
        progress=context.progress,
    )


def parse(landed: LandedRun) -> Mapping[str, pl.DataFrame]:
    """Return no tables: the walk itself parses its pages into typed rows, which the store loads."""
    return {}
