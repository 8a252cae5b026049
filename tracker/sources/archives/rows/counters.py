"""Typed rows of one observation, whatever era its file is of: columns are found by name, and every cast is checked.

A moment without a zone is UTC, one with a zone is the same instant in UTC, and so is a text. A whole number is one in
any type; NaN stands for a missing one, as pandas writes it. A missing value is null, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from tracker.errors import SnapshotRefused
from tracker.landing.parse import values
from tracker.landing.parse.canonical import EARLIEST, MAX_COUNT, NAME
from tracker.sql import connect
from tracker.sql.connect import Connection

MOST_UNREADABLE = 1e-4  # of the values of a column; beyond that it is another column than its name says
LATEST = date(2100, 1, 1)  # what lies beyond it, infinity too, is no moment
RATE_DAYS = 30  # of which it is told how many models come a day
PARQUET = "(format parquet, compression zstd, compression_level 1)"
# until it is loaded, which then has to read it; nearly each name is there once, so that no dictionary is looked for
_SHORT_LIVED = "(format parquet, parquet_version v2, compression lz4_raw, dictionary_size_limit 1)"
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_BROKEN = ("FLOAT", "DOUBLE")
_MISSING = "'', 'nan', 'none', 'null'"  # texts that stand for a missing value


@dataclass(frozen=True)
class Fields:
    """What an archive calls the columns that are needed. Those of `required` must be there."""

    model_id: str = "id"
    hub_id: str | None = "_id"
    created_at: str | None = "createdAt"
    downloads_30d: str = "downloads"
    downloads_all_time: str = "downloadsAllTime"
    likes: str = "likes"
    private: str | None = "private"

    @property
    def required(self) -> tuple[str, ...]:
        """Without these a file is of no use."""
        return (self.model_id, self.downloads_30d)

    @property
    def all(self) -> frozenset[str]:
        """All that are read where they are there."""
        return frozenset(each for each in vars(self).values() if each)


@dataclass(frozen=True)
class Counted:
    """What was read: rows kept, rows left out and why not kept, sums, and the newest moment of creation."""

    rows: int
    duplicates: int
    nameless: int  # rows whose name is none
    private: int
    unreadable: int  # single values that are not what their column says: null now
    newest: datetime | None  # naive, UTC
    late: int  # models that were created after the day that they are told of
    a_day: float  # models that came a day, in the month before the newest
    downloads: int
    likes: int


def rows_of(place: Path) -> str:
    """Return a table expression over a Parquet file, with the number of each row in it."""
    return connect.parquet(place, file_row_number="true")


def types_of(connection: Connection, source: str) -> dict[str, str]:
    """Return the names and types of what is read from."""
    return {name: str(kind) for name, kind, *_ in connect.rows(connection, f"describe select * from {source}")}


def write(
    connection: Connection, source: str, fields: Fields, day: date | None, target: Path, where: str = "true"
) -> Counted:
    """Write typed rows of a table expression to `target`, each model once: its last row.

    They tell of `day`, or where it is None of the day of the newest model. The expression is one of `rows_of`.
    Raises SnapshotRefused where a column that must be there is missing, or is of a type that it cannot have.
    """
    types = types_of(connection, source)
    missing = [name for name in fields.required if name not in types]
    if missing:
        raise SnapshotRefused(f"it has no column {', '.join(missing)}; its columns are {', '.join(types)}"[:500])
    select = ",\n  ".join(f"{expression} as {name}" for name, expression in _expressions(fields, types).items())
    connection.execute(f"create or replace temp table read as select {select} from {source} where {where}")
    _check_casts(connection)
    nameless = _drop(connection, "model_id is null")
    nameless += _drop_bad_names(connection)
    private = _drop(connection, "private") if fields.private in types else 0
    duplicates = _drop_duplicates(connection)
    counted = _counted(connection, day, duplicates, nameless, private)
    if not counted.rows:
        raise SnapshotRefused("it holds no model")
    columns = "model_id, hub_id, created_at, downloads_30d, downloads_all_time, likes"
    # in the order of the file, which duckdb keeps unless it is told not to
    connection.execute(f"copy (select {columns} from read) to {connect.literal(str(target))} {_SHORT_LIVED}")
    connection.execute("drop table read")
    return counted


def _expressions(fields: Fields, types: Mapping[str, str]) -> dict[str, str]:
    """Return an expression for each column, and for each of them how many values it could not make sense of."""
    typed = {
        "model_id": _text(fields.model_id, types),
        "hub_id": _text(fields.hub_id, types),
        "created_at": moment(fields.created_at, types),
        "downloads_30d": count(fields.downloads_30d, types),
        "downloads_all_time": count(fields.downloads_all_time, types),
        "likes": count(fields.likes, types),
    }
    places = (fields.created_at, fields.downloads_30d, fields.downloads_all_time, fields.likes)
    lost = [
        f"({_is_there(place, types)} and ({typed[name]}) is null)::utinyint"
        for name, place in zip(("created_at", "downloads_30d", "downloads_all_time", "likes"), places, strict=True)
        if place in types
    ]
    return {**typed, "private": flag(fields.private, types), "lost": " + ".join(lost) or "0", "row": "file_row_number"}


def quoted(name: str | None) -> str:
    """Return a column's name as SQL."""
    return '"' + (name or "").replace('"', '""') + '"'


