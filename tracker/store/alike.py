"""Rows that may leave only under their source's own licence: its nights and tables, in files of their own.

    <folder>/share-alike/<source>/snapshots/snapshot_date=YYYY-MM-DD/<run_id>.parquet
    <folder>/share-alike/<source>/<table>.parquet

Whoever passes them on does so under that licence, so nothing else stands in these files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import Busy
from tracker.sql.connect import Connection, explained, literal, parquet, rows, value
from tracker.store import copies
from tracker.store.base import generations
from tracker.store.base.data_folder import OWN_SOURCE
from tracker.store.export import PARQUET, published_copy
from tracker.store.publish import annotated
from tracker.store.vintages import shown

FOLDER = "share-alike"
NIGHTS = "snapshots"

_NIGHTS = """
select n.source, n.file
from tracker.nights as n
join tracker.source_facts as s on s.name = n.source
where s.use_rights = 'share-alike'
order by n.source, n.snapshot_date
"""

# whose rows stay beside a source's own; what they said of models they said first, or called otherwise
_OTHERS = f"""
select distinct n.source
from tracker.nights as n
left join tracker.source_facts as s on s.name = n.source
where n.source not in ('{OWN_SOURCE}', {{source}}) and coalesce(s.use_rights, 'none') <> 'rows'
"""
_CALLED_BY_OTHERS = """
create or replace temp table called_by_others as
select distinct m.model_key
from {descriptions} as d
join models as m on m.model_key = d.model_key and m.model_id = d.model_id
"""
_NONE = "(select null::integer as model_key, null::varchar as model_id where false)"

_NIGHT = """
select
  r.snapshot_date, r.model_key,
  if(m.model_key in (select model_key from temp.called_by_others), null, m.model_id) as model_id,
  r.source, r.scope, r.downloads_30d, r.downloads_all_time, r.likes
from {night} as r
join models as m on m.model_key = r.model_key
order by r.model_key
"""


@dataclass(frozen=True)
class Alike:
    """What one source gives under its own licence: a table, its grain, its columns with their meaning, its files."""

    source: str
    table: str
    grain: str
    columns: Mapping[str, str]
    files: tuple[str, ...]  # relative to the folder


def export_alike(data_dir: Path, folder: Path, generation: int, *, memory_limit: str = "4GB") -> list[Alike]:
    """Write the rows of sources whose use rights are `share-alike` into a folder; return what was written, by source.

    A night names its models as they are called now, but for those that another first called so whose rows stay. Raises
    Busy where another generation has been published since the one that the rest of the folder is of.
    """
    with explained(f"cannot export to {folder}"), published_copy(data_dir, memory_limit) as connection:
        connection.execute("use tracker")
        if value(connection, "select value from about where key = 'generation'") != str(generation):
            raise Busy("another copy was published while this one was exported; run it again")
        copies.with_record(connection, data_dir)
        return sorted(
            [*_nights(connection, data_dir, folder, generation), *_tables(connection, data_dir, folder)],
            key=lambda each: (each.source, each.table),
        )


def _nights(connection: Connection, data_dir: Path, folder: Path, generation: int) -> list[Alike]:
    written: dict[str, list[str]] = {}
    for source, file in rows(connection, _NIGHTS):
        if source not in written:
            _note_called_by_others(connection, data_dir, source, generation)
        name = f"{FOLDER}/{source}/{file}"
        night = parquet(data_dir.resolve() / file, hive_partitioning="false")
        _copy(connection, _NIGHT.format(night=night), folder / name)
        written.setdefault(source, []).append(name)
    (relation,) = (each for each in annotated.relations("record_views.sql") if each.name == NIGHTS)
    columns = {each.name: each.comment for each in relation.columns}
    grain = "one row per snapshot_date and model, with its name"
    return [Alike(source, NIGHTS, grain, columns, tuple(names)) for source, names in written.items()]


def _note_called_by_others(connection: Connection, data_dir: Path, source: str, generation: int) -> None:
    """Leave the temporary table `called_by_others`: models whose name others have told whose rows stay."""
    others = {name for (name,) in rows(connection, _OTHERS.format(source=literal(source)))}
    said = generations.read(data_dir, generation).facts["tables"]["descriptions"] if others else ()
    files = [data_dir.resolve() / each["file"] for each in said if each["source"] in others]
    descriptions = parquet(files, hive_partitioning="false", union_by_name="true") if files else _NONE
    connection.execute(_CALLED_BY_OTHERS.format(descriptions=descriptions))


def _tables(connection: Connection, data_dir: Path, folder: Path) -> list[Alike]:
    written = []
    for each in shown.shown(connection, "tracker"):
        if each.use_rights == "share-alike" and each.files:
            name = f"{FOLDER}/{each.source}/{each.name}.parquet"
            _copy(connection, f"from {each.rows_sql(data_dir.resolve())} order by all", folder / name)
            columns = {**shown.VINTAGE, **{column.name: column.comment for column in each.columns}}
            written.append(Alike(each.source, each.name, each.grain, columns, (name,)))
    return written


def _copy(connection: Connection, select: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy ({select}) to {literal(str(path))} ({PARQUET})")
