"""Archives that hold the Hub's list of models as one large file a revision, each in a commit of a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tracker import files
from tracker.errors import SnapshotRefused, SourceRefused
from tracker.landing import LandedRun
from tracker.sources.archives import counters, described, history, judged, shelf, way
from tracker.sources.archives.counters import Counted, Fields
from tracker.sources.archives.history import Commit
from tracker.sources.archives.judged import Neighbour
from tracker.sources.archives.landed import Fetched, finish, landing_of, temporary
from tracker.sources.archives.opened import Opened, opened
from tracker.sources.contract import COUNTERS, Cost, Reach, Revision

FIELDS = Fields()
FILE = "models.parquet"
PathOf = Callable[[Commit], str | None]


@dataclass(frozen=True)
class Listed:
    """One such archive: the source's name, its data set, and which file a commit brought, None for no list."""

    source: str
    data_set: str
    path_of: PathOf

    def revisions(self, reach: Reach) -> list[Revision]:
        """Return the last commit of each UTC day that brought a list, the oldest first."""
        if reach.local is not None:
            return shelf.revisions(reach.local, FILE)
        by_day = {}
        for commit in history.commits(way.fetcher(reach, "api"), reach.settings.endpoint, self.data_set):
            if path := self.path_of(commit):
                by_day[commit.at.date()] = Revision(commit.at.date(), commit.id, path, commit.at)
        if not by_day:
            raise SourceRefused(f"no commit of {self.data_set} brought a file that {self.source} is read from")
        return [by_day[day] for day in sorted(by_day)]

    def fetch(self, reach: Reach, revision: Revision) -> LandedRun:
        """Land the counters of one revision."""
        beside = judged.neighbours(reach, self.source)
        with landing_of(reach, self.source, revision) as run:
            beside += self._told(reach, revision, beside)
            with self._opened(reach, revision) as file:
                file.take(_is_counter)
                target = run.folder / COUNTERS
                counted = counters.write(file.connection, counters.rows_of(file.place), FIELDS, revision.day, target)
                _judge(revision, counted, file.etag, files.sha256(target), beside)
                if reach.keep and reach.local is None:
                    types = counters.types_of(file.connection, counters.rows_of(file.place))
                    kept = (name for name in types if name in FIELDS.all)
                    shelf.keep(file.connection, reach, self.source, revision, file.place, kept, file.url)
                return finish(run, reach, counted, Fetched(file.url, file.etag, file.costs(), file.synthetic))

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
        with self._opened(reach, revision) as file:
            requests, size = file.planned(_is_counter)
            return Cost(file.rows(), file.spent.requests + requests, file.spent.bytes + size, size)

    @contextmanager
    def _opened(self, reach: Reach, revision: Revision) -> Iterator[Opened]:
        """Yield the file of a revision with its footer."""
        with temporary(reach, self.source) as place, opened(reach, self.data_set, revision, place) as file:
            file.take_footer(revision)
            yield file

    def _told(self, reach: Reach, revision: Revision, landed: Sequence[Neighbour]) -> list[Neighbour]:
        """Return what the footers of the revisions beside say, where none landed before: the first has to be judged."""
        near = [each for each in landed if revision.day - judged.NEAR <= each.day < revision.day]
        told = []
        for other in reach.beside if not near else ():
            try:
                with self._opened(replace(reach, beside=()), other) as file:
                    told.append(Neighbour(other.day, file.rows()))
            except (SnapshotRefused, SourceRefused):  # what is wrong with that one is said when its turn comes
                continue
        return told


def named_in_title(path: str) -> PathOf:
    """Return what says of a commit whether it brought a file: its title names it."""
    return lambda commit: path if path in commit.title.split() else None


def _is_counter(path: str) -> bool:
    return path in FIELDS.all


def _judge(revision: Revision, counted: Counted, etag: str | None, digest: str, beside: Sequence[Neighbour]) -> None:
    found = list(judged.problems(revision, counted, judged.content_of(etag, digest), beside))
    if found:
        raise SnapshotRefused("; ".join(found))
