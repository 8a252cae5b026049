"""The sealed connection to the published copy: one SELECT at a time, the record and nothing else, with a time limit."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from tracker.errors import QueryRefused, StoreError, TooMuch, UnknownName
from tracker.registry import definitions
from tracker.registry.definitions import Definition
from tracker.sql import connect, engine, sealed
from tracker.sql.connect import Connection, explain, explained, literal
from tracker.sql.foreign import judge
from tracker.sql.foreign.limits import Limits, Opening, Stopped, memory
from tracker.sql.render import render, used
from tracker.sql.together import Together
from tracker.store import copies
from tracker.store.past.said import Past, said_on
from tracker.store.vintages import summed
from tracker.table import Table

if TYPE_CHECKING:
    import polars as pl

    from tracker.store.elsewhere.catalog import Catalog
    from tracker.store.others.withheld import Withheld

Asked = TypeVar("Asked", "pl.DataFrame", Table)

DEFAULT_MEMORY = "4GB"
LATER = [
    "definitions",
    "source_facts",
    "counting_rules",
    "night_labels",
    "night_quality",
    "recorded_nights",
    "flow_days",
    "watch_matches",
    "derivatives_vintages",
    "signal_names",
    "token_days_current",
    "arena_ratings_current",
    "index_scores_current",
    "second_hub_current",
    "token_sums",
    "second_hub_sums",
]  # tables that copies of earlier versions lack; exports lack those whose rows may not leave the machine
DEFAULT_TIMEOUT_SECONDS = 60.0


class SourceFacts(NamedTuple):
    """A source that a copy has rows of: of its nights, or in tables of the source's own."""

    name: str
    licence: str | None = None  # None for a copy of an earlier version
    attribution: str | None = None
    of_nights: bool = True
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class SnapshotFacts:
    """What a published copy is made of; every answer carries it."""

    snapshot_date: date
    scope: str
    source: str
    models: int
    registry_version: str | None
    generation: int
    copy_id: str | None  # None for a copy of an earlier version, which has no id
    synthetic: bool
    endpoint: str | None
    nights: int
    sources: tuple[SourceFacts, ...] = ()
    left_out: str | None = None  # of an export: which rows may not leave, and why
    as_of: date | None = None  # the day that the copy is asked as of; None: the present
    newest_generation: int | None = None  # the newest generation, if the copy is asked as of a day
    is_reconstructed: bool = False  # no generation existed by that day: nights up to it, read with today's lineage


@contextmanager
def open_published(
    data_dir: Path,
    *,
    memory_limit: str = DEFAULT_MEMORY,
    threads: int = 2,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    generation: int | None = None,
    as_of: date | None = None,
) -> Iterator[Published]:
    """Open a published copy, sealed: the newest of a data folder, a kept generation of it, or an export.

    `as_of` chooses the generation that was newest on that day; if none existed yet, the nights up to the day are read
    with today's lineage. An open copy does not change when a newer one is published. A generation whose database file
    is gone is rebuilt from its files in a temporary folder. Raises NothingPublished if there is no copy or it is not
    kept, StoreError for a file or folder that is no copy or is damaged.
    """
    with ExitStack() as stack:
        with explained(f"cannot open {data_dir}"):
            past = said_on(data_dir, as_of) if as_of else None
            generation = past.generation if past else generation
            if generation is None:
                place = copies.find(data_dir)
            else:
                made = copies.of_generation(data_dir, generation, memory_limit=memory_limit, threads=threads)
                place = stack.enter_context(made)
        yield stack.enter_context(_opened(place, memory_limit, threads, timeout_seconds, past))


@contextmanager
def _opened(
    place: copies.Place, memory_limit: str, threads: int, timeout_seconds: float, past: Past | None
) -> Iterator[Published]:
    with explained(f"cannot open {place.path}"):
        connection = connect.instance(memory_limit, threads)
        try:
            noted = connect.Noted(connection)
            attached = place.attach(cast(Connection, noted))
            if past and past.generation is None:
                from tracker.store.past import reconstructed

                reconstructed.lay_over(cast(Connection, noted), place.path.resolve().parent, past.day)
            for statement in sealed.statements(attached.reads):
                noted.execute(statement)
            most = memory(connect.value(connection, "select current_setting('memory_limit')"))
        except BaseException:
            connection.close()
            raise
    limits = Limits(timeout_seconds, most, threads)
    path = place.path.resolve()
    opening = Opening(noted.opening, [path, *attached.reads])
    published = Published(connection, path, opening, limits, attached.left_out, past)
    try:
        yield published
    finally:
        published.close()


