"""The views of a copy: over its own tables, and over the files beside it, for the folder where these are now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tracker.sql.connect import Connection
from tracker.store.publish import annotated
from tracker.store.record import archive, rollup_files
from tracker.store.vintages import shown


def create_views(connection: Connection, data_dir: Path) -> None:
    """Create the views of the copy in use, and put the comments on everything in it."""
    listing = archive.Listing.read(connection, "fresh")
    statements = [relation.statement for relation in annotated.relations("published_views.sql")]
    for statement in (*statements, *record_statements(record_sources(data_dir, listing))):
        connection.execute(statement)
    connection.execute(annotated.comments("published.sql", "published_views.sql", "record_views.sql"))
    tables = shown.shown(connection, "fresh")
    for statement in shown.view_statements(tables, data_dir):
        connection.execute(statement)
    for statement in shown.comment_statements(connection, tables):
        connection.execute(statement)


def record_sources(data_dir: Path, listing: archive.Listing, database: str | None = None) -> dict[str, str]:
    """Return what the views over files beside the copy read, by name, for the folder where it is now."""
    place = data_dir.resolve()
    sources = {
        "nightly": listing.nightly_sql(place),
        "history": listing.history_sql(place),
        "newest": listing.newest_sql(),
    }
    for rollup in rollup_files.OPEN:
        sources[rollup] = rollup_files.rows_sql(place, listing.rollups, rollup, database)
    return sources


def record_statements(sources: Mapping[str, str], *, temporary: bool = False) -> list[str]:
    """Return the statements that create the views over files beside the copy."""
    return [
        relation.temporary(sources) if temporary else relation.over(sources)
        for relation in annotated.relations("record_views.sql")
    ]
