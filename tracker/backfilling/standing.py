"""What became of an archive's revisions so far, as the manifests of its runs tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.landing import LandedRun, runs
from tracker.settings import Settings
from tracker.sources import Revision

File = tuple[str, str]  # commit and path: several days of a series may be in one


@dataclass(frozen=True)
class Standing:
    """Runs of an archive: what landed by its day, and why what was refused was."""

    landed: Mapping[date, LandedRun]
    days: Mapping[File, date]  # of what landed, the day under which it did
    refused: Mapping[tuple[date, File], str]

    def day_of(self, revision: Revision) -> date:
        """Return the day that a revision tells of; one whose day was a guess may have landed under another."""
        return revision.day if revision.is_certain else self.days.get(file_of(revision), revision.day)

    def why_refused(self, revision: Revision) -> str | None:
        """Return why a revision was refused; None where it was not."""
        file = file_of(revision)
        days = [revision.day] if revision.is_certain else [day for day, of in self.refused if of == file]
        return next((self.refused[day, file] for day in days if (day, file) in self.refused), None)

    def lost(self, revisions: Sequence[Revision]) -> int:
        """Return how many commits that were fetched are not in the archive's history any more."""
        there = {each.commit for each in revisions}
        if len(there) == 1 < len(revisions):
            return 0  # a series, which is rewritten every day
        return sum(1 for run in self.landed.values() if run.manifest.commit not in there)


def standing(settings: Settings, name: str) -> Standing:
    """Return how an archive stands."""
    landed: dict[date, LandedRun] = {}
    days: dict[File, date] = {}
    refused: dict[tuple[date, File], str] = {}
    for run in runs(settings.data_dir, name):
        manifest = run.manifest
        file = (manifest.commit or "", manifest.path or "")
        if manifest.status == "landed":
            landed[manifest.snapshot_date] = run
            days[file] = manifest.snapshot_date
        elif manifest.status == "refused":
            refused[manifest.snapshot_date, file] = manifest.reason or ""
    return Standing(landed, days, refused)


def file_of(revision: Revision) -> File:
    """Return the file that a revision is in."""
    return revision.commit, revision.path
