"""Views over a copy that lack the rows of nights which stay, and the models that those alone show.

The rows stand in the same tables and files as all others, so a statement may name no table but these, and no file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tracker.sql.connect import Connection, literal, parquet, rows
from tracker.store.base.data_folder import OWN_SOURCE
from tracker.store.leaving import Leaving
from tracker.store.publish import annotated, parts
from tracker.store.publish.selects import PARTED
from tracker.store.publish.views import part_select, record_sources, record_statements
from tracker.store.record.archive import Listing

_STAY = "stay_here"
_LEAVES = f"(model_key is null or model_key not in (select model_key from temp.{_STAY}))"
_OF_SOURCES = (
    f"(source = {literal(OWN_SOURCE)} or source in (select name from tracker.main.source_facts where use_rights = "
    "'rows'))"
)
_FLAGS = "flow_flags"  # a row each names a model on a night


def tells_rights(connection: Connection) -> bool:
    """Return whether the copy attached as `tracker` knows what of its sources may leave: those of before do not."""
    return bool(rows(connection, "select 1 from duckdb_columns() where table_name = 'source_facts' limit 1"))


def has_other_nights(connection: Connection) -> bool:
    """Return whether nights of others than the Hub's own list stand in it."""
    return bool(rows(connection, f"select 1 from nights where source <> {literal(OWN_SOURCE)} limit 1"))


def statements(connection: Connection, data_dir: Path) -> list[str]:
    """Return the statements that lay the views over the copy attached as `tracker`; none where all nights leave."""
    listing = Listing.read(connection, "tracker")
    leaving = Leaving.read(connection, listing)
    return list(_statements(connection, data_dir.resolve(), listing, leaving)) if leaving.stays else []


def _statements(connection: Connection, data_dir: Path, listing: Listing, leaving: Leaving) -> Iterator[str]:
    keys = _keys_that_stay(connection, data_dir, leaving)
    yield f"create temp table {_STAY} as select unnest({literal(keys)}::bigint[]) as model_key"
    in_parts = parts.Shown.read(connection, "tracker")
    for each in annotated.relations("published.sql"):
        if "model_key" in each.stored:
            held = f"tracker.main.{each.name}"
            if in_parts and each.name in PARTED:
                held = f"({part_select(each, data_dir, in_parts, 'tracker')})"
            of_sources = f" and {_OF_SOURCES}" if each.name == f"open_{_FLAGS}" else ""
            yield f"create or replace temp view {each.name} as from {held} where {_LEAVES}{of_sources}"
    for each in annotated.relations("published_views.sql"):
        yield each.temporary({})
    sources = record_sources(data_dir, replace(listing, nights=leaving.nights, months=(), open_nights=leaving.nights),
                             "tracker")  # fmt: skip
    sources[_FLAGS] = f"(from {sources[_FLAGS]} where {_OF_SOURCES})"
    yield from record_statements(sources, temporary=True)


def _keys_that_stay(connection: Connection, data_dir: Path, leaving: Leaving) -> list[int]:
    """Return the models that only nights show which stay."""
    stays = parquet([data_dir / name for name in leaving.stays])
    leaves = parquet([data_dir / name for name in leaving.nightly])
    select = (
        f"select distinct model_key from {stays} where model_key not in (select model_key from {leaves}) order by 1"
    )
    return [key for (key,) in rows(connection, select)]
