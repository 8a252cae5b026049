"""A daily series of all models in use, made of the daily archive: the cheapest two years, about 2 GB in all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.sources.contract import HUB_TOKEN, Cost, Gate, Reach, Revision, Table
from tracker.words import UseRights

if TYPE_CHECKING:
    from tracker.landing import LandedRun
    from tracker.sources.archives.series import Series

TITLE = "Model Pulse, daily series of models in use"
URL = "https://huggingface.co/datasets/modelpulse/model-pulse-data"
LICENCE = "Apache-2.0"
ATTRIBUTION = "Tardelli Stekel, 'Model Pulse: Daily History of Hugging Face Models, Datasets and Spaces', 2026"
USE_RIGHTS: UseRights = "rows"
CADENCE = timedelta(days=1)
NEEDS: str | None = HUB_TOKEN
TABLES: Sequence[Table] = ()
GATES: Sequence[Gate] = ()


def revisions(reach: Reach) -> Sequence[Revision]:
    """Return the days of the series, the oldest first."""
    return _series().revisions(reach)


def fetch(reach: Reach, revision: Revision) -> LandedRun:
    """Land the counters of one day."""
    return _series().fetch(reach, revision)


def cost(reach: Reach, revision: Revision) -> Cost:
    """Return what fetching one day costs: a part of its month."""
    return _series().cost(reach, revision)


def describe(reach: Reach, revision: Revision, names: Sequence[str]) -> Path:
    """Return what the archive says of models."""
    return _series().describe(reach, revision, names)


def renames(reach: Reach) -> Sequence[tuple[date | None, str, str]]:
    """Return its list of renames: the day from which the new name is shown, name before and name after."""
    return _series().renames(reach)


def _series() -> Series:
    from tracker.sources.archives import series  # the Hub's client takes half a second to import

    return series.Series("model_pulse", "modelpulse/model-pulse-data")
