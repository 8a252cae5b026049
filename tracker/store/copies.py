"""Open a copy wherever it lies: in its data folder, as one file, or as a folder of Parquet files.

    <data_dir>/tracker.duckdb    the newest of a data folder, or one of its database files by name
    hub.duckdb                   what `tracker export --single-file` wrote
    export/about.parquet ...     what `tracker export --to` wrote

Each is attached as the database `tracker`, with the same tables, views and functions: a question has the same rows and
ids wherever it is asked. Nothing is written beside any of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tracker import disk, files
from tracker.errors import NothingPublished, StoreError
from tracker.sql import connect
from tracker.sql.connect import Connection, rows
from tracker.store.base import LINK

_RECORD = ("snapshots", "history", "rollups", "parts", "pieces", "sources")
_DESCRIBED = "described_models"

WITHOUT_RECORD = (
    "models and the record of nights stand in files of the data folder, which are not beside this file; name that "
    "folder, or ask whoever has it for a file that is whole in itself (`tracker export --single-file`)"
)


class Attached(NamedTuple):
    """An attached copy: the folders that its views read, and a sentence about what it lacks."""

    reads: Sequence[Path] = ()
    left_out: str | None = None


@dataclass(frozen=True)
class Place(ABC):
    """The place of one copy."""

    path: Path

    @abstractmethod
    def attach(self, connection: Connection) -> Attached:
        """Attach the copy. Raises StoreError if it is no copy of the tracker, or incomplete."""


@dataclass(frozen=True)
class InFolder(Place):
    """A database file in its data folder, with the record beside it."""

    data_dir: Path

    def attach(self, connection: Connection) -> Attached:
        """Attach the file; raise NothingPublished if it does not exist."""
        if not disk.has_file(self.path):
            raise NothingPublished(f"nothing is published in {self.data_dir} yet; {_first_step(self.data_dir)}")
        connect.attach(connection, self.path.resolve(), "tracker", read_only=True)
        return with_record(connection, self.data_dir)


@dataclass(frozen=True)
class InFile(Place):
    """A database file that was named itself: an export, whole in itself, or one of a data folder."""

    def attach(self, connection: Connection) -> Attached:
        """Attach the file."""
        with self.path.open("rb") as file:
            if file.read(12)[8:] != b"DUCK":
                raise _foreign(self.path)
        connect.attach(connection, self.path.resolve(), "tracker", read_only=True)
        about = _about(connection)
        if not about:
            raise _foreign(self.path)
        if "data_dir" in about:
            from tracker.store.record import archive

            folder = self.path.resolve().parent
            is_alone = not any(
                (folder / name).is_file() for name in archive.Listing.read(connection, "tracker").nightly
            )
            return Attached(left_out=WITHOUT_RECORD) if is_alone else with_record(connection, folder)
        if without := [each for each in lacking(connection) if not each.startswith(f"{_DESCRIBED}.")]:
            raise _of_another_version(self.path, without)
        _lay_described(connection, self.path.parent)
        return Attached(left_out=about.get("left_out"))


@dataclass(frozen=True)
class InParquet(Place):
    """An exported folder."""

    def attach(self, connection: Connection) -> Attached:
        """Attach an empty database with views over the folder's files."""
        from tracker.store import exported

        exported.require_whole(self.path)
        connection.execute("attach ':memory:' as tracker")
        connection.execute("use tracker")
        if without := exported.lay_views(connection, self.path.resolve()):
            raise _of_another_version(self.path, without)
        return Attached([self.path.resolve()], _about(connection).get("left_out"))


def find(path: Path) -> Place:
    """Return the place of the copy at a path; of a data folder the newest copy."""
    if not files.is_copy(path):
        return InFolder(path / LINK, path)
    return InFile(path) if path.is_file() else InParquet(path)


def standing(path: Path) -> tuple[object, ...]:
    """Return a key that distinguishes the newest copy of a place from the ones before."""
    from tracker.store.exported import SUMS

    place = path / LINK if not files.is_copy(path) else path / SUMS if path.is_dir() else path
    try:
        found = place.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


@contextmanager
def of_generation(path: Path, generation: int, *, memory_limit: str, threads: int) -> Iterator[Place]:
    """Yield the place of a generation's copy: its own file, or one rebuilt from the files that its manifest names.

    A rebuilt file is deleted afterwards. Raises NothingPublished if the generation never existed or is not kept.
    """
    import tempfile

    from tracker.store.base import generations
    from tracker.store.past import rebuilt
    from tracker.store.publish import retention

    folder = path.resolve().parent if path.is_file() else path
    database = retention.database(folder, generation)
    if disk.has_file(database) or generation not in generations.numbers(folder):
        yield InFolder(database, folder)
        return
    with tempfile.TemporaryDirectory(prefix="tracker-") as place:
        made = Path(place) / database.name
        rebuilt.build(folder, generations.read(folder, generation), made, memory_limit=memory_limit, threads=threads)
        yield InFolder(made, folder)


