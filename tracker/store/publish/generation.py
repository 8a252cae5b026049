"""Build the published copy and swap it in: analysts read it, the collector never opens it again.

    tracker-000042.duckdb       this generation, mode 444, complete except for the record's files
    generations/000042.json     its manifest, which names all its files
    tracker.duckdb              a link to it, re-pointed in one step

A session that has the old generation open keeps it; a session that opens the link gets the new one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

from tracker import __version__, files
from tracker.errors import StoreError
from tracker.sql import connect
from tracker.sql.connect import Connection, literal, rows, transaction, value
from tracker.store.base import LINK, data_folder, generations
from tracker.store.delta import following, state
from tracker.store.flow import chains
from tracker.store.lineage import signal_names
from tracker.store.lineage.candidates import find_parents
from tracker.store.publish import annotated, contents, keeping, newest, parts, pieces, retention
from tracker.store.publish.selects import BESIDE_PARTS, INSERTS, PARTED
from tracker.store.publish.views import DESCRIBED, VIEWS, create_part_views, create_views
from tracker.store.record import agreements, months, rollup_files
from tracker.store.record.night_hash import hash_older_nights
from tracker.store.restated import restating
from tracker.store.vintages import summed

_PAIRS_OF_A_PUBLISH = 10  # most pairs of nights compared in a publish; a backfill compares its own
# most nights of a chain whose owed flow one publish computes, as after a migration; later publishes compute the rest
_AT_ONCE = 400
_MEMORY_OF_EMPTY = "256MB"


def publish(
    connection: Connection,
    data_dir: Path,
    today: date,
    *,
    grace_seconds: float,
    keep_days: int | None = None,
    copy_state: str = "month",
) -> Path:
    """Publish what is loaded and resolved; return the path of the new generation.

    Until the link is re-pointed readers see the copy before. A crash leaves only files that the next publish removes.
    `copy_state`: how often tables of the state are copied for other engines. Raises StoreError if nothing is loaded.
    """
    if not value(connection, "select count(*) from nights"):
        raise StoreError("nothing is loaded yet; run `tracker update` or `tracker load` first")
    published = published_number(connection, data_dir)
    generation = 1 + max([published, *retention.databases(data_dir), *generations.numbers(data_dir)])
    retention.delete_unpublished(data_dir, published)
    before = generations.head_if_whole(data_dir, published)
    find_parents(connection)
    with transaction(connection):
        parts.bring_up_to_date(connection, data_dir)
        signal_names.bring_up_to_date(connection, data_dir)
        months.close(connection, data_dir)
        chains.bring_up_to_date(connection, data_dir, [], _AT_ONCE)
        restating.publish(connection, generation, published, contents.day_of(connection, before, today))
        rollup_files.close_months(connection, data_dir)
        hash_older_nights(connection, data_dir)
        agreements.measure(connection, data_dir, _PAIRS_OF_A_PUBLISH)
    path = retention.database(data_dir, generation)
    with files.whole(path) as temporary:
        _build(connection, temporary, data_dir, generation, copy_state)
        temporary.chmod(0o444)
    facts = contents.manifest(connection, data_dir, path, generation, before, today)
    kept_from = keeping.kept_from(data_dir, generation, date.fromisoformat(facts["day"]), keep_days)
    generations.write(data_dir, generation, {**facts, "kept_from": kept_from.isoformat()})
    generations.point(data_dir, path)
    with transaction(connection):
        data_folder.put(connection, "generation", str(generation))
        connection.execute("update runs set status = 'published' where status = 'loaded'")
    following.bring_up_to_date(connection, data_dir, generation, facts)
    following.note_vacuumed(connection, retention.delete_unnamed(connection, data_dir, grace_seconds=grace_seconds))
    return path


def withdraw(connection: Connection, data_dir: Path) -> bool:
    """If no night is left, remove the link so that nothing is published; return whether there was a link.

    Earlier generations stay as they are, and the newest of them keep their databases.
    """
    link = data_dir / LINK
    if value(connection, "select count(*) from nights"):
        return False
    is_published = link.is_symlink()
    if is_published:
        with transaction(connection):
            data_folder.put(connection, "generation", str(published_number(connection, data_dir)))
        link.unlink()
        files.sync_folder(data_dir)
    following.withdraw(connection, data_dir)
    return is_published


def published_number(connection: Connection, data_dir: Path) -> int:
    """Return the number of the published generation, 0 for none; the link may be ahead of work.duckdb."""
    link = data_dir / LINK
    linked = retention.number_of(link.readlink().name) if link.is_symlink() else None
    return max(linked or 0, int(data_folder.get(connection, "generation") or 0))


def _build(connection: Connection, path: Path, data_dir: Path, generation: int, copy_state: str) -> None:
    """Build one generation as a file without a write-ahead log."""
    newest.lay_out(connection, data_dir)
    path.write_bytes(_empty())
    connect.attach(connection, path, "fresh")
    try:
        with _without_log(connection), transaction(connection):  # one for all: each commit waits for the disk
            _fill(connection, data_dir, generation)
        connection.execute("checkpoint fresh")
        connection.execute("use work")
        pieces.bring_up_to_date(connection, data_dir)
        state.bring_up_to_date(connection, data_dir, copy_state)
    finally:
        connection.execute("use work")
        connection.execute("detach fresh")
    log = path.with_name(path.name + ".wal")
    if log.exists():
        raise StoreError(f"{log} was left behind by the checkpoint; publish again")


@contextmanager
def _without_log(connection: Connection) -> Iterator[None]:
    """Make a commit write into the database file directly, without a write-ahead log."""
    usual = value(connection, "select current_setting('checkpoint_threshold')")
    connection.execute("set checkpoint_threshold = '1KB'")
    try:
        yield
    finally:
        connection.execute(f"set checkpoint_threshold = {literal(usual)}")


@cache
def _empty() -> bytes:
    """Return the bytes of an empty copy, with all that every copy shares: its own tables, views and comments.

    It is made once a process: commenting on tables takes a tenth of the time of publishing few models.
    """
    with (
        tempfile.TemporaryDirectory(prefix="tracker-empty-") as place,
        connect.instance(_MEMORY_OF_EMPTY, threads=1) as connection,
    ):
        path = Path(place) / "empty.duckdb"
        connect.attach(connection, path, "empty")
        with transaction(connection):
            made = [*annotated.relations("published.sql"), *annotated.relations("published_views.sql")]
            for relation in made:
                connection.execute(relation.statement)
            connection.execute(";\n".join(comment for relation in _same() for comment in relation.comments))
            for relation in made:
                if relation.name in (*PARTED, DESCRIBED):  # views over the parts replace these in each copy
                    connection.execute(f"drop {relation.kind} {relation.name}")
        connection.execute("use memory")
        connection.execute("detach empty")
        return path.read_bytes()


def _same() -> list[annotated.Relation]:
    """Return the relations that are the same in every copy; tables of models are not, as views over its parts."""
    return [*(each for each in annotated.relations("published.sql") if each.name not in PARTED), *VIEWS]


def _fill(connection: Connection, data_dir: Path, generation: int) -> None:
    connection.execute("use work")
    _insert(connection, BESIDE_PARTS)
    newest.clear(connection)
    connection.execute("use fresh")
    create_part_views(connection, data_dir)
    connection.execute("use work")
    _insert(connection, INSERTS)
    _insert_about(connection, data_dir, generation)
    connection.execute("use fresh")
    create_views(connection, data_dir, made={each.name for each in _same()})
    summed.fill(connection)


def _insert(connection: Connection, selects: Mapping[str, str]) -> None:
    for table, select in selects.items():
        connection.execute(f"insert into fresh.{table} by name {select}")


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
        "copy_id": contents.copy_id(connection),
        "synthetic": data_folder.get(connection, "synthetic") or "false",
        "endpoint": data_folder.get(connection, "endpoint"),
        "tracker_version": __version__,
        "data_dir": data_dir.resolve(),
    }
    values = ", ".join(f"({literal(key)}, {literal(each and str(each))})" for key, each in facts.items())
    connection.execute(f"insert into fresh.about values {values}")
