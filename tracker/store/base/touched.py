"""Which models' published rows may be other than in the copy before.

Whatever changes them notes it here, in its own transaction; the next publish writes them anew and forgets the notes. To
note a model that is as it was costs its rows once more; to miss one would leave what is no longer so.
"""

from __future__ import annotations

from tracker.sql.connect import Connection

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
