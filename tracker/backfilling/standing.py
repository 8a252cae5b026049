"""What became of an archive's revisions so far, as the manifests of its runs tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.landing import LandedRun, runs
from tracker.settings import Settings
from tracker.sources import Revision

Key = tuple[date, str]  # day and commit


@dataclass(frozen=True)
class Standing:
    """Runs of an archive: what landed by its day, and why what was refused was."""

    landed: Mapping[date, LandedRun]
    refused: Mapping[Key, str]

    def lost(self, revisions: Sequence[Revision]) -> int:
        """Return how many commits that were fetched are not in the archive's history any more."""
        there = {each.commit for each in revisions}
        return sum(1 for run in self.landed.values() if run.manifest.commit not in there)


def standing(settings: Settings, name: str) -> Standing:
    """Return how an archive stands."""
    landed: dict[date, LandedRun] = {}
    refused: dict[Key, str] = {}
    for run in runs(settings.data_dir, name):
        manifest = run.manifest
        if manifest.status == "landed":
            landed[manifest.snapshot_date] = run
        elif manifest.status == "refused" and manifest.commit:
            refused[manifest.snapshot_date, manifest.commit] = manifest.reason or ""
    return Standing(landed, refused)
