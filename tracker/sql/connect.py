"""The thin layer over duckdb: only calls that mean the same in duckdb 1.5.6 and in 2.0.

No frame is ever passed to duckdb. Data enter as Parquet files and leave through the Arrow stream of a relation.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker import disk
from tracker.errors import Busy, StoreError
from tracker.sql import engine
from tracker.sql.leaving import columns, leaving
from tracker.table import Table

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    Connection = duckdb.DuckDBPyConnection
else:
    Connection = engine.DuckDBPyConnection

WILDCARDS = "*?["  # what duckdb takes for a pattern in a path
_MOMENT = "TIMESTAMP WITH TIME ZONE"
STORAGE_VERSION = "v1.2.0"  # files that duckdb 1.2 and later can open
_ASKS = re.compile(r"\s*(select|describe|from|with)\b", re.IGNORECASE)
_OF_SESSION = re.compile(r"\s*(use|create( or replace)? temp|comment)\b", re.IGNORECASE)


def instance(memory_limit: str, threads: int = 2, temporary: Path | None = None) -> Connection:
    """Return a new, empty in-memory instance to attach files to.

    It spills to the folder `temporary`, by default to one in the system's temporary folder.
    """
    connection = engine.connect(":memory:")
    for statement in settings(memory_limit, threads, str(temporary or _spill() or "")):
        connection.execute(statement)
    return connection


def settings(memory_limit: str, threads: int, temporary: str) -> list[str]:
    """Return the `set` statements for a new instance; an empty `temporary` turns spilling off."""
    values = {
        "memory_limit": memory_limit,
        "threads": threads,
        "temp_directory": temporary,
        "TimeZone": "UTC",
        "python_enable_replacements": False,  # a table name must never mean a Python variable
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "enable_progress_bar": False,
    }
    return [f"set {_scope(name)} {name} = {literal(value)}" for name, value in values.items()]


def _scope(name: str) -> str:
    """Return the scope of a setting: global (all cursors of an instance) wherever duckdb allows it."""
    return "session" if name == "enable_progress_bar" else "global"


def _spill() -> Path | None:
    """Return a new name in the system's temporary folder; None if no such folder is writable: nothing spills then."""
    try:
        import tempfile

        return Path(tempfile.gettempdir()) / f"tracker-spill-{os.urandom(6).hex()}"
    except OSError:
        return None


class Noted:
    """A connection that records the statements that open a copy, so that another instance can open the same one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.opening: list[str] = []

    def execute(self, sql: str, parameters: Any = None) -> Connection:
        """Run a statement, and record it unless it is a query."""
        if not _ASKS.match(sql):
            self.opening.append(sql)
        return self._connection.execute(sql, parameters or {})


def of_session(opening: Sequence[str]) -> list[str]:
    """Return those of a copy's opening statements that each cursor must run again, as they hold for one session.

    Comments are needed only with temporary views; other views keep theirs in the instance.
    """
    found = [each for each in opening if _OF_SESSION.match(each)]
    is_laid = any(each.lstrip().startswith("create") for each in found)
    return [each for each in found if is_laid or not each.lstrip().startswith("comment")]


def attach(connection: Connection, path: Path, name: str, *, read_only: bool = False) -> None:
    """Attach a database file under a name and make it the default. Raises StoreError for a path with `?` to write."""
    if "?" in str(path) and not read_only:  # duckdb puts the log of `a?b/x` at `a.wal?b/x`
        raise StoreError(f"{path} has a question mark, after which the database reads options; name another folder")
    options = "read_only" if read_only else f"storage_version '{STORAGE_VERSION}'"
    connection.execute(f"attach {literal(str(path))} as {name} ({options})")
    connection.execute(f"use {name}")


def rows(connection: Connection, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Run one statement and return all its rows."""
    result: list[tuple[Any, ...]] = connection.execute(sql, parameters or {}).fetchall()
    return result


