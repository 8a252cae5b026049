"""A published copy on Apache Spark: the same tables, views and questions, where one machine is not enough.

Spark reads the files of the record in place, and only those that the copy names. Every view and question is the
product's own SQL, translated; SQL that other engines read differently is refused, not translated silently. `mount`
registers a copy on a session of the user.

May import: errors, sql, store, store.elsewhere, table.
"""

from typing import TYPE_CHECKING

from tracker import later

if TYPE_CHECKING:
    from tracker.handover.spark.asking import asked
    from tracker.handover.spark.mounting import Mounted, mount
    from tracker.handover.spark.sessions import session

__all__ = ["Mounted", "asked", "mount", "session"]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        {
            "tracker.handover.spark.asking": "asked",
            "tracker.handover.spark.mounting": "Mounted mount",
            "tracker.handover.spark.sessions": "session",
        },
    )
