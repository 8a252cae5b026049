"""Archives that hold the Hub's list of models as one large file a revision, each in a commit of a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

from tracker import files
from tracker.errors import SnapshotRefused, SourceRefused
from tracker.landing import LandedRun
from tracker.sources.archives import judged, shelf, way
from tracker.sources.archives.judged import Neighbour
from tracker.sources.archives.landed import Fetched, aside, finish, landing_of, temporary
from tracker.sources.archives.opened import Opened, opened
from tracker.sources.archives.rows import counters, described
from tracker.sources.archives.rows.counters import Counted, Fields
from tracker.sources.contract import COUNTERS, Cost, Reach, Revision
from tracker.sources.hub_models.retries import Fetcher

FIELDS = Fields()
FILE = "models.parquet"


@dataclass(frozen=True)
class Listed:
    """One such archive: the source's name, its data set, and the revisions that its history holds."""

    source: str
    data_set: str
    held: Callable[[Fetcher, str], Iterable[Revision]]

    def revisions(self, reach: Reach) -> list[Revision]:
        """Return what the archive holds, of each UTC day the last, the oldest first."""
        if reach.local is not None:
            return shelf.revisions(reach.local, FILE)
        found = list(self.held(way.fetcher(reach, "api"), reach.settings.endpoint))
        by_day = {each.day: each for each in sorted(found, key=lambda each: (each.day, each.committed_at))}
        if not by_day:
            raise SourceRefused(f"no commit of {self.data_set} brought a file that {self.source} is read from")
        return list(by_day.values())

    def fetch(self, reach: Reach, revision: Revision) -> LandedRun:
        """Land the counters of one revision."""
        beside = judged.neighbours(reach, self.source)
        with landing_of(reach, self.source, revision) as run:
            beside += self._told(reach, revision, beside)
            with self._opened(reach, revision) as file:
                file.take(_is_counter)
                target = run.folder / COUNTERS
                day = revision.day if revision.is_certain else None
                counted = counters.write(file.connection, counters.rows_of(file.place), FIELDS, day, target)
                if day is None:
                    revision = _dated(revision, counted)
                    run.book(reach.settings.data_dir, revision.day)
                    target = run.folder / COUNTERS
                _judge(revision, counted, file.etag, files.sha256(target), beside)
                if reach.keep and reach.local is None:
                    types = counters.types_of(file.connection, counters.rows_of(file.place))
                    kept = (name for name in types if name in FIELDS.all)
                    folder, name = shelf.folder_of(reach, self.source), shelf.name_of(revision)
                    shelf.keep(file.connection, folder, name, revision, file.place, kept, file.url)
                fetched = Fetched(file.url, file.etag, file.costs(), file.synthetic)
                return judged.add(reach, self.source, finish(run, reach, counted, fetched))

    def describe(self, reach: Reach, revision: Revision, names: Sequence[str]) -> Path:
        """Return a Parquet file of what a revision says of models; it stays until the caller deletes it."""
        with self._opened(reach, revision) as file:
            file.take(described.wanted)
            folder = reach.settings.data_dir / "landing" / self.source
            target = folder / f"described-{revision.day}.parquet"
            described.write(file.connection, file.place, FIELDS, names, target)
            return target

    def cost(self, reach: Reach, revision: Revision) -> Cost:
        """Return what fetching a revision costs, by its footer alone."""
        with self._opened(reach, revision, is_aside=True) as file:
            requests, size = file.planned(_is_counter)
            if file.remote is None:
                return Cost(file.rows(), 0, 0, size)
            return Cost(file.rows(), file.spent.requests + requests, file.spent.bytes + size, size)

    @contextmanager
    def _opened(self, reach: Reach, revision: Revision, *, is_aside: bool = False) -> Iterator[Opened]:
        """Yield the file of a revision with its footer."""
        within = aside() if is_aside else temporary(reach, self.source)
        with within as place, opened(reach, self.data_set, revision, place) as file:
            file.take_footer(revision)
            yield file

    def _told(self, reach: Reach, revision: Revision, landed: Sequence[Neighbour]) -> list[Neighbour]:
        """Return what the footers of the revisions beside say, where none landed before: the first has to be judged."""
        near = [each for each in landed if revision.day - judged.NEAR <= each.day < revision.day]
        told = []
        for other in reach.beside if not near else ():
            try:
                with self._opened(reach, other, is_aside=True) as file:
                    told.append(Neighbour(other.day, file.rows()))
            except (SnapshotRefused, SourceRefused):  # what is wrong with that one is said when its turn comes
                continue
        return told


def _dated(revision: Revision, counted: Counted) -> Revision:
    """Return a revision with the day of its rows: that on which its newest model was created."""
    if counted.newest is None:
        raise SnapshotRefused("neither its commit nor its rows say of which day it is")
    newest = counted.newest.replace(tzinfo=UTC)
    if newest > revision.committed_at:
        raise SnapshotRefused(f"its newest model is of {newest:%Y-%m-%d}, after the commit that brought it")
    return replace(revision, day=newest.date(), is_certain=True)


def _is_counter(path: str) -> bool:
    return path in FIELDS.all


def _judge(revision: Revision, counted: Counted, etag: str | None, digest: str, beside: Sequence[Neighbour]) -> None:
    found = list(judged.problems(revision, counted, judged.content_of(etag, digest), beside))
    if found:
        raise SnapshotRefused("; ".join(found))