def value(connection: Connection, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
    """Run one statement and return the first cell of its first row; None if there is no row."""
    found = rows(connection, sql, parameters)
    return found[0][0] if found else None


def table(connection: Connection, sql: str, parameters: Mapping[str, Any] | None = None) -> Table:
    """Run one query and return its rows; moments are in UTC. `leaving` lists the types that are converted.

    A query with such a type runs a second time, with casts.
    """
    found = connection.execute(sql, parameters or {})
    types = _types(found)
    moments = [at for at, kind in enumerate(types.values()) if kind == _MOMENT]
    chosen = columns(types.items(), {_MOMENT: "make_timestamp(epoch_us(#{}))"})
    if chosen:
        found = connection.execute(f"select {chosen} from (\n{sql}\n)", parameters or {})
        types = {name: _MOMENT if types[name] == _MOMENT else kind for name, kind in _types(found).items()}
    rows = found.fetchall()
    return Table(types, [_of_utc(row, moments) for row in rows] if moments else rows)


def _types(found: Connection) -> dict[str, str]:
    return {name: str(kind) for name, kind, *_ in found.description or ()}


def _of_utc(row: tuple[Any, ...], moments: Sequence[int]) -> tuple[Any, ...]:
    """Return a row with the zone UTC set on its moments; every connection uses UTC."""
    return tuple(each.replace(tzinfo=UTC) if at in moments and each else each for at, each in enumerate(row))


def frame(connection: Connection, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """Run one query and return its rows as a frame. `leaving` lists the types that are converted."""
    import duckdb  # noqa: F401  without the whole package a connection of 2.0 knows no relations

    from tracker.sql import arrow

    return arrow.read(leaving(connection.sql(sql, params=parameters) if parameters else connection.sql(sql)))


def literal(constant: object) -> str:
    """Return a Python value as an SQL literal, days and moments with their type."""
    if constant is None:
        return "null"
    if isinstance(constant, bool):
        return "true" if constant else "false"
    if isinstance(constant, (int, float)):
        return repr(constant)
    if isinstance(constant, datetime):
        return f"{'timestamptz' if constant.tzinfo else 'timestamp'} '{constant.isoformat(sep=' ')}'"
    if isinstance(constant, date):
        return f"date '{constant.isoformat()}'"
    if isinstance(constant, Sequence) and not isinstance(constant, str):
        return "[" + ", ".join(literal(each) for each in constant) + "]"
    return "'" + str(constant).replace("'", "''") + "'"


def parquet(files: Path | Sequence[Path], **options: str) -> str:
    """Return a table expression over one or several Parquet files, with their own columns only.

    By default duckdb reads a folder `name=value` of a path as a column; this turns it off.
    """
    named = {"hive_partitioning": "false", **options}
    return f"read_parquet({places(files)}, {', '.join(f'{name} = {value}' for name, value in named.items())})"


def places(files: Path | Sequence[Path]) -> str:
    """Return one or several files as the SQL literal that a reading function of duckdb takes.

    Such a function reads a path as a glob pattern: `*`, `?` and `[` in a folder's name would match its neighbours too.
    """
    if isinstance(files, Path):
        return literal(literally(str(files)))
    return literal([literally(str(each)) for each in files])


def literally(path: str) -> str:
    """Return the glob pattern that matches this path alone."""
    return "".join(f"[{char}]" if char in WILDCARDS else char for char in path)


@contextlib.contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Commit what happens inside, or none of it."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        with contextlib.suppress(engine.Error):  # an error of duckdb may have rolled back already
            connection.execute("rollback")
        raise
    connection.execute("commit")


@contextlib.contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn errors of duckdb and of the operating system into one clear StoreError or Busy."""
    try:
        yield
    except (engine.Error, OSError) as error:
        raise explain(what, error) from error


def explain(what: str, error: Exception) -> StoreError | Busy:
    """Translate an error of duckdb or of the operating system into ours: the fact, then the next step."""
    text = " ".join(str(error).split())
    lower = text.lower()
    for signs, advice in _ADVICE:
        if any(sign in lower for sign in signs):
            return StoreError(f"{what}: {advice} ({_short(text)})")
    if "could not set lock" in lower or "conflicting lock" in lower:
        return Busy(f"{what}: another process has it open; wait for it to end, then run again ({_short(text)})")
    if isinstance(error, OSError):
        return StoreError(disk.sentence(what, error))
    said = disk.said_in(text)
    if said is not None:
        return StoreError(f"{what}: {disk.told(said)} ({_short(text)})")
    if "no files found that match" in lower:
        return StoreError(f"{what}: {_LOST} ({_short(text)})")
    return StoreError(f"{what}: {_short(text)}")


_ADVICE = (
    (
        ("no space left", "disk quota", "file too large", "could not write all bytes", "max_temp_directory_size"),
        "the disk is full; free some space and run again, nothing was changed",
    ),
    (
        (
            *("not a valid duckdb database", "checksum", "corrupt", "deserializ", "magic bytes", "truncated"),
            *("too small", "read enough bytes", "failed to read file", "tprotocolexception"),
        ),
        "the file is damaged; put a good copy in its place, from a backup",
    ),
    (
        ("version number", "newer version of duckdb", "storage version"),
        "it was written by a newer duckdb; install that version",
    ),
    (("out of memory",), "it does not fit into memory_limit; raise it in tracker.toml"),
)

_LOST = "a file of the record is missing; put it back from a backup (`tracker doctor --record` lists what is wrong)"


def _short(text: str, most: int = 300) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
