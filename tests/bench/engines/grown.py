"""Exported folders that grow: with so many times the models, or so many times the nights.

Files are coded as the record's are. What no question here reads stays as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from tracker.sql import connect
from tracker.sql.connect import Connection, literal, parquet
from tracker.store import exported
from tracker.store.export import PARQUET
from tracker.store.record import archive

_NIGHT_FILES = archive.PARQUET.format(1000)
_NAMES = ("model_id", "root_id")
_KEYS = ("model_key", "root_key")
_ONE_MORE = """
select * replace (
  model_key + {offset} as model_key,
  case when downloads_30d > 0 then downloads_30d + hash(model_key, {number}) % 7 else 0 end::bigint as downloads_30d,
  case when downloads_all_time > 0 then downloads_all_time + hash(model_key, {number}) % 7 else 0 end::bigint
    as downloads_all_time
)
from {night}
"""


def with_models(source: Path, folder: Path, times: int, nights: int) -> None:
    """Write an export with so many times the models of another one, and its newest nights."""
    with connect.instance("6GB") as connection:
        connection.execute("set threads = 2")
        days = _begun(connection, source, folder, nights)
        step = connect.value(connection, f"select max(model_key) + 1 from {parquet(source / 'models.parquet')}")
        for table in ("models", "lineage"):
            held = parquet(source / f"{table}.parquet")
            there = [name for name, *_ in connect.rows(connection, f"describe from {held}")]
            copies = (_described(held, there, number, step) for number in range(times))
            _write(connection, " union all ".join(copies), folder / f"{table}.parquet")
        for _, file in days:
            of_night = parquet(source / file)
            copies = (_ONE_MORE.format(night=of_night, number=n, offset=n * step) for n in range(times))
            by_size = f"order by {archive.MAGNITUDE.format('downloads_all_time')}, model_key"
            _write(connection, f"{' union all '.join(copies)} {by_size}", folder / file, _NIGHT_FILES)
        _finish(connection, source, folder, [*days], times)


def with_nights(source: Path, folder: Path, times: int) -> None:
    """Write an export with so many times the nights of another one, the older ones of days before it."""
    with connect.instance("6GB") as connection:
        connection.execute("set threads = 2")
        days = _begun(connection, source, folder, None)
        written = []
        for turn in range(times):
            back = timedelta(days=turn * len(days))
            for night, file in days:
                day = night - back
                name = file.replace(night.isoformat(), day.isoformat())
                shifted = f"select * replace (date {literal(str(day))} as snapshot_date) from {parquet(source / file)}"
                _write(connection, shifted, folder / name, _NIGHT_FILES)
                written.append((day, name))
        _finish(connection, source, folder, written, 1)


def _begun(connection: Connection, source: Path, folder: Path, nights: int | None) -> list[tuple[date, str]]:
    """Bring what stays as it was; return the newest nights and their files."""
    folder.mkdir()
    for path in source.glob("*.*"):
        shutil.copyfile(path, folder / path.name)
    asked = f"select snapshot_date, file from {parquet(source / 'nights.parquet')} order by snapshot_date desc"
    return [*connect.rows(connection, asked)][:nights]


def _described(held: str, there: list[str], number: int, step: int) -> str:
    keys = [f"{name} + {number * step} as {name}" for name in _KEYS if name in there]
    names = [f"{name} || {literal(f'-{number}' if number else '')} as {name}" for name in _NAMES if name in there]
    return f"select * replace ({', '.join([*keys, *names])}) from {held}"


def _finish(connection: Connection, source: Path, folder: Path, days: list[tuple[date, str]], times: int) -> None:
    """Write the table of nights, and the list of files that makes it an export."""
    named = ", ".join(f"(date {literal(str(day))}, {literal(file)})" for day, file in days)
    of_source = parquet(source / "nights.parquet")
    _write(
        connection,
        f"select f.day as snapshot_date, f.file, n.models * {times} as models,"
        " n.* exclude (snapshot_date, file, models)"
        f" from (values {named}) as f(day, file)"
        f" cross join (from {of_source} order by snapshot_date desc limit 1) as n order by all",
        folder / "nights.parquet",
    )
    sums = "".join(f"-  {name}\n" for name in sorted(_listed(folder)))
    (folder / exported.SUMS).write_text(sums, encoding="utf-8")


def _listed(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*.parquet"))


def _write(connection: Connection, select: str, path: Path, form: str = PARQUET) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy ({select}) to {literal(str(path))} ({form})")