def with_record(connection: Connection, data_dir: Path) -> Attached:
    """Create views over the files' present paths if the folder has moved, and over a copy of an earlier version.

    The copy must be the database in use.
    """
    published_from = rows(connection, "select value from about where key = 'data_dir'")
    is_earlier = _is_earlier(connection)
    if not published_from or published_from[0][0] != str(data_dir.resolve()) or is_earlier:
        _lay_over(connection, data_dir, is_earlier)
    else:
        _lay_described(connection, data_dir)
    return Attached([data_dir.resolve() / name for name in _RECORD])


def _lay_described(connection: Connection, data_dir: Path) -> None:
    """Create the view `described_models` over a copy or an export of an earlier version that lacks it."""
    known = f"select 1 from duckdb_views() where database_name = 'tracker' and view_name = '{_DESCRIBED}'"
    if not rows(connection, known):
        from tracker.store.publish.views import lay_described

        lay_described(connection, data_dir)


def _lay_over(connection: Connection, data_dir: Path, is_earlier: bool) -> None:
    from tracker.store.publish import earlier, parts
    from tracker.store.publish.views import lay_described, moved_statements, record_sources, record_statements
    from tracker.store.record import archive
    from tracker.store.vintages import shown

    sources = record_sources(data_dir, archive.Listing.read(connection, "tracker"), "tracker")
    if is_earlier:
        earlier.lay_over(connection, sources)
    elif in_parts := parts.Shown.read(connection, "tracker"):
        for statement in moved_statements(data_dir, in_parts, "tracker"):
            connection.execute(statement)
    else:
        lay_described(connection, data_dir)
    for statement in record_statements(sources, temporary=True):
        connection.execute(statement)
    if is_earlier:
        earlier.comment(connection)
    for statement in shown.view_statements(shown.shown(connection, "tracker"), data_dir, temporary=True):
        connection.execute(statement)


def _is_earlier(connection: Connection) -> bool:
    """Return whether the copy attached as `tracker` lacks columns that questions need."""
    in_parts = "select 1 from duckdb_tables() where database_name = 'tracker' and table_name = 'part_files'"
    if rows(connection, in_parts):
        return False  # if its folder has moved, its views cannot be asked for their columns
    columns = rows(connection, "select name from pragma_table_info('tracker.main.models')")
    return ("license_class",) not in columns


def _about(connection: Connection) -> Mapping[str, str]:
    """Return the facts of the copy in use; nothing if it is no copy of the tracker."""
    known = "select 1 from duckdb_columns() where database_name = 'tracker' and table_name = 'about'"
    columns = rows(connection, f"{known} and column_name in ('key', 'value')")
    return dict(rows(connection, "select key, value from about")) if len(columns) == 2 else {}


def lacking(connection: Connection, file_names: Sequence[str] | None = None) -> list[str]:
    """Return the columns that the copy in use lacks of those that this version knows, as `table.column`."""
    from tracker.store.publish import annotated

    columns = "select table_name, column_name from duckdb_columns() where database_name = 'tracker'"
    known = set(rows(connection, columns))
    relations = (each for name in file_names or annotated.FILES for each in annotated.relations(name))
    wanted = ((each.name, column.name) for each in relations for column in each.columns)
    return [f"{table}.{column}" for table, column in wanted if (table, column) not in known]


def _of_another_version(path: Path, without: Sequence[str]) -> StoreError:
    return StoreError(
        f"{path} was exported by another version of the tracker: it has no {without[0]}; export it again with this one"
    )


def _foreign(path: Path) -> StoreError:
    return StoreError(
        f"{path} is no copy that can be asked; name a data folder, its tracker.duckdb, or an exported file or folder"
    )


def _first_step(data_dir: Path) -> str:
    demo = data_dir / "demo"
    if disk.obstacle(demo / LINK) is None and (demo / LINK).exists():
        return f"the demo's copy is in {demo}: name that folder with --data-dir, or run `tracker update` first"
    if data_dir.suffix and not data_dir.exists():
        return "there is no such file or folder"
    return "run `tracker update` or `tracker demo` first"
