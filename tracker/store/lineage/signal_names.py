"""What the registry says of the names that other sources give to models: ruled on when a copy is published.

It is the registry that lineage was resolved with, so that one copy speaks of one. Where a source's spelling of a maker
or of a licence changed over time, its newest that is not empty counts for all that it ever said of the name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tracker import registry
from tracker.registry.elsewhere import Crosswalk, Said, Verdict
from tracker.sql.connect import Connection, parquet, rows
from tracker.store.base import data_folder, kept_registry

_RULED_BY = "signal_names_ruled_by"  # fact of the folder: the files and the registry that the rows follow from

# source, and how what it says of a model is read from its table: one row a name
_SAID: Mapping[str, tuple[str, str]] = {
    "token_days": ("openrouter", "select distinct slug as name from {token_days}"),
    "arena_ratings": (
        "arena",
        """
select model_name as name,
  arg_max(organization_raw, (board_date, snapshot_date)) filter (organization_raw <> '') as organization,
  arg_max(license_raw, (board_date, snapshot_date)) filter (license_raw <> '') as license
from {arena_ratings}
group by model_name
""",
    ),
    "index_scores": (
        "epoch_eci",
        """
select model as name,
  arg_max(organization, as_of) filter (organization <> '') as organization,
  arg_max(country_raw, as_of) filter (country_raw <> '') as country,
  arg_max(accessibility, as_of) filter (accessibility <> '') as accessibility
from {index_scores}
group by model
""",
    ),
    "second_hub": ("modelscope", "select distinct model_id as name from {second_hub}"),
}
_CATALOGUE = """
select slug, arg_max(hub_model_id, snapshot_date) as hub_id
from {token_catalogue}
where hub_model_id <> ''
group by slug
"""
_COLUMNS = (
    "signal, name, model, rule, model_id, maker, maker_country, family, line, developer, origin_country, openness,"
    " license_class, is_mirror"
)


def bring_up_to_date(connection: Connection, data_dir: Path) -> None:
    """Rule on all names of the signals that are loaded, where another file or registry is there than last time.

    Must run inside a transaction of the caller's.
    """
    files = _files(connection)
    version = data_folder.get(connection, "registry_version")
    place = kept_registry.place(data_dir, version)
    follows_from = hashlib.sha256(repr((version, sorted(files.items()))).encode()).hexdigest()
    if place is None or data_folder.get(connection, _RULED_BY) == follows_from:
        return
    connection.execute("delete from signal_names")
    tables = {name: parquet([data_dir / each for each in named], union_by_name="true") for name, named in files.items()}
    if tables:
        crosswalk = Crosswalk(registry.load(place))
        for signal, said in _said(connection, tables):
            _note(connection, signal, said, crosswalk.of(said))
    data_folder.put(connection, _RULED_BY, follows_from)


def _said(connection: Connection, tables: Mapping[str, str]) -> Iterator[tuple[str, Said]]:
    """Yield the table and what its source says of each name in it, by name."""
    listed = dict(rows(connection, _CATALOGUE.format(**tables))) if "token_catalogue" in tables else {}
    for signal, (source, select) in _SAID.items():
        if signal not in tables:
            continue
        found = connection.execute(f"select * from ({select.format(**tables)}) order by name")
        columns = [each[0] for each in found.description]
        for cells in found.fetchall():
            said = {column: cell or "" for column, cell in zip(columns, cells, strict=True)}
            hub_id = listed.get(said["name"].partition(":")[0], "")
            yield signal, Said(source, **said, hub_id=hub_id)


def _note(connection: Connection, signal: str, said: Said, verdict: Verdict) -> None:
    values = {"signal": signal, "name": said.name, **vars(verdict)}
    holes = ", ".join(f"${each.strip()}" for each in _COLUMNS.split(","))
    connection.execute(f"insert into signal_names ({_COLUMNS}) values ({holes})", values)


def _files(connection: Connection) -> dict[str, list[str]]:
    """Return by table the files of the signals whose names are ruled on."""
    known = [*_SAID, "token_catalogue"]
    found = rows(
        connection,
        "select table_name, list(file order by file) from source_files where table_name in (select unnest($known))"
        " group by table_name",
        {"known": known},
    )
    return dict(found)