class Published:
    """One open published copy. Threads may share it: one question is answered at a time."""

    def __init__(
        self,
        connection: Connection,
        path: Path,
        opening: Opening,
        limits: Limits,
        left_out: str | None,
        past: Past | None = None,
    ) -> None:
        self._connection: Connection | None = connection
        self._path = path
        self._opening = opening
        self._turn = threading.Lock()
        self._turn_of_strangers = threading.Lock()
        self._limits = limits
        self._left_out = left_out
        self._past = past
        self._together: Together | None = None
        self._stopped: str | None = None
        self._withheld: Withheld | None = None  # None: the question comes from this machine

    @contextmanager
    def cursor(self, timeout_seconds: float, memory: int, answer: int) -> Iterator[Published]:
        """Open the same copy once more, on a connection of its own to the same instance: 500 times as fast.

        The questions come from other machines, so rows that may not leave are withheld. Many cursors are asked at once,
        and each is stopped alone. A statement may take `timeout` seconds. A stranger's statement runs on one thread and
        may take `memory` bytes, its rows `answer` bytes; one of our own may take the memory of the instance.
        """
        with suppress(StoreError):  # a copy without definitions; its questions say so
            _ = self._facts, self._later, self._definitions
        told = {name: value for name, value in vars(self).items() if name in ("_facts", "_later", "_definitions")}
        with self._turn:  # the copy's own connection answers
            withheld = self._of_others
        limits = Limits(timeout_seconds, memory, 1, answer)
        connection = self._open.cursor()
        try:
            for statement in connect.of_session(self._opening.statements):
                connection.execute(statement)
            opened = Published(connection, self._path, self._opening, limits, self._left_out, self._past)
            opened._withheld = withheld
            vars(opened).update(told)  # read once for all cursors
            yield opened
        finally:
            connection.close()

    @cached_property
    def _of_others(self) -> Withheld:
        from tracker.store.others.withheld import Withheld

        _, *folders = self._opening.readable
        data_dir = folders[0].parent if folders else self._path.parent  # a rebuilt one lies elsewhere
        is_reconstructed = self._past is not None and self._past.generation is None
        return Withheld.read(self._open, data_dir, is_reconstructed=is_reconstructed)

    @property
    def withheld(self) -> Sequence[str]:
        """Why rows of this copy are withheld from the asker, one sentence each."""
        return self._withheld.told if self._withheld else ()

    def require_may_leave(self, sql: str, columns: Collection[str]) -> None:
        """Raise QueryRefused if rows of a statement of our own are withheld from the asker."""
        if self._withheld:
            self._withheld.require_sums(sql, columns)

    def stop(self, why: str) -> None:
        """Stop the running question from another thread, and refuse all later ones on this connection.

        Call it again until the question has ended: duckdb ignores an interrupt between two statements.
        """
        self._stopped = why
        connection = self._connection
        if connection is not None:
            with suppress(engine.Error):  # the connection has just been closed
                connection.interrupt()

    def close(self) -> None:
        """Close the connection and release it: duckdb 2.0 complains at exit about connections that are still held."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def _open(self) -> Connection:
        if self._connection is None:
            raise StoreError("this published copy was closed; open it again")
        return self._connection

    @contextmanager
    def together(self) -> Iterator[None]:
        """Cache many questions of our own: run each once, and compute once the tables that several begin with."""
        with self._turn:
            self._together = Together(self._open)
        try:
            yield
        finally:
            with self._turn:
                self._together.end()
                self._together = None

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None, *, common: str = "") -> pl.DataFrame:
        """Run one SELECT of our own and return its rows. `$name` in it stands for the parameter of that name.

        `common` names the last of its tables (`with ... as`) that other queries share, and the columns that they need
        of it; see `together`.

        It runs in this process, where duckdb checks the time limit only now and then. So use `foreign` for SQL that
        strangers wrote.

        Raises QueryRefused for anything but one SELECT, for reaching outside the record, for a mistake in the SQL, and
        if the time or memory limit is exceeded. Raises StoreError if so many newer copies were published that the files
        of this one are deleted.
        """
        with self._turn:
            return self._asked(connect.frame, sql, parameters or {}, common)

    def table(self, sql: str, parameters: Mapping[str, Any] | None = None, *, common: str = "") -> Table:
        """Run one SELECT of our own as `query` does and return its rows without polars."""
        with self._turn:
            return self._asked(connect.table, sql, parameters or {}, common)

    def foretell(self, sql: str, parameters: Mapping[str, Any], rows: Table) -> None:
        """Cache the rows that `table` will return for a SELECT; they come from one query about many things at once.

        It has an effect only within `together`.
        """
        with self._turn:
            if self._together:
                self._together.foretell(connect.table, sql, used(sql, parameters), rows)

    def _asked(
        self,
        ask: Callable[[Connection, str, Mapping[str, Any]], Asked],
        sql: str,
        parameters: Mapping[str, Any],
        common: str,
    ) -> Asked:
        self._require_going()
        self._check(sql)
        given = used(sql, parameters)
        stop = threading.Timer(self._limits.seconds, self._open.interrupt)
        stop.daemon = True
        stop.start()
        try:
            if self._together:
                return self._together.ask(ask, sql, given, common)
            return ask(self._open, sql, given)
        except engine.InterruptException as error:
            self._require_going()
            raise TooMuch(
                f"stopped after {self._limits.seconds:g} seconds; narrow the question, or raise the time limit"
            ) from error
        except engine.Error as error:
            raise self._failure(error) from error
        finally:
            stop.cancel()
            stop.join()  # a thread that still runs while the interpreter ends may crash the process

    def _require_going(self) -> None:
        if self._stopped is not None:
            raise TooMuch(self._stopped)

    def foreign(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """Run one SELECT of a stranger, as `query` does, in a process of its own.

        The process is killed when its time or memory is over, whatever it does. The time includes sending the rows.
        """
        from tracker.sql.foreign import door

        return self._of_stranger(door.ask, sql, parameters or {})

    def foreign_table(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Table:
        """Run one SELECT of a stranger as `foreign` does; return its rows without polars if their types allow it."""
        from tracker.sql.foreign import door

        return self._of_stranger(door.ask_plain, sql, parameters or {})

    def _of_stranger(
        self,
        ask: Callable[[Opening, str, Mapping[str, Any], Limits, Stopped], Asked],
        sql: str,
        parameters: Mapping[str, Any],
    ) -> Asked:
        from tracker.sql.foreign.door import Failed

        with self._turn_of_strangers:
            _ = self._open
            opening = self._withheld.opening(self._opening) if self._withheld else self._opening
            try:
                return ask(opening, sql, parameters, self._limits, lambda: self._stopped)
            except Failed as failed:
                raise self._failure(failed.error) from failed.error

    def _failure(self, error: engine.Error) -> StoreError:
        if isinstance(error, engine.IOException) and not self._path.exists():
            return StoreError(
                f"{self._path.name} was replaced by newer copies, and its files are deleted; open the newest"
            )
        return _refusal(error, self._left_out)

    def render(self, sql: str, parameters: Mapping[str, Any] | None = None) -> str:
        """Return the SQL with the values of its parameters written out, runnable as it stands."""
        return render(sql, parameters or {})

    def facts(self) -> SnapshotFacts:
        """Return what this copy is made of."""
        return self._facts

    @cached_property
    def _facts(self) -> SnapshotFacts:
        told = self.table("select key, value from about union all select 'nights', count(*)::varchar from nights")
        about: dict[str, Any] = dict(told.rows)
        return SnapshotFacts(
            snapshot_date=date.fromisoformat(about["snapshot_date"]),
            scope=about["scope"],
            source=about["source"],
            models=int(about["models"]),
            registry_version=about["registry_version"],
            generation=int(about["generation"]),
            copy_id=about.get("copy_id"),
            synthetic=about["synthetic"] == "true",
            endpoint=about["endpoint"],
            nights=int(about["nights"]),
            sources=self._sources(),
            left_out=self._left_out,
            as_of=self._past.day if self._past else None,
            newest_generation=self._past.newest if self._past else None,
            is_reconstructed=self._past is not None and self._past.generation is None,
        )

    def _sources(self) -> tuple[SourceFacts, ...]:
        """Return the sources that this copy has rows of."""
        if not self.has("source_facts"):
            names = self.table("select distinct source from nights order by source")["source"]
            return tuple(map(SourceFacts, names))
        return tuple(
            SourceFacts(name, licence, attribution, of_nights, tuple(tables))
            for name, licence, attribution, of_nights, tables in self.table(_SOURCES).rows
        )

    def definitions(self) -> dict[str, Definition]:
        """Return by name the definitions of the registry that this copy was resolved with.

        Raises StoreError if it holds none: answers never fall back on files that may have other definitions.
        """
        return dict(self._definitions)

    @cached_property
    def _definitions(self) -> Mapping[str, Definition]:
        cells = self.table("from definitions").dicts() if self.has("definitions") else []
        if not cells:
            raise StoreError(
                "this copy holds no definitions, or was published before copies had any; "
                "see that the registry has a definitions.csv, then run `tracker resolve`"
            )
        return {each["name"]: definitions.parse(each) for each in cells}

    def has(self, table: str) -> bool:
        """Return whether this copy holds a table of LATER, which those of earlier versions lack."""
        return table in self._later

    @cached_property
    def _later(self) -> Collection[str]:
        """The tables of LATER that the copy holds; reading the whole schema for that would take 14 times as long."""
        sql = f"select distinct table_name from duckdb_columns() where list_contains({literal(LATER)}, table_name)"
        return self.table(sql)["table_name"]

    def schema(self, table: str | None = None) -> pl.DataFrame:
        """Return table, column, type and comment of every published column, or of one table's; functions last.

        Raises UnknownName with the nearest names.
        """
        whole = self.query(_SCHEMA)
        if table is None:
            return whole
        known = whole["table"].unique(maintain_order=True)
        if table not in known:
            raise UnknownName("table", table, known)
        return whole.filter(whole["table"] == table)

    def catalog(self) -> Catalog:
        """Return the contents of this copy as SQL and files, for another engine that shows the same."""
        from tracker.store.elsewhere.catalog import Catalog

        return Catalog(self._open)

    def _check(self, sql: str) -> None:
        """Refuse anything but exactly one SELECT, as duckdb's own parser reads it."""
        try:
            judge.judge(self._open, sql)
        except judge.Refused as refused:
            raise QueryRefused(str(refused)) from None
        except engine.Error as error:
            raise _refusal(error) from error


