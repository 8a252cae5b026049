"""Which models' published rows, and which nights' figures, may differ from those of the copy before.

A writer that changes them records it here, in its own transaction. The next publish writes them again and deletes these
notes. A note about an unchanged model costs writing its rows once more; a missing note would leave stale rows.
"""

from __future__ import annotations

from datetime import date

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


def note_night(connection: Connection, day: date) -> None:
    """Note that figures of a night may be other than they were said."""
    connection.execute("insert into touched_nights values ($day)", {"day": day})


def note_days(connection: Connection, month: date) -> None:
    """Note that settled downloads may be other than they were said, from the first day that a month's nights speak for.

    To be noted before they are changed, and after.
    """
    connection.execute(
        """
        insert into touched_days
        select min(label) from daily_flow where month = $month having min(label) is not null
        """,
        {"month": month},
    )


def note_all_nights(connection: Connection) -> None:
    """Note that those of any night may be."""
    connection.execute("insert into touched_nights values (null)")
