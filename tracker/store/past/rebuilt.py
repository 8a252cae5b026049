"""The copy of a generation, built again from the files that its manifest names.

Its tables and views give the rows that they gave on its day. Those that a copy held itself are views over their pieces,
but for what is known from the manifest; a copy that is to be published again holds all of them, as it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tracker import files
from tracker.errors import NothingPublished
from tracker.sql import connect
from tracker.sql.connect import Connection, literal, transaction
from tracker.store.base import generations
from tracker.store.base.generations import Generation
from tracker.store.publish import annotated, newest, pieces, retention
from tracker.store.publish.selects import PARTED
from tracker.store.publish.views import create_part_views, create_views


def publish_again(data_dir: Path, *, memory_limit: str, threads: int) -> Path | None:
    """Build the copy of the newest generation in its place, and let the link lead to it; return its path.

    None where there is none, or an earlier version published it: nothing is changed then.
    """
    numbers = generations.numbers(data_dir)
    newest_one = generations.read(data_dir, numbers[-1]) if numbers else None
    if newest_one is None or not _names_all(newest_one):
        return None
    path = retention.database(data_dir, newest_one.number)
    with files.whole(path) as temporary:
        build(data_dir, newest_one, temporary, memory_limit=memory_limit, threads=threads, is_whole=True)
        temporary.chmod(0o444)
    generations.point(data_dir, path)
    return path


def build(
    data_dir: Path, manifest: Generation, path: Path, *, memory_limit: str, threads: int = 2, is_whole: bool = False
) -> None:
    """Write the database file of a generation to `path`. `is_whole`: it holds what is in pieces itself.

    Raises NothingPublished where its manifest does not name all that it takes, or a file is not there any more.
    """
    _require_files(data_dir, manifest)
    connection = connect.instance(memory_limit, threads)
    try:
        connect.attach(connection, path, "fresh")
        with transaction(connection):
            _fill(connection, data_dir, manifest, is_whole=is_whole)
        connection.execute("checkpoint fresh")
        connection.execute("use memory")
        connection.execute("detach fresh")
    finally:
        connection.close()


def _require_files(data_dir: Path, manifest: Generation) -> None:
    facts = manifest.facts
    if not _names_all(manifest):
        raise NothingPublished(
            f"generation {manifest.number} of {facts['day']} was published by an earlier version, which kept its "
            "tables in its database file alone, and that is gone; ask for a later day"
        )
    named = (each["file"] for table, rows in facts["tables"].items() if table != "database" for each in rows)
    gone = [file for file in named if not (data_dir / file).is_file()]
    if gone:
        raise NothingPublished(
            f"generation {manifest.number} of {facts['day']} is not kept any more: {len(gone):,} of its files "
            f"are gone, {gone[0]} first; ask for a later day, or put them back from a backup"
        )


def _names_all(manifest: Generation) -> bool:
    """Return whether a manifest names the pieces of what its copy held itself, as it does since there are any."""
    return "pieces" in manifest.facts["tables"]


def _fill(connection: Connection, data_dir: Path, manifest: Generation, *, is_whole: bool) -> None:
    in_pieces = _pieces(data_dir, manifest)
    _lay_out(connection, data_dir, manifest.facts["tables"])
    for relation in annotated.relations("published.sql"):
        found = in_pieces.get(relation.name)
        select = pieces.select(connection, relation, found) if found else None
        if select and not is_whole:
            connection.execute(f"create view {relation.name} as {select}")
        elif relation.name not in PARTED:
            connection.execute(relation.statement)
            if select:
                connection.execute(f"insert into fresh.{relation.name} by name {select}")
    for table in ("changed_models", "newest_rows"):
        connection.execute(f"insert into fresh.{table} by name from temp.{table}")
    newest.clear(connection)
    for table, cells in _told(data_dir, manifest).items():
        _insert(connection, table, cells)
    create_part_views(connection, data_dir)
    create_views(connection, data_dir, () if is_whole else in_pieces)


def _pieces(data_dir: Path, manifest: Generation) -> dict[str, list[Path]]:
    """Return the places of each table's pieces, oldest rows first."""
    found: dict[str, list[Path]] = {}
    for each in sorted(manifest.facts["tables"]["pieces"], key=lambda each: each["piece"]):
        if each["table"] != newest.TABLE:
            found.setdefault(each["table"], []).append(data_dir.resolve() / each["file"])
    return found


def _lay_out(connection: Connection, data_dir: Path, tables: Mapping[str, Any]) -> None:
    models = [data_dir / each["file"] for each in tables["parts"] if each["table"] == "models"]
    night = data_dir / _newest_night(tables)["file"]
    (piece,) = (data_dir / each["file"] for each in tables["pieces"] if each["table"] == newest.TABLE)
    newest.lay_out_from_files(connection, models, night, piece)


def _newest_night(tables: Mapping[str, Any]) -> Mapping[str, Any]:
    shown: Mapping[str, Any] = max((each for each in tables["nights"] if each["shown"]), key=lambda each: each["day"])
    return shown


def _told(data_dir: Path, manifest: Generation) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of the tables that the manifest tells itself, in the order of their columns."""
    facts, tables = manifest.facts, manifest.facts["tables"]
    night = _newest_night(tables)
    about = {
        "snapshot_date": night["day"],
        "scope": night["scope"],
        "source": night["source"],
        "models": night["rows"],
        "registry_version": facts["registry"]["version"],
        "generation": manifest.number,
        "copy_id": facts["copy_id"],
        "synthetic": str(facts["synthetic"]).lower(),
        "endpoint": facts["endpoint"],
        "tracker_version": facts["tracker_version"],
        "data_dir": data_dir.resolve(),
    }
    of_file = ("file", "rows", "sha256", "bytes")
    nights = ((each["day"], None, *_cells(each, of_file)) for each in tables["nights"] if each["shown"])
    months = ((None, f"{each['month']}-01", *_cells(each, of_file)) for each in tables["history"])
    return {
        "about": [(key, None if each is None else str(each)) for key, each in about.items()],
        "record_files": [*sorted(nights), *months],
        "rollup_files": [(f"{each['month']}-01", each["rollup"], *_cells(each, of_file)) for each in tables["rollups"]],
        "part_files": [(each["table"], each["part"], *_cells(each, of_file)) for each in tables["parts"]],
    }


def _cells(named: Mapping[str, Any], columns: Iterable[str]) -> tuple[Any, ...]:
    return tuple(named[column] for column in columns)


def _insert(connection: Connection, table: str, cells: Sequence[tuple[Any, ...]]) -> None:
    values = ", ".join(f"({', '.join(map(literal, row))})" for row in cells)
    if values:
        connection.execute(f"insert into fresh.{table} values {values}")
