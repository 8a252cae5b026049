"""Archives that hold the Hub's list of models as one large file a revision, each in a commit of a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tracker.errors import SnapshotRefused, SourceRefused
from tracker.landing import LandedRun
from tracker.sources.archives import columns_of, counters, described, history
from tracker.sources.archives.counters import Fields
from tracker.sources.archives.history import Commit
from tracker.sources.archives.landed import Fetched, finish, landing_of, temporary
from tracker.sources.archives.remote import RemoteFile, Spent
from tracker.sources.contract import COUNTERS, Reach, Revision
from tracker.sources.hub_models.pacing import Pacer
from tracker.sources.hub_models.retries import Fetcher
from tracker.sql import connect
from tracker.sql.connect import Connection

MEMORY_LIMIT = "1GB"
FIELDS = Fields()
PathOf = Callable[[Commit], str | None]


def named_in_title(path: str) -> PathOf:
    """Return what says of a commit whether it brought a file: its title names it."""
    return lambda commit: path if path in commit.title.split() else None


def revisions(reach: Reach, source: str, data_set: str, path_of: PathOf) -> list[Revision]:
    """Return the last commit of each UTC day that brought the file, the oldest first."""
    settings = reach.settings
    fetcher = Fetcher(settings, reach.clock, Pacer())
    by_day = {}
    for commit in history.commits(fetcher, settings.endpoint, data_set):
        if path := path_of(commit):
            by_day[commit.at.date()] = Revision(commit.at.date(), commit.id, path, commit.at)
    if not by_day:
        raise SourceRefused(f"no commit of {data_set} brought the file that {source} is read from")
    return [by_day[day] for day in sorted(by_day)]


def fetch(reach: Reach, source: str, data_set: str, revision: Revision) -> LandedRun:
    """Land the counters of one revision."""
    with landing_of(reach, source, revision) as run, _opened(reach, source, data_set, revision) as (file, connection):
        _fetch(connection, file, revision, lambda path: path in FIELDS.all)
        counted = counters.write(connection, counters.rows_of(file.place), FIELDS, run.folder / COUNTERS)
        costs = {
            "requests": file.spent.requests,
            "rate_limited": file.spent.rate_limited,
            "retries": file.spent.retries,
            "bytes_fetched": file.spent.bytes,
        }
        return finish(run, reach, counted, Fetched(file.url, file.etag, costs, file.synthetic))


def describe(reach: Reach, source: str, data_set: str, revision: Revision, names: Sequence[str]) -> Path:
    """Return a Parquet file of what a revision says of models; it stays until the caller deletes it."""
    with _opened(reach, source, data_set, revision) as (file, connection):
        _fetch(connection, file, revision, described.wanted)
        target = file.place.parent.with_name(f"described-{revision.commit[:12]}.parquet")
        described.write(connection, file.place, FIELDS, names, target)
        return target


@contextmanager
def _opened(reach: Reach, source: str, data_set: str, revision: Revision) -> Iterator[tuple[RemoteFile, Connection]]:
    """Yield the file of a revision, of which nothing is there yet, and what reads it."""
    settings = reach.settings
    url = f"{settings.endpoint}/datasets/{data_set}/resolve/{revision.commit}/{quote(revision.path)}"
    fetcher = Fetcher(settings, reach.clock, Pacer())
    with (
        temporary(reach, source) as place,
        RemoteFile(fetcher, url, place / "models.parquet", Spent()) as file,
        connect.explained(f"cannot read {url}"),
        connect.instance(MEMORY_LIMIT, settings.threads, place / "spill") as connection,
    ):
        yield file, connection


def _fetch(connection: Connection, file: RemoteFile, revision: Revision, wanted: columns_of.Wanted) -> None:
    columns_of.footer(file)
    if file.commit is not None and file.commit != revision.commit:
        raise SnapshotRefused(
            f"asked for commit {revision.commit}, the server answered with {file.commit}: it does not heed revisions"
        )
    columns_of.fetch(connection, file, wanted)
