"""Copies for others: one self-contained DuckDB file, or a folder of Parquet files with a data dictionary.

The folder is the contract with other engines: integers to join on, one file a night, no views needed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.errors import NothingPublished, StoreError
from tracker.store import connect, files, record, schema
from tracker.store.connect import Connection, explained, literal, transaction
from tracker.store.publish import LINK
from tracker.store.sealed import open_published

# what is exported by its view rather than by the rows behind it
_VIEWS = {"lineage_rows": "lineage", "lineage_variant_rows": "lineage_variants"}
_NOT_EXPORTED = ("record_files",)  # the layout of this data folder


def export_single_file(data_dir: Path, path: Path, *, memory_limit: str = "4GB") -> Path:
    """Write everything published, the record included, into one DuckDB file that any duckdb from 1.2 on can open."""
    with (
        explained(f"cannot export to {path}"),
        _published(data_dir, memory_limit) as connection,
        files.whole(path) as new,
    ):
        connect.attach(connection, new, "fresh")
        with transaction(connection):
            _fill(connection, data_dir)
        connection.execute("checkpoint fresh")
        connection.execute("use memory")
        connection.execute("detach fresh")
    return path


def _fill(connection: Connection, data_dir: Path) -> None:
    listing = record.Listing.read(connection, "tracker.record_files")
    for relation in (*schema.relations("published.sql"), *schema.relations("single_file.sql")):
        connection.execute(relation.statement)
    for relation in schema.relations("published.sql"):
        chosen = "where key <> 'data_dir'" if relation.name == "about" else ""
        chosen = "where false" if relation.name in _NOT_EXPORTED else chosen
        connection.execute(f"insert into {relation.name} from tracker.{relation.name} {chosen}")
    connection.execute(f"insert into record_rows by name from {listing.nightly_sql(data_dir.resolve())}")
    _create_views(connection)


def export_parquet(data_dir: Path, folder: Path, *, memory_limit: str = "4GB") -> list[Path]:
    """Write every published table as Parquet, the record's nights as they are, a data dictionary and checksums."""
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(f"{folder} is not empty; name a new folder, so that nothing old is taken for new")
    written = []
    with explained(f"cannot export to {folder}"), _published(data_dir, memory_limit) as connection:
        folder.mkdir(parents=True, exist_ok=True)
        for relation in schema.relations("published.sql"):
            if relation.name not in _NOT_EXPORTED:
                name = _VIEWS.get(relation.name, relation.name)
                written.append(folder / f"{name}.parquet")
                connection.execute(
                    f"copy (from tracker.{name}) to {literal(str(written[-1]))} (format parquet, compression zstd)"
                )
        for name in record.Listing.read(connection, "tracker.record_files").nightly:
            written.append(folder / name)
            written[-1].parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(data_dir / name, written[-1])
    with open_published(data_dir, memory_limit=memory_limit) as published:
        written.append(folder / "dictionary.csv")
        published.schema().write_csv(written[-1])
    sums = folder / "SHA256SUMS"
    sums.write_text(
        "".join(f"{files.sha256(each)}  {each.relative_to(folder)}\n" for each in written), encoding="utf-8"
    )
    return [*written, sums]


def _create_views(connection: Connection) -> None:
    for name in ("published_views.sql", "record_views.sql"):
        for relation in schema.relations(name):
            statement = relation.statement.replace("$nightly", "record_rows").replace("$history", "record_rows")
            connection.execute(statement)
    for name in ("published.sql", "single_file.sql", "published_views.sql", "record_views.sql"):
        connection.execute(";\n".join(comment for relation in schema.relations(name) for comment in relation.comments))


@contextmanager
def _published(data_dir: Path, memory_limit: str) -> Iterator[Connection]:
    """Open the newest published copy without a seal, to copy from it."""
    link = data_dir / LINK
    if not link.exists():
        raise NothingPublished(f"nothing is published in {data_dir} yet; run `tracker update` first")
    connection = connect.instance(memory_limit)
    try:
        connect.attach(connection, link.resolve(), "tracker", read_only=True)
        connection.execute("use memory")
        yield connection
    finally:
        connection.close()
