"""Which models' published rows may be other than in the copy before.

Whatever changes them notes it here, in its own transaction; the next publish writes them anew and forgets the notes. To
note a model that is as it was costs its rows once more; to miss one would leave what is no longer so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tracker.sql.connect import Connection, rows

# the key of the edges of names that no snapshot has seen
NO_MODEL = 0


def note(connection: Connection, select: str, *, is_named: bool = False) -> None:
    """Note the models of a query of one column. `is_named`: they are called otherwise, new, gone or back."""
    connection.execute(f"insert into touched select *, {str(is_named).lower()} from ({select})")


def note_all(connection: Connection) -> None:
    """Note that any model may be other than before."""
    connection.execute("delete from touched")
    connection.execute("insert into touched values (null, true)")


def forget(connection: Connection) -> None:
    """Forget all notes: the newest parts say what is so."""
    connection.execute("delete from touched")


@contextmanager
def differences(connection: Connection, tables: Mapping[str, str]) -> Iterator[None]:
    """Note the models whose rows in these tables are other afterwards. `tables`: by name the SQL of the model's key."""
    said = _said(connection, tables)
    connection.execute(f"create or replace temp table said_before as {said}")
    yield
    note(
        connection,
        f"""
        select coalesce(b.model_key, a.model_key)
        from said_before as b full join ({said}) as a on a.model_key = b.model_key
        where b.said is distinct from a.said
        """,
    )
    connection.execute("drop table said_before")


def _said(connection: Connection, tables: Mapping[str, str]) -> str:
    """Return a query for one number a model that is another where a row of it is, whatever order they stand in."""
    hashes = []
    for number, (table, key) in enumerate(tables.items()):
        columns = ", ".join(name for (name,) in rows(connection, f"select column_name from (describe {table})"))
        hashes.append(f"select {key} as model_key, hash({number}, {columns}) as row_hash from {table}")
    return f"select model_key, sum(row_hash) as said from ({' union all '.join(hashes)}) group by model_key"
