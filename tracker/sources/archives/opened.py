"""The file of a revision, wherever it is: on the Hub, where columns are fetched as they are needed, or on a disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import quote

from tracker.errors import Busy, SnapshotRefused
from tracker.sources.archives import columns_of, shelf, way
from tracker.sources.archives.remote import RemoteFile, Spent
from tracker.sources.contract import Reach, Revision
from tracker.sql import connect, engine
from tracker.sql.connect import Connection

MEMORY_LIMIT = "1GB"
ENGINE = "engine"
# a filter that is pushed into the scan looks into the Bloom filters of the file, which are not fetched
NOT_PUSHED = "set disabled_optimizers = 'filter_pushdown,join_filter_pushdown'"

_OURS = ("the disk is full", "memory_limit", "cannot write")  # of a machine, not of a file


@dataclass
class Opened:
    """A Parquet file at `place`, of which only the columns are there that were taken."""

    reach: Reach
    connection: Connection
    place: Path
    url: str
    remote: RemoteFile | None = None
    spent: Spent = field(default_factory=Spent)

    @property
    def etag(self) -> str | None:
        """By what the Hub knows the file; of a large one its sha256."""
        return self.remote.etag if self.remote else None

    @property
    def synthetic(self) -> bool:
        """Whether the endpoint says that it is made up."""
        return self.remote is not None and self.remote.synthetic

    def costs(self) -> dict[str, int]:
        """Return what reading cost so far, as a manifest names it."""
        spent = self.spent
        return {
            "requests": spent.requests,
            "rate_limited": spent.rate_limited,
            "retries": spent.retries,
            "bytes_fetched": spent.bytes,
        }

    def take_footer(self, revision: Revision) -> None:
        """See to it that the footer is there. Raises SnapshotRefused where it is one of another commit."""
        if self.remote is None:
            return
        columns_of.footer(self.remote)
        answered = self.remote.commit
        if answered is not None and answered != revision.commit:
            raise SnapshotRefused(
                f"asked for commit {revision.commit}, the server answered with {answered}: it does not heed revisions"
            )

    def take(self, wanted: Callable[[str], bool]) -> None:
        """See to it that these columns are there."""
        if self.remote is not None:
            columns_of.fetch(self.connection, self.remote, wanted)

    def rows(self) -> int:
        """Return how many rows the footer says."""
        sql = f"select num_rows from parquet_file_metadata({connect.places(self.place)})"
        return int(connect.value(self.connection, sql))

    def planned(self, wanted: Callable[[str], bool]) -> tuple[int, int]:
        """Return how many requests and bytes these columns are; the footer is there."""
        runs = columns_of.pieces(columns_of.ranges(self.connection, self.place, wanted))
        return len(runs), sum(after - first for first, after in runs)


@contextmanager
def opened(reach: Reach, data_set: str, revision: Revision, place: Path) -> Iterator[Opened]:
    """Yield the file of a revision; `place` is a folder for what is fetched of it."""
    connection = _instance(reach)
    if reach.local is not None:
        path = shelf.place_of(reach.local, revision)
        with _readable(str(path)):
            yield Opened(reach, connection, path, str(path))
        return
    url = f"{reach.settings.endpoint}/datasets/{data_set}/resolve/{revision.commit}/{quote(revision.path)}"
    spent = Spent()
    with (
        RemoteFile(way.fetcher(reach, "files"), url, place / "models.parquet", spent) as file,
        _readable(url),
    ):
        yield Opened(reach, connection, file.place, url, file, spent)


def _instance(reach: Reach) -> Connection:
    """Return the one instance that all revisions are read with: to start one costs more than a small file."""
    if ENGINE not in reach.shared:
        connection = connect.instance(MEMORY_LIMIT, reach.settings.threads)
        connection.execute(NOT_PUSHED)
        reach.shared[ENGINE] = connection
    return cast(Connection, reach.shared[ENGINE])


@contextmanager
def _readable(what: str) -> Iterator[None]:
    """Refuse a file that duckdb can make nothing of; where the machine is at fault, raise StoreError or Busy."""
    try:
        yield
    except engine.Error as error:
        explained = connect.explain(f"cannot read {what}", error)
        if isinstance(explained, Busy) or any(sign in str(explained) for sign in _OURS):
            raise explained from error
        first = " ".join(str(error).split())[:200]
        raise SnapshotRefused(f"it cannot be read as Parquet, for it is damaged or of another kind: {first}") from error