_SUMS = " union all ".join(f"select '{each.source}', '{table}'" for table, each in summed.SUMS.items())
_SOURCES = f"""
select
  s.name, s.licence,
  s.attribution || if(t.tables is not null and s.snapshot_date is not null, ', as of ' || s.snapshot_date, ''),
  s.name in (select n.source from nights as n) as of_nights,
  coalesce(t.tables, []) as tables
from source_facts as s
left join (
  select source, list(table_name order by table_name) as tables
  from (select source, table_name from source_tables union all {_SUMS})
  group by source
) as t on t.source = s.name
order by s.name
"""

# a view over a table of an earlier version has comments of its own and replaces that table in the schema
_SCHEMA = """
select "table", "column", type, comment
from (
  select *, bool_or(place_of = 'temp' and comment is not null) over (partition by "table") as is_laid
  from (
    select
      database_name as place_of, table_name as "table", column_name as "column", data_type as type, comment,
      column_index as place
    from duckdb_columns()
    where database_name in ('tracker', 'temp') and schema_name = 'main' and table_name <> 'record_rows'
    union all
    select
      database_name, function_name, '(' || array_to_string(parameters, ', ') || ')', 'function', comment, 1000
    from duckdb_functions()
    where database_name in ('tracker', 'temp') and not internal
  )
)
where is_laid = (place_of = 'temp')
order by type = 'function', "table", place
"""


