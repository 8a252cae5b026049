"""May an observation be taken for one of its day? An archive repeats itself, skips, and holds halves at times.

Each rule has its story. A revision is compared with runs of the same archive that landed, in whatever order they were
fetched, and where none landed beside it with what the footers of its neighbours say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tracker.gates import MAX_SHRINK, SLACK_MODELS
from tracker.landing import LandedRun, runs
from tracker.sources.archives.rows.counters import Counted
from tracker.sources.contract import Reach, Revision

MAX_GROWTH_A_DAY = 0.005  # the Hub grows by 0.1 to 0.3 % a day
MAX_GROWTH = 2.0  # or so many times what came in the month before
NEAR = timedelta(days=21)  # beyond it a neighbour says little about how many models there should be
MAX_LAG = timedelta(days=2)  # of the newest model behind the commit
LEAST_EXPECTED = 20.0  # models that should have come while none did: chance is out of the question
MAX_LATE = 1e-5  # of the models may be younger than the day that they are told of


@dataclass(frozen=True)
class Neighbour:
    """An observation beside the one that is judged; of one that did not land only the number of models is known."""

    day: date
    models: int
    downloads: int | None = None
    likes: int | None = None
    content: frozenset[str] = frozenset()  # hashes of its file, or of its counters
    file: tuple[str | None, str | None] = (None, None)  # commit and path


def neighbours(reach: Reach, source: str) -> list[Neighbour]:
    """Return what landed of an archive, by day; manifests are read once, and what lands meanwhile is added."""
    found = reach.shared.get(f"landed of {source}")
    if not isinstance(found, list):
        there = runs(reach.settings.data_dir, source)
        found = [_neighbour(run) for run in there if run.manifest.status == "landed"]
        reach.shared[f"landed of {source}"] = found
    return list(found)


def add(reach: Reach, source: str, landed: LandedRun) -> LandedRun:
    """Take note of a run that landed, and return it."""
    neighbours(reach, source)
    found = reach.shared[f"landed of {source}"]
    assert isinstance(found, list)
    found.append(_neighbour(landed))
    return landed


def _neighbour(run: LandedRun) -> Neighbour:
    manifest = run.manifest
    content = {each for file in manifest.files for each in (file.sha256, file.etag) if each}
    sums = manifest.sums
    return Neighbour(
        day=manifest.snapshot_date,
        models=manifest.models,
        downloads=sums.get("downloads"),
        likes=sums.get("likes"),
        content=frozenset(content),
        file=(manifest.commit, manifest.path),
    )


def problems(
    revision: Revision, counted: Counted, content: frozenset[str], beside: Iterable[Neighbour]
) -> Iterator[str]:
    """Yield a sentence for each reason why an observation is none of its day."""
    beside = list(beside)
    others = [each for each in beside if each.day != revision.day]
    earlier = max((each for each in others if each.day < revision.day), key=lambda each: each.day, default=None)
    later = min((each for each in others if each.day > revision.day), key=lambda each: each.day, default=None)
    again = (revision.commit, revision.path)  # fetched once more, as after it was taken out of the record
    same = next((each for each in beside if each.content & content and each.file != again), None)
    if same is not None:  # huggingface/datasets#6555: every revision read the newest
        yield f"it holds the same as that of {same.day}: the archive repeats itself, or does not heed revisions"
        return
    yield from _of_its_time(revision, counted)
    for other in filter(None, (earlier, later)):
        if other.downloads and (counted.rows, counted.downloads, counted.likes) == (
            *(other.models, other.downloads, other.likes),
        ):
            yield f"all its counters add up to those of {other.day}: it is that day once more"
    if earlier is not None and _is_short(counted.rows, earlier.models * (1 - MAX_SHRINK), revision.day - earlier.day):
        yield (  # 2025-11-24 held 289 K of 1.13 M, 2026-02-05 lost 3.4 %
            f"it holds {counted.rows:,} models, and {earlier.day} held {earlier.models:,}: it is partial"
        )
    elif later is not None:
        days = (later.day - revision.day).days
        grown = days * max(MAX_GROWTH_A_DAY * counted.rows, MAX_GROWTH * counted.a_day)
        least = later.models * (1 - MAX_SHRINK) - grown
        if _is_short(counted.rows, least, later.day - revision.day):
            yield f"it holds {counted.rows:,} models, and {later.day} holds {later.models:,}: it is partial"


def _is_short(models: int, least: float, apart: timedelta) -> bool:
    return apart <= NEAR and models < least - (0 if models > 50 * SLACK_MODELS else SLACK_MODELS)


def _of_its_time(revision: Revision, counted: Counted) -> Iterator[str]:
    """Yield what is wrong where the models of a file are younger than its commit, or all of them far older."""
    if counted.late > MAX_LATE * counted.rows:
        yield f"it holds {counted.late:,} models that were created after its day: it is a file of a later one"
    if counted.newest is None:
        return
    newest = counted.newest.replace(tzinfo=UTC)
    lag = min(revision.committed_at, day_end(revision.day)) - newest
    expected = counted.a_day * lag / timedelta(days=1)
    if lag > MAX_LAG and expected > LEAST_EXPECTED:  # huggingface_hub#1639: a history was squashed into one new commit
        yield (
            f"its newest model is of {newest:%Y-%m-%d}, {lag.days} days before its commit, and about {expected:,.0f} "
            "should have come since: it is an old file in a new commit"
        )


def day_end(day: date) -> datetime:
    """Return when a UTC day ends."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def content_of(etag: str | None, digest: str) -> frozenset[str]:
    """Return by what a file is known again."""
    return frozenset(filter(None, (etag, digest)))
