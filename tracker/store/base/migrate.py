"""Bring work.duckdb forward, one numbered file of store/base/migrations at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files as resources
from typing import Any

import duckdb

from tracker.errors import StoreError
from tracker.sql.connect import Connection, rows, transaction
from tracker.store.base import model_columns, model_state

_NAME = re.compile(r"^(\d{4})_\w+\.sql$")


def migrations() -> list[tuple[int, str, str]]:
    """Return number, name and SQL of every migration, in order."""
    found = []
    for entry in resources("tracker.store.base").joinpath("migrations").iterdir():
        match = _NAME.match(entry.name)
        if match:
            found.append((int(match[1]), entry.name, entry.read_text(encoding="utf-8")))
    return sorted(found)


@dataclass(frozen=True)
class OfFiles:
    """What belongs to a migration beside its SQL: files that are written first, and what is noted of them then."""

    write: Callable[[], Any]  # before anything is changed; run again after it was cut off
    settle: Callable[[Any], None]  # what that returned, in the transaction of the SQL


def migrate(connection: Connection, of_files: Mapping[int, OfFiles] | None = None) -> list[str]:
    """Apply what the database has not seen yet; return the names applied. `of_files`: by the numbers of migrations.

    All or none of it, and of the columns that tracker/columns.py has gained: what the version that wrote the database
    can open stays so where one fails. Raises StoreError then, and where the database is newer than this program.
    """
    connection.execute("create table if not exists migrations (number integer, name varchar, applied_at timestamptz)")
    applied = {number for (number,) in rows(connection, "select number from migrations")}
    known = migrations()
    if applied - {number for number, _, _ in known}:
        raise StoreError(
            f"the database has migration {max(applied):04}, this program knows up to {known[-1][0]:04}; "
            "use the newer version of the tracker that wrote it"
        )
    owed = [each for each in known if each[0] not in applied]
    files = {number: each for number, each in (of_files or {}).items() if applied and number not in applied}
    written = {number: each.write() for number, each in files.items()}
    with transaction(connection):
        for number, name, sql in owed:
            _apply(connection, number, name, sql)
            if number in files:
                files[number].settle(written[number])
        model_columns.add_missing(connection)
        model_state.settle_form(connection)
    return [name for _, name, _ in owed]


def _apply(connection: Connection, number: int, name: str, sql: str) -> None:
    try:
        connection.execute(sql)
        connection.execute("insert into migrations values ($number, $name, now())", {"number": number, "name": name})
    except duckdb.Error as error:
        raise StoreError(f"migration {name} failed, the database is as it was: {error}") from error
