"""Build the published copy and swap it in: analysts read it, the collector never opens it again.

    tracker-000042.duckdb    this generation, mode 444, complete in itself but for the record's files
    tracker.duckdb           a link to it, re-pointed in one step

Whoever has the old generation open keeps it; whoever opens the link gets the new one.
"""

from __future__ import annotations

import re
from pathlib import Path

from tracker import __version__, files
from tracker.errors import StoreError
from tracker.sql import connect
from tracker.sql.connect import Connection, literal, rows, transaction, value
from tracker.store.base import data_folder
from tracker.store.lineage.candidates import find_parents
from tracker.store.publish import annotated
from tracker.store.publish.selects import INSERTS
from tracker.store.record import archive, retire, rollup_files

LINK = "tracker.duckdb"
KEPT_GENERATIONS = 3

_GENERATION = re.compile(r"^tracker-(\d{6,})\.duckdb$")


def publish(connection: Connection, data_dir: Path) -> Path:
    """Publish what is loaded and resolved; return the path of the new generation.

    Until the link is re-pointed readers see the copy before; a crash leaves at most a file that the next
    publish removes. Raises StoreError where nothing is loaded.
    """
    if not value(connection, "select count(*) from nights"):
        raise StoreError("nothing is loaded yet; run `tracker update` or `tracker load` first")
    with transaction(connection):
        archive.close_months(connection, data_dir)
        rollup_files.close_months(connection, data_dir)
    generation = max([0, int(data_folder.get(connection, "generation") or 0), *generations(data_dir)]) + 1
    path = data_dir / f"tracker-{generation:06}.duckdb"
    for leftover in data_dir.glob("tracker-*.duckdb.tmp*"):
        leftover.unlink()
    with files.whole(path) as temporary:
        _build(connection, temporary, data_dir, generation)
        temporary.chmod(0o444)
    _point(data_dir / LINK, path)
    with transaction(connection):
        data_folder.put(connection, "generation", str(generation))
        connection.execute("update runs set status = 'published' where status = 'loaded'")
    connection.execute("checkpoint work")
    kept = sorted(generations(data_dir))[-KEPT_GENERATIONS:]
    retire.retire(connection, data_dir, generation=generation, oldest_kept=kept[0])
    return path


def generations(data_dir: Path) -> list[int]:
    """Return the numbers of the generations that are there."""
    return [int(match[1]) for path in data_dir.glob("tracker-*.duckdb") if (match := _GENERATION.match(path.name))]


def _build(connection: Connection, path: Path, data_dir: Path, generation: int) -> None:
    """Build one generation as a file without a write-ahead log."""
    find_parents(connection)
    connect.attach(connection, path, "fresh")
    try:
        with transaction(connection):  # one, not one a statement: each waits for the disk
            _fill(connection, data_dir, generation)
        connection.execute("checkpoint fresh")
    finally:
        connection.execute("use work")
        connection.execute("detach fresh")
    log = path.with_name(path.name + ".wal")
    if log.exists():
        raise StoreError(f"{log} was left behind by the checkpoint; publish again")


def _fill(connection: Connection, data_dir: Path, generation: int) -> None:
    for relation in annotated.relations("published.sql"):
        connection.execute(relation.statement)
    connection.execute("use work")
    for table, select in INSERTS.items():
        connection.execute(f"insert into fresh.{table} by name {select}")
    _insert_about(connection, data_dir, generation)
    connection.execute("use fresh")
    create_views(connection, data_dir)


def create_views(connection: Connection, data_dir: Path) -> None:
    """Create the views of the copy in use, and put the comments on everything in it."""
    listing = archive.Listing.read(connection, "fresh")
    statements = [relation.statement for relation in annotated.relations("published_views.sql")]
    for statement in (*statements, *record_statements(data_dir, listing)):
        connection.execute(statement)
    connection.execute(annotated.comments("published.sql", "published_views.sql", "record_views.sql"))


def record_statements(data_dir: Path, listing: archive.Listing, *, temporary: bool = False) -> list[str]:
    """Return the statements that create the views over files beside the copy, for the folder where it is now."""
    place = data_dir.resolve()
    sources = {
        "nightly": listing.nightly_sql(place),
        "history": listing.history_sql(place),
        "newest": listing.newest_sql(),
    }
    if listing.rollups is not None:
        for rollup in rollup_files.OPEN:
            sources[rollup] = rollup_files.rows_sql(place, listing.rollups, rollup)
    return [
        relation.temporary(sources) if temporary else relation.over(sources)
        for relation in annotated.relations("record_views.sql")
        if relation.sources <= sources.keys()  # an older copy holds its rollups as tables
    ]


def _insert_about(connection: Connection, data_dir: Path, generation: int) -> None:
    night = rows(
        connection,
        "select snapshot_date, scope, source, models from nights where is_preferred"
        " order by snapshot_date desc limit 1",
    )[0]
    facts = {
        **dict(zip(("snapshot_date", "scope", "source", "models"), night, strict=True)),
        "registry_version": data_folder.get(connection, "registry_version"),
        "generation": generation,
        "synthetic": data_folder.get(connection, "synthetic") or "false",
        "endpoint": data_folder.get(connection, "endpoint"),
        "tracker_version": __version__,
        "data_dir": data_dir.resolve(),
    }
    values = ", ".join(f"({literal(key)}, {literal(each and str(each))})" for key, each in facts.items())
    connection.execute(f"insert into fresh.about values {values}")


def _point(link: Path, target: Path) -> None:
    """Let the link lead to the target, in one step."""
    fresh = link.with_name(link.name + ".link")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.name)
    fresh.replace(link)
    files.sync_folder(link.parent)