def count(name: str | None, types: Mapping[str, str]) -> str:
    """Return an expression for a whole number from 0 on. Raises SnapshotRefused for a type that holds none."""
    if name is None or types.get(name, '"NULL"') == '"NULL"':
        return "null::bigint"
    kind, column = types[name], quoted(name)
    if kind in _WHOLE:
        return f"case when {column} between 0 and {MAX_COUNT} then try_cast({column} as bigint) end"
    if kind in _BROKEN or kind.startswith("DECIMAL"):
        is_whole = f"{column} between 0 and {MAX_COUNT} and {column} = trunc({column})"
        return f"case when {is_whole} then try_cast({column} as bigint) end"
    if kind == "VARCHAR":
        number = f"try_cast({column} as bigint)"
        is_whole = f"{number} between 0 and {MAX_COUNT} and {number} = try_cast({column} as decimal(38, 9))"
        return f"case when {is_whole} then {number} end"  # a cast of '12.5' rounds
    raise SnapshotRefused(f"its column {name} is of the type {kind[:80]}, which holds no counts")


def flag(name: str | None, types: Mapping[str, str]) -> str:
    """Return an expression for yes or no.

    A missing value is no; a text that is neither is yes, as a model may be nobody else's concern. Raises
    SnapshotRefused for a type that holds neither.
    """
    if name is None or types.get(name, '"NULL"') == '"NULL"':
        return "false"
    kind, column = types[name], quoted(name)
    if kind == "BOOLEAN" or kind in _WHOLE:
        return f"coalesce({column}::boolean, false)"
    if kind in _BROKEN:
        return f"coalesce({column} <> 0 and not isnan({column}), false)"
    if kind == "VARCHAR" or kind.startswith("ENUM"):
        text = f"lower(trim({column}::varchar))"
        return f"coalesce(coalesce(try_cast({text} as boolean), {text} not in ({_MISSING})), false)"
    raise SnapshotRefused(f"its column {name} is of the type {kind[:80]}, which says neither yes nor no")


def moment(name: str | None, types: Mapping[str, str]) -> str:
    """Return an expression for an instant as a timestamp in UTC. Raises SnapshotRefused for a type that holds none."""
    if name is None or types.get(name, '"NULL"') == '"NULL"':
        return "null::timestamp"
    kind, column = types[name], quoted(name)
    if kind == "VARCHAR":
        instant = f"try_cast({column} as timestamptz)::timestamp"
    elif kind.startswith(("TIMESTAMP", "DATE")):
        instant = f"{column}::timestamp"  # with a zone too: that of every connection is UTC
    else:
        raise SnapshotRefused(f"its column {name} is of the type {kind[:80]}, which holds no moments")
    return f"case when {instant} between timestamp '{EARLIEST}' and timestamp '{LATEST}' then {instant} end"


def _text(name: str | None, types: Mapping[str, str]) -> str:
    if name is None or types.get(name, '"NULL"') == '"NULL"':
        return "null::varchar"
    if types[name] != "VARCHAR" and not types[name].startswith("ENUM"):
        raise SnapshotRefused(f"its column {name} is of the type {types[name][:80]}, which holds no names")
    return f"{quoted(name)}::varchar"


def _is_there(name: str | None, types: Mapping[str, str]) -> str:
    """Return whether a value is given at all; NaN is none."""
    column = quoted(name)
    return f"{column} is not null" + (f" and not isnan({column})" if types[name or ""] in _BROKEN else "")


def _check_casts(connection: Connection) -> None:
    rows, lost = connect.rows(connection, "select count(*), coalesce(sum(lost), 0) from read")[0]
    if lost > max(1, MOST_UNREADABLE * rows):
        raise SnapshotRefused(f"{lost:,} values of {rows:,} rows are not what their column says: no counts, no moments")


def _drop(connection: Connection, which: str) -> int:
    found: int = connect.value(connection, f"select count(*) from read where {which}")
    if found:
        connection.execute(f"delete from read where {which}")
    return found


def _drop_bad_names(connection: Connection) -> int:
    """Leave out what can be no name; most are judged in bulk, the rest one by one by the rules of the list's walk."""
    odd = connect.rows(connection, f"select model_id from read where not regexp_full_match(model_id, '{NAME}')")
    bad = [name for (name,) in odd if not values.is_name(name)]
    bad += [name for (name,) in connect.rows(connection, "select model_id from read where contains(model_id, '..')")
            if not values.is_name(name)]  # fmt: skip
    if not bad:
        return 0
    connection.execute("create or replace temp table bad as select distinct unnest($bad::varchar[]) as model_id",
                       {"bad": bad})  # fmt: skip
    return _drop(connection, "model_id in (select model_id from bad)")


def _drop_duplicates(connection: Connection) -> int:
    """Keep the last row of each name. Hashes are counted first: that costs a third, and usually no name is twice."""
    rows, hashes = connect.rows(connection, "select count(*), count(distinct hash(model_id)) from read")[0]
    if rows == hashes:
        return 0
    last = "select max(row) from read group by model_id"
    return _drop(connection, f"row not in ({last})")


def _counted(connection: Connection, day: date | None, duplicates: int, nameless: int, private: int) -> Counted:
    sums = "coalesce(sum(downloads_30d), 0), coalesce(sum(likes), 0), coalesce(sum(lost), 0)"
    rows, newest, downloads, likes, lost = connect.rows(
        connection, f"select count(*), max(created_at), {sums} from read"
    )[0]
    last = day or (newest.date() if newest else date.max - timedelta(days=1))
    end = connect.literal(last + timedelta(days=1))
    late, lately = connect.rows(
        connection,
        f"select count(*) filter (created_at >= {end} and created_at < now()::timestamp), "
        f"count(*) filter (created_at > $newest::timestamp - interval {RATE_DAYS} day) from read",
        {"newest": newest},
    )[0]
    return Counted(
        rows=rows,
        duplicates=duplicates,
        nameless=nameless,
        private=private,
        unreadable=int(lost),
        newest=newest,
        late=late,
        a_day=lately / RATE_DAYS,
        downloads=int(downloads),
        likes=int(likes),
    )