def _refusal(error: engine.Error, left_out: str | None = None) -> StoreError:
    text = " ".join(str(error).split())
    is_forbidden = isinstance(error, engine.PermissionException) or "disabled by configuration" in text
    if left_out == copies.WITHOUT_RECORD and (is_forbidden or isinstance(error, engine.IOException)):
        return StoreError(f"this cannot be answered: {left_out}")
    if unknown := re.search(r"name (\S+) does not exist", text):
        from tracker.store.publish import annotated

        if left_out and unknown[1] in left_out:
            return QueryRefused(f"there is no {unknown[1]} here; {left_out}")
        if unknown[1] in annotated.names():
            return QueryRefused(
                f"this copy was published before there was {unknown[1]}; run `tracker publish`, then ask again"
            )
    if is_forbidden:
        return QueryRefused(f"only the published tables and their record can be read here ({text})")
    is_damaged = any(sign in text for sign in ("Failed to read file", "TProtocolException"))  # of Parquet
    if is_damaged or isinstance(error, (engine.IOException, engine.InternalException, engine.FatalException)):
        found = explain("cannot read the published copy", error)
        return found if isinstance(found, StoreError) else StoreError(str(found))
    if isinstance(error, engine.OutOfMemoryException):
        text = re.split(" Possible solutions:| Database is launched", text)[0]  # its advice is to change settings
        return TooMuch(f"needs more memory than allowed; narrow the question ({text})")
    return QueryRefused(text)
