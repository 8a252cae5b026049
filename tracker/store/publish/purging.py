"""Purge: delete rows from earlier generations too, if even the past may not keep them.

Each file with such rows is rewritten without them. Each manifest that named the file gets a successor with the number
of deleted rows. Published sums stay. Then the old files are deleted, and the databases built from them. A purge runs
after a publish without the rows; an interrupted one continues on the next run.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracker import files, landing
from tracker.columns import STORED
from tracker.sql.connect import Connection, literal, parquet, rows, value
from tracker.store.base import data_folder, generations, purges
from tracker.store.base.generations import Generation
from tracker.store.base.purges import Gone
from tracker.store.delta import following, state
from tracker.store.publish import contents, newest, retention

log = logging.getLogger(__name__)

_TABLES = ("nights", "descriptions", "history", "parts", "pieces", state.NAMED)
_COUNTERS = {each.name: each.sql_type for each in STORED if each.is_counter}
_PARQUET = "format parquet, parquet_version v2, compression zstd, compression_level 3"


def purge_owed(connection: Connection, data_dir: Path, published: int) -> None:
    """Run the owed purges on all generations before the published one, and on landed runs."""
    owed = purges.owed(connection)
    for gone in owed:
        counted = _purge(connection, data_dir, published, gone)
        landed = _delete_landed(connection, data_dir, gone)
        told = ", ".join(f"{count:,} of {table}" for table, count in sorted(counted.items())) or "none that was left"
        log.warning(
            "purged from earlier generations, %s: rows %s; %d landed runs; backups, exports and published files of "
            "before still hold them",
            gone.reason,
            told,
            landed,
        )
    if owed:
        following.write_anew(connection, data_dir, published)  # no table version may reach the deleted rows
        _delete_replaced(connection, data_dir, published)
        purges.settle(connection)


def _purge(connection: Connection, data_dir: Path, published: int, gone: Gone) -> dict[str, int]:
    """Rewrite files and write the successors of manifests; return the number of deleted rows by table."""
    chain, pen = generations.Chain(data_dir), _Pen(connection, data_dir, gone)
    for number in generations.numbers(data_dir):
        manifest = chain.read_if_whole(number) if number < published else None
        if manifest is None:
            continue
        tables, went = dict(manifest.facts["tables"]), dict[str, int]()
        for table in _TABLES:
            tables[table] = [pen.without(manifest, table, each, went) for each in tables.get(table, ())]
        if went:
            _write_successor(data_dir, manifest, tables, went, gone.reason)
    return pen.counted


class _Pen:
    """Rewrites each file without the purged rows, once, however many generations name it."""

    def __init__(self, connection: Connection, data_dir: Path, gone: Gone) -> None:
        self.counted: dict[str, int] = {}  # deleted rows by table
        self._connection = connection
        self._data_dir = data_dir
        self._gone = gone
        self._anew: dict[str, Mapping[str, Any] | None] = {}

    def without(
        self, manifest: Generation, table: str, named: Mapping[str, Any], went: dict[str, int]
    ) -> Mapping[str, Any]:
        """Return a file's manifest entry without the purged rows, counted in `went`; `named` itself if it has none."""
        file, name = named["file"], table if table == state.NAMED else named.get("table", table)
        if file not in self._anew:
            self._anew[file] = anew = self._rewritten(manifest, table, named)
            if anew:
                self.counted[name] = self.counted.get(name, 0) + named["rows"] - anew["rows"]
        anew = self._anew[file]
        if anew is None:
            return named
        went[name] = went.get(name, 0) + named["rows"] - anew["rows"]
        return {**named, **anew}

    def _rewritten(self, manifest: Generation, table: str, named: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Rewrite a file without the purged rows; return the changed facts, None if it has none or does not exist."""
        path = self._data_dir / named["file"]
        if not path.is_file():
            return None
        source = parquet(path)
        columns = {name for (name,) in rows(self._connection, f"select column_name from (describe from {source})")}
        conditions = [*self._of_models(columns), *self._of_nights(manifest, table, named)]
        goes = f"coalesce({' or '.join(conditions)}, false)" if conditions else "false"
        blank = self._blanks(table, named, columns)
        if not blank and not value(self._connection, f"select count(*) from {source} where {goes}"):
            return None
        replaced = (
            f"select * replace ({', '.join(f'null::{_COUNTERS[name]} as {name}' for name in blank)}) " if blank else ""
        )
        select = f"{replaced}from {source} where not {goes}"
        anew, digest = files.write_by_content(
            path.parent,
            lambda new: self._connection.execute(f"copy ({select}) to {literal(str(new))} ({_PARQUET})"),
            lambda digest: path.parent / f"purged-{digest[:16]}.parquet",
        )
        count = value(self._connection, f"select count(*) from {parquet(anew)}")
        facts = {"rows": count, "bytes": anew.stat().st_size, "sha256": digest}
        if table == "nights":
            files.write(anew.with_suffix(".json"), json.dumps({"purged": True, **facts}, indent=1) + "\n")
        return {"file": anew.relative_to(self._data_dir).as_posix(), **facts}

    def _of_models(self, columns: set[str]) -> list[str]:
        keys = ", ".join(map(str, self._gone.models))
        conditions = [f"model_key in ({keys})"] if keys and "model_key" in columns else []
        if self._gone.hub_ids and "hub_id" in columns:  # matches of watches have no model_key
            conditions.append(f"list_contains({literal(list(self._gone.hub_ids))}, hub_id)")
        return conditions

    def _blanks(self, table: str, named: Mapping[str, Any], columns: set[str]) -> list[str]:
        """Return the counters to set to null in a copy of the state whose numbers are of a purged night."""
        nights = [tuple(night) for night in self._gone.nights]
        is_of_them = table == state.NAMED and (named["day"], named["source"]) in nights
        return sorted(_COUNTERS.keys() & columns) if is_of_them else []

    def _of_nights(self, manifest: Generation, table: str, named: Mapping[str, Any]) -> list[str]:
        """Return the SQL conditions for rows of a file that came from a purged night."""
        nights = [tuple(night) for night in self._gone.nights]
        if table in ("nights", "descriptions"):
            return ["true"] if (named["day"], named["source"]) in nights else []
        if table == "history":
            return [f"(snapshot_date = {literal(day)}::date and source = {literal(source)})" for day, source in nights]
        if table == "pieces" and named["table"] == "events":
            return [f"snapshot_date = {literal(day)}::date" for day, _ in nights]
        if table == "pieces" and named["table"] == newest.TABLE:
            shown = [each for each in manifest.facts["tables"]["nights"] if each["shown"]]
            last = max(shown, key=lambda each: each["day"])
            return ["model_key is not null"] if (last["day"], last["source"]) in nights else []
        return []


def _write_successor(
    data_dir: Path, manifest: Generation, tables: Mapping[str, Any], went: Mapping[str, int], reason: str
) -> None:
    """Write the successor of a manifest, with a new copy_id, the number of deleted rows and the reason."""
    of_files = sorted(str(each["sha256"]) for table in _TABLES for each in tables.get(table, ()))
    copy_id = hashlib.sha256(json.dumps([manifest.facts["copy_id"], of_files]).encode()).hexdigest()
    generations.succeed(data_dir, manifest, tables, {"copy_id": copy_id, "rows": dict(went), "reason": reason})


def _delete_landed(connection: Connection, data_dir: Path, gone: Gone) -> int:
    """Delete the landed runs that hold purged rows; return their number."""
    nights = [tuple(night) for night in gone.nights]
    deleted = 0
    for source in {source for _, source in nights} | ({data_folder.OWN_SOURCE} if gone.hub_ids else set()):
        for run in landing.runs(data_dir, source):
            is_gone = (run.manifest.snapshot_date.isoformat(), source) in nights
            if gone.hub_ids and run.parts and not is_gone:
                ids = literal(list(gone.hub_ids))
                held = f"select count(*) from {parquet(run.parts)} where list_contains({ids}, hub_id)"
                is_gone = value(connection, held) > 0
            if is_gone:
                shutil.rmtree(run.folder)
                deleted += 1
    return deleted


def _delete_replaced(connection: Connection, data_dir: Path, published: int) -> None:
    """Delete files that only replaced manifests name, and the databases of earlier generations."""
    chain = generations.Chain(data_dir)
    numbers = generations.numbers(data_dir)
    named = {each["file"] for number in numbers if (now := chain.read_if_whole(number)) for each in now.files()}
    former = {each["file"] for number in generations.succeeded(data_dir) for each in chain.original(number).files()}
    for file in former - named - set(contents.counted_on(connection)):
        (data_dir / file).unlink(missing_ok=True)
        (data_dir / file).with_suffix(".json").unlink(missing_ok=True)
    for number in retention.databases(data_dir):
        if number < published:
            retention.database(data_dir, number).unlink()
