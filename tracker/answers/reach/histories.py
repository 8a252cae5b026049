"""What covers which days: our own nights and those of archives, holes, what was refused, and how far they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker import measures
from tracker.answers.answer import Answer, answered
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from tracker.store import Published

NOTES = (
    "covers: nights of a source, and how many of them stand for their day (shown); missing: days beyond its usual step",
    "agrees: over the days that both cover, averages of each day's median and 95th percentile of the difference of "
    "downloads_30d in parts of the larger one",
    "sources are never mixed within a day nor differenced against one another",
)


def history(published: Published) -> Answer:
    """Return one row per source and scope, two sources with shared days, hole, and refused day.

    `kind` says which: covers, agrees, gap or refused.
    Raises SettingsError for a copy of an earlier version, which lists the preferred nights alone.
    """
    if not published.has("recorded_nights"):
        raise SettingsError("this copy was published by an earlier version; run `tracker publish`, then ask again")
    found = measures.load("history")
    table = published.table(found.sql, {})
    scopes = ", ".join(sorted(set(table["scope"]))) or None
    return answered(published, "history", found.sql, {}, table=table, scope=scopes, parameters={}, notes=NOTES)
