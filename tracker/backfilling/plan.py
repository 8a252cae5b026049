"""What a backfill would cost, before anything is fetched: a few footers are read, the rest lies between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.backfilling.running import notes, nothing_there
from tracker.backfilling.selection import Span, chosen
from tracker.backfilling.standing import standing
from tracker.errors import SnapshotRefused, SourceError
from tracker.sources import Archive, Cost, Reach, Revision, name_of

SAMPLES = 3  # revisions whose footers are read: the first, the last and one between
RESOLVES_AN_HOUR = 3_000 * 12  # https://huggingface.co/docs/hub/rate-limits: without a token, of files
BYTES_A_SECOND = 10e6  # a usual line; the quota is never what a backfill waits for, the bytes are
RECORD_BYTES_A_MODEL = 2.0  # of a night's file


@dataclass(frozen=True)
class Plan:
    """What is wanted of an archive, what of it is there, and what the rest costs."""

    archive: str
    days: int
    first: date
    last: date
    there: int
    refused: int
    requests: int
    fetched_bytes: int
    disk_bytes: int  # of the record, and of what is kept
    working_bytes: int  # while it runs: one revision
    notes: Sequence[str]

    @property
    def quota_hours(self) -> float:
        """How long the requests take under the quota of somebody without a token."""
        return self.requests / RESOLVES_AN_HOUR

    @property
    def line_hours(self) -> float:
        """How long the bytes take on a usual line."""
        return self.fetched_bytes / BYTES_A_SECOND / 3600

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield what it says, as people read it."""
        yield "archive", self.archive
        yield "days wanted", f"{self.days:,}, {self.first} to {self.last}"
        yield "there already", f"{self.there:,}"
        yield "refused before", f"{self.refused:,}"
        yield "requests", f"about {self.requests:,}"
        yield "to fetch", f"about {_size(self.fetched_bytes)}"
        hours = max(self.quota_hours, self.line_hours)
        yield "hours", f"about {hours:.1f}: {self.quota_hours:.1f} by the quota, {self.line_hours:.1f} at 10 MB/s"
        yield "disk", f"about {_size(self.disk_bytes)}, and {_size(self.working_bytes)} while it runs"
        yield "not in it", "what is said of models that no night of ours has: more columns of the last day of each"
        yield from (("note", note) for note in self.notes)


def plan(reach: Reach, archive: Archive, span: Span) -> Plan:
    """Return what a backfill would cost. Raises SourceError where the archive cannot be read or has nothing of it."""
    name = name_of(archive)
    revisions = archive.revisions(reach)
    wanted = chosen(revisions, span)
    if not wanted:
        raise SourceError(nothing_there(name, revisions, span))
    before = standing(reach.settings, name)
    there = [each for each in wanted if any(before.day_of(one) in before.landed for one in each)]
    firsts = [[one for one in each if before.why_refused(one) is None] for each in wanted]
    missing = [left[0] for each, left in zip(wanted, firsts, strict=True) if each not in there and left]
    costs = _costs(reach, archive, missing)
    share = len(missing) / max(1, len(costs))
    models = sum(cost.models for cost in costs) * share
    kept = sum(cost.kept_bytes for cost in costs) * share if reach.keep else 0
    return Plan(
        archive=f"{archive.TITLE} ({name}), {archive.LICENCE}",
        days=len(wanted),
        first=wanted[0][0].day,
        last=wanted[-1][0].day,
        there=len(there),
        refused=len(wanted) - len(there) - len(missing),
        requests=round(sum(cost.requests for cost in costs) * share),
        fetched_bytes=round(sum(cost.bytes for cost in costs) * share),
        disk_bytes=round(models * RECORD_BYTES_A_MODEL + kept),
        working_bytes=2 * max((cost.kept_bytes for cost in costs), default=0),
        notes=list(notes(name, before, revisions)),
    )


def _costs(reach: Reach, archive: Archive, missing: Sequence[Revision]) -> list[Cost]:
    """Return the costs of a few revisions, evenly spread."""
    last = len(missing) - 1
    at = sorted({round(last * step / (SAMPLES - 1)) for step in range(SAMPLES)}) if missing else []
    costs = []
    for each in at:
        try:
            costs.append(archive.cost(reach, missing[each]))
        except SnapshotRefused:  # it will be refused when its turn comes
            continue
    return costs


def _size(size: float) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"
